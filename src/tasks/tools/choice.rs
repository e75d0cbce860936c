//! The tool choice: the caller's, how it is sent, and whether the model follows it.
//!
//! | choice | sent |
//! |---|---|
//! | nothing, `"auto"` | nothing: it is every model's default |
//! | `"none"` | no tools, or `"none"` if the history has calls, which some templates render only with tools |
//! | `"required"` | `"required"`; glm-4.7-flash rejects it: the tool's name if there is one tool, else nothing |
//! | a tool | that tool |
//!
//! A choice that forces a call applies to the first request of a run only: otherwise it would force calls
//! without end. A model may still answer with text: the service enforces a named tool, but `"required"` is
//! only advice. The step records whether it was followed.

use super::names::Names;
use crate::error::Error;
use crate::quirks;
use crate::text::concat;
use crate::value::{Tree, Value};

/// The caller's choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Choice {
    /// The model decides.
    #[default]
    Auto,
    /// No tool.
    None,
    /// Some tool.
    Required,
    /// This tool, by its index.
    Tool(usize),
}

/// How it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// True if the request has the tools.
    pub has_tools: bool,
    /// The value of `tool_choice`; `None` if it is not sent.
    pub choice: Option<Choice>,
}

/// Parses `toolChoice`: a word, `{ name }`, or the form of OpenAI or of the AI SDK.
pub fn read<V: Value>(value: Option<&V>, names: &Names) -> Result<Choice, Error> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(Choice::Auto) };
    let named = |name: &str| names.find(name).map(Choice::Tool);
    if let Some(word) = value.text() {
        return match word.as_str() {
            "auto" => Ok(Choice::Auto),
            "none" => Ok(Choice::None),
            "required" | "any" => Ok(Choice::Required),
            word => match named(word) {
                Some(_) => Err(refused(&concat(&["To name a tool, give { name: \"", word, "\" }."]))),
                None => Err(refused("It is one of auto, none, required, or { name } of a tool.")),
            },
        };
    }
    let name = |value: &V| value.get("name").and_then(|name| name.text());
    let name = value
        .get("function")
        .and_then(|function| name(&function))
        .or_else(|| name(value))
        .or_else(|| value.get("toolName").and_then(|name| name.text()));
    match name {
        Some(name) => named(&name).ok_or_else(|| {
            refused(&concat(&["There is no tool \"", &name, "\"; there are: ", &names.list(), "."]))
        }),
        None => Err(refused("It is one of auto, none, required, or { name } of a tool.")),
    }
}

fn refused(why: &str) -> Error {
    Error::invalid("toolChoice", &concat(&["toolChoice is wrong. ", why]))
}

/// How it is sent in the request of a step, counted from 0.
pub fn sent(choice: Choice, model: &str, tools: usize, step: usize, has_calls: bool) -> Sent {
    let choice = match choice {
        Choice::None => {
            return Sent { has_tools: has_calls && tools > 0, choice: has_calls.then_some(Choice::None) };
        }
        _ if step > 0 || tools == 0 => None,
        Choice::Auto => None,
        Choice::Required if quirks::NO_REQUIRED_TOOL_CHOICE.holds_for(model) => {
            (tools == 1).then_some(Choice::Tool(0))
        }
        choice => Some(choice),
    };
    Sent { has_tools: tools > 0, choice }
}

impl Choice {
    /// Its name in the step; for a tool the tool's name is used instead.
    pub const fn word(self) -> &'static str {
        match self {
            Choice::Auto => "auto",
            Choice::None => "none",
            Choice::Required => "required",
            Choice::Tool(_) => "tool",
        }
    }

    /// The value of `tool_choice`.
    pub fn to_tree<V>(self, names: &Names) -> Tree<V> {
        match self {
            Choice::Tool(place) => Tree::object([
                ("type", Tree::Text("function".into())),
                ("function", Tree::object([("name", Tree::Text(names.sent(place).to_owned()))])),
            ]),
            choice => Tree::Text(choice.word().to_owned()),
        }
    }

    /// True if a model has followed it, by the indexes of the tools that it calls.
    pub fn is_followed(self, called: &[Option<usize>]) -> bool {
        match self {
            Choice::Auto => true,
            Choice::None => called.is_empty(),
            Choice::Required => !called.is_empty(),
            Choice::Tool(place) => called.contains(&Some(place)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::testing::tree;
    use crate::value::json::Json;

    const GLM: &str = "@cf/zai-org/glm-4.7-flash";
    const LLAMA: &str = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";

    fn names() -> Names {
        Names::new(["f", "g.h"])
    }

    #[test]
    fn every_form_is_read() {
        for (text, choice) in [
            ("null", Choice::Auto),
            (r#""auto""#, Choice::Auto),
            (r#""none""#, Choice::None),
            (r#""required""#, Choice::Required),
            (r#""any""#, Choice::Required),
            (r#"{"name":"g.h"}"#, Choice::Tool(1)),
            (r#"{"type":"function","function":{"name":"f"}}"#, Choice::Tool(0)),
            (r#"{"type":"tool","toolName":"g_h"}"#, Choice::Tool(1)),
        ] {
            assert_eq!(read(Some(&Json::sample(text)), &names()).unwrap(), choice, "{text}");
        }
        assert_eq!(read::<Json>(None, &names()).unwrap(), Choice::Auto);
        for (text, words) in [
            (r#""f""#, r#"give { name: "f" }"#),
            (r#""all""#, "one of auto"),
            (r#"{"name":"x"}"#, "there are: f, g_h"),
            ("5", "one of auto"),
            ("{}", "one of auto"),
        ] {
            let error = read(Some(&Json::sample(text)), &names()).unwrap_err();
            assert_eq!(error.field.as_deref(), Some("toolChoice"));
            assert!(error.message.contains(words), "{}", error.message);
        }
    }

    #[test]
    fn what_forces_a_call_forces_one() {
        let sent = |choice, model, tools, step, has_calls| {
            let sent = super::sent(choice, model, tools, step, has_calls);
            (sent.has_tools, sent.choice)
        };
        assert_eq!(sent(Choice::Auto, LLAMA, 2, 0, false), (true, None));
        assert_eq!(sent(Choice::Required, LLAMA, 2, 0, false), (true, Some(Choice::Required)));
        assert_eq!(sent(Choice::Required, LLAMA, 2, 1, true), (true, None));
        assert_eq!(sent(Choice::Tool(1), LLAMA, 2, 0, false), (true, Some(Choice::Tool(1))));
        assert_eq!(sent(Choice::Tool(1), LLAMA, 2, 1, true), (true, None));
        assert_eq!(sent(Choice::Required, GLM, 1, 0, false), (true, Some(Choice::Tool(0))));
        assert_eq!(sent(Choice::Required, GLM, 2, 0, false), (true, None));
        assert_eq!(sent(Choice::None, LLAMA, 2, 0, false), (false, None));
        assert_eq!(sent(Choice::None, LLAMA, 2, 3, true), (true, Some(Choice::None)));
        assert_eq!(sent(Choice::Required, LLAMA, 0, 0, false), (false, None));
    }

    #[test]
    fn a_choice_goes_out_by_the_models_name_of_the_tool() {
        assert_eq!(
            tree(&Choice::Tool(1).to_tree(&names())),
            r#"{"type":"function","function":{"name":"g_h"}}"#
        );
        assert_eq!(tree(&Choice::Required.to_tree(&names())), r#""required""#);
        assert!(Choice::Tool(1).is_followed(&[Some(0), Some(1)]));
        assert!(!Choice::Tool(1).is_followed(&[Some(0), None]));
        assert!(!Choice::Required.is_followed(&[]));
    }
}
