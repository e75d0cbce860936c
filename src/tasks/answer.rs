//! Reading answers. A member of an unexpected type counts as absent; what is wrong with an answer is said by the name of what is missing.

use crate::error::{Code, Error};
use crate::text::concat;
use crate::value::Value;

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
pub fn list<V: Value>(answer: &V, names: &[&'static str]) -> Option<V> {
    if answer.is_list() {
        return Some(answer.clone());
    }
    names.iter().find_map(|name| answer.get(name).filter(V::is_list))
}

/// A number as a count or a place in a list.
pub fn index(number: f64) -> Option<usize> {
    ((0.0..9.0e15).contains(&number) && number.fract() == 0.0).then_some(number as usize)
}
