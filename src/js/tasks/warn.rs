//! Warnings about models, once for each.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use crate::text::concat;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, catch)]
    fn warn(message: &str) -> Result<(), JsValue>;
}

thread_local! {
    static WARNED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Logs a warning about a model, unless that was done before.
pub fn warn_once(model: &str, warning: Option<&str>) {
    let Some(warning) = warning else { return };
    let is_new = WARNED.with(|warned| {
        let mut warned = warned.borrow_mut();
        let is_new = !warned.iter().any(|known| known == model);
        if is_new {
            warned.push(model.to_owned());
        }
        is_new
    });
    if is_new {
        // Exceptions of the console, as in strict test environments, are ignored.
        let _ = warn(&concat(&["workers-ai-wasm: ", warning]));
    }
}
