//! Decides whether a JSON object of the service reports a failure. One rule applies to chunks of a stream,
//! whole answers and envelopes, independent of the status, of a `[DONE]` and of other members.

use super::json::{Kind, Value};

/// The members that can report a failure, including those by which [`super::envelope::Facts`] recognises an
/// envelope.
pub const MEMBERS: [&str; 14] = [
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
    "finishReason",
    "base_resp",
    "x_groq",
    "result",
];

/// The members of a choice that can report a failure. `stop_reason` is not among them: vLLM uses it for the
/// text at which the answer stopped.
pub const CHOICE_MEMBERS: [&str; 3] = ["error", "finish_reason", "finishReason"];

/// The words for an answer that failed, was cancelled, or was stopped by the server: as a finish reason, as
/// a state or status, or as the name of an event. In lower case, without separators, see
/// [`is_failure_word`].
const FAILED: [&str; 14] = [
    "err",
    "errored",
    "failed",
    "fatal",
    "timeout",
    "timedout",
    "abort",
    "aborted",
    "cancel",
    "cancelled",
    "canceled",
    // Cohere's.
    "errorlimit",
    // DeepSeek's.
    "insufficientsystemresource",
    "overloaded",
];

/// True for one of [`FAILED`] in any case, and for a word with the ending of an error's name:
/// `server_error`, `modelError`, `exception`. Names with a dot belong to parts of an answer that continues,
/// such as `response.mcp_call.failed`.
fn is_failure_word(word: &[u8]) -> bool {
    let letters =
        || word.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(|byte| byte.to_ascii_lowercase());
    !word.contains(&b'.') && (names_failure(word) || FAILED.iter().any(|known| letters().eq(known.bytes())))
}

/// True if an event of a stream with this name is a failure, whatever its data.
pub fn is_failures_name(name: &[u8]) -> bool {
    is_failure_word(name.strip_prefix(b"response.").unwrap_or(name))
}

/// True if a finish reason, a state or a status reports a failure. Some servers send an object with the
/// word as its type.
pub fn has_failed(value: Value<'_>) -> bool {
    let word = if value.is_object() { value.get("type") } else { Some(value) };
    word.and_then(|word| word.body()).is_some_and(is_failure_word)
}

/// True if an object reports a failure. Each of these is sufficient:
///
/// - `error` or `internalCode` that is not empty; `errors` as well, unless `success` is true, because then
///   they are warnings; but with a null `result` they are failures again;
/// - `success: false`, also as a string;
/// - `type` or `object` that is `"error"`; a finish reason that reports a failure; a gateway's run whose
///   `state` is a failure;
/// - the same `error` or finish reason in its first choice, where gateways report a provider's failure, or
///   in that choice's message or delta;
/// - a member of one provider: the `error` in `x_groq`, a `status_code` other than 0 in `base_resp`
///   (MiniMax).
///
/// Successful objects may have `error: null`, `error: {}`, `error: ""` or `errors: []`, which are ignored.
pub fn reports_failure(value: Value<'_>) -> bool {
    let [
        error,
        errors,
        internal_code,
        success,
        kind,
        object,
        state,
        _,
        choices,
        reasons @ ..,
        base_resp,
        x_groq,
        result,
    ] = value.pick(&MEMBERS);
    let choice = choices.and_then(|choices| choices.items().next());
    let [choice_error, choice_reasons @ ..] = choice.map_or([None; 3], |choice| choice.pick(&CHOICE_MEMBERS));
    let [message, delta] = choice.map_or([None; 2], |choice| choice.pick(&["message", "delta"]));
    let success = truth(success);
    let is_error = |value: Value<'_>| is_word(value, &["error"]);
    let says = [
        error,
        choice_error,
        message.or(delta).and_then(|message| message.get("error")),
        internal_code,
        base_resp.and_then(|base| base.get("status_code")),
        x_groq.and_then(|own| own.get("error")),
        errors.filter(|_| success.is_none() || result.is_some_and(is_nothing)),
    ];
    says.into_iter().flatten().any(|value| has_content(value, 0))
        || success == Some(false)
        || [kind, object].into_iter().flatten().any(is_error)
        || [state].into_iter().chain(reasons).chain(choice_reasons).flatten().any(has_failed)
}

/// True for `null`, `false`, 0, an empty string and an empty object.
pub fn is_nothing(value: Value<'_>) -> bool {
    matches!(value.raw(), b"null" | b"false" | b"0" | b"\"\"")
        || value.is_object() && value.entries().next().is_none()
}

/// A boolean, possibly encoded as a string.
pub fn truth(value: Option<Value<'_>>) -> Option<bool> {
    let value = value?;
    let spelt = |word, truth| is_word(value, &[word]).then_some(truth);
    value.as_bool().or_else(|| spelt("true", true)).or_else(|| spelt("false", false))
}

/// True for one of these words, in any case.
fn is_word(value: Value<'_>, words: &[&str]) -> bool {
    let body = value.body().unwrap_or_default();
    words.iter().any(|word| body.eq_ignore_ascii_case(word.as_bytes()))
}

/// True if a reply contains a part of an answer. It was billed, so the request must not be repeated.
pub fn has_words(value: Value<'_>) -> bool {
    let [response, choices, output] = value.pick(&["response", "choices", "output"]);
    let is_text = |value: Option<Value<'_>>| value.is_some_and(|value| has_content(value, 0));
    let choice = choices.and_then(|choices| choices.items().next());
    let [message, delta, text] =
        choice.map_or([None; 3], |choice| choice.pick(&["message", "delta", "text"]));
    let [content, calls, thoughts] = message
        .or(delta)
        .map_or([None; 3], |message| message.pick(&["content", "tool_calls", "reasoning_content"]));
    [response, output, text, content, calls, thoughts].into_iter().any(is_text)
}

/// True if an object without a part of an answer reports a failed state, or describes a failure. An empty
/// text does not count as an answer then.
pub fn has_failed_state(value: Value<'_>) -> bool {
    let [status, words @ ..] = value.pick(&STATE_MEMBERS);
    (status.is_some_and(has_failed) || words.into_iter().flatten().any(|words| has_content(words, 0)))
        && !has_words(value)
}

/// True if an object has a message outside of `choices` that reports a failure.
pub fn has_failed_message(value: Value<'_>) -> bool {
    let error = value.get("message").and_then(|message| message.get("error"));
    error.is_some_and(|error| has_content(error, 0))
}

/// True if a value without any part of an answer describes a failure, in the form of a proxy in front of
/// the service: `{"code":2021,"message":"…"}`, a problem of RFC 9457, an exception
/// `{"name":"…Error","message":"…"}`, a list of these, or a text that describes a failure.
pub fn is_bare_failure(value: Value<'_>) -> bool {
    match value.kind() {
        Kind::String => value.text().is_some_and(|text| is_failure_sentence(&text)),
        Kind::Array => value.items().next().is_some_and(|item| reports_failure(item) || is_problem(item)),
        _ => is_problem(value),
    }
}

fn is_failure_sentence(text: &str) -> bool {
    crate::error::known_number(text).is_some()
        || crate::codes::kind(None, text).is_some()
        || PHRASES.iter().any(|phrase| text.eq_ignore_ascii_case(phrase))
}

/// True if a text in place of JSON describes a failure: it has a known number, is a known sentence or the
/// words of a status code, or begins as errors of the service do. Text that begins like JSON is broken JSON,
/// and a long text may be an answer.
#[inline(never)]
pub fn is_failure_text(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    if text.len() > MOST_TEXT || matches!(text.first(), None | Some(b'{' | b'[' | b'"')) {
        return false;
    }
    let text = crate::text::lossy(text);
    is_failure_sentence(&text) || text.starts_with("error code:") || crate::error::is_marked(&text)
}

/// Limit of a text that may be a failure, in bytes.
const MOST_TEXT: usize = 300;

/// The name and value of a member that is named after its kind of exception, as in Bedrock's
/// `modelStreamErrorException`.
pub fn exception_in<'a>(object: Value<'a>) -> Option<(&'a [u8], Value<'a>)> {
    let is_one = |name: &[u8], value: Value<'_>| {
        name.len() > "exception".len() && value.is_object() && names_failure(name) && has_content(value, 0)
    };
    object.entries().map(|(name, value)| (name.raw(), value)).find(|(name, value)| is_one(name, *value))
}

/// The words with which servers spell their status codes, and Envoy its failures.
const PHRASES: [&str; 6] = [
    "internal server error",
    "service unavailable",
    "bad gateway",
    "gateway timeout",
    "no healthy upstream",
    "upstream request timeout",
];

/// The members that contain a description of a failure.
const WORDS: [&str; 11] = [
    "error_message",
    "errorMessage",
    "error_msg",
    "errorMsg",
    "err_msg",
    "err_code",
    "Error",
    "err",
    "exception",
    "fault",
    "failure",
];

/// A state, followed by the members that describe a failure.
const STATE_MEMBERS: [&str; 12] = before_words(["status"]);

/// The members by which [`is_bare_failure`] recognises a failure.
pub const PROBLEM_MEMBERS: [&str; 21] = before_words([
    "code",
    "message",
    "detail",
    "title",
    "status",
    "error_code",
    "errorCode",
    "name",
    "type",
    "ok",
]);

/// Some names followed by [`WORDS`], so that one pass over an object reads both.
const fn before_words<const N: usize, const ALL: usize>(names: [&'static str; N]) -> [&'static str; ALL] {
    assert!(N + WORDS.len() == ALL);
    let mut all = [""; ALL];
    let mut at = 0;
    while at < ALL {
        all[at] = if at < N { names[at] } else { WORDS[at - N] };
        at += 1;
    }
    all
}

/// True if an object in place of a language model's answer, or of a chunk, is a failure and contains no
/// part of an answer. In addition to [`is_bare_failure`], a message counts as a failure unless another
/// member reports success.
pub fn is_failure_for_answer(object: Value<'_>) -> bool {
    let [message, msg, code, status, success, ok, kind, errors, flags @ ..] = object.pick(&[
        "message", "msg", "code", "status", "success", "ok", "type", "errors", "is_error", "isError",
    ]);
    let is_denied = |value: Value<'_>| is_word(value, &["no", "0"]) || value.raw() == b"0";
    if is_bare_failure(object)
        || [success, ok].into_iter().flatten().any(is_denied)
        || flags.into_iter().any(|flag| truth(flag) == Some(true))
        || errors.is_some_and(|errors| has_content(errors, 0))
        || exception_in(object).is_some()
    {
        return true;
    }
    let says = |words: Value<'_>| words.is_string() && has_content(words, 0);
    let has_message = [message, msg].into_iter().flatten().any(says);
    let is_healthy = [success, ok].into_iter().any(|flag| truth(flag) == Some(true))
        || [code, status].into_iter().flatten().any(|value| is_successful(value) || is_healthy_word(value))
        || kind.is_some_and(is_healthy_word);
    has_message && !is_healthy
}

/// True for a code of success: 0, or an HTTP status.
fn is_successful(value: Value<'_>) -> bool {
    value.as_i64().is_some_and(|number| number == 0 || (100..400).contains(&number))
}

/// True if a state, or the type of an event, reports anything but a failure.
fn is_healthy_word(value: Value<'_>) -> bool {
    value.is_string() && !has_failed(value)
}

/// True if a name ends like the type of an error or exception.
fn names_failure(name: &[u8]) -> bool {
    let name = name.trim_ascii();
    let ends = |word: &str| {
        let tail = name.len().checked_sub(word.len()).and_then(|at| name.get(at..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(word.as_bytes()))
    };
    ["error", "exception", "failure", "fault"].iter().any(|word| ends(word)) && !ends("default")
}

fn is_problem(value: Value<'_>) -> bool {
    let [code, message, detail, title, status, error_code, camel_code, name, kind, ok, words @ ..] =
        value.pick(&PROBLEM_MEMBERS);
    let error_code = error_code.or(camel_code);
    let says = |value: Option<Value<'_>>| value.is_some_and(|value| has_content(value, 0));
    let is_status = |value: Value<'_>| value.as_i64().is_some_and(|status| (400..600).contains(&status));
    let has_failed = status.is_some_and(|status| is_status(status) || has_failed(status));
    let is_known = |number: Value<'_>| {
        let number = number
            .text()
            .and_then(|text| crate::text::unsigned(&text))
            .or_else(|| number.as_i64().and_then(|number| u32::try_from(number).ok()));
        number.is_some_and(|number| crate::codes::find(number).is_some())
    };
    let names_error = [name, kind].into_iter().filter_map(|name| name?.body()).any(names_failure);
    let has_words = message.or(title).is_some_and(|words| words.is_string());
    let code = code.filter(|code| !is_successful(*code));
    has_words && (says(code) || says(error_code) || names_error)
        || has_failed
        || truth(ok) == Some(false)
        || [code, error_code].into_iter().flatten().any(is_known)
        || words.into_iter().any(says)
        || says(detail)
}

/// True if a value contains anything but empty strings, zeros, `false` and `null`.
fn has_content(value: Value<'_>, depth: u8) -> bool {
    match value.kind() {
        Kind::Null => false,
        Kind::Bool => value.as_bool() == Some(true),
        Kind::Number => value.raw().iter().any(|byte| matches!(byte, b'1'..=b'9')),
        Kind::String => !value.is("null") && value.body().is_some_and(|body| !body.trim_ascii().is_empty()),
        // Nested deeper than empty values are in practice.
        Kind::Object | Kind::Array if depth >= 4 => true,
        Kind::Object => value.entries().any(|(_, member)| has_content(member, depth + 1)),
        Kind::Array => value.items().any(|item| has_content(item, depth + 1)),
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
            r#"{"result":null,"success":true,"errors":[{"code":3040}]}"#,
            r#"{"result":{ },"success":true,"errors":[{"code":3040}]}"#,
            r#"{"type":"error"}"#,
            r#"{"object":"error","message":"x"}"#,
            r#"{"internalCode":3040}"#,
            r#"{"state":"Failed","result":null}"#,
            r#"{"response":"a","finish_reason":"error"}"#,
            r#"{"choices":[{"finish_reason":"error"}]}"#,
            r#"{"choices":[{"delta":{},"error":{"message":"x"}}]}"#,
            r#"{"choices":[{"finishReason":"upstream_error"}]}"#,
            r#"{"response":"a","finish_reason":"ERROR_LIMIT"}"#,
            r#"{"choices":[{"finish_reason":{"type":"abort"}}]}"#,
            r#"{"state":"TimedOut","result":null}"#,
            r#"{"choices":[],"x_groq":{"error":"x"}}"#,
            r#"{"choices":[],"base_resp":{"status_code":1002}}"#,
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
    fn names_of_events() {
        for name in
            ["error", "Response.failed", "response.failed", "timed-out", "server_error", "LimitException"]
        {
            assert_eq!(is_failures_name(name.as_bytes()), name != "Response.failed", "{name}");
        }
        for name in [
            "",
            "message",
            "default",
            "response.mcp_call.failed",
            "response.completed",
            "content_block_delta",
        ] {
            assert!(!is_failures_name(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn a_sentence_in_the_place_of_an_answer() {
        let is_failure = |text: &str| is_failure_for_answer(json::parse(text.as_bytes()).unwrap());
        for text in [
            r#"{"message":"boom"}"#,
            r#"{"msg":"boom"}"#,
            r#"{"message":"boom","request_id":"a"}"#,
            r#"{"ok":0}"#,
            r#"{"success":"no"}"#,
            r#"{"isError":true}"#,
            r#"{"success":true,"errors":[{"message":"boom"}]}"#,
        ] {
            assert!(is_failure(text), "{text}");
        }
        for text in [
            r#"{"message":""}"#,
            r#"{"message":{"content":"a"}}"#,
            r#"{"message":"loading","status":"queued"}"#,
            r#"{"message":"ready","code":200}"#,
            r#"{"message":"ready","ok":true}"#,
            r#"{"message":"a","type":"ping"}"#,
        ] {
            assert!(!is_failure(text), "{text}");
        }
        let failed = |text: &str| has_failed_state(json::parse(text.as_bytes()).unwrap());
        assert!(
            failed(r#"{"status":"error","response":""}"#) && failed(r#"{"status":"FAILED","choices":[]}"#)
        );
        assert!(
            !failed(r#"{"status":"error","response":"a"}"#) && !failed(r#"{"status":"ok","response":""}"#)
        );
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
            r#"{"result":[],"success":true,"errors":[{"message":"a warning"}]}"#,
            r#"{"result":null,"success":true,"errors":[]}"#,
            r#"{"type":"response.completed","object":"list","state":"Completed"}"#,
            r#"{"code":1}"#,
            r#"{"code":200,"message":"success"}"#,
            r#"{"status":200}"#,
            r#"{"ok":true,"message":"x"}"#,
            r#"{"message":"x"}"#,
            r#"{"message":{"content":"a"},"code":5}"#,
            r#"{"choices":[{"error":null,"finish_reason":"stop"},{"error":{"message":"x"}}]}"#,
            r#"{"choices":[],"base_resp":{"status_code":0,"status_msg":"success"},"x_groq":{"id":"r"}}"#,
            r#"{"choices":[{"finish_reason":{"type":"length","length":16}}]}"#,
            r#"{"ok":0,"failed":3}"#,
            r#"{"choices":[{"finish_reason":"stop","stop_reason":"Error"}]}"#,
            "[]",
            "5",
            "{}",
        ] {
            assert_eq!(judged(text), (false, false), "{text}");
        }
    }
}
