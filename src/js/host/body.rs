//! The bytes of a reply. They stay in JavaScript's memory, which unlike the wasm's can shrink again.

use std::cell::RefCell;

use js_sys::{JSON, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::JsHost;
use super::reply::{JsReply, Kind, ResponseLike, is_locked};
use crate::client::Failure;
use crate::client::host;
use crate::error::{Code, Error};
use crate::js::chunks::{Chunk, ReaderLike, StreamLike, chunk};
use crate::js::promise::settled;
use crate::js::value::member;

/// Bytes in JavaScript's memory.
pub struct Bytes(pub Uint8Array);

impl host::Chunk for Bytes {
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
    Stream(Box<ReaderLike>),
    /// A substitute for `Response` without a stream, read at once.
    AtOnce(RefCell<Option<ResponseLike>>),
    /// A complete answer, as its JSON text.
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
            return Ok(Some(Self::Stream(Box::new(reader))));
        }
        match &reply.kind {
            Kind::Response(response) if member(response, "arrayBuffer").is_function() => {
                Ok(Some(Self::AtOnce(RefCell::new(Some(response.clone())))))
            }
            _ => Ok(None),
        }
    }

    /// The next chunk, none at the end.
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
                let step =
                    settled(&reader.read().map_err(Failure::Foreign)?).await.map_err(Failure::Foreign)?;
                match chunk(&step).map_err(Failure::Foreign)? {
                    Chunk::End => Ok(None),
                    Chunk::Bytes(bytes) => Ok(Some(Bytes(bytes))),
                    Chunk::Other => Err(Failure::malformed("The reply's body is not a stream of bytes.")),
                }
            }
        }
    }

    /// Cancels the stream with the same reason that the caller receives.
    pub fn stop(&self, reason: Option<&Failure<JsHost>>) {
        let Self::Stream(reader) = self else { return };
        let reason = match reason {
            None => JsValue::UNDEFINED,
            Some(Failure::Thrown(_, value) | Failure::Foreign(value)) => value.clone(),
            Some(Failure::Error(error, _)) => super::to_js(error, None),
        };
        reader.cancel(&reason);
    }
}
