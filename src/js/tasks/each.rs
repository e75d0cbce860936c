//! Async iterators over the `next()` of an exported object. One block, since each block repeats the module's
//! file name.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "./tasks/each.js")]
extern "C" {
    /// An async iterator over the results of `next()`, up to `undefined`. It frees the object at its end.
    pub fn each(steps: JsValue) -> JsValue;
}
