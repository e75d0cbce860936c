//! The parameters of a connection: in the query over HTTP, as inputs on the binding.

use crate::catalog::{Body, InputShape, Kind, Property};
use crate::error::Error;
use crate::tasks::check::{check_property, missing};
use crate::tasks::fields::{Field, Fields};
use crate::tasks::kind;
use crate::tasks::request::TaskRequest;
use crate::text::concat;
use crate::value::{Shape, Tree, Value};

/// The parameters of a connection.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters<V> {
    /// Over HTTP.
    pub query: Vec<(String, String)>,
    /// On the binding: an object.
    pub inputs: Tree<V>,
}

/// Validates an input of `connect`.
pub fn parameters<V: Value>(request: &TaskRequest<'_, V>) -> Result<Parameters<V>, Error> {
    request.check_object()?;
    let fields = Fields::read(&request.input, &[])?;
    let shape = request.entry.map(|entry| entry.input);
    let properties: Vec<_> =
        shape.iter().flat_map(|shape| shape.variants()).flat_map(|variant| variant.properties()).collect();
    check_required(shape, &properties, &fields)?;
    let mut query = Vec::new();
    let mut inputs = Vec::new();
    for field in fields {
        let property = properties.iter().copied().find(|property| property.name == field.name);
        let texts = texts(&field, property)?;
        // If the service requires digits as text, a number is accepted as well.
        let as_text = property.is_some_and(|property| property.kinds == [Kind::String]);
        let input = match texts.as_slice() {
            [text] if as_text => Tree::Text(text.clone()),
            _ => Tree::Value(field.value),
        };
        query.extend(texts.into_iter().map(|text| (field.name.clone(), text)));
        inputs.push((field.name, input));
    }
    Ok(Parameters { query, inputs: Tree::Object(inputs) })
}

/// Checks required parameters of realtime-only models; other models receive theirs over the connection.
fn check_required<V: Value>(
    shape: Option<InputShape>,
    properties: &[&Property],
    fields: &Fields<V>,
) -> Result<(), Error> {
    if shape.is_none_or(|shape| shape.bodies() != [Body::WebSocket]) {
        return Ok(());
    }
    let absent = properties.iter().find(|property| property.required && fields.get(property.name).is_none());
    match absent {
        None => Ok(()),
        Some(property) => Err(missing(property)),
    }
}

/// A parameter as texts, several for a list.
fn texts<V: Value>(field: &Field<V>, property: Option<&Property>) -> Result<Vec<String>, Error> {
    let name = &field.alias;
    if property.is_some_and(|property| property.kinds.contains(&Kind::Media) || property.name == "text") {
        let why = [name, " is sent over the connection: connect first, then send it."];
        return Err(Error::invalid(name, &concat(&why)));
    }
    let items = match field.shape {
        Shape::List(_) | Shape::Texts(..) | Shape::Numbers(..) => field.value.items(),
        _ => vec![field.value.clone()],
    };
    let mut texts = Vec::new();
    for item in items {
        let text = one(&item).ok_or_else(|| {
            let why = [
                name,
                " must be a short text, a number, a boolean, or a list of these, not ",
                &kind::of(&item),
                ".",
            ];
            Error::invalid(name, &concat(&why))
        })?;
        if let Some(property) = property {
            check(&item, &text, property)?;
        }
        texts.push(text);
    }
    Ok(texts)
}

/// Limit of a text, in UTF-16 units.
const MOST_TEXT: usize = 2048;

fn one<V: Value>(value: &V) -> Option<String> {
    match value.shape() {
        Shape::Text(length) if length <= MOST_TEXT => value.text(),
        Shape::Number(number) if number.is_finite() => value.to_json(),
        Shape::Boolean => value.to_json(),
        _ => None,
    }
}

/// All values in a query are text: digits count as a number, and a number as its digits.
fn check<V: Value>(value: &V, text: &str, property: &Property) -> Result<(), Error> {
    let takes = |kind: Kind| property.kinds.contains(&kind);
    let is_text = matches!(value.shape(), Shape::Text(_));
    let reads = match text {
        "true" | "false" => takes(Kind::Boolean),
        _ => (takes(Kind::Number) || takes(Kind::Integer)) && is_number(text),
    };
    if is_text && !takes(Kind::String) && reads {
        return Ok(());
    }
    if !is_text && takes(Kind::String) {
        let fits = property.values.is_empty() || property.values.contains(&text);
        return if fits { Ok(()) } else { check_property(value, property) };
    }
    check_property(value, property)
}

/// True for the decimal form of a number. A parser of floats is several KB of wasm.
fn is_number(text: &str) -> bool {
    let unsigned = |text: &str| text.strip_prefix(['+', '-']).unwrap_or(text).to_owned();
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let text = unsigned(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent = unsigned(exponent);
    if exponent.is_empty() || (whole.is_empty() && fraction.is_empty()) {
        return false;
    }
    is_digits(whole) && is_digits(fraction) && is_digits(&exponent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Method;
    use crate::tasks::testing::{json_of, route, tree};
    use crate::value::json::Json;

    fn described(model: &str, input: &str) -> Result<String, Option<String>> {
        let request = TaskRequest::new(Method::Connect, model, route("rest"), Json::sample(input));
        let described = request.and_then(|request| parameters(&request));
        let Parameters { query, inputs } = described.map_err(|error| error.field.clone())?;
        Ok(concat(&[r#"{"query":"#, &json_of(&query), r#","inputs":"#, &tree(&inputs), "}"]))
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
    fn numbers_in_texts() {
        let texts =
            ["0", "-1.5", "+.5", "5.", "1e3", "1E-3", "", "-", ".", "1e", "e1", "1.2.3", "1 ", "a", "1_0"];
        for text in texts {
            assert_eq!(is_number(text), text.parse::<f64>().is_ok(), "{text}");
        }
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
    fn messages_over_the_connection_are_no_parameters() {
        assert_eq!(described("@cf/deepgram/aura-1", r#"{"text":"a"}"#), Err(Some("text".into())));
        assert_eq!(described("@cf/deepgram/nova-3", r#"{"audio":"AAAA"}"#), Err(Some("audio".into())));
        assert_eq!(described("@cf/deepgram/aura-1", r#"{"speaker":"nobody"}"#), Err(Some("speaker".into())));
        assert_eq!(described("@cf/openai/whisper", "{}"), Err(Some("model".into())));
    }
}
