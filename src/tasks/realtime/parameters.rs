//! The parameters of a connection, in the query over HTTP, as inputs on the binding.

use crate::catalog::{Body, InputShape, Kind, Property};
use crate::error::Error;
use crate::tasks::check::{check_property, expected};
use crate::tasks::fields::{Field, Fields};
use crate::tasks::outline::{Given, Shape};
use crate::tasks::request::Ask;
use crate::text::concat;
use crate::wire::write::Writer;

/// `{ "query": [[name, text]], "inputs": {…} }`
pub fn describe(ask: &Ask<'_>) -> Result<String, Error> {
    let fields = Fields::read(ask.fields()?, &[])?;
    let shape = ask.entry.map(|entry| entry.input);
    let properties: Vec<_> =
        shape.iter().flat_map(|shape| shape.variants()).flat_map(|variant| variant.properties).collect();
    check_required(shape, &properties, &fields)?;
    let mut parameters = Vec::new();
    for field in fields.iter() {
        let property = properties.iter().copied().find(|property| property.name == field.name);
        parameters.push((field, property, texts(field, property)?));
    }
    Ok(Writer::object(|out| {
        out.list("query", |out| {
            for (field, _, texts) in &parameters {
                for text in texts {
                    out.raw_item(&pair(&field.name, text));
                }
            }
        });
        out.member("inputs", |out| {
            for (field, property, texts) in &parameters {
                // Where the service wants digits as text, a number is taken as well.
                let as_text = property.is_some_and(|property| property.kinds == [Kind::String]);
                match texts.as_slice() {
                    [text] if as_text => out.text(&field.name, text),
                    _ => {
                        out.raw(&field.name, std::str::from_utf8(field.given.value().raw()).unwrap_or("null"))
                    }
                }
            }
        });
    }))
}

/// A pair for the query.
fn pair(name: &str, text: &str) -> String {
    let object = Writer::object(|out| {
        out.list("pair", |out| {
            out.text_item(name);
            out.text_item(text);
        });
    });
    object.strip_prefix("{\"pair\":").and_then(|list| list.strip_suffix('}')).unwrap_or("[]").to_owned()
}

/// A model that is spoken to in no other way says what it needs; of another one, what it needs comes over the connection.
fn check_required(
    shape: Option<InputShape>,
    properties: &[&Property],
    fields: &Fields<'_>,
) -> Result<(), Error> {
    if shape.is_none_or(|shape| shape.bodies() != [Body::WebSocket]) {
        return Ok(());
    }
    let missing = properties.iter().find(|property| property.required && fields.get(property.name).is_none());
    match missing {
        None => Ok(()),
        Some(property) => {
            let why = [property.name, " is missing: it must be ", &expected(property), "."];
            Err(Error::invalid(property.name, &concat(&why)))
        }
    }
}

/// A parameter as texts, several for a list.
fn texts(field: &Field<'_>, property: Option<&Property>) -> Result<Vec<String>, Error> {
    let name = &field.given_as;
    if property.is_some_and(|property| property.kinds.contains(&Kind::Media) || property.name == "text") {
        let why = [name, " is sent over the connection: connect first, then send it."];
        return Err(Error::invalid(name, &concat(&why)));
    }
    let items = match field.given.shape() {
        Shape::List(_) | Shape::Texts(..) | Shape::Numbers(..) => field.given.items().collect(),
        _ => vec![field.given],
    };
    let mut texts = Vec::new();
    for item in items {
        let text = one(item).ok_or_else(|| {
            let why = [
                name,
                " must be a short text, a number, a boolean, or a list of these, not ",
                &item.kind(),
                ".",
            ];
            Error::invalid(name, &concat(&why))
        })?;
        if let Some(property) = property {
            check(item, &text, property)?;
        }
        texts.push(text);
    }
    Ok(texts)
}

fn one(given: Given<'_>) -> Option<String> {
    match given.shape() {
        Shape::Text(_) => given.value().text(),
        Shape::Number(Some(_)) | Shape::Bool => {
            std::str::from_utf8(given.value().raw()).ok().map(str::to_owned)
        }
        _ => None,
    }
}

/// In a query all is text: digits count as a number, and a number as its digits.
fn check(given: Given<'_>, text: &str, property: &Property) -> Result<(), Error> {
    let takes = |kind: Kind| property.kinds.contains(&kind);
    let is_text = matches!(given.shape(), Shape::Text(_));
    let reads = match text {
        "true" | "false" => takes(Kind::Boolean),
        _ => (takes(Kind::Number) || takes(Kind::Integer)) && text.parse::<f64>().is_ok(),
    };
    if is_text && !takes(Kind::String) && reads {
        return Ok(());
    }
    if !is_text && takes(Kind::String) {
        let fits = property.values.is_empty() || property.values.contains(&text);
        return if fits { Ok(()) } else { check_property(given, property) };
    }
    check_property(given, property)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    fn described(model: &str, input: &str) -> Result<String, Option<String>> {
        let input = json::parse(input.as_bytes()).unwrap();
        let ask = Ask::read("connect", "rest", model, input).map_err(|error| error.field.clone())?;
        describe(&ask).map_err(|error| error.field.clone())
    }

    const FLUX: &str = "@cf/deepgram/flux";

    #[test]
    fn numbers_become_the_digits_that_flux_wants() {
        assert_eq!(
            described(FLUX, r#"{"encoding":"linear16","sample_rate":16000,"eot_threshold":"0.8","mip_opt_out":true}"#),
            Ok(concat!(
                r#"{"query":[["encoding","linear16"],["sample_rate","16000"],["eot_threshold","0.8"],["mip_opt_out","true"]],"#,
                r#""inputs":{"encoding":"linear16","sample_rate":"16000","eot_threshold":"0.8","mip_opt_out":"true"}}"#
            )
            .into())
        );
        assert_eq!(described(FLUX, r#"{"encoding":"linear16"}"#), Err(Some("sample_rate".into())));
        assert_eq!(described(FLUX, r#"{"encoding":"mp3","sample_rate":"1"}"#), Err(Some("encoding".into())));
        assert_eq!(
            described(FLUX, r#"{"encoding":"linear16","sample_rate":{}}"#),
            Err(Some("sample_rate".into()))
        );
    }

    #[test]
    fn lists_are_repeated_and_unknown_ones_pass() {
        let input = r#"{"interim_results":true,"keyterm":["a","b c"],"sample_rate":8000,"new":null}"#;
        assert_eq!(
            described("@cf/deepgram/nova-3", input),
            Ok(concat!(
                r#"{"query":[["interim_results","true"],["keyterm","a"],["keyterm","b c"],["sample_rate","8000"]],"#,
                r#""inputs":{"interim_results":true,"keyterm":["a","b c"],"sample_rate":8000}}"#
            )
            .into())
        );
        assert_eq!(described("@cf/nobody/nothing", "{}"), Ok(r#"{"query":[],"inputs":{}}"#.into()));
    }

    #[test]
    fn what_is_said_over_the_connection_is_no_parameter() {
        assert_eq!(described("@cf/deepgram/aura-1", r#"{"text":"a"}"#), Err(Some("text".into())));
        assert_eq!(described("@cf/deepgram/nova-3", r#"{"audio":"AAAA"}"#), Err(Some("audio".into())));
        assert_eq!(described("@cf/deepgram/aura-1", r#"{"speaker":"nobody"}"#), Err(Some("speaker".into())));
        assert_eq!(described("@cf/openai/whisper", "{}"), Err(Some("model".into())));
    }
}
