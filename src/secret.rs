//! Secrets: a string that does not print itself, and the removal of known secrets from texts.

use std::fmt;

use crate::text::{find, is_blank, is_word, replace};

/// What stands where a secret stood.
pub const REDACTED: &str = "[redacted]";

/// Shorter strings are not looked for: they would be found in innocent words.
const MIN_LEN: usize = 4;

/// Shorter parts of a secret are names and settings.
const MIN_PART_LEN: usize = 8;

/// A secret string; its debug form does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    #[inline(never)]
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
        let len = token.bytes().position(|byte| !is_word(byte, b"-._~+/=")).unwrap_or(token.len());
        clean.push_str(text.get(at..start).unwrap_or_default());
        clean.push_str(if len >= 8 { REDACTED } else { text.get(start..start + len).unwrap_or_default() });
        at = start + len;
    }
    clean.push_str(text.get(at..).unwrap_or_default());
    clean
}

/// What no message of a call may show.
#[derive(Debug, Clone, Default)]
pub struct Hidden {
    secrets: Vec<Secret>,
}

impl Hidden {
    /// Hides one more text. Of one with blanks, such as a cookie, each longer part is hidden as well: a message may have other blanks
    /// between them, or break off among them.
    pub fn add(&mut self, secret: &str) {
        for part in
            secret.split(is_blank).filter(|part| part.len() >= MIN_PART_LEN && part.len() < secret.len())
        {
            self.secrets.push(Secret::new(part));
        }
        self.secrets.push(Secret::new(secret));
    }

    /// A message without any of it.
    pub fn out_of(&self, message: &str) -> String {
        redact(message, &self.secrets)
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
    fn hidden_texts_are_removed() {
        let mut hidden = Hidden::default();
        hidden.add("tok_abc");
        assert_eq!(hidden.out_of("it was tok_abc"), "it was [redacted]");
    }

    #[test]
    fn a_secret_with_blanks_goes_in_parts_as_well() {
        let mut hidden = Hidden::default();
        hidden.add("sid=0123456789;  theme=a");
        assert_eq!(hidden.out_of("it was sid=0123456789;  theme=a"), "it was [redacted]");
        assert_eq!(hidden.out_of("it was sid=0123456789; theme=a"), "it was [redacted] theme=a");
        assert_eq!(hidden.out_of("it was sid=0123456789;…"), "it was [redacted]…");
        let mut hidden = Hidden::default();
        hidden.add("Basic dXNlcjpwYXNz");
        assert_eq!(hidden.out_of("Basic means dXNlcjpwYXNz"), "Basic means [redacted]");
    }
}
