//! `run` with media: converts only what the model could not read; everything else is sent unchanged, known or
//! unknown.

use super::fields::{Field, Fields};
use super::media::{self, Chosen, Source, for_run};
use super::request::{Content, Door, Form, Route};
use crate::catalog::{self, Body, InputShape, Kind, Property};
use crate::error::Error;
use crate::model::Model;
use crate::text::concat;
use crate::value::{MediaForm, Shape, Value, WireForm};

/// The content for an input of any model.
pub fn prepare<V: Value>(route: Route, model: &str, input: &V) -> Result<Content<V>, Error> {
    Model::parse(model)?;
    let entry = catalog::find(model);
    if super::text_input::is_text(entry, input) {
        let members = super::text_input::prepare(route, model, input)?;
        return Ok(members.map_or_else(|| Content::plain(input), Content::json));
    }
    let shape = entry.map(|entry| entry.input);
    if route.gateway && input.shape() == Shape::Form {
        let why = "A form does not go through a gateway: leave the gateway out.";
        return Err(Error::invalid("gateway", why));
    }
    match input.shape() {
        Shape::Object => members(route, shape, input),
        Shape::Media(_) => whole(route, shape, input),
        _ => Ok(Content::plain(input)),
    }
}

/// Bytes as the whole input: over HTTP the body; on the binding the model's only media input.
fn whole<V: Value>(route: Route, shape: Option<InputShape>, input: &V) -> Result<Content<V>, Error> {
    if is_collected(route, shape, input) {
        let body = Source::read("", input)?.in_form(WireForm::Body);
        return Ok(Content { form: Form::Raw, body, query: Vec::new() });
    }
    if route.door == Door::Http {
        return Ok(Content::plain(input));
    }
    let properties = shape.iter().flat_map(|shape| shape.variants()).flat_map(|variant| variant.properties());
    let mut named =
        properties.filter(|property| property.required && is_media(property) && property.name != "$body");
    let Some(property) = named.next() else { return Ok(Content::plain(input)) };
    let source = Source::read("", input)?;
    let form = for_run(&source, property, route)?;
    let member = form.map(|form| (property.name.to_owned(), source.in_form(form)));
    Ok(Content::json(member.into_iter().collect()))
}

fn is_media(property: &Property) -> bool {
    property.kinds.contains(&Kind::Media)
}

fn members<V: Value>(route: Route, shape: Option<InputShape>, input: &V) -> Result<Content<V>, Error> {
    let fields = Fields::read(input, &[])?;
    if let Some(shape) = shape.filter(|shape| shape.bodies() == [Body::Multipart]) {
        return super::text_to_image::multipart(route, shape, input, fields);
    }
    let known = |name: &str| {
        let variants = shape.iter().flat_map(|shape| shape.variants());
        variants.filter_map(|variant| variant.property(name)).find(|property| is_media(property))
    };
    let takes_raw = shape.is_none_or(|shape| shape.bodies().contains(&Body::Binary));
    let mut all = Vec::new();
    for field in fields.iter() {
        all.push(match known(&field.name) {
            _ if stays(route, takes_raw, field) && !is_collected(route, shape, &field.value) => None,
            Some(property) => chosen(field, property, route)?,
            None => {
                refuse(shape, field)?;
                None
            }
        });
    }
    if all.iter().all(Option::is_none) {
        return Ok(Content::plain(input));
    }
    media::write(route, shape, fields, all)
}

fn chosen<V: Value>(field: &Field<V>, property: &Property, route: Route) -> Result<Chosen<V>, Error> {
    // A value that is certainly not media is left to the service.
    if !matches!(field.shape, Shape::Media(_) | Shape::Object | Shape::Text(_) | Shape::Numbers(..)) {
        return Ok(None);
    }
    let source = Source::read_shape(&field.alias, &field.value, field.shape)?;
    Ok(for_run(&source, property, route)?.map(|form| (source, form)))
}

/// True for `{ body, contentType }` in its own meaning: over HTTP the request's body, on the binding a
/// stream, or base64 for a model that accepts streams.
fn stays<V: Value>(route: Route, takes_raw: bool, field: &Field<V>) -> bool {
    if field.shape != Shape::Object {
        return false;
    }
    let Some(body) = field.value.get("body") else { return true };
    let form = body.media();
    match (route.door, body.shape()) {
        (_, Shape::Form) => true,
        (Door::Http, Shape::Media(_)) => takes_raw && !matches!(form, Some(MediaForm::Response(_))),
        (Door::Http, _) => false,
        (Door::Binding, Shape::Media(_)) => form == Some(MediaForm::Stream) && !route.gateway,
        (Door::Binding, Shape::Text(_)) => true,
        (Door::Binding, _) => false,
    }
}

/// True for a stream that a page cannot send as it is: it is read completely first.
fn is_collected<V: Value>(route: Route, shape: Option<InputShape>, value: &V) -> bool {
    let is_stream = || match value.media() {
        // A `Response` has a body of its own.
        Some(form) => form == MediaForm::Stream,
        None => value.get("body").is_some_and(|body| body.media() == Some(MediaForm::Stream)),
    };
    route.page && route.door == Door::Http && shape.is_some() && is_stream()
}

/// Rejects bytes without a known form: they would be misinterpreted.
fn refuse<V: Value>(shape: Option<InputShape>, field: &Field<V>) -> Result<(), Error> {
    let body = || field.value.get("body").and_then(|body| body.media());
    if field.value.media().is_none() && body().is_none() {
        return Ok(());
    }
    Err(no_media(shape.is_some(), &field.alias))
}

/// The error of media in a member without a form for it.
pub fn no_media(is_known: bool, name: &str) -> Error {
    let why = match is_known {
        true => concat(&[name, ": this model takes no media there."]),
        false => concat(&[
            name,
            ": it is not known in which form this model takes media. Give it as the model's page says: base64, an array of numbers, ",
            "or { body, contentType }.",
        ]),
    };
    Error::invalid(name, &why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::testing::{rendered, route};
    use crate::value::json::Json;

    fn content(way: &str, model: &str, input: &str) -> Result<Content<Json>, Option<String>> {
        prepare(route(way), model, &Json::sample(input)).map_err(|error| error.field.clone())
    }

    fn prepared(way: &str, model: &str, input: &str) -> Result<(&'static str, String), Option<String>> {
        content(way, model, input).map(|content| rendered(&content))
    }

    fn plain(input: &str) -> Result<Content<Json>, Option<String>> {
        Ok(Content::plain(&Json::sample(input)))
    }

    const WHISPER: &str = "@cf/openai/whisper";
    const TURBO: &str = "@cf/openai/whisper-large-v3-turbo";
    const NOVA: &str = "@cf/deepgram/nova-3";
    const FLUX2: &str = "@cf/black-forest-labs/flux-2-klein-4b";
    const NOBODY: &str = "@cf/nobody/nothing";
    const BYTES: &str = r#"{"$":"media","form":"bytes","length":4}"#;

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
            assert_eq!(content(way, model, input), plain(input), "{way} {input}");
        }
    }

    #[test]
    fn other_forms_are_turned_into_the_models_own() {
        let audio = concat(&[r#"{"audio":"#, BYTES, "}"]);
        let becomes = |form: &str| format!(r#"{{"audio":{{"$media":"audio","as":"{form}"}}}}"#);
        assert_eq!(prepared("rest+json", WHISPER, &audio), Ok(("json", becomes("numbers"))));
        assert_eq!(prepared("binding", TURBO, &audio), Ok(("json", becomes("base64"))));
        assert_eq!(prepared("binding", NOVA, &audio), Ok(("json", becomes("stream"))));
        assert_eq!(prepared("binding+gateway", NOVA, &audio), Ok(("json", becomes("wrapped"))));
        let raw = r#"{"$body":{"$media":"audio","as":"body"}}"#;
        assert_eq!(prepared("rest", NOVA, &audio), Ok(("raw", raw.into())));
        assert_eq!(prepared("rest", WHISPER, &audio), Ok(("raw", raw.into())));
        assert_eq!(prepared("rest+json", NOVA, &audio), Err(Some("rejectIfBusy".into())));
        assert_eq!(
            prepared("binding", WHISPER, BYTES),
            Ok(("json", r#"{"audio":{"$media":"","as":"numbers"}}"#.into()))
        );
        assert_eq!(
            prepared("rest", TURBO, r#"{"audio":"data:audio/wav;base64,AAAA"}"#),
            Ok(("json", r#"{"audio":{"$media":"audio","as":"base64","type":"audio/wav"}}"#.into()))
        );
        assert_eq!(prepared("rest", FLUX2, r#"{"prompt":"a"}"#).unwrap().0, "multipart");
    }

    #[test]
    fn a_page_sends_no_streams() {
        let named = r#"{"audio":{"body":{"$":"media","form":"stream"},"contentType":"audio/ogg"}}"#;
        let body = r#"{"$body":{"$media":"audio.body","as":"body","type":"audio/ogg"}}"#;
        assert_eq!(content("proxy", NOVA, named), plain(named));
        assert_eq!(prepared("proxy+page", NOVA, named), Ok(("raw", body.into())));
        let whole = r#"{"$":"media","form":"stream"}"#;
        let body = r#"{"$body":{"$media":"","as":"body"}}"#;
        assert_eq!(content("proxy", WHISPER, whole), plain(whole));
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
