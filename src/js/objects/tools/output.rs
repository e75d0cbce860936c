//! The output of a call, for the model and for the caller.

use js_sys::{Array, Object, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::host::{json_of, not_run, words_of};
use crate::js::fields::Fields;
use crate::js::value::{Kind, kind_of, list, member};
use crate::kernel::sniff;
use crate::tasks::tools::reports;
use crate::text::concat;

/// See the module.
#[derive(Debug, Clone)]
pub struct Output {
    /// The content for the model: a text, or parts.
    pub content: JsValue,
    /// The handler's result.
    pub value: JsValue,
    /// The exception; a text if it was not run.
    pub error: Option<JsValue>,
    /// The duration in milliseconds; none if it was not run.
    pub duration_ms: Option<f64>,
}

impl Output {
    /// The output of a call that was not run.
    pub fn report(words: &str) -> Self {
        Self {
            content: words.into(),
            value: JsValue::UNDEFINED,
            error: Some(not_run(words)),
            duration_ms: None,
        }
    }

    /// The output of a settled handler.
    pub fn of(outcome: Result<JsValue, JsValue>, duration_ms: f64) -> Self {
        let duration_ms = Some(duration_ms);
        // A handler that returns an error counts as failed.
        let outcome = outcome
            .and_then(|value| if value.is_instance_of::<js_sys::Error>() { Err(value) } else { Ok(value) });
        match outcome {
            Ok(value) => match content_of(&value) {
                Ok(content) => Self { content, value, error: None, duration_ms },
                Err(words) => Self {
                    content: reports::thrown(&words).into(),
                    value,
                    error: Some(js_sys::TypeError::new(&words).into()),
                    duration_ms,
                },
            },
            Err(thrown) => {
                let words = reports::thrown(&words_of(&thrown));
                // Throwing `undefined` is a failure too.
                let error = if thrown.is_undefined() { not_run(&words) } else { thrown };
                Self { content: words.into(), value: JsValue::UNDEFINED, error: Some(error), duration_ms }
            }
        }
    }

    /// The public form, `{ id, name, output | error, … }`.
    pub fn describe(&self, id: &str, name: &str) -> Object {
        let fields = Fields::default();
        fields.text("id", Some(id));
        fields.text("name", Some(name));
        match &self.error {
            Some(error) => fields.value("error", error),
            None => fields.value("output", &self.value),
        }
        fields.value("content", &self.content);
        fields.number("durationMs", self.duration_ms);
        fields.done()
    }
}

/// Converts a handler's result for the model: texts and parts unchanged, media as a part, anything else as
/// JSON text.
fn content_of(value: &JsValue) -> Result<JsValue, String> {
    match Kind::of(value) {
        Kind::Text => return Ok(value.clone()),
        Kind::Undefined => return Ok("null".into()),
        Kind::Bytes | Kind::Blob if is_image(value) => return Ok(Array::of1(&image(value)).into()),
        Kind::Bytes | Kind::Blob => {
            return Err("The tool gave bytes that are no image, which is no result for a model.".to_owned());
        }
        Kind::Stream | Kind::Response | Kind::Form | Kind::Function | Kind::Symbol => {
            let why = ["The tool gave ", kind_of(value), ", which is no result for a model."];
            return Err(concat(&why));
        }
        _ => {}
    }
    // Generated media: bytes and their type.
    if Kind::of(&member(value, "bytes")) == Kind::Bytes && member(value, "mediaType").is_string() {
        let blob = member(value, "blob");
        if let Some(blob) = blob.dyn_ref::<js_sys::Function>()
            && let Ok(blob) = blob.call0(value)
        {
            return Ok(Array::of1(&image(&blob)).into());
        }
    }
    if let Some(parts) = list(value).filter(is_parts) {
        return Ok(parts.into());
    }
    match json_of(value) {
        Some(json) => Ok(json.into()),
        None => Err("The tool gave a value that has no form in JSON.".to_owned()),
    }
}

/// True by its type, or else by its first bytes.
fn is_image(media: &JsValue) -> bool {
    match member(media, "type").as_string() {
        Some(stated) => stated.starts_with("image/"),
        None => {
            let bytes = match media.dyn_ref::<js_sys::ArrayBuffer>() {
                Some(buffer) => Uint8Array::new(buffer),
                None => match media.dyn_ref::<Uint8Array>() {
                    Some(bytes) => bytes.clone(),
                    None => return false,
                },
            };
            let first = bytes.subarray(0, bytes.length().min(sniff::ENOUGH as u32)).to_vec();
            sniff::sniff(&first).is_some_and(|kind| kind.as_str().starts_with("image/"))
        }
    }
}

fn image(media: &JsValue) -> JsValue {
    let url = Fields::default();
    url.value("url", media);
    let part = Fields::default();
    part.text("type", Some("image_url"));
    part.value("image_url", &url.done());
    part.done().into()
}

/// True for a list of message parts of known types.
fn is_parts(list: &Array) -> bool {
    let is_part = |part: JsValue| match member(&part, "type").as_string().as_deref() {
        Some("text") => member(&part, "text").is_string(),
        Some("image_url") => !member(&part, "image_url").is_undefined(),
        _ => false,
    };
    list.length() > 0 && list.iter().all(is_part)
}
