//! `run` with media: only what the model could not read is changed, all else goes out as the caller has it, known or not.

use super::fields::{Field, Fields};
use super::media::{Source, for_run, write_as};
use super::outline::{Given, Shape};
use super::request::{Door, Form, Way};
use super::template::{Step, reference};
use crate::catalog::{self, Body, InputShape, Kind, Property};
use crate::error::Error;
use crate::model::Model;
use crate::text::concat;
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// `{ "form", "body" }`, as of a task.
pub fn describe(way: &str, model: &str, input: Value<'_>) -> Result<String, Error> {
    let (form, body) = prepare(Way::read(way), model, Given::new(input))?;
    Ok(Writer::object(|out| {
        out.text("form", form.name());
        out.raw("body", &body);
    }))
}

fn prepare(way: Way, model: &str, input: Given<'_>) -> Result<(Form, String), Error> {
    Model::parse(model)?;
    let entry = catalog::find(model);
    if super::text_input::is_text(entry, input) {
        let body = super::text_input::prepare(way, model, input)?;
        return Ok(body.map_or_else(plain, |body| (Form::Json, body)));
    }
    let shape = entry.map(|entry| entry.input);
    match input.shape() {
        Shape::Object => members(way, shape, input),
        Shape::Media(_) => whole(way, shape, input),
        _ => Ok(plain()),
    }
}

fn plain() -> (Form, String) {
    (Form::Plain, "{}".into())
}

/// Bytes as the whole input: over HTTP the body; the binding gets them under the one name that the model has for media.
fn whole(way: Way, shape: Option<InputShape>, input: Given<'_>) -> Result<(Form, String), Error> {
    if is_collected(way, shape, input) {
        let source = Source::read(Vec::new(), input)?;
        return Ok((Form::Raw, Writer::object(|out| write_as(out, "$body", &source, "body"))));
    }
    if way.door == Door::Http {
        return Ok(plain());
    }
    let properties = shape.iter().flat_map(|shape| shape.variants()).flat_map(|variant| variant.properties);
    let mut named =
        properties.filter(|property| property.required && is_media(property) && property.name != "$body");
    let Some(property) = named.next() else { return Ok(plain()) };
    let source = Source::read(Vec::new(), input)?;
    let form = for_run(&source, property, way)?;
    let body = Writer::object(|out| {
        if let Some(form) = form {
            write_as(out, property.name, &source, form);
        }
    });
    Ok((Form::Json, body))
}

fn is_media(property: &Property) -> bool {
    property.kinds.contains(&Kind::Media)
}

fn members(way: Way, shape: Option<InputShape>, input: Given<'_>) -> Result<(Form, String), Error> {
    let fields = Fields::read(input, &[])?;
    if let Some(shape) = shape.filter(|shape| shape.bodies() == [Body::Multipart]) {
        return super::text_to_image::multipart(way, shape, &fields);
    }
    let known = |name: &str| {
        let variants = shape.iter().flat_map(|shape| shape.variants());
        variants.filter_map(|variant| variant.property(name)).find(|property| is_media(property))
    };
    let takes_raw = shape.is_none_or(|shape| shape.bodies().contains(&Body::Binary));
    let mut changed = Vec::new();
    let mut any = false;
    for field in fields.iter() {
        let chosen = match known(&field.name) {
            _ if stays(way, takes_raw, field) && !is_collected(way, shape, field.given) => None,
            Some(property) => chosen(field, property, way)?,
            None => {
                refuse(shape, field)?;
                None
            }
        };
        any |= chosen.is_some();
        changed.push(chosen);
    }
    if !any {
        return Ok(plain());
    }
    let only_raw = changed.iter().flatten().any(|(_, form)| *form == "body");
    if only_raw && way.json {
        return Err(super::media::no_place());
    }
    let may = way.door == Door::Http
        && !way.json
        && shape.is_some_and(|shape| shape.bodies().contains(&Body::Binary));
    let raw = only_raw || (may && changed.len() == 1);
    let body = Writer::object(|out| {
        for (field, chosen) in fields.iter().zip(&changed) {
            match chosen {
                Some((source, _)) if raw => write_as(out, "$body", source, "body"),
                Some((source, form)) => write_as(out, &field.name, source, form),
                None => reference(out, &field.name, &[Step::Name(&field.given_as)]),
            }
        }
    });
    Ok((if raw { Form::Raw } else { Form::Json }, body))
}

fn chosen<'a>(
    field: &'a Field<'_>,
    property: &Property,
    way: Way,
) -> Result<Option<(Source<'a>, &'static str)>, Error> {
    // What is no media at all is for the service to judge.
    let shape = field.given.shape();
    if !matches!(shape, Shape::Media(_) | Shape::Object | Shape::Text(_) | Shape::Numbers(..)) {
        return Ok(None);
    }
    let source = Source::read(vec![Step::Name(&field.given_as)], field.given)?;
    Ok(for_run(&source, property, way)?.map(|form| (source, form)))
}

/// `{ body, contentType }` as it has its meaning: over HTTP the request's body, on the binding a stream, or base64 for a model of
/// streams.
fn stays(way: Way, takes_raw: bool, field: &Field<'_>) -> bool {
    if field.given.shape() != Shape::Object {
        return false;
    }
    let Some(body) = field.given.get("body") else { return true };
    let form = body.value().get("form");
    match (way.door, body.shape()) {
        (_, Shape::Form) => true,
        (Door::Http, Shape::Media(_)) => takes_raw && !form.is_some_and(|form| form.is("response")),
        (Door::Http, _) => false,
        (Door::Binding, Shape::Media(_)) => form.is_some_and(|form| form.is("stream")) && !way.gateway,
        (Door::Binding, Shape::Text(_)) => true,
        (Door::Binding, _) => false,
    }
}

/// A stream that a page cannot send as it is: all of it is read first.
fn is_collected(way: Way, shape: Option<InputShape>, given: Given<'_>) -> bool {
    let inner = given.get("body").unwrap_or(given);
    way.page
        && way.door == Door::Http
        && shape.is_some()
        && inner.value().get("form").is_some_and(|form| form.is("stream"))
}

/// Bytes for which there is no known form would come out as nonsense.
fn refuse(shape: Option<InputShape>, field: &Field<'_>) -> Result<(), Error> {
    let body = field.given.get("body");
    let is_media = |given: &Given<'_>| matches!(given.shape(), Shape::Media(_));
    if !is_media(&field.given) && !body.as_ref().is_some_and(is_media) {
        return Ok(());
    }
    let name = &field.given_as;
    let why = match shape {
        Some(_) => concat(&[name, ": this model takes no media there."]),
        None => concat(&[
            name,
            ": it is not known in which form this model takes media. Give it as the model's page says: base64, an array of numbers, ",
            "or { body, contentType }.",
        ]),
    };
    Err(Error::invalid(name, &why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    fn prepared(way: &str, model: &str, input: &str) -> Result<(&'static str, String), Option<String>> {
        let input = json::parse(input.as_bytes()).unwrap();
        let plan = prepare(Way::read(way), model, Given::new(input));
        plan.map(|(form, body)| (form.name(), body)).map_err(|error| error.field.clone())
    }

    const WHISPER: &str = "@cf/openai/whisper";
    const TURBO: &str = "@cf/openai/whisper-large-v3-turbo";
    const NOVA: &str = "@cf/deepgram/nova-3";
    const FLUX2: &str = "@cf/black-forest-labs/flux-2-klein-4b";
    const NOBODY: &str = "@cf/nobody/nothing";
    const BYTES: &str = r#"{"$":"media","form":"bytes","length":4}"#;

    fn plain() -> Result<(&'static str, String), Option<String>> {
        Ok(("plain", "{}".into()))
    }

    #[test]
    fn what_the_model_takes_stays_as_it_is() {
        for (way, model, input) in [
            ("rest", WHISPER, r#"{"audio":[1,2]}"#),
            ("binding", WHISPER, r#"{"audio":{"$":"numbers","length":400,"bytes":true}}"#),
            ("rest", TURBO, r#"{"audio":"AAAA","language":"en"}"#),
            (
                "binding",
                NOVA,
                r#"{"audio":{"body":{"$":"media","form":"stream"},"contentType":"audio/ogg"}}"#,
            ),
            ("binding+gateway", NOVA, r#"{"audio":{"body":"AAAA","contentType":"audio/ogg"}}"#),
            ("rest", NOVA, r#"{"audio":{"body":{"$":"media","form":"bytes","length":4}},"punctuate":true}"#),
            ("rest", NOBODY, r#"{"audio":{"body":{"$":"media","form":"bytes","length":4}}}"#),
            ("rest", FLUX2, r#"{"multipart":{"body":{"$":"form"}}}"#),
            ("rest", WHISPER, BYTES),
            ("rest", WHISPER, r#"{"$":"form"}"#),
            ("binding", NOBODY, BYTES),
        ] {
            assert_eq!(prepared(way, model, input), plain(), "{way} {input}");
        }
    }

    #[test]
    fn other_forms_are_turned_into_the_models_own() {
        let audio = concat(&[r#"{"audio":"#, BYTES, "}"]);
        let becomes = |form: &str| format!(r#"{{"audio":{{"$media":["audio"],"as":"{form}"}}}}"#);
        assert_eq!(prepared("rest+json", WHISPER, &audio), Ok(("json", becomes("numbers"))));
        assert_eq!(prepared("binding", TURBO, &audio), Ok(("json", becomes("base64"))));
        assert_eq!(prepared("binding", NOVA, &audio), Ok(("json", becomes("stream"))));
        assert_eq!(prepared("binding+gateway", NOVA, &audio), Ok(("json", becomes("wrapped"))));
        let raw = r#"{"$body":{"$media":["audio"],"as":"body"}}"#;
        assert_eq!(prepared("rest", NOVA, &audio), Ok(("raw", raw.into())));
        assert_eq!(prepared("rest", WHISPER, &audio), Ok(("raw", raw.into())));
        assert_eq!(prepared("rest+json", NOVA, &audio), Err(Some("rejectIfBusy".into())));
        assert_eq!(
            prepared("binding", WHISPER, BYTES),
            Ok(("json", r#"{"audio":{"$media":[],"as":"numbers"}}"#.into()))
        );
        assert_eq!(
            prepared("rest", TURBO, r#"{"audio":"data:audio/wav;base64,AAAA"}"#),
            Ok(("json", r#"{"audio":{"$media":["audio"],"as":"base64","type":"audio/wav"}}"#.into()))
        );
        assert_eq!(prepared("rest", FLUX2, r#"{"prompt":"a"}"#).unwrap().0, "multipart");
    }

    #[test]
    fn a_page_sends_no_streams() {
        let named = r#"{"audio":{"body":{"$":"media","form":"stream"},"contentType":"audio/ogg"}}"#;
        let body = r#"{"$body":{"$media":["audio","body"],"as":"body","type":"audio/ogg"}}"#;
        assert_eq!(prepared("proxy", NOVA, named), plain());
        assert_eq!(prepared("proxy+page", NOVA, named), Ok(("raw", body.into())));
        let whole = r#"{"$":"media","form":"stream"}"#;
        let body = r#"{"$body":{"$media":[],"as":"body"}}"#;
        assert_eq!(prepared("proxy", WHISPER, whole), plain());
        assert_eq!(prepared("proxy+page", WHISPER, whole), Ok(("raw", body.into())));
    }

    #[test]
    fn bytes_without_a_form_are_refused() {
        let audio = concat(&[r#"{"audio":"#, BYTES, "}"]);
        assert_eq!(prepared("rest", NOBODY, &audio), Err(Some("audio".into())));
        let other = concat(&[r#"{"prompt":"a","image":"#, BYTES, "}"]);
        assert_eq!(
            prepared("rest", "@cf/black-forest-labs/flux-1-schnell", &other),
            Err(Some("image".into()))
        );
        assert_eq!(prepared("rest", TURBO, r#"{"audio":"https://a.example"}"#), Err(Some("audio".into())));
    }
}
