//! Does an input fit what the catalogue says of its model? Whatever the service would refuse is refused before any request, with the name
//! of the field and what it should be. What the catalogue does not know passes through.

use super::outline::{Given, Shape};
use crate::catalog::{InputShape, Kind, Property, Variant};
use crate::error::Error;
use crate::text::concat;

/// Checks an input against the forms that a model takes.
pub fn check(input: Given<'_>, shape: InputShape) -> Result<&'static Variant, Error> {
    let variant = choose(input, shape)?;
    for property in variant.properties {
        let given = input.value().get(property.name).map(Given::new);
        match given {
            None if property.required => return Err(missing(property)),
            None => {}
            Some(given) => check_property(given, property)?,
        }
    }
    Ok(variant)
}

/// The form that an input has: the first one whose required members are all there, else the one that most of them are.
fn choose(input: Given<'_>, shape: InputShape) -> Result<&'static Variant, Error> {
    // A raw body has no members; what is for the batch queue has a method of its own.
    let named = |variant: &&'static Variant| variant.property("$body").is_none() && variant.name != "batch";
    let absent = |variant: &Variant| {
        let required = variant.properties.iter().filter(|property| property.required);
        required.filter(|property| input.get(property.name).is_none()).count()
    };
    let variants = shape.variants().iter().filter(named);
    variants
        .min_by_key(|variant| absent(variant))
        .ok_or_else(|| Error::invalid("input", "This model takes its input over a WebSocket: use connect."))
}

fn missing(property: &Property) -> Error {
    Error::invalid(
        property.name,
        &concat(&[property.name, " is missing: it must be ", &expected(property), "."]),
    )
}

/// Checks one member.
pub fn check_property(given: Given<'_>, property: &Property) -> Result<(), Error> {
    let shape = given.shape();
    if shape == Shape::Null {
        return if property.nullable || !property.required { Ok(()) } else { Err(missing(property)) };
    }
    if !property.kinds.iter().any(|kind| fits(shape, *kind)) {
        let name = property.name;
        let why = concat(&[name, " must be ", &expected(property), ", not ", &given.kind(), "."]);
        return Err(Error::invalid(name, &why));
    }
    check_bounds(given, shape, property)
}

fn fits(shape: Shape, kind: Kind) -> bool {
    match kind {
        Kind::String => matches!(shape, Shape::Text(_)),
        Kind::Number => matches!(shape, Shape::Number(_)),
        Kind::Integer => matches!(shape, Shape::Number(Some(number)) if number.fract() == 0.0),
        Kind::Boolean => shape == Shape::Bool,
        Kind::Array => matches!(shape, Shape::List(_) | Shape::Texts(..) | Shape::Numbers(..)),
        Kind::Object => shape == Shape::Object,
        // `{ body, contentType }` is media as well.
        Kind::Media => matches!(
            shape,
            Shape::Media(_) | Shape::Text(_) | Shape::Numbers(..) | Shape::Object | Shape::List(0)
        ),
    }
}

fn check_bounds(given: Given<'_>, shape: Shape, property: &Property) -> Result<(), Error> {
    let name = property.name;
    let refuse = |why: String| Err(Error::invalid(name, &concat(&[name, " ", &why, "."])));
    match shape {
        Shape::Number(Some(number))
            if property.minimum.is_some_and(|least| number < least)
                || property.maximum.is_some_and(|most| number > most) =>
        {
            return refuse(concat(&["must be ", &expected(property)]));
        }
        Shape::Text(length) if !property.kinds.contains(&Kind::Media) => {
            if length == 0 && property.min_length.unwrap_or(0) > 0 {
                return refuse("is empty".into());
            }
            if let Some(most) = property.max_length.filter(|most| length > *most as usize) {
                return refuse(format!("has {length} characters; the most are {most}"));
            }
            if !property.values.is_empty() {
                let text = given.head().unwrap_or_default();
                if !property.values.contains(&text.as_str()) {
                    return refuse(concat(&["must be ", &expected(property)]));
                }
            }
        }
        Shape::Text(0) | Shape::Media(Some(0)) | Shape::List(0) if property.kinds.contains(&Kind::Media) => {
            return refuse("is empty".into());
        }
        Shape::Numbers(_, false) if property.kinds.contains(&Kind::Media) => {
            return refuse("has numbers that are no bytes: whole ones from 0 to 255".into());
        }
        Shape::List(count) | Shape::Texts(count, _) | Shape::Numbers(count, _) => {
            let least = property.min_items.unwrap_or(0) as usize;
            if count < least {
                return refuse(if count == 0 {
                    "is empty".into()
                } else {
                    format!("has fewer than {least} items")
                });
            }
            if let Some(most) = property.max_items.filter(|most| count > *most as usize) {
                return refuse(format!("has {count} items; the most are {most}"));
            }
            if let Shape::Texts(_, Some(at)) = shape
                && property.min_length.unwrap_or(0) > 0
            {
                return refuse(format!("has an empty string at {at}"));
            }
        }
        _ => {}
    }
    Ok(())
}

/// What a member should be, for a sentence.
pub fn expected(property: &Property) -> String {
    if !property.values.is_empty() {
        // Of a long list its beginning says enough.
        let shown = property.values.iter().take(40).map(|value| format!("{value:?}")).collect::<Vec<_>>();
        let more = if property.values.len() > shown.len() { ", …" } else { "" };
        return format!("one of {}{more}", shown.join(", "));
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
    let kinds = kinds.collect::<Vec<_>>().join(" or ");
    match (property.minimum, property.maximum) {
        (Some(least), Some(most)) => format!("{kinds} from {least} to {most}"),
        (Some(least), None) => format!("{kinds} of at least {least}"),
        (None, Some(most)) => format!("{kinds} of at most {most}"),
        (None, None) => kinds,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    fn refused(shape: InputShape, input: &str) -> Option<String> {
        let value = json::parse(input.as_bytes()).unwrap();
        check(Given::new(value), shape).err().and_then(|error| error.field.clone())
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
}
