//! Deviations of model families in their input and output: one constant for each fact of
//! `src/catalog/quirks.json`, which the local service reads too. `src/catalog/README.md` documents each fact.

use crate::value::Value;
use crate::wire::dialect::{Reading, Thinking};

/// A fact about some models.
#[derive(Debug, Clone, Copy)]
pub struct Quirk {
    /// Ids, or prefixes of them followed by `*`.
    models: &'static [&'static str],
    /// The affected names: parameters, a member, a suffix.
    pub names: &'static [&'static str],
}

impl Quirk {
    /// True if it applies to a model.
    pub fn holds_for(&self, model: &str) -> bool {
        self.models.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(beginning) => model.starts_with(beginning),
            None => model == *pattern,
        })
    }
}

include!(concat!(env!("OUT_DIR"), "/quirks.rs"));

/// The properties of an input that determine how the answer is parsed.
pub fn reading(model: &str, input: &impl Value) -> Reading {
    let tokens = |name| input.get(name)?.number().filter(|tokens| *tokens > 0.0);
    let most = tokens("max_completion_tokens").or_else(|| tokens("max_tokens"));
    let is_off = || {
        let template = input.get("chat_template_kwargs");
        [Some(input), template.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(|object| object.get("enable_thinking"))
            .any(|thinks| thinks.boolean() == Some(false))
    };
    Reading {
        max_tokens: most.unwrap_or(0.0) as u32,
        // With reasoning turned off these label all their text as reasoning.
        reasoning_is_text: ANSWER_AS_REASONING.holds_for(model) && is_off(),
        thinking: thinking(model, |name| input.get(name).is_some_and(|value| value.boolean() != Some(false))),
    }
}

/// How a model's reasoning is delimited, by the members of a request that are set. Output constrained by a
/// grammar, and a raw prompt without a template, contain no reasoning without an opening tag.
pub fn thinking(model: &str, has: impl Fn(&'static str) -> bool) -> Thinking {
    match () {
        () if !THINKING_IN_TEXT.holds_for(model) => Thinking::Apart,
        () if ["response_format", "guided_json", "raw"].into_iter().any(has) => Thinking::Tagged,
        () => Thinking::Begun,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_hold_for_whole_families_and_for_single_models() {
        assert!(TOOL_CALL_ID.holds_for("@cf/mistralai/mistral-small-3.1-24b-instruct"));
        assert!(!TOOL_CALL_ID.holds_for("@cf/mistral/mistral-7b-instruct-v0.1"));
        assert!(NO_REQUIRED_TOOL_CHOICE.holds_for("@cf/zai-org/glm-4.7-flash"));
        assert!(!NO_REQUIRED_TOOL_CHOICE.holds_for("@cf/zai-org/glm-4.7-flash-2"));
        assert_eq!(REFUSED_PARAMETERS.names, ["chat_template_kwargs", "response_format"]);
        assert_eq!(MODEL_SUFFIX.names, ["-external"]);
        assert!(CONTENT_REQUIRED.holds_for("@hf/google/gemma-7b-it"));
        assert!(!CONTENT_REQUIRED.holds_for("openai/gpt-5.2"));
    }
}
