//! Async iterators over what an exported object's `next()` gives. One block, since each names its file once more.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "./tasks/each.js")]
extern "C" {
    /// An async iterator of what `next()` gives, up to `undefined`. It frees the object at its end.
    pub fn each(steps: JsValue) -> JsValue;
}
