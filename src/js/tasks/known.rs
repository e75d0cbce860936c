//! Facts about models, for adapters that are built on the client.

use js_sys::{Array, JSON, Object};
use wasm_bindgen::prelude::*;

use crate::js::fields::Fields;
use crate::js::value::list;
use crate::tasks::{parameters, reasoning};

/// The named parameters that a model supports, see [`parameters::takes`].
#[wasm_bindgen(js_name = takenParameters, skip_typescript)]
pub fn taken_parameters(model: &JsValue, names: &JsValue) -> Array {
    let model = model.as_string().unwrap_or_default();
    let names = list(names).unwrap_or_default();
    names
        .iter()
        .filter(|name| name.as_string().is_some_and(|name| parameters::takes(&model, &name)))
        .collect()
}

/// `{ members, details }`: the parameters for a level of reasoning, and a note for the caller, see
/// [`reasoning::sent`].
#[wasm_bindgen(js_name = reasoningParameters, skip_typescript)]
pub fn reasoning_parameters(model: &JsValue, level: &JsValue) -> Result<Object, JsValue> {
    let level = level.as_string().unwrap_or_default();
    let (sent, details) = reasoning::sent(&model.as_string().unwrap_or_default(), &level);
    let fields = Fields::default();
    if let Some(members) = sent.members() {
        fields.value("members", &JSON::parse(&members)?);
    }
    fields.text("details", details.as_deref());
    Ok(fields.done())
}
