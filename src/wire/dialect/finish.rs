//! Why a model stopped.

use crate::wire::json::Value;

/// Why a model stopped, the same words for every dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum FinishReason {
    /// The answer is complete.
    Stop = 0,
    /// It reached the limit of tokens.
    Length = 1,
    /// It wants tools to be called.
    ToolCalls = 2,
    /// The answer was withheld.
    ContentFilter = 3,
    /// A reason that has no word of its own here.
    Other = 4,
}

impl FinishReason {
    /// Reads the service's word.
    pub fn of(word: Value<'_>) -> Self {
        use FinishReason::*;
        const WORDS: [(&str, FinishReason); 21] = [
            ("stop", Stop),
            ("end_turn", Stop),
            ("stop_sequence", Stop),
            ("eos", Stop),
            ("length", Length),
            ("model_length", Length),
            ("max_tokens", Length),
            ("max_output_tokens", Length),
            ("model_context_window_exceeded", Length),
            ("tool_calls", ToolCalls),
            ("tool_call", ToolCalls),
            ("tool-calls", ToolCalls),
            ("function_call", ToolCalls),
            ("tool_use", ToolCalls),
            ("content_filter", ContentFilter),
            ("content-filter", ContentFilter),
            ("refusal", ContentFilter),
            // Gemini's, in capitals.
            ("safety", ContentFilter),
            ("recitation", ContentFilter),
            ("blocklist", ContentFilter),
            ("prohibited_content", ContentFilter),
        ];
        let word = word.body().unwrap_or_default();
        let is = |known: &str| word.eq_ignore_ascii_case(known.as_bytes());
        WORDS.iter().find(|(known, _)| is(known)).map_or(Other, |(_, reason)| *reason)
    }

    /// The public word.
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
