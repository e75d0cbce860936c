//! Listens for the abort of a signal.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use crate::js::value::member;

#[wasm_bindgen]
extern "C" {
    /// A signal, or a substitute for one.
    #[derive(Debug)]
    type Signal;
    #[wasm_bindgen(method, structural, catch, js_name = addEventListener)]
    fn add_event_listener(this: &Signal, name: &str, listener: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = removeEventListener)]
    fn remove_event_listener(this: &Signal, name: &str, listener: &JsValue) -> Result<(), JsValue>;
}

/// True if it has the methods of an event target.
pub fn is_signal(value: &JsValue) -> bool {
    member(value, "addEventListener").is_function()
}

/// A listener, which is removed when dropped.
#[derive(Debug)]
pub struct Listener {
    signal: Signal,
    listener: Closure<dyn FnMut()>,
}

impl Listener {
    /// Calls `work` when the signal is aborted. None if it is no signal.
    pub fn new(signal: &JsValue, work: impl FnMut() + 'static) -> Option<Self> {
        if !is_signal(signal) {
            return None;
        }
        let listener = Closure::<dyn FnMut()>::new(work);
        let signal = signal.clone().unchecked_into::<Signal>();
        signal.add_event_listener("abort", listener.as_ref()).ok()?;
        Some(Listener { signal, listener })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // A substitute may lack the method.
        let _ = self.signal.remove_event_listener("abort", self.listener.as_ref());
    }
}
