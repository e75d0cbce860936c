//! Recognises the REST envelope `{result, success, errors, messages}`, and failures in it.

use super::json::Value;
use super::reported::{is_nothing, reports_failure, truth};

/// The source of a reply, which determines whether it may have an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapping {
    /// A model's answer over HTTP, usually in an envelope.
    Enveloped,
    /// The reply of another endpoint over HTTP, in an envelope. Its result may describe failures of
    /// something else, as log entries do.
    Endpoint,
    /// A model's answer on the binding: without an envelope, except for a gateway's run `{state, result}`,
    /// or a REST envelope from a test double.
    Bare,
    /// The result of another function of the binding. Only a list of errors makes it a failure, because its
    /// data may describe failures.
    Foreign,
}

/// The properties of a whole JSON reply that decide, independent of the parser.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts {
    /// It has a member `result`, possibly null.
    result: bool,
    /// `success` is true.
    success: bool,
    /// It reports a failure.
    failed: bool,
    /// `errors` is a list that is not empty, and either `success` is not true or `result` is null.
    listed: bool,
    /// It has the `state` of a gateway's run.
    state: bool,
    /// It has another member that only envelopes have: `errors` or `messages`.
    marks: bool,
}

/// How a reply is handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Its `result` is the answer.
    Unwrap,
    /// It is the answer itself.
    Whole,
    /// It reports a failure.
    Failure,
}

impl Facts {
    /// Examines a parsed reply.
    pub fn of(value: Value<'_>) -> Self {
        let [errors, success, state, messages, result] =
            value.pick(&["errors", "success", "state", "messages", "result"]);
        let success = truth(success) == Some(true);
        let errors = errors.filter(Value::is_array);
        Self {
            result: result.is_some(),
            success,
            failed: reports_failure(value),
            listed: (!success || result.is_some_and(is_nothing))
                && errors.is_some_and(|errors| errors.items().next().is_some()),
            state: state.is_some_and(|state| state.is_string()),
            marks: errors.is_some() || messages.is_some(),
        }
    }

    /// True if `result` is a model's answer, which may report a failure itself. This holds on the binding
    /// too, if an envelope arrives there.
    pub fn holds_answer(self, wrapping: Wrapping) -> bool {
        let is_envelope = self.success || self.marks || self.state;
        self.result && is_envelope && matches!(wrapping, Wrapping::Enveloped | Wrapping::Bare)
    }

    /// Decides by the source. Some replies of the REST API have no envelope, for example through a gateway.
    pub fn verdict(self, wrapping: Wrapping) -> Verdict {
        let unwraps = match wrapping {
            Wrapping::Enveloped | Wrapping::Endpoint => self.success || self.marks || self.state,
            Wrapping::Bare => self.state || self.success && self.marks,
            Wrapping::Foreign => false,
        };
        let failed = if wrapping == Wrapping::Foreign { self.listed } else { self.failed };
        if failed {
            Verdict::Failure
        } else if self.result && unwraps {
            Verdict::Unwrap
        } else {
            Verdict::Whole
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    fn judged(text: &str, wrapping: Wrapping) -> Verdict {
        json::parse(text.as_bytes()).map(Facts::of).unwrap_or_default().verdict(wrapping)
    }

    fn enveloped(text: &str) -> Verdict {
        judged(text, Wrapping::Enveloped)
    }

    #[test]
    fn envelopes_are_removed() {
        assert_eq!(
            enveloped(r#"{"result":{"response":"x"},"success":true,"errors":[],"messages":[]}"#),
            Verdict::Unwrap
        );
        assert_eq!(enveloped(r#"{"result":null,"success":true}"#), Verdict::Unwrap);
        assert_eq!(enveloped(r#"{"state":"Completed","result":{}}"#), Verdict::Unwrap);
        assert_eq!(
            enveloped(r#"{"result":1,"success":true,"errors":[{"message":"only a warning"}]}"#),
            Verdict::Unwrap
        );
    }

    #[test]
    fn bare_answers_stay_whole() {
        for text in [
            r#"{"shape":[1,2],"data":[[1,2]]}"#,
            "[1]",
            "\"x\"",
            "3",
            "null",
            r#"{"result":5}"#,
            r#"{"errors":[]}"#,
            "{}",
        ] {
            assert_eq!(enveloped(text), Verdict::Whole, "{text}");
        }
    }

    #[test]
    fn failure_inside_a_success_is_seen() {
        assert_eq!(enveloped(r#"{"result":{},"success":false,"errors":[]}"#), Verdict::Failure);
        assert_eq!(enveloped(r#"{"errors":[{"code":3040}]}"#), Verdict::Failure);
        for text in [
            r#"{"errors":[{"code":3040}]}"#,
            r#"{"success":false,"errors":{"code":5006},"result":null}"#,
            r#"{"success":true,"errors":[{"code":5006}],"result":null}"#,
            r#"{"response":"a","error":"boom"}"#,
        ] {
            assert_eq!(judged(text, Wrapping::Bare), Verdict::Failure, "{text}");
        }
        let healthy = r#"{"result":{},"success":true,"errors":[]}"#;
        assert_eq!(judged(healthy, Wrapping::Bare), Verdict::Unwrap);
        assert_eq!(judged(r#"{"result":{},"success":true}"#, Wrapping::Bare), Verdict::Whole);
        assert_eq!(judged(r#"{"state":"Completed","result":{}}"#, Wrapping::Bare), Verdict::Unwrap);
    }

    #[test]
    fn what_a_function_of_the_binding_gives_may_speak_of_failures() {
        let log = r#"{"id":"a","success":false,"error":"the provider failed"}"#;
        assert_eq!(judged(log, Wrapping::Foreign), Verdict::Whole);
        for text in
            [r#"{"errors":[{"code":3040}]}"#, r#"{"result":null,"success":true,"errors":[{"code":3040}]}"#]
        {
            assert_eq!(judged(text, Wrapping::Foreign), Verdict::Failure);
        }
    }
}
