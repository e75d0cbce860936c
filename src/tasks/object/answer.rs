//! Finds the value in a model's text. It may be the whole text, or follow reasoning, or be in a fenced block,
//! in a sentence, or in a tool call that was written as text. Only complete JSON is found: nothing is
//! repaired.
//!
//! An answer may contain several values. Of those that are valid by the schema, all must be equal, since it
//! is undecidable which one is meant. Fenced blocks take precedence over sentences: models mark their answer
//! with them.

use super::root::{Root, WRAPPED};
use crate::text::{find as position, lossy};
use crate::wire::json::{self, Kind, Value};

/// The properties of the value that is searched for.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The types allowed at the root of the caller's schema.
    pub root: Root,
    /// True if the value is wrapped in an object.
    pub is_wrapped: bool,
    /// The tool that had to be called.
    pub tool: Option<&'a str>,
}

/// Limit of the positions in an answer that are tried, so that the time is linear in the answer.
const MOST_BEGINNINGS: usize = 64;
const END_OF_THINKING: &str = "</think>";
const FENCE: &str = "```";

/// The JSON texts of the candidate values, in order, without duplicates.
pub fn find(answer: &str, expected: &Expected) -> Vec<String> {
    // Fast path: most answers are the value itself.
    if let Some(value) = whole(answer, expected) {
        return vec![value];
    }
    let spoken = after_thinking(answer);
    if let Some(value) = whole(spoken, expected) {
        return vec![value];
    }
    let mut found = fenced(spoken, expected);
    if found.is_empty() {
        found = leaked(spoken, expected);
    }
    let mut texts = Vec::new();
    for text in found {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// The answer without reasoning.
fn after_thinking(answer: &str) -> &str {
    let mut rest = answer;
    while let Some(at) = position(rest, END_OF_THINKING, 0) {
        rest = rest.get(at + END_OF_THINKING.len()..).unwrap_or_default();
    }
    rest
}

/// A text that is the value, surrounded by white space.
fn whole(text: &str, expected: &Expected) -> Option<String> {
    accepted(json::parse(text.trim().as_bytes()).ok()?, expected, true)
}

/// The fenced blocks that may be the value.
fn fenced(text: &str, expected: &Expected) -> Vec<String> {
    let blocks = text.split(FENCE).skip(1).step_by(2).take(MOST_BEGINNINGS);
    let value = |block: &str| {
        // The first line may be the language.
        let inner = block.split_once('\n').map_or("", |(_, inner)| inner);
        whole(block, expected).or_else(|| whole(inner, expected))
    };
    blocks.filter_map(value).collect()
}

/// The objects and arrays within the text.
fn leaked(text: &str, expected: &Expected) -> Vec<String> {
    let (mut rest, mut found) = (text.as_bytes(), Vec::new());
    for _ in 0..MOST_BEGINNINGS {
        let Some(at) = rest.iter().position(|byte| matches!(byte, b'{' | b'[')) else { break };
        rest = rest.get(at..).unwrap_or_default();
        let length = match json::first(rest) {
            Ok(value) => {
                found.extend(accepted(value, expected, false));
                value.raw().len()
            }
            Err(_) => 1,
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    found
}

/// The value, if it can be the requested one. `may_be_quoted`: it may be a string that contains JSON text.
fn accepted(value: Value, expected: &Expected, may_be_quoted: bool) -> Option<String> {
    let value = expected.tool.and_then(|tool| called(value, tool)).unwrap_or(value);
    let (array, scalar) = (expected.root.array, expected.root.scalar);
    match value.kind() {
        Kind::Object => Some(lossy(unwrapped(value, expected).raw())),
        Kind::Array => array.then(|| lossy(value.raw())),
        Kind::String if !scalar && may_be_quoted => {
            let inner = value.text()?;
            accepted(json::parse(inner.trim().as_bytes()).ok()?, expected, false)
        }
        _ => scalar.then(|| lossy(value.raw())),
    }
}

/// The value in its wrapper; itself if there is none.
fn unwrapped<'a>(value: Value<'a>, expected: &Expected) -> Value<'a> {
    if !expected.is_wrapped || value.entries().count() != 1 {
        return value;
    }
    value.get(WRAPPED).unwrap_or(value)
}

/// The arguments of a tool call, in any of the notations that models use.
fn called<'a>(value: Value<'a>, tool: &str) -> Option<Value<'a>> {
    let call = match value.kind() {
        Kind::Array => value.items().next()?,
        _ => value,
    };
    let call = call.get("function").filter(Value::is_object).unwrap_or(call);
    if !call.get("name")?.is(tool) {
        return None;
    }
    call.get("arguments").or_else(|| call.get("parameters"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OBJECT: Root = Root { is_object: true, array: false, scalar: false };
    const ANY: Root = Root { is_object: false, array: true, scalar: true };

    fn first(answer: &str, expected: &Expected) -> Option<String> {
        find(answer, expected).into_iter().next()
    }

    fn found(answer: &str) -> Option<String> {
        first(answer, &Expected { root: OBJECT, is_wrapped: false, tool: None })
    }

    #[test]
    fn all_that_may_be_the_value_is_found() {
        let all = |answer| find(answer, &Expected { root: OBJECT, is_wrapped: false, tool: None });
        assert_eq!(all("{\"a\":1}\n{\"a\":2}"), [r#"{"a":1}"#, r#"{"a":2}"#]);
        assert_eq!(all("{\"a\":1} or {\"a\":1}"), [r#"{"a":1}"#]);
        assert_eq!(all("[1] {\"a\":1}, {x} {\"b\":{}}"), [r#"{"a":1}"#, r#"{"b":{}}"#]);
        let fenced = "Not {\"a\":0}: ```json\n{\"a\":1}\n``` or\n```\n{\"a\":2}\n```";
        assert_eq!(all(fenced), [r#"{"a":1}"#, r#"{"a":2}"#]);
        assert_eq!(all(&"{} ".repeat(10_000)), ["{}"]);
    }

    #[test]
    fn the_value_is_found_wherever_it_stands() {
        for answer in [
            r#"{"a":1}"#,
            " \n{\"a\":1}\n",
            "```json\n{\"a\":1}\n```",
            "```\n{\"a\":1}```",
            "``` {\"a\":1} ```",
            "Here it is:\n```json\n{\"a\":1}\n```\nEnjoy {it}!",
            "<think>Is it {\"a\":2}? No.</think>{\"a\":1}",
            "no {\"x\": beginning </think>\n\n```json\n{\"a\":1}\n```",
            "Sure! {\"a\":1} is the answer.",
            "{not this} but {\"a\":1}",
            "[1,2] then {\"a\":1}",
            "{\"a\":1}\n{\"a\":2}",
            "{\"a\":1}<|eot_id|>",
            r#""{\"a\":1}""#,
        ] {
            assert_eq!(found(answer).as_deref(), Some(r#"{"a":1}"#), "{answer}");
        }
    }

    #[test]
    fn what_is_no_whole_json_is_not_found() {
        for answer in [
            "",
            "none",
            r#"{"a":1"#,
            "{'a':1}",
            "{\"a\":1,}",
            "[1,2]",
            "5",
            "\"text\"",
            "<think>{\"a\":1}</think>",
            &"[".repeat(100_000),
            &"{\"a\":".repeat(100_000),
        ] {
            assert_eq!(found(answer), None, "{answer:.40}");
        }
    }

    #[test]
    fn the_root_tells_what_counts() {
        let any = |answer| first(answer, &Expected { root: ANY, is_wrapped: false, tool: None });
        for answer in ["[1,2]", "5", "\"{}\"", "null", "true", "{}"] {
            assert_eq!(any(answer).as_deref(), Some(answer), "{answer}");
        }
        assert_eq!(any("It is [1, 2].").as_deref(), Some("[1, 2]"));
        assert_eq!(any("It is 5."), None);
    }

    #[test]
    fn a_tool_call_that_was_written_as_text_is_one() {
        let expected = Expected { root: OBJECT, is_wrapped: false, tool: Some("answer") };
        for answer in [
            r#"{"name":"answer","arguments":{"a":1}}"#,
            r#"{"name":"answer","parameters":{"a":1}}"#,
            r#"[TOOL_CALLS][{"name":"answer","arguments":{"a":1}}]"#,
            r#"<tool_call>{"name":"answer","arguments":{"a":1}}</tool_call>"#,
            r#"{"type":"function","function":{"name":"answer","arguments":"{\"a\":1}"}}"#,
            r#"{"a":1}"#,
        ] {
            let text = first(answer, &expected);
            assert_eq!(text.as_deref(), Some(r#"{"a":1}"#), "{answer}");
        }
        let other = r#"{"name":"other","arguments":{"a":1}}"#;
        assert_eq!(first(other, &expected).as_deref(), Some(other));
    }

    #[test]
    fn a_wrapped_value_is_taken_out() {
        let expected = Expected { root: ANY, is_wrapped: true, tool: None };
        assert_eq!(first(r#"{"value":[1]}"#, &expected).as_deref(), Some("[1]"));
        assert_eq!(first(r#"[1]"#, &expected).as_deref(), Some("[1]"));
        assert_eq!(first(r#"{"value":1,"more":2}"#, &expected).as_deref(), Some(r#"{"value":1,"more":2}"#));
    }
}
