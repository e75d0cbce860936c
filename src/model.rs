//! Model ids: validated once, so that an id can neither escape its path nor inject a header.

use crate::error::Error;
use crate::text::{concat, is_word};

/// Longest id that is accepted; the catalogue's are below 80.
const MAX_LEN: usize = 256;

/// A validated model id, such as `@cf/meta/llama-3.1-8b-instruct`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model(String);

impl Model {
    /// Validates an id.
    pub fn parse(id: &str) -> Result<Self, Error> {
        let refuse = |why: &str| {
            Err(Error::invalid(
                "model",
                &concat(&["The model id ", why, "; it looks like @cf/author/model."]),
            ))
        };
        if id.is_empty() {
            return refuse("is empty");
        }
        if id.len() > MAX_LEN {
            return refuse("is too long");
        }
        if !id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
            return refuse("has a character that no model id has");
        }
        if id.as_bytes().split(|byte| *byte == b'/').any(|part| matches!(part, b"" | b"." | b"..")) {
            return refuse("has an empty part or a dot part between its slashes");
        }
        Ok(Self(id.to_owned()))
    }

    /// The id, unchanged.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True for a model of another author, a route or the router (`openai/gpt-5.2`, `dynamic/mine`,
    /// `cloudflare/auto`), which the gateway runs.
    pub fn is_foreign(&self) -> bool {
        is_foreign(&self.0)
    }

    /// The id as part of a URL's path: percent-encoded where necessary.
    pub fn path(&self) -> String {
        encode(&self.0, b"-._~@:+/")
    }
}

/// True for the id of a model that the gateway runs, see [`Model::is_foreign`]. The service's own begin with
/// an `@`.
pub fn is_foreign(id: &str) -> bool {
    id.contains('/') && id.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric())
}

/// Percent-encodes one value for a query string.
pub fn encode_query(text: &str) -> String {
    encode(text, b"-._~")
}

/// Percent-encodes all bytes but letters, digits and the unreserved signs.
#[inline(never)]
fn encode(text: &str, plain: &[u8]) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if is_word(byte, plain) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(HEX[usize::from(byte >> 4)]));
            encoded.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(id: &str) -> Option<String> {
        Model::parse(id).ok().map(|model| model.path())
    }

    #[test]
    fn ordinary_ids_stay_raw() {
        for id in
            ["@cf/meta/llama-3.1-8b-instruct", "@hf/thebloke/x-awq", "dynamic/route", "openai/gpt-5", "a:b"]
        {
            assert_eq!(path(id).as_deref(), Some(id));
        }
    }

    #[test]
    fn nothing_leaves_the_path() {
        for id in [
            "",
            "..",
            "@cf/../../accounts",
            "@cf//x",
            "/x",
            "x/",
            "a/./b",
            "a\\..\\b",
            "a b",
            "a\r\nx: y",
            "a\0",
            "é",
            "a\u{7f}",
        ] {
            assert_eq!(path(id), None, "{id:?}");
        }
        assert_eq!(path(&"x".repeat(257)), None);
        assert_eq!(path("a?b#c%2e%2e/d").as_deref(), Some("a%3Fb%23c%252e%252e/d"));
    }

    #[test]
    fn a_refusal_names_the_field_and_not_the_value() {
        let error = Model::parse("../secret")
            .err()
            .map(|error| (error.field.clone(), error.message.contains("secret")));
        assert_eq!(error, Some((Some("model".to_owned()), false)));
    }

    #[test]
    fn other_authors_have_no_sign_before_their_name() {
        let foreign = |id| Model::parse(id).is_ok_and(|model| model.is_foreign());
        assert!(["openai/gpt-5.2", "dynamic/mine", "cloudflare/auto"].into_iter().all(foreign));
        assert!(!["@cf/meta/x", "@hf/a/b", "x", ":443/x"].into_iter().any(foreign));
    }

    #[test]
    fn query_values_are_encoded() {
        assert_eq!(encode_query("a b&c=é"), "a%20b%26c%3D%C3%A9");
    }
}
