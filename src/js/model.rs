//! The model argument.

use wasm_bindgen::prelude::*;

use crate::error::Error;
use crate::js::value::kind_of;
use crate::text::concat;

/// Its id; only its type is checked.
pub fn model_id(model: &JsValue) -> Result<String, Error> {
    model.as_string().ok_or_else(|| {
        let why = ["The model must be a string such as @cf/author/model, not ", kind_of(model), "."];
        Error::invalid("model", &concat(&why))
    })
}
