//! `translate`: the same language names for every model, and any number of texts.

use serde::Serialize;

use super::answer::{list, malformed};
use super::check::check_property;
use super::kind;
use super::languages::{self, Languages};
use super::request::{Content, Plan, Requests, Take, TaskRequest, deprecation};
use crate::catalog::InputShape;
use crate::error::Error;
use crate::text::{concat, decimal};
use crate::value::{FromValue, Members, Shape, Tree, Value, member};

/// `{ text, source_lang?, target_lang }`
pub fn plan<V: Value>(request: &TaskRequest<'_, V>) -> Result<Plan<V>, Error> {
    request.check_object()?;
    let input = &request.input;
    let text = check_text(input)?;
    let shape = request.shape(InputShape::TranslationM2m100);
    for property in shape.variants().iter().flat_map(|variant| variant.properties()) {
        // The texts and the languages are validated separately.
        let other =
            !["text", "source_lang", "target_lang", "target_language", "requests"].contains(&property.name);
        if let Some(value) = input.get(property.name).filter(|_| other) {
            check_property(&value, property)?;
        }
    }
    if shape == InputShape::TranslationIndictrans2 { many(request) } else { one(request, &text) }
}

/// One text, or a list of texts.
fn check_text<V: Value>(input: &V) -> Result<V, Error> {
    let refuse = |why: &[&str]| Err(Error::invalid("text", &concat(&["text ", &concat(why), "."])));
    let Some(text) = input.get("text") else {
        return refuse(&["is missing: it must be a string or an array of strings"]);
    };
    match text.shape() {
        Shape::Text(0) | Shape::List(0) => refuse(&["is empty"]),
        Shape::Texts(_, Some(at)) => refuse(&["has an empty string at ", &decimal(at as i64)]),
        Shape::Text(_) | Shape::Texts(_, None) => Ok(text),
        shape => refuse(&["must be a string or an array of strings, not ", &kind::of_shape(&text, shape)]),
    }
}

/// A model that accepts one text, with language codes. The languages of an unknown model are unknown too.
fn one<V: Value>(request: &TaskRequest<'_, V>, text: &V) -> Result<Plan<V>, Error> {
    let input = &request.input;
    let known = request.entry.is_some();
    let code = |name| if known { language(input, name, &languages::M2M100) } else { Ok(None) };
    let (source, target) = (code("source_lang")?, code("target_lang")?);
    if input.get("target_lang").is_none() {
        let why = r#"target_lang is missing: it must be the code of a language, such as "es"."#;
        return Err(Error::invalid("target_lang", why));
    }
    let mut others =
        super::pass(input, if known { &["text", "source_lang", "target_lang"] } else { &["text"] });
    push_code(&mut others, "source_lang", source);
    push_code(&mut others, "target_lang", target);
    let content = |text: &V| {
        let text = [("text".to_owned(), Tree::Value(text.clone()))];
        Content::json(text.into_iter().chain(others.iter().cloned()).collect())
    };
    if matches!(text.shape(), Shape::Text(_)) {
        return Ok(Plan::one(request, content(text), Take::Json));
    }
    let requests = Requests::Each(text.items().iter().map(content).collect());
    Ok(Plan { requests, take: Take::Json, deprecation: request.entry.and_then(deprecation) })
}

/// A model that accepts several texts, from English, with another name for the language.
fn many<V: Value>(request: &TaskRequest<'_, V>) -> Result<Plan<V>, Error> {
    let input = &request.input;
    language(input, "source_lang", &languages::ENGLISH)?;
    let name = if input.get("target_lang").is_some() { "target_lang" } else { "target_language" };
    let target = language(input, name, &languages::INDIC)?;
    let mut members = super::pass(input, &["source_lang", "target_lang", "target_language"]);
    push_code(&mut members, "target_language", target);
    Ok(Plan::json(request, members))
}

fn push_code<V>(members: &mut Members<V>, name: &str, code: Option<&'static str>) {
    members.extend(code.map(|code| (name.to_owned(), Tree::Text(code.to_owned()))));
}

/// The model's name of a language.
fn language<V: Value>(
    input: &V,
    name: &'static str,
    languages: &Languages,
) -> Result<Option<&'static str>, Error> {
    let Some(value) = input.get(name) else { return Ok(None) };
    match value.head().and_then(|text| languages.find(&text)) {
        Some(code) => Ok(Some(code)),
        None => Err(Error::invalid(name, &concat(&[name, " must be ", &languages.list(), "."]))),
    }
}

/// The result of `translate`: one text, or those of an array.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Translation {
    /// One text.
    Text(String),
    /// As many texts as there were in the array.
    Texts(Vec<String>),
}

/// Decodes `{ translated_text }`, or a list of texts, bare or as `translations`.
pub fn decode<V: Value>(answer: &V, input: Option<&V>) -> Result<Translation, Error> {
    if let Some(text) = member(answer, "translated_text") {
        return Ok(Translation::Text(text));
    }
    let list = list(answer, &["translations"]).ok_or_else(|| malformed("translated_text"))?;
    let texts = list.items().iter().map(String::from_value).collect::<Option<Vec<_>>>();
    let mut texts = texts.ok_or_else(|| malformed("translations[] of texts"))?;
    match input.and_then(|input| input.get("text")).map(|text| text.shape()) {
        Some(Shape::Texts(count, _)) if count == texts.len() => Ok(Translation::Texts(texts)),
        Some(Shape::Text(_)) if texts.len() == 1 => Ok(Translation::Text(texts.pop().unwrap_or_default())),
        _ => Err(malformed("translation for each text")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Method;
    use crate::tasks::testing::{self, answered, request, tree};
    use crate::value::json::Json;

    const M2M: &str = "@cf/meta/m2m100-1.2b";
    const INDIC: &str = "@cf/ai4bharat/indictrans2-en-indic-1B";

    fn planned(model: &str, input: &str) -> Result<Plan<Json>, Error> {
        plan(&request(Method::Translate, "rest", model, input))
    }

    fn body(model: &str, input: &str) -> Result<String, String> {
        planned(model, input).map(testing::body).map_err(|error| error.field.clone().unwrap_or_default())
    }

    #[test]
    fn languages_are_named_as_the_model_does() {
        assert_eq!(
            body(M2M, r#"{"text":"a","source_lang":"English","target_lang":"pt-BR"}"#).as_deref(),
            Ok(r#"{"text":"a","source_lang":"en","target_lang":"pt"}"#)
        );
        for language in ["hin_Deva", "hindi", "hi", "HI-IN"] {
            assert_eq!(
                body(INDIC, &format!(r#"{{"text":["a"],"source_lang":"en","target_lang":"{language}"}}"#))
                    .as_deref(),
                Ok(r#"{"text":["a"],"target_language":"hin_Deva"}"#),
                "{language}"
            );
        }
        // The service has a default.
        assert_eq!(body(INDIC, r#"{"text":"a"}"#).as_deref(), Ok(r#"{"text":"a"}"#));
        // The languages of an unknown model are not validated.
        assert!(body("@cf/new/model", r#"{"text":"a","target_lang":"Klingon"}"#).is_ok());
    }

    #[test]
    fn several_texts_are_several_requests_where_the_model_takes_one() {
        let bodies = |model, input| match planned(model, input).unwrap().requests {
            Requests::One(content) => (1, tree(&content.body)),
            Requests::Each(contents) => {
                let bodies = contents.iter().map(|content| tree(&content.body)).collect::<Vec<_>>();
                (bodies.len(), bodies.join(" "))
            }
        };
        let input = r#"{"text":["a","b"],"target_lang":"hi"}"#;
        assert_eq!(
            bodies(M2M, input),
            (2, r#"{"text":"a","target_lang":"hi"} {"text":"b","target_lang":"hi"}"#.into())
        );
        assert_eq!(bodies(INDIC, input), (1, r#"{"text":["a","b"],"target_language":"hin_Deva"}"#.into()));
        let one = planned(M2M, r#"{"text":["a"],"target_lang":"hi"}"#).unwrap();
        assert!(matches!(one.requests, Requests::Each(contents) if contents.len() == 1));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        for (model, input, field) in [
            (M2M, r#"{"target_lang":"es"}"#, "text"),
            (M2M, r#"{"text":"","target_lang":"es"}"#, "text"),
            (M2M, r#"{"text":["a",""],"target_lang":"es"}"#, "text"),
            (M2M, r#"{"text":["a",1],"target_lang":"es"}"#, "text"),
            (M2M, r#"{"text":"a"}"#, "target_lang"),
            (M2M, r#"{"text":"a","target_lang":"tlh"}"#, "target_lang"),
            (M2M, r#"{"text":"a","target_lang":1}"#, "target_lang"),
            (M2M, r#"{"text":"a","target_lang":"es","source_lang":"xx"}"#, "source_lang"),
            (INDIC, r#"{"text":"a","target_lang":"es"}"#, "target_lang"),
            (INDIC, r#"{"text":"a","target_lang":"hin_Deva","source_lang":"de"}"#, "source_lang"),
        ] {
            assert_eq!(body(model, input), Err(field.into()), "{input}");
        }
        let message = planned(M2M, r#"{"text":"a","target_lang":"tlh"}"#).err().unwrap().message.clone();
        assert!(message.contains("af, am,") && message.contains("zu"), "{message}");
    }

    #[test]
    fn both_answers_give_texts() {
        let read = |input: &str, answer: &str| {
            let input = Json::sample(input);
            answered(answer, |answer| decode(answer, Some(&input))).map_err(|error| error.code)
        };
        assert_eq!(
            read(r#"{"text":"a","target_lang":"es"}"#, r#"{"translated_text":"b"}"#).as_deref(),
            Ok(r#"{"text":"b"}"#)
        );
        let list = r#"{"translations":["x","y"]}"#;
        assert_eq!(read(r#"{"text":["a","b"]}"#, list).as_deref(), Ok(r#"{"texts":["x","y"]}"#));
        assert!(read(r#"{"text":"a"}"#, list).is_err());
        assert!(read(r#"{"text":["a"]}"#, r#"{"translations":[[]]}"#).is_err());
        assert_eq!(read(r#"{"text":["a"]}"#, r#"{"translations":[1]}"#).as_deref(), Ok(r#"{"texts":["1"]}"#));
        assert!(read(r#"{"text":"a","target_lang":"es"}"#, "{}").is_err());
    }
}
