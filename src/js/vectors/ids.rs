//! Ids between JavaScript and the index.

use js_sys::{Array, JsString};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use crate::error::Error;
use crate::js::error::to_js;
use crate::js::value::{kind_of, list as items};
use crate::text::concat;
use crate::vectors::Id;
use crate::vectors::id::to_utf16;
use crate::vectors::ids::CallerId;

/// Replaces a lone surrogate in decoded text; it may also be in the original text.
const REPLACEMENT: char = '\u{FFFD}';
/// UTF-16 units per call: each one is an argument.
const UNITS: usize = 1024;

/// A caller's list of ids.
pub fn read(list: &JsValue) -> Result<Vec<CallerId>, JsValue> {
    let Some(list) = items(list) else {
        let why = ["ids must be an array, not ", kind_of(list), "."];
        return Err(to_js(&Error::invalid("ids", &concat(&why)), None));
    };
    Ok(list.iter().map(|item| id(&item)).collect())
}

fn id(value: &JsValue) -> CallerId {
    let Some(text) = value.as_string() else {
        let number = value.as_f64().filter(|number| number.is_finite());
        return number.map(Id::Number).ok_or_else(|| kind_of(value));
    };
    if text.contains(REPLACEMENT) {
        let units: Vec<_> = value.unchecked_ref::<JsString>().iter().collect();
        return Ok(Id::from_utf16(&units));
    }
    Ok(Id::Text(text.into_bytes().into()))
}

/// Ids as an array.
pub fn write<'a>(ids: impl ExactSizeIterator<Item = &'a Id>) -> Array {
    let list = Array::new_with_length(ids.len() as u32);
    for (at, id) in ids.enumerate() {
        list.set(at as u32, value(id));
    }
    list
}

/// An id as a JavaScript value.
pub fn value(id: &Id) -> JsValue {
    match id {
        Id::Number(number) => JsValue::from_f64(*number),
        Id::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => JsValue::from_str(text),
            Err(_) => to_utf16(bytes)
                .chunks(UNITS)
                .fold(JsString::from(""), |text, units| text.concat(&JsString::from_char_code(units)))
                .into(),
        },
    }
}
