//! Reads the body of a failed reply, in every shape in which the service and what stands before it answer:
//! the REST envelope, OpenAI's `{error}`, the native `{internalCode}`, the gateway's `{code, message}`, plain text, HTML.

use std::borrow::Cow;

use super::{Code, Error, text};
use crate::wire::json::{self, Kind, Value};

impl Error {
    /// Reads a failed reply.
    pub fn from_body(status: u16, body: &[u8]) -> Self {
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        match json::parse(body) {
            Ok(value) => Self::from_json(value, Some(status)),
            Err(_) => from_text(&String::from_utf8_lossy(body), status),
        }
    }

    /// Reads an error event inside a stream; the reply itself was a success, so there is no status.
    pub fn from_event(payload: Value<'_>) -> Self {
        let mut error = Self::from_json(payload, None);
        if error.code == Code::Unknown && error.internal_code.is_none() {
            // A failed generation without a number is the service's failure, not the caller's.
            error.code = Code::Server;
        }
        error
    }

    /// Reads a whole JSON reply that says `success: false` or lists errors although its status is a success.
    pub fn from_json(value: Value<'_>, status: Option<u16>) -> Self {
        let found = find(value, 0);
        // A status of success says nothing about the failure.
        let status = status.filter(|status| !(200..300).contains(status));
        let mut error = Self::from_service(found.number, &found.words, found.status.or(status));
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
    let member = |name: &str| value.get(name).filter(|member| !member.is_null());
    if let Some(number) = member("internalCode").and_then(number_of) {
        return Found {
            number: Some(number),
            words: member("description").or_else(|| member("message")).map(owned).unwrap_or_default(),
            status: member("httpCode").and_then(status_of),
            field: None,
        };
    }
    // `response.failed` carries the error inside its response.
    for name in ["errors", "error", "response"] {
        if let Some(inner) = member(name).filter(|inner| inner.kind() != Kind::String || name == "error") {
            let found = find(inner, depth + 1);
            if found.number.is_some() || !found.words.is_empty() {
                return found;
            }
        }
    }
    let code = member("code");
    let words = ["message", "description", "error_description", "detail", "title"]
        .iter()
        .find_map(|name| member(name).filter(|member| member.kind() == Kind::String))
        .map(owned)
        .unwrap_or_default();
    Found {
        number: code.and_then(number_of),
        // A code in words (`invalid_prompt`) is all that some errors say.
        words: if words.is_empty() { code.map(owned).unwrap_or_default() } else { words },
        status: member("httpCode").and_then(status_of),
        field: member("param").and_then(|param| param.as_str()).map(Cow::into_owned),
    }
}

fn owned(value: Value<'_>) -> String {
    value.as_str().map(Cow::into_owned).unwrap_or_default()
}

/// A number, or a string of digits.
fn number_of(value: Value<'_>) -> Option<u32> {
    match value.kind() {
        Kind::Number => value.as_i64().and_then(|number| u32::try_from(number).ok()),
        Kind::String => value.as_str()?.trim().parse().ok(),
        _ => None,
    }
    .filter(|number| *number != 0)
}

fn status_of(value: Value<'_>) -> Option<u16> {
    value.as_i64().and_then(|status| u16::try_from(status).ok()).filter(|status| (400..600).contains(status))
}

/// Plain text or HTML, as what stands before the service answers.
fn from_text(body: &str, status: u16) -> Error {
    let body = body.trim();
    if let Some(number) = body.strip_prefix("error code:").and_then(|rest| rest.trim().parse().ok()) {
        return Error::from_service(Some(number), "", Some(status));
    }
    if body.is_empty() {
        return Error::from_service(None, "The reply is empty", Some(status));
    }
    if body.starts_with('<') {
        return Error::from_service(None, "A web page came instead of an answer", Some(status));
    }
    match text::leading_number(body) {
        Some((number, words)) => Error::from_service(Some(number), words, Some(status)),
        None => Error::from_service(None, body, Some(status)),
    }
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
