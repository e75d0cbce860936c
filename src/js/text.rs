//! `generateText` and `streamText`: the same result whatever dialect the model speaks.

use js_sys::{Array, JSON, Object};
use wasm_bindgen::prelude::*;

use super::call::{Job, malformed};
use super::convert::{
    get, get_string, invoke, set, set_some_number, set_some_text, set_text, shallow_copy, stringify,
};
use super::error::Failure;
use super::fields::kind_of;
use super::reply::{Payload, Reply};
use super::run::{answer_in, open_stream, read_bytes};
use crate::error::Error;
use crate::tasks::text_generation::{self as task, Given};
use crate::wire::answer::{self, Answer, ToolCall};
use crate::wire::dialect::Usage;
use crate::wire::media::Media;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("../tasks/text_generation.d.ts");

/// The model's inputs: the caller's own, with the short forms written out.
pub fn inputs(given: &JsValue, stream: bool) -> Result<JsValue, Error> {
    let inputs = if given.is_string() {
        let inputs = Object::new();
        set(&inputs, "prompt", given);
        inputs
    } else if Array::is_array(given) {
        let inputs = Object::new();
        set(&inputs, "messages", given);
        inputs
    } else if given.is_object() {
        shallow_copy(given)
    } else {
        return Err(Error::invalid(
            "input",
            &format!(
                "The input must be a string, an array of messages, or an object with prompt or messages, not {}.",
                kind_of(given)
            ),
        ));
    };
    let shape = |name: &str| match get(&inputs, name) {
        value if value.is_undefined() => Given::Absent,
        value if value.is_string() => Given::Text,
        value => match value.dyn_ref::<Array>() {
            Some(list) => Given::List(list.length()),
            None => Given::Other,
        },
    };
    task::check(shape("prompt"), shape("messages"), shape("input"))?;
    if stream {
        set(&inputs, "stream", &JsValue::TRUE);
    } else if get(&inputs, "stream").is_truthy() {
        return Err(Error::invalid(
            "stream",
            "generateText gives the whole answer: use streamText for a stream.",
        ));
    }
    Ok(inputs.into())
}

/// Asks for the whole answer.
pub async fn generate(job: Job) -> Result<JsValue, JsValue> {
    let reply = job.send().await?;
    let bytes = match (reply.payload(), reply.media()) {
        (Payload::Value(value), _) => {
            let text = stringify(value)
                .ok()
                .flatten()
                .ok_or_else(|| job.fail(malformed("The binding gave nothing that JSON can say.").into()))?;
            String::from(text).into_bytes()
        }
        // Some models stream unasked: the stream knows its own end.
        (Payload::Stream(_), _) | (Payload::Response(_), Media::Events) => {
            let stream = open_stream(&job, &reply, false).await?;
            return wasm_bindgen_futures::JsFuture::from(js_sys::Promise::resolve(&invoke(
                &stream,
                "final",
                &[],
            )?))
            .await;
        }
        (Payload::Response(_), _) => read_bytes(&job, &reply).await?,
    };
    let answer = answer_in(&job, &reply, &bytes)?;
    result(&job, &reply, answer)
}

fn result(job: &Job, reply: &Reply, json: &[u8]) -> Result<JsValue, JsValue> {
    let answer = answer::read(json).map_err(|failure| job.refuse(reply, task::failure(failure, json)))?;
    let raw = JSON::parse(&String::from_utf8_lossy(json)).unwrap_or(JsValue::UNDEFINED);
    let result = Object::new();
    set_text(&result, "text", answer.text.as_str());
    set_some_text(&result, "reasoning", answer.reasoning.as_deref());
    let calls = tool_calls(job, &answer)?;
    set(&result, "toolCalls", &calls);
    set_text(&result, "finishReason", answer.finish_reason.as_str());
    if let Some(counts) = &answer.usage {
        set(&result, "usage", &usage(counts));
    }
    set(&result, "raw", &raw);
    set(&result, "meta", &meta(job, reply, &answer, &raw));
    Ok(result.into())
}

fn meta(job: &Job, reply: &Reply, answer: &Answer, raw: &JsValue) -> Object {
    let meta = job.meta(reply);
    if reply.header(crate::headers::SERVED_MODEL).is_none() {
        set_some_text(&meta, "model", get_string(raw, "model").filter(|model| !model.is_empty()).as_deref());
    }
    if reply.header(crate::headers::NEURONS).is_none() {
        set_some_number(&meta, "neurons", answer.usage.as_ref().and_then(neurons));
    }
    job.finish(&meta);
    meta
}

/// The calls with their arguments parsed. Arguments that are no JSON are an error, which carries the answer so far.
fn tool_calls(job: &Job, answer: &Answer) -> Result<Array, JsValue> {
    let calls = Array::new();
    for call in &answer.tool_calls {
        let arguments = match call.arguments.trim() {
            "" => Ok(Object::new().into()),
            text => JSON::parse(text),
        };
        let arguments = arguments.map_err(|thrown| {
            let why = malformed("The model wrote tool arguments that are not JSON; partial has their text. Ask again, or raise max_tokens.");
            job.guard.fail(Failure { error: why, cause: Some(thrown), partial: Some(partial(answer)) })
        })?;
        calls.push(&tool_call(call, &arguments));
    }
    Ok(calls)
}

fn tool_call(call: &ToolCall, arguments: &JsValue) -> Object {
    let object = Object::new();
    let id =
        call.id.clone().filter(|id| !id.is_empty()).unwrap_or_else(|| task::made_up_id(js_sys::Math::random));
    set_text(&object, "id", &id);
    set_text(&object, "name", call.name.as_str());
    set(&object, "arguments", arguments);
    object
}

fn partial(answer: &Answer) -> JsValue {
    let partial = Object::new();
    set_text(&partial, "text", answer.text.as_str());
    set_some_text(&partial, "reasoning", answer.reasoning.as_deref());
    let calls: Array =
        answer.tool_calls.iter().map(|call| tool_call(call, &call.arguments.as_str().into())).collect();
    set(&partial, "toolCalls", &calls);
    set_text(&partial, "finishReason", answer.finish_reason.as_str());
    if let Some(counts) = &answer.usage {
        set(&partial, "usage", &usage(counts));
    }
    partial.into()
}

/// The public usage object.
pub fn usage(usage: &Usage) -> Object {
    let object = Object::new();
    let count =
        |name: &str, value: Option<i64>| set_some_number(&object, name, value.map(|value| value as f64));
    count("promptTokens", usage.prompt_tokens);
    count("completionTokens", usage.completion_tokens);
    count("totalTokens", usage.total_tokens);
    count("cachedTokens", usage.cached_tokens);
    count("reasoningTokens", usage.reasoning_tokens);
    set_some_number(&object, "neurons", neurons(usage));
    object
}

fn neurons(usage: &Usage) -> Option<f64> {
    // `Number` keeps the exact float parser out of the module.
    let number = usage.neurons.as_deref().map(js_sys::Number::parse_float);
    number.filter(|number| number.is_finite())
}
