//! Joins tool names that arrive in parts, in chunks that are passed on: the chunk with the first part gets
//! the whole name, the others lose theirs.

use super::collected::Call;
use super::repair::{items, replaced};
use super::{quoted, raw};
use crate::wire::json::{self, Value};
use crate::wire::write::Writer;

/// The names of an answer's calls so far, by slot.
#[derive(Debug, Default)]
pub struct CallNames(Vec<(u32, String)>);

/// The effect of a chunk on the names.
#[derive(Debug, Default)]
pub struct NameChanges {
    /// The slots of calls that begin.
    pub begun: Vec<u32>,
    /// The slots of calls whose names continue.
    pub continued: Vec<u32>,
}

impl NameChanges {
    /// True if a call begins.
    pub fn begins(&self) -> bool {
        !self.begun.is_empty()
    }
}

impl CallNames {
    /// Reads the calls of a chunk.
    pub fn read(&mut self, calls: &[Call]) -> NameChanges {
        let mut name_changes = NameChanges::default();
        for call in calls {
            let name = call.name.as_deref().unwrap_or_default();
            match self.0.iter_mut().find(|(slot, _)| *slot == call.slot) {
                Some((_, known)) if !name.is_empty() => {
                    known.push_str(name);
                    name_changes.continued.push(call.slot);
                }
                Some(_) => {}
                None => {
                    self.0.push((call.slot, name.to_owned()));
                    name_changes.begun.push(call.slot);
                }
            }
        }
        name_changes
    }

    /// The name of a call.
    pub fn name(&self, slot: u32) -> &str {
        self.0.iter().find(|(known, _)| *known == slot).map_or("", |(_, name)| name)
    }
}

/// A chunk with another name for its call in this slot.
pub fn renamed(chunk: &str, slot: u32, name: &str) -> String {
    let Ok(value) = json::parse(chunk.as_bytes()) else { return chunk.to_owned() };
    with_names(value, &|call| is_in(call, slot).then(|| quoted(name))).unwrap_or_else(|| chunk.to_owned())
}

/// A chunk without the names of calls that began earlier; `begun` has the slots of the calls that begin in
/// it.
pub fn unnamed(chunk: &str, begun: &[u32]) -> String {
    let Ok(value) = json::parse(chunk.as_bytes()) else { return chunk.to_owned() };
    // If a service numbers all calls alike, slots differ from indices.
    if calls(value).filter(|call| has_name(*call)).count() <= begun.len() {
        return chunk.to_owned();
    }
    let begins = |call: Value<'_>| begun.iter().any(|slot| is_in(call, *slot));
    let without = |call: Value<'_>| (has_name(call) && !begins(call)).then(|| quoted(""));
    with_names(value, &without).unwrap_or_else(|| chunk.to_owned())
}

/// A chunk with other arguments for its call in this slot; `None` if it has no such call.
pub fn with_arguments(chunk: &str, slot: u32, arguments: &str) -> Option<String> {
    let value = json::parse(chunk.as_bytes()).ok()?;
    with(value, &|call| {
        let function = call.get("function").filter(|_| is_in(call, slot))?;
        Some(Writer::object(|out| {
            for (key, value) in function.entries().filter(|(key, _)| !key.is("arguments")) {
                out.raw_key(key, &raw(value));
            }
            out.text("arguments", arguments);
        }))
    })
}

/// True if a chunk has a call in this slot.
pub fn has_call(chunk: &str, slot: u32) -> bool {
    json::parse(chunk.as_bytes()).is_ok_and(|value| calls(value).any(|call| is_in(call, slot)))
}

/// True if the arguments of the call in this slot are an empty object.
pub fn has_empty_object(chunk: &str, slot: u32) -> bool {
    let Ok(value) = json::parse(chunk.as_bytes()) else { return false };
    calls(value).filter(|call| is_in(*call, slot)).any(|call| {
        let arguments = call.get("function").and_then(|function| function.get("arguments"));
        arguments.and_then(|arguments| arguments.body()).is_some_and(|text| text.trim_ascii() == b"{}")
    })
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

/// A chunk with new names for its calls; `None` if none of them changes.
fn with_names(chunk: Value<'_>, name: &dyn Fn(Value<'_>) -> Option<String>) -> Option<String> {
    with(chunk, &|call| {
        let own = name(call)?;
        replaced(call.get("function")?, &["name"], &mut |_| Some(own.clone()))
    })
}

/// A chunk with new functions for its calls; `None` if none of them changes.
fn with(chunk: Value<'_>, new: &dyn Fn(Value<'_>) -> Option<String>) -> Option<String> {
    let of_call = &mut |call: Value<'_>| {
        let own = new(call)?;
        replaced(call, &["function"], &mut |_| Some(own.clone()))
    };
    replaced(chunk, &["choices"], &mut |choices| {
        items(choices, &mut |_, choice| {
            replaced(choice, &["delta"], &mut |delta| {
                replaced(delta, &["tool_calls"], &mut |calls| items(calls, &mut |_, call| of_call(call)))
            })
        })
    })
}
