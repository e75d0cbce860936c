//! Failures on their way out to JavaScript.

use js_sys::Object;
use wasm_bindgen::prelude::*;

use super::convert::{get_string, set, set_some};
use super::host;
use crate::error::Error;
use crate::secret::{Secret, redact};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("../error.d.ts");

/// A failure, with what only JavaScript can hold.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What happened.
    pub error: Error,
    /// The original value, if another one was thrown.
    pub cause: Option<JsValue>,
    /// What was received of an answer before it broke.
    pub partial: Option<JsValue>,
}

impl Failure {
    /// Adds the value that was thrown.
    pub fn caused(error: Error, cause: JsValue) -> Self {
        Self { error, cause: Some(cause), partial: None }
    }

    /// A `WorkersAIError` without the secrets.
    pub fn into_js(mut self, secrets: &[Secret]) -> JsValue {
        self.error.message = redact(&self.error.message, secrets);
        let fields = fields(&self.error);
        set_some(&fields, "partial", self.partial);
        set_some(&fields, "cause", self.cause);
        host::error(&fields)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, cause: None, partial: None }
    }
}

/// Makes a `WorkersAIError`.
pub fn to_js(error: Error, cause: Option<JsValue>) -> JsValue {
    Failure { error, cause, partial: None }.into_js(&[])
}

/// The fields of a `WorkersAIError`; what nobody stated is absent.
fn fields(error: &Error) -> Object {
    let fields = Object::new();
    set(&fields, "code", &error.code.as_str().into());
    set(&fields, "message", &error.message.as_str().into());
    set(&fields, "retryable", &error.retryable().into());
    set_some(&fields, "status", error.status);
    set_some(&fields, "internalCode", error.internal_code);
    set_some(&fields, "retryAfterMs", error.retry_after_ms);
    set_some(&fields, "requestId", error.request_id.as_deref());
    set_some(&fields, "gatewayLogId", error.gateway_log_id.as_deref());
    set_some(&fields, "attempts", error.attempts);
    set_some(&fields, "field", error.field.as_deref());
    fields
}

/// The name and message of whatever was thrown.
pub fn words_of(thrown: &JsValue) -> (String, String) {
    match thrown.as_string() {
        Some(text) => (String::new(), text),
        None => (
            get_string(thrown, "name").unwrap_or_default(),
            get_string(thrown, "message").unwrap_or_default(),
        ),
    }
}
