//! The caller's hooks: told what happens, never a secret and never a body.
//!
//! A hook is an observer. One that throws, or whose promise is rejected, must neither break the call nor vanish: it is
//! reported to the console, and the call goes on.

use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;

use super::convert::{get, get_function, invoke, set, set_some};
use super::fields::Fields;
use crate::error::Error;

/// The hooks of a client.
#[derive(Default)]
pub struct Hooks {
    on_request: Option<Function>,
    on_response: Option<Function>,
    on_retry: Option<Function>,
}

/// What every hook is told.
pub struct About<'a> {
    /// The number of the request within its call, from 1.
    pub attempt: u32,
    /// The door.
    pub door: &'a str,
    /// The model.
    pub model: &'a str,
}

impl Hooks {
    /// Reads `hooks`.
    pub fn read(fields: &Fields<'_>) -> Result<Self, Error> {
        let value = fields.value("hooks")?;
        let hooks = Fields::of(&value, "hooks", "hooks.", fields.code)?;
        Ok(Self {
            on_request: hooks.function("onRequest")?,
            on_response: hooks.function("onResponse")?,
            on_retry: hooks.function("onRetry")?,
        })
    }

    /// A request goes out.
    pub fn request(&self, about: &About<'_>) {
        tell(self.on_request.as_ref(), about, |_| {});
    }

    /// A reply's headers are in.
    pub fn response(
        &self,
        about: &About<'_>,
        status: Option<u16>,
        request_id: Option<&str>,
        duration_ms: f64,
    ) {
        tell(self.on_response.as_ref(), about, |info| {
            set_some(info, "status", status);
            set_some(info, "requestId", request_id);
            set(info, "durationMs", &duration_ms.into());
        });
    }

    /// A request failed and another one follows after a wait.
    pub fn retry(&self, about: &About<'_>, error: &Error, delay_ms: f64) {
        tell(self.on_retry.as_ref(), about, |info| {
            set(info, "code", &error.code.as_str().into());
            set_some(info, "status", error.status);
            set_some(info, "requestId", error.request_id.as_deref());
            set(info, "delayMs", &delay_ms.into());
        });
    }
}

fn tell(hook: Option<&Function>, about: &About<'_>, fill: impl FnOnce(&Object)) {
    let Some(hook) = hook else { return };
    let info = Object::new();
    set(&info, "attempt", &about.attempt.into());
    set(&info, "door", &about.door.into());
    set(&info, "model", &about.model.into());
    fill(&info);
    match hook.call1(&JsValue::UNDEFINED, &info) {
        Ok(returned) if get_function(&returned, "then").is_some() => {
            wasm_bindgen_futures::spawn_local(async move {
                if let Err(thrown) =
                    wasm_bindgen_futures::JsFuture::from(js_sys::Promise::resolve(&returned)).await
                {
                    report(&thrown);
                }
            });
        }
        Ok(_) => {}
        Err(thrown) => report(&thrown),
    }
}

fn report(thrown: &JsValue) {
    let console = get(&js_sys::global(), "console");
    let _told = invoke(&console, "error", &[&"workers-ai-wasm: a hook threw".into(), thrown]);
}
