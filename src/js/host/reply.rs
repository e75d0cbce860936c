//! An unread reply of a door: a `Response`, or from a substitute for the binding a stream or a complete
//! answer.

use std::cell::OnceCell;

use js_sys::JSON;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::Response;

use crate::client::host::Reply;
use crate::headers as names;
use crate::js::chunks::StreamLike;
use crate::js::package;
use crate::js::value::{Kind as ValueKind, bytes, is_stream, member};
use crate::text::contains_word;
use crate::wire::media::Media;

#[wasm_bindgen]
extern "C" {
    /// A `Response` or an object with its members.
    #[derive(Clone)]
    pub type ResponseLike;
    /// All bytes at once.
    #[wasm_bindgen(method, structural, catch, js_name = arrayBuffer)]
    pub fn array_buffer(this: &ResponseLike) -> Result<JsValue, JsValue>;

    #[derive(Clone)]
    type HeadersLike;
    #[wasm_bindgen(method, structural, catch)]
    fn get(this: &HeadersLike, name: &str) -> Result<JsValue, JsValue>;
}

/// The kinds of reply.
#[derive(Clone)]
pub enum Kind {
    /// A `Response`.
    Response(ResponseLike),
    /// A stream of bytes.
    Stream(JsValue),
    /// A complete answer.
    Value(JsValue),
}

/// See the module.
#[derive(Clone)]
pub struct JsReply {
    /// The reply.
    pub kind: Kind,
    /// Its headers, if it is a `Response`.
    headers: Option<HeadersLike>,
    media: OnceCell<Media>,
    /// Replaces the body of a `Response` whose usage is watched.
    watched: Option<JsValue>,
}

impl JsReply {
    /// Wraps the result of a door.
    pub fn new(value: JsValue) -> Self {
        let kind = match ValueKind::of(&value) {
            ValueKind::Response => Kind::Response(value.unchecked_into()),
            ValueKind::Stream => Kind::Stream(value),
            kind => match as_response(&value, kind) {
                Some(response) => Kind::Response(response.unchecked_into()),
                None => Kind::Value(value),
            },
        };
        let headers = match &kind {
            Kind::Response(response) => Some(member(response, "headers").unchecked_into()),
            _ => None,
        };
        Self { kind, headers, media: OnceCell::new(), watched: None }
    }

    /// The kind of its body.
    pub fn media(&self) -> Media {
        *self.media.get_or_init(|| match self.kind {
            Kind::Response(_) => Media::of(self.header(names::CONTENT_TYPE).as_deref()),
            Kind::Stream(_) => Media::Events,
            Kind::Value(_) => Media::Json,
        })
    }

    /// True if it may be text by its content type, or if it has none.
    pub fn is_text(&self) -> bool {
        const TEXT: &str = "text/";
        let stated = self.header(names::CONTENT_TYPE);
        stated.is_none_or(|stated| {
            stated.get(..TEXT.len()).is_some_and(|family| family.eq_ignore_ascii_case(TEXT))
        })
    }

    /// The stream of its bytes.
    pub fn body(&self) -> Option<JsValue> {
        if self.watched.is_some() {
            return self.watched.clone();
        }
        let body = match &self.kind {
            Kind::Response(response) => member(response, "body"),
            Kind::Stream(stream) => stream.clone(),
            Kind::Value(_) => return None,
        };
        Some(body).filter(is_stream)
    }

    /// The same head with another body.
    pub fn with_body(self, body: JsValue) -> Self {
        Self { watched: Some(body), ..self }
    }

    /// The original value.
    pub fn original(&self) -> JsValue {
        match &self.kind {
            Kind::Response(response) => response.into(),
            Kind::Stream(value) | Kind::Value(value) => value.clone(),
        }
    }

    /// Reports the usage in its body when it ends. Only JSON and events contain one.
    pub fn watch_usage(self, report: Box<dyn FnOnce(&str)>) -> Self {
        if let Kind::Value(value) = &self.kind {
            let usage = member(value, "usage");
            let usage = if usage.is_undefined() { member(&member(value, "result"), "usage") } else { usage };
            report(&JSON::stringify(&usage).ok().and_then(|text| text.as_string()).unwrap_or_default());
            return self;
        }
        let is_text = match self.kind {
            Kind::Stream(_) => true,
            _ => self
                .header(names::CONTENT_TYPE)
                .is_some_and(|kind| contains_word(&kind, "json") || contains_word(&kind, "event-stream")),
        };
        let body = self.body().filter(|body| is_text && !is_locked(body));
        let Some(body) = body else { return self };
        let report = Closure::once_into_js(move |usage: String| report(&usage));
        // A locked stream fails where it is read.
        match package::watch_usage(&body, report.unchecked_ref()) {
            Ok(watched) => Self { watched: Some(watched), ..self },
            Err(_) => self,
        }
    }
}

/// Wraps the bytes of a substitute for the binding in a `Response`. Without a type of their own, they are
/// binary.
fn as_response(value: &JsValue, kind: ValueKind) -> Option<JsValue> {
    let response = if kind == ValueKind::Blob {
        Response::new_with_opt_blob(Some(value.unchecked_ref()))
    } else {
        // A copy: their owner may reuse them.
        let copy = (kind == ValueKind::Bytes).then(|| bytes(value)).flatten()?.slice(0, u32::MAX);
        Response::new_with_opt_js_u8_array(Some(&copy))
    };
    let response = response.ok()?;
    let is_typed =
        kind == ValueKind::Blob && member(value, "type").as_string().is_some_and(|own| !own.is_empty());
    if !is_typed {
        response.headers().set(names::CONTENT_TYPE, "application/octet-stream").ok()?;
    }
    Some(response.into())
}

/// True if it is locked by another reader.
pub fn is_locked(stream: &JsValue) -> bool {
    member(stream, "locked").is_truthy()
}

impl Reply for JsReply {
    fn status(&self) -> Option<u16> {
        match &self.kind {
            Kind::Response(response) => Some(member(response, "status").as_f64()? as u16),
            _ => None,
        }
    }

    fn header(&self, name: &str) -> Option<String> {
        self.headers.as_ref()?.get(name).ok()?.as_string().filter(|text| !text.is_empty())
    }

    fn is_opaque_redirect(&self) -> bool {
        match &self.kind {
            Kind::Response(response) => {
                member(response, "type").as_string().as_deref() == Some("opaqueredirect")
            }
            _ => false,
        }
    }

    fn discard(&self) {
        if let Some(body) = self.body() {
            body.unchecked_ref::<StreamLike>().discard();
        }
    }
}
