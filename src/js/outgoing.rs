//! What a call sends, as the modules hand it to each other: whoever encodes an input makes an [`Outgoing`], the client sends it.

use js_sys::{Array, Function, Object, Reflect};
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

impl Planned {
    /// A request to an address.
    pub fn new<'a>(url: &str, headers: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let record = Object::new();
        for (name, value) in headers {
            // A plain object takes any member.
            let _ = Reflect::set(&record, &name.into(), &value.into());
        }
        let planned = Object::new().unchecked_into::<Planned>();
        planned.set_url(url);
        planned.set_headers(&record);
        planned
    }

    /// Names and values of its headers.
    pub fn header_pairs(&self) -> Vec<(String, String)> {
        let text = |value: JsValue| value.as_string().unwrap_or_default();
        let pair = |entry: JsValue| {
            let entry = entry.unchecked_into::<Array>();
            (text(entry.get(0)), text(entry.get(1)))
        };
        Object::entries(&self.headers()).iter().map(pair).collect()
    }
}
