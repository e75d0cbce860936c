//! What a reply cost, in tokens.

use crate::text::lossy;
use crate::wire::json::{Kind, Value};
use crate::wire::write::Writer;

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
    #[inline(never)]
    pub fn read(value: Value<'_>) -> Self {
        let [
            input,
            prompt,
            output,
            completion,
            total,
            input_details,
            prompt_details,
            output_details,
            completion_details,
            neurons,
            cache_read,
            cache_written,
        ] = value.pick(&[
            "input_tokens",
            "prompt_tokens",
            "output_tokens",
            "completion_tokens",
            "total_tokens",
            "input_tokens_details",
            "prompt_tokens_details",
            "output_tokens_details",
            "completion_tokens_details",
            "neurons",
            "cache_read_input_tokens",
            "cache_creation_input_tokens",
        ]);
        let count = |count: Option<Value<'_>>| count.and_then(|count| count.as_i64());
        let detail = |details: Option<Value<'_>>, name| count(details.and_then(|details| details.get(name)));
        // Anthropic counts what came from its cache, or went into it, beside the input.
        let beside = [cache_read, cache_written].into_iter().filter_map(count).fold(0, i64::saturating_add);
        let prompt_tokens = count(prompt.or(input));
        let mut usage = Usage {
            prompt_tokens: prompt_tokens.map(|tokens| tokens.saturating_add(beside)),
            completion_tokens: count(completion.or(output)),
            total_tokens: count(total),
            cached_tokens: detail(prompt_details.or(input_details), "cached_tokens").or(count(cache_read)),
            reasoning_tokens: detail(completion_details.or(output_details), "reasoning_tokens"),
            neurons: neurons
                .filter(|neurons| neurons.kind() == Kind::Number)
                .map(|neurons| lossy(neurons.raw())),
        };
        if usage.total_tokens.is_none()
            && let (Some(prompt), Some(completion)) = (usage.prompt_tokens, usage.completion_tokens)
        {
            usage.total_tokens = prompt.checked_add(completion);
        }
        usage
    }

    /// Writes the public usage object.
    #[inline(never)]
    pub fn write(&self, out: &mut Writer) {
        out.some_number("promptTokens", self.prompt_tokens);
        out.some_number("completionTokens", self.completion_tokens);
        out.some_number("totalTokens", self.total_tokens);
        out.some_number("cachedTokens", self.cached_tokens);
        out.some_number("reasoningTokens", self.reasoning_tokens);
        if let Some(neurons) = &self.neurons {
            out.raw("neurons", neurons);
        }
    }
}

/// Is any number in it other than zero?
pub(super) fn counts_something(value: Value<'_>) -> bool {
    value.entries().any(|(_, member)| {
        member.kind() == Kind::Number && member.raw().iter().any(|byte| matches!(byte, b'1'..=b'9'))
    })
}
