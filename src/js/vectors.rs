//! The exports of the vector index: numbers in, numbers out.

use wasm_bindgen::prelude::*;

/// The version of the exports.
#[wasm_bindgen(skip_typescript)]
pub fn vectors_version() -> u32 {
    1
}
