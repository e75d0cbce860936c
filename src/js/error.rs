//! Converts the crate's errors to JavaScript's `WorkersAIError`.

use js_sys::Object;
use wasm_bindgen::prelude::*;

use super::fields::Fields;
use super::package::WorkersAIError;
use super::value::member;
#[cfg(core_module)]
use super::value::set;
use crate::error::{Code, Error};

/// A `WorkersAIError` with the fields of the error, which has been redacted.
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

/// True for a `WorkersAIError`, of this or another copy of the package.
pub fn is_ours(value: &JsValue) -> bool {
    value.is_object() && member(value, "name").as_string().as_deref() == Some("WorkersAIError")
}

/// The error of a value of the caller, or of a substitute for a part of the runtime, that threw when it was
/// read; `cause` is the exception. Before a request it was the input or an option, afterwards the reply.
pub fn unreadable(of_reply: bool) -> Error {
    if of_reply {
        let message = "The reply could not be read; cause has the error.";
        return Error::new(Code::MalformedResponse, message);
    }
    let message = "A value of the call threw when it was read; cause has its error.";
    Error::invalid("input", message)
}

/// The error of an invalid input or option, as a JavaScript value.
pub fn refusal(field: &str, message: &str) -> JsValue {
    to_js(&Error::new(Code::InvalidInput, message).with_field(field), None)
}

/// Adds a call's metadata to a `WorkersAIError` that was created without a call, and redacts it. An error
/// that has come out of a call is unchanged, and so is one from before anything was sent.
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

/// The fields of a `WorkersAIError`.
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
