//! Does a JSON object of the service's report a failure? One rule for the chunks of a stream, whole answers and envelopes, whatever else is in the
//! object and whatever the status and the `[DONE]` say.

use super::json::{Kind, Value};

/// The members that tell, and those by which [`super::envelope::Facts`] knows an envelope.
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

/// The members of a choice that tell. None of them is `stop_reason`: vLLM has the caller's own text there that the answer stopped at.
pub const CHOICE_MEMBERS: [&str; 3] = ["error", "finish_reason", "finishReason"];

/// Words for an answer that has failed, been given up, or been stopped by the server: as a finish reason, as a state or status, and as the name of an
/// event. In small letters, without what joins words: see [`is_failure_word`].
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

/// Is it a word for a failure? One of [`FAILED`] in whatever letters, or one that ends as the names of errors do: `server_error`, `modelError`,
/// `exception`. Names with a dot are of parts of an answer, such as `response.mcp_call.failed`, which goes on.
fn is_failure_word(word: &[u8]) -> bool {
    let letters =
        || word.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(|byte| byte.to_ascii_lowercase());
    !word.contains(&b'.') && (names_failure(word) || FAILED.iter().any(|known| letters().eq(known.bytes())))
}

/// Is an event of a stream with this name a failure, whatever its data are?
pub fn is_failures_name(name: &[u8]) -> bool {
    is_failure_word(name.strip_prefix(b"response.").unwrap_or(name))
}

/// Does a finish reason, a state or a status tell of a failure? Some servers have an object there, with the word as its type.
pub fn has_failed(value: Value<'_>) -> bool {
    let word = if value.is_object() { value.get("type") } else { Some(value) };
    word.and_then(|word| word.body()).is_some_and(is_failure_word)
}

/// Does it report a failure? These do, each by itself:
///
/// - `error` or `internalCode` with something in it; `errors` too, unless `success` is true, for then they are warnings: but not beside a `result` of
///   nothing, for then they are why;
/// - `success: false`, as a text too;
/// - `type` or `object` that is `"error"`, a finish reason that tells of a failure; a gateway's run in the `state` of failure;
/// - the same `error` or finish reason in its first choice, where gateways put the failure of a provider, or in that one's message or delta;
/// - a member of a provider's own: the `error` in `x_groq`, a `status_code` other than 0 in `base_resp` (MiniMax).
///
/// Healthy objects have `error: null`, `error: {}`, `error: ""` or `errors: []` as well: these say nothing.
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
    says.into_iter().flatten().any(|value| says_something(value, 0))
        || success == Some(false)
        || [kind, object].into_iter().flatten().any(is_error)
        || [state].into_iter().chain(reasons).chain(choice_reasons).flatten().any(has_failed)
}

/// Is it `null`, `false`, 0, an empty text or an empty object?
pub fn is_nothing(value: Value<'_>) -> bool {
    matches!(value.raw(), b"null" | b"false" | b"0" | b"\"\"")
        || value.is_object() && value.entries().next().is_none()
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

/// Does an object without a word of an answer call its own state a failure, or describe one? An empty text beside that is no answer.
pub fn has_failed_state(value: Value<'_>) -> bool {
    let [status, words @ ..] = value.pick(&STATE_MEMBERS);
    (status.is_some_and(has_failed) || words.into_iter().flatten().any(|words| says_something(words, 0)))
        && !has_words(value)
}

/// Has an object a message without a choice around it that reports a failure?
pub fn has_failed_message(value: Value<'_>) -> bool {
    let error = value.get("message").and_then(|message| message.get("error"));
    error.is_some_and(|error| says_something(error, 0))
}

/// Is what has nothing of an answer the description of a failure, as what stands before the service writes it? `{"code":2021,"message":"…"}`, a
/// problem of RFC 9457, an exception `{"name":"…Error","message":"…"}`, a list of such, or a text that says so.
pub fn is_bare_failure(value: Value<'_>) -> bool {
    match value.kind() {
        Kind::String => value.text().is_some_and(|text| {
            crate::error::known_number(&text).is_some()
                || crate::codes::kind(None, &text).is_some()
                || is_word(value, &PHRASES)
        }),
        Kind::Array => value.items().next().is_some_and(|item| reports_failure(item) || is_problem(item)),
        _ => is_problem(value),
    }
}

/// How servers spell their own statuses.
const PHRASES: [&str; 4] = ["internal server error", "service unavailable", "bad gateway", "gateway timeout"];

/// The members in which words describe a failure, whatever stands beside them.
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

/// A state, and what describes a failure.
const STATE_MEMBERS: [&str; 12] = before_words(["status"]);

/// The members by which [`is_bare_failure`] knows a failure.
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

/// Some names, and [`WORDS`] behind them: an object is walked through once for both.
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

/// Is an object a failure that came where a language model's answer, or a chunk of it, was to come, and has nothing of one? Besides what
/// [`is_bare_failure`] knows, a sentence is one that nothing beside it calls healthy: the service has something to say, and it is not the answer.
pub fn is_failure_for_answer(object: Value<'_>) -> bool {
    let [message, msg, code, status, success, ok, kind, errors, flags @ ..] = object.pick(&[
        "message", "msg", "code", "status", "success", "ok", "type", "errors", "is_error", "isError",
    ]);
    let is_denied = |value: Value<'_>| is_word(value, &["no", "0"]) || value.raw() == b"0";
    if is_bare_failure(object)
        || [success, ok].into_iter().flatten().any(is_denied)
        || flags.into_iter().any(|flag| truth(flag) == Some(true))
        || errors.is_some_and(|errors| says_something(errors, 0))
    {
        return true;
    }
    let says = |words: Value<'_>| words.is_string() && says_something(words, 0);
    let has_message = [message, msg].into_iter().flatten().any(says);
    let is_healthy = [success, ok].into_iter().any(|flag| truth(flag) == Some(true))
        || [code, status].into_iter().flatten().any(|value| is_successful(value) || is_healthy_word(value))
        || kind.is_some_and(is_healthy_word);
    has_message && !is_healthy
}

/// Is it the number of a success: 0, or an HTTP status?
fn is_successful(value: Value<'_>) -> bool {
    value.as_i64().is_some_and(|number| number == 0 || (100..400).contains(&number))
}

/// Does a state, or the type of an event, tell of anything but a failure?
fn is_healthy_word(value: Value<'_>) -> bool {
    value.is_string() && !has_failed(value)
}

/// Does it end with the name of a failure, as types of errors and exceptions do?
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
    let says = |value: Option<Value<'_>>| value.is_some_and(|value| says_something(value, 0));
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
