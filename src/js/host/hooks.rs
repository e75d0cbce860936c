//! The caller's hooks. They observe: one that throws, or whose promise is rejected, neither breaks the call nor vanishes; it is reported to
//! the console. They never see a secret or a body.

use js_sys::{Function, Object};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use crate::client::host::{Event, Moment};
use crate::js::value::member;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn report(message: &str, error: &JsValue);

    #[wasm_bindgen(extends = Object)]
    type Info;
    #[wasm_bindgen(method, setter, structural)]
    fn set_attempt(this: &Info, attempt: u32);
    #[wasm_bindgen(method, setter, structural)]
    fn set_door(this: &Info, door: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_model(this: &Info, model: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_endpoint(this: &Info, endpoint: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_code(this: &Info, code: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_status(this: &Info, status: u16);
    #[wasm_bindgen(method, setter, structural, js_name = requestId)]
    fn set_request_id(this: &Info, id: &str);
    #[wasm_bindgen(method, setter, structural, js_name = durationMs)]
    fn set_duration_ms(this: &Info, ms: f64);
    #[wasm_bindgen(method, setter, structural, js_name = delayMs)]
    fn set_delay_ms(this: &Info, ms: f64);

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
    /// Reads the option, which was checked.
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

fn info(event: &Event<'_>) -> Info {
    let info = Object::new().unchecked_into::<Info>();
    info.set_attempt(event.attempt);
    info.set_door(event.door);
    if let Some(model) = event.model {
        info.set_model(model);
    }
    if let Some(endpoint) = event.endpoint {
        info.set_endpoint(endpoint);
    }
    if let Some(code) = event.code {
        info.set_code(code);
    }
    if let Some(status) = event.status {
        info.set_status(status);
    }
    if let Some(id) = &event.request_id {
        info.set_request_id(id);
    }
    if let Some(ms) = event.duration_ms {
        info.set_duration_ms(ms);
    }
    if let Some(ms) = event.delay_ms {
        info.set_delay_ms(ms);
    }
    info
}

fn call(hook: &Function, info: &Info) {
    const THREW: &str = "workers-ai-wasm: a hook threw";
    match hook.call1(&JsValue::UNDEFINED, info) {
        Ok(returned) if member(&returned, "then").is_function() => {
            let failed = Closure::once_into_js(|error: JsValue| report(THREW, &error));
            let promise = returned.unchecked_ref::<Thenable>();
            if let Err(error) = promise.then(&JsValue::UNDEFINED, failed.unchecked_ref()) {
                report(THREW, &error);
            }
        }
        Ok(_) => {}
        Err(error) => report(THREW, &error),
    }
}
