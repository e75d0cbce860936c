//! The caller's hooks. They only observe: an exception or a rejection does not affect the call, and is
//! reported to the console. They never receive a secret or a body.

use js_sys::{Function, Object};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use crate::client::host::{Event, Moment};
use crate::js::fields::Fields;
use crate::js::value::member;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error, catch)]
    fn console_error(message: &str, error: &JsValue) -> Result<(), JsValue>;

    type Thenable;
    #[wasm_bindgen(method, structural, catch)]
    fn then(this: &Thenable, done: &JsValue, failed: &Function) -> Result<JsValue, JsValue>;
}

/// The option `hooks`.
#[derive(Default)]
pub struct Hooks {
    on_request: Option<Function>,
    on_response: Option<Function>,
    on_retry: Option<Function>,
}

impl Hooks {
    /// Reads the validated option.
    pub fn read(option: &JsValue) -> Self {
        let hook = |name| member(option, name).dyn_into().ok();
        Self { on_request: hook("onRequest"), on_response: hook("onResponse"), on_retry: hook("onRetry") }
    }

    /// Calls the hook of an event, if there is one.
    pub fn notify(&self, event: Event<'_>) {
        let hook = match event.moment {
            Moment::Request => &self.on_request,
            Moment::Response => &self.on_response,
            Moment::Retry => &self.on_retry,
        };
        if let Some(hook) = hook {
            call(hook, &info(&event));
        }
    }
}

fn info(event: &Event<'_>) -> Object {
    let info = Fields::default();
    info.number("attempt", Some(f64::from(event.attempt)));
    info.text("door", Some(event.door));
    info.text("model", event.model);
    info.text("endpoint", event.endpoint);
    info.text("code", event.code);
    info.number("status", event.status.map(f64::from));
    info.text("requestId", event.request_id.as_deref());
    info.number("durationMs", event.duration_ms);
    info.number("delayMs", event.delay_ms);
    info.done()
}

/// Exceptions of the console, as in strict test environments, are ignored.
fn report(error: &JsValue) {
    let _ = console_error("workers-ai-wasm: a hook threw", error);
}

fn call(hook: &Function, info: &Object) {
    match hook.call1(&JsValue::UNDEFINED, info) {
        Ok(returned) if member(&returned, "then").is_function() => {
            let failed = Closure::once_into_js(|error: JsValue| report(&error));
            let promise = returned.unchecked_ref::<Thenable>();
            if let Err(error) = promise.then(&JsValue::UNDEFINED, failed.unchecked_ref()) {
                report(&error);
            }
        }
        Ok(_) => {}
        Err(error) => report(&error),
    }
}
