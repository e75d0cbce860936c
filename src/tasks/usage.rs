//! What an answer cost, in tokens.

use serde::Serialize;

use crate::value::Value;

/// Token counts; what the service did not send is absent.
#[derive(Debug, Default, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenUsage {
    /// Tokens of the input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt_tokens: Option<f64>,
    /// Tokens of the answer, reasoning included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completion_tokens: Option<f64>,
    /// Both together; added up when the service did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_tokens: Option<f64>,
    /// Input tokens that came from the prefix cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cached_tokens: Option<f64>,
    /// Answer tokens that were spent on reasoning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_tokens: Option<f64>,
    /// Neurons billed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub neurons: Option<f64>,
}

impl TokenUsage {
    /// Reads the `usage` of an answer, in any dialect.
    pub fn of<V: Value>(answer: &V) -> Option<Self> {
        let usage = answer.get("usage").filter(V::is_object)?;
        let either =
            |first: &'static str, second: &'static str| usage.get(first).or_else(|| usage.get(second));
        let detail = |details: Option<V>, name| count(details?.get(name));
        let prompt_tokens = count(either("prompt_tokens", "input_tokens"));
        let completion_tokens = count(either("completion_tokens", "output_tokens"));
        let sum = prompt_tokens.zip(completion_tokens).map(|(prompt, completion)| prompt + completion);
        Some(Self {
            prompt_tokens,
            completion_tokens,
            total_tokens: count(usage.get("total_tokens")).or(sum),
            cached_tokens: detail(either("prompt_tokens_details", "input_tokens_details"), "cached_tokens"),
            reasoning_tokens: detail(
                either("completion_tokens_details", "output_tokens_details"),
                "reasoning_tokens",
            ),
            neurons: usage.get("neurons").and_then(|neurons| neurons.number()),
        })
    }
}

/// A whole number.
pub fn count<V: Value>(value: Option<V>) -> Option<f64> {
    value?.number().filter(|count| count.fract() == 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::testing::json_of;
    use crate::value::json::Json;

    #[test]
    fn every_dialect_is_read() {
        let usage = |text: &str| TokenUsage::of(&Json::sample(text)).map(|usage| json_of(&usage));
        assert_eq!(
            usage(
                r#"{"usage":{"input_tokens":3,"output_tokens":1,"output_tokens_details":{"reasoning_tokens":1}}}"#
            )
            .as_deref(),
            Some(r#"{"promptTokens":3,"completionTokens":1,"totalTokens":4,"reasoningTokens":1}"#)
        );
        assert_eq!(
            usage(r#"{"usage":{"prompt_tokens":3,"total_tokens":3,"neurons":0.5,"prompt_tokens_details":{"cached_tokens":2}}}"#)
                .as_deref(),
            Some(r#"{"promptTokens":3,"totalTokens":3,"cachedTokens":2,"neurons":0.5}"#)
        );
        assert_eq!(usage(r#"{"usage":{"prompt_tokens":"3"}}"#).as_deref(), Some("{}"));
        assert_eq!(usage(r#"{"usage":[]}"#), None);
    }
}
