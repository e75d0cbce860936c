//! Collects all bytes of a caller's value: of bytes in one of their forms, a `Blob`, a `Response`, a
//! `ReadableStream`.

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::abort::Listener;
use super::failure::Failure;
use super::transport::Call;
use crate::error::{Code, Error};
use crate::js::chunks::{BlobLike, Chunk, Gathered, ReaderLike, StreamLike, chunk};
use crate::js::value::{self, is_blob, is_response, is_stream, kind_of, member};
use crate::text::{concat, decimal};

/// A caller's value whose bytes are available or being read.
#[derive(Debug)]
pub enum Source {
    /// The caller's own bytes: must be copied to be kept.
    Borrowed(Uint8Array),
    /// A promise of an `ArrayBuffer`.
    Buffer(JsValue),
    /// A stream that is locked by its reader.
    Stream(Pieces),
    /// A `Response` without a body.
    Nothing,
}

/// The chunks of a stream. A stream that is not read to its end is cancelled.
#[derive(Debug)]
pub struct Pieces {
    reader: Option<ReaderLike>,
}

impl Source {
    /// Begins to read a value. `field` is the caller's name for it.
    pub fn open(value: &JsValue, field: &str, limit: f64) -> Result<Self, Failure> {
        if let Some(bytes) = value::bytes(value) {
            return Ok(Source::Borrowed(within(bytes, field, limit)?));
        }
        if is_blob(value) {
            if member(value, "size").as_f64().is_some_and(|size| size > limit) {
                return Err(too_large(field, limit).into());
            }
            return Ok(Source::Buffer(value.unchecked_ref::<BlobLike>().array_buffer()?));
        }
        if is_stream(value) {
            return Pieces::open(value, field).map(Source::Stream);
        }
        if is_response(value) {
            return of_response(value, field);
        }
        let what =
            [field, " must be bytes, a Blob, a Response or a ReadableStream, not ", kind_of(value), "."];
        Err(Error::invalid(field, &concat(&what)).into())
    }

    /// All bytes; the caller's own are not copied. The end of the call interrupts it.
    pub async fn read(self, call: &Call, field: &str, limit: f64) -> Result<Uint8Array, Failure> {
        match self {
            Source::Borrowed(bytes) => Ok(bytes),
            Source::Buffer(promise) => {
                let buffer = call.until(&promise).await?;
                within(Uint8Array::new(&buffer), field, limit)
            }
            Source::Stream(pieces) => pieces.all(call, field, limit).await,
            Source::Nothing => Ok(Uint8Array::new_with_length(0)),
        }
    }
}

/// Collects all bytes of a value: see [`Source::open`] and [`Source::read`]. More than `limit` are
/// `TOO_LARGE`.
pub async fn collect(value: &JsValue, field: &str, limit: f64, call: &Call) -> Result<Uint8Array, Failure> {
    Source::open(value, field, limit)?.read(call, field, limit).await
}

fn of_response(response: &JsValue, field: &str) -> Result<Source, Failure> {
    if member(response, "bodyUsed").is_truthy() {
        return Err(read_already("Response", field).into());
    }
    if !member(response, "ok").is_truthy() {
        let status = decimal(member(response, "status").as_f64().unwrap_or_default() as i64);
        let what = ["The response that ", field, " is has status ", &status, "."];
        return Err(Error::invalid(field, &concat(&what)).into());
    }
    let body = member(response, "body");
    if is_stream(&body) { Pieces::open(&body, field).map(Source::Stream) } else { Ok(Source::Nothing) }
}

/// The stream that a value is, or that a `Response` has, if it is unread; `None` for other values.
pub fn stream_of(value: &JsValue, field: &str) -> Result<Option<JsValue>, Failure> {
    let stream = if is_response(value) { member(value, "body") } else { value.clone() };
    if !is_stream(&stream) {
        return Ok(None);
    }
    if member(&stream, "locked").is_truthy() || member(value, "bodyUsed").is_truthy() {
        return Err(read_already("stream", field).into());
    }
    Ok(Some(stream))
}

impl Pieces {
    /// Locks a stream.
    pub fn open(stream: &JsValue, field: &str) -> Result<Self, Failure> {
        if member(stream, "locked").is_truthy() {
            return Err(read_already("stream", field).into());
        }
        let reader = stream.unchecked_ref::<StreamLike>().get_reader()?;
        Ok(Pieces { reader: Some(reader) })
    }

    /// Its first chunk: the reader, the result of the read, and its bytes. The caller continues with the
    /// reader.
    pub async fn peek(mut self, call: &Call) -> Result<(JsValue, JsValue, Option<Uint8Array>), Failure> {
        let Some(reader) = &self.reader else { return Err(JsValue::UNDEFINED.into()) };
        let piece = call.until(&reader.read()?).await?;
        let bytes = value::bytes(&member(&piece, "value"));
        Ok((self.reader.take().map(JsValue::from).unwrap_or_default(), piece, bytes))
    }

    /// The next chunk; `None` at the end. `field` is the name of the input.
    async fn next(&mut self, call: &Call, field: &str) -> Result<Option<Uint8Array>, Failure> {
        let Some(reader) = &self.reader else { return Ok(None) };
        match chunk(&call.until(&reader.read()?).await?)? {
            Chunk::Bytes(bytes) => Ok(Some(bytes)),
            Chunk::End => {
                if let Some(reader) = self.reader.take() {
                    // A substitute may have no locks.
                    let _ = reader.release_lock();
                }
                Ok(None)
            }
            Chunk::Other => {
                let what = ["The stream that ", field, " is has something else than bytes."];
                Err(Error::invalid(field, &concat(&what)).into())
            }
        }
    }

    async fn all(mut self, call: &Call, field: &str, limit: f64) -> Result<Uint8Array, Failure> {
        // The code that awaits the call may see its end earlier than this future does.
        let _listener = self.reader.clone().and_then(|reader| {
            Listener::new(&member(call.as_ref(), "signal"), move || reader.cancel(&JsValue::UNDEFINED))
        });
        let (mut pieces, mut length) = (Gathered::default(), 0.0);
        while let Some(piece) = self.next(call, field).await? {
            length += f64::from(piece.length());
            if length > limit {
                return Err(too_large(field, limit).into());
            }
            pieces.push(piece);
        }
        Ok(pieces.finish())
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.cancel(&JsValue::UNDEFINED);
        }
    }
}

fn within(bytes: Uint8Array, field: &str, limit: f64) -> Result<Uint8Array, Failure> {
    if f64::from(bytes.length()) > limit { Err(too_large(field, limit).into()) } else { Ok(bytes) }
}

fn too_large(field: &str, limit: f64) -> Error {
    let what = [field, " is larger than ", &decimal(limit as i64), " bytes."];
    Error::new(Code::TooLarge, concat(&what)).with_field(field)
}

fn read_already(what: &str, field: &str) -> Error {
    Error::invalid(field, &concat(&["The ", what, " that ", field, " is was read by somebody else."]))
}
