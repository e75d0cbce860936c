//! A pause that the caller's signal breaks off.

use js_sys::{Function, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::failure::Failure;
use super::timeout::Timeout;
use crate::error::{Code, Error};
use crate::js::value::member;

#[wasm_bindgen]
extern "C" {
    /// A signal of the caller's, perhaps a stand-in.
    #[derive(Debug, Clone)]
    type Signal;
    #[wasm_bindgen(method, structural, catch, js_name = addEventListener)]
    fn add_event_listener(this: &Signal, name: &str, listener: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = removeEventListener)]
    fn remove_event_listener(this: &Signal, name: &str, listener: &JsValue) -> Result<(), JsValue>;
}

/// The observation of a signal; dropped, it ends.
struct Listener(Signal, Function);

impl Drop for Listener {
    fn drop(&mut self) {
        // A stand-in may not know how.
        let _ = self.0.remove_event_listener("abort", &self.1);
    }
}

/// Waits so many milliseconds; fails when the signal is aborted, or has been. `signal` may be `undefined`.
pub async fn pause(ms: f64, signal: &JsValue) -> Result<(), Failure> {
    let aborted = || {
        let error = Error::new(Code::Aborted, "The wait was aborted.");
        Err(Failure::Caused(error, member(signal, "reason")))
    };
    if member(signal, "aborted").is_truthy() {
        return aborted();
    }
    let mut settlers = None;
    let promise = Promise::new(&mut |resolve: Function, reject: Function| settlers = Some((resolve, reject)));
    let Some((resolve, reject)) = settlers else { return aborted() };
    let _timer = Timeout::start(&resolve, ms)?;
    let mut _listener = None;
    if member(signal, "addEventListener").is_function() {
        let listener = Listener(signal.clone().unchecked_into(), reject);
        // A stand-in may not know how.
        let _ = listener.0.add_event_listener("abort", &listener.1);
        _listener = Some(listener);
    }
    if crate::js::promise::settled(&promise).await.is_err() { aborted() } else { Ok(()) }
}
