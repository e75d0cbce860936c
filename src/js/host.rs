//! What the package's JavaScript hands to us once, when it is loaded: the error class and the makers of streams.

use std::cell::RefCell;

use js_sys::Object;
use wasm_bindgen::prelude::*;

use super::convert::invoke;

thread_local! {
    static HOST: RefCell<JsValue> = const { RefCell::new(JsValue::UNDEFINED) };
}

/// Takes the host: `{ error(fields), stream(source), bytes(source) }`. Called by the package's entries.
#[wasm_bindgen(skip_typescript)]
pub fn install(host: JsValue) {
    HOST.with(|slot| slot.replace(host));
}

/// Makes a `WorkersAIError`. Before [`install`] it is a plain error with the same members.
pub fn error(fields: &Object) -> JsValue {
    call("error", fields).unwrap_or_else(|_| {
        let message = super::convert::get_string(fields, "message").unwrap_or_default();
        Object::assign(&js_sys::Error::new(&message), fields).into()
    })
}

/// Makes an `AIStream`.
pub fn stream(source: &Object) -> Result<JsValue, JsValue> {
    call("stream", source)
}

/// Makes a `ReadableStream` of a body, under the guard's limits.
pub fn bytes(source: &Object) -> Result<JsValue, JsValue> {
    call("bytes", source)
}

fn call(method: &str, argument: &Object) -> Result<JsValue, JsValue> {
    // Cloned out, so that nothing is borrowed while JavaScript runs.
    let host = HOST.with(|slot| slot.borrow().clone());
    invoke(&host, method, &[argument])
}
