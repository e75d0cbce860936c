//! Requests that come as a form or as JSON: the fields of a form are texts, whatever they mean, and its files stand in the JSON that is made of
//! it as `{ $file, name, type }`, where `$file` is the number of the file.

use super::request::{self, raw};
use crate::error::Error;
use crate::text::concat;
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// A field that is a whole number, or the digits of one.
pub fn whole(request: Value<'_>, name: &'static str, least: i64, most: i64) -> Result<Option<i64>, Error> {
    let digits = request.get(name).and_then(|value| value.body()).and_then(crate::text::integer);
    match digits {
        Some(number) if (least..=most).contains(&number) => Ok(Some(number)),
        _ => request::whole(request, name, least, most),
    }
}

/// A field that is a flag, or the word for it.
pub fn flag(request: Value<'_>, name: &'static str) -> Result<bool, Error> {
    match request.get(name) {
        Some(value) if value.is("true") => Ok(true),
        Some(value) if value.is("false") || value.is("") => Ok(false),
        _ => request::flag(request, name),
    }
}

/// A file of the form, or in JSON what stands for one: a data URL or base64.
pub fn media(request: Value<'_>, name: &'static str) -> Result<Option<String>, Error> {
    request.get(name).filter(|value| !value.is_null()).map(|value| file(name, value)).transpose()
}

/// The same of a value.
pub fn file(name: &str, value: Value<'_>) -> Result<String, Error> {
    let is_file = value.get("$file").is_some();
    let is_text = value.body().is_some_and(|body| !body.is_empty());
    if is_file || is_text {
        return Ok(raw(value));
    }
    let why = [name, " must be a file of a form (multipart/form-data), or in JSON a data URL or base64."];
    Err(Error::invalid(name, &concat(&why)))
}

/// Copies the fields that are left: parameters of the model's own. What looks like a number or a flag in a form becomes one.
pub fn copy(from: Value<'_>, but: &[&str], out: &mut Writer) {
    for (key, value) in from.entries() {
        if value.is_null() || but.iter().any(|name| key.is(name)) {
            continue;
        }
        let bare = value.body().filter(|body| is_bare(body));
        out.raw_key(key, &bare.map_or_else(|| raw(value), crate::text::lossy));
    }
}

/// Is a text the JSON of a number or a flag?
fn is_bare(body: &[u8]) -> bool {
    let first = body.first().is_some_and(|byte| matches!(byte, b'-' | b'0'..=b'9' | b't' | b'f'));
    first && crate::wire::json::parse(body).is_ok_and(|value| !value.is_string())
}
