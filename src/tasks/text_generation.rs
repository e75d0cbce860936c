//! Text generation: what its inputs must have, and what its failures mean.

use crate::error::Error;
use crate::wire::dialect::Failure;
use crate::wire::trouble::Trouble;

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

/// An id for a tool call that the service gave none. `random` gives numbers in `0..1`.
pub fn made_up_id(random: impl Fn() -> f64) -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut id = String::from("call_");
    for _ in 0..20 {
        id.push(char::from(LETTERS[(random() * 32.0) as usize & 31]));
    }
    id
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
    fn a_failure_told_inside_the_answer_keeps_its_code() {
        let answer = br#"{"errors":[{"code":3040,"message":"busy"}]}"#;
        assert_eq!(failure(Failure::Service(0, answer.len()), answer).code, Code::Capacity);
        assert_eq!(failure(Failure::Service(5, 2), answer).code, Code::Server);
        assert_eq!(failure(Failure::Malformed(Malformed::NoAnswer), answer).code, Code::MalformedResponse);
    }

    #[test]
    fn made_up_ids_differ() {
        let numbers = std::cell::Cell::new(0.1);
        let random = || {
            numbers.set((numbers.get() * 7.3) % 1.0);
            numbers.get()
        };
        let (first, second) = (made_up_id(random), made_up_id(random));
        assert!(first.starts_with("call_") && first.len() == 25 && first != second);
        assert_eq!(made_up_id(|| 1.0).len(), 25);
    }
}
