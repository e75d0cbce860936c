//! The crate's errors as JavaScript's `WorkersAIError`.

use js_sys::Object;
use wasm_bindgen::prelude::*;

use super::fields::Fields;
use super::package::WorkersAIError;
use super::value::member;
#[cfg(core_module)]
use super::value::set;
use crate::error::{Code, Error};

/// A `WorkersAIError` with what the error says. Secrets and input must be out of it already.
pub fn to_js(error: &Error, cause: Option<&JsValue>) -> JsValue {
    WorkersAIError::new(&fields_of(error, cause)).into()
}

fn fields_of(error: &Error, cause: Option<&JsValue>) -> Object {
    let fields = Fields::default();
    fields.text("code", Some(error.code.as_str()));
    fields.text("message", Some(&error.message));
    fields.number("status", error.status.map(f64::from));
    fields.number("internalCode", error.internal_code.map(f64::from));
    fields.flag("retryable", error.retryable());
    fields.number("retryAfterMs", error.retry_after_ms.map(f64::ceil));
    fields.text("requestId", error.request_id.as_deref());
    fields.text("gatewayLogId", error.gateway_log_id.as_deref());
    fields.number("attempts", error.attempts.map(f64::from));
    fields.text("field", error.field.as_deref());
    if let Some(cause) = cause {
        fields.value("cause", cause);
    }
    fields.done()
}

/// Is it a `WorkersAIError`, of this or another copy of the package?
pub fn is_ours(value: &JsValue) -> bool {
    value.is_object() && member(value, "name").as_string().as_deref() == Some("WorkersAIError")
}

/// What is said of a value of the caller's, or of what stands in for a part of the runtime, that has thrown when it was looked at: `cause` has
/// what it threw. Before a request it was the input or an option, afterwards the reply.
pub fn unreadable(of_reply: bool) -> Error {
    if of_reply {
        let message = "The reply could not be read; cause has the error.";
        return Error::new(Code::MalformedResponse, message);
    }
    let message = "A value of the call threw when it was read; cause has its error.";
    Error::invalid("input", message)
}

/// The refusal of an input or option, as JavaScript gets it.
pub fn refusal(field: &str, message: &str) -> JsValue {
    to_js(&Error::new(Code::InvalidInput, message).with_field(field), None)
}

/// A `WorkersAIError` that was made without a call, with what is known of one and without anything private in it. One that has come out of a
/// call stays as it is, and so does one before anything was sent.
#[cfg(core_module)]
pub fn sign(call: &super::client::JsCall, error: JsValue) -> JsValue {
    if call.lifetime.attempts() == 0 || !is_ours(&error) || !member(&error, "attempts").is_undefined() {
        return error;
    }
    let mut fields = read_error(&error);
    fields.quoted = Some(fields.message.len());
    let cause = Some(member(&error, "cause")).filter(|cause| !cause.is_undefined());
    let fields = fields_of(&call.lifetime.signed(fields), cause.as_ref());
    let partial = member(&error, "partial");
    if !partial.is_undefined() {
        set(&fields, "partial", &partial);
    }
    WorkersAIError::new(&fields).into()
}

/// What a `WorkersAIError` says.
#[cfg(core_module)]
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
