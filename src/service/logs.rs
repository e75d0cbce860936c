//! The gateway's log entries.

use super::read::{malformed, members, raw, text};
use crate::error::Error;
use crate::wire::json::{self, Kind, Value};
use crate::wire::write::Writer;

/// Entries in `metadata`.
const MAX_METADATA: usize = 5;

/// One entry, as it came.
pub fn entry(result: Value<'_>) -> Result<String, Error> {
    if text(result, "id").is_none() {
        return Err(malformed("log entry"));
    }
    Ok(Writer::object(|out| {
        members(out, result, &["metadata"]);
        if let Some(metadata) = result.get("metadata").filter(|metadata| !metadata.is_null()) {
            // Over HTTP it comes as the text of its JSON.
            let inner = metadata.text();
            let inner = inner.as_deref().and_then(|text| json::parse(text.as_bytes()).ok());
            out.raw("metadata", &raw(inner.filter(|inner| inner.is_object()).unwrap_or(metadata)));
        }
    }))
}

/// `{ url }`, out of the address itself or an object with it.
pub fn url(result: Value<'_>) -> Result<String, Error> {
    let url = result.text().or_else(|| text(result, "url")).ok_or_else(|| malformed("address"))?;
    Ok(Writer::object(|out| out.text("url", &url)))
}

/// The body of a change, out of `{ score?, feedback?, metadata? }`; `null` takes a value away.
pub fn patch(input: Value<'_>) -> Result<String, Error> {
    if input.kind() != Kind::Object || input.get("$").is_some() {
        return Err(Error::invalid(
            "patch",
            "The change must be an object: { score?, feedback?, metadata? }.",
        ));
    }
    let given = |name: &str| input.get(name);
    let (score, feedback, metadata) = (given("score"), given("feedback"), given("metadata"));
    if score.is_none() && feedback.is_none() && metadata.is_none() {
        return Err(Error::invalid("patch", "The change has none of score, feedback and metadata."));
    }
    let there = |value: &Value<'_>| !value.is_null();
    if score.filter(there).is_some_and(|score| score.kind() != Kind::Number) {
        return Err(Error::invalid("score", "score must be a number or null."));
    }
    if feedback.filter(there).is_some_and(|feedback| !matches!(feedback.as_i64(), Some(-1 | 1))) {
        return Err(Error::invalid("feedback", "feedback must be 1 (good), -1 (bad) or null."));
    }
    if let Some(metadata) = metadata.filter(there) {
        let plain = |value: Value<'_>| !matches!(value.kind(), Kind::Object | Kind::Array);
        if metadata.kind() != Kind::Object
            || metadata.entries().count() > MAX_METADATA
            || !metadata.entries().all(|(_, value)| plain(value))
        {
            let why = "metadata must be an object of at most 5 strings, numbers, booleans or nulls.";
            return Err(Error::invalid("metadata", why));
        }
    }
    Ok(Writer::object(|out| {
        for (name, value) in [("score", score), ("feedback", feedback), ("metadata", metadata)] {
            if let Some(value) = value {
                out.raw(name, &raw(value));
            }
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Value<'_> {
        json::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn an_entrys_metadata_are_an_object() {
        let told = r#"{"id":"01","status_code":200,"metadata":{"user":"u"}}"#;
        assert_eq!(
            entry(parsed(r#"{"id":"01","metadata":"{\"user\":\"u\"}","status_code":200}"#)).as_deref(),
            Ok(told)
        );
        assert_eq!(entry(parsed(told)).as_deref(), Ok(told));
        assert!(entry(parsed("{}")).is_err());
    }

    #[test]
    fn an_address_comes_alone_or_in_an_object() {
        for answer in [r#""https://a.example""#, r#"{"url":"https://a.example"}"#] {
            assert_eq!(url(parsed(answer)).as_deref(), Ok(r#"{"url":"https://a.example"}"#));
        }
        assert!(url(parsed("{}")).is_err());
    }

    #[test]
    fn changes_are_checked() {
        assert_eq!(
            patch(parsed(r#"{"score":99.5,"feedback":null,"metadata":{"a":1},"other":2}"#)).as_deref(),
            Ok(r#"{"score":99.5,"feedback":null,"metadata":{"a":1}}"#)
        );
        for (input, field) in [
            ("5", "patch"),
            ("{}", "patch"),
            (r#"{"score":"9"}"#, "score"),
            (r#"{"feedback":2}"#, "feedback"),
            (r#"{"metadata":{"a":{}}}"#, "metadata"),
            (r#"{"metadata":{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1}}"#, "metadata"),
        ] {
            let refused = patch(parsed(input)).err().and_then(|error| error.field.clone());
            assert_eq!(refused.as_deref(), Some(field), "{input}");
        }
    }
}
