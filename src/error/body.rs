//! Parses the body of a failed reply, in all shapes of the service and the proxies before it: the REST
//! envelope, OpenAI's `{error}`, the native `{internalCode}`, the gateway's `{code, message}`, plain text,
//! HTML.

use super::{Code, Error, Report, known_first, text};
use crate::codes;
use crate::retry::{LONGEST_MS, decimal};
use crate::text::{join, lossy, trim, trim_end, unsigned};
use crate::wire::json::{self, Kind, Value};
use crate::wire::reported::{exception_in, has_failed, is_bare_failure, is_failures_name, reports_failure};
use crate::wire::write::Writer;

/// Longest field name that is accepted from the service.
const MAX_FIELD: usize = 100;
/// Limit of the nested levels that are searched.
const MAX_NESTED: u8 = 4;
/// Limit of the errors of a list that are searched.
const MAX_LISTED: usize = 16;

impl Error {
    /// Parses a failed reply.
    pub fn from_body(status: u16, body: &[u8]) -> Self {
        Self::from_bytes(body, Some(status))
    }

    /// Parses a failure report in any shape. If neither a number nor a status decides, the failure is the
    /// service's, not the caller's: [`Code::Server`].
    pub(crate) fn from_bytes(bytes: &[u8], status: Option<u16>) -> Self {
        Self::from_report(report_of(bytes), status, Code::Server)
    }

    /// The same, with a number and a status that are known from elsewhere.
    pub(crate) fn from_numbered(
        bytes: &[u8],
        number: Option<u32>,
        status: Option<u16>,
        otherwise: Code,
    ) -> Self {
        let mut report = report_of(bytes);
        report.number = known_first([number, report.number]);
        Self::from_report(report, status, otherwise)
    }

    /// Parses a failure inside a successful reply, which has no status: an event of a stream, or a part of an
    /// answer.
    pub fn from_event(payload: Value<'_>) -> Self {
        Self::from_json(payload, None)
    }

    /// Parses a complete JSON reply that has `success: false` or errors in spite of its status.
    pub fn from_json(value: Value<'_>, status: Option<u16>) -> Self {
        Self::from_report(report_in(value), status, Code::Server)
    }
}

/// The report in a body. Of several events the first one with a failure counts, else the first one with a
/// message: others may precede it.
#[inline(never)]
fn report_of(bytes: &[u8]) -> Report {
    let mut rest = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if !is_events(rest) {
        return report_of_data(rest).0;
    }
    let says = |report: &Report| report.number.is_some() || !report.words.is_empty();
    let mut best: Option<Report> = None;
    while !rest.is_empty() {
        let (data, behind) = next_data(rest);
        rest = behind;
        let (report, is_failure) = report_of_data(&data);
        if is_failure {
            return report;
        }
        if best.as_ref().is_none_or(|best| !says(best) && says(&report)) {
            best = Some(report);
        }
    }
    best.unwrap_or_default()
}

/// The report in JSON or text, and whether it is certainly a failure.
fn report_of_data(data: &[u8]) -> (Report, bool) {
    match json::parse(data) {
        Ok(value) => {
            let report = report_in(value);
            let is_failure =
                reports_failure(value) || is_bare_failure(value) || Code::of_sign(&report.sign).is_some();
            (report, is_failure)
        }
        Err(_) => {
            let report = report_in_text(&lossy(data));
            let is_failure = report.number.is_some();
            (report, is_failure)
        }
    }
}

/// The report in a JSON value.
pub(super) fn report_in(value: Value<'_>) -> Report {
    find(value, 0)
}

/// Searches for the number and the message. `depth` limits the nesting.
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

/// Of several errors the first one with a known number counts, else the first one that is not empty.
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

/// The names of an error's message, the best ones first.
const WORDS: usize = 14;

/// Precedence: a known number over an unknown one; a nested message over that of its wrapper, but a sentence
/// over a code, and a wrapper's `message` over an `error` that is only a text, which is a title then.
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
        "errorMsg",
        "err_msg",
        "status_msg",
        "Message",
        "reason",
        "internalCode",
        "code",
        "error_code",
        "errorCode",
        "type",
        "error_type",
        "err_code",
        "__type",
        "httpCode",
        "status",
        "status_code",
        "statusCode",
        "param",
        "retry_after",
        "retryAfter",
        "retry_after_ms",
        "details",
        "errors",
        "error",
        "Error",
        "fault",
        "exception",
        "err",
        "failure",
        "cause",
        "messages",
        // Names of other providers.
        "base_resp",
        "x_groq",
        // `response.failed` has the error inside its response, other events in a choice.
        "response",
        "result",
        "data",
        "choices",
    ]);
    let place = value.get("loc");
    let (words, rest) = found.split_at(WORDS);
    let [
        internal_code,
        code,
        error_code,
        camel_code,
        kind,
        error_type,
        err_code,
        exception,
        http_status,
        status,
        status_code,
        camel_status,
        param,
        wait,
        camel_wait,
        wait_ms,
        details,
        nested @ ..,
    ] = rest
    else {
        return Report::default();
    };
    let text = |value: &Option<Value<'_>>| value.map(owned).filter(|text| !text.is_empty());
    let mut own = words.iter().find_map(text).unwrap_or_default();
    if internal_code.is_some() {
        // The native shape has its message in `description`.
        own = text(&words[2]).unwrap_or(own);
    }
    let mut inner = Report::default();
    let (named, containers) = nested.split_at(nested.len().saturating_sub(CONTAINERS));
    // FastAPI lists invalid parameters in `detail`; some wrap that in a `message`.
    let has_objects = |words: &Value<'_>| words.is_object() || words.items().any(|item| item.is_object());
    let lists = [words[3].filter(|detail| !detail.is_string()), words[0].filter(has_objects)];
    let contained = containers.iter().map(|container| container.and_then(error_within));
    // Only if there is no message: Azure has an `innererror` beside it.
    let named_one = exception_in(value).filter(|_| own.is_empty());
    let exceptions = [named_one.map(|(_, exception)| exception)];
    for value in named.iter().copied().chain(lists).chain(contained).chain(exceptions).flatten() {
        inner = find(value, depth + 1);
        if inner.number.is_some() || !inner.words.is_empty() || !inner.sign.is_empty() {
            if value.is_string() && !own.is_empty() {
                inner.words = std::mem::take(&mut own);
            }
            break;
        }
    }
    let number = |value: &Option<Value<'_>>| value.and_then(number_of);
    // Google has a word as the status.
    let word = status.filter(|status| !has_failed(*status));
    let signs = [code, kind, error_type, err_code, exception, &word].into_iter();
    // The type of an event only says that it has failed.
    let is_one = |sign: &String| unsigned(sign).is_none() && !sign.starts_with("response.");
    // Whoever says where in the request it is refuses the request.
    let refuses = place.filter(Value::is_array).map(|_| "validation_error".to_owned());
    let signs = || signs.clone().filter_map(text).filter(is_one);
    let sign = refuses.or_else(|| signs().find(|sign| decides(sign))).or_else(|| signs().next());
    let status = [http_status, status, status_code, camel_status];
    let status = status.into_iter().find_map(|status| status.and_then(status_of));
    let delay = || details.and_then(|list| list.items().find_map(|detail| detail.get("retryDelay")));
    let seconds = wait.or(*camel_wait).or_else(delay).and_then(wait_of).map(|wait| wait * 1000.0);
    let wait = wait_ms.and_then(wait_of).or(seconds).map(|wait| wait.min(LONGEST_MS));
    let is_empty = own.is_empty() && inner.words.is_empty() && inner.sign.is_empty();
    if inner.sign.is_empty() && sign.is_none() {
        inner.sign = named_one.map(|(name, _)| lossy(name)).unwrap_or_default();
    }
    if is_empty && sign.is_none() && depth > 0 {
        // Some list the errors by the names of the parameters.
        let named = value.entries().find(|(_, words)| !owned(*words).is_empty());
        if let Some((name, words)) = named {
            own = owned(words);
            inner.field = Some(lossy(name.raw())).filter(|name| name.len() <= MAX_FIELD);
        }
    }
    Report {
        number: known_first([
            number(internal_code),
            inner.number,
            number(code),
            number(error_code),
            number(camel_code),
        ]),
        words: if inner.words.is_empty() { own } else { inner.words },
        sign: if inner.sign.is_empty() { sign.unwrap_or_default() } else { inner.sign },
        status: status.or(inner.status),
        // Limited in length like names, since it is shown.
        field: text(param)
            .or_else(|| place.and_then(field_at))
            .filter(|param| param.len() <= MAX_FIELD)
            .or(inner.field),
        retry_after_ms: wait.or(inner.retry_after_ms),
    }
}

/// True if a code or a type determines the kind of a failure. In OpenAI's form often only one of the two does.
fn decides(sign: &str) -> bool {
    codes::kind(None, sign).or_else(|| Code::of_sign(sign)).or_else(|| codes::refused(sign)).is_some()
}

/// A parameter's path in FastAPI's notation: `["body", "messages", 0, "content"]`. The first name is the part
/// of the request.
fn field_at(place: Value<'_>) -> Option<String> {
    const IN: [&str; 5] = ["body", "query", "path", "header", "cookie"];
    place.items().find_map(|name| name.text().filter(|name| !IN.contains(&name.as_str())))
}

/// How many of the last searched members may contain an answer.
const CONTAINERS: usize = 4;

/// A delay: a number, or one in a text, such as `"34s"`.
#[inline(never)]
fn wait_of(wait: Value<'_>) -> Option<f64> {
    let text = wait.text().unwrap_or_else(|| lossy(wait.raw()));
    decimal(trim_end(trim(&text), b"s"))
}

/// The error in a part of an answer. Its other members may be the model's text, which must not be shown.
fn error_within(part: Value<'_>) -> Option<Value<'_>> {
    let [error, errors] = part.pick_present(&["error", "errors"]);
    error.or(errors).or_else(|| {
        part.items().find_map(|item| {
            // Some send only that; SGLang has an object with a message there.
            let reason = || item.get("finish_reason").filter(|reason| has_failed(*reason));
            item.get("error").or_else(|| in_message(item)).or_else(reason)
        })
    })
}

fn in_message(choice: Value<'_>) -> Option<Value<'_>> {
    let [message, delta] = choice.pick(&["message", "delta"]);
    message.or(delta)?.get("error")
}

/// A text, unless it only means "none". For a list, as in NestJS, the first few.
#[inline(never)]
fn owned(value: Value<'_>) -> String {
    const MOST: usize = 3;
    if value.is_array() {
        let texts: Vec<String> = value.items().filter(Value::is_string).take(MOST).map(owned).collect();
        return join(&texts.iter().map(String::as_str).collect::<Vec<_>>(), "; ");
    }
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

/// An HTTP status of failure, also as a text.
#[inline(never)]
fn status_of(value: Value<'_>) -> Option<u16> {
    let status = number_of(value).and_then(|status| u16::try_from(status).ok());
    status.filter(|status| (400..600).contains(status))
}

/// The report in plain text or HTML, as proxies send it. Broken JSON is not shown: it may contain anything.
fn report_in_text(body: &str) -> Report {
    let body = trim(body);
    let number = body.strip_prefix("error code:").and_then(|rest| unsigned(trim(rest)));
    let (number, words) = match body.as_bytes() {
        _ if number.is_some() => (number, ""),
        [b'<', ..] => (None, "A web page came instead of an answer"),
        [b'{' | b'[' | b'"', ..] => (None, ""),
        // An unknown number is better than none.
        _ => match (text::known_number(body), text::leading_number(body)) {
            (None, Some((number, words))) => (Some(number), words),
            (known, leading) => (known, leading.map_or(body, |(_, words)| words)),
        },
    };
    Report { number, words: words.to_owned(), ..Report::default() }
}

/// The data of the first event that has some; none if the bytes are not server-sent events. A plain text in
/// an event whose name is that of a failure is returned as JSON of an error with this message.
pub fn event_data(body: &[u8]) -> Option<Vec<u8>> {
    if !is_events(body) {
        return None;
    }
    let (data, rest) = next_data(body);
    let event = body.strip_suffix(rest).unwrap_or(body);
    let mut names = event.split(|byte| *byte == b'\n').filter_map(|line| line.strip_prefix(b"event:"));
    if !names.any(|name| is_failures_name(name.trim_ascii())) || json::parse(&data).is_ok() {
        return Some(data);
    }
    let text = lossy(&data);
    let report = report_in_text(&text);
    let words = match report.number {
        Some(_) => trim(&text),
        // No message that may be shown.
        None if report.words.is_empty() => "error",
        None => &report.words,
    };
    Some(Writer::object(|out| out.text("error", words)).into_bytes())
}

fn is_events(body: &[u8]) -> bool {
    let begins = [b"data:".as_slice(), b"event:", b"id:", b"retry:", b":"];
    begins.iter().any(|begin| body.trim_ascii_start().starts_with(begin))
}

/// The data of the first event that has some, and the bytes after it.
fn next_data(body: &[u8]) -> (Vec<u8>, &[u8]) {
    let (mut data, mut rest) = (Vec::new(), body);
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        let (line, behind) = rest.split_at(end);
        rest = behind;
        let line = line.trim_ascii_end();
        match line.strip_prefix(b"data:") {
            Some(line) => {
                data.extend_from_slice(line.trim_ascii());
                data.push(b'\n');
            }
            None if line.is_empty() && data.len() > 1 => break,
            None => {}
        }
    }
    (data, rest)
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
