//! The reason why a model stopped.

use crate::wire::json::Value;

/// The reason why a model stopped, in the terms of all dialects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum FinishReason {
    /// The answer is complete.
    Stop = 0,
    /// The limit of tokens was reached.
    Length = 1,
    /// The model calls tools.
    ToolCalls = 2,
    /// The answer was blocked by a content filter.
    ContentFilter = 3,
    /// A reason without an equivalent here.
    Other = 4,
}

/// The names under which a choice, or an answer, has its finish reason.
pub const REASONS: [&str; 3] = ["finish_reason", "finishReason", "stop_reason"];

/// The text of a finish reason: a string, or the `type` of an object (SGLang). An empty string, and the
/// word for "nothing" of some languages, which services send with every chunk, count as none.
#[inline(never)]
pub fn word(reason: Value<'_>) -> Option<Value<'_>> {
    let word = if reason.is_object() { reason.get("type")? } else { reason };
    let text = word.body()?.trim_ascii();
    let is_none = |none: &str| text.eq_ignore_ascii_case(none.as_bytes());
    (!["", "null", "none", "undefined"].into_iter().any(is_none)).then_some(word)
}

/// The text of the first of the [`REASONS`] that has one. A `stop_reason` counts only if no other is
/// present and its value is known: vLLM uses it for the text or the token number at which the answer
/// stopped.
pub fn word_of([reason, camel, stop]: [Option<Value<'_>>; 3]) -> Option<Value<'_>> {
    let stop = || word(stop?).filter(|word| FinishReason::known(*word).is_some());
    reason.and_then(word).or_else(|| word(camel?)).or_else(stop)
}

impl FinishReason {
    /// Parses the text of a finish reason.
    pub fn of(word: Value<'_>) -> Self {
        Self::known(word).unwrap_or(FinishReason::Other)
    }

    /// Parses a text with a known meaning.
    #[inline(never)]
    fn known(word: Value<'_>) -> Option<Self> {
        use FinishReason::*;
        const WORDS: [(&str, FinishReason); 35] = [
            ("stop", Stop),
            ("end_turn", Stop),
            ("stop_sequence", Stop),
            ("eos", Stop),
            // Of text-generation-inference and Cohere.
            ("eos_token", Stop),
            ("complete", Stop),
            ("completed", Stop),
            ("end", Stop),
            ("done", Stop),
            ("finished", Stop),
            ("length", Length),
            ("model_length", Length),
            ("max_tokens", Length),
            ("max_output_tokens", Length),
            ("max_new_tokens", Length),
            ("max_length", Length),
            ("token_limit", Length),
            ("model_context_window_exceeded", Length),
            ("tool_calls", ToolCalls),
            ("tool_call", ToolCalls),
            ("tool-calls", ToolCalls),
            ("function_call", ToolCalls),
            ("tool_use", ToolCalls),
            ("content_filter", ContentFilter),
            ("content-filter", ContentFilter),
            ("refusal", ContentFilter),
            // Gemini's, in upper case.
            ("safety", ContentFilter),
            ("recitation", ContentFilter),
            ("blocklist", ContentFilter),
            ("prohibited_content", ContentFilter),
            ("spii", ContentFilter),
            ("image_safety", ContentFilter),
            // Bedrock's and Zhipu's.
            ("content_filtered", ContentFilter),
            ("guardrail_intervened", ContentFilter),
            ("sensitive", ContentFilter),
        ];
        let word = word.body().unwrap_or_default();
        let is = |known: &str| word.eq_ignore_ascii_case(known.as_bytes());
        WORDS.iter().find(|(known, _)| is(known)).map(|(_, reason)| *reason)
    }

    /// The public name.
    pub fn as_str(self) -> &'static str {
        match self {
            FinishReason::Stop => "stop",
            FinishReason::Length => "length",
            FinishReason::ToolCalls => "tool-calls",
            FinishReason::ContentFilter => "content-filter",
            FinishReason::Other => "other",
        }
    }
}
