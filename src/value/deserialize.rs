//! Reads typed structures out of a [`Value`], by serde.
//!
//! A mismatch has no text: whoever reads says itself what is missing, and formatting of numbers and types stays out of the wasm.

use std::fmt;

use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::{Shape, Value};

/// Reads a `T`; its default where the value is none.
pub fn read<T: DeserializeOwned + Default, V: Value>(value: &V) -> T {
    T::deserialize(Deserializer(value.clone())).unwrap_or_default()
}

/// A value is not of the type that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mismatch;

impl fmt::Display for Mismatch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the value has another type")
    }
}

impl std::error::Error for Mismatch {}

impl de::Error for Mismatch {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Mismatch
    }
    // The defaults format what is wrong before they hand it to `custom`.
    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Mismatch
    }
    fn invalid_value(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Mismatch
    }
    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        Mismatch
    }
}

struct Deserializer<V>(V);

impl<'de, V: Value> de::Deserializer<'de> for Deserializer<V> {
    type Error = Mismatch;

    fn deserialize_any<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, Mismatch> {
        match self.0.shape() {
            Shape::Null => visitor.visit_unit(),
            Shape::Boolean => visitor.visit_bool(self.0.boolean() == Some(true)),
            Shape::Number(number) => visitor.visit_f64(number),
            Shape::Text(_) => visitor.visit_string(self.0.text().unwrap_or_default()),
            Shape::Texts(..) | Shape::Numbers(..) | Shape::List(_) => {
                visitor.visit_seq(Items(self.0.items().into_iter()))
            }
            Shape::Media(_) | Shape::Form | Shape::Object | Shape::Other => Err(Mismatch),
        }
    }

    fn deserialize_option<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, Mismatch> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_struct<T: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: T,
    ) -> Result<T::Value, Mismatch> {
        if !self.0.is_object() {
            return Err(Mismatch);
        }
        visitor.visit_map(Members { object: self.0, names: fields.iter(), next: None })
    }

    forward_to_deserialize_any! {
        <T: Visitor<'de>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct Items<V>(std::vec::IntoIter<V>);

impl<'de, V: Value> SeqAccess<'de> for Items<V> {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Mismatch> {
        self.0.next().map(|item| seed.deserialize(Deserializer(item))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// The members that a type has fields for, and no others.
struct Members<V> {
    object: V,
    names: std::slice::Iter<'static, &'static str>,
    next: Option<V>,
}

impl<'de, V: Value> MapAccess<'de> for Members<V> {
    type Error = Mismatch;

    fn next_key_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Mismatch> {
        for name in self.names.by_ref() {
            self.next = self.object.get(name);
            if self.next.is_some() {
                return seed.deserialize((*name).into_deserializer()).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Mismatch> {
        seed.deserialize(Deserializer(self.next.take().ok_or(Mismatch)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json::Json;
    use serde::Deserialize;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Outer {
        text: String,
        count: Option<f64>,
        flags: Vec<bool>,
        inner: Vec<Inner>,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    struct Inner {
        #[serde(rename = "x_min")]
        x: f64,
    }

    fn outer(text: &str) -> Outer {
        read(&Json::sample(text))
    }

    #[test]
    fn members_are_read_by_their_names() {
        assert_eq!(
            outer(
                r#"{"text":"a","count":1.5,"flags":[true,false],"inner":[{"x_min":2,"y":{}}],"more":{"$":"form"}}"#
            ),
            Outer {
                text: "a".into(),
                count: Some(1.5),
                flags: vec![true, false],
                inner: vec![Inner { x: 2.0 }]
            }
        );
        assert_eq!(outer(r#"{"count":null,"flags":[],"text":null}"#), Outer::default());
    }

    #[test]
    fn a_mismatch_gives_the_default() {
        for text in ["null", "5", "[]", r#"{"text":"a","count":"b"}"#, r#"{"text":"a","inner":[{}]}"#] {
            assert_eq!(outer(text), Outer::default(), "{text}");
        }
    }
}
