//! Reads requests that are a form or JSON. All fields of a form are strings; its files are represented in
//! JSON as `{ $file, name, type }`, where `$file` is the index of the file.

use super::request::{self, raw};
use crate::error::Error;
use crate::text::concat;
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// An integer field, possibly encoded as a string.
pub fn whole(request: Value<'_>, name: &'static str, least: i64, most: i64) -> Result<Option<i64>, Error> {
    let digits = request.get(name).and_then(|value| value.body()).and_then(crate::text::integer);
    match digits {
        Some(number) if (least..=most).contains(&number) => Ok(Some(number)),
        _ => request::whole(request, name, least, most),
    }
}

/// A boolean field, possibly encoded as a string.
pub fn flag(request: Value<'_>, name: &'static str) -> Result<bool, Error> {
    match request.get(name) {
        Some(value) if value.is("true") => Ok(true),
        Some(value) if value.is("false") || value.is("") => Ok(false),
        _ => request::flag(request, name),
    }
}

/// A file of the form, or in JSON a data URL or base64.
pub fn media(request: Value<'_>, name: &'static str) -> Result<Option<String>, Error> {
    request.get(name).filter(|value| !value.is_null()).map(|value| file(name, value)).transpose()
}

/// A file in a value.
pub fn file(name: &str, value: Value<'_>) -> Result<String, Error> {
    let is_file = value.get("$file").is_some();
    let is_text = value.body().is_some_and(|body| !body.is_empty());
    if is_file || is_text {
        return Ok(raw(value));
    }
    let why = [name, " must be a file of a form (multipart/form-data), or in JSON a data URL or base64."];
    Err(Error::invalid(name, &concat(&why)))
}

/// Copies the other fields, which are parameters of the model. Strings that look like numbers or booleans
/// are converted.
pub fn copy(from: Value<'_>, but: &[&str], out: &mut Writer) {
    for (key, value) in from.entries() {
        if value.is_null() || but.iter().any(|name| key.is(name)) {
            continue;
        }
        let bare = value.body().filter(|body| is_bare(body));
        out.raw_key(key, &bare.map_or_else(|| raw(value), crate::text::lossy));
    }
}

/// True if a string is the JSON text of a number or a boolean.
fn is_bare(body: &[u8]) -> bool {
    let first = body.first().is_some_and(|byte| matches!(byte, b'-' | b'0'..=b'9' | b't' | b'f'));
    first && crate::wire::json::parse(body).is_ok_and(|value| !value.is_string())
}
