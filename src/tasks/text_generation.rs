//! Text generation: what its inputs must have, and what its failures mean.

use crate::error::Error;
use crate::wire::json::Value;

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
        (Given::Absent, Given::Absent, Given::Absent) => {
            Err(Error::invalid("prompt", "Give prompt (a string) or messages (an array)."))
        }
        (Given::List(_) | Given::Other, _, _) => Err(Error::invalid("prompt", "prompt must be a string.")),
        (_, Given::List(0), _) => Err(Error::invalid("messages", "messages is empty.")),
        (_, Given::Text | Given::Other, _) => Err(Error::invalid("messages", "messages must be an array.")),
        _ => Ok(()),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

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
}
