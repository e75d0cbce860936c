//! The crate's errors as JavaScript's `WorkersAIError`.

use js_sys::Object;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::package::WorkersAIError;
#[cfg(not(any(feature = "tasks", feature = "vectors")))]
use super::value::{member, set};
use crate::error::{Code, Error};

#[wasm_bindgen]
extern "C" {
    /// What a `WorkersAIError` is made of.
    #[wasm_bindgen(extends = Object)]
    pub type ErrorFields;
    #[wasm_bindgen(method, setter, structural)]
    fn set_code(this: &ErrorFields, code: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_message(this: &ErrorFields, message: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_status(this: &ErrorFields, status: Option<u16>);
    #[wasm_bindgen(method, setter, structural, js_name = internalCode)]
    fn set_internal_code(this: &ErrorFields, code: Option<u32>);
    #[wasm_bindgen(method, setter, structural)]
    fn set_retryable(this: &ErrorFields, retryable: bool);
    #[wasm_bindgen(method, setter, structural, js_name = retryAfterMs)]
    fn set_retry_after_ms(this: &ErrorFields, ms: Option<f64>);
    #[wasm_bindgen(method, setter, structural, js_name = requestId)]
    fn set_request_id(this: &ErrorFields, id: Option<&str>);
    #[wasm_bindgen(method, setter, structural, js_name = gatewayLogId)]
    fn set_gateway_log_id(this: &ErrorFields, id: Option<&str>);
    #[wasm_bindgen(method, setter, structural)]
    fn set_attempts(this: &ErrorFields, attempts: Option<u32>);
    #[wasm_bindgen(method, setter, structural)]
    fn set_field(this: &ErrorFields, field: Option<&str>);
    #[wasm_bindgen(method, setter, structural)]
    fn set_cause(this: &ErrorFields, cause: &JsValue);

    /// Any value that was thrown, with the members of an error.
    type Thrown;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn name(this: &Thrown) -> Result<JsValue, JsValue>;
}

/// A `WorkersAIError` with what the error says. Secrets and input must be out of it already.
pub fn to_js(error: &Error, cause: Option<&JsValue>) -> JsValue {
    WorkersAIError::new(&fields_of(error, cause)).into()
}

fn fields_of(error: &Error, cause: Option<&JsValue>) -> ErrorFields {
    let fields = Object::new().unchecked_into::<ErrorFields>();
    fields.set_code(error.code.as_str());
    fields.set_message(&error.message);
    fields.set_status(error.status);
    fields.set_internal_code(error.internal_code);
    fields.set_retryable(error.retryable());
    fields.set_retry_after_ms(error.retry_after_ms.map(f64::ceil));
    fields.set_request_id(error.request_id.as_deref());
    fields.set_gateway_log_id(error.gateway_log_id.as_deref());
    fields.set_attempts(error.attempts);
    fields.set_field(error.field.as_deref());
    if let Some(cause) = cause {
        fields.set_cause(cause);
    }
    fields
}

/// Is it a `WorkersAIError`, of this or another copy of the package?
pub fn is_ours(value: &JsValue) -> bool {
    let named = |value: &Thrown| value.name().ok()?.as_string();
    value.is_object() && named(value.unchecked_ref()).as_deref() == Some("WorkersAIError")
}

/// The refusal of an input or option, as JavaScript gets it.
pub fn refusal(field: &str, message: &str) -> JsValue {
    to_js(&Error::new(Code::InvalidInput, message).with_field(field), None)
}

/// A `WorkersAIError` that was made without a call, with what is known of one and without anything private in it. One that has come out of a
/// call stays as it is, and so does one before anything was sent.
#[cfg(not(any(feature = "tasks", feature = "vectors")))]
pub fn sign(call: &super::client::JsCall, error: JsValue) -> JsValue {
    if call.lifetime.attempts() == 0 || !is_ours(&error) || !member(&error, "attempts").is_undefined() {
        return error;
    }
    let mut fields = read_error(&error);
    fields.quotes = true;
    let cause = Some(member(&error, "cause")).filter(|cause| !cause.is_undefined());
    let fields = fields_of(&call.lifetime.signed(fields), cause.as_ref());
    let partial = member(&error, "partial");
    if !partial.is_undefined() {
        set(&fields, "partial", &partial);
    }
    WorkersAIError::new(&fields).into()
}

/// What a `WorkersAIError` says.
#[cfg(not(any(feature = "tasks", feature = "vectors")))]
pub fn read_error(error: &JsValue) -> Error {
    let text = |name| member(error, name).as_string();
    let number = |name| member(error, name).as_f64();
    let code = text("code").and_then(|code| Code::named(&code)).unwrap_or(Code::Unknown);
    let mut fields = Error::new(code, text("message").unwrap_or_default());
    fields.status = number("status").map(|status| status as u16);
    fields.internal_code = number("internalCode").map(|code| code as u32);
    fields.retry_after_ms = number("retryAfterMs");
    fields.request_id = text("requestId");
    fields.gateway_log_id = text("gatewayLogId");
    fields.field = text("field");
    fields
}
