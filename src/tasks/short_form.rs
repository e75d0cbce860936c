//! Short forms of inputs: a bare text or media stands for the main field.

use crate::catalog::Method;
use crate::value::Value;

/// The field that a short form stands for; `None` if the input is written out.
pub fn field_of<V: Value>(method: Method, input: &V) -> Option<&'static str> {
    let (field, is_short) = match method {
        Method::Embed => ("text", is_text(input) || input.is_list()),
        Method::ClassifyText | Method::GenerateSpeech => ("text", is_text(input)),
        Method::Summarize => ("input_text", is_text(input)),
        Method::GenerateImage => ("prompt", is_text(input)),
        Method::Transcribe | Method::DetectTurn => ("audio", is_media(input, "audio")),
        Method::DescribeImage | Method::ClassifyImage | Method::DetectObjects => {
            ("image", is_media(input, "image"))
        }
        _ => return None,
    };
    is_short.then_some(field)
}

fn is_text<V: Value>(input: &V) -> bool {
    input.head().is_some()
}

/// Bytes in one of their forms, or `{ body, contentType }`.
fn is_media<V: Value>(input: &V, field: &'static str) -> bool {
    is_text(input)
        || input.is_list()
        || input.media().is_some()
        || (input.is_object() && input.member("body").is_some() && input.member(field).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json::Json;

    #[test]
    fn short_forms_are_known_by_what_they_are() {
        let field = |method, input: &str| field_of(method, &Json::sample(input));
        for (method, input, expected) in [
            (Method::Embed, r#""a""#, Some("text")),
            (Method::Embed, r#"["a","b"]"#, Some("text")),
            (Method::Embed, "[]", Some("text")),
            (Method::Embed, r#"{"text":"a"}"#, None),
            (Method::ClassifyText, r#""a""#, Some("text")),
            (Method::ClassifyText, r#"["a"]"#, None),
            (Method::Summarize, r#""a""#, Some("input_text")),
            (Method::Translate, r#""a""#, None),
            (Method::GenerateImage, r#""a""#, Some("prompt")),
            (Method::GenerateSpeech, r#""a""#, Some("text")),
            (Method::Transcribe, "[1,2]", Some("audio")),
            (Method::Transcribe, r#"{"body":"AAAA"}"#, Some("audio")),
            (Method::Transcribe, r#"{"audio":"AAAA","body":1}"#, None),
            (Method::DetectObjects, r#"{"body":"AAAA"}"#, Some("image")),
            (Method::DescribeImage, r#"{"prompt":"a"}"#, None),
            (Method::ClassifyImage, "null", None),
        ] {
            assert_eq!(field(method, input), expected, "{method:?} {input}");
        }
    }
}
