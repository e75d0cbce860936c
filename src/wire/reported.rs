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

/// Does it report a failure? These do, each by itself:
///
/// - `error` or `internalCode` with something in it; `errors` too, unless `success` is true, for then they are warnings;
/// - `success: false`;
/// - `type`, `object` or `finish_reason` that is `"error"`; a gateway's run in the `state` of failure;
/// - the same `error` or `finish_reason` in its first choice, where gateways put the failure of a provider.
///
/// Healthy objects have `error: null`, `error: {}`, `error: ""` or `errors: []` as well: these say nothing.
pub fn reports_failure(value: Value<'_>) -> bool {
    let [error, errors, internal_code, success, kind, object, state, _, choices, finish_reason, _] =
        value.pick(&MEMBERS);
    let choice = choices.and_then(|choices| choices.items().next());
    let [choice_error, choice_reason] =
        choice.map_or([None; 2], |choice| choice.pick(&["error", "finish_reason"]));
    let says = |value: Option<Value<'_>>| value.is_some_and(|value| says_something(value, 0));
    let success = success.and_then(|success| success.as_bool());
    let is_error = |value: Option<Value<'_>>| value.is_some_and(|value| value.is("error"));
    says(error)
        || says(choice_error)
        || says(internal_code)
        || success == Some(false)
        || success.is_none() && says(errors)
        || is_error(kind)
        || is_error(object)
        || is_error(finish_reason)
        || is_error(choice_reason)
        || state.is_some_and(is_failed)
}

/// Is an object without anything of an answer the description of a failure, as what stands before the service writes it: `{"code":2021,"message":"…"}`?
pub fn is_bare_failure(value: Value<'_>) -> bool {
    let [code, message, detail] = value.pick(&["code", "message", "detail"]);
    message.is_some_and(|message| message.is_string()) && code.is_some_and(|code| says_something(code, 0))
        || detail.is_some_and(|detail| says_something(detail, 0))
}

fn is_failed(state: Value<'_>) -> bool {
    let state = state.body().unwrap_or_default();
    [b"error".as_slice(), b"errored", b"failed"].iter().any(|failed| state.eq_ignore_ascii_case(failed))
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
        for text in [r#"{"code":2021,"message":"x"}"#, r#"{"detail":"x"}"#, r#"{"detail":[{"msg":"x"}]}"#] {
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
