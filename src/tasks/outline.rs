//! The outline of a caller's input: what JavaScript tells of it, so that neither long texts nor media ever come here.
//!
//! `pkg-template/tasks/outline.js` writes it as JSON: short values as they are, and in the place of others what they are:
//!
//! | in the outline | stands for |
//! |---|---|
//! | `{"$":"text","length":n,"head":"…"}` | a long text; `head` is how it begins |
//! | `{"$":"texts","length":n,"empty":i}` | a long list of texts; `i` is the first empty one, or -1 |
//! | `{"$":"numbers","length":n,"bytes":b}` | a long list of numbers; `b`, whether all are bytes |
//! | `{"$":"media","length":n,"type":"…","form":"bytes"}` | bytes, a blob, a stream, a response; no length where it is not known |
//! | `{"$":"form"}` | a `FormData` |
//! | `{"$":"a function"}` and the like | what JSON cannot say |

use crate::wire::json::Value;

/// What an input's member is.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a>(Value<'a>);

/// The kind of a member.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// Not there.
    Nothing,
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number; none for one that this module cannot read exactly.
    Number(Option<f64>),
    /// A text and its length in UTF-16 units.
    Text(usize),
    /// A list of texts, how many, and the place of the first empty one.
    Texts(usize, Option<usize>),
    /// A list of numbers, how many, and whether all of them are bytes.
    Numbers(usize, bool),
    /// Another list.
    List(usize),
    /// Bytes in one of their forms, and how many where that is known.
    Media(Option<usize>),
    /// A `FormData`
    Form,
    /// An object.
    Object,
    /// Something that no service takes.
    Strange,
}

impl<'a> Given<'a> {
    /// Wraps a value of an outline.
    pub fn new(value: Value<'a>) -> Self {
        Self(value)
    }

    /// The outline itself.
    pub fn value(&self) -> Value<'a> {
        self.0
    }

    /// A member that is there and not null.
    pub fn get(&self, name: &str) -> Option<Given<'a>> {
        self.0.get(name).filter(|value| !value.is_null()).map(Given)
    }

    /// The members of an object.
    pub fn members(&self) -> impl Iterator<Item = (String, Given<'a>)> + use<'a> {
        self.0.entries().map(|(key, value)| {
            let mut name = Vec::new();
            crate::wire::json::unescape(key.raw(), &mut name);
            (crate::text::lossy(&name), Given(value))
        })
    }

    /// The items of a list that is written out.
    pub fn items(&self) -> impl Iterator<Item = Given<'a>> + use<'a> {
        self.0.items().map(Given)
    }

    /// A short text itself, or how a long one begins.
    pub fn head(&self) -> Option<String> {
        self.0.text().or_else(|| self.0.get("head")?.text())
    }

    /// The type that a blob, a response or a data URL names.
    pub fn media_type(&self) -> Option<String> {
        if let Some(stated) = self.0.get("type").and_then(|stated| stated.text()) {
            return Some(stated).filter(|stated| !stated.is_empty());
        }
        let head = self.head()?;
        let (stated, _) = head.strip_prefix("data:")?.split_once([';', ','])?;
        Some(stated.to_owned()).filter(|stated| !stated.is_empty())
    }

    /// What it is.
    pub fn shape(&self) -> Shape {
        let value = self.0;
        if let Some(sign) = value.get("$") {
            let length = value.get("length").and_then(|length| length.as_i64());
            let length = length.and_then(|length| usize::try_from(length).ok());
            return match sign.text().unwrap_or_default().as_str() {
                "text" => Shape::Text(length.unwrap_or(0)),
                "texts" => Shape::Texts(length.unwrap_or(0), index(value.get("empty"))),
                "numbers" => {
                    let bytes = value.get("bytes").and_then(|bytes| bytes.as_bool()).unwrap_or(false);
                    Shape::Numbers(length.unwrap_or(0), bytes)
                }
                "media" => Shape::Media(length),
                "form" => Shape::Form,
                "list" => Shape::List(length.unwrap_or(0)),
                _ => Shape::Strange,
            };
        }
        if value.is_object() {
            return Shape::Object;
        }
        if value.is_array() {
            return list(value);
        }
        match value.text() {
            Some(text) => Shape::Text(text.encode_utf16().count()),
            None if value.is_null() => Shape::Null,
            None if value.as_bool().is_some() => Shape::Bool,
            None => Shape::Number(number(value)),
        }
    }

    /// What it is, for a sentence.
    pub fn kind(&self) -> String {
        match self.shape() {
            Shape::Nothing => "nothing".into(),
            Shape::Null => "null".into(),
            Shape::Bool => "a boolean".into(),
            Shape::Number(_) => "a number".into(),
            Shape::Text(0) => "an empty string".into(),
            Shape::Text(_) => "a string".into(),
            Shape::Texts(0, _) | Shape::Numbers(0, _) | Shape::List(0) => "an empty array".into(),
            Shape::Texts(..) => "an array of strings".into(),
            Shape::Numbers(..) => "an array of numbers".into(),
            Shape::List(_) => "an array".into(),
            Shape::Media(_) => "bytes".into(),
            Shape::Form => "a form".into(),
            Shape::Object => "an object".into(),
            Shape::Strange => self.0.get("$").and_then(|sign| sign.text()).unwrap_or_default(),
        }
    }
}

/// A list that is written out, by what is in it.
fn list(value: Value<'_>) -> Shape {
    let (mut count, mut texts, mut numbers, mut bytes) = (0, true, true, true);
    let mut empty = None;
    for item in value.items() {
        let shape = Given(item).shape();
        match shape {
            Shape::Text(0) => empty = empty.or(Some(count)),
            Shape::Text(_) => {}
            _ => texts = false,
        }
        match shape {
            Shape::Number(Some(number)) => bytes &= number.fract() == 0.0 && (0.0..=255.0).contains(&number),
            Shape::Number(None) => bytes = false,
            _ => numbers = false,
        }
        count += 1;
    }
    match () {
        () if count == 0 => Shape::List(0),
        () if texts => Shape::Texts(count, empty),
        () if numbers => Shape::Numbers(count, bytes),
        () => Shape::List(count),
    }
}

fn index(value: Option<Value<'_>>) -> Option<usize> {
    usize::try_from(value?.as_i64()?).ok()
}

/// A number in any spelling that `JSON.stringify` has.
fn number(value: Value<'_>) -> Option<f64> {
    std::str::from_utf8(value.raw()).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    fn shape(text: &str) -> Shape {
        Given::new(json::parse(text.as_bytes()).unwrap()).shape()
    }

    #[test]
    fn what_an_outline_says() {
        assert_eq!(shape("null"), Shape::Null);
        assert_eq!(shape("1e-7"), Shape::Number(Some(1e-7)));
        assert_eq!(shape("\"é😀\""), Shape::Text(3));
        assert_eq!(shape(r#"{"$":"text","length":1000,"head":"data:"}"#), Shape::Text(1000));
        assert_eq!(shape(r#"["a",""]"#), Shape::Texts(2, Some(1)));
        assert_eq!(shape(r#"{"$":"texts","length":40,"empty":-1}"#), Shape::Texts(40, None));
        assert_eq!(shape("[0,255]"), Shape::Numbers(2, true));
        assert_eq!(shape("[0,256]"), Shape::Numbers(2, false));
        assert_eq!(shape("[0,\"a\"]"), Shape::List(2));
        assert_eq!(shape("[]"), Shape::List(0));
        assert_eq!(shape(r#"{"$":"media","form":"stream"}"#), Shape::Media(None));
        assert_eq!(shape(r#"{"$":"a function"}"#), Shape::Strange);
    }

    #[test]
    fn types_come_from_where_they_are_named() {
        let of = |text: &str| Given::new(json::parse(text.as_bytes()).unwrap()).media_type();
        assert_eq!(of(r#"{"$":"media","length":3,"type":"audio/wav"}"#).as_deref(), Some("audio/wav"));
        assert_eq!(of(r#""data:image/png;base64,AAAA""#).as_deref(), Some("image/png"));
        assert_eq!(of(r#""AAAA""#), None);
        assert_eq!(of(r#"{"$":"media","type":""}"#), None);
    }
}
