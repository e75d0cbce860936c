//! `generateText` and `streamText`: the same result for all dialects.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::JsCall;
use super::dispatch::Method;
use super::streams::open_whole;
use crate::client::Failure;
use crate::client::host::Reply;
use crate::error::Error;
use crate::headers as names;
use crate::js::host::{JsHost, JsReply};
use crate::js::model::model_id;
use crate::js::promise::settled;
use crate::js::value::{Js, copy, is_list, kind_of, member, set, with};
use crate::model::is_foreign;
use crate::quirks;
use crate::tasks::text_generation;
use crate::text::concat;

/// The model's input: the caller's, with the short forms expanded. Models of other authors are called in
/// OpenAI's dialects, which have no prompt and another name for the token limit.
pub fn input(model: &JsValue, input: &JsValue, method: Method) -> Result<JsValue, Failure<JsHost>> {
    let model = model_id(model)?;
    let input = written_out(input, method)?;
    if !is_foreign(&model) {
        return Ok(input);
    }
    let limit = match format_of(&input) {
        RESPONSES => "max_output_tokens",
        _ => "max_completion_tokens",
    };
    let input = renamed(&input, "max_tokens", limit, Clone::clone);
    Ok(match member(&input, "messages").is_undefined() {
        true => renamed(&input, "prompt", "messages", |prompt| {
            let message = with(&with(&JsValue::UNDEFINED, "role", &"user".into()), "content", prompt);
            Array::of1(&message).into()
        }),
        false => input,
    })
}

/// The path of OpenAI's Responses.
const RESPONSES: &str = "/v1/responses";

/// The API format of an input for a model of another author: the path of its endpoint.
pub fn format_of(input: &JsValue) -> &'static str {
    let is_set = |name| !member(input, name).is_undefined();
    if is_set("input") && !is_set("messages") { RESPONSES } else { "/v1/chat/completions" }
}

/// Renames and converts a member of the input. An existing member of the new name is kept.
fn renamed(
    input: &JsValue,
    name: &'static str,
    to: &'static str,
    form: impl Fn(&JsValue) -> JsValue,
) -> JsValue {
    let value = member(input, name);
    if value.is_undefined() {
        return input.clone();
    }
    let input =
        if member(input, to).is_undefined() { with(input, to, &form(&value)) } else { copy(input).into() };
    let _ = Reflect::delete_property(input.unchecked_ref::<Object>(), &name.into());
    input
}

fn written_out(input: &JsValue, method: Method) -> Result<JsValue, Failure<JsHost>> {
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

/// A complete answer is read as a stream of one event, so that there is one parser of answers, also for
/// models that stream unrequested.
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
