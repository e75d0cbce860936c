//! Validates an input by the catalogue's schema of its model. Inputs that the service would reject are
//! rejected before any request, with the field's name and the expected value. Members that the catalogue does
//! not contain are passed through.

use super::kind;
use crate::catalog::{InputShape, Kind, Property, Variant};
use crate::error::Error;
use crate::text::{concat, decimal, join, number};
use crate::value::{Shape, Value};

/// Validates an input against the forms that a model accepts.
pub fn check<V: Value>(input: &V, shape: InputShape) -> Result<&'static Variant, Error> {
    let variant = choose(input, shape)?;
    for property in variant.properties() {
        match input.member(property.name) {
            None if property.required => return Err(missing(property)),
            None => {}
            Some(value) => check_property(&value, property)?,
        }
    }
    Ok(variant)
}

/// The form of an input: the first one whose required members are all present, else the one with most of
/// them.
fn choose<V: Value>(input: &V, shape: InputShape) -> Result<&'static Variant, Error> {
    // A raw body has no members; the batch queue has a method of its own.
    let named = |variant: &&'static Variant| variant.property("$body").is_none() && variant.name != "batch";
    let absent = |variant: &Variant| {
        let required = variant.properties().filter(|property| property.required);
        required.filter(|property| input.get(property.name).is_none()).count()
    };
    let variants = shape.variants().iter().filter(named);
    variants
        .min_by_key(|variant| absent(variant))
        .ok_or_else(|| Error::invalid("input", "This model takes its input over a WebSocket: use connect."))
}

/// The error of an input without a required member.
pub fn missing(property: &Property) -> Error {
    Error::invalid(
        property.name,
        &concat(&[property.name, " is missing: it must be ", &expected(property), "."]),
    )
}

/// Validates one member.
pub fn check_property<V: Value>(value: &V, property: &Property) -> Result<(), Error> {
    check_shape(value, value.shape(), property)
}

/// Validates one member whose shape is known.
pub fn check_shape<V: Value>(value: &V, shape: Shape, property: &Property) -> Result<(), Error> {
    if shape == Shape::Null {
        return if property.nullable || !property.required { Ok(()) } else { Err(missing(property)) };
    }
    if !property.kinds.iter().any(|kind| fits(shape, *kind)) {
        let name = property.name;
        let is_fraction =
            matches!(shape, Shape::Number(number) if number.is_finite() && number.fract() != 0.0);
        let kind = if is_fraction { "a fraction".to_owned() } else { kind::of_shape(value, shape) };
        let why = concat(&[name, " must be ", &expected(property), ", not ", &kind, "."]);
        return Err(Error::invalid(name, &why));
    }
    check_bounds(value, shape, property)
}

fn fits(shape: Shape, kind: Kind) -> bool {
    match kind {
        Kind::String => matches!(shape, Shape::Text(_)),
        Kind::Number => matches!(shape, Shape::Number(number) if number.is_finite()),
        Kind::Integer => {
            matches!(shape, Shape::Number(number) if number.is_finite() && number.fract() == 0.0)
        }
        Kind::Boolean => shape == Shape::Boolean,
        Kind::Array => matches!(shape, Shape::List(_) | Shape::Texts(..) | Shape::Numbers(..)),
        Kind::Object => shape == Shape::Object,
        // `{ body, contentType }` is media as well.
        Kind::Media => matches!(
            shape,
            Shape::Media(_) | Shape::Text(_) | Shape::Numbers(..) | Shape::Object | Shape::List(0)
        ),
    }
}

fn check_bounds<V: Value>(value: &V, shape: Shape, property: &Property) -> Result<(), Error> {
    let name = property.name;
    let refuse = |why: &[&str]| Err(Error::invalid(name, &concat(&[name, " ", &concat(why), "."])));
    match shape {
        Shape::Number(number)
            if property.bounds.minimum.is_some_and(|least| number < least)
                || property.bounds.maximum.is_some_and(|most| number > most) =>
        {
            return refuse(&["must be ", &expected(property)]);
        }
        Shape::Text(length) if !property.kinds.contains(&Kind::Media) => {
            if length == 0 && property.bounds.min_length.unwrap_or(0) > 0 {
                return refuse(&["is empty"]);
            }
            if let Some(most) = property.bounds.max_length.filter(|most| length > *most as usize) {
                return refuse(&[
                    "has ",
                    &count(length),
                    " characters; the most are ",
                    &count(most as usize),
                ]);
            }
            if !property.values.is_empty() {
                let text = value.head().unwrap_or_default();
                if !property.values.contains(&text.as_str()) {
                    return refuse(&["must be ", &expected(property)]);
                }
            }
        }
        Shape::Text(0) | Shape::Media(Some(0)) | Shape::List(0) if property.kinds.contains(&Kind::Media) => {
            return refuse(&["is empty"]);
        }
        Shape::Numbers(_, false) if property.kinds.contains(&Kind::Media) => {
            return refuse(&["has numbers that are no bytes: whole ones from 0 to 255"]);
        }
        Shape::List(length) | Shape::Texts(length, _) | Shape::Numbers(length, _) => {
            let least = property.bounds.min_items.unwrap_or(0) as usize;
            if length < least {
                return if length == 0 {
                    refuse(&["is empty"])
                } else {
                    refuse(&["has fewer than ", &count(least), " items"])
                };
            }
            if let Some(most) = property.bounds.max_items.filter(|most| length > *most as usize) {
                return refuse(&["has ", &count(length), " items; the most are ", &count(most as usize)]);
            }
            if let Shape::Texts(_, Some(at)) = shape
                && property.bounds.min_length.unwrap_or(0) > 0
            {
                return refuse(&["has an empty string at ", &count(at)]);
            }
        }
        _ => {}
    }
    Ok(())
}

fn count(number: usize) -> String {
    decimal(number as i64)
}

/// The expected value of a member, for a message.
pub fn expected(property: &Property) -> String {
    if !property.values.is_empty() {
        // A long list is truncated.
        let shown =
            property.values.iter().take(40).map(|value| concat(&["\"", value, "\""])).collect::<Vec<_>>();
        let more = if property.values.len() > shown.len() { ", …" } else { "" };
        return concat(&[
            "one of ",
            &join(&shown.iter().map(String::as_str).collect::<Vec<_>>(), ", "),
            more,
        ]);
    }
    let kinds = property.kinds.iter().map(|kind| match kind {
        Kind::String => "a string",
        Kind::Number => "a number",
        Kind::Integer => "a whole number",
        Kind::Boolean => "a boolean",
        Kind::Array => "an array",
        Kind::Object => "an object",
        Kind::Media => "bytes, a Blob, a stream, a Response, base64, a data URL or an array of bytes",
    });
    let kinds = join(&kinds.collect::<Vec<_>>(), " or ");
    match (property.bounds.minimum, property.bounds.maximum) {
        (Some(least), Some(most)) => concat(&[&kinds, " from ", &number(least), " to ", &number(most)]),
        (Some(least), None) => concat(&[&kinds, " of at least ", &number(least)]),
        (None, Some(most)) => concat(&[&kinds, " of at most ", &number(most)]),
        (None, None) => kinds,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json::Json;

    fn refused(shape: InputShape, input: &str) -> Option<String> {
        check(&Json::sample(input), shape).err().and_then(|error| error.field.clone())
    }

    #[test]
    fn what_fits_passes() {
        for input in [
            r#"{"query":"q","contexts":[{"text":"a"}]}"#,
            r#"{"query":"q","contexts":[{"text":"a"}],"top_k":3,"something":"new"}"#,
            r#"{"query":{"$":"text","length":5000,"head":"q"},"contexts":{"$":"list","length":400}}"#,
        ] {
            assert_eq!(refused(InputShape::RerankContexts, input), None, "{input}");
        }
    }

    #[test]
    fn what_does_not_is_named() {
        for (input, field) in [
            (r#"{"contexts":[{"text":"a"}]}"#, "query"),
            (r#"{"query":"","contexts":[{"text":"a"}]}"#, "query"),
            (r#"{"query":1,"contexts":[{"text":"a"}]}"#, "query"),
            (r#"{"query":"q","contexts":[]}"#, "contexts"),
            (r#"{"query":"q","contexts":[{"text":"a"}],"top_k":0}"#, "top_k"),
            (r#"{"query":"q","contexts":[{"text":"a"}],"top_k":1.5}"#, "top_k"),
        ] {
            assert_eq!(refused(InputShape::RerankContexts, input).as_deref(), Some(field), "{input}");
        }
    }

    #[test]
    fn bounds_are_written_as_they_are() {
        for property in
            InputShape::ALL.iter().flat_map(|shape| shape.variants()).flat_map(|one| one.properties())
        {
            for bound in property.bounds.minimum.into_iter().chain(property.bounds.maximum) {
                assert_eq!(number(bound), bound.to_string(), "{}", property.name);
            }
        }
        let steps = InputShape::ImageFlux1.property("steps").unwrap();
        assert!(expected(steps).ends_with(" from 1 to 8"), "{}", expected(steps));
    }

    #[test]
    fn numbers_that_json_has_not_are_named() {
        let input = Json::sample(r#"{"query":"q","contexts":[{"text":"a"}],"top_k":{"$":"Infinity"}}"#);
        let error = check(&input, InputShape::RerankContexts).err().unwrap();
        assert_eq!(error.field.as_deref(), Some("top_k"));
        assert!(error.message.ends_with(", not Infinity."), "{}", error.message);
    }
}
