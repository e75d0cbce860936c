//! `embeddings.create`: OpenAI's list of embeddings.

use js_sys::{Array, Float32Array, JSON, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::super::failure::Failure;
use super::super::kernel::encode_base64;
use super::super::promise::{promise, rejected};
use super::super::task::{failure_in, with_members};
use super::super::transport::{Transport, result};
use super::super::vectors::floats_of;
use super::super::warn::warn_once;
use super::whole::arrived;
use super::{Begun, Sent, begin, json_of};
use crate::error::Error;
use crate::js::value::{Js, is_floats, list as items, member, set};
use crate::plan::endpoint::EMBEDDINGS;
use crate::reply::open_answer;
use crate::tasks::request::{Door, Route};
use crate::tasks::{embeddings_input, embeddings_list, text_embeddings};
use crate::text::lossy;
use crate::value::Value;
use crate::wire::dialect::of_embeddings;
use crate::wire::json;
use crate::wire::openai::Settings;
use crate::wire::openai::gathered::Arrived;

/// Returns a promise of a list of embeddings.
#[wasm_bindgen(js_name = embeddings_create, skip_typescript)]
pub fn embeddings_create(transport: &Transport, request: &JsValue, options: &JsValue) -> Promise {
    match prepared(transport, request, options) {
        Ok((begun, requested)) => promise(async move {
            let sent = begun.send().await?;
            let list = async {
                let answer = result(sent.call.answer().await?);
                Ok(list(&sent, &answer, requested)?.into())
            };
            list.await.map_err(|failure: Failure| failure.of_call(&sent.call))
        }),
        Err(failure) => rejected(failure),
    }
}

/// Returns a promise of the same list as the bytes of its JSON text: the service's own if it contains
/// numbers, because parsing would change their spelling.
#[wasm_bindgen(js_name = embeddings_createJSON, skip_typescript)]
pub fn embeddings_create_json(transport: &Transport, request: &JsValue, options: &JsValue) -> Promise {
    match prepared(transport, request, options) {
        Ok((begun, requested)) => promise(async move {
            let sent = begun.send().await?;
            loop {
                match json_text(&sent, requested).await {
                    Err(Failure::Theirs(error)) => sent.call.again(&error).await.map(drop)?,
                    outcome => return outcome.map_err(|failure| failure.of_call(&sent.call)),
                }
            }
        }),
        Err(failure) => rejected(failure),
    }
}

async fn json_text(sent: &Sent, requested: RequestedFormat) -> Result<JsValue, Failure> {
    let bytes = match arrived(&sent.call, Settings::default()).await? {
        Arrived::Bytes(bytes) => bytes,
        Arrived::Stream(_) => return Err(Error::not_json().into()),
    };
    let answer = sent.call.open(&lossy(&bytes))?;
    let list = list(sent, &answer, requested)?;
    let first = items(&member(&list, "data")).map(|data| member(&data.get(0), "embedding"));
    let keeps_numbers = !requested.base64 && first.is_some_and(|first| items(&first).is_some());
    // A list that was encoded here is not the service's text.
    let (own, _) = open_answer(&bytes, sent.wrapping(), None)?;
    let text = json_of(&list)?;
    Ok(Uint8Array::from(if keeps_numbers { own } else { text.as_bytes() }).into())
}

/// The requested result.
#[derive(Clone, Copy)]
struct RequestedFormat {
    texts: usize,
    base64: bool,
}

fn prepared(
    transport: &Transport,
    request: &JsValue,
    options: &JsValue,
) -> Result<(Begun, RequestedFormat), Failure> {
    embeddings_input::check_names(&Js(request.clone()))?;
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
    let texts = embeddings_input::count(&Js(input));
    Ok((begin(transport, &EMBEDDINGS, &sent, options)?, RequestedFormat { texts, base64 }))
}

/// An answer as OpenAI's list.
fn list(sent: &Sent, answer: &JsValue, requested: RequestedFormat) -> Result<Object, Failure> {
    let listed = embeddings_list::read(&Js(answer.clone()), requested.texts);
    let listed = listed.map_err(|error| failure_in(answer).unwrap_or(error))?;
    for item in &listed.items {
        if let Some(numbers) = numbers_of(&text_embeddings::numbers(item).0) {
            text_embeddings::check_finite(&numbers.to_vec())?;
        }
    }
    let in_order = || listed.items.iter().map(|item| item.0.clone()).collect::<Array>();
    let list = if sent.is_binding || !listed.are_openai {
        list_of(answer, &listed.items, &sent.call.model())
    } else if listed.in_order {
        answer.clone().unchecked_into()
    } else {
        with_members(answer, &[("data", &in_order())])
    };
    let list = match usage_of(&list)? {
        Some(usage) => with_members(&list, &[("usage", &usage)]),
        None => list,
    };
    // Some services send base64 although numbers were requested, or the reverse.
    let data = items(&member(&list, "data")).unwrap_or_default();
    let is_base64 = |item: JsValue| member(&item, "embedding").is_string();
    if !requested.base64 && !data.iter().any(is_base64) {
        return Ok(list);
    }
    let wished = Array::new();
    for item in data.iter() {
        let embedding = member(&item, "embedding");
        let embedding = match (requested.base64, embedding.is_string()) {
            (false, true) => Array::from(&JsValue::from(floats_of(&embedding)?)).into(),
            (true, false) => base64_of(&embedding),
            _ => embedding,
        };
        wished.push(&with_members(&item, &[("embedding", &embedding)]));
    }
    Ok(with_members(&list, &[("data", &wished)]))
}

/// The usage of a list with counts that are numbers; `None` if they already are.
fn usage_of(list: &JsValue) -> Result<Option<JsValue>, Failure> {
    let usage = json_of(&member(list, "usage"))?;
    let usage = json::parse(usage.as_bytes()).ok().and_then(of_embeddings);
    Ok(usage.map(|usage| JSON::parse(&usage)).transpose()?)
}

/// A model's vectors as OpenAI's list.
fn list_of(answer: &JsValue, data: &[Js], model: &str) -> Object {
    let items = Array::new();
    for (at, own) in data.iter().enumerate() {
        let item = Object::new();
        set(&item, "object", &"embedding".into());
        set(&item, "index", &(at as u32).into());
        set(&item, "embedding", &text_embeddings::numbers(own).0);
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

/// The numbers of a vector that is not base64: an array, or a typed array.
fn numbers_of(embedding: &JsValue) -> Option<Float32Array> {
    match items(embedding) {
        Some(list) => Some(Float32Array::new(&list)),
        None => is_floats(embedding).then(|| Float32Array::new(embedding)),
    }
}

/// Its bytes as little-endian 32-bit floats, as OpenAI sends them. Other values are returned unchanged.
fn base64_of(embedding: &JsValue) -> JsValue {
    let Some(numbers) = numbers_of(embedding) else { return embedding.clone() };
    // All platforms that run wasm are little-endian.
    encode_base64(&Uint8Array::new(&numbers.buffer()))
}
