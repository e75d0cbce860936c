//! What the surroundings say: environment variables, the page's origin, and whether this is a page at all.

use wasm_bindgen::prelude::*;

use super::convert::{get, get_function, get_string, invoke};
use crate::options::{ACCOUNT_ID_VARIABLE, API_TOKEN_VARIABLE, Environment};

/// Looks around. Reads variables only when asked to: Deno asks its user for permission.
pub fn look(variables: bool) -> Environment {
    let global: JsValue = js_sys::global().into();
    let read = |name| variables.then(|| variable(&global, name)).flatten();
    Environment {
        account_id: read(ACCOUNT_ID_VARIABLE),
        token: read(API_TOKEN_VARIABLE),
        origin: get_string(&get(&global, "location"), "origin").filter(|origin| origin.starts_with("http")),
        browser: is_page(&global) && !is_server(&global),
    }
}

/// A variable that is set and not empty. Without permission to read it (Deno) it counts as absent.
fn variable(global: &JsValue, name: &str) -> Option<String> {
    let of_process = get_string(&get(&get(global, "process"), "env"), name);
    let of_deno = || invoke(&get(&get(global, "Deno"), "env"), "get", &[&name.into()]).ok()?.as_string();
    of_process.or_else(of_deno).filter(|value| !value.trim().is_empty())
}

/// A document, or the scope of a worker.
fn is_page(global: &JsValue) -> bool {
    get(global, "document").is_object() || get_function(global, "WorkerGlobalScope").is_some()
}

/// A runtime on a server, even if somebody has put a make-believe `document` into it, as test frameworks do.
fn is_server(global: &JsValue) -> bool {
    let node = get(&get(&get(global, "process"), "versions"), "node").is_string();
    let workers =
        get_string(&get(global, "navigator"), "userAgent").is_some_and(|agent| agent == "Cloudflare-Workers");
    node || workers
        || get(global, "Deno").is_object()
        || get(global, "Bun").is_object()
        || get_function(global, "WebSocketPair").is_some()
}
