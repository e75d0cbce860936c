//! Reading what is not always spelled the same.

use crate::error::{Code, Error};
use crate::text::concat;
use crate::wire::json::{Key, Kind, Value};
use crate::wire::write::Writer;

/// The error of an answer that is not what the endpoint gives.
pub fn malformed(what: &str) -> Error {
    Error::new(Code::MalformedResponse, concat(&["The answer has no ", what, "."]))
}

/// JSON text of a value.
pub fn raw(value: Value<'_>) -> String {
    crate::text::lossy(value.raw())
}

/// A text that is not empty.
pub fn text(value: Value<'_>, name: &str) -> Option<String> {
    value.get(name)?.text().filter(|text| !text.is_empty())
}

/// A whole number, or one in a string.
pub fn count(value: Option<Value<'_>>) -> Option<i64> {
    let value = value?;
    match value.kind() {
        Kind::Number => value.as_i64(),
        Kind::String => crate::text::integer(value.text()?.trim_ascii().as_bytes()),
        _ => None,
    }
}

/// `true`, or the string `"true"`.
pub fn flag(value: Value<'_>) -> Option<bool> {
    match value.kind() {
        Kind::Bool => value.as_bool(),
        Kind::String if value.is("true") => Some(true),
        Kind::String if value.is("false") => Some(false),
        _ => None,
    }
}

/// Writes the members of an object as they are, but for some.
pub fn members(out: &mut Writer, value: Value<'_>, but: &[&str]) {
    for (key, member) in value.entries() {
        let name = name_of(key);
        if !but.contains(&name.as_str()) {
            out.raw(&name, &raw(member));
        }
    }
}

/// A member's name.
pub fn name_of(key: Key<'_>) -> String {
    let mut name = Vec::new();
    crate::wire::json::unescape(key.raw(), &mut name);
    crate::text::lossy(&name)
}
