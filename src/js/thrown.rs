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
    fn set_status(this: &Fields, status: Option<u16>);
    #[wasm_bindgen(method, setter, structural, js_name = internalCode)]
    fn set_internal_code(this: &Fields, code: Option<u32>);
    #[wasm_bindgen(method, setter, structural)]
    fn set_retryable(this: &Fields, retryable: bool);
    #[wasm_bindgen(method, setter, structural, js_name = retryAfterMs)]
    fn set_retry_after_ms(this: &Fields, ms: Option<f64>);
    #[wasm_bindgen(method, setter, structural, js_name = requestId)]
    fn set_request_id(this: &Fields, id: Option<&str>);
    #[wasm_bindgen(method, setter, structural, js_name = gatewayLogId)]
    fn set_gateway_log_id(this: &Fields, id: Option<&str>);
    #[wasm_bindgen(method, setter, structural)]
    fn set_attempts(this: &Fields, attempts: Option<u32>);
    #[wasm_bindgen(method, setter, structural)]
    fn set_field(this: &Fields, field: Option<&str>);
    #[wasm_bindgen(method, setter, structural)]
    fn set_cause(this: &Fields, cause: &JsValue);
}

/// A `WorkersAIError`. Whatever may not be shown is out of the error already; of the cause nothing is shown.
pub fn thrown(error: &Error, cause: Option<&JsValue>) -> JsValue {
    let fields = Object::new().unchecked_into::<Fields>();
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
    WorkersAIError::new(&fields).into()
}
