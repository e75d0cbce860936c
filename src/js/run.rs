//! `run`: exactly what the service said, in the form that `env.AI.run` gives it.

use js_sys::{JsString, Object};
use wasm_bindgen::prelude::*;

use super::call::{Job, malformed};
use super::convert::{decode, get, parse, set, stringify};
use super::error::Failure;
use super::guard::GuardHandle;
use super::host;
use super::reply::{Payload, Reply};
use crate::error::Error;
use crate::wire::envelope::{Facts, Verdict};
use crate::wire::json;
use crate::wire::media::Media;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("../tasks/run.d.ts");

/// Runs a model. `stream` tells whether the input asked for a stream.
pub async fn run(job: Job, stream: bool) -> Result<JsValue, JsValue> {
    let reply = job.send().await?;
    if job.call.raw_response || job.call.websocket {
        return reply.into_response();
    }
    if stream {
        return open_stream(&job, &reply, true).await;
    }
    match reply.payload() {
        Payload::Value(value) => unwrap(&job, &reply, value),
        Payload::Stream(_) => bytes(&job, &reply),
        Payload::Response(_) => match reply.media() {
            Media::Json => {
                let text = read_text(&job, &reply).await?;
                let value = parse(&text).map_err(|thrown| {
                    job.fail(Failure::caused(
                        malformed("The reply says that it is JSON, but it is not."),
                        thrown,
                    ))
                })?;
                unwrap(&job, &reply, &value)
            }
            Media::Page => Err(page(&job, &reply)),
            Media::Events | Media::Other => bytes(&job, &reply),
        },
    }
}

/// Makes an `AIStream` of a reply. A whole answer becomes one as well, without a second request.
pub async fn open_stream(job: &Job, reply: &Reply, chunks: bool) -> Result<JsValue, JsValue> {
    let whole = match (reply.payload(), reply.media()) {
        (Payload::Value(value), _) => {
            let text = stringify(value)
                .ok()
                .flatten()
                .ok_or_else(|| job.fail(malformed("The binding gave nothing that JSON can say.").into()))?;
            Some(String::from(text).into_bytes())
        }
        (Payload::Response(_), Media::Json) => Some(read_bytes(job, reply).await?),
        (Payload::Response(_), Media::Page) => return Err(page(job, reply)),
        _ => None,
    };
    let source = job.source(reply);
    set(&source, "chunks", &chunks.into());
    match whole {
        Some(bytes) => {
            let answer = answer_in(job, reply, &bytes)?;
            set(&source, "body", &JsValue::NULL);
            set(&source, "json", &String::from_utf8_lossy(answer).as_ref().into());
        }
        None => {
            set(&source, "body", &body(job, reply)?);
            set(&source, "json", &JsValue::NULL);
        }
    }
    host::stream(&source)
}

/// The whole body as bytes in our own memory; for answers in text, which are small.
pub async fn read_bytes(job: &Job, reply: &Reply) -> Result<Vec<u8>, JsValue> {
    let bytes =
        reply.bytes(&job.guard, job.max_response_bytes()).await.map_err(|failure| job.fail(failure))?;
    Ok(bytes.to_vec())
}

/// The answer's bytes, out of the envelope.
pub fn answer_in<'a>(job: &Job, reply: &Reply, bytes: &'a [u8]) -> Result<&'a [u8], JsValue> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let value = json::parse(bytes).map_err(|_| job.refuse(reply, malformed("The reply is not JSON.")))?;
    match judge(job, Facts::of(value)) {
        Verdict::Failure => Err(job.refuse(reply, Error::from_json(value, reply.status()))),
        Verdict::Unwrap => Ok(value.get("result").map_or(b"null", |result| result.raw())),
        Verdict::Whole => Ok(value.raw()),
    }
}

fn judge(job: &Job, facts: Facts) -> Verdict {
    if job.is_enveloped() { facts.judge() } else { facts.judge_bare() }
}

/// The answer, out of the envelope.
fn unwrap(job: &Job, reply: &Reply, value: &JsValue) -> Result<JsValue, JsValue> {
    match judge(job, facts_of(value)) {
        Verdict::Whole => Ok(value.clone()),
        Verdict::Unwrap => Ok(get(value, "result")),
        Verdict::Failure => {
            let text = stringify(value).ok().flatten().map(String::from).unwrap_or_default();
            let error = json::parse(text.as_bytes()).map(|value| Error::from_json(value, reply.status()));
            Err(job.refuse(
                reply,
                error.unwrap_or_else(|_| malformed("The reply tells of a failure that cannot be read.")),
            ))
        }
    }
}

/// The same look at a JavaScript value as [`Facts::of`] takes at bytes.
fn facts_of(value: &JsValue) -> Facts {
    if !value.is_object() || js_sys::Array::is_array(value) {
        return Facts::default();
    }
    let has = |key: &str| Object::has_own(value.unchecked_ref::<Object>(), &key.into());
    let errors = get(value, "errors").dyn_into::<js_sys::Array>().ok();
    Facts {
        result: has("result"),
        success: get(value, "success").as_bool(),
        failures: errors.as_ref().is_some_and(|errors| errors.length() > 0),
        marks: errors.is_some() || has("messages") || has("state"),
    }
}

/// Bytes go out as a stream, as the binding itself gives them.
fn bytes(job: &Job, reply: &Reply) -> Result<JsValue, JsValue> {
    let source = Object::new();
    set(&source, "body", &body(job, reply)?);
    set(&source, "idleMs", &job.call.timeouts.idle.unwrap_or(0.0).into());
    set(&source, "guard", &GuardHandle::from(job.guard.clone()).into());
    host::bytes(&source)
}

fn body(job: &Job, reply: &Reply) -> Result<JsValue, JsValue> {
    let body = reply.body();
    if body.is_object() { Ok(body) } else { Err(job.refuse(reply, malformed("The reply has no body."))) }
}

async fn read_text(job: &Job, reply: &Reply) -> Result<JsString, JsValue> {
    let bytes =
        reply.bytes(&job.guard, job.max_response_bytes()).await.map_err(|failure| job.fail(failure))?;
    decode(&bytes)
        .map_err(|thrown| job.fail(Failure::caused(malformed("The reply cannot be decoded."), thrown)))
}

fn page(job: &Job, reply: &Reply) -> JsValue {
    reply.discard();
    job.refuse(
        reply,
        malformed(
            "A web page came instead of an answer. Check baseURL, and what stands in front of the service.",
        ),
    )
}
