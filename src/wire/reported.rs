//! Does a JSON object of the service's report a failure? One rule for the chunks of a stream, whole answers and envelopes, whatever else is in the
//! object and whatever the status and the `[DONE]` say.

use super::json::{Kind, Value};

/// The members that tell, and those by which an envelope is known: see [`super::envelope::Facts`].
pub const MEMBERS: [&str; 11] = [
    "error",
    "errors",
    "internalCode",
    "success",
    "type",
    "object",
    "state",
    "messages",
    "choices",
    "finish_reason",
    "result",
];

/// Finish reasons of an answer that has failed, been given up, or been stopped by the server.
const FAILED_REASONS: [&str; 9] = [
    "error",
    "failed",
    "server_error",
    "internal_error",
    "timeout",
    "abort",
    "aborted",
    "cancelled",
    "canceled",
];

/// Is an event of a stream with this name a failure, whatever its data are?
pub fn is_failures_name(name: &[u8]) -> bool {
    const NAMES: [&str; 9] = [
        "error",
        "exception",
        "err",
        "failed",
        "failure",
        "fatal",
        "response.error",
        "response.failed",
        "response.cancelled",
    ];
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// Does it report a failure? These do, each by itself:
///
/// - `error` or `internalCode` with something in it; `errors` too, unless `success` is true, for then they are warnings;
/// - `success: false`, as a text too;
/// - `type` or `object` that is `"error"`, a `finish_reason` that tells of a failure; a gateway's run in the `state` of failure;
/// - the same `error` or `finish_reason` in its first choice, where gateways put the failure of a provider, or in that one's message or delta.
///
/// Healthy objects have `error: null`, `error: {}`, `error: ""` or `errors: []` as well: these say nothing.
pub fn reports_failure(value: Value<'_>) -> bool {
    let [error, errors, internal_code, success, kind, object, state, _, choices, finish_reason, _] =
        value.pick(&MEMBERS);
    let choice = choices.and_then(|choices| choices.items().next());
    let [choice_error, choice_reason, message, delta] =
        choice.map_or([None; 4], |choice| choice.pick(&["error", "finish_reason", "message", "delta"]));
    let within = message.or(delta).and_then(|message| message.get("error"));
    let says = |value: Option<Value<'_>>| value.is_some_and(|value| says_something(value, 0));
    let success = truth(success);
    let is_error = |value: Option<Value<'_>>| value.is_some_and(|value| is_word(value, &["error"]));
    let has_failed = |value: Option<Value<'_>>| value.is_some_and(|value| is_word(value, &FAILED_REASONS));
    says(error)
        || says(choice_error)
        || says(within)
        || says(internal_code)
        || success == Some(false)
        || success.is_none() && says(errors)
        || is_error(kind)
        || is_error(object)
        || has_failed(finish_reason)
        || has_failed(choice_reason)
        || state.is_some_and(|state| is_word(state, &["error", "errored", "failed"]))
}

/// A boolean, also one that is spelt as a text.
pub fn truth(value: Option<Value<'_>>) -> Option<bool> {
    let value = value?;
    let spelt = |word, truth| is_word(value, &[word]).then_some(truth);
    value.as_bool().or_else(|| spelt("true", true)).or_else(|| spelt("false", false))
}

/// Is it one of these words, in whatever letters?
fn is_word(value: Value<'_>, words: &[&str]) -> bool {
    let body = value.body().unwrap_or_default();
    words.iter().any(|word| body.eq_ignore_ascii_case(word.as_bytes()))
}

/// Has a reply something of an answer in it? It was paid for, whatever else the reply says, and is not to be paid for again.
pub fn has_words(value: Value<'_>) -> bool {
    let [response, choices, output] = value.pick(&["response", "choices", "output"]);
    let is_text = |value: Option<Value<'_>>| value.is_some_and(|value| says_something(value, 0));
    let choice = choices.and_then(|choices| choices.items().next());
    let [message, delta, text] =
        choice.map_or([None; 3], |choice| choice.pick(&["message", "delta", "text"]));
    let [content, calls, thoughts] = message
        .or(delta)
        .map_or([None; 3], |message| message.pick(&["content", "tool_calls", "reasoning_content"]));
    [response, output, text, content, calls, thoughts].into_iter().any(is_text)
}

/// Is what has nothing of an answer the description of a failure, as what stands before the service writes it? `{"code":2021,"message":"…"}`, a
/// problem of RFC 9457, an exception `{"name":"…Error","message":"…"}`, a list of such, or a text that says so.
pub fn is_bare_failure(value: Value<'_>) -> bool {
    match value.kind() {
        Kind::String => value.text().is_some_and(|text| {
            crate::error::known_number(&text).is_some() || crate::codes::kind(None, &text).is_some()
        }),
        Kind::Array => value.items().next().is_some_and(|item| reports_failure(item) || is_problem(item)),
        _ => is_problem(value),
    }
}

/// The members by which [`is_bare_failure`] knows a failure.
pub const PROBLEM_MEMBERS: [&str; 16] = [
    "code",
    "message",
    "detail",
    "title",
    "status",
    "error_code",
    "name",
    "type",
    "ok",
    "error_message",
    "errorMessage",
    "error_msg",
    "err",
    "exception",
    "fault",
    "failure",
];

/// Is a chunk without anything of an answer a failure, behind others that had something of one? Besides what [`is_bare_failure`] knows, a sentence is
/// one that nothing beside it calls healthy: the service has something to say, and it is not the answer.
pub fn is_bare_failure_behind_text(chunk: Value<'_>) -> bool {
    if is_bare_failure(chunk) {
        return true;
    }
    let [message, code, status, success, ok, kind] =
        chunk.pick(&["message", "code", "status", "success", "ok", "type"]);
    let is_said = message.is_some_and(|message| message.is_string() && says_something(message, 0));
    let is_healthy = [success, ok].into_iter().any(|flag| truth(flag) == Some(true))
        || [code, status].into_iter().flatten().any(|value| is_successful(value) || is_healthy_word(value))
        || kind.is_some_and(is_healthy_word);
    is_said && !is_healthy
}

/// Is it the number of a success: 0, or an HTTP status?
fn is_successful(value: Value<'_>) -> bool {
    value.as_i64().is_some_and(|number| number == 0 || (100..400).contains(&number))
}

/// Does a state, or the type of an event, tell of anything but a failure?
fn is_healthy_word(value: Value<'_>) -> bool {
    value.is_string() && !is_word(value, &FAILED_REASONS) && !names_failure(value)
}

/// Does it end with the name of a failure, as types of errors and exceptions do?
fn names_failure(value: Value<'_>) -> bool {
    let name = value.body().unwrap_or_default().trim_ascii();
    let ends = |word: &str| {
        let tail = name.len().checked_sub(word.len()).and_then(|at| name.get(at..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(word.as_bytes()))
    };
    ["error", "exception", "failure", "fault"].iter().any(|word| ends(word))
}

fn is_problem(value: Value<'_>) -> bool {
    let [code, message, detail, title, status, error_code, name, kind, ok, words @ ..] =
        value.pick(&PROBLEM_MEMBERS);
    let says = |value: Option<Value<'_>>| value.is_some_and(|value| says_something(value, 0));
    let is_status = |value: Value<'_>| value.as_i64().is_some_and(|status| (400..600).contains(&status));
    let has_failed = status.is_some_and(|status| is_status(status) || is_word(status, &FAILED_REASONS));
    let is_known = |number: Value<'_>| {
        let number = number
            .text()
            .and_then(|text| crate::text::unsigned(&text))
            .or_else(|| number.as_i64().and_then(|number| u32::try_from(number).ok()));
        number.is_some_and(|number| crate::codes::find(number).is_some())
    };
    let names_error = [name, kind].into_iter().flatten().any(names_failure);
    let has_words = message.or(title).is_some_and(|words| words.is_string());
    let code = code.filter(|code| !is_successful(*code));
    has_words && (says(code) || says(error_code) || names_error)
        || has_failed
        || truth(ok) == Some(false)
        || [code, error_code].into_iter().flatten().any(is_known)
        || words.into_iter().any(says)
        || says(detail)
}

/// Is there anything in it but empty texts, zeros, `false` and `null`?
fn says_something(value: Value<'_>, depth: u8) -> bool {
    match value.kind() {
        Kind::Null => false,
        Kind::Bool => value.as_bool() == Some(true),
        Kind::Number => value.raw().iter().any(|byte| matches!(byte, b'1'..=b'9')),
        Kind::String => !value.is("null") && value.body().is_some_and(|body| !body.trim_ascii().is_empty()),
        // Nobody nests nothing that deep.
        Kind::Object | Kind::Array if depth >= 4 => true,
        Kind::Object => value.entries().any(|(_, member)| says_something(member, depth + 1)),
        Kind::Array => value.items().any(|item| says_something(item, depth + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    fn judged(text: &str) -> (bool, bool) {
        let value = json::parse(text.as_bytes()).unwrap();
        (reports_failure(value), is_bare_failure(value))
    }

    #[test]
    fn failures() {
        for text in [
            r#"{"error":"boom"}"#,
            r#"{"error":true}"#,
            r#"{"error":5006}"#,
            r#"{"error":[{"message":"x"}]}"#,
            r#"{"error":{"error":{"code":1}}}"#,
            r#"{"choices":[{"delta":{"content":"a"}}],"error":{"message":"x"}}"#,
            r#"{"success":true,"error":{"message":"x"}}"#,
            r#"{"errors":{"code":5006}}"#,
            r#"{"errors":"x"}"#,
            r#"{"success":false}"#,
            r#"{"success":false,"errors":[]}"#,
            r#"{"type":"error"}"#,
            r#"{"object":"error","message":"x"}"#,
            r#"{"internalCode":3040}"#,
            r#"{"state":"Failed","result":null}"#,
            r#"{"response":"a","finish_reason":"error"}"#,
            r#"{"choices":[{"finish_reason":"error"}]}"#,
            r#"{"choices":[{"delta":{},"error":{"message":"x"}}]}"#,
        ] {
            assert!(judged(text).0, "{text}");
        }
        for text in [
            r#"{"code":2021,"message":"x"}"#,
            r#"{"detail":"x"}"#,
            r#"{"detail":[{"msg":"x"}]}"#,
            r#"{"code":3040}"#,
            r#"{"error_code":"3040"}"#,
            r#"{"error_message":"x"}"#,
            r#"{"exception":"x"}"#,
            r#"{"type":"exception","message":"x"}"#,
            r#"{"ok":false}"#,
            r#"{"status":503}"#,
        ] {
            assert_eq!(judged(text), (false, true), "{text}");
        }
    }

    #[test]
    fn what_says_nothing() {
        for text in [
            r#"{"error":null,"errors":null,"internalCode":null,"success":null}"#,
            r#"{"error":{},"errors":{}}"#,
            r#"{"error":"","errors":[]}"#,
            r#"{"error":false,"errors":[null,""],"internalCode":0}"#,
            r#"{"error":{"message":"","code":null,"param":"null"}}"#,
            r#"{"success":true,"errors":[{"message":"a warning"}]}"#,
            r#"{"type":"response.completed","object":"list","state":"Completed"}"#,
            r#"{"code":1}"#,
            r#"{"code":200,"message":"success"}"#,
            r#"{"status":200}"#,
            r#"{"ok":true,"message":"x"}"#,
            r#"{"message":"x"}"#,
            r#"{"message":{"content":"a"},"code":5}"#,
            r#"{"choices":[{"error":null,"finish_reason":"stop"},{"error":{"message":"x"}}]}"#,
            "[]",
            "5",
            "{}",
        ] {
            assert_eq!(judged(text), (false, false), "{text}");
        }
    }
}
