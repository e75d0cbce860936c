//! The members of an input under the names of its model, and the form of input that they make.

use super::check::{check_shape, missing};
use super::kind;
use crate::catalog::{InputShape, Property, Variant};
use crate::error::Error;
use crate::text::concat;
use crate::value::{Shape, Value};

/// One member.
#[derive(Debug)]
pub struct Field<V> {
    /// The caller's name.
    pub alias: String,
    /// The service's name.
    pub name: String,
    /// The caller's value.
    pub value: V,
    /// Its shape.
    pub shape: Shape,
}

impl<V: Value> Field<V> {
    /// Its type, for a message.
    pub fn kind(&self) -> String {
        kind::of_shape(&self.value, self.shape)
    }
}

/// All members except for `null`.
#[derive(Debug)]
pub struct Fields<V>(Vec<Field<V>>);

impl<V: Value> Fields<V> {
    /// Reads an input. `names` are pairs: a caller's name, and the service's name.
    pub fn read(input: &V, names: &[(&str, &str)]) -> Result<Self, Error> {
        let mut fields: Vec<Field<V>> = Vec::new();
        for (alias, value) in input.members() {
            let shape = value.shape();
            if shape == Shape::Null {
                continue;
            }
            let other = names.iter().find(|(own, _)| *own == alias);
            let name = other.map_or(alias.clone(), |(_, name)| (*name).to_owned());
            if let Some(same) = fields.iter().find(|field| field.name == name) {
                let why =
                    [alias.as_str(), " and ", &same.alias, " are the same for this model: give one of them."];
                return Err(Error::invalid(&alias, &concat(&why)));
            }
            fields.push(Field { alias, name, value, shape });
        }
        Ok(Self(fields))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Field<V>> {
        self.0.iter()
    }

    /// A field by the service's name.
    pub fn get(&self, name: &str) -> Option<&Field<V>> {
        self.0.iter().find(|field| field.name == name)
    }

    /// The form of the model's input that they match, or the error relative to the most similar form.
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
        for property in variant.properties() {
            match self.get(property.name) {
                None if property.required => return Err(missing(property)),
                None => {}
                Some(field) => check_shape(&field.value, field.shape, property)?,
            }
        }
        Ok(())
    }

    /// The distance of the members from a form: unknown names, then missing members.
    fn distance(&self, variant: &Variant) -> (usize, usize) {
        let is_other = |property: &Property| {
            let word = self.get(property.name).and_then(|field| field.value.head());
            !property.values.is_empty() && word.is_some_and(|word| !property.values.contains(&word.as_str()))
        };
        let others = variant.properties().filter(|property| is_other(property)).count();
        let required = variant.properties().filter(|property| property.required);
        (others, required.filter(|property| self.get(property.name).is_none()).count())
    }
}

impl<V> IntoIterator for Fields<V> {
    type Item = Field<V>;
    type IntoIter = std::vec::IntoIter<Field<V>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json::Json;

    fn variant(shape: InputShape, input: &str) -> Result<&'static str, String> {
        let fields = Fields::read(&Json::sample(input), &[("prompt", "question")]);
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
