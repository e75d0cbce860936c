//! Text generation: validation of inputs.

use crate::error::Error;
use crate::text::concat;
use crate::value::{Shape, Value};

/// Checks that an input has exactly one of `prompt`, `messages`, and `input` of the Responses dialect.
/// `null` counts as present.
pub fn check<V: Value>(inputs: &V) -> Result<(), Error> {
    if let Some(name) = inputs.computed() {
        let why = [
            name.as_str(),
            " is inherited, or a getter of the input's class, and would not be sent: give a plain object.",
        ];
        return Err(Error::invalid("input", &concat(&why)));
    }
    let shape = |name: &'static str| inputs.member(name).map(|member| member.shape());
    let (prompt, messages) = (shape("prompt"), shape("messages"));
    if prompt.is_some() && messages.is_some() {
        return Err(Error::invalid("prompt", "prompt and messages exclude each other: leave one out."));
    }
    match (prompt, messages) {
        (Some(Shape::Text(_)), _) => Ok(()),
        (Some(_), _) => Err(Error::invalid("prompt", "prompt must be a string.")),
        (_, Some(Shape::List(0))) => Err(Error::invalid("messages", "messages is empty.")),
        (_, Some(Shape::List(_) | Shape::Texts(..) | Shape::Numbers(..))) => Ok(()),
        (_, Some(_)) => Err(Error::invalid("messages", "messages must be an array.")),
        (None, None) if inputs.member("input").is_some() => Ok(()),
        (None, None) => Err(Error::invalid("prompt", "Give prompt (a string) or messages (an array).")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use crate::value::json::Json;

    fn refused(inputs: &str) -> Option<String> {
        check(&Json::sample(inputs)).err().and_then(|error| {
            assert_eq!(error.code, Code::InvalidInput);
            error.field.clone()
        })
    }

    #[test]
    fn there_is_exactly_one_thing_to_answer() {
        for inputs in [
            r#"{"prompt":"a"}"#,
            r#"{"messages":[{"role":"user"},{}]}"#,
            r#"{"input":"a"}"#,
            r#"{"input":["a"]}"#,
        ] {
            assert_eq!(refused(inputs), None, "{inputs}");
        }
        for (inputs, field) in [
            (r#"{"prompt":"a","messages":[{}]}"#, "prompt"),
            ("{}", "prompt"),
            (r#"{"prompt":5}"#, "prompt"),
            (r#"{"prompt":null}"#, "prompt"),
            (r#"{"prompt":["a"]}"#, "prompt"),
            (r#"{"messages":[]}"#, "messages"),
            (r#"{"messages":"a"}"#, "messages"),
            (r#"{"messages":null,"input":"a"}"#, "messages"),
        ] {
            assert_eq!(refused(inputs).as_deref(), Some(field), "{inputs}");
        }
    }
}
