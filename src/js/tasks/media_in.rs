//! Converts media of an input to the form in which it is sent: see [`crate::value::WireForm`].

use js_sys::{Array, JSON, Object, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag};

use super::bytes::{Pieces, Source, stream_of};
use super::failure::Failure;
use super::kernel::{Encoding, MediaText, decode_base64, encode_base64, sniff};
use super::transport::Call;
use crate::error::{Code, Error};
use crate::js::error::is_ours;
use crate::js::value::{Js, is_list, set};
use crate::tasks::media::MOST_BYTES;
use crate::text::concat;
use crate::value::{Media, WireForm};

/// The type of unknown media.
const UNKNOWN: &str = "application/octet-stream";
/// From this size on a body is a stream, or a blob, which is stored outside of JavaScript's heap.
pub const LARGE: u32 = 4 << 20;

#[wasm_bindgen(raw_module = "./tasks/bodies.js")]
extern "C" {
    #[wasm_bindgen(js_name = numbersOf)]
    fn numbers_of(bytes: &Uint8Array) -> Array;
    #[wasm_bindgen(js_name = resumed)]
    fn resumed(reader: &JsValue, first: &JsValue) -> JsValue;
    /// See pkg-template/tasks/bodies.js.
    #[wasm_bindgen(js_name = streamMaker)]
    pub fn stream_maker(parts: &Array) -> js_sys::Function;
    /// See pkg-template/tasks/bodies.js.
    #[wasm_bindgen(js_name = inputsMaker)]
    pub fn inputs_maker(inputs: &Object, streams: &Array) -> js_sys::Function;
}

/// The destination of media.
#[derive(Debug, Clone, Copy)]
pub struct Destination {
    /// True for the binding, false over HTTP.
    pub binding: bool,
    /// True if `fetch` supports streams as bodies.
    pub takes_streams: bool,
}

/// Converted media. Bytes of the caller have been copied.
#[derive(Debug)]
pub enum Made {
    /// A value in JSON: its text, as a `Uint8Array` or a `Blob`.
    Json(JsValue),
    /// A value of the binding's inputs, or a `Blob` as a part of a form.
    Value(JsValue),
    /// `{ body, contentType }` of the binding.
    Stream {
        /// A `Blob`, which yields a stream for each attempt, or a single stream.
        body: JsValue,
        /// Its type.
        content_type: String,
        /// True if it is a blob.
        replayable: bool,
    },
    /// The body of the request.
    Body {
        /// Its bytes.
        bytes: Uint8Array,
        /// Its type.
        content_type: String,
    },
}

/// Media whose bytes are being read.
#[derive(Debug)]
pub struct Pending {
    media: Media<Js>,
    source: Waiting,
}

#[derive(Debug)]
enum Waiting {
    /// Read completely before it is sent.
    Bytes(Source),
    /// A stream that is forwarded unbuffered; its first bytes determine its type.
    Through(Pieces),
}

/// Media that is converted or pending.
#[derive(Debug)]
pub enum Slot {
    /// It was available.
    Made(Made),
    /// It has to be read first.
    Pending(Box<Pending>),
}

impl Slot {
    /// Converts available media now, and begins to read other media.
    pub fn begin(media: Media<Js>, to: Destination) -> Result<Self, Failure> {
        let (value, field) = (&media.value.0, field_of(&media));
        if media.form == WireForm::Stream
            && let Some(stream) = stream_of(value, field)?
        {
            return match media.media_type.clone() {
                Some(content_type) => {
                    Ok(Slot::Made(Made::Stream { body: stream, content_type, replayable: false }))
                }
                None => {
                    let source = Waiting::Through(Pieces::open(&stream, field)?);
                    Ok(Slot::Pending(Box::new(Pending { media, source })))
                }
            };
        }
        let own = if value.is_string() {
            decode_base64(value, field)?
        } else if is_list(value) {
            // The planner has validated that all of them are bytes.
            Uint8Array::new(value)
        } else {
            match Source::open(value, field, f64::INFINITY)? {
                Source::Borrowed(bytes) => {
                    let made = make(&media, checked(bytes, field)?, false, to)?;
                    return Ok(Slot::Made(made));
                }
                source => {
                    let source = Waiting::Bytes(source);
                    return Ok(Slot::Pending(Box::new(Pending { media, source })));
                }
            }
        };
        let own = checked(own, field)?;
        make(&media, own, true, to).map(Slot::Made)
    }

    /// Awaits the bytes. The end of the call interrupts it.
    pub async fn finish(self, call: &Call, to: Destination) -> Result<Made, Failure> {
        match self {
            Slot::Made(made) => Ok(made),
            Slot::Pending(pending) => pending.finish(call, to).await,
        }
    }
}

impl Pending {
    async fn finish(self, call: &Call, to: Destination) -> Result<Made, Failure> {
        let Pending { media, source } = self;
        let field = field_of(&media);
        match source {
            Waiting::Bytes(source) => {
                let bytes = source.read(call, field, MOST_BYTES as f64).await;
                let bytes = checked(bytes.map_err(|failure| explained(failure, field))?, field)?;
                make(&media, bytes, true, to)
            }
            Waiting::Through(pieces) => {
                let (reader, first, bytes) =
                    pieces.peek(call).await.map_err(|failure| explained(failure, field))?;
                let known = bytes.as_ref().and_then(sniff).unwrap_or(UNKNOWN);
                let body = resumed(&reader, &first);
                Ok(Made::Stream { body, content_type: known.to_owned(), replayable: false })
            }
        }
    }
}

fn field_of(media: &Media<Js>) -> &str {
    if media.field.is_empty() { "input" } else { &media.field }
}

fn checked(bytes: Uint8Array, field: &str) -> Result<Uint8Array, Failure> {
    match bytes.length() {
        0 => Err(Error::invalid(field, &concat(&[field, " is empty."])).into()),
        length if length as usize > MOST_BYTES => Err(too_large(field).into()),
        _ => Ok(bytes),
    }
}

fn too_large(field: &str) -> Error {
    Error::invalid(field, &concat(&[field, " has more than 100 MiB, which no model takes."]))
}

/// Converts an exception of a caller's value to an error of the input.
fn explained(failure: Failure, field: &str) -> Failure {
    match failure {
        Failure::Ours(error) if error.code == Code::TooLarge => too_large(field).into(),
        Failure::Theirs(cause) if !is_ours(&cause) => {
            let error = Error::invalid(field, &concat(&[field, " could not be read; cause has its error."]));
            Failure::Caused(error, cause)
        }
        failure => failure,
    }
}

/// Bytes in the requested form. `own` bytes are not shared with the caller.
fn make(media: &Media<Js>, bytes: Uint8Array, own: bool, to: Destination) -> Result<Made, Failure> {
    let content_type =
        || media.media_type.clone().unwrap_or_else(|| sniff(&bytes).unwrap_or(UNKNOWN).to_owned());
    let text = |text: MediaText<'_>| {
        let small = text.length() < LARGE || to.takes_streams;
        Ok(Made::Json(if small { text.to_bytes().into() } else { text.to_blob()?.into() }))
    };
    match media.form {
        WireForm::Numbers if to.binding => Ok(Made::Value(numbers_of(&bytes).into())),
        WireForm::Numbers => text(MediaText::new(&bytes, Encoding::Numbers).between("[", "]")),
        WireForm::Base64 if to.binding => Ok(Made::Value(encode_base64(&bytes))),
        WireForm::Base64 => text(MediaText::new(&bytes, Encoding::Base64).between("\"", "\"")),
        WireForm::DataUrl => {
            let prefix = concat(&["data:", &content_type(), ";base64,"]);
            if to.binding {
                let url = js_sys::JsString::from(prefix.as_str()).concat(&encode_base64(&bytes));
                return Ok(Made::Value(url.into()));
            }
            // A declared type may contain quotes.
            let quoted = JSON::stringify(&JsValue::from_str(&prefix)).map(String::from)?;
            let before = quoted.strip_suffix('"').unwrap_or(&quoted);
            text(MediaText::new(&bytes, Encoding::Base64).between(before, "\""))
        }
        WireForm::Wrapped => {
            let wrapped = Object::new();
            set(&wrapped, "body", &encode_base64(&bytes));
            set(&wrapped, "contentType", &content_type().into());
            Ok(Made::Value(wrapped.into()))
        }
        WireForm::Stream => {
            let body = blob(&bytes, None)?.into();
            Ok(Made::Stream { body, content_type: content_type(), replayable: true })
        }
        WireForm::Part => Ok(Made::Value(blob(&bytes, Some(&content_type()))?.into())),
        WireForm::Body => {
            let content_type = content_type();
            let bytes = if own { bytes } else { bytes.slice(0, bytes.length()) };
            Ok(Made::Body { bytes, content_type })
        }
    }
}

/// A copy of the bytes as a blob.
fn blob(bytes: &Uint8Array, content_type: Option<&str>) -> Result<Blob, JsValue> {
    // The platform rejects shared memory.
    let shared = bytes.buffer().is_instance_of::<js_sys::SharedArrayBuffer>();
    let parts = if shared { Array::of1(&bytes.slice(0, bytes.length())) } else { Array::of1(bytes) };
    let options = BlobPropertyBag::new();
    options.set_type(content_type.unwrap_or_default());
    Blob::new_with_u8_array_sequence_and_options(&parts, &options)
}
