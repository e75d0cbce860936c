//! What families of models take and give otherwise than the rest: one constant for each fact of `src/catalog/quirks.json`, which the local
//! service reads too. `src/catalog/README.md` says what each fact is for.

/// A fact of some models.
#[derive(Debug, Clone, Copy)]
pub struct Quirk {
    /// Ids, or beginnings of them with a `*` behind.
    models: &'static [&'static str],
    /// What it names: parameters, a member, a suffix.
    pub names: &'static [&'static str],
}

impl Quirk {
    /// Does it hold for a model?
    pub fn holds_for(&self, model: &str) -> bool {
        self.models.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(beginning) => model.starts_with(beginning),
            None => model == *pattern,
        })
    }
}

include!(concat!(env!("OUT_DIR"), "/quirks.rs"));

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
