//! Reads the body of a failed reply, in every shape in which the service and what stands before it answer:
//! the REST envelope, OpenAI's `{error}`, the native `{internalCode}`, the gateway's `{code, message}`, plain text, HTML.

use super::{Code, Error, Report, known_first, text};
use crate::codes;
use crate::retry::LONGEST_MS;
use crate::text::{lossy, trim, unsigned};
use crate::wire::json::{self, Kind, Value};

/// Longest name of a field that is taken over from the service.
const MAX_FIELD: usize = 100;
/// So many levels of what nests one in another are looked into.
const MAX_NESTED: u8 = 4;
/// So many errors of a list are looked at.
const MAX_LISTED: usize = 16;

impl Error {
    /// Reads a failed reply.
    pub fn from_body(status: u16, body: &[u8]) -> Self {
        Self::from_bytes(body, Some(status), Code::Unknown)
    }

    /// Reads a description of a failure, in whatever shape; `otherwise` is its kind where neither a number nor a status decides it.
    pub(crate) fn from_bytes(bytes: &[u8], status: Option<u16>, otherwise: Code) -> Self {
        Self::from_report(report_of(bytes), status, otherwise)
    }

    /// The same, with a number that is known from elsewhere.
    pub(crate) fn from_numbered(bytes: &[u8], number: Option<u32>, otherwise: Code) -> Self {
        let mut report = report_of(bytes);
        report.number = known_first([number, report.number]);
        Self::from_report(report, None, otherwise)
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
        Self::from_report(report_in(value), status, otherwise)
    }
}

/// What bytes say of a failure.
#[inline(never)]
fn report_of(bytes: &[u8]) -> Report {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let data = event_data(bytes);
    let bytes = data.as_deref().unwrap_or(bytes);
    json::parse(bytes).map_or_else(|_| report_in_text(&lossy(bytes)), report_in)
}

/// What a JSON value says of a failure.
pub(super) fn report_in(value: Value<'_>) -> Report {
    find(value, 0)
}

/// Looks for the number and the words. `depth` bounds the shapes that nest one in another.
#[inline(never)]
fn find(value: Value<'_>, depth: u8) -> Report {
    match value.kind() {
        Kind::String => Report { words: owned(value), ..Report::default() },
        Kind::Number => Report { number: number_of(value), ..Report::default() },
        Kind::Array => first_known(value, depth),
        Kind::Object if depth < MAX_NESTED => find_in_object(value, depth),
        _ => Report::default(),
    }
}

/// Of several errors the first one with a known number counts, else the first one that says anything.
fn first_known(errors: Value<'_>, depth: u8) -> Report {
    let mut first = None;
    if depth < MAX_NESTED {
        for report in errors.items().take(MAX_LISTED).map(|error| find(error, depth + 1)) {
            if report.number.is_some_and(|number| codes::find(number).is_some()) {
                return report;
            }
            let says = report.number.is_some() || !report.words.is_empty() || !report.sign.is_empty();
            first = first.or(says.then_some(report));
        }
    }
    first.unwrap_or_default()
}

/// How the words of an error are named, the best ones first.
const WORDS: usize = 10;

/// Which of two wins: a known number over an unknown one; words of what is nested over those of its wrapper, but a sentence over a code, and a
/// wrapper's `message` over an `error` that is nothing but a text, which then is a title.
fn find_in_object(value: Value<'_>, depth: u8) -> Report {
    let found = value.pick_present(&[
        "message",
        "error_description",
        "description",
        "detail",
        "msg",
        "title",
        "error_message",
        "errorMessage",
        "error_msg",
        "reason",
        "internalCode",
        "code",
        "error_code",
        "type",
        "httpCode",
        "status",
        "param",
        "retry_after",
        "errors",
        "error",
        "fault",
        "exception",
        "err",
        "failure",
        // `response.failed` carries the error inside its response, other events in a choice.
        "response",
        "result",
        "choices",
    ]);
    let (words, rest) = found.split_at(WORDS);
    let [internal_code, code, error_code, kind, http_status, status, param, wait, nested @ ..] = rest else {
        return Report::default();
    };
    let text = |value: &Option<Value<'_>>| value.map(owned).filter(|text| !text.is_empty());
    let mut own = words.iter().find_map(text).unwrap_or_default();
    if internal_code.is_some() {
        // The native shape has its own words in `description`.
        own = text(&words[2]).unwrap_or(own);
    }
    let mut inner = Report::default();
    let [errors, error, fault, exception, err, failure, containers @ ..] = nested else { return inner };
    // The parameters that FastAPI refuses are a list in `detail`.
    let detail = words[3].filter(|detail| !detail.is_string());
    let contained = containers.iter().map(|container| container.and_then(error_within));
    let named = [*errors, *error, detail, *fault, *exception, *err, *failure];
    for value in named.into_iter().chain(contained).flatten() {
        inner = find(value, depth + 1);
        if inner.number.is_some() || !inner.words.is_empty() || !inner.sign.is_empty() {
            if value.is_string() && !own.is_empty() {
                inner.words = std::mem::take(&mut own);
            }
            break;
        }
    }
    let number = |value: &Option<Value<'_>>| value.and_then(number_of);
    let sign = text(code).or_else(|| text(kind)).filter(|sign| unsigned(sign).is_none());
    let status = http_status.and_then(status_of).or(status.and_then(status_of));
    let wait = wait.and_then(|wait| wait.as_number()).filter(|wait| *wait >= 0.0);
    let wait = wait.map(|wait| (wait * 1000.0).min(LONGEST_MS));
    Report {
        number: known_first([number(internal_code), inner.number, number(code), number(error_code)]),
        words: if inner.words.is_empty() { own } else { inner.words },
        sign: if inner.sign.is_empty() { sign.unwrap_or_default() } else { inner.sign },
        status: status.or(inner.status),
        // It is shown, so it has to be short, as names are.
        field: text(param).filter(|param| param.len() <= MAX_FIELD).or(inner.field),
        retry_after_ms: wait.or(inner.retry_after_ms),
    }
}

/// The error in a part of an answer. What else is in it may be the model's text, which is nobody's to show.
fn error_within(part: Value<'_>) -> Option<Value<'_>> {
    let [error, errors] = part.pick_present(&["error", "errors"]);
    error.or(errors).or_else(|| part.items().find_map(|item| item.get("error").or_else(|| in_message(item))))
}

fn in_message(choice: Value<'_>) -> Option<Value<'_>> {
    let [message, delta] = choice.pick(&["message", "delta"]);
    message.or(delta)?.get("error")
}

/// A text; one that only spells "nothing" is none.
#[inline(never)]
fn owned(value: Value<'_>) -> String {
    let nothing = value.is("null") || value.is("undefined") || value.is("None");
    value.text().filter(|_| !nothing).unwrap_or_default()
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

/// Plain text or HTML, as what stands before the service answers. JSON that is broken is not shown: it may hold anything.
fn report_in_text(body: &str) -> Report {
    let body = trim(body);
    let number = body.strip_prefix("error code:").and_then(|rest| unsigned(trim(rest)));
    let (number, words) = match body.as_bytes() {
        _ if number.is_some() => (number, ""),
        [b'<', ..] => (None, "A web page came instead of an answer"),
        [b'{' | b'[' | b'"', ..] => (None, ""),
        // A number that nobody knows is better than none.
        _ => match (text::known_number(body), text::leading_number(body)) {
            (None, Some((number, words))) => (Some(number), words),
            (known, leading) => (known, leading.map_or(body, |(_, words)| words)),
        },
    };
    Report { number, words: words.to_owned(), ..Report::default() }
}

/// The data of the first event that has some; none where the bytes are no server-sent events.
pub fn event_data(body: &[u8]) -> Option<Vec<u8>> {
    let begins = [b"data:".as_slice(), b"event:", b"id:", b"retry:", b":"];
    if !begins.iter().any(|begin| body.trim_ascii_start().starts_with(begin)) {
        return None;
    }
    let mut data = Vec::new();
    for line in body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end) {
        match line.strip_prefix(b"data:") {
            Some(line) => {
                data.extend_from_slice(line.trim_ascii());
                data.push(b'\n');
            }
            None if line.is_empty() && data.len() > 1 => break,
            None => {}
        }
    }
    Some(data)
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
