//! A pause that the caller's signal breaks off, as a failure of a task.

use wasm_bindgen::prelude::*;

use super::failure::Failure;
use crate::client::lifetime::no_timer;
use crate::error::{Code, Error};
use crate::js::remote::pause::{self, Paused};

/// Waits so many milliseconds; fails when the signal is aborted, or has been. `signal` may be `undefined`.
pub async fn pause(ms: f64, signal: &JsValue) -> Result<(), Failure> {
    match pause::pause(Some(ms), signal).await {
        Ok(Paused::Over) => Ok(()),
        Ok(Paused::Aborted(reason)) => {
            Err(Failure::Caused(Error::new(Code::Aborted, "The wait was aborted."), reason))
        }
        Err(thrown) => Err(Failure::Caused(no_timer(), thrown)),
    }
}
