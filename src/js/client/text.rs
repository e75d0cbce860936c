//! `generateText` and `streamText`: the same result whatever dialect the model speaks.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::JsCall;
use super::dispatch::Method;
use super::run::open_whole;
use crate::client::Failure;
use crate::client::host::Reply;
use crate::error::Error;
use crate::headers as names;
use crate::js::host::{JsHost, JsReply};
use crate::js::promise::settled;
use crate::js::value::{Js, is_list, kind_of, member, set, with};
use crate::quirks;
use crate::tasks::text_generation;
use crate::text::concat;

/// The model's inputs: the caller's own, with the short forms written out.
pub fn input(input: &JsValue, method: Method) -> Result<JsValue, Failure<JsHost>> {
    let input = if input.is_string() {
        named("prompt", input)
    } else if is_list(input) {
        named("messages", input)
    } else if input.is_object() {
        input.clone()
    } else {
        let why =
            ["The input must be a string, messages, or an object with either, not ", kind_of(input), "."];
        return Err(Error::invalid("input", &concat(&why)).into());
    };
    text_generation::check(&Js(input.clone()))?;
    if method == Method::StreamText {
        return Ok(with(&input, "stream", &JsValue::TRUE));
    }
    if member(&input, "stream").is_truthy() {
        let why = "generateText gives the whole answer: use streamText for a stream.";
        return Err(Error::invalid("stream", why).into());
    }
    Ok(input)
}

fn named(name: &'static str, value: &JsValue) -> JsValue {
    with(&JsValue::UNDEFINED, name, value)
}

/// A whole answer is read as a stream of one event: there is one reader of answers, for models that stream unasked as well.
pub async fn whole(call: &JsCall, reply: &JsReply) -> Result<JsValue, Failure<JsHost>> {
    let stream = open_whole(call, reply).await?;
    let result = settled(&stream.all().map_err(Failure::Foreign)?).await.map_err(Failure::Foreign)?;
    let served = member(&member(&result, "raw"), "model").as_string().filter(|name| !name.is_empty());
    if let Some(served) = served
        && reply.header(names::SERVED_MODEL).is_none()
    {
        let model = call.model().unwrap_or_default();
        let suffix = quirks::MODEL_SUFFIX.names.iter().filter(|_| quirks::MODEL_SUFFIX.holds_for(model));
        let id = suffix.fold(served.as_str(), |id, suffix| id.strip_suffix(suffix).unwrap_or(id));
        set(member(&result, "meta").unchecked_ref(), "model", &id.into());
    }
    Ok(result)
}
