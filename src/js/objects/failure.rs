//! Failures of this module, as JavaScript values.

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

use crate::error::{Code, Error};
use crate::js::error::to_js;
use crate::js::fields::Fields;
use crate::js::package::WorkersAIError;
use crate::js::value::member;

/// The error of an invalid input, caused by an exception of the caller's code.
pub fn refused_by(field: &str, message: &str, cause: &JsValue) -> JsValue {
    to_js(&Error::invalid(field, message), Some(cause))
}

/// A complete answer that is not the requested value.
#[derive(Debug)]
pub struct NoObject {
    /// What happened and what to do. Contains nothing of the answer.
    pub message: String,
    /// The model's text.
    pub text: String,
    /// The violations of the schema.
    pub issues: Array,
    /// The method's result for the same answer, without the object.
    pub result: JsValue,
}

impl NoObject {
    /// The error.
    pub fn thrown(&self) -> JsValue {
        let meta = member(&self.result, "meta");
        let fields = Fields::default();
        fields.text("code", Some(Code::NoObject.as_str()));
        fields.text("message", Some(&self.message));
        fields.flag("retryable", false);
        for name in ["requestId", "gatewayLogId", "attempts"] {
            copy(&fields, name, &meta);
        }
        for name in ["finishReason", "usage"] {
            copy(&fields, name, &self.result);
        }
        fields.text("text", Some(&self.text));
        fields.value("issues", &self.issues);
        WorkersAIError::new(&fields.done()).into()
    }
}

fn copy(fields: &Fields, name: &'static str, from: &JsValue) {
    let value = member(from, name);
    if !value.is_undefined() {
        fields.value(name, &value);
    }
}

/// Sets a member of an error or another thrown value, if possible.
pub fn add(error: &JsValue, name: &'static str, value: &JsValue) {
    if error.is_object() {
        // A frozen error is left unchanged.
        let _ = Reflect::set(error, &name.into(), value);
    }
}
