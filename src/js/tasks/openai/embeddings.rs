//! `embeddings.create`: OpenAI's list of embeddings.

use js_sys::{Array, Float32Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::super::failure::Failure;
use super::super::kernel::encode_base64;
use super::super::promise::{promise, rejected};
use super::super::task::with_members;
use super::super::transport::{Call, Transport, result};
use super::super::warn::warn_once;
use super::{Begun, begin};
use crate::error::{Code, Error};
use crate::js::value::{Js, is_floats, list as items, member, set};
use crate::plan::endpoint::EMBEDDINGS;
use crate::tasks::embeddings_input;
use crate::tasks::request::{Door, Route};
use crate::value::Value;

/// A list of embeddings.
#[wasm_bindgen(js_name = embeddings_create, skip_typescript)]
pub fn embeddings_create(transport: &Transport, request: &JsValue, options: &JsValue) -> Promise {
    match prepared(transport, request, options) {
        Ok((begun, base64)) => promise(async move {
            let sent = begun.send().await?;
            let list = list(&sent.call, sent.is_binding, base64).await;
            list.map_err(|failure| failure.of_call(&sent.call))
        }),
        Err(failure) => rejected(failure),
    }
}

fn prepared(transport: &Transport, request: &JsValue, options: &JsValue) -> Result<(Begun, bool), Failure> {
    let base64 = embeddings_input::wants_base64(Js(request.clone()).member("encoding_format").as_ref())?;
    let is_binding = transport.is_binding();
    let route = Route::new(if is_binding { Door::Binding } else { Door::Http });
    let (model, input) = (member(request, "model"), member(request, "input"));
    let id = embeddings_input::model(&Js(model))?;
    let texts = with_members(&JsValue::UNDEFINED, &[("text", &input)]);
    let deprecation = embeddings_input::check(&id, route, &Js(input.clone()), Js(texts.into()))?;
    warn_once(&id, deprecation.as_deref());
    let sent = with_members(request, &[]);
    for name in ["encoding_format", "user"] {
        Reflect::delete_property(&sent, &name.into())?;
    }
    if is_binding {
        Reflect::delete_property(&sent, &"input".into())?;
        set(&sent, "text", &input);
    }
    Ok((begin(transport, &EMBEDDINGS, &sent, options)?, base64))
}

async fn list(call: &Call, is_binding: bool, base64: bool) -> Result<JsValue, Failure> {
    let answer = result(call.answer().await?);
    let no_data = || Error::new(Code::MalformedResponse, "The answer has no data.");
    let data = items(&member(&answer, "data")).ok_or_else(no_data)?;
    let list = if is_binding { list_of(&answer, &data, &call.model()) } else { answer.unchecked_into() };
    if !base64 {
        return Ok(list.into());
    }
    let data = items(&member(&list, "data")).unwrap_or_default();
    let encoded = data.iter().map(|item| {
        let embedding = member(&item, "embedding");
        with_members(&item, &[("embedding", &base64_of(&embedding))])
    });
    Ok(with_members(&list, &[("data", &encoded.collect::<Array>())]).into())
}

/// OpenAI's list of a model's vectors.
fn list_of(answer: &JsValue, data: &Array, model: &str) -> Object {
    let items = Array::new();
    for (at, embedding) in data.iter().enumerate() {
        let item = Object::new();
        set(&item, "object", &"embedding".into());
        set(&item, "index", &(at as u32).into());
        set(&item, "embedding", &embedding);
        items.push(&item);
    }
    let list = Object::new();
    set(&list, "object", &"list".into());
    set(&list, "data", &items);
    set(&list, "model", &model.into());
    let usage = member(answer, "usage");
    if !usage.is_undefined() {
        set(&list, "usage", &usage);
    }
    list
}

/// Its bytes as 32-bit floats, the lowest byte first, as OpenAI has them.
fn base64_of(embedding: &JsValue) -> JsValue {
    if embedding.is_string() {
        return embedding.clone();
    }
    // An array of our own, or numbers already: anything else is handed on as it is.
    let numbers = match items(embedding) {
        Some(list) => Float32Array::new(&list),
        None if is_floats(embedding) => Float32Array::new(embedding),
        None => return embedding.clone(),
    };
    // All platforms that run wasm keep the lowest byte first.
    encode_base64(&Uint8Array::new(&numbers.buffer()))
}
