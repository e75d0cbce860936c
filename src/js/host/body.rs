//! A reply's bytes. They stay in JavaScript's memory, which shrinks again, unlike the wasm's.

use std::cell::RefCell;

use js_sys::{JSON, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::JsHost;
use super::reply::{JsReply, Kind, ResponseLike, ignore, is_locked};
use crate::client::Failure;
use crate::client::host::Chunk;
use crate::error::{Code, Error};
use crate::js::promise::settled;
use crate::js::value::{bytes, member};

#[wasm_bindgen]
extern "C" {
    type StreamLike;
    #[wasm_bindgen(method, structural, catch, js_name = getReader)]
    fn get_reader(this: &StreamLike) -> Result<ReaderLike, JsValue>;

    type ReaderLike;
    #[wasm_bindgen(method, structural, catch)]
    fn read(this: &ReaderLike) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, catch)]
    fn cancel(this: &ReaderLike, reason: &JsValue) -> Result<JsValue, JsValue>;

    type Step;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn done(this: &Step) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn value(this: &Step) -> Result<JsValue, JsValue>;
}

/// Some bytes, in JavaScript's memory.
pub struct Bytes(pub Uint8Array);

impl Chunk for Bytes {
    fn len(&self) -> usize {
        self.0.length() as usize
    }

    fn append_to(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.0.to_vec());
    }
}

/// A reply that is being read.
pub enum JsBody {
    /// Chunk by chunk.
    Stream(Box<JsValue>),
    /// Of a stand-in for `Response` that has no stream but can give all of it.
    AtOnce(RefCell<Option<ResponseLike>>),
    /// A finished answer, as its JSON text.
    Text(RefCell<Option<Uint8Array>>),
}

impl JsBody {
    /// Begins to read.
    pub fn open(reply: &JsReply) -> Result<Option<Self>, Failure<JsHost>> {
        if let Kind::Value(value) = &reply.kind {
            let text = JSON::stringify(value).map_err(Failure::Foreign)?;
            let text = text.as_string().unwrap_or_default();
            return Ok(Some(Self::Text(RefCell::new(Some(Uint8Array::from(text.as_bytes()))))));
        }
        if let Some(body) = reply.body() {
            if is_locked(&body) {
                return Err(
                    Error::new(Code::InvalidInput, "The reply's body was read by somebody else.").into()
                );
            }
            let reader = body.unchecked_ref::<StreamLike>().get_reader().map_err(Failure::Foreign)?;
            return Ok(Some(Self::Stream(Box::new(reader.into()))));
        }
        match &reply.kind {
            Kind::Response(response) if member(response, "arrayBuffer").is_function() => {
                Ok(Some(Self::AtOnce(RefCell::new(Some(response.clone())))))
            }
            _ => Ok(None),
        }
    }

    /// The next bytes, none at the end.
    pub async fn read(&self) -> Result<Option<Bytes>, Failure<JsHost>> {
        match self {
            Self::Text(text) => Ok(text.borrow_mut().take().map(Bytes)),
            Self::AtOnce(response) => {
                let response = response.borrow_mut().take();
                let Some(response) = response else { return Ok(None) };
                let pending = response.array_buffer().map_err(Failure::Foreign)?;
                let buffer = settled(&pending).await.map_err(Failure::Foreign)?;
                Ok(Some(Bytes(Uint8Array::new(&buffer))))
            }
            Self::Stream(reader) => {
                let pending = reader.unchecked_ref::<ReaderLike>().read().map_err(Failure::Foreign)?;
                let step = settled(&pending).await.map_err(Failure::Foreign)?.unchecked_into::<Step>();
                if step.done().map_err(Failure::Foreign)?.is_truthy() {
                    return Ok(None);
                }
                let value = step.value().map_err(Failure::Foreign)?;
                match bytes(&value) {
                    Some(chunk) => Ok(Some(Bytes(chunk))),
                    None => Err(Failure::malformed("The reply's body is not a stream of bytes.")),
                }
            }
        }
    }

    /// Cancels the stream: whoever sends learns the same reason as whoever has called.
    pub fn stop(&self, reason: Option<&Failure<JsHost>>) {
        let Self::Stream(reader) = self else { return };
        let reason = match reason {
            None => JsValue::UNDEFINED,
            Some(Failure::Thrown(_, value) | Failure::Foreign(value)) => value.clone(),
            Some(Failure::Error(error, _)) => super::to_js(error, None),
        };
        if let Ok(promise) = reader.unchecked_ref::<ReaderLike>().cancel(&reason) {
            ignore(&promise);
        }
    }
}

/// Chunks in one array.
pub fn join(mut chunks: Vec<Bytes>) -> Uint8Array {
    if chunks.len() == 1
        && let Some(Bytes(only)) = chunks.pop()
    {
        return only;
    }
    let length = chunks.iter().map(|Bytes(chunk)| chunk.length()).sum();
    let whole = Uint8Array::new_with_length(length);
    let mut at = 0;
    for Bytes(chunk) in chunks {
        whole.set(&chunk, at);
        at += chunk.length();
    }
    whole
}
