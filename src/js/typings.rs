//! The typings that JavaScript programmers see, kept beside the code that they describe.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const CLIENT: &str = include_str!("../client.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const OPTIONS: &str = include_str!("../options.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const ERROR: &str = include_str!("../error.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const RUN: &str = include_str!("../tasks/run.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const TEXT_GENERATION: &str = include_str!("../tasks/text_generation.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const STREAM: &str = include_str!("../wire/stream.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const VECTOR_INDEX: &str = include_str!("../vector_index.d.ts");
