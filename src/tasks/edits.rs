//! Edits an input at some places: builds a [`Tree`] in which only the paths to these places are new.

use crate::value::{Members, Shape, Tree, Value};

/// A place in an input.
pub type Place = Vec<Step>;

/// One step to a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A member.
    Name(&'static str),
    /// An item.
    Index(usize),
}

/// An edit at a place.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit<V> {
    /// Replaces the value.
    Put(Tree<V>),
    /// Renames the member.
    Rename(&'static str),
    /// Inserts an item before this one of a list.
    Before(Tree<V>),
}

/// A list of edits.
#[derive(Debug)]
pub struct Edits<V>(Vec<(Place, Edit<V>)>);

impl<V> Default for Edits<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<V: Value> Edits<V> {
    /// Adds an edit. Those of a list must be added in the order of its items, so that a list is traversed
    /// once.
    pub fn add(&mut self, place: &[Step], edit: Edit<V>) {
        self.0.push((place.to_vec(), edit));
    }

    /// True if there are no edits.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// An object with the edits applied.
    pub fn apply(&self, input: &V) -> Members<V> {
        members(&self.0.iter().map(|(place, edit)| (place.as_slice(), edit)).collect::<Vec<_>>(), input)
    }
}

/// Edits with the rest of the path to each.
type Below<'a, V> = [(&'a [Step], &'a Edit<V>)];

fn members<V: Value>(edits: &Below<'_, V>, object: &V) -> Members<V> {
    let mut members = object.members().into_iter().map(|(name, member)| {
        let edits = below(edits, |step| matches!(step, Step::Name(other) if *other == name));
        match edits.as_slice() {
            [([], Edit::Rename(other)), ..] => ((*other).to_owned(), Tree::Value(member)),
            edits => (name, tree(edits, member)),
        }
    });
    let mut members: Members<V> = members.by_ref().collect();
    // Members that are added.
    for (place, edit) in edits {
        if let ([Step::Name(name)], Edit::Put(put)) = (place, edit)
            && !members.iter().any(|(other, _)| other == name)
        {
            members.push(((*name).to_owned(), put.clone()));
        }
    }
    members
}

fn tree<V: Value>(edits: &Below<'_, V>, value: V) -> Tree<V> {
    match edits {
        [] => Tree::Value(value),
        [([], Edit::Put(other)), ..] => other.clone(),
        edits if value.shape() == Shape::Object => Tree::Object(members(edits, &value)),
        edits => {
            let mut waiting = edits;
            let mut items = Vec::new();
            for (index, item) in value.items().into_iter().enumerate() {
                let here = |(place, _): &&(&[Step], &Edit<V>)| place.first() == Some(&Step::Index(index));
                let (own, others) = waiting.split_at(waiting.iter().take_while(here).count());
                waiting = others;
                let mut own = below(own, |_| true);
                own.retain(|(place, edit)| match edit {
                    Edit::Before(other) if place.is_empty() => {
                        items.push(other.clone());
                        false
                    }
                    _ => true,
                });
                items.push(tree(&own, item));
            }
            Tree::List(items)
        }
    }
}

/// The edits below one step.
fn below<'a, V>(edits: &Below<'a, V>, is_step: impl Fn(&Step) -> bool) -> Vec<(&'a [Step], &'a Edit<V>)> {
    let rest = |(place, edit): &(&'a [Step], &'a Edit<V>)| {
        let (first, rest) = place.split_first()?;
        is_step(first).then_some((rest, *edit))
    };
    edits.iter().filter_map(rest).collect()
}

/// A place below another one.
pub fn at(place: &[Step], names: &[&'static str]) -> Place {
    place.iter().cloned().chain(names.iter().map(|name| Step::Name(name))).collect()
}

/// A place in messages: `messages.0.content`.
pub fn field(place: &[Step]) -> String {
    let mut field = String::new();
    for step in place {
        if !field.is_empty() {
            field.push('.');
        }
        match step {
            Step::Name(name) => field.push_str(name),
            Step::Index(index) => field.push_str(&crate::text::decimal(*index as i64)),
        }
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::testing::tree;
    use crate::value::json::Json;

    #[test]
    fn only_the_way_to_what_is_different_is_built_anew() {
        let input = Json::sample(r#"{"a":[{"b":1,"c":2},{"b":3}],"d":{"e":[1]},"f":null}"#);
        let mut edits = Edits::default();
        assert!(edits.is_empty());
        let place = [Step::Name("a"), Step::Index(0), Step::Name("b")];
        edits.add(&place, Edit::Put(Tree::Text("x".into())));
        edits.add(&[Step::Name("f")], Edit::Rename("g"));
        let edited = edits.apply(&input);
        let [(_, Tree::List(items)), (_, Tree::Value(_)), (_, Tree::Value(_))] = edited.as_slice() else {
            panic!("{edited:?}")
        };
        assert!(matches!(items.as_slice(), [Tree::Object(_), Tree::Value(_)]));
        assert_eq!(tree(&Tree::Object(edited)), r#"{"a":[{"b":"x","c":2},{"b":3}],"d":{"e":[1]},"g":null}"#);
        assert_eq!(field(&place), "a.0.b");
    }

    #[test]
    fn items_have_their_own_edits_and_new_members_come_last() {
        let input = Json::sample(r#"{"a":[{"b":1},{},{"b":3,"c":4}]}"#);
        let mut edits = Edits::default();
        for index in [0, 1, 2] {
            let place = [Step::Name("a"), Step::Index(index), Step::Name("b")];
            edits.add(&place, Edit::Put(Tree::Number(index as f64)));
        }
        let edited = tree(&Tree::Object(edits.apply(&input)));
        assert_eq!(edited, r#"{"a":[{"b":0},{"b":1},{"b":2,"c":4}]}"#);
    }

    #[test]
    fn an_item_before_another_one() {
        let input = Json::sample(r#"{"a":[{"b":1},{"b":2}]}"#);
        let mut edits = Edits::default();
        let second = [Step::Name("a"), Step::Index(1)];
        edits.add(&second, Edit::Before(Tree::Text("x".into())));
        edits.add(&at(&second, &["b"]), Edit::Put(Tree::Number(3.0)));
        assert_eq!(tree(&Tree::Object(edits.apply(&input))), r#"{"a":[{"b":1},"x",{"b":3}]}"#);
    }
}
