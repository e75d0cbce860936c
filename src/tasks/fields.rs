//! The members of an input under the names that its model has for them, and the form of input that they make.

use super::check::{check_property, expected};
use super::outline::{Given, Shape};
use crate::catalog::{InputShape, Property, Variant};
use crate::error::Error;
use crate::text::concat;

/// One member.
#[derive(Debug)]
pub struct Field<'a> {
    /// The caller's name for it.
    pub given_as: String,
    /// The service's name for it.
    pub name: String,
    /// What it is.
    pub given: Given<'a>,
}

/// All members, nothing and `null` left out.
#[derive(Debug)]
pub struct Fields<'a>(Vec<Field<'a>>);

impl<'a> Fields<'a> {
    /// Reads an input. `names` are pairs: a name of the caller's, and what it is short for.
    pub fn read(input: Given<'a>, names: &[(&str, &str)]) -> Result<Self, Error> {
        let mut fields: Vec<Field<'a>> = Vec::new();
        for (given_as, given) in input.members().filter(|(_, given)| given.shape() != Shape::Null) {
            let other = names.iter().find(|(own, _)| *own == given_as);
            let name = other.map_or(given_as.clone(), |(_, name)| (*name).to_owned());
            if let Some(same) = fields.iter().find(|field| field.name == name) {
                let why = [
                    given_as.as_str(),
                    " and ",
                    &same.given_as,
                    " are the same for this model: give one of them.",
                ];
                return Err(Error::invalid(&given_as, &concat(&why)));
            }
            fields.push(Field { given_as, name, given });
        }
        Ok(Self(fields))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Field<'a>> {
        self.0.iter()
    }

    /// One by the service's name.
    pub fn get(&self, name: &str) -> Option<&Field<'a>> {
        self.0.iter().find(|field| field.name == name)
    }

    /// The form that they make of those that a model takes, or what is wrong with the one that they come closest to.
    pub fn check(&self, shape: InputShape) -> Result<&'static Variant, Error> {
        let mut best: Option<((usize, usize), Error)> = None;
        for variant in shape.variants().iter().filter(|variant| variant.property("$body").is_none()) {
            match self.fits(variant) {
                Ok(()) => return Ok(variant),
                Err(error) => {
                    let distance = self.distance(variant);
                    if best.as_ref().is_none_or(|(least, _)| distance < *least) {
                        best = Some((distance, error));
                    }
                }
            }
        }
        let none = || Error::invalid("input", "This model takes its input over a WebSocket: use connect.");
        Err(best.map_or_else(none, |(_, error)| error))
    }

    fn fits(&self, variant: &Variant) -> Result<(), Error> {
        for property in variant.properties {
            match self.get(property.name) {
                None if property.required => {
                    let why = [property.name, " is missing: it must be ", &expected(property), "."];
                    return Err(Error::invalid(property.name, &concat(&why)));
                }
                None => {}
                Some(field) => check_property(field.given, property)?,
            }
        }
        Ok(())
    }

    /// How far the members are from a form: words that it does not have, then members that are missing.
    fn distance(&self, variant: &Variant) -> (usize, usize) {
        let is_other = |property: &Property| {
            let word = self.get(property.name).and_then(|field| field.given.head());
            !property.values.is_empty() && word.is_some_and(|word| !property.values.contains(&word.as_str()))
        };
        let others = variant.properties.iter().filter(|property| is_other(property)).count();
        let required = variant.properties.iter().filter(|property| property.required);
        (others, required.filter(|property| self.get(property.name).is_none()).count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    fn variant(shape: InputShape, input: &str) -> Result<&'static str, String> {
        let value = json::parse(input.as_bytes()).unwrap();
        let fields = Fields::read(Given::new(value), &[("prompt", "question")]);
        let checked = fields.and_then(|fields| fields.check(shape));
        checked.map(|variant| variant.name).map_err(|error| error.field.clone().unwrap_or_default())
    }

    #[test]
    fn words_tell_forms_apart() {
        let moondream = |input| variant(InputShape::VisionMoondream, input);
        assert_eq!(moondream(r#"{"question":"?"}"#), Ok("query"));
        assert_eq!(moondream(r#"{"task":"caption","image":"AAAA"}"#), Ok("caption"));
        assert_eq!(moondream(r#"{"task":"detect","image":"AAAA","target":null}"#), Ok("detect"));
        assert_eq!(moondream(r#"{"task":"caption"}"#), Err("image".into()));
        assert_eq!(
            moondream(r#"{"task":"point","image":"AAAA","max_objects":0}"#),
            Err("max_objects".into())
        );
        assert_eq!(moondream(r#"{"task":"dance"}"#), Err("task".into()));
    }

    #[test]
    fn one_thing_has_one_name() {
        assert_eq!(
            variant(InputShape::VisionMoondream, r#"{"prompt":"?","question":"?"}"#),
            Err("question".into())
        );
        assert_eq!(variant(InputShape::VisionMoondream, r#"{"prompt":1}"#), Err("question".into()));
    }

    #[test]
    fn what_comes_over_a_socket_is_no_input() {
        assert_eq!(variant(InputShape::SpeechFlux, "{}").unwrap_err(), "encoding");
    }
}
