//! What goes on the wire, as a pattern that JavaScript fills in with the caller's own values, so that these never come here.
//!
//! A pattern is JSON, in which two kinds of object stand for values:
//! - `{"$ref":["contexts",3]}`: the caller's value at that path;
//! - `{"$media":["audio"],"as":"base64"}`: the same, turned into one of the forms of [`crate::catalog::Wire`].

use super::outline::Given;
use crate::wire::write::Writer;

/// A step of a path into the caller's input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step<'a> {
    /// A member.
    Name(&'a str),
    /// An item.
    Index(usize),
    /// The item that this request of several is for.
    Each,
}

/// Writes the caller's value at a path.
pub fn reference(out: &mut Writer, name: &str, path: &[Step<'_>]) {
    out.member(name, |out| write_path(out, "$ref", path));
}

/// Writes media at a path, in a form by its name. `content_type` is for forms that carry one.
pub fn media(out: &mut Writer, name: &str, path: &[Step<'_>], form: &str, content_type: Option<&str>) {
    out.member(name, |out| media_here(out, path, form, content_type));
}

/// The same in an object that is open already.
pub fn media_here(out: &mut Writer, path: &[Step<'_>], form: &str, content_type: Option<&str>) {
    write_path(out, "$media", path);
    out.text("as", form);
    out.some_text("type", content_type);
}

/// Writes the caller's value at a path in the place of an object that is open already.
pub fn reference_here(out: &mut Writer, path: &[Step<'_>]) {
    write_path(out, "$ref", path);
}

fn write_path(out: &mut Writer, sign: &str, path: &[Step<'_>]) {
    out.list(sign, |out| {
        for step in path {
            match step {
                Step::Name(name) => out.text_item(name),
                Step::Index(index) => out.raw_item(&crate::text::decimal(*index as i64)),
                Step::Each => out.raw_item("null"),
            }
        }
    });
}

/// Passes on all members of an input but those that are named.
pub fn pass(out: &mut Writer, input: Given<'_>, but: &[&str]) {
    for (name, _) in input.members() {
        if !but.contains(&name.as_str()) {
            reference(out, &name, &[Step::Name(&name)]);
        }
    }
}
