//! `ReadableStream`s of bytes whose source is in the wasm. Nothing is read before the consumer pulls.

use js_sys::{Object, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::js::value::set;

#[wasm_bindgen]
extern "C" {
    /// The controller of a byte stream; it throws if the stream has ended already.
    #[derive(Debug, Clone)]
    pub type Controller;
    /// Enqueues bytes.
    #[wasm_bindgen(method, structural, catch)]
    pub fn enqueue(this: &Controller, bytes: &Uint8Array) -> Result<(), JsValue>;
    /// Ends the stream.
    #[wasm_bindgen(method, structural, catch)]
    pub fn close(this: &Controller) -> Result<(), JsValue>;

    #[wasm_bindgen(js_name = ReadableStream)]
    type Readable;
    #[wasm_bindgen(constructor, js_class = "ReadableStream", catch)]
    fn new(source: &JsValue, strategy: &Object) -> Result<Readable, JsValue>;
}

/// A stream over a source: an object with `pull(controller)` and `cancel()`.
pub fn readable(source: &JsValue) -> Result<JsValue, JsValue> {
    let strategy = Object::new();
    set(&strategy, "highWaterMark", &0.into());
    Readable::new(source, &strategy).map(JsValue::from)
}
