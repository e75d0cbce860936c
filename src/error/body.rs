//! Reads the body of a failed reply, in every shape in which the service and what stands before it answer:
//! the REST envelope, OpenAI's `{error}`, the native `{internalCode}`, the gateway's `{code, message}`, plain text, HTML.

use super::{Code, Error, text};
use crate::text::{lossy, trim, unsigned};
use crate::wire::json::{self, Kind, Value};

/// Longest name of a field that is taken over from the service.
const MAX_FIELD: usize = 100;

impl Error {
    /// Reads a failed reply.
    pub fn from_body(status: u16, body: &[u8]) -> Self {
        Self::from_bytes(body, Some(status), Code::Unknown)
    }

    /// Reads a description of a failure, in whatever shape; `otherwise` is its kind where neither a number nor a status decides it.
    #[inline(never)]
    pub(crate) fn from_bytes(bytes: &[u8], status: Option<u16>, otherwise: Code) -> Self {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        match json::parse(bytes) {
            Ok(value) => Self::from_value(value, status, otherwise),
            Err(_) => from_text(&lossy(bytes), status, otherwise),
        }
    }

    /// Reads an error event inside a stream; the reply itself was a success, so there is no status.
    pub fn from_event(payload: Value<'_>) -> Self {
        // A failed generation without a number is the service's failure, not the caller's.
        Self::from_value(payload, None, Code::Server)
    }

    /// Reads a whole JSON reply that says `success: false` or lists errors although its status is a success.
    pub fn from_json(value: Value<'_>, status: Option<u16>) -> Self {
        Self::from_value(value, status, Code::Unknown)
    }

    fn from_value(value: Value<'_>, status: Option<u16>, otherwise: Code) -> Self {
        let found = find(value, 0);
        // A status of success is no status of the failure.
        let status = status.filter(|status| !(200..300).contains(status));
        let mut error = Self::from_service(found.number, &found.words, found.status.or(status), otherwise);
        error.status = status.or(error.status);
        if error.code == Code::InvalidInput {
            error.field = found.field;
        }
        error
    }
}

#[derive(Default)]
struct Found {
    number: Option<u32>,
    words: String,
    status: Option<u16>,
    field: Option<String>,
}

/// Looks for the number and the words. `depth` bounds the shapes that nest one in another.
#[inline(never)]
fn find(value: Value<'_>, depth: u8) -> Found {
    match value.kind() {
        Kind::String => Found { words: owned(value), ..Found::default() },
        Kind::Array => {
            value.items().next().filter(|_| depth < 3).map(|item| find(item, depth + 1)).unwrap_or_default()
        }
        Kind::Object if depth < 3 => find_in_object(value, depth),
        _ => Found::default(),
    }
}

fn find_in_object(value: Value<'_>, depth: u8) -> Found {
    let found = value.pick_present(&[
        "message",
        "description",
        "error_description",
        "detail",
        "title",
        "internalCode",
        "httpCode",
        "code",
        "param",
        // `response.failed` carries the error inside its response.
        "errors",
        "error",
        "response",
    ]);
    let [_, description, _, _, _, internal_code, status, code, param, errors, error, response] = &found;
    let status = status.and_then(status_of);
    let mut words = found[..5].iter().flatten().find(|words| words.is_string());
    if internal_code.is_some() {
        // The native shape has its own words in `description`.
        words = description.as_ref().or(words);
    }
    let words = words.copied().map(owned).unwrap_or_default();
    if let Some(number) = internal_code.and_then(number_of) {
        return Found { number: Some(number), words, status, field: None };
    }
    for (position, inner) in [errors, error, response].into_iter().enumerate() {
        // Of these, only `error` may be words.
        if let Some(inner) = inner.filter(|inner| position == 1 || !inner.is_string()) {
            let found = find(inner, depth + 1);
            if found.number.is_some() || !found.words.is_empty() {
                return found;
            }
        }
    }
    Found {
        number: code.and_then(number_of),
        // A code in words (`invalid_prompt`) is all that some errors have.
        words: if words.is_empty() { code.map(owned).unwrap_or_default() } else { words },
        status,
        // It is shown, so it has to be short, as names are.
        field: param.and_then(|param| param.text()).filter(|param| param.len() <= MAX_FIELD),
    }
}

#[inline(never)]
fn owned(value: Value<'_>) -> String {
    value.text().unwrap_or_default()
}

/// A number, or a string of digits.
#[inline(never)]
fn number_of(value: Value<'_>) -> Option<u32> {
    match value.kind() {
        Kind::Number => value.as_i64().and_then(|number| u32::try_from(number).ok()),
        Kind::String => unsigned(trim(&value.text()?)),
        _ => None,
    }
    .filter(|number| *number != 0)
}

#[inline(never)]
fn status_of(value: Value<'_>) -> Option<u16> {
    value.as_i64().and_then(|status| u16::try_from(status).ok()).filter(|status| (400..600).contains(status))
}

/// Plain text or HTML, as what stands before the service answers.
fn from_text(body: &str, status: Option<u16>, otherwise: Code) -> Error {
    let body = trim(body);
    let number = body.strip_prefix("error code:").and_then(|rest| unsigned(trim(rest)));
    let (number, words) = match body.as_bytes() {
        _ if number.is_some() => (number, ""),
        [b'<', ..] => (None, "A web page came instead of an answer"),
        _ => match text::leading_number(body) {
            Some((number, words)) => (Some(number), words),
            None => (None, body),
        },
    };
    Error::from_service(number, words, status, otherwise)
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
