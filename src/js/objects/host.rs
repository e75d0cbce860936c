//! What this module's own JavaScript offers to it.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "./objects/host.js")]
extern "C" {
    /// What is wrong with a value by a JSON Schema: a promise of an array of `{ path, message }`. The validator is loaded at its first use.
    #[wasm_bindgen(js_name = issuesOf)]
    pub fn issues_of(schema: &JsValue, value: &JsValue) -> Promise;

    /// The stream that callers hold, over an `AIStream` and an [`ObjectJudge`](super::stream::ObjectJudge). May the root be an array, a scalar; is the
    /// value a member of an object, does it come as the arguments of a tool?
    #[wasm_bindgen(js_name = objectStream)]
    pub fn object_stream(
        stream: &JsValue,
        judge: &JsValue,
        array: bool,
        scalar: bool,
        wrapped: bool,
        tool: bool,
    ) -> JsValue;
}
