//! Converts a level of reasoning from another interface, by the catalogue's entry of the model. Levels are
//! the words of OpenAI's `reasoning_effort` and further ones, from `none` to `max`.
//!
//! | the model | is sent |
//! |---|---|
//! | of another provider, or not known here | the word |
//! | has the level | the word |
//! | has another name for it in the catalogue | that name |
//! | has other levels | the nearest one; of two the higher one |
//! | can turn reasoning off, and the level is `none` | `chat_template_kwargs.enable_thinking: false` |
//! | cannot turn it off, or has no levels | nothing |

use crate::catalog::{self, Capability, Entry};
use crate::precheck::is_foreign;
use crate::quirks;
use crate::text::concat;

/// The levels, in ascending order.
pub const LEVELS: [&str; 7] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

/// The catalogue's entry of a model.
struct Effort {
    id: &'static str,
    /// None if reasoning is only on or off.
    levels: &'static [&'static str],
    can_disable: bool,
    /// The level that the model uses for a word that is none of its levels.
    aliases: &'static [(&'static str, &'static str)],
}

// `EFFORTS`: `reasoningEffort` in src/catalog/models.json.
include!(concat!(env!("OUT_DIR"), "/efforts.rs"));

/// How a level is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent<'a> {
    /// As this value of `reasoning_effort`.
    Level(&'a str),
    /// As the switch that turns reasoning off.
    Off,
    /// Nothing.
    Nothing,
}

impl Sent<'_> {
    /// The members of the input, as JSON text; `None` if nothing is sent.
    pub fn members(&self) -> Option<String> {
        match self {
            Sent::Level(level) => Some(concat(&[r#"{"reasoning_effort":""#, level, r#""}"#])),
            Sent::Off => Some(r#"{"chat_template_kwargs":{"enable_thinking":false}}"#.to_owned()),
            Sent::Nothing => None,
        }
    }
}

/// How a level is sent to a model, and a note for the caller.
pub fn sent<'a>(model: &str, level: &'a str) -> (Sent<'a>, Option<String>) {
    if is_foreign(model) {
        return (Sent::Level(level), None);
    }
    let entry = catalog::find(model);
    let Some(effort) = EFFORTS.iter().find(|effort| effort.id == model) else {
        return without_levels(model, entry, level);
    };
    if effort.levels.contains(&level) {
        return (Sent::Level(level), None);
    }
    if level == "none" && effort.can_disable && can_switch(model) {
        return (Sent::Off, None);
    }
    let alias = effort.aliases.iter().find(|(word, _)| *word == level).map(|(_, own)| *own);
    match alias.or_else(|| nearest(effort.levels, level)) {
        Some(own) => (Sent::Level(own), Some(concat(&[model, " takes \"", own, "\" for \"", level, "\"."]))),
        None if level == "none" => {
            (Sent::Nothing, Some(concat(&["The thinking of ", model, " cannot be turned off."])))
        }
        None => (Sent::Nothing, Some(concat(&[model, " has no levels of thinking."]))),
    }
}

/// A model without levels in the catalogue.
fn without_levels<'a>(model: &str, entry: Option<&Entry>, level: &'a str) -> (Sent<'a>, Option<String>) {
    let Some(entry) = entry else { return (Sent::Level(level), None) };
    let thinks = entry.can(Capability::Reasoning);
    match level {
        "none" if !thinks => (Sent::Nothing, None),
        "none" if entry.input.takes("chat_template_kwargs") && can_switch(model) => (Sent::Off, None),
        "none" => (Sent::Nothing, Some(concat(&["The thinking of ", model, " cannot be turned off."]))),
        level if thinks && entry.input.takes("reasoning_effort") => (Sent::Level(level), None),
        _ if thinks => (Sent::Nothing, Some(concat(&[model, " has no levels of thinking."]))),
        _ => (Sent::Nothing, Some(concat(&[model, " does not think before it answers."]))),
    }
}

fn can_switch(model: &str) -> bool {
    quirks::THINKING_SWITCH.holds_for(model)
        && !quirks::THINKING_STAYS.holds_for(model)
        && !quirks::REFUSED_PARAMETERS.holds_for(model)
}

/// Of two at the same distance the higher one. `none` is not a neighbour of any level.
fn nearest(levels: &[&'static str], level: &str) -> Option<&'static str> {
    let rank = |level: &str| LEVELS.iter().position(|each| *each == level);
    let wanted = rank(level)?;
    let others = levels.iter().filter(|own| **own != "none");
    let others = others.filter_map(|own| Some((*own, rank(own)?)));
    others.min_by_key(|(_, rank)| (rank.abs_diff(wanted), LEVELS.len() - rank)).map(|(own, _)| own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_model_gets_what_it_knows() {
        for (model, level, expected) in [
            ("openai/gpt-5.2", "xhigh", Sent::Level("xhigh")),
            ("@cf/nobody/new", "low", Sent::Level("low")),
            ("@cf/openai/gpt-oss-120b", "low", Sent::Level("low")),
            ("@cf/openai/gpt-oss-120b", "max", Sent::Level("high")),
            ("@cf/openai/gpt-oss-120b", "none", Sent::Level("low")),
            ("@cf/deepseek-ai/deepseek-v4-pro-0813", "medium", Sent::Level("high")),
            ("@cf/deepseek-ai/deepseek-v4-pro-0813", "none", Sent::Level("none")),
            ("@cf/qwen/qwen3.8-27b", "none", Sent::Off),
            ("@cf/qwen/qwen3.8-27b", "high", Sent::Level("xhigh")),
            ("@cf/zai-org/glm-4.7-flash", "none", Sent::Off),
            ("@cf/zai-org/glm-4.7-flash", "low", Sent::Nothing),
            ("@cf/moonshotai/kimi-k2.7-code", "none", Sent::Nothing),
            ("@cf/meta/llama-3.3-70b-instruct-fp8-fast", "none", Sent::Nothing),
            ("@cf/meta/llama-3.3-70b-instruct-fp8-fast", "high", Sent::Nothing),
        ] {
            assert_eq!(sent(model, level).0, expected, "{model} {level}");
        }
        assert_eq!(sent("@cf/meta/llama-3.3-70b-instruct-fp8-fast", "none").1, None);
        assert!(
            sent("@cf/moonshotai/kimi-k2.7-code", "none").1.is_some_and(|why| why.contains("turned off"))
        );
        assert!(
            sent("@cf/openai/gpt-oss-120b", "max").1.is_some_and(|why| why.contains("\"high\" for \"max\""))
        );
    }

    #[test]
    fn what_is_sent_is_json() {
        assert_eq!(Sent::Level("low").members().as_deref(), Some(r#"{"reasoning_effort":"low"}"#));
        assert!(Sent::Off.members().is_some_and(|json| json.contains("\"enable_thinking\":false")));
        assert_eq!(Sent::Nothing.members(), None);
    }

    #[test]
    fn the_words_of_the_catalogue_are_known() {
        assert!(EFFORTS.len() > 10);
        for effort in EFFORTS {
            assert!(effort.levels.iter().all(|level| LEVELS.contains(level)), "{}", effort.id);
            assert!(
                effort.aliases.iter().all(|(word, own)| LEVELS.contains(word) && effort.levels.contains(own))
            );
        }
    }
}
