//! The typings for JavaScript programmers, stored beside the code that they describe. Those of the models are
//! generated from the catalogue's data by `tools/build/model-typings.mjs`.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const CLIENT: &str = include_str!("../client.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const OPTIONS: &str = include_str!("../options.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const ERROR: &str = include_str!("../error.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const CATALOG_PARTS: &str = include_str!("../catalog/parts.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const CATALOG_MODELS: &str = include_str!("../catalog/models.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const MEDIA: &str = include_str!("../tasks/media.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const RUN: &str = include_str!("../tasks/run.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const TEXT_GENERATION: &str = include_str!("../tasks/text_generation.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const TOOLS: &str = include_str!("../tasks/tools/tools.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const TEXT_EMBEDDINGS: &str = include_str!("../tasks/text_embeddings.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const TEXT_CLASSIFICATION: &str = include_str!("../tasks/text_classification.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const SUMMARIZATION: &str = include_str!("../tasks/summarization.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const TRANSLATION: &str = include_str!("../tasks/translation.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const DECISION: &str = include_str!("../tasks/decision.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const SPEECH_RECOGNITION: &str = include_str!("../tasks/speech_recognition.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const TEXT_TO_SPEECH: &str = include_str!("../tasks/text_to_speech.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const TURN_DETECTION: &str = include_str!("../tasks/turn_detection.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const TEXT_TO_IMAGE: &str = include_str!("../tasks/text_to_image.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const IMAGE_TO_TEXT: &str = include_str!("../tasks/image_to_text.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const IMAGE_CLASSIFICATION: &str = include_str!("../tasks/image_classification.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const OBJECT_DETECTION: &str = include_str!("../tasks/object_detection.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const MARKDOWN: &str = include_str!("../tasks/markdown.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const WEB_SEARCH: &str = include_str!("../tasks/websearch.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const BATCH: &str = include_str!("../tasks/batch.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const MODELS: &str = include_str!("../tasks/models.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const FINETUNES: &str = include_str!("../tasks/finetunes.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const GATEWAY: &str = include_str!("../tasks/gateway.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const REALTIME: &str = include_str!("../tasks/realtime.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const VECTORS: &str = include_str!("../vectors.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const STREAM: &str = include_str!("../wire/stream.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const OBJECT_SCHEMA: &str = include_str!("../tasks/object/schema.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const OBJECT: &str = include_str!("../tasks/object/object.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const EXTRACT: &str = include_str!("../tasks/object/extract.d.ts");
#[wasm_bindgen(typescript_custom_section)]
const OPENAI: &str = include_str!("../tasks/openai.d.ts");
