//! Failures: one [`Error`] with a stable [`Code`], for any door.
//!
//! Read [`Error`] first. [`body`] parses the service's error replies, [`thrown`] the exceptions of a binding;
//! [`crate::codes`] is the table that both use. Nothing here contains a payload or a secret.

pub mod body;
mod text;
pub mod thrown;

use std::ops::{Deref, DerefMut};

pub use crate::codes::Code;

use crate::codes;
use crate::text::{concat, decimal, trim_end};

/// A failure: a box of [`Details`], to which it dereferences. Boxed because results are everywhere and should
/// be small.
#[derive(Debug, Clone, PartialEq)]
pub struct Error(Box<Details>);

impl Deref for Error {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
    }
}

/// The details of a failure. Optional fields are absent if they are unknown.
#[derive(Debug, Clone, PartialEq)]
pub struct Details {
    /// The kind.
    pub code: Code,
    /// What happened and what to do.
    pub message: String,
    /// The HTTP status of the reply.
    pub status: Option<u16>,
    /// The service's own error number.
    pub internal_code: Option<u32>,
    /// The delay that the service requests before a retry, in milliseconds.
    pub retry_after_ms: Option<f64>,
    /// The service's id of the request.
    pub request_id: Option<String>,
    /// The gateway's id of its log entry.
    pub gateway_log_id: Option<String>,
    /// The number of requests.
    pub attempts: Option<u32>,
    /// The invalid option or input.
    pub field: Option<String>,
    /// For a failure reported by the service or the binding: length in bytes of the message's beginning that
    /// is quoted, and may repeat the input.
    pub quoted: Option<usize>,
}

impl Error {
    /// A failure with a kind and a sentence.
    pub fn new(code: Code, message: impl AsRef<str>) -> Self {
        Self::boxed(code, message.as_ref())
    }

    // Not inlined, with a borrowed message: there are hundreds of calls, and each should be small.
    #[inline(never)]
    fn boxed(code: Code, message: &str) -> Self {
        Self(Box::new(Details {
            code,
            message: message.to_owned(),
            status: None,
            internal_code: None,
            retry_after_ms: None,
            request_id: None,
            gateway_log_id: None,
            attempts: None,
            field: None,
            quoted: None,
        }))
    }

    /// An invalid configuration of the client, with the option.
    #[inline(never)]
    pub fn config(field: &str, message: &str) -> Self {
        Self::new(Code::Config, message).with_field(field)
    }

    /// An invalid input or option.
    #[inline(never)]
    pub fn invalid(field: &str, message: &str) -> Self {
        Self::new(Code::InvalidInput, message).with_field(field)
    }

    /// A reply that is not JSON where it must be.
    pub fn not_json() -> Self {
        Self::new(Code::MalformedResponse, "The reply is not JSON where it must be. Ask again.")
    }

    /// The same failure as another kind.
    #[must_use]
    pub fn with_code(mut self, code: Code) -> Self {
        self.code = code;
        self
    }

    /// Sets the invalid option or input.
    #[must_use]
    #[inline(never)]
    pub fn with_field(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }

    /// True if the same request may succeed later.
    pub fn retryable(&self) -> bool {
        self.code.retryable()
    }

    /// A failure as reported by the service. Its code is decided in this order: by a known number and the
    /// message, see [`codes::kind`]; by the status; by `otherwise`, if there is no number. A known number
    /// takes precedence over an unknown one, wherever the two are. `head` is the reply's own status.
    #[inline(never)]
    pub(crate) fn from_report(report: Report, head: Option<u16>, otherwise: Code) -> Self {
        let Report { number, words, sign, status, field, retry_after_ms } = report;
        // A success status is not that of the failure.
        let head = head.filter(|status| !(200..300).contains(status));
        let status = status.or(head);
        let cleaned = text::clean(&words);
        let sign = if cleaned.sign.is_empty() { sign } else { cleaned.sign };
        let number = known_first([number, cleaned.number]);
        let row = number.and_then(codes::find);
        let code = codes::kind(row, &cleaned.words).filter(|code| *code != Code::InvalidInput);
        let code =
            code.or_else(|| codes::kind(row, &sign)).or_else(|| Code::of_sign(&sign)).unwrap_or_else(|| {
                // Some errors have an HTTP status as their number.
                let otherwise =
                    if number.is_none() { codes::refused(&sign).unwrap_or(otherwise) } else { Code::Unknown };
                status.or(number.and_then(as_status)).map_or(otherwise, codes::by_status)
            });
        let advice = match row {
            Some(row) if code == row.code => row.advice,
            _ => codes::advice_on(code, if cleaned.words.is_empty() { &sign } else { &cleaned.words }),
        };
        let words = if cleaned.words.is_empty() { text::clean(&sign).words } else { cleaned.words };
        let (message, quoted) = compose(&words, number, status, advice);
        let mut error = Self::new(code, &message);
        error.status = head.or(status);
        error.internal_code = number;
        error.request_id = cleaned.request_id;
        error.retry_after_ms = retry_after_ms;
        // For other failures the field is of no use to the caller.
        if matches!(code, Code::InvalidInput | Code::ContextExceeded) {
            error.field = field.or(cleaned.field);
        }
        error.quoted = Some(quoted);
        error
    }
}

/// A failure report of the service, in any shape.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Its error number.
    pub number: Option<u32>,
    /// The message.
    pub words: String,
    /// A code or type as text, such as `insufficient_quota`.
    pub sign: String,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The invalid parameter.
    pub field: Option<String>,
    /// The requested delay, in milliseconds.
    pub retry_after_ms: Option<f64>,
}

/// The first known number before a colon, anywhere in a text.
pub fn known_number(text: &str) -> Option<u32> {
    text::known_number(text)
}

/// True if a text begins like an error of the service or of JavaScript.
pub fn is_marked(text: &str) -> bool {
    text::is_marked(text)
}

/// The first number that is known, else the first one.
fn known_first<const N: usize>(numbers: [Option<u32>; N]) -> Option<u32> {
    let known = |number: &u32| codes::find(*number).is_some();
    numbers.iter().flatten().copied().find(known).or_else(|| numbers.iter().flatten().copied().next())
}

fn as_status(number: u32) -> Option<u16> {
    u16::try_from(number).ok().filter(|status| (400..600).contains(status))
}

/// "The service's message (code number). What to do.", and the length of the service's message.
fn compose(words: &str, number: Option<u32>, status: Option<u16>, advice: &str) -> (String, usize) {
    let (words, quoted) = match trim_end(words, b". :") {
        // "error" is a finish reason, which is all that some streams send.
        "" | "error" => ("The service failed without saying why", 0),
        words => (words, words.len()),
    };
    let (kind, number) = match (number, status) {
        (Some(number), _) => (" (code ", decimal(number.into())),
        (None, Some(status)) => (" (status ", decimal(status.into())),
        (None, None) => ("", String::new()),
    };
    let close = if number.is_empty() { "." } else { ")." };
    let gap = if advice.is_empty() { "" } else { " " };
    (concat(&[words, kind, &number, close, gap, advice]), quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(number: Option<u32>, words: &str, status: Option<u16>, otherwise: Code) -> Error {
        Error::from_report(Report { number, words: words.to_owned(), ..Report::default() }, status, otherwise)
    }

    #[test]
    fn an_unknown_number_passes_through_and_the_status_decides() {
        let error = service(Some(4711), "AiError: strange", Some(429), Code::Server);
        assert_eq!((error.code, error.internal_code), (Code::RateLimited, Some(4711)));
        let error = service(Some(500), "Internal server error", None, Code::Unknown);
        assert_eq!((error.code, error.internal_code, error.status), (Code::Server, Some(500), None));
        let error = service(Some(4711), "strange", None, Code::Server);
        assert_eq!((error.code, error.retryable()), (Code::Unknown, false));
        assert!(error.message.starts_with("strange (code 4711)."), "{}", error.message);
    }

    #[test]
    fn the_two_meanings_of_3030_are_distinguished() {
        assert_eq!(
            service(Some(3030), "9000 > 8192 too long", Some(400), Code::Unknown).code,
            Code::ContextExceeded
        );
        assert_eq!(
            service(Some(3030), "prompt was flagged", Some(400), Code::Unknown).code,
            Code::ContentBlocked
        );
    }
}
