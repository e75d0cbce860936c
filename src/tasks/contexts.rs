//! Contexts, the texts that are compared with a query: `{ text }` on the wire, plain texts for callers who like.

use super::outline::{Given, Shape};
use super::template::{Step, reference};
use crate::error::Error;
use crate::wire::write::Writer;

const NAME: &str = "contexts";

/// How many there are, none if there is no such member.
pub fn count(input: Given<'_>) -> Option<usize> {
    match input.get(NAME)?.shape() {
        Shape::Texts(count, _) | Shape::List(count) => Some(count),
        _ => None,
    }
}

/// Checks them; tells whether they have to be written anew, being plain texts.
pub fn are_plain(input: Given<'_>) -> Result<bool, Error> {
    let Some(contexts) = input.get(NAME) else { return Ok(false) };
    match contexts.shape() {
        Shape::Texts(_, Some(at)) => {
            Err(Error::invalid(NAME, &format!("contexts has an empty string at {at}.")))
        }
        Shape::Texts(..) => Ok(true),
        _ => {
            for (at, context) in contexts.items().enumerate() {
                let text = context.get("text").map_or(Shape::Nothing, |text| text.shape());
                if !matches!(text, Shape::Text(1..)) {
                    let why =
                        format!("contexts must be strings, or objects with a text; the one at {at} is not.");
                    return Err(Error::invalid(NAME, &why));
                }
            }
            Ok(false)
        }
    }
}

/// Writes plain texts as the service wants them.
pub fn write_plain(out: &mut Writer, input: Given<'_>) {
    out.list(NAME, |out| {
        for index in 0..count(input).unwrap_or(0) {
            out.item(|out| reference(out, "text", &[Step::Name(NAME), Step::Index(index)]));
        }
    });
}
