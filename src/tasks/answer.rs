//! Reading answers: what is wrong with one is said by the name of what is missing.

use crate::error::{Code, Error};
use crate::text::concat;
use crate::wire::json::Value;

/// The error of an answer that is not what the model gives.
pub fn malformed(what: &str) -> Error {
    Error::new(
        Code::MalformedResponse,
        concat(&[
            "The answer has no ",
            what,
            ". Is it a model of this task? `run` gives answers as they are.",
        ]),
    )
}

/// A list among the names under which models give it, or the answer itself.
pub fn list<'a>(answer: Value<'a>, names: &[&str]) -> Option<Value<'a>> {
    if answer.is_array() {
        return Some(answer);
    }
    names.iter().find_map(|name| answer.get(name).filter(|value| value.is_array()))
}

/// The spelling of a number, as the service has it.
pub fn number<'a>(value: Option<Value<'a>>) -> Option<&'a str> {
    let value = value?;
    let raw = std::str::from_utf8(value.raw()).ok()?;
    raw.starts_with(|first: char| first == '-' || first.is_ascii_digit()).then_some(raw)
}

/// A number for sorting.
pub fn float(value: Option<Value<'_>>) -> Option<f64> {
    number(value)?.parse().ok()
}
