//! The REST envelope `{result, success, errors, messages}`: whether there is one, and whether it reports a failure.

use super::json::{Kind, Value};

/// What is seen of a whole JSON reply, however it was parsed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts {
    /// It has a member `result`, null included.
    pub result: bool,
    /// Its member `success`, if that is a boolean.
    pub success: Option<bool>,
    /// Its member `errors` is an array that is not empty.
    pub failures: bool,
    /// It has another member that only envelopes have: `errors`, `messages`, or the run state of a gateway.
    pub marks: bool,
}

/// What to do with the reply.
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
    /// The verdict through a door where answers come in an envelope, or through the binding, where they do not.
    pub fn verdict(self, enveloped: bool) -> Verdict {
        if enveloped { self.judge() } else { self.judge_bare() }
    }

    /// Looks at a parsed reply.
    pub fn of(value: Value<'_>) -> Self {
        if value.kind() != Kind::Object {
            return Self::default();
        }
        let errors = value.get("errors").filter(|errors| errors.kind() == Kind::Array);
        Self {
            result: value.get("result").is_some(),
            success: value.get("success").and_then(|success| success.as_bool()),
            failures: errors.is_some_and(|errors| errors.items().next().is_some()),
            marks: errors.is_some() || value.get("messages").is_some() || value.get("state").is_some(),
        }
    }

    /// Judges a reply that may come in an envelope, as over HTTP. Some come without, for instance through a gateway.
    pub fn judge(self) -> Verdict {
        match self {
            Facts { success: Some(false), .. } | Facts { success: None, failures: true, .. } => {
                Verdict::Failure
            }
            Facts { result: true, success: Some(true), .. } | Facts { result: true, marks: true, .. } => {
                Verdict::Unwrap
            }
            _ => Verdict::Whole,
        }
    }

    /// Judges a reply of the binding: never in an envelope, so a member `result` is the model's own.
    pub fn judge_bare(self) -> Verdict {
        if self.failures && self.success != Some(true) { Verdict::Failure } else { Verdict::Whole }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    fn facts(text: &str) -> Facts {
        json::parse(text.as_bytes()).map(Facts::of).unwrap_or_default()
    }

    #[test]
    fn envelopes_are_removed() {
        assert_eq!(
            facts(r#"{"result":{"response":"x"},"success":true,"errors":[],"messages":[]}"#).judge(),
            Verdict::Unwrap
        );
        assert_eq!(facts(r#"{"result":null,"success":true}"#).judge(), Verdict::Unwrap);
        assert_eq!(facts(r#"{"state":"Completed","result":{}}"#).judge(), Verdict::Unwrap);
        assert_eq!(
            facts(r#"{"result":1,"success":true,"errors":[{"message":"only a warning"}]}"#).judge(),
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
            assert_eq!(facts(text).judge(), Verdict::Whole, "{text}");
        }
    }

    #[test]
    fn failure_inside_a_success_is_seen() {
        assert_eq!(facts(r#"{"result":{},"success":false,"errors":[]}"#).judge(), Verdict::Failure);
        assert_eq!(facts(r#"{"errors":[{"code":3040}]}"#).judge(), Verdict::Failure);
        assert_eq!(facts(r#"{"errors":[{"code":3040}]}"#).judge_bare(), Verdict::Failure);
        assert_eq!(facts(r#"{"result":{},"success":true,"errors":[]}"#).judge_bare(), Verdict::Whole);
    }
}
