//! Decodes typed structures from a [`Value`]: answers of the service.
//!
//! Every member is optional: one of an unexpected type counts as absent, since services add and change
//! members. `serde::Deserialize` would add error texts, and several times the code per structure, mostly for
//! members in any order and duplicates.

use super::Value;

/// A type that can be decoded from a value.
pub trait FromValue: Sized {
    /// None if the value has another type.
    fn from_value<V: Value>(value: &V) -> Option<Self>;
}

/// Numbers and booleans are accepted as texts.
impl FromValue for String {
    fn from_value<V: Value>(value: &V) -> Option<Self> {
        let number = || value.number().filter(|number| number.is_finite()).map(crate::text::number);
        let flag = || value.boolean().map(|flag| if flag { "true" } else { "false" }.to_owned());
        value.text().or_else(number).or_else(flag)
    }
}

impl FromValue for f64 {
    fn from_value<V: Value>(value: &V) -> Option<Self> {
        // JSON has no infinite numbers, but numbers that overflow.
        value.number().filter(|number| number.is_finite())
    }
}

impl FromValue for bool {
    fn from_value<V: Value>(value: &V) -> Option<Self> {
        value.boolean()
    }
}

/// Items of another type become the default.
impl<T: FromValue + Default> FromValue for Vec<T> {
    fn from_value<V: Value>(value: &V) -> Option<Self> {
        let items = value.items();
        if items.is_empty() && !value.is_list() {
            return None;
        }
        Some(items.iter().map(|item| T::from_value(item).unwrap_or_default()).collect())
    }
}

/// A member, if it is present and of the right type.
#[inline(never)]
pub fn member<T: FromValue, V: Value>(object: &V, name: &'static str) -> Option<T> {
    T::from_value(&object.get(name)?)
}

/// Defines structures of optional members, which are decoded by their names, or by the names after an `=`.
macro_rules! answers {
    ($(
        $(#[$about:meta])*
        struct $type:ident { $($(#[$note:meta])* $field:ident $(= $name:literal)?: $kind:ty,)+ }
    )+) => {$(
        $(#[$about])*
        #[derive(Debug, Default)]
        struct $type { $($(#[$note])* $field: Option<$kind>,)+ }

        impl $crate::value::FromValue for $type {
            fn from_value<V: $crate::value::Value>(value: &V) -> Option<Self> {
                // Other values than objects have no members.
                Some(Self {
                    $($field: $crate::value::member(value, $crate::value::answers!(@name $field $($name)?)),)+
                })
            }
        }
    )+};
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $name:literal) => { $name };
}
pub(crate) use answers;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json::Json;

    answers! {
        struct Outer {
            text: String,
            count: f64,
            flags: Vec<bool>,
            inner: Vec<Inner>,
        }

        struct Inner {
            x = "x_min": f64,
        }
    }

    fn outer(text: &str) -> Option<Outer> {
        Outer::from_value(&Json::sample(text))
    }

    #[test]
    fn members_are_read_by_their_names() {
        let read =
            outer(r#"{"text":"a","count":1.5,"flags":[true,"no"],"inner":[{"x_min":2,"y":{}},5]}"#).unwrap();
        assert_eq!((read.text.as_deref(), read.count), (Some("a"), Some(1.5)));
        assert_eq!(read.flags, Some(vec![true, false]));
        let inner = read.inner.unwrap();
        assert_eq!(inner.iter().map(|inner| inner.x).collect::<Vec<_>>(), [Some(2.0), None]);
    }

    #[test]
    fn what_is_of_another_type_is_absent() {
        for (text, read) in [("5", "5"), ("1.50", "1.5"), ("true", "true")] {
            let outer = outer(&[r#"{"text":"#, text, "}"].concat()).unwrap();
            assert_eq!(outer.text.as_deref(), Some(read));
        }
        let read = outer(r#"{"text":[],"count":"1","flags":{},"inner":[]}"#).unwrap();
        assert_eq!((read.text, read.count, read.flags), (None, None, None));
        assert_eq!(read.inner.map(|inner| inner.len()), Some(0));
        assert_eq!(outer(r#"{"count":1e999}"#).unwrap().count, None);
        for text in ["null", "5", "[]", "\"a\""] {
            let read = outer(text).unwrap();
            assert!(read.text.is_none() && read.inner.is_none(), "{text}");
        }
    }
}
