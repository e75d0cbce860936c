//! What this module's own JavaScript offers to it.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "./objects/host.js")]
extern "C" {
    /// What is wrong with a value by a JSON Schema: a promise of an array of `{ path, message }`. The validator is loaded at its first use.
    #[wasm_bindgen(js_name = issuesOf)]
    pub fn issues_of(schema: &JsValue, value: &JsValue) -> Promise;
}
