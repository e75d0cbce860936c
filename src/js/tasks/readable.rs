//! `ReadableStream`s of bytes whose source is here. Nothing is read before somebody reads them.

use js_sys::{Object, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::js::value::set;

#[wasm_bindgen]
extern "C" {
    /// Of a `ReadableStream` of bytes; it throws where the stream is over already.
    #[derive(Debug, Clone)]
    pub type Controller;
    /// Gives bytes.
    #[wasm_bindgen(method, structural, catch)]
    pub fn enqueue(this: &Controller, bytes: &Uint8Array) -> Result<(), JsValue>;
    /// There are no more.
    #[wasm_bindgen(method, structural, catch)]
    pub fn close(this: &Controller) -> Result<(), JsValue>;

    #[wasm_bindgen(js_name = ReadableStream)]
    type Readable;
    #[wasm_bindgen(constructor, js_class = "ReadableStream", catch)]
    fn new(source: &JsValue, strategy: &Object) -> Result<Readable, JsValue>;
}

/// A stream of a source: an object with `pull(controller)` and `cancel()`.
pub fn readable(source: &JsValue) -> Result<JsValue, JsValue> {
    let strategy = Object::new();
    set(&strategy, "highWaterMark", &0.into());
    Readable::new(source, &strategy).map(JsValue::from)
}
