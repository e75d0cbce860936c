//! Failures of this module, as JavaScript gets them.

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

use crate::error::{Code, Error};
use crate::js::error::to_js;
use crate::js::fields::Fields;
use crate::js::package::WorkersAIError;
use crate::js::value::member;

/// The refusal of an input, with what the caller's own code has thrown.
pub fn refused_by(field: &str, message: &str, cause: &JsValue) -> JsValue {
    to_js(&Error::invalid(field, message), Some(cause))
}

/// A whole answer that is not the value that was asked for.
#[derive(Debug)]
pub struct NoObject {
    /// What happened and what to do. Nothing of the answer.
    pub message: String,
    /// What the model has said.
    pub text: String,
    /// What is wrong with it by the schema.
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

/// Sets a member of an error, or of whatever else was thrown, where it can be set.
pub fn add(error: &JsValue, name: &'static str, value: &JsValue) {
    if error.is_object() {
        // An error that is frozen stays as it is.
        let _ = Reflect::set(error, &name.into(), value);
    }
}
