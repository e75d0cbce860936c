//! One signal for several requests: the caller's, and our own for when one of them has failed.

use js_sys::Object;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::AbortController;

use super::task::with_members;
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

/// Options for each of several requests. When it is dropped those that still run are aborted.
#[derive(Debug)]
pub struct Linked {
    options: JsValue,
    controller: Option<AbortController>,
    listening: Option<(Signal, Closure<dyn FnMut()>)>,
}

impl Linked {
    /// A copy of a call's options, with a signal that ends them all.
    pub fn new(options: &JsValue) -> Self {
        let signal = member(options, "signal");
        let is_signal = member(&signal, "addEventListener").is_function();
        let controller = AbortController::new().ok().filter(|_| signal.is_undefined() || is_signal);
        // Something that is no signal is refused by whoever reads the options, with its name.
        let Some(controller) = controller else {
            return Linked { options: options.clone(), controller: None, listening: None };
        };
        let mut listening = None;
        if member(&signal, "aborted").is_truthy() {
            controller.abort_with_reason(&member(&signal, "reason"));
        } else if is_signal {
            let (own, reason_of) = (controller.clone(), signal.clone());
            let abort =
                Closure::<dyn FnMut()>::new(move || own.abort_with_reason(&member(&reason_of, "reason")));
            let signal = signal.unchecked_into::<Signal>();
            if signal.add_event_listener("abort", abort.as_ref()).is_ok() {
                listening = Some((signal, abort));
            }
        }
        let options: Object = with_members(options, &[("signal", &controller.signal())]);
        Linked { options: options.into(), controller: Some(controller), listening }
    }

    /// The options.
    pub fn options(&self) -> &JsValue {
        &self.options
    }
}

impl Drop for Linked {
    fn drop(&mut self) {
        if let Some((signal, abort)) = &self.listening {
            // A stand-in may not know how.
            let _ = signal.remove_event_listener("abort", abort.as_ref());
        }
        if let Some(controller) = &self.controller {
            controller.abort();
        }
    }
}
