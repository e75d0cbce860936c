//! What a reply cost, in tokens.

use crate::wire::json::{Kind, Value};

/// Token counts under one set of names; a count that the service did not send is absent.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the input.
    pub prompt_tokens: Option<i64>,
    /// Tokens of the answer, reasoning included.
    pub completion_tokens: Option<i64>,
    /// Both together; added up when the service did not.
    pub total_tokens: Option<i64>,
    /// Input tokens that came from the prefix cache.
    pub cached_tokens: Option<i64>,
    /// Answer tokens that were spent on reasoning.
    pub reasoning_tokens: Option<i64>,
    /// Neurons billed, in the spelling of the wire.
    pub neurons: Option<String>,
}

impl Usage {
    /// Reads the usage object of any dialect.
    pub fn read(value: Value<'_>) -> Self {
        let mut usage = Usage::default();
        for (key, member) in value.entries() {
            match key.raw() {
                b"prompt_tokens" | b"input_tokens" => usage.prompt_tokens = member.as_i64(),
                b"completion_tokens" | b"output_tokens" => usage.completion_tokens = member.as_i64(),
                b"total_tokens" => usage.total_tokens = member.as_i64(),
                b"prompt_tokens_details" | b"input_tokens_details" => {
                    usage.cached_tokens = member.get("cached_tokens").and_then(|count| count.as_i64());
                }
                b"completion_tokens_details" | b"output_tokens_details" => {
                    usage.reasoning_tokens = member.get("reasoning_tokens").and_then(|count| count.as_i64());
                }
                b"neurons" if member.kind() == Kind::Number => {
                    usage.neurons = Some(String::from_utf8_lossy(member.raw()).into_owned());
                }
                _ => {}
            }
        }
        if usage.total_tokens.is_none()
            && let (Some(prompt), Some(completion)) = (usage.prompt_tokens, usage.completion_tokens)
        {
            usage.total_tokens = prompt.checked_add(completion);
        }
        usage
    }
}

/// Is any number in it other than zero?
pub(super) fn counts_something(value: Value<'_>) -> bool {
    value.entries().any(|(_, member)| match member.kind() {
        Kind::Number => member.raw().iter().any(|byte| matches!(byte, b'1'..=b'9')),
        _ => false,
    })
}
