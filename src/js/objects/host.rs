//! Imports from this module's JavaScript.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "./objects/host.js")]
extern "C" {
    /// The violations of a JSON Schema in a value: a promise of an array of `{ path, message }`. The
    /// validator is loaded at its first use.
    #[wasm_bindgen(js_name = issuesOf)]
    pub fn issues_of(schema: &JsValue, value: &JsValue) -> Promise;

    /// The public stream, over an `AIStream` and an [`ObjectJudge`](super::stream::ObjectJudge). `array`,
    /// `scalar`: whether the root may be one; `wrapped`: the value is a member of an object; `tool`: it is
    /// sent as the arguments of a tool call.
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
