//! Normalizes the tool calls of an answer: each has a unique id, the tool if it exists, and arguments that
//! are an object, or the error for the model.

use super::arguments::{self, Repair};
use super::names::Names;
use super::reports;
use super::words::Words;
use crate::text::{concat, decimal};

/// Limit of the excerpt of invalid arguments in an error.
const SHOWN: usize = 300;

/// A call in an answer.
#[derive(Debug, Clone)]
pub struct RawCall<V> {
    /// The model's id, if it has one.
    pub id: Option<String>,
    /// The name.
    pub name: String,
    /// The arguments.
    pub arguments: Form<V>,
}

/// Arguments in an answer.
#[derive(Debug, Clone)]
pub enum Form<V> {
    /// An object.
    Object(V),
    /// A text, or another value's JSON text.
    Text(String),
}

/// A normalized call.
#[derive(Debug, Clone)]
pub struct Read<V> {
    /// Unique in the conversation.
    pub id: String,
    /// The tool, if it exists.
    pub tool: Option<usize>,
    /// The tool's name; else the name in the call.
    pub name: String,
    /// Its arguments, or the error that the model receives instead of a result.
    pub arguments: Result<Form<V>, String>,
    /// The repairs.
    pub repairs: Vec<Repair>,
}

/// The ids that are used in a conversation.
#[derive(Debug, Clone, Default)]
pub struct Ids {
    used: Words,
    /// The number of the next generated id.
    next: i64,
}

impl Ids {
    /// Adds one.
    pub fn note(&mut self, id: &str) {
        self.used.put(id);
    }

    /// A unique id; the model's own one if that is unused.
    fn unique(&mut self, id: Option<String>) -> String {
        let stem = id.filter(|id| !id.is_empty());
        let Some(stem) = stem else {
            // Many calls may need one, so numbers are not tried again.
            loop {
                self.next += 1;
                let unique = concat(&["call_", &decimal(self.next)]);
                if self.used.put(&unique).1 {
                    return unique;
                }
            }
        };
        let mut unique = stem.clone();
        for number in 2.. {
            if self.used.put(&unique).1 {
                break;
            }
            unique = concat(&[&stem, "_", &decimal(number)]);
        }
        unique
    }
}

/// Normalizes the calls of an answer. `is_cut`: the answer was cut off, at its token limit or by a filter.
/// Missing arguments are `{}` unless it was cut off: then they may be lost.
pub fn read<V>(raw: Vec<RawCall<V>>, names: &Names, is_cut: bool, ids: &mut Ids) -> Vec<Read<V>> {
    let mut calls = Vec::new();
    for RawCall { id, name, arguments } in raw {
        let tool = names.find(&name);
        let own = tool.map_or_else(|| name.clone(), |place| names.own(place).to_owned());
        let mut repairs = Vec::new();
        if tool.is_some_and(|place| names.sent(place) != name && names.own(place) != name) {
            repairs.push(Repair::ControlToken);
        }
        let arguments = match (tool, arguments) {
            (None, _) => Err(reports::unknown(&name, &names.list())),
            (_, Form::Object(value)) => Ok(Form::Object(value)),
            (_, Form::Text(text)) if is_cut && text.trim_ascii().is_empty() => Err(reports::cut()),
            (_, Form::Text(text)) => match arguments::read(&text) {
                Ok(read) => {
                    let more: Vec<Repair> =
                        read.repairs.into_iter().filter(|repair| !repairs.contains(repair)).collect();
                    repairs.extend(more);
                    Ok(Form::Text(read.json))
                }
                Err(wrong) => Err(with_excerpt(reports::malformed(wrong, is_cut), &text)),
            },
        };
        calls.push(Read { id: ids.unique(id), tool, name: own, arguments, repairs });
    }
    calls
}

/// Invalid arguments are not in the history, where servers require JSON, so the error contains an excerpt for
/// the model.
fn with_excerpt(report: String, text: &str) -> String {
    let shown: String = text.chars().take(SHOWN).collect();
    let more = if shown.len() < text.len() { "…" } else { "" };
    concat(&[&report, " They were: ", &shown, more])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw_call(id: Option<&str>, name: &str, text: &str) -> RawCall<()> {
        RawCall { id: id.map(str::to_owned), name: name.to_owned(), arguments: Form::Text(text.to_owned()) }
    }

    fn all(raw: Vec<RawCall<()>>, is_cut: bool) -> Vec<Read<()>> {
        read(raw, &Names::new(["f", "g.h"]), is_cut, &mut Ids::default())
    }

    #[test]
    fn every_call_has_an_id_of_its_own() {
        let calls = all(
            vec![
                raw_call(Some("functions.f:0"), "f", "{}"),
                raw_call(Some("functions.f:0"), "f", "{}"),
                raw_call(None, "f", "{}"),
                raw_call(Some(""), "f", "{}"),
                raw_call(Some("functions.f:0_2"), "f", "{}"),
            ],
            false,
        );
        let ids: Vec<&str> = calls.iter().map(|call| call.id.as_str()).collect();
        assert_eq!(ids, ["functions.f:0", "functions.f:0_2", "call_1", "call_2", "functions.f:0_2_2"]);
        let mut ids = Ids::default();
        ids.note("call_1");
        assert_eq!(read(vec![raw_call(None, "f", "")], &Names::new(["f"]), false, &mut ids)[0].id, "call_2");
    }

    #[test]
    fn the_tool_that_is_meant_is_found_and_what_was_mended_is_reported() {
        let calls = all(
            vec![
                raw_call(None, "g_h<|channel|>commentary", "{\"a\":1,}<|call|>"),
                raw_call(None, "nobody", "{}"),
                raw_call(None, "f", "Paris"),
            ],
            false,
        );
        assert_eq!((calls[0].tool, calls[0].name.as_str()), (Some(1), "g.h"));
        assert_eq!(calls[0].repairs, [Repair::ControlToken, Repair::TrailingComma]);
        assert!(matches!(&calls[0].arguments, Ok(Form::Text(json)) if json == r#"{"a":1}"#));
        assert_eq!((calls[1].tool, calls[1].name.as_str()), (None, "nobody"));
        assert!(calls[1].arguments.as_ref().unwrap_err().contains("There are: f, g_h."));
        assert!(calls[2].arguments.as_ref().unwrap_err().ends_with("They were: Paris"));
        let cut = all(vec![raw_call(None, "f", &"x".repeat(10_000))], true);
        let report = cut[0].arguments.as_ref().unwrap_err();
        assert!(report.starts_with("The call was cut off") && report.len() < 1_000, "{report}");
        for nothing in ["", " \n"] {
            assert!(all(vec![raw_call(None, "f", nothing)], false)[0].arguments.is_ok());
            let cut = all(vec![raw_call(None, "f", nothing)], true);
            assert_eq!(cut[0].arguments.as_ref().unwrap_err(), &reports::cut());
        }
        assert!(all(vec![raw_call(None, "f", "{}")], true)[0].arguments.is_ok());
    }
}
