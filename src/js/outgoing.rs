//! What a call sends, as the modules hand it to each other: whoever encodes an input makes an [`Outgoing`], the client sends it.

#![allow(missing_docs, reason = "setters are described by their getters")]

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

    /// Does it open a WebSocket? On the binding that is an option of the run; over HTTP the request is a GET without a body. A status of
    /// 101 is a success then.
    #[wasm_bindgen(method, getter, structural)]
    pub fn websocket(this: &Outgoing) -> bool;
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_websocket(this: &Outgoing, websocket: bool);

    /// `(planned: Planned) => Planned`: the last word on where a request over HTTP goes and on its headers, for each attempt. What it
    /// throws ends the call. Absent otherwise.
    #[wasm_bindgen(method, getter, structural)]
    pub fn rewrite(this: &Outgoing) -> Option<Function>;
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_rewrite(this: &Outgoing, rewrite: &Function);

    /// Where a request goes.
    #[derive(Debug, Clone)]
    #[wasm_bindgen(extends = Object)]
    pub type Planned;
    /// The address.
    #[wasm_bindgen(method, getter, structural)]
    pub fn url(this: &Planned) -> String;
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_url(this: &Planned, url: &str);
    /// A plain object; names in lower case.
    #[wasm_bindgen(method, getter, structural)]
    pub fn headers(this: &Planned) -> Object;
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_headers(this: &Planned, headers: &Object);
    /// Subprotocols of a WebSocket, which only who opens it by himself reads.
    #[wasm_bindgen(method, getter, structural)]
    pub fn protocols(this: &Planned) -> Option<Array>;
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_protocols(this: &Planned, protocols: &Array);
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
