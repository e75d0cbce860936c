//! The type of a value for messages, and the values that no service accepts.

use crate::value::{Shape, Value};

/// "a string", "an array of numbers", "bytes".
pub fn of<V: Value>(value: &V) -> String {
    of_shape(value, value.shape())
}

/// The same of a value whose shape is known.
pub fn of_shape<V: Value>(value: &V, shape: Shape) -> String {
    let kind = match shape {
        Shape::Number(number) if number.is_nan() => "NaN",
        Shape::Number(f64::INFINITY) => "Infinity",
        Shape::Number(f64::NEG_INFINITY) => "-Infinity",
        Shape::Text(0) => "an empty string",
        Shape::List(0) => "an empty array",
        Shape::Texts(..) => "an array of strings",
        Shape::Numbers(..) => "an array of numbers",
        Shape::Media(_) => "bytes",
        Shape::Form => "a form",
        _ => return value.kind(),
    };
    kind.to_owned()
}

/// A value without a JSON form: a function, a symbol, an infinite number.
pub fn is_unsupported(shape: Shape) -> bool {
    match shape {
        Shape::Other => true,
        Shape::Number(number) => !number.is_finite(),
        _ => false,
    }
}
