//! A pause that the caller's signal breaks off.

use js_sys::{Function, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::failure::Failure;
use crate::error::{Code, Error};
use crate::js::value::member;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, ms: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);

    /// A signal of the caller's, perhaps a stand-in.
    #[derive(Debug, Clone)]
    type Signal;
    #[wasm_bindgen(method, structural, catch, js_name = addEventListener)]
    fn add_event_listener(this: &Signal, name: &str, listener: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = removeEventListener)]
    fn remove_event_listener(this: &Signal, name: &str, listener: &JsValue) -> Result<(), JsValue>;
}

/// A timer and a listener; both are gone when it is dropped.
struct Pause {
    timer: JsValue,
    signal: Option<Signal>,
    /// Rejects the promise.
    abort: Function,
}

impl Drop for Pause {
    fn drop(&mut self) {
        clear_timeout(&self.timer);
        if let Some(signal) = &self.signal {
            // A stand-in may not know how.
            let _ = signal.remove_event_listener("abort", &self.abort);
        }
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
    let mut running = None;
    let promise = Promise::new(&mut |resolve: Function, reject: Function| {
        let listens = member(signal, "addEventListener").is_function();
        let signal = listens.then(|| signal.clone().unchecked_into::<Signal>());
        if let Some(signal) = &signal {
            let _ = signal.add_event_listener("abort", &reject);
        }
        running = Some(Pause { timer: set_timeout(&resolve, ms), signal, abort: reject });
    });
    let outcome = crate::js::promise::settled(&promise).await;
    drop(running);
    if outcome.is_err() { aborted() } else { Ok(()) }
}
