//! Validates options that are whole numbers in a range.

use wasm_bindgen::prelude::*;

use crate::error::Error;
use crate::js::value::member;
use crate::text::{concat, decimal};

/// JavaScript's `Number.MAX_SAFE_INTEGER`.
pub const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// Reads one; `default` if it is absent.
pub fn whole_number(
    options: &JsValue,
    name: &'static str,
    default: f64,
    least: f64,
    most: f64,
) -> Result<f64, Error> {
    let value = member(options, name);
    let value = if value.is_undefined() || value.is_null() { Some(default) } else { value.as_f64() };
    if let Some(value) = value.filter(|value| value.fract() == 0.0 && (least..=most).contains(value)) {
        return Ok(value);
    }
    let (least, upper) = (decimal(least as i64), decimal(most as i64));
    let range = if most == MAX_SAFE_INTEGER {
        concat(&["of at least ", &least])
    } else {
        concat(&["from ", &least, " to ", &upper])
    };
    Err(Error::invalid(name, &concat(&[name, " must be a whole number ", &range, "."])))
}
