//! The gateway's log entries, and its URL.

use serde::Serialize;

use super::fields::{text, whole, wrong};
use crate::error::Error;
use crate::value::{Shape, Value};
use crate::wire::json;

/// Entries in `metadata`.
const MAX_METADATA: usize = 5;

/// The caller's metadata of a log entry.
#[derive(Debug, Clone, PartialEq)]
pub enum Metadata<V> {
    /// Unchanged.
    Value(V),
    /// JSON text of an object: over HTTP the service sends a string.
    Json(String),
}

/// Validates that an answer is a log entry, and parses its metadata.
pub fn metadata<V: Value>(entry: &V) -> Result<Option<Metadata<V>>, Error> {
    if text(entry, "id").is_none() {
        return Err(wrong(entry, "log entry"));
    }
    let Some(metadata) = entry.get("metadata") else { return Ok(None) };
    let is_object = |text: &String| json::parse(text.as_bytes()).is_ok_and(|inner| inner.is_object());
    Ok(Some(match metadata.text().filter(is_object) {
        Some(text) => Metadata::Json(text),
        None => Metadata::Value(metadata),
    }))
}

/// The URL, from a string or an object that contains it.
pub fn url<V: Value>(result: &V) -> Result<String, Error> {
    result.text().or_else(|| text(result, "url")).ok_or_else(|| wrong(result, "address"))
}

/// A change of a log entry; `null` removes a value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Patch<V> {
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<V>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feedback: Option<V>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<V>,
}

impl<V: Value> Patch<V> {
    /// Reads `{ score?, feedback?, metadata? }`.
    pub fn read(patch: &V) -> Result<Self, Error> {
        if !patch.is_object() {
            return Err(Error::invalid(
                "patch",
                "The change must be an object: { score?, feedback?, metadata? }.",
            ));
        }
        let read = Patch {
            score: patch.member("score"),
            feedback: patch.member("feedback"),
            metadata: patch.member("metadata"),
        };
        if read.score.is_none() && read.feedback.is_none() && read.metadata.is_none() {
            return Err(Error::invalid("patch", "The change has none of score, feedback and metadata."));
        }
        if !null_or(&read.score, |score| score.number().is_some_and(f64::is_finite)) {
            return Err(Error::invalid("score", "score must be a number or null."));
        }
        if !null_or(&read.feedback, |feedback| matches!(whole(feedback), Some(-1 | 1))) {
            return Err(Error::invalid("feedback", "feedback must be 1 (good), -1 (bad) or null."));
        }
        if !null_or(&read.metadata, is_metadata) {
            let why = "metadata must be an object of at most 5 strings, numbers, booleans or nulls.";
            return Err(Error::invalid("metadata", why));
        }
        Ok(read)
    }
}

/// True if a value is absent, `null` or valid.
fn null_or<V: Value>(value: &Option<V>, is_right: impl FnOnce(&V) -> bool) -> bool {
    value.as_ref().filter(|value| !value.is_null()).is_none_or(is_right)
}

fn is_metadata<V: Value>(metadata: &V) -> bool {
    let members = metadata.members();
    metadata.is_object()
        && members.len() <= MAX_METADATA
        && members.iter().all(|(_, value)| match value.shape() {
            Shape::Null | Shape::Boolean | Shape::Text(_) => true,
            Shape::Number(number) => number.is_finite(),
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json::Json;

    #[test]
    fn metadata_are_an_object_in_either_form() {
        let of = |text: &str| metadata(&Json::sample(text));
        assert_eq!(
            of(r#"{"id":"01","metadata":"{\"user\":\"u\"}"}"#),
            Ok(Some(Metadata::Json(r#"{"user":"u"}"#.to_owned())))
        );
        for (entry, value) in [
            (r#"{"id":"01","metadata":{"user":"u"}}"#, r#"{"user":"u"}"#),
            (r#"{"id":"01","metadata":"[1]"}"#, r#""[1]""#),
            (r#"{"id":"01","metadata":"words"}"#, r#""words""#),
        ] {
            assert_eq!(of(entry), Ok(Some(Metadata::Value(Json::sample(value)))), "{entry}");
        }
        assert_eq!(of(r#"{"id":"01","metadata":null}"#), Ok(None));
        assert!(of("{}").is_err() && of("null").is_err());
    }

    #[test]
    fn an_address_comes_alone_or_in_an_object() {
        for answer in [r#""https://a.example""#, r#"{"url":"https://a.example"}"#] {
            assert_eq!(url(&Json::sample(answer)).as_deref(), Ok("https://a.example"));
        }
        assert!(url(&Json::sample("{}")).is_err());
    }

    #[test]
    fn changes_are_checked() {
        let patch = |text: &str| Patch::read(&Json::sample(text));
        let change = patch(r#"{"score":99.5,"feedback":null,"metadata":{"a":true},"other":2}"#).unwrap();
        assert_eq!(
            serde_json::to_string(&change).unwrap(),
            r#"{"score":99.5,"feedback":null,"metadata":{"a":true}}"#
        );
        for (input, field) in [
            ("5", "patch"),
            ("{}", "patch"),
            (r#"{"score":"9"}"#, "score"),
            (r#"{"score":{"$":"NaN"}}"#, "score"),
            (r#"{"feedback":2}"#, "feedback"),
            (r#"{"metadata":[]}"#, "metadata"),
            (r#"{"metadata":{"a":{}}}"#, "metadata"),
            (r#"{"metadata":{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1}}"#, "metadata"),
        ] {
            let refused = patch(input).err().and_then(|error| error.field.clone());
            assert_eq!(refused.as_deref(), Some(field), "{input}");
        }
    }
}
