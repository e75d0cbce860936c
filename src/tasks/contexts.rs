//! Contexts, the texts that are compared with a query: `{ text }` on the wire; callers may pass plain texts.

use crate::error::Error;
use crate::text::{concat, decimal};
use crate::value::{Members, Shape, Tree, Value};

const NAME: &str = "contexts";

/// The number of contexts; `None` if there is no such member.
pub fn count<V: Value>(input: &V) -> Option<usize> {
    match input.get(NAME)?.shape() {
        Shape::Texts(count, _) | Shape::List(count) => Some(count),
        _ => None,
    }
}

/// Validates them; converts plain texts to the service's form.
fn from_texts<V: Value>(input: &V) -> Result<Option<Tree<V>>, Error> {
    let Some(contexts) = input.get(NAME) else { return Ok(None) };
    let items = contexts.items();
    match contexts.shape() {
        Shape::Texts(_, Some(at)) => {
            let why = ["contexts has an empty string at ", &decimal(at as i64), "."];
            Err(Error::invalid(NAME, &concat(&why)))
        }
        Shape::Texts(..) => {
            let context = |text| Tree::object([("text", Tree::Value(text))]);
            Ok(Some(Tree::List(items.into_iter().map(context).collect())))
        }
        _ => {
            // All must have the type of the first one.
            let are_texts = items.first().is_some_and(|first| matches!(first.shape(), Shape::Text(_)));
            for (at, context) in items.iter().enumerate() {
                let text = if are_texts { Some(context.clone()) } else { context.get("text") };
                if !text.is_some_and(|text| matches!(text.shape(), Shape::Text(1..))) {
                    let at = decimal(at as i64);
                    let why =
                        ["contexts must be strings, or objects with a text; the one at ", &at, " is not."];
                    return Err(Error::invalid(NAME, &concat(&why)));
                }
            }
            Ok(None)
        }
    }
}

/// An input's members, with contexts in the service's form.
pub fn members<V: Value>(input: &V) -> Result<Members<V>, Error> {
    let Some(contexts) = from_texts(input)? else { return Ok(super::pass(input, &[])) };
    let mut members = super::pass(input, &[NAME]);
    members.push((NAME.to_owned(), contexts));
    Ok(members)
}

/// The text of each of them.
pub fn texts<V: Value>(input: &V) -> Vec<Option<String>> {
    let contexts = input.get(NAME).map(|contexts| contexts.items()).unwrap_or_default();
    contexts.iter().map(|context| context.text().or_else(|| context.get("text")?.text())).collect()
}
