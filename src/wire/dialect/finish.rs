//! Why a model stopped.

/// Why a model stopped, the same words for every dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum FinishReason {
    /// It had said everything.
    Stop = 0,
    /// It reached the limit of tokens.
    Length = 1,
    /// It wants tools to be called.
    ToolCalls = 2,
    /// What it said was withheld.
    ContentFilter = 3,
    /// A reason that has no word of its own here.
    Other = 4,
}

impl FinishReason {
    /// Reads the service's word.
    pub fn from_wire(word: &str) -> Self {
        match word {
            "stop" | "end_turn" | "stop_sequence" | "eos" => FinishReason::Stop,
            "length" | "model_length" | "max_tokens" | "max_output_tokens" => FinishReason::Length,
            "tool_calls" | "tool_call" | "tool-calls" | "function_call" | "tool_use" => {
                FinishReason::ToolCalls
            }
            "content_filter" | "content-filter" => FinishReason::ContentFilter,
            _ => FinishReason::Other,
        }
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
