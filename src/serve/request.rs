//! Reads the body of a request.

use crate::error::Error;
use crate::text::{concat, lossy};
use crate::wire::json::{self, Kind, Value};
use crate::wire::write::Writer;

/// Parses a body as an object.
pub fn object(body: &[u8]) -> Result<Value<'_>, Error> {
    let value = json::parse(body).map_err(|_| {
        Error::invalid("body", "The request's body is not JSON: send an object as application/json.")
    })?;
    if value.is_object() {
        return Ok(value);
    }
    Err(Error::invalid("body", "The request's body must be a JSON object."))
}

/// A string member that is not empty; an error for any other value except `null`.
pub fn text(request: Value<'_>, name: &'static str) -> Result<Option<String>, Error> {
    match request.get(name).filter(|value| !value.is_null()) {
        None => Ok(None),
        Some(value) => match value.text() {
            Some(text) => Ok(Some(text).filter(|text| !text.is_empty())),
            None => Err(wrong(name, "a string", value)),
        },
    }
}

/// A string member that is required.
pub fn required(request: Value<'_>, name: &'static str) -> Result<String, Error> {
    text(request, name)?.ok_or_else(|| Error::invalid(name, &concat(&[name, " is missing."])))
}

/// A boolean member; `null` and absence are false.
pub fn flag(request: Value<'_>, name: &'static str) -> Result<bool, Error> {
    match request.get(name).filter(|value| !value.is_null()) {
        None => Ok(false),
        Some(value) => value.as_bool().ok_or_else(|| wrong(name, "true or false", value)),
    }
}

/// An integer member within bounds.
pub fn whole(request: Value<'_>, name: &'static str, least: i64, most: i64) -> Result<Option<i64>, Error> {
    let Some(value) = request.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
    let number = value.as_i64().filter(|number| (least..=most).contains(number));
    match number {
        Some(number) => Ok(Some(number)),
        None => {
            let bounds = [crate::text::decimal(least), crate::text::decimal(most)];
            Err(wrong(name, &concat(&["a whole number from ", &bounds[0], " to ", &bounds[1]]), value))
        }
    }
}

/// The error for an invalid value.
pub fn wrong(name: &str, wanted: &str, value: Value<'_>) -> Error {
    Error::invalid(name, &concat(&[name, " must be ", wanted, ", not ", kind(value), "."]))
}

fn kind(value: Value<'_>) -> &'static str {
    match value.kind() {
        Kind::Object => "an object",
        Kind::Array => "an array",
        Kind::String => "such a string",
        Kind::Number => "such a number",
        Kind::Bool => "a boolean",
        Kind::Null => "null",
    }
}

/// The JSON text of a value.
pub fn raw(value: Value<'_>) -> String {
    lossy(value.raw())
}

/// Copies the members of an object, except some names and those that are `null`: OpenAI treats `null` as
/// absent, and the service rejects it.
pub fn copy(from: Value<'_>, but: &[&str], out: &mut Writer) {
    for (key, value) in from.entries() {
        if !value.is_null() && !but.iter().any(|name| key.is(name)) {
            out.raw_key(key, &raw(value));
        }
    }
}

/// Copies all members of an object.
pub fn copy_all(from: Value<'_>, out: &mut Writer) {
    for (key, value) in from.entries() {
        out.raw_key(key, &raw(value));
    }
}
