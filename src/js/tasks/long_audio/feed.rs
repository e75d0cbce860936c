//! Reads the bytes of a recording on demand, and splits them into pieces.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::Total;
use crate::audio::{Cutter, ENOUGH, Limits, Piece};
use crate::client::pool::Jobs;
use crate::error::{Code, Error};
use crate::js::chunks::{BlobLike, Chunk, ReaderLike, StreamLike, chunk};
use crate::js::promise::{Settled, settled};
use crate::js::tasks::abort::Listener;
use crate::js::tasks::bytes::stream_of;
use crate::js::tasks::failure::Failure;
use crate::js::tasks::kernel::decode_base64;
use crate::js::value::{bytes, is_blob, is_list, member};
use crate::tasks::media;

/// Bytes that are copied into the wasm at a time.
const STEP: u32 = 256 * 1024;

/// See the module.
pub struct Feed {
    source: Source,
    pending: Option<Settled>,
    /// The bytes that were read before the format was known.
    beginning: Vec<u8>,
    cutter: Option<Cutter>,
    total: Total,
    signal: JsValue,
    listener: Option<Listener>,
    over: bool,
}

enum Source {
    Bytes(Uint8Array, u32),
    Blob(BlobLike, f64),
    /// A reader, and the unread rest of its last chunk.
    Stream(ReaderLike, Option<Uint8Array>),
}

/// The error of a recording in a format that cannot be split.
pub fn unknown() -> Failure {
    let message = "audio is in no format that can be cut: WAV, FLAC, MP3 or Ogg. Convert it, or leave out pieceSeconds, onProgress and resume.";
    Error::invalid("audio", message).into()
}

impl Feed {
    /// A recording in any form of media. Nothing is read yet.
    pub fn open(audio: &JsValue) -> Result<Self, Failure> {
        const FIELD: &str = "audio";
        let source = if let Some(bytes) = bytes(audio) {
            Source::Bytes(bytes, 0)
        } else if is_blob(audio) {
            Source::Blob(audio.clone().unchecked_into(), 0.0)
        } else if let Some(stream) = stream_of(audio, FIELD)? {
            // Its status is checked like that of other media.
            media::Source::read(FIELD, &crate::js::value::Js(audio.clone()))?;
            Source::Stream(stream.unchecked_ref::<StreamLike>().get_reader()?, None)
        } else {
            media::Source::read(FIELD, &crate::js::value::Js(audio.clone()))?;
            let own = if audio.is_string() {
                decode_base64(audio, FIELD)?
            } else if is_list(audio) {
                Uint8Array::new(audio)
            } else {
                return Err(unknown());
            };
            Source::Bytes(own, 0)
        };
        Ok(Feed {
            source,
            pending: None,
            beginning: Vec::new(),
            cutter: None,
            total: Rc::new(RefCell::new(None)),
            signal: JsValue::UNDEFINED,
            listener: None,
            over: false,
        })
    }

    /// The signal ends a stalled stream.
    pub fn follow(&mut self, signal: &JsValue) {
        self.signal = signal.clone();
        if let Source::Stream(reader, _) = &self.source {
            let reader = reader.clone();
            self.listener = Listener::new(signal, move || reader.cancel(&JsValue::UNDEFINED));
        }
    }

    /// Reads enough to detect the format; false if it cannot be split.
    pub async fn begin(&mut self, limits: Limits, from: f64) -> Result<bool, JsValue> {
        while self.beginning.len() < ENOUGH && !self.over {
            match std::future::poll_fn(|cx| self.poll_bytes(cx)).await? {
                Some(bytes) => self.beginning.extend_from_slice(&bytes.to_vec()),
                None => self.over = true,
            }
        }
        self.cutter = Cutter::of(&self.beginning, limits, from);
        if let Some(cutter) = &mut self.cutter {
            let beginning = std::mem::take(&mut self.beginning);
            cutter.push(&beginning).map_err(|error| Failure::from(error).without_call())?;
        }
        Ok(self.cutter.is_some())
    }

    /// The duration of the recording; known when its header has been read.
    pub fn total(&self) -> Total {
        Rc::clone(&self.total)
    }

    fn poll_bytes(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Uint8Array>, JsValue>> {
        if let Some(pending) = &mut self.pending {
            let value = ready!(Pin::new(pending).poll(cx));
            self.pending = None;
            if member(&self.signal, "aborted").is_truthy() {
                let error = Error::new(Code::Aborted, "The call was aborted.");
                let failure = Failure::Caused(error, member(&self.signal, "reason"));
                return Poll::Ready(Err(failure.without_call()));
            }
            return match &mut self.source {
                Source::Stream(_, left) => match chunk(&value?)? {
                    Chunk::End => Poll::Ready(Ok(None)),
                    Chunk::Bytes(bytes) => {
                        *left = Some(bytes);
                        self.poll_bytes(cx)
                    }
                    Chunk::Other => {
                        let error = Error::invalid(
                            "audio",
                            "The stream that audio is has something else than bytes.",
                        );
                        Poll::Ready(Err(Failure::from(error).without_call()))
                    }
                },
                _ => Poll::Ready(Ok(Some(Uint8Array::new(&value?)))),
            };
        }
        match &mut self.source {
            Source::Bytes(bytes, at) => {
                let from = *at;
                *at = bytes.length().min(from.saturating_add(STEP));
                let step = (*at > from).then(|| bytes.subarray(from, *at));
                return Poll::Ready(Ok(step));
            }
            Source::Blob(blob, at) => {
                let size = member(blob, "size").as_f64().unwrap_or_default();
                let from = *at;
                *at = size.min(from + f64::from(STEP));
                if *at <= from {
                    return Poll::Ready(Ok(None));
                }
                self.pending = Some(settled(&blob.slice(from, *at)?.array_buffer()?));
            }
            Source::Stream(reader, left) => {
                if let Some(bytes) = left.take() {
                    let length = bytes.length();
                    if length > STEP {
                        *left = Some(bytes.subarray(STEP, length));
                    }
                    return Poll::Ready(Ok(Some(bytes.subarray(0, length.min(STEP)))));
                }
                self.pending = Some(settled(&reader.read()?));
            }
        }
        self.poll_bytes(cx)
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Piece, JsValue>>> {
        loop {
            let Some(cutter) = &mut self.cutter else { return Poll::Ready(None) };
            if let Some(piece) = cutter.piece() {
                *self.total.borrow_mut() = cutter.total();
                return Poll::Ready(Some(Ok(piece)));
            }
            if self.over {
                return Poll::Ready(None);
            }
            let read = match ready!(self.poll_bytes(cx)) {
                Err(error) => return Poll::Ready(Some(Err(error))),
                Ok(bytes) => bytes,
            };
            let Some(cutter) = &mut self.cutter else { return Poll::Ready(None) };
            let outcome = match read {
                Some(bytes) => cutter.push(&bytes.to_vec()),
                None => {
                    self.over = true;
                    cutter.finish()
                }
            };
            if let Err(error) = outcome {
                return Poll::Ready(Some(Err(Failure::from(error).without_call())));
            }
        }
    }
}

impl Jobs for Feed {
    type Job = Piece;
    type Error = JsValue;

    fn poll_job(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Piece, JsValue>>> {
        self.poll_piece(cx)
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.listener = None;
        // A stream that is not read to its end is cancelled.
        if let Source::Stream(reader, _) = &self.source
            && !self.over
        {
            reader.cancel(&JsValue::UNDEFINED);
        }
    }
}
