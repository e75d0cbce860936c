//! Estimates the tokens of a message. Only the service can count them: each family has a tokenizer of its
//! own, larger than this package. The estimate is on the high side: one token per three bytes of UTF-8
//! (English has four bytes per token, most other languages three or fewer), four per message, and for media
//! the maximum of vision models.

use crate::value::{Shape, Value};

/// Bytes of text per token.
const BYTES: f64 = 3.0;
/// Tokens of a message besides its content: role and separators.
const PER_MESSAGE: f64 = 4.0;
/// Tokens of an image or another piece of media.
const PER_MEDIA: f64 = 1_500.0;
/// Limit of the nesting of content.
const DEPTH: u32 = 8;

/// The tokens of a message.
pub fn of_message<V: Value>(message: &V) -> f64 {
    let mut bytes = 0.0;
    let mut media = 0.0;
    for name in ["content", "reasoning", "reasoning_content", "tool_calls", "name"] {
        if let Some(value) = message.get(name) {
            measure(&value, DEPTH, &mut bytes, &mut media);
        }
    }
    PER_MESSAGE + (bytes / BYTES).ceil() + media * PER_MEDIA
}

/// The tokens of a schema or another value that is sent as JSON.
pub fn of_json<V: Value>(value: &V) -> f64 {
    value.to_json().map_or(0.0, |json| (json.len() as f64 / BYTES).ceil())
}

fn measure<V: Value>(value: &V, depth: u32, bytes: &mut f64, media: &mut f64) {
    match value.shape() {
        Shape::Text(_) => {
            // Media as text is not tokenized as text.
            if value.head().is_some_and(|head| head.starts_with("data:")) {
                *media += 1.0;
            } else {
                *bytes += value.text().map_or(0, |text| text.len()) as f64;
            }
        }
        Shape::Media(_) => *media += 1.0,
        Shape::List(_) | Shape::Texts(..) if depth > 0 => {
            value.items().iter().for_each(|item| measure(item, depth - 1, bytes, media));
        }
        Shape::Object if depth > 0 => {
            if value.get("image_url").is_some()
                || value.get("input_audio").is_some()
                || value.get("file").is_some()
            {
                *media += 1.0;
                return;
            }
            for (name, member) in value.members() {
                *bytes += name.len() as f64;
                measure(&member, depth - 1, bytes, media);
            }
        }
        Shape::Number(_) | Shape::Boolean => *bytes += BYTES,
        Shape::Numbers(..) => *media += 1.0,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json::Json;

    #[test]
    fn texts_calls_and_media_count() {
        let of = |text: &str| of_message(&Json::sample(text));
        assert_eq!(of("{}"), 4.0);
        assert_eq!(of(r#"{"role":"user","content":"123456"}"#), 6.0);
        assert_eq!(of(r#"{"content":"日本"}"#), 6.0);
        let image = r#"{"content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}"#;
        assert!(of(image) >= 1_504.0 && of(image) < 1_520.0);
        assert!(
            of(r#"{"content":"","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}}]}"#) > 8.0
        );
        for odd in ["null", "5", r#"{"content":5}"#, r#"{"content":{"$":"a function"}}"#] {
            assert!(of(odd) >= 4.0);
        }
    }
}
