//! An input that goes out as it is, but for some places: the pattern of it ([`super::template`]) from a list of what is different.

use super::outline::{Given, Shape};
use super::template::{Step, reference, reference_here};
use crate::wire::write::Writer;

/// A place in an input.
pub type Place = Vec<At>;

/// One step to a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// A member.
    Name(String),
    /// An item.
    Index(usize),
}

/// What is different at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Something else stands there: the pattern of it.
    Put(String),
    /// The member has another name.
    Rename(&'static str),
}

/// What is different.
#[derive(Debug, Default)]
pub struct Edits(Vec<(Place, Edit)>);

impl Edits {
    /// Adds one.
    pub fn add(&mut self, place: &[At], edit: Edit) {
        self.0.push((place.to_vec(), edit));
    }

    /// Is nothing different?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The pattern of an object with the edits made.
    pub fn pattern(&self, input: Given<'_>) -> String {
        Writer::object(|out| self.members(out, input, &mut Vec::new()))
    }

    fn members(&self, out: &mut Writer, object: Given<'_>, place: &mut Place) {
        for (name, member) in object.members() {
            place.push(At::Name(name.clone()));
            match self.at(place) {
                Some(Edit::Put(pattern)) => out.raw(&name, pattern),
                Some(Edit::Rename(other)) => reference(out, other, &steps(place)),
                None if !self.within(place) => reference(out, &name, &steps(place)),
                None if member.shape() == Shape::Object => {
                    out.member(&name, |out| self.members(out, member, place));
                }
                None => out.list(&name, |out| self.items(out, member, place)),
            }
            place.pop();
        }
    }

    fn items(&self, out: &mut Writer, list: Given<'_>, place: &mut Place) {
        for (index, item) in list.items().enumerate() {
            place.push(At::Index(index));
            match self.at(place) {
                Some(Edit::Put(pattern)) => out.raw_item(pattern),
                None if self.within(place) && item.shape() == Shape::Object => {
                    out.item(|out| self.members(out, item, place));
                }
                // An item has no name; lists in lists have no edits.
                _ => out.item(|out| reference_here(out, &steps(place))),
            }
            place.pop();
        }
    }

    fn at(&self, place: &Place) -> Option<&Edit> {
        self.0.iter().find(|(edited, _)| edited == place).map(|(_, edit)| edit)
    }

    fn within(&self, place: &Place) -> bool {
        self.0.iter().any(|(edited, _)| edited.starts_with(place))
    }
}

fn step(at: &At) -> Step<'_> {
    match at {
        At::Name(name) => Step::Name(name),
        At::Index(index) => Step::Index(*index),
    }
}

/// The same place, for a pattern.
pub fn steps(place: &[At]) -> Vec<Step<'_>> {
    place.iter().map(step).collect()
}

/// A member of the input itself.
pub fn member(name: &str) -> Place {
    vec![At::Name(name.to_owned())]
}

/// A place below another one.
pub fn below(place: &[At], steps: &[&str]) -> Place {
    let names = steps.iter().map(|name| At::Name((*name).to_owned()));
    place.iter().cloned().chain(names).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    #[test]
    fn only_what_is_different_is_written_out() {
        let input = br#"{"a":[{"b":1,"c":2},{"b":3}],"d":{"e":[1]},"f":null}"#;
        let input = Given::new(json::parse(input).unwrap());
        let mut edits = Edits::default();
        assert!(edits.is_empty());
        let place = [At::Name("a".into()), At::Index(0), At::Name("b".into())];
        edits.add(&place, Edit::Put("\"x\"".into()));
        edits.add(&member("f"), Edit::Rename("g"));
        assert_eq!(
            edits.pattern(input),
            concat!(
                r#"{"a":[{"b":"x","c":{"$ref":["a",0,"c"]}},{"$ref":["a",1]}],"#,
                r#""d":{"$ref":["d"]},"g":{"$ref":["f"]}}"#
            )
        );
    }
}
