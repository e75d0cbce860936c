//! One signal for several requests: it is aborted by the caller's signal, or when one of them has failed.

use js_sys::Object;
use wasm_bindgen::prelude::*;
use web_sys::AbortController;

use super::abort::{Listener, is_signal};
use super::task::with_members;
use crate::js::value::member;

/// Options for each of several requests. Dropping it aborts those that are pending.
#[derive(Debug)]
pub struct Linked {
    options: JsValue,
    controller: Option<AbortController>,
    _listener: Option<Listener>,
}

impl Linked {
    /// A copy of a call's options, with a signal that ends all calls.
    pub fn new(options: &JsValue) -> Self {
        let signal = member(options, "signal");
        let controller = AbortController::new().ok().filter(|_| signal.is_undefined() || is_signal(&signal));
        // A value that is no signal is rejected, with its name, when the options are read.
        let Some(controller) = controller else {
            return Linked { options: options.clone(), controller: None, _listener: None };
        };
        let (own, theirs) = (controller.clone(), signal.clone());
        let abort = move || own.abort_with_reason(&member(&theirs, "reason"));
        let listener = if member(&signal, "aborted").is_truthy() {
            abort();
            None
        } else {
            Listener::new(&signal, abort)
        };
        let options: Object = with_members(options, &[("signal", &controller.signal())]);
        Linked { options: options.into(), controller: Some(controller), _listener: listener }
    }

    /// The options.
    pub fn options(&self) -> &JsValue {
        &self.options
    }
}

impl Drop for Linked {
    fn drop(&mut self) {
        if let Some(controller) = &self.controller {
            controller.abort();
        }
    }
}
