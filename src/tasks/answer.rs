//! Decodes answers. A member of an unexpected type counts as absent; errors name the missing member.

use crate::error::{Code, Error};
use crate::text::concat;
use crate::value::Value;
use crate::wire::json;

/// The error of an answer that the model should not give.
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

/// A list under one of these names, or the answer itself.
pub fn list<V: Value>(answer: &V, names: &[&'static str]) -> Option<V> {
    if answer.is_list() {
        return Some(answer.clone());
    }
    names.iter().find_map(|name| answer.get(name).filter(V::is_list))
}

/// The indexes of keys in ascending order; stable. Shared by all sorts here.
#[inline(never)]
fn order(keys: &[f64]) -> Vec<usize> {
    // Insertion sort: the standard library's sorts are 3 KB, and the lists are short and nearly sorted.
    let mut places: Vec<usize> = (0..keys.len()).collect();
    for (end, key) in keys.iter().enumerate() {
        let is_behind = |place: &usize| keys.get(*place).is_some_and(|other| other.total_cmp(key).is_le());
        let at = places.get(..end).map_or(end, |sorted| sorted.partition_point(is_behind));
        places.copy_within(at..end, at + 1);
        if let Some(place) = places.get_mut(at) {
            *place = end;
        }
    }
    places
}

/// Items by their keys, in ascending order.
pub fn sorted<T>(items: Vec<(f64, T)>) -> Vec<T> {
    let keys: Vec<f64> = items.iter().map(|(key, _)| *key).collect();
    let mut items: Vec<Option<T>> = items.into_iter().map(|(_, item)| Some(item)).collect();
    order(&keys).into_iter().filter_map(|place| items.get_mut(place)?.take()).collect()
}

/// A number, or one in a string; finite.
pub fn number<V: Value>(value: &V) -> Option<f64> {
    let number =
        value.number().or_else(|| json::parse(value.text()?.trim_ascii().as_bytes()).ok()?.as_number());
    number.filter(|number| number.is_finite())
}

/// A number as a count or a place in a list.
pub fn index(number: f64) -> Option<usize> {
    ((0.0..9.0e15).contains(&number) && number.fract() == 0.0).then_some(number as usize)
}
