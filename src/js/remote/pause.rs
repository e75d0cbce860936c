//! A pause that the caller's signal interrupts.

use js_sys::{Function, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use crate::js::value::member;

#[wasm_bindgen]
extern "C" {
    /// A signal of the caller, or a substitute for one.
    #[derive(Debug, Clone)]
    type Signal;
    #[wasm_bindgen(method, structural, catch, js_name = addEventListener)]
    fn add_event_listener(this: &Signal, name: &str, listener: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = removeEventListener)]
    fn remove_event_listener(this: &Signal, name: &str, listener: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(js_name = setTimeout, catch)]
    fn set_timeout(callback: &Function, ms: f64) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = clearTimeout, catch)]
    fn clear_timeout(timer: &JsValue) -> Result<(), JsValue>;
}

/// The longest delay that a timer supports, in milliseconds.
const LONGEST: f64 = 2_147_483_647.0;

/// The reason for the end of a pause.
pub enum Paused {
    /// Its time is over.
    Over,
    /// The signal was aborted, for this reason.
    Aborted(JsValue),
}

/// A timer; dropped, it is cleared.
struct Timer(JsValue);

impl Drop for Timer {
    fn drop(&mut self) {
        // If this fails the timer fires, and resolves a settled promise.
        let _ = clear_timeout(&self.0);
    }
}

/// The observation of a signal; it ends when dropped.
struct Listener(Signal, Function);

impl Drop for Listener {
    fn drop(&mut self) {
        // A substitute may lack the method.
        let _ = self.0.remove_event_listener("abort", &self.1);
    }
}

/// Waits for a delay, or without a limit; ends early if the signal is aborted. `signal` may be `undefined`.
/// `Err`: the exception of a runtime that starts no timer, as Cloudflare Workers outside of a request.
pub async fn pause(ms: Option<f64>, signal: &JsValue) -> Result<Paused, JsValue> {
    let aborted = || Ok(Paused::Aborted(member(signal, "reason")));
    if member(signal, "aborted").is_truthy() {
        return aborted();
    }
    let mut settlers = None;
    let promise = Promise::new(&mut |resolve: Function, reject: Function| settlers = Some((resolve, reject)));
    let Some((resolve, reject)) = settlers else { return aborted() };
    let _timer = match ms.filter(|ms| *ms <= LONGEST) {
        Some(ms) => Some(Timer(set_timeout(&resolve, ms)?)),
        None => None,
    };
    let mut _listener = None;
    if member(signal, "addEventListener").is_function() {
        let listener = Listener(signal.clone().unchecked_into(), reject);
        // A substitute may lack the method.
        let _ = listener.0.add_event_listener("abort", &listener.1);
        _listener = Some(listener);
    }
    let ended = crate::js::promise::settled(&promise).await;
    if ended.is_err() { aborted() } else { Ok(Paused::Over) }
}
