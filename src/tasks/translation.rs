//! `translate`: one name for the languages of every model, and any number of texts for each of them.

use super::answer::{list, malformed};
use super::check::check_property;
use super::languages::{self, Languages};
use super::outline::{Given, Shape};
use super::request::{Answer, Ask, Form, Plan};
use super::template::{Step, pass, reference};
use crate::catalog::{InputShape, OutputShape};
use crate::error::Error;
use crate::text::concat;
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// `{ text, source_lang?, target_lang }`
pub fn plan(ask: &Ask<'_>) -> Result<Plan, Error> {
    let input = ask.fields()?;
    let count = check_text(input)?;
    let shape = ask.shape(InputShape::TranslationM2m100);
    for property in shape.variants().iter().flat_map(|variant| variant.properties) {
        // The texts and the languages have checks of their own.
        let other =
            !["text", "source_lang", "target_lang", "target_language", "requests"].contains(&property.name);
        if let Some(given) = input.get(property.name).filter(|_| other) {
            check_property(given, property)?;
        }
    }
    if shape == InputShape::TranslationIndictrans2 { many(ask, input) } else { one(ask, input, count) }
}

/// How many texts there are, none for a text alone.
fn check_text(input: Given<'_>) -> Result<Option<usize>, Error> {
    let refuse = |why: &str| Err(Error::invalid("text", &concat(&["text ", why, "."])));
    let Some(text) = input.get("text") else {
        return refuse("is missing: it must be a string or an array of strings");
    };
    match text.shape() {
        Shape::Text(0) => refuse("is empty"),
        Shape::Text(_) => Ok(None),
        Shape::List(0) => refuse("is empty"),
        Shape::Texts(_, Some(at)) => refuse(&format!("has an empty string at {at}")),
        Shape::Texts(count, None) => Ok(Some(count)),
        _ => refuse(&concat(&["must be a string or an array of strings, not ", &text.kind()])),
    }
}

/// A model that takes one text, and languages as codes. Of one that is not known the languages are not known either.
fn one(ask: &Ask<'_>, input: Given<'_>, count: Option<usize>) -> Result<Plan, Error> {
    let known = ask.entry.is_some();
    let code = |name: &str| if known { language(input, name, &languages::M2M100) } else { Ok(None) };
    let (source, target) = (code("source_lang")?, code("target_lang")?);
    if input.get("target_lang").is_none() {
        let why = r#"target_lang is missing: it must be the code of a language, such as "es"."#;
        return Err(Error::invalid("target_lang", why));
    }
    let body = Writer::object(|out| {
        match count {
            Some(_) => reference(out, "text", &[Step::Name("text"), Step::Each]),
            None => reference(out, "text", &[Step::Name("text")]),
        }
        pass(out, input, if known { &["text", "source_lang", "target_lang"] } else { &["text"] });
        if known {
            out.some_text("source_lang", source);
            out.some_text("target_lang", target);
        }
    });
    let output = ask.output(OutputShape::TranslationText);
    Ok(Plan { form: count.map_or(Form::Json, Form::Each), body, answer: Answer { output, take: "json" } })
}

/// A model that takes several texts, from English, with another name for the language.
fn many(ask: &Ask<'_>, input: Given<'_>) -> Result<Plan, Error> {
    language(input, "source_lang", &languages::ENGLISH)?;
    let name = if input.get("target_lang").is_some() { "target_lang" } else { "target_language" };
    let target = language(input, name, &languages::INDIC)?;
    let body = Writer::object(|out| {
        pass(out, input, &["source_lang", "target_lang", "target_language"]);
        out.some_text("target_language", target);
    });
    Ok(Plan::json(body, ask.output(OutputShape::TranslationList)))
}

/// A language as the model names it.
fn language(input: Given<'_>, name: &str, languages: &Languages) -> Result<Option<&'static str>, Error> {
    let Some(given) = input.get(name) else { return Ok(None) };
    let known = given.head().and_then(|text| languages.find(&text));
    match known {
        Some(code) => Ok(Some(code)),
        None => Err(Error::invalid(name, &concat(&[name, " must be ", &languages.list(), "."]))),
    }
}

/// `{ text }`, or `{ texts }` of several that were asked for at once.
pub fn result(ask: &Ask<'_>, answer: Value<'_>) -> Result<String, Error> {
    if let Some(text) = answer.get("translated_text").and_then(|text| text.text()) {
        return Ok(Writer::object(|out| out.text("text", &text)));
    }
    let list = list(answer, &["translations"]).ok_or_else(|| malformed("translated_text"))?;
    let texts = list.items().map(|item| item.text()).collect::<Option<Vec<_>>>();
    let texts = texts.ok_or_else(|| malformed("translations[] of texts"))?;
    match ask.input.get("text").map(|text| text.shape()) {
        Some(Shape::Texts(count, _)) if count == texts.len() => Ok(Writer::object(|out| {
            out.list("texts", |out| texts.iter().for_each(|text| out.text_item(text)))
        })),
        Some(Shape::Text(_)) if texts.len() == 1 => {
            Ok(Writer::object(|out| out.text("text", texts.first().map_or("", String::as_str))))
        }
        _ => Err(malformed("translation for each text")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    const M2M: &str = "@cf/meta/m2m100-1.2b";
    const INDIC: &str = "@cf/ai4bharat/indictrans2-en-indic-1B";

    fn ask<T>(model: &str, input: &str, then: impl FnOnce(&Ask<'_>) -> T) -> T {
        let input = json::parse(input.as_bytes()).unwrap();
        then(&Ask::read("translate", "rest", model, input).unwrap())
    }

    fn body(model: &str, input: &str) -> Result<String, String> {
        ask(model, input, |ask| {
            plan(ask).map(|plan| plan.body).map_err(|error| error.field.clone().unwrap_or_default())
        })
    }

    #[test]
    fn languages_are_named_as_the_model_does() {
        assert_eq!(
            body(M2M, r#"{"text":"a","source_lang":"English","target_lang":"pt-BR"}"#).as_deref(),
            Ok(r#"{"text":{"$ref":["text"]},"source_lang":"en","target_lang":"pt"}"#)
        );
        for given in ["hin_Deva", "hindi", "hi", "HI-IN"] {
            assert_eq!(
                body(INDIC, &format!(r#"{{"text":["a"],"source_lang":"en","target_lang":"{given}"}}"#))
                    .as_deref(),
                Ok(r#"{"text":{"$ref":["text"]},"target_language":"hin_Deva"}"#),
                "{given}"
            );
        }
        // The service has a default.
        assert_eq!(body(INDIC, r#"{"text":"a"}"#).as_deref(), Ok(r#"{"text":{"$ref":["text"]}}"#));
        // Of a model that is not known yet nobody knows the languages.
        assert!(body("@cf/new/model", r#"{"text":"a","target_lang":"Klingon"}"#).is_ok());
    }

    #[test]
    fn several_texts_are_several_requests_where_the_model_takes_one() {
        let plan = |model| {
            ask(model, r#"{"text":["a","b"],"target_lang":"hi"}"#, |ask| {
                plan(ask).map(|plan| (plan.body, plan.form)).unwrap()
            })
        };
        assert_eq!(
            plan(M2M),
            (r#"{"text":{"$ref":["text",null]},"target_lang":"hi"}"#.into(), Form::Each(2))
        );
        assert_eq!(
            plan(INDIC),
            (r#"{"text":{"$ref":["text"]},"target_language":"hin_Deva"}"#.into(), Form::Json)
        );
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
        let message =
            ask(M2M, r#"{"text":"a","target_lang":"tlh"}"#, |ask| plan(ask).err().unwrap().message.clone());
        assert!(message.contains("af, am,") && message.contains("zu"), "{message}");
    }

    #[test]
    fn both_answers_give_texts() {
        let read = |model: &str, input: &str, answer: &str| {
            let answer = json::parse(answer.as_bytes()).unwrap();
            ask(model, input, |ask| result(ask, answer).map_err(|error| error.code))
        };
        assert_eq!(
            read(M2M, r#"{"text":"a","target_lang":"es"}"#, r#"{"translated_text":"b"}"#).as_deref(),
            Ok(r#"{"text":"b"}"#)
        );
        let list = r#"{"translations":["x","y"]}"#;
        assert_eq!(read(INDIC, r#"{"text":["a","b"]}"#, list).as_deref(), Ok(r#"{"texts":["x","y"]}"#));
        assert!(read(INDIC, r#"{"text":"a"}"#, list).is_err());
        assert!(read(INDIC, r#"{"text":["a"]}"#, r#"{"translations":[1]}"#).is_err());
        assert!(read(M2M, r#"{"text":"a","target_lang":"es"}"#, "{}").is_err());
    }
}
