//! What a call sends, as the modules hand it to each other: whoever encodes an input makes an [`Outgoing`], the client sends it.

use js_sys::{Array, Function, Object};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// A request's content.
    #[derive(Debug, Clone)]
    #[wasm_bindgen(extends = Object)]
    pub type Outgoing;

    /// Over HTTP the body: a string, bytes, a `Blob`, a `FormData`, a stream. On the binding its inputs, or a `FormData` that is sent as
    /// its multipart input.
    #[wasm_bindgen(method, getter, structural)]
    pub fn value(this: &Outgoing) -> JsValue;
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_value(this: &Outgoing, value: &JsValue);

    /// Makes `value` anew for each attempt; for content with streams in it. Absent otherwise.
    #[wasm_bindgen(method, getter, structural)]
    pub fn make(this: &Outgoing) -> Option<Function>;
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_make(this: &Outgoing, make: &Function);

    /// The body's type; absent where the platform sets it itself, as for forms.
    #[wasm_bindgen(method, getter, structural, js_name = contentType)]
    pub fn content_type(this: &Outgoing) -> Option<String>;
    #[wasm_bindgen(method, setter, structural, js_name = contentType)]
    pub fn set_content_type(this: &Outgoing, content_type: &str);

    /// Bytes of a body that is a stream, for the header; absent where the platform knows.
    #[wasm_bindgen(method, getter, structural, js_name = contentLength)]
    pub fn content_length(this: &Outgoing) -> Option<f64>;
    #[wasm_bindgen(method, setter, structural, js_name = contentLength)]
    pub fn set_content_length(this: &Outgoing, bytes: f64);

    /// Inputs beside a raw body: `[name, value]` pairs of strings for the address.
    #[wasm_bindgen(method, getter, structural)]
    pub fn query(this: &Outgoing) -> Option<Array>;
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_query(this: &Outgoing, query: &Array);

    /// Can it be sent a second time?
    #[wasm_bindgen(method, getter, structural)]
    pub fn replayable(this: &Outgoing) -> bool;
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_replayable(this: &Outgoing, replayable: bool);

    /// The input's own strings are withheld from error messages. They are found in this value, or in this JSON text; absent for none.
    #[wasm_bindgen(method, getter, structural)]
    pub fn texts(this: &Outgoing) -> JsValue;
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_texts(this: &Outgoing, texts: &JsValue);
}

impl Outgoing {
    /// Content that is replayable and has nothing else said of it.
    pub fn new(value: &JsValue) -> Self {
        let outgoing = Object::new().unchecked_into::<Outgoing>();
        outgoing.set_value(value);
        outgoing.set_replayable(true);
        outgoing
    }
}
