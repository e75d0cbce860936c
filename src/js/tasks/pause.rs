//! A pause that the caller's signal interrupts, as a failure of a task.

use wasm_bindgen::prelude::*;

use super::failure::Failure;
use crate::client::lifetime::no_timer;
use crate::error::{Code, Error};
use crate::js::remote::pause::{self, Paused};

/// Waits for a delay; fails when the signal is aborted, or if it was before. `signal` may be `undefined`.
pub async fn pause(ms: f64, signal: &JsValue) -> Result<(), Failure> {
    match pause::pause(Some(ms), signal).await {
        Ok(Paused::Over) => Ok(()),
        Ok(Paused::Aborted(reason)) => {
            Err(Failure::Caused(Error::new(Code::Aborted, "The wait was aborted."), reason))
        }
        Err(thrown) => Err(Failure::Caused(no_timer(), thrown)),
    }
}
