//! The content of a request, as it is passed between the modules: the encoder of an input creates an
//! [`Outgoing`], the client sends it.

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

    /// Over HTTP the body: a string, bytes, a `Blob`, a `FormData`, a stream. On the binding its inputs, or a
    /// `FormData` that is sent as its multipart input.
    #[wasm_bindgen(method, getter, structural)]
    pub fn value(this: &Outgoing) -> JsValue;
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_value(this: &Outgoing, value: &JsValue);

    /// Creates `value` for each attempt, for content with streams in it. Absent otherwise.
    #[wasm_bindgen(method, getter, structural)]
    pub fn make(this: &Outgoing) -> Option<Function>;
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_make(this: &Outgoing, make: &Function);

    /// The body's type; absent if the platform sets it, as for forms.
    #[wasm_bindgen(method, getter, structural, js_name = contentType)]
    pub fn content_type(this: &Outgoing) -> Option<String>;
    #[wasm_bindgen(method, setter, structural, js_name = contentType)]
    pub fn set_content_type(this: &Outgoing, content_type: &str);

    /// Length of a body that is a stream, for the header; absent if the platform knows it.
    #[wasm_bindgen(method, getter, structural, js_name = contentLength)]
    pub fn content_length(this: &Outgoing) -> Option<f64>;
    #[wasm_bindgen(method, setter, structural, js_name = contentLength)]
    pub fn set_content_length(this: &Outgoing, bytes: f64);

    /// Inputs beside a raw body: `[name, value]` pairs of strings for the URL's query.
    #[wasm_bindgen(method, getter, structural)]
    pub fn query(this: &Outgoing) -> Option<Array>;
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_query(this: &Outgoing, query: &Array);

    /// True if it can be sent more than once.
    #[wasm_bindgen(method, getter, structural)]
    pub fn replayable(this: &Outgoing) -> bool;
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_replayable(this: &Outgoing, replayable: bool);

    /// The source of the input's strings, which are withheld from error messages: a value or JSON text;
    /// absent if there are none.
    #[wasm_bindgen(method, getter, structural)]
    pub fn texts(this: &Outgoing) -> JsValue;
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_texts(this: &Outgoing, texts: &JsValue);

    /// True if it opens a WebSocket. On the binding that is an option of the run; over HTTP the request is a
    /// GET without a body. A status of 101 is a success then.
    #[wasm_bindgen(method, getter, structural)]
    pub fn websocket(this: &Outgoing) -> bool;
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_websocket(this: &Outgoing, websocket: bool);

    /// `(planned: Planned) => Planned`: adjusts the URL and headers of a request over HTTP, for each attempt.
    /// Its exceptions end the call. Absent otherwise.
    #[wasm_bindgen(method, getter, structural)]
    pub fn rewrite(this: &Outgoing) -> Option<Function>;
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_rewrite(this: &Outgoing, rewrite: &Function);

    /// The target of a request.
    #[derive(Debug, Clone)]
    #[wasm_bindgen(extends = Object)]
    pub type Planned;
    /// The URL.
    #[wasm_bindgen(method, getter, structural)]
    pub fn url(this: &Planned) -> String;
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_url(this: &Planned, url: &str);
    /// A plain object; names in lower case.
    #[wasm_bindgen(method, getter, structural)]
    pub fn headers(this: &Planned) -> Object;
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_headers(this: &Planned, headers: &Object);
    /// Subprotocols of a WebSocket, used only if the module opens it itself.
    #[wasm_bindgen(method, getter, structural)]
    pub fn protocols(this: &Planned) -> Option<Array>;
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_protocols(this: &Planned, protocols: &Array);
}

impl Outgoing {
    /// Replayable content without further properties.
    pub fn new(value: &JsValue) -> Self {
        let outgoing = Object::new().unchecked_into::<Outgoing>();
        outgoing.set_value(value);
        outgoing.set_replayable(true);
        outgoing
    }
}
