//! Text generation: what its inputs must have, and what its failures mean.

use crate::error::Error;
use crate::wire::answer;
use crate::wire::dialect::Failure;
use crate::wire::json::Value;
use crate::wire::trouble::Trouble;
use crate::wire::write::Writer;

/// The form of one of the inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// Not there.
    Absent,
    /// A string.
    Text,
    /// An array of this length.
    List(u32),
    /// Anything else.
    Other,
}

/// Checks that there is exactly one thing to answer. `input` is that of the Responses dialect.
pub fn check(prompt: Given, messages: Given, input: Given) -> Result<(), Error> {
    if prompt != Given::Absent && messages != Given::Absent {
        return Err(Error::invalid("prompt", "prompt and messages exclude each other: leave one out."));
    }
    match (prompt, messages, input) {
        (Given::Absent, Given::Absent, Given::Absent) => Err(Error::invalid(
            "prompt",
            "There is nothing to answer: give prompt (a string) or messages (an array).",
        )),
        (Given::List(_) | Given::Other, _, _) => Err(Error::invalid("prompt", "prompt must be a string.")),
        (_, Given::List(0), _) => {
            Err(Error::invalid("messages", "messages is empty: give at least one message."))
        }
        (_, Given::Text | Given::Other, _) => {
            Err(Error::invalid("messages", "messages must be an array of { role, content } objects."))
        }
        _ => Ok(()),
    }
}

/// Why a whole answer cannot be taken, as an error for the caller.
pub fn failure(failure: Failure, answer: &[u8]) -> Error {
    let told = match failure {
        Failure::Service(start, end) => answer.get(start..end).unwrap_or_default(),
        Failure::Malformed(_) => &[],
    };
    Trouble::from(failure).to_error(told, 0)
}

/// Checks the kinds of `prompt`, `messages` and `input`: `{ prompt?: "a string", messages?: <length>, input?: … }`.
pub fn check_kinds(kinds: Value<'_>) -> Result<(), Error> {
    let given = |name: &str| match kinds.get(name) {
        None => Given::Absent,
        Some(kind) => match kind.as_i64() {
            Some(length) => Given::List(u32::try_from(length).unwrap_or(u32::MAX)),
            None if kind.is("a string") => Given::Text,
            None => Given::Other,
        },
    };
    check(given("prompt"), given("messages"), given("input"))
}

/// A whole answer as JavaScript is told: the public result, but with arguments as JSON text.
pub fn describe(json: &[u8], unwrapped: bool) -> Result<String, Error> {
    let answer = answer::read(json).map_err(|why| failure(why, json))?;
    Ok(Writer::object(|out| {
        out.text("text", &answer.text);
        out.some_text("reasoning", answer.reasoning.as_deref());
        out.list("toolCalls", |out| {
            for call in &answer.tool_calls {
                out.item(|out| {
                    out.some_text("id", call.id.as_deref().filter(|id| !id.is_empty()));
                    out.text("name", &call.name);
                    out.text("arguments", &call.arguments);
                });
            }
        });
        out.text("finishReason", answer.finish_reason.as_str());
        if let Some(usage) = &answer.usage {
            out.member("usage", |out| usage.write(out));
        }
        out.flag("unwrapped", unwrapped);
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use crate::wire::dialect::Malformed;

    fn refused(prompt: Given, messages: Given, input: Given) -> Option<String> {
        check(prompt, messages, input).err().and_then(|error| {
            assert_eq!(error.code, Code::InvalidInput);
            error.field.clone()
        })
    }

    #[test]
    fn there_is_exactly_one_thing_to_answer() {
        assert_eq!(refused(Given::Text, Given::Absent, Given::Absent), None);
        assert_eq!(refused(Given::Absent, Given::List(2), Given::Absent), None);
        assert_eq!(refused(Given::Absent, Given::Absent, Given::Text), None);
        assert_eq!(refused(Given::Absent, Given::Absent, Given::List(1)), None);
        assert_eq!(refused(Given::Text, Given::List(1), Given::Absent).as_deref(), Some("prompt"));
        assert_eq!(refused(Given::Absent, Given::Absent, Given::Absent).as_deref(), Some("prompt"));
        assert_eq!(refused(Given::Other, Given::Absent, Given::Absent).as_deref(), Some("prompt"));
        assert_eq!(refused(Given::Absent, Given::List(0), Given::Absent).as_deref(), Some("messages"));
        assert_eq!(refused(Given::Absent, Given::Text, Given::Absent).as_deref(), Some("messages"));
    }

    #[test]
    fn an_answer_is_described() {
        let json = br#"{"response":1.0,"tool_calls":[{"name":"f","arguments":{"a": 1}}],"usage":{"prompt_tokens":1,"neurons":0.5}}"#;
        assert_eq!(
            describe(json, true).unwrap(),
            r#"{"text":"1.0","toolCalls":[{"name":"f","arguments":"{\"a\": 1}"}],"finishReason":"tool-calls","usage":{"promptTokens":1,"neurons":0.5},"unwrapped":true}"#
        );
    }

    #[test]
    fn a_failure_told_inside_the_answer_keeps_its_code() {
        let answer = br#"{"errors":[{"code":3040,"message":"busy"}]}"#;
        assert_eq!(failure(Failure::Service(0, answer.len()), answer).code, Code::Capacity);
        assert_eq!(failure(Failure::Service(5, 2), answer).code, Code::Server);
        assert_eq!(failure(Failure::Malformed(Malformed::NoAnswer), answer).code, Code::MalformedResponse);
    }
}
