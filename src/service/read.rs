//! Reading what is not always spelled the same.

use crate::error::{Code, Error};
use crate::wire::json::{Kind, Value};
use crate::wire::write::Writer;

/// The error of an answer that is not what the endpoint gives.
pub fn malformed(what: &str) -> Error {
    Error::new(Code::MalformedResponse, ["The answer has no ", what, "."].concat())
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

/// `modified_at` as `modifiedAt`.
pub fn camel(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    let mut upper = false;
    for char in name.chars() {
        match char {
            '_' => upper = !camel.is_empty(),
            char if upper => {
                camel.push(char.to_ascii_uppercase());
                upper = false;
            }
            char => camel.push(char),
        }
    }
    camel
}

/// Writes the members of an object under their names in camel case; what is null is left out.
pub fn members(out: &mut Writer, value: Value<'_>, but: &[&str]) {
    for (key, member) in value.entries() {
        let mut name = Vec::new();
        crate::wire::json::unescape(key.raw(), &mut name);
        let name = crate::text::lossy(&name);
        if !member.is_null() && !but.contains(&name.as_str()) {
            out.raw(&camel(&name), &raw(member));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_camel_case() {
        assert_eq!(camel("created_at"), "createdAt");
        assert_eq!(camel("id"), "id");
        assert_eq!(camel("response_head_complete"), "responseHeadComplete");
    }
}
