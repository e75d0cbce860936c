//! The methods, as the core's client calls them: each receives the client's transport and the caller's
//! arguments.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::long_audio;
use super::task::start;
use super::transport::Transport;
use crate::catalog::Method;

macro_rules! methods {
    ($($method:ident: $name:ident = $exported:ident,)+) => {
        $(
            /// See the type's documentation in `src/tasks/*.d.ts`.
            #[wasm_bindgen(js_name = $exported, skip_typescript)]
            pub fn $name(transport: &Transport, model: &JsValue, input: &JsValue, options: &JsValue) -> Promise {
                start(transport, Method::$method, model, input, options)
            }
        )+
    };
}

methods! {
    Embed: embed = embed,
    Rerank: rerank = rerank,
    ClassifyText: classify_text = classifyText,
    Summarize: summarize = summarize,
    Translate: translate = translate,
    Decide: decide = decide,
    GenerateSpeech: generate_speech = generateSpeech,
    DetectTurn: detect_turn = detectTurn,
    GenerateImage: generate_image = generateImage,
    DescribeImage: describe_image = describeImage,
    ClassifyImage: classify_image = classifyImage,
    DetectObjects: detect_objects = detectObjects,
}

/// See the type's documentation in `src/tasks/speech_recognition.d.ts`.
#[wasm_bindgen(skip_typescript)]
pub fn transcribe(transport: &Transport, model: &JsValue, input: &JsValue, options: &JsValue) -> Promise {
    long_audio::transcribe(transport, model, input, options)
}
