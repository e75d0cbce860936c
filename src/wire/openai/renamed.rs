//! Names of tools that come in pieces, in chunks that are passed on as they come: the first piece gets all of the name, the others none of it.

use super::collected::Call;
use super::quoted;
use super::repair::{items, replaced};
use crate::wire::json::{self, Value};

/// The names of an answer's calls so far, by their slots.
#[derive(Debug, Default)]
pub struct Spelt(Vec<(u32, String)>);

/// What a chunk adds to the names.
#[derive(Debug, Default)]
pub struct Spelling {
    /// The slots of calls that begin.
    pub begun: Vec<u32>,
    /// The slots of calls whose names go on.
    pub longer: Vec<u32>,
}

impl Spelling {
    /// Does a call begin?
    pub fn begins(&self) -> bool {
        !self.begun.is_empty()
    }
}

impl Spelt {
    /// Reads the calls of a chunk.
    pub fn read(&mut self, calls: &[Call]) -> Spelling {
        let mut spelling = Spelling::default();
        for call in calls {
            let name = call.name.as_deref().unwrap_or_default();
            match self.0.iter_mut().find(|(slot, _)| *slot == call.slot) {
                Some((_, known)) if !name.is_empty() => {
                    known.push_str(name);
                    spelling.longer.push(call.slot);
                }
                Some(_) => {}
                None => {
                    self.0.push((call.slot, name.to_owned()));
                    spelling.begun.push(call.slot);
                }
            }
        }
        spelling
    }

    /// The name of a call.
    pub fn name(&self, slot: u32) -> &str {
        self.0.iter().find(|(known, _)| *known == slot).map_or("", |(_, name)| name)
    }
}

/// A chunk, its call in this slot with this name.
pub fn renamed(chunk: &str, slot: u32, name: &str) -> String {
    let Ok(value) = json::parse(chunk.as_bytes()) else { return chunk.to_owned() };
    let is_only = calls(value).count() == 1;
    with_names(value, &|call| (is_only || is_in(call, slot)).then(|| quoted(name)))
        .unwrap_or_else(|| chunk.to_owned())
}

/// A chunk without the names of calls that have begun before; `begun` are the slots of those that begin with it.
pub fn unnamed(chunk: &str, begun: &[u32]) -> String {
    let Ok(value) = json::parse(chunk.as_bytes()) else { return chunk.to_owned() };
    // A service that numbers all calls alike has other slots than indices.
    if calls(value).filter(|call| has_name(*call)).count() <= begun.len() {
        return chunk.to_owned();
    }
    let begins = |call: Value<'_>| begun.iter().any(|slot| is_in(call, *slot));
    let without = |call: Value<'_>| (has_name(call) && !begins(call)).then(|| quoted(""));
    with_names(value, &without).unwrap_or_else(|| chunk.to_owned())
}

/// A chunk, its call in this slot without the empty arguments that it began with: others have come.
pub fn begun(chunk: &str, slot: u32) -> String {
    let Ok(value) = json::parse(chunk.as_bytes()) else { return chunk.to_owned() };
    let is_empty = |call: Value<'_>| {
        let arguments = call.get("function").and_then(|function| function.get("arguments"));
        arguments.is_some_and(|arguments| arguments.is("{}"))
    };
    with(value, "arguments", &|call| (is_in(call, slot) && is_empty(call)).then(|| quoted("")))
        .unwrap_or_else(|| chunk.to_owned())
}

fn calls(chunk: Value<'_>) -> impl Iterator<Item = Value<'_>> {
    let choices = chunk.get("choices").into_iter().flat_map(|choices| choices.items());
    choices.flat_map(|choice| {
        let calls = choice.get("delta").and_then(|delta| delta.get("tool_calls"));
        calls.into_iter().flat_map(|calls| calls.items())
    })
}

fn has_name(call: Value<'_>) -> bool {
    let name = call.get("function").and_then(|function| function.get("name"));
    name.is_some_and(|name| name.body().is_some_and(|name| !name.is_empty()))
}

fn is_in(call: Value<'_>, slot: u32) -> bool {
    call.get("index").and_then(|index| index.as_i64()) == Some(slot.into())
}

/// The chunk with other names of its calls; none where all stay.
fn with_names(chunk: Value<'_>, name: &dyn Fn(Value<'_>) -> Option<String>) -> Option<String> {
    with(chunk, "name", name)
}

/// The chunk with another member of its calls' functions; none where all stay.
fn with(chunk: Value<'_>, member: &str, new: &dyn Fn(Value<'_>) -> Option<String>) -> Option<String> {
    let of_call = &mut |call: Value<'_>| {
        let own = new(call)?;
        replaced(call, &["function"], &mut |function| {
            replaced(function, &[member], &mut |_| Some(own.clone()))
        })
    };
    replaced(chunk, &["choices"], &mut |choices| {
        items(choices, &mut |_, choice| {
            replaced(choice, &["delta"], &mut |delta| {
                replaced(delta, &["tool_calls"], &mut |calls| items(calls, &mut |_, call| of_call(call)))
            })
        })
    })
}
