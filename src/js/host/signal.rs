//! Abort signals: the caller's, which is observed, and the one of a call's requests.

use std::cell::OnceCell;
use std::rc::{Rc, Weak};

use js_sys::Function;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, AbortSignal};

use super::JsHost;
use crate::client::Lifetime;
use crate::js::package::follow_signal;

#[wasm_bindgen]
extern "C" {
    /// The caller's signal, or an object with its members.
    pub type SignalLike;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn aborted(this: &SignalLike) -> Result<bool, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn reason(this: &SignalLike) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = addEventListener)]
    fn add_event_listener(this: &SignalLike, kind: &str, listener: &Function) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = removeEventListener)]
    fn remove_event_listener(this: &SignalLike, kind: &str, listener: &Function) -> Result<(), JsValue>;
}

/// The canceller of a call's requests: an `AbortController`, created when a request first needs its signal.
#[derive(Clone, Default)]
pub struct Canceller(Rc<OnceCell<Option<AbortController>>>);

impl Canceller {
    /// The controller.
    pub fn controller(&self) -> Option<&AbortController> {
        self.0.get_or_init(|| AbortController::new().ok()).as_ref()
    }

    /// The signal for the transport.
    pub fn signal(&self) -> Option<AbortSignal> {
        Some(self.controller()?.signal())
    }

    /// Aborts the signal.
    pub fn cancel(&self, reason: &JsValue) {
        if let Some(controller) = self.controller() {
            controller.abort_with_reason(reason);
        }
    }
}

/// The observation of the caller's signal; it ends when dropped.
pub struct Subscription {
    signal: SignalLike,
    listener: Closure<dyn FnMut()>,
}

impl Subscription {
    /// Lets the caller's signal abort the requests without this module: for a raw reply, whose end is not
    /// observed here.
    pub fn outlive(self, canceller: &Canceller, response: &JsValue) {
        if let Some(controller) = canceller.controller() {
            let _ = follow_signal(controller, &self.signal, response);
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        // There is no other way to remove the listener.
        let _ = self.signal.remove_event_listener("abort", self.listener.as_ref().unchecked_ref());
    }
}

/// Ends a call when the caller's signal aborts; at once if it is aborted already.
pub fn subscribe(signal: JsValue, call: &Rc<Lifetime<JsHost>>) -> Result<(), JsValue> {
    let signal = signal.unchecked_into::<SignalLike>();
    if signal.aborted()? {
        abort(call, &signal);
        return Ok(());
    }
    let (own, source): (Weak<Lifetime<JsHost>>, _) = (Rc::downgrade(call), signal.clone());
    let listener = Closure::<dyn FnMut()>::new(move || {
        if let Some(call) = own.upgrade() {
            abort(&call, &source);
        }
    });
    signal.add_event_listener("abort", listener.as_ref().unchecked_ref())?;
    call.observe(Subscription { signal, listener });
    Ok(())
}

fn abort(call: &Lifetime<JsHost>, signal: &SignalLike) {
    let reason = signal.reason().unwrap_or_default();
    call.abort((!reason.is_undefined()).then_some(&reason));
}

impl Clone for SignalLike {
    fn clone(&self) -> Self {
        JsCast::unchecked_into(JsValue::from(AsRef::<JsValue>::as_ref(self)))
    }
}
