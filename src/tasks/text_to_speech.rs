//! `generateSpeech`: speaks a text. One model names the text `prompt`, the others `text`; either name is
//! accepted.

use super::fields::Fields;
use super::media;
use super::request::{Plan, Take, TaskRequest};
use crate::catalog::InputShape;
use crate::error::Error;
use crate::value::Value;

/// `{ text, … }`
pub fn plan<V: Value>(request: &TaskRequest<'_, V>) -> Result<Plan<V>, Error> {
    request.check_object()?;
    let shape = request.shape(InputShape::VoiceAura1);
    let takes_prompt = shape.variants().first().is_some_and(|variant| variant.property("prompt").is_some());
    let names = if takes_prompt { ("text", "prompt") } else { ("prompt", "text") };
    let fields = Fields::read(&request.input, &[names])?;
    let variant = fields.check(shape)?;
    Ok(Plan::one(request, media::content(request, shape, fields, variant)?, Take::Media))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Method;
    use crate::tasks::testing;

    fn body(model: &str, input: &str) -> Result<String, Option<String>> {
        let planned = plan(&testing::request(Method::GenerateSpeech, "rest", model, input));
        planned.map(testing::body).map_err(|error| error.field.clone())
    }

    #[test]
    fn either_name_will_do() {
        let (melo, aura) = ("@cf/myshell-ai/melotts", "@cf/deepgram/aura-2-en");
        assert_eq!(body(melo, r#"{"text":"a"}"#).as_deref(), Ok(r#"{"prompt":"a"}"#));
        assert_eq!(body(melo, r#"{"prompt":"a"}"#).as_deref(), Ok(r#"{"prompt":"a"}"#));
        assert_eq!(
            body(aura, r#"{"prompt":"a","speaker":"luna"}"#).as_deref(),
            Ok(r#"{"text":"a","speaker":"luna"}"#)
        );
        assert_eq!(body(aura, r#"{"text":"a","speaker":"nobody"}"#), Err(Some("speaker".into())));
        assert_eq!(body(aura, r#"{"text":"a","prompt":"b"}"#), Err(Some("prompt".into())));
        assert_eq!(body(melo, r#"{"text":""}"#), Err(Some("prompt".into())));
        assert_eq!(body(aura, "{}"), Err(Some("text".into())));
    }
}
