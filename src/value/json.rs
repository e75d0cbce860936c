//! A [`Value`] of JSON, with media in a program's form: for plain Rust programs, and for tests of code that
//! reads a [`Value`].

use serde::{Serialize, Serializer};

use super::{HEAD, MediaForm, Shape, Value};
use crate::text::{concat, lossy};
use crate::wire::json;

/// A JSON value, or media.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number.
    Number(f64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object; its members keep their order.
    Object(Vec<(String, Json)>),
    /// Bytes, and their declared media type.
    Media {
        /// Their form.
        form: MediaForm,
        /// Their number, if known.
        length: Option<usize>,
        /// The declared type.
        media_type: Option<String>,
    },
    /// A form.
    Form,
    /// A value without a JSON form: its type, such as "a function".
    Other(String),
}

impl Json {
    /// Parses JSON text.
    pub fn parse(text: &[u8]) -> Result<Self, json::Invalid> {
        json::parse(text).map(|value| Self::of(value, false))
    }

    /// Parses JSON text in which `{"$":"media","form":"blob","length":3,"type":"image/png"}` stands for
    /// media, `{"$":"form"}` for a form, `{"$":"text","length":n}` for a string of that length,
    /// `{"$":"numbers","length":n}` for this many bytes and `{"$":"a function"}` for a value without a JSON
    /// form. For tests; panics on invalid JSON.
    #[cfg(test)]
    pub fn sample(text: &str) -> Self {
        Self::of(json::parse(text.as_bytes()).unwrap(), true)
    }

    fn of(value: json::Value<'_>, signs: bool) -> Self {
        if signs && let Some(sign) = value.get("$").and_then(|sign| sign.text()) {
            return signed(&sign, value);
        }
        match value.kind() {
            json::Kind::Null => Json::Null,
            json::Kind::Bool => Json::Boolean(value.as_bool() == Some(true)),
            json::Kind::Number => {
                let text = std::str::from_utf8(value.raw()).unwrap_or_default();
                Json::Number(text.parse().unwrap_or(f64::NAN))
            }
            json::Kind::String => Json::Text(value.text().unwrap_or_default()),
            json::Kind::Array => Json::List(value.items().map(|item| Self::of(item, signs)).collect()),
            json::Kind::Object => {
                let members = value.entries().map(|(key, member)| {
                    let mut name = Vec::new();
                    json::unescape(key.raw(), &mut name);
                    (lossy(&name), Self::of(member, signs))
                });
                Json::Object(members.collect())
            }
        }
    }
}

impl Serialize for Json {
    /// Media, forms and values without a JSON form are serialized like by [`Value::to_json`].
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null | Json::Other(_) => serializer.serialize_unit(),
            Json::Boolean(flag) => serializer.serialize_bool(*flag),
            Json::Number(number) => serializer.serialize_f64(*number),
            Json::Text(text) => serializer.serialize_str(text),
            Json::List(items) => serializer.collect_seq(items),
            Json::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, member)| (name, member)))
            }
            Json::Media { .. } | Json::Form => serializer.collect_map::<&str, &str, _>([]),
        }
    }
}

fn signed(sign: &str, value: json::Value<'_>) -> Json {
    let number = |name: &str| value.get(name).and_then(|number| number.as_i64());
    let length = number("length").and_then(|length| usize::try_from(length).ok());
    match sign {
        "media" => {
            let form = value.get("form").and_then(|form| form.text()).unwrap_or_default();
            let form = match form.as_str() {
                "blob" => MediaForm::Blob,
                "stream" => MediaForm::Stream,
                "response" => MediaForm::Response(number("status").unwrap_or(200) as u16),
                _ => MediaForm::Bytes,
            };
            let media_type = value.get("type").and_then(|stated| stated.text());
            Json::Media { form, length, media_type: media_type.filter(|stated| !stated.is_empty()) }
        }
        "form" => Json::Form,
        "text" => {
            let head = value.get("head").and_then(|head| head.text()).unwrap_or_default();
            let rest = length.unwrap_or(0).saturating_sub(head.len());
            Json::Text(concat(&[&head, &"x".repeat(rest)]))
        }
        "texts" => {
            let empty = number("empty").unwrap_or(-1);
            let text = |at: usize| Json::Text(if at as i64 == empty { "" } else { "x" }.to_owned());
            Json::List((0..length.unwrap_or(0)).map(text).collect())
        }
        "numbers" => {
            let bytes = value.get("bytes").and_then(|bytes| bytes.as_bool()) != Some(false);
            Json::List(vec![Json::Number(if bytes { 1.0 } else { 256.0 }); length.unwrap_or(0)])
        }
        "list" => Json::List(vec![Json::Object(Vec::new()); length.unwrap_or(0)]),
        "Infinity" => Json::Number(f64::INFINITY),
        "-Infinity" => Json::Number(f64::NEG_INFINITY),
        "NaN" => Json::Number(f64::NAN),
        other => Json::Other(other.to_owned()),
    }
}

impl Value for Json {
    fn member(&self, name: &'static str) -> Option<Self> {
        let Json::Object(members) = self else { return None };
        // Of duplicate names the last one counts, as in JavaScript.
        members.iter().rev().find(|(own, _)| own == name).map(|(_, member)| member.clone())
    }

    fn pairs(&self) -> Option<Vec<(Self, Option<Self>)>> {
        match self {
            Json::Object(members) => {
                let pair = |(name, value): &(String, Json)| (Json::Text(name.clone()), Some(value.clone()));
                Some(members.iter().map(pair).collect())
            }
            Json::List(items) => Some(
                items
                    .iter()
                    .map(|item| {
                        let parts = item.items();
                        (parts.first().cloned().unwrap_or(Json::Null), parts.get(1).cloned())
                    })
                    .collect(),
            ),
            _ => None,
        }
    }

    fn members(&self) -> Vec<(String, Self)> {
        match self {
            Json::Object(members) => members.clone(),
            _ => Vec::new(),
        }
    }

    fn items(&self) -> Vec<Self> {
        match self {
            Json::List(items) => items.clone(),
            _ => Vec::new(),
        }
    }

    fn shape(&self) -> Shape {
        match self {
            Json::Null => Shape::Null,
            Json::Boolean(_) => Shape::Boolean,
            Json::Number(number) => Shape::Number(*number),
            Json::Text(text) => Shape::Text(text.encode_utf16().count()),
            Json::List(items) => list_shape(items),
            Json::Object(_) => Shape::Object,
            Json::Media { length, .. } => Shape::Media(*length),
            Json::Form => Shape::Form,
            Json::Other(_) => Shape::Other,
        }
    }

    fn text(&self) -> Option<String> {
        match self {
            Json::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    fn head(&self) -> Option<String> {
        let Json::Text(text) = self else { return None };
        Some(text.chars().take(HEAD).collect())
    }

    fn boolean(&self) -> Option<bool> {
        match self {
            Json::Boolean(flag) => Some(*flag),
            _ => None,
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Json::Number(number) => Some(*number),
            _ => None,
        }
    }

    fn media(&self) -> Option<MediaForm> {
        match self {
            Json::Media { form, .. } => Some(*form),
            _ => None,
        }
    }

    fn stated_type(&self) -> Option<String> {
        match self {
            Json::Media { media_type, .. } => media_type.clone(),
            _ => None,
        }
    }

    fn kind(&self) -> String {
        match self {
            Json::Null => "null",
            Json::Boolean(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::Text(_) => "a string",
            Json::List(_) => "an array",
            Json::Object(_) => "an object",
            Json::Media { .. } => "bytes",
            Json::Form => "a form",
            Json::Other(kind) => kind,
        }
        .to_owned()
    }

    fn to_json(&self) -> Option<String> {
        let quoted = |text: &str| {
            let mut out = String::new();
            crate::wire::write::quote(text, &mut out);
            out
        };
        Some(match self {
            Json::Null => "null".to_owned(),
            Json::Boolean(flag) => flag.to_string(),
            Json::Number(number) if number.is_finite() => number.to_string(),
            Json::Number(_) => "null".to_owned(),
            Json::Text(text) => quoted(text),
            Json::List(items) => {
                let items = items.iter().map(|item| item.to_json().unwrap_or_else(|| "null".to_owned()));
                concat(&["[", &items.collect::<Vec<_>>().join(","), "]"])
            }
            Json::Object(members) => {
                let member =
                    |(name, member): &(String, Json)| Some(concat(&[&quoted(name), ":", &member.to_json()?]));
                concat(&["{", &members.iter().filter_map(member).collect::<Vec<_>>().join(","), "}"])
            }
            Json::Media { .. } | Json::Form => "{}".to_owned(),
            Json::Other(_) => return None,
        })
    }
}

fn list_shape(items: &[Json]) -> Shape {
    if items.is_empty() {
        return Shape::List(0);
    }
    if items.iter().all(|item| matches!(item, Json::Text(_))) {
        let empty = items.iter().position(|item| matches!(item, Json::Text(text) if text.is_empty()));
        return Shape::Texts(items.len(), empty);
    }
    let byte = |number: &f64| number.fract() == 0.0 && (0.0..=255.0).contains(number);
    if items.iter().all(|item| matches!(item, Json::Number(_))) {
        let bytes = items.iter().all(|item| matches!(item, Json::Number(number) if byte(number)));
        return Shape::Numbers(items.len(), bytes);
    }
    Shape::List(items.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        for (text, shape) in [
            ("null", Shape::Null),
            ("1e-7", Shape::Number(1e-7)),
            ("\"é😀\"", Shape::Text(3)),
            (r#"{"$":"text","length":1000,"head":"data:"}"#, Shape::Text(1000)),
            (r#"["a",""]"#, Shape::Texts(2, Some(1))),
            (r#"{"$":"texts","length":40,"empty":-1}"#, Shape::Texts(40, None)),
            ("[0,255]", Shape::Numbers(2, true)),
            ("[0,256]", Shape::Numbers(2, false)),
            ("[0,\"a\"]", Shape::List(2)),
            ("[]", Shape::List(0)),
            (r#"{"$":"media","form":"stream"}"#, Shape::Media(None)),
            (r#"{"$":"a function"}"#, Shape::Other),
        ] {
            assert_eq!(Json::sample(text).shape(), shape, "{text}");
        }
    }

    #[test]
    fn types_come_from_where_they_are_named() {
        let of = |text: &str| Json::sample(text).media_type();
        assert_eq!(of(r#"{"$":"media","length":3,"type":"audio/wav"}"#).as_deref(), Some("audio/wav"));
        assert_eq!(of(r#""data:image/png;base64,AAAA""#).as_deref(), Some("image/png"));
        assert_eq!(of(r#""AAAA""#), None);
        assert_eq!(of(r#"{"$":"media","type":""}"#), None);
    }

    #[test]
    fn json_text_and_back() {
        let text = r#"{"a":[1,"b",null,true],"c":{"d":0.5}}"#;
        assert_eq!(Json::parse(text.as_bytes()).unwrap().to_json().as_deref(), Some(text));
        assert!(Json::parse(b"{").is_err());
    }
}
