//! The runtime environment: clock, environment variables, the page's origin, and whether this is a page.

use js_sys::Function;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use crate::js::value::member;
use crate::options::{
    ACCOUNT_ID_VARIABLE, API_TOKEN_VARIABLE, BASE_TOKEN_VARIABLE, BASE_URL_VARIABLE, Environment,
};

#[wasm_bindgen]
extern "C" {
    /// A monotonic clock in milliseconds.
    #[wasm_bindgen(js_namespace = performance)]
    pub fn now() -> f64;
}

/// Reads the environment. Variables are read only if they are needed, since Deno asks its user for
/// permission. `open`: the options select no service, so the environment may.
pub fn environment(variables: bool, open: bool) -> Environment {
    let base_url = if open { variable(BASE_URL_VARIABLE) } else { None };
    let of_base = base_url.is_some();
    let variable = |name, counts| if counts { variable(name) } else { None };
    Environment {
        account_id: variable(ACCOUNT_ID_VARIABLE, variables && !of_base),
        token: variable(API_TOKEN_VARIABLE, variables && !of_base),
        base_token: variable(BASE_TOKEN_VARIABLE, of_base),
        base_url,
        origin: origin(),
        browser: is_page() && !is_server(),
    }
}

fn global(name: &'static str) -> JsValue {
    member(&js_sys::global(), name)
}

fn origin() -> Option<String> {
    member(&global("location"), "origin").as_string().filter(|origin| origin.starts_with("http"))
}

/// A variable that is set and not empty. Without Deno's permission to read it, it counts as absent.
fn variable(name: &'static str) -> Option<String> {
    let value = member(&member(&global("process"), "env"), name).as_string().filter(|value| !is_blank(value));
    value.or_else(|| {
        let environment = member(&global("Deno"), "env");
        let get = member(&environment, "get").dyn_into::<Function>().ok()?;
        let value = get.call1(&environment, &JsValue::from_str(name)).ok()?.as_string();
        value.filter(|value| !is_blank(value))
    })
}

fn is_blank(text: &str) -> bool {
    crate::text::trim(text).is_empty()
}

/// True in a document or a web worker.
fn is_page() -> bool {
    global("document").is_object() || global("WorkerGlobalScope").is_function()
}

/// True in Node, or a runtime that identifies as Node.
pub fn is_node() -> bool {
    member(&member(&global("process"), "versions"), "node").is_string()
}

/// True in Cloudflare Workers.
pub fn is_worker() -> bool {
    global("WebSocketPair").is_function()
        || member(&global("navigator"), "userAgent").as_string().as_deref() == Some("Cloudflare-Workers")
}

/// True in a server runtime, even with an emulated `document`, as test frameworks install it.
fn is_server() -> bool {
    is_node() || global("Deno").is_object() || is_worker()
}
