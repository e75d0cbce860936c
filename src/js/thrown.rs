//! Errors as callers get them: the one class of every failure, which is the package's own JavaScript.

use js_sys::Object;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use crate::error::Error;

// There is one class in the package, and it is the core's.
#[cfg_attr(any(feature = "tasks", feature = "vectors"), wasm_bindgen(raw_module = "./core.js"))]
#[cfg_attr(not(any(feature = "tasks", feature = "vectors")), wasm_bindgen(raw_module = "./error.js"))]
extern "C" {
    type WorkersAIError;
    #[wasm_bindgen(constructor)]
    fn new(fields: &Fields) -> WorkersAIError;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Object)]
    type Fields;
    #[wasm_bindgen(method, setter, structural)]
    fn set_code(this: &Fields, code: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_message(this: &Fields, message: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_retryable(this: &Fields, retryable: bool);
    #[wasm_bindgen(method, setter, structural)]
    fn set_field(this: &Fields, field: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_cause(this: &Fields, cause: &JsValue);
}

/// An error of a caller's input, or of something else that no call has met: what is known of one is not in it.
pub fn thrown(error: &Error, cause: Option<&JsValue>) -> JsValue {
    let fields = Object::new().unchecked_into::<Fields>();
    fields.set_code(error.code.as_str());
    fields.set_message(&error.message);
    fields.set_retryable(error.retryable());
    if let Some(field) = &error.field {
        fields.set_field(field);
    }
    if let Some(cause) = cause {
        fields.set_cause(cause);
    }
    WorkersAIError::new(&fields).into()
}
