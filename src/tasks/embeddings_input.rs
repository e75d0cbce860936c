//! OpenAI's request for embeddings: its texts are those of `embed`, with the same limits.

use super::kind;
use super::parameters::no_extra;
use super::request::{self, Route, TaskRequest};
use crate::catalog::Method;
use crate::error::Error;
use crate::precheck::{EXTRA, is_foreign};
use crate::slip::{Aliases, check_members};
use crate::text::concat;
use crate::value::{Shape, Value};

/// True if a request has `base64` vectors. `format` is its `encoding_format`.
pub fn wants_base64<V: Value>(format: Option<&V>) -> Result<bool, Error> {
    match format {
        None => Ok(false),
        Some(format) if format.is_text("float") => Ok(false),
        Some(format) if format.is_text("base64") => Ok(true),
        Some(_) => Err(Error::invalid("encoding_format", "encoding_format must be \"float\" or \"base64\".")),
    }
}

/// Rejects misspelt names, and an invalid `extra`; other unknown names, and those for models of other
/// authors, are left to the service.
pub fn check_names<V: Value>(request: &V) -> Result<(), Error> {
    if request.get("model").and_then(|model| model.text()).is_some_and(|model| is_foreign(&model)) {
        return Ok(());
    }
    const NAMES: &[&str] = &["model", "input", "encoding_format", "dimensions", "user", EXTRA];
    let aliases: &Aliases =
        &[("text texts inputs content contents", "input"), ("format responseformat", "encoding_format")];
    if let Some(extra) = request.get(EXTRA).filter(|extra| !extra.is_object()) {
        return Err(no_extra(&extra));
    }
    check_members(request, "", "parameter of embeddings.create", NAMES, aliases, false)
}

/// The id of its model.
pub fn model<V: Value>(model: &V) -> Result<String, Error> {
    model
        .text()
        .ok_or_else(|| Error::invalid("model", "The model must be a string such as @cf/author/model."))
}

/// Validates the texts; `texts` is `{ text: input }`, the input of `embed`. Returns the warning about a model
/// that is past its end.
pub fn check<V: Value>(model: &str, route: Route, input: &V, texts: V) -> Result<Option<String>, Error> {
    let other = input.items().into_iter().find(|item| !matches!(item.shape(), Shape::Text(_)));
    if let Some(other) = other {
        let kind = kind::of(&other);
        let why = ["input must be a string or an array of strings; there is ", &kind, " in it."];
        return Err(Error::invalid("input", &concat(&why)));
    }
    let plan = TaskRequest::new(Method::Embed, model, route, texts).and_then(|task| request::plan(&task));
    plan.map(|plan| plan.deprecation).map_err(|error| match error.field.as_deref() {
        Some("text") => {
            let rest = error.message.strip_prefix("text ").map(|rest| concat(&["input ", rest]));
            Error::invalid("input", rest.as_deref().unwrap_or(&error.message))
        }
        _ => error,
    })
}

/// The number of texts.
pub fn count<V: Value>(input: &V) -> usize {
    match input.shape() {
        Shape::Texts(count, _) => count,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::request::Door;
    use crate::value::json::Json;

    const BGE: &str = "@cf/baai/bge-small-en-v1.5";

    fn refused(input: &str) -> Option<(String, String)> {
        let input = Json::sample(input);
        let texts = Json::Object(vec![("text".to_owned(), input.clone())]);
        let error = check(BGE, Route::new(Door::Http), &input, texts).err()?;
        Some((error.field.clone().unwrap_or_default(), error.message.clone()))
    }

    #[test]
    fn the_limits_are_those_of_embed() {
        assert_eq!(refused(r#""hello""#), None);
        assert_eq!(refused(r#"["hello","world"]"#), None);
        for (input, says) in [
            (r#""""#, "input "),
            ("null", "input "),
            (r#"[["a"]]"#, "input must be a string or an array of strings; there is an array"),
            (r#"["a",5]"#, "there is a number in it."),
            (r#"{"$":"texts","length":101,"empty":-1}"#, "input "),
        ] {
            let (field, message) = refused(input).unwrap();
            assert!(field == "input" && message.contains(says), "{input}: {message}");
        }
    }

    #[test]
    fn formats_and_models() {
        let base64 = |text: &str| wants_base64(Some(&Json::sample(text))).ok();
        assert_eq!(
            (wants_base64::<Json>(None).ok(), base64(r#""float""#), base64(r#""base64""#)),
            (Some(false), Some(false), Some(true))
        );
        assert_eq!((base64(r#""int8""#), base64("null")), (None, None));
        assert!(model(&Json::sample("null")).is_err());
        let chat = check(
            "@cf/openai/gpt-oss-120b",
            Route::new(Door::Http),
            &Json::sample(r#""a""#),
            Json::sample(r#"{"text":"a"}"#),
        );
        assert_eq!(chat.unwrap_err().field.as_deref(), Some("model"));
    }
}
