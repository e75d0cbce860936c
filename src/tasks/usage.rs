//! The token usage of an answer.

use serde::Serialize;

use crate::text::unsigned;
use crate::value::Value;
use crate::wire::dialect::complete;

/// Token counts. Missing counts of the basic three are derived from the others, and are 0 if that is
/// impossible; without any token count there is no usage.
#[derive(Debug, Default, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenUsage {
    /// Tokens of the input.
    pub prompt_tokens: f64,
    /// Tokens of the answer, reasoning included.
    pub completion_tokens: f64,
    /// Both together.
    pub total_tokens: f64,
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
    /// Decodes the `usage` of an answer, in any dialect.
    pub fn of<V: Value>(answer: &V) -> Option<Self> {
        let usage = answer.get("usage").filter(V::is_object)?;
        let either =
            |first: &'static str, second: &'static str| usage.get(first).or_else(|| usage.get(second));
        let detail = |details: Option<V>, name| count(details?.get(name));
        let tokens =
            |value: Option<V>| count(value).filter(|tokens| *tokens >= 0.0).map(|tokens| tokens as i64);
        let [prompt_tokens, completion_tokens, total_tokens] = complete([
            tokens(either("prompt_tokens", "input_tokens")),
            tokens(either("completion_tokens", "output_tokens")),
            tokens(usage.get("total_tokens")),
        ])?
        .map(|tokens| tokens as f64);
        Some(Self {
            prompt_tokens,
            completion_tokens,
            total_tokens,
            cached_tokens: detail(either("prompt_tokens_details", "input_tokens_details"), "cached_tokens"),
            reasoning_tokens: detail(
                either("completion_tokens_details", "output_tokens_details"),
                "reasoning_tokens",
            ),
            neurons: usage.get("neurons").and_then(|neurons| neurons.number()),
        })
    }
}

/// A whole number; some servers send it as a text.
pub fn count<V: Value>(value: Option<V>) -> Option<f64> {
    let value = value?;
    let number = value.number().or_else(|| unsigned(&value.text()?).map(f64::from));
    number.filter(|count| count.fract() == 0.0)
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
            Some(r#"{"promptTokens":3,"completionTokens":0,"totalTokens":3,"cachedTokens":2,"neurons":0.5}"#)
        );
        assert_eq!(
            usage(r#"{"usage":{"total_tokens":5,"output_tokens":2}}"#).as_deref(),
            Some(r#"{"promptTokens":3,"completionTokens":2,"totalTokens":5}"#)
        );
        assert_eq!(
            usage(r#"{"usage":{"prompt_tokens":"3","total_tokens":"3"}}"#).as_deref(),
            Some(r#"{"promptTokens":3,"completionTokens":0,"totalTokens":3}"#)
        );
        assert_eq!(usage(r#"{"usage":{"prompt_tokens":"x","neurons":1}}"#), None);
        assert_eq!(usage(r#"{"usage":[]}"#), None);
    }
}
