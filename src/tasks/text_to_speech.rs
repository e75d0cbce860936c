//! `generateSpeech`: a text said aloud. The text is `prompt` for one model and `text` for the others; either name will do.

use super::fields::Fields;
use super::media;
use super::request::{Answer, Ask, Plan};
use crate::catalog::{InputShape, OutputShape};
use crate::error::Error;

/// `{ text, … }`
pub fn plan(ask: &Ask<'_>) -> Result<Plan, Error> {
    let shape = ask.shape(InputShape::VoiceAura1);
    let takes_prompt = shape.variants().first().is_some_and(|variant| variant.property("prompt").is_some());
    let names = if takes_prompt { ("text", "prompt") } else { ("prompt", "text") };
    let fields = Fields::read(ask.fields()?, &[names])?;
    let variant = fields.check(shape)?;
    let (form, body) = media::body(ask, shape, &fields, variant, |_| {})?;
    Ok(Plan { form, body, answer: Answer { output: ask.output(OutputShape::VoiceBytes), take: "media" } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    fn body(model: &str, input: &str) -> Result<String, Option<String>> {
        let input = json::parse(input.as_bytes()).unwrap();
        let ask = Ask::read("generateSpeech", "rest", model, input).unwrap();
        plan(&ask).map(|plan| plan.body).map_err(|error| error.field.clone())
    }

    #[test]
    fn either_name_will_do() {
        let (melo, aura) = ("@cf/myshell-ai/melotts", "@cf/deepgram/aura-2-en");
        assert_eq!(body(melo, r#"{"text":"a"}"#).as_deref(), Ok(r#"{"prompt":{"$ref":["text"]}}"#));
        assert_eq!(body(melo, r#"{"prompt":"a"}"#).as_deref(), Ok(r#"{"prompt":{"$ref":["prompt"]}}"#));
        assert_eq!(
            body(aura, r#"{"prompt":"a","speaker":"luna"}"#).as_deref(),
            Ok(r#"{"text":{"$ref":["prompt"]},"speaker":{"$ref":["speaker"]}}"#)
        );
        assert_eq!(body(aura, r#"{"text":"a","speaker":"nobody"}"#), Err(Some("speaker".into())));
        assert_eq!(body(aura, r#"{"text":"a","prompt":"b"}"#), Err(Some("prompt".into())));
        assert_eq!(body(melo, r#"{"text":""}"#), Err(Some("prompt".into())));
        assert_eq!(body(aura, "{}"), Err(Some("text".into())));
    }
}
