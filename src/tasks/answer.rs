//! Reading answers. A member of an unexpected type counts as absent; what is wrong with an answer is said by the name of what is missing.

use serde::{Deserialize, Deserializer};

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

/// For `#[serde(deserialize_with)]`: a member, if it is of the right type.
pub fn lenient<'de, D: Deserializer<'de>, T: Deserialize<'de>>(input: D) -> Result<Option<T>, D::Error> {
    Ok(Option::deserialize(input).unwrap_or_default())
}

/// For `#[serde(deserialize_with)]`: the items of a list; those of another type are the default. None where it is no list.
pub fn items<'de, D, T>(input: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    let list: Option<Vec<Item<T>>> = lenient(input)?;
    Ok(list.map(|list| list.into_iter().map(|Item(item)| item).collect()))
}

/// An item that is the default where it is of another type.
#[derive(Default)]
pub struct Item<T>(pub T);

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Item<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Ok(Item(T::deserialize(input).unwrap_or_default()))
    }
}
