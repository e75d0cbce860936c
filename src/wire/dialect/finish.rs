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

/// The members of a choice, or of an answer, that have its finish reason.
pub const REASONS: [&str; 3] = ["finish_reason", "finishReason", "stop_reason"];

/// The word of a finish reason, which is a text or, with SGLang, an object with the word as its `type`. An empty text is none, and neither is what
/// "nothing" looks like in some languages: services send it with every chunk.
#[inline(never)]
pub fn word(reason: Value<'_>) -> Option<Value<'_>> {
    let word = if reason.is_object() { reason.get("type")? } else { reason };
    let text = word.body()?.trim_ascii();
    let is_none = |none: &str| text.eq_ignore_ascii_case(none.as_bytes());
    (!["", "null", "none", "undefined"].into_iter().any(is_none)).then_some(word)
}

/// The word of the [`REASONS`]. A `stop_reason` counts where nothing else is there and its word is known: vLLM has the text or the number of the token
/// there that the answer stopped at.
pub fn word_of([reason, camel, stop]: [Option<Value<'_>>; 3]) -> Option<Value<'_>> {
    let stop = || word(stop?).filter(|word| FinishReason::known(*word).is_some());
    reason.and_then(word).or_else(|| word(camel?)).or_else(stop)
}

impl FinishReason {
    /// Reads the service's word.
    pub fn of(word: Value<'_>) -> Self {
        Self::known(word).unwrap_or(FinishReason::Other)
    }

    /// Reads a word that has a meaning here.
    #[inline(never)]
    fn known(word: Value<'_>) -> Option<Self> {
        use FinishReason::*;
        const WORDS: [(&str, FinishReason); 31] = [
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
            // Gemini's, in capitals.
            ("safety", ContentFilter),
            ("recitation", ContentFilter),
            ("blocklist", ContentFilter),
            ("prohibited_content", ContentFilter),
            ("spii", ContentFilter),
        ];
        let word = word.body().unwrap_or_default();
        let is = |known: &str| word.eq_ignore_ascii_case(known.as_bytes());
        WORDS.iter().find(|(known, _)| is(known)).map(|(_, reason)| *reason)
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
