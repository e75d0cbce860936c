//! What came back through a door, before anybody has read it.

use js_sys::{Array, Object, Uint8Array};
use wasm_bindgen::prelude::*;

use super::convert::{
    bytes_of, construct, get, get_function, invoke, is_response, is_stream, set, set_some, stringify,
};
use super::error::Failure;
use super::guard::Guard;
use super::rest::cancel;
use crate::error::{Code, Error};
use crate::headers;
use crate::retry::{Readers, retry_after};
use crate::wire::media::Media;

/// Of a failed reply no more is read.
const MAX_ERROR_BYTES: f64 = 65_536.0;

const READERS: Readers = Readers { number: js_sys::Number::parse_float, date: js_sys::Date::parse };

/// A reply.
pub struct Reply {
    payload: Payload,
}

/// What a reply consists of.
pub enum Payload {
    /// A `Response`.
    Response(JsValue),
    /// A stream of bytes, from a stand-in for the binding.
    Stream(JsValue),
    /// A finished answer, from a stand-in for the binding.
    Value(JsValue),
}

impl Reply {
    /// Tells by its shape what it is.
    pub fn of(value: JsValue) -> Self {
        let payload = if is_response(&value) {
            Payload::Response(value)
        } else if is_stream(&value) {
            Payload::Stream(value)
        } else {
            Payload::Value(value)
        };
        Self { payload }
    }

    /// What it consists of.
    pub fn payload(&self) -> &Payload {
        &self.payload
    }

    /// The value itself.
    pub fn value(&self) -> &JsValue {
        match &self.payload {
            Payload::Response(value) | Payload::Stream(value) | Payload::Value(value) => value,
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> Option<u16> {
        match &self.payload {
            Payload::Response(response) => get(response, "status").as_f64().map(|status| status as u16),
            _ => None,
        }
    }

    /// Did it succeed? A WebSocket answers 101.
    pub fn is_success(&self) -> bool {
        self.status().is_none_or(|status| (200..300).contains(&status) || status == 101)
    }

    /// One of its headers.
    pub fn header(&self, name: &str) -> Option<String> {
        match &self.payload {
            Payload::Response(response) => {
                let value = invoke(&get(response, "headers"), "get", &[&name.into()]).ok()?.as_string()?;
                Some(value).filter(|value| !value.is_empty())
            }
            _ => None,
        }
    }

    /// The kind of its body.
    pub fn media(&self) -> Media {
        Media::of(self.header(headers::CONTENT_TYPE).as_deref())
    }

    /// Its body, for a stream.
    pub fn body(&self) -> JsValue {
        match &self.payload {
            Payload::Response(response) => get(response, "body"),
            Payload::Stream(stream) => stream.clone(),
            Payload::Value(_) => JsValue::NULL,
        }
    }

    /// Throws its body away.
    pub fn discard(&self) {
        cancel(&self.body(), &JsValue::UNDEFINED);
    }

    /// A `Response`, as it came where it came as one.
    pub fn into_response(self) -> Result<JsValue, JsValue> {
        let (body, content_type) = match self.payload {
            Payload::Response(response) => return Ok(response),
            Payload::Stream(stream) => (stream, "text/event-stream"),
            Payload::Value(value) => {
                (stringify(&value)?.map_or(JsValue::NULL, JsValue::from), "application/json")
            }
        };
        let headers = Object::new();
        set(&headers, headers::CONTENT_TYPE, &content_type.into());
        let init = Object::new();
        set(&init, "headers", &headers);
        construct("Response", &[&body, &init])
    }

    /// Reads the whole body. More than `limit` bytes are too many.
    pub async fn bytes(&self, guard: &Guard, limit: f64) -> Result<Uint8Array, Failure> {
        let Some((bytes, whole)) = read(&self.body(), self.value(), guard, limit).await? else {
            return Ok(Uint8Array::new_with_length(0));
        };
        if !whole {
            let why = format!(
                "The reply is larger than {} bytes. Raise maxResponseBytes, or ask for less at once.",
                limit as u64
            );
            return Err(Error::new(Code::TooLarge, why).into());
        }
        Ok(bytes)
    }

    /// Reads a failed reply.
    pub async fn failure(&self, guard: &Guard) -> Failure {
        let status = self.status().unwrap_or(0);
        let read = read(&self.body(), self.value(), guard, MAX_ERROR_BYTES).await;
        // Where the body breaks off, the status still says something.
        let body = read.ok().flatten().map(|(bytes, _)| bytes.to_vec()).unwrap_or_default();
        let mut error = Error::from_body(status, &body);
        self.sign(&mut error);
        error.into()
    }

    /// Adds what the headers say about a failure.
    pub fn sign(&self, error: &mut Error) {
        error.request_id = self.header(headers::REQUEST_ID).or(error.request_id.take());
        error.gateway_log_id = self.header(headers::GATEWAY_LOG_ID);
        let (ms, after) = (self.header(headers::RETRY_AFTER_MS), self.header(headers::RETRY_AFTER));
        error.retry_after_ms = retry_after(ms.as_deref(), after.as_deref(), js_sys::Date::now(), READERS);
    }

    /// What the headers say about a success.
    pub fn describe(&self, meta: &Object) {
        set_some(meta, "requestId", self.header(headers::REQUEST_ID));
        set_some(meta, "gatewayLogId", self.header(headers::GATEWAY_LOG_ID));
        set_some(meta, "cacheStatus", self.header(headers::CACHE_STATUS));
        set_some(meta, "model", self.header(headers::SERVED_MODEL));
        set_some(
            meta,
            "neurons",
            self.header(headers::NEURONS)
                .map(|text| js_sys::Number::parse_float(&text))
                .filter(|count| count.is_finite()),
        );
    }
}

/// Reads a body up to a limit: the bytes, and whether they are all. `None` where there is no body at all.
async fn read(
    body: &JsValue,
    response: &JsValue,
    guard: &Guard,
    limit: f64,
) -> Result<Option<(Uint8Array, bool)>, Failure> {
    if !is_stream(body) {
        return read_at_once(response, guard, limit).await;
    }
    let broken = |thrown: JsValue| {
        Failure::caused(
            Error::new(Code::Network, "The connection broke while the reply was read. Try again."),
            thrown,
        )
    };
    let reader = invoke(body, "getReader", &[]).map_err(|thrown| {
        Failure::caused(Error::new(Code::InvalidInput, "The reply's body was read by somebody else."), thrown)
    })?;
    let chunks = Array::new();
    let mut length = 0.0;
    loop {
        let step = match invoke(&reader, "read", &[]) {
            Ok(read) => guard.until_read(&read).await,
            Err(thrown) => Err(thrown),
        };
        let step = step.map_err(|thrown| {
            cancel(&reader, &thrown);
            broken(thrown)
        })?;
        if get(&step, "done").is_truthy() {
            return Ok(Some((join(&chunks, length), true)));
        }
        let Some(chunk) = bytes_of(&get(&step, "value")) else {
            cancel(&reader, &JsValue::UNDEFINED);
            return Err(
                Error::new(Code::MalformedResponse, "The reply's body is not a stream of bytes.").into()
            );
        };
        guard.first_byte();
        length += f64::from(chunk.length());
        if length > limit {
            cancel(&reader, &JsValue::UNDEFINED);
            return Ok(Some((join(&chunks, length - f64::from(chunk.length())), false)));
        }
        chunks.push(&chunk);
    }
}

/// Some stand-ins for `Response` have no `body` but can give all of it.
async fn read_at_once(
    response: &JsValue,
    guard: &Guard,
    limit: f64,
) -> Result<Option<(Uint8Array, bool)>, Failure> {
    if get_function(response, "arrayBuffer").is_none() {
        return Ok(None);
    }
    let broken = |thrown: JsValue| {
        Failure::caused(
            Error::new(Code::Network, "The connection broke while the reply was read. Try again."),
            thrown,
        )
    };
    let pending = invoke(response, "arrayBuffer", &[]).map_err(broken)?;
    let bytes = Uint8Array::new(&guard.until_read(&pending).await.map_err(broken)?);
    guard.first_byte();
    let whole = f64::from(bytes.length()) <= limit;
    Ok(Some((bytes, whole)))
}

fn join(chunks: &Array, length: f64) -> Uint8Array {
    if chunks.length() == 1
        && let Ok(only) = chunks.get(0).dyn_into()
    {
        return only;
    }
    let whole = Uint8Array::new_with_length(length as u32);
    let mut at = 0;
    for chunk in chunks.iter().filter_map(|chunk| chunk.dyn_into::<Uint8Array>().ok()) {
        whole.set(&chunk, at);
        at += chunk.length();
    }
    whole
}
