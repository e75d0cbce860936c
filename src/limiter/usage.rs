//! Parses the cost of a request from its reply's bytes, in any dialect.

use crate::wire::dialect::Usage;
use crate::wire::json;

/// Tokens of one request; none if the reply does not contain them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Cost {
    /// Of the input and the answer.
    pub total: Option<f64>,
    /// Of the answer.
    pub answer: Option<f64>,
}

impl Cost {
    /// A request that was rejected.
    pub const NOTHING: Cost = Cost { total: Some(0.0), answer: None };
}

/// Parses a part of a reply that begins with the name of the member `usage`; bytes after its value are
/// ignored. The name cannot occur inside a text, where its quotes would be escaped.
pub fn in_reply(part: &str) -> Cost {
    const NAME: &str = "\"usage\":";
    let value = part.strip_prefix(NAME).unwrap_or(part).trim_start();
    let Some(usage) = object_at(value).and_then(|object| json::parse(object.as_bytes()).ok()) else {
        return Cost::default();
    };
    let usage = Usage::read_part(usage);
    let count = |tokens: i64| (tokens >= 0).then_some(tokens as f64);
    let (total, answer) = (usage.total_tokens, usage.completion_tokens);
    let total = total.or_else(|| usage.complete()?.total_tokens);
    // Embeddings have no answer tokens.
    Cost { total: total.and_then(count), answer: answer.and_then(count) }
}

/// The object at the beginning of a text.
fn object_at(text: &str) -> Option<&str> {
    let (mut depth, mut quoted, mut escaped) = (0u32, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' => depth += 1,
            b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return text.get(..=at);
                }
            }
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dialect_says_what_it_cost() {
        for (part, total, answer) in [
            (
                r#""usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}],"x":1}"#,
                Some(7.0),
                Some(4.0),
            ),
            (r#""usage":{"input_tokens":3,"output_tokens":4}"#, Some(7.0), Some(4.0)),
            (r#""usage": {"prompt_tokens":5,"total_tokens":5},"data":["#, Some(5.0), None),
            (r#""usage":{"prompt_tokens":5,"prompt_tokens_details":{"cached_tokens":2}},"#, Some(5.0), None),
            (r#"{"total_tokens":9,"note":"}\"{"}"#, Some(9.0), None),
            (r#""usage":null,"choices":[]"#, None, None),
            (r#""usage":{"prompt_tokens":5,"#, None, None),
            (r#""usage":{"prompt_tokens":-5}"#, None, None),
            (r#""usage":{nonsense}"#, None, None),
            (r#""usage":"{}""#, None, None),
            ("", None, None),
        ] {
            assert_eq!(in_reply(part), Cost { total, answer }, "{part}");
        }
    }
}
