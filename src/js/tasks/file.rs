//! Files in a form: converts bytes in any form to a `Blob`.

use js_sys::{Array, JsString, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag};

use super::bytes::Source;
use super::failure::Failure;
use super::kernel::decode_base64;
use super::transport::Call;
use crate::error::Error;
use crate::js::value::{Js, is_blob, is_response, kind_of};
use crate::text::concat;
use crate::value::Value;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = decodeURIComponent, catch)]
    fn decode_uri_component(text: &JsString) -> Result<JsString, JsValue>;
}

/// A file whose bytes are available or being read.
#[derive(Debug)]
pub enum File {
    /// The caller's own, or a copy.
    Blob(Blob),
    /// It has to be read first.
    Source {
        /// The source of its bytes.
        source: Source,
        /// Its type; empty if it is not declared.
        media_type: String,
        /// The caller's name for it.
        field: String,
        /// Size limit in bytes.
        limit: f64,
    },
}

impl File {
    /// Begins to read a value. Later changes of its bytes by the caller have no effect.
    pub fn open(value: &JsValue, field: &str, limit: f64) -> Result<Self, Failure> {
        if is_blob(value) {
            return Ok(File::Blob(value.clone().unchecked_into()));
        }
        if let Some(text) = value.dyn_ref::<JsString>() {
            return of_data_url(text, field).map(File::Blob);
        }
        if !value.is_object() {
            return Err(not_media(value, field).into());
        }
        let stated = if is_response(value) { Js(value.clone()).stated_type() } else { None };
        let media_type = stated.unwrap_or_default();
        let source = Source::open(value, field, limit)?;
        match source {
            Source::Borrowed(bytes) => Ok(File::Blob(blob(&bytes, &media_type)?)),
            source => Ok(File::Source { source, media_type, field: field.to_owned(), limit }),
        }
    }

    /// Reads the file. The end of the call interrupts it.
    pub async fn read(self, call: &Call) -> Result<Blob, Failure> {
        match self {
            File::Blob(blob) => Ok(blob),
            File::Source { source, media_type, field, limit } => {
                let bytes = source.read(call, &field, limit).await?;
                Ok(blob(&bytes, &media_type)?)
            }
        }
    }
}

fn blob(bytes: &JsValue, media_type: &str) -> Result<Blob, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    // The platform rejects shared memory.
    let is_shared = bytes
        .dyn_ref::<Uint8Array>()
        .filter(|bytes| bytes.buffer().is_instance_of::<js_sys::SharedArrayBuffer>());
    let parts = match is_shared {
        Some(bytes) => Array::of1(&bytes.slice(0, bytes.length())),
        None => Array::of1(bytes),
    };
    Blob::new_with_blob_sequence_and_options(&parts, &options)
}

/// A plain text is ambiguous: it may be a document itself, or base64 of one. A data URL is not.
fn of_data_url(url: &JsString, field: &str) -> Result<Blob, Failure> {
    let comma = url.index_of(",", 0);
    let head = String::from(url.slice(0, comma.max(0) as u32));
    let Some(parameters) = head.strip_prefix("data:") else {
        return Err(not_media(url, field).into());
    };
    let unreadable = || Error::invalid(field, &concat(&[field, " is not a data URL that can be read."]));
    let media_type = parameters.split(';').next().unwrap_or_default();
    let data = url.slice(comma as u32 + 1, url.length());
    let content: JsValue = if parameters.ends_with(";base64") {
        decode_base64(&data, field).map_err(|_| unreadable())?.into()
    } else {
        decode_uri_component(&data).map_err(|_| unreadable())?.into()
    };
    Ok(blob(&content, media_type)?)
}

fn not_media(value: &JsValue, field: &str) -> Error {
    let why = [
        field,
        " must be bytes, a Blob, a File, a stream, a Response or a data URL, not ",
        kind_of(value),
        ".",
    ];
    Error::invalid(field, &concat(&why))
}
