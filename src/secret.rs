//! Secrets: a string that does not print itself, and the removal of known secrets from texts.

use std::fmt;

use crate::text::{find, is_blank, replace};
use crate::wire::json::{self, Kind, Value};

/// What stands where a secret stood.
pub const REDACTED: &str = "[redacted]";

/// Shorter strings are not looked for: they would be found in innocent words.
const MIN_LEN: usize = 4;

/// A secret string; its debug form does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// Removes every known secret, and whatever follows `Bearer`, from a text.
pub fn redact(text: &str, secrets: &[Secret]) -> String {
    let mut clean = text.to_owned();
    for secret in secrets.iter().map(Secret::expose).filter(|secret| secret.len() >= MIN_LEN) {
        // What holds it goes first: a secret may be part of another.
        for longer in secrets.iter().map(Secret::expose) {
            if longer.len() > secret.len() && find(longer, secret, 0).is_some() {
                clean = replace(&clean, longer, REDACTED);
            }
        }
        clean = replace(&clean, secret, REDACTED);
    }
    redact_bearer(clean)
}

fn redact_bearer(text: String) -> String {
    const MARK: &str = "bearer ";
    // ASCII lower case keeps every offset.
    let lower = text.to_ascii_lowercase();
    let mut clean = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(found) = find(&lower, MARK, at) {
        let start = found + MARK.len();
        let token = lower.get(start..).unwrap_or_default();
        let len = token
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(byte))
            .count();
        clean.push_str(text.get(at..start).unwrap_or_default());
        clean.push_str(if len >= 8 { REDACTED } else { text.get(start..start + len).unwrap_or_default() });
        at = start + len;
    }
    clean.push_str(text.get(at..).unwrap_or_default());
    clean
}

/// What stands where a piece of the caller's input stood.
const WITHHELD: &str = "[input]";

/// Shorter strings of an input are names and settings, which a message may repeat.
const MIN_INPUT: usize = 12;

/// Takes out of a message whatever it repeats of the caller's input, given as JSON text. The service, or what stands
/// before it, may well quote a prompt when it complains of one.
pub fn withhold(message: &str, input: &[u8]) -> String {
    let mut clean = message.to_owned();
    if let Ok(value) = json::parse(input) {
        withhold_value(&mut clean, value, 0);
    }
    clean
}

fn withhold_value(message: &mut String, value: Value<'_>, depth: u8) {
    /// Inputs are shallow; the rest of a deep one is no text that anybody would quote.
    const MAX_DEPTH: u8 = 8;
    match value.kind() {
        Kind::String => withhold_text(message, value),
        Kind::Array if depth < MAX_DEPTH => {
            value.items().for_each(|item| withhold_value(message, item, depth + 1))
        }
        Kind::Object if depth < MAX_DEPTH => {
            value.entries().for_each(|(_, member)| withhold_value(message, member, depth + 1));
        }
        _ => {}
    }
}

/// Messages are one line, so the text is looked for as one line; and they are cut, so its beginning is enough.
fn withhold_text(message: &mut String, value: Value<'_>) {
    let Some(text) = value.as_str().filter(|text| text.len() >= MIN_INPUT) else { return };
    let mut line = String::new();
    for word in text.split(is_blank).filter(|word| !word.is_empty()) {
        if line.len() > message.len() {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let Some(start) = line.char_indices().map(|(at, _)| at).chain([line.len()]).find(|at| *at >= MIN_INPUT)
    else {
        return;
    };
    let beginning = line.get(..start).unwrap_or_default();
    while let Some(found) = find(message, beginning, 0) {
        let quoted = message.get(found..).unwrap_or_default();
        let len: usize = quoted
            .chars()
            .zip(line.chars())
            .take_while(|(quoted, own)| quoted == own)
            .map(|(char, _)| char.len_utf8())
            .sum();
        message.replace_range(found..found + len, WITHHELD);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_does_not_show_it() {
        assert_eq!(format!("{:?}", Secret::new("very-secret")), REDACTED);
    }

    #[test]
    fn known_secrets_go_wherever_they_stand() {
        let secrets = [Secret::new("tok_abc"), Secret::new("tok_abcdef"), Secret::new("a")];
        assert_eq!(redact("x tok_abcdef y tok_abc", &secrets), "x [redacted] y [redacted]");
        assert_eq!(redact("a plain text", &secrets), "a plain text");
    }

    #[test]
    fn bearer_tokens_go_even_when_unknown() {
        assert_eq!(redact("got Bearer abc.DEF-123_x, sorry", &[]), "got Bearer [redacted], sorry");
        assert_eq!(redact("BEARER abcdefgh", &[]), "BEARER [redacted]");
        assert_eq!(redact("a bearer token", &[]), "a bearer token");
        assert_eq!(redact("bearer é bearer ", &[]), "bearer é bearer ");
    }

    #[test]
    fn what_a_message_quotes_of_the_input_is_withheld() {
        let input = br#"{"messages":[{"role":"assistant","content":"My diary:\n  today I was s\u00e4d"}],"stream":true}"#;
        let clean = |message: &str| withhold(message, input);
        assert_eq!(
            clean("bad content 'My diary: today I was s\u{e4}d' (code 8001)."),
            "bad content '[input]' (code 8001)."
        );
        assert_eq!(clean("cut: My diary: today I w…"), "cut: [input]…");
        assert_eq!(clean("role assistant is wrong"), "role assistant is wrong");
        assert_eq!(withhold("anything", b"not json"), "anything");
        assert_eq!(withhold("x [input] y", br#"["[input] [input] more"]"#), "x [input] y");
        assert_eq!(
            withhold(
                "say \u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}!",
                "[\"\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\"]".as_bytes()
            ),
            "say [input]!"
        );
    }
}
