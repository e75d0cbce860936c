//! Decodes media answers: bytes, or base64 in JSON, which is decoded directly from the reply's bytes.

use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::failure::Failure;
use super::kernel::{Base64Reader, decode_base64, encode_base64, sniff};
use super::transport::{Begun, Call, body_kind};
use crate::error::{Code, Error};
use crate::js::chunks::join;
use crate::js::value::{list, member};
use crate::tasks::media::PAYLOAD;
use crate::tasks::media_text;
use crate::text::{before, contains_word, lossy, trim, unsigned};
use crate::wire::beginning::Beginning;
use crate::wire::failure_kind::PAGE;
use crate::wire::json;

/// Members that contain media in base64; the first one that is present counts.
const MEMBERS: [&str; 2] = ["audio", "image"];
const UNKNOWN: &str = "application/octet-stream";

#[wasm_bindgen(raw_module = "./tasks/media.js")]
extern "C" {
    /// See pkg-template/tasks/media.js.
    #[wasm_bindgen(extends = Object)]
    type Media;
    #[wasm_bindgen(constructor)]
    fn new(bytes: &Uint8Array, media_type: &str) -> Media;
}

/// Encodes bytes as base64, for `Media`.
#[wasm_bindgen(js_name = encodeBase64, skip_typescript)]
pub fn encode(bytes: &Uint8Array) -> JsValue {
    encode_base64(bytes)
}

enum Reader {
    Json(Base64Reader),
    Bytes(Vec<Uint8Array>),
}

/// Reads a reply, whose first bytes determine its type: returns the media, none if its JSON has none, and
/// that JSON without it.
pub async fn take_media(call: &Call) -> Result<(Option<Object>, JsValue), Failure> {
    let mut reply = Begun::read(call).await?;
    let is_page = call.status().is_some() && call.body_kind() == body_kind::PAGE;
    let mut reader = match reply.beginning {
        None => return Err(malformed("The reply is empty. Ask again.")),
        Some(Beginning::Json) => {
            let length = call.header("content-length").and_then(|length| unsigned(&length));
            let length = f64::from(length.unwrap_or_default()).min(call.max_response_bytes());
            Reader::Json(Base64Reader::new(PAYLOAD, length))
        }
        Some(Beginning::Page) => return Err(malformed(PAGE)),
        Some(Beginning::Events) => return Err(reply.no_answer().await.into()),
        _ => Reader::Bytes(Vec::new()),
    };
    while let Some(chunk) = reply.next().await? {
        match &mut reader {
            Reader::Json(reader) => reader.push(&chunk).map_err(|fault| fault.in_reply())?,
            Reader::Bytes(pieces) => pieces.push(chunk),
        }
    }
    let reader = match reader {
        Reader::Bytes(pieces) => {
            let stated = call.status().and_then(|_| call.header("content-type"));
            let bytes = join(pieces);
            if is_page {
                let failure = report_in(call, &bytes.to_vec());
                return Err(failure.unwrap_or_else(|| malformed(PAGE)));
            }
            let says_json = call.status().is_some() && call.body_kind() == body_kind::JSON;
            if says_json && json::parse(&bytes.to_vec()).is_ok() {
                let failure = report_in(call, &bytes.to_vec());
                return Err(failure.unwrap_or_else(|| media_text::no_media().into()));
            }
            if let Some(failure) = text_failure(call, &bytes) {
                return Err(failure);
            }
            // A chunk may be a view of a larger buffer.
            let own = bytes.buffer().unchecked_ref::<js_sys::ArrayBuffer>().byte_length() == bytes.length();
            let bytes = if own { bytes } else { bytes.slice(0, bytes.length()) };
            return Ok((Some(media_of(&bytes, stated.as_deref())), JsValue::UNDEFINED));
        }
        Reader::Json(reader) => reader.finish().map_err(|fault| fault.in_reply())?,
    };
    let raw = call.open(&reader.rest)?;
    let Some(bytes) = reader.bytes.filter(|bytes| bytes.length() > 0) else {
        return Ok((listed_in(&raw)?, raw));
    };
    if let Some(failure) = text_failure(call, &bytes) {
        return Err(failure);
    }
    let stated = take_prefix(&raw);
    Ok((Some(media_of(&bytes, stated.as_deref())), raw))
}

/// The failure of bytes that are text: the one that the text reports, or that it is no media.
fn text_failure(call: &Call, bytes: &Uint8Array) -> Option<Failure> {
    const HEAD: u32 = 256;
    if sniff(bytes).is_some() || is_no_text(&bytes.subarray(0, HEAD.min(bytes.length()))) {
        return None;
    }
    let bytes = bytes.to_vec();
    if !media_text::is_text(&bytes) {
        return None;
    }
    Some(report_in(call, &bytes).unwrap_or_else(|| media_text::no_media().into()))
}

/// The service's failure in a text, which is retried if the policy permits.
fn report_in(call: &Call, text: &[u8]) -> Option<Failure> {
    let report = media_text::report(&lossy(text))?;
    call.open(&report).err().map(Failure::Theirs)
}

/// True if the first bytes show that the bytes are not text, as those of nearly all media do.
fn is_no_text(head: &Uint8Array) -> bool {
    head.to_vec().iter().any(|byte| media_text::is_no_text(*byte))
}

/// Removes the media's empty member from the raw answer; returns the type in the rest of a data URL.
fn take_prefix(raw: &JsValue) -> Option<String> {
    for name in PAYLOAD.split(',') {
        let name = JsValue::from_str(name);
        let Ok(prefix) = Reflect::get(raw, &name) else { continue };
        let Some(prefix) = prefix.as_string() else { continue };
        let _ = Reflect::delete_property(raw.unchecked_ref::<Object>(), &name);
        let scheme = prefix.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"));
        let stated = prefix.get(5..)?.split([';', ',']).next()?;
        return (scheme && !stated.is_empty()).then(|| stated.to_owned());
    }
    None
}

/// The media in an answer that was parsed with its base64, if any.
pub fn media_in(answer: &JsValue) -> Result<Option<Object>, Failure> {
    let text = MEMBERS.iter().map(|name| member(answer, name)).find(JsValue::is_string);
    text.map_or_else(|| listed_in(answer), |text| decoded(&text))
}

/// The first media in an answer with a list of them, as OpenAI and others send, or in one that is only
/// base64.
fn listed_in(answer: &JsValue) -> Result<Option<Object>, Failure> {
    let mut media = answer.clone();
    for name in ["images", "data", "output", "artifacts"] {
        if let Some(list) = list(&member(answer, name)) {
            media = list.get(0);
            break;
        }
    }
    for name in ["b64_json", "base64", "image", "url"] {
        if media.is_string() {
            break;
        }
        let within = member(&media, name);
        if within.is_string() {
            media = within;
        }
    }
    if media.is_string() { decoded(&media) } else { Ok(None) }
}

/// The media in a text; none if it is empty.
fn decoded(text: &JsValue) -> Result<Option<Object>, Failure> {
    if media_text::is_url(&text.as_string().unwrap_or_default()) {
        return Err(media_text::not_fetched().into());
    }
    let bytes = decode_base64(text, "image").map_err(|_| media_text::no_media())?;
    Ok((bytes.length() > 0).then(|| media_of(&bytes, None)))
}

/// Media with the type of its bytes. Bytes of an unknown type may be raw audio, whose declared parameters are
/// necessary to play it.
fn media_of(bytes: &Uint8Array, stated: Option<&str>) -> Object {
    let stated = stated.map(trim).filter(|stated| {
        let essence = before(stated, b';');
        !trim(essence).is_empty() && !contains_word(essence, "json")
    });
    Media::new(bytes, sniff(bytes).or(stated).unwrap_or(UNKNOWN)).into()
}

fn malformed(message: &str) -> Failure {
    Error::new(Code::MalformedResponse, message).into()
}
