//! Converts a reply to an `AIStream`, from events or from a complete answer.

use std::rc::Rc;

use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::JsCall;
use super::answer::{beginning, failure_instead, page, wrapping};
use super::guard::StreamGuard;
use super::meta::meta;
use super::peek::{Peeked, Until, again_or_on, peek, until_known};
use crate::client::Failure;
use crate::client::host::Reply;
use crate::js::fields::Fields;
use crate::js::host::{JsHost, JsReply};
use crate::js::package::{AIStream, byte_stream};
use crate::js::promise::settled;
use crate::reply::open_answer;
use crate::wire::beginning::Beginning;
use crate::wire::json;
use crate::wire::media::Media;
use crate::wire::reported::{has_words, reports_failure};

type Stopped = Failure<JsHost>;

/// Creates an `AIStream` from a reply. A complete answer is converted too, without a second request; the
/// engine detects whether it consists of events.
pub async fn open_stream(call: &JsCall, reply: &JsReply, chunks: bool) -> Result<AIStream, Stopped> {
    let until = match until_known(reply.media()) {
        Until::Known if call.replaceable.get() => Until::Content { chunks },
        until => until,
    };
    let source = match until {
        Until::Known => source(call, Some(body(reply)?), None),
        until => match peek(call, reply, until).await? {
            Peeked::Whole(bytes) => whole_source(call, reply, bytes)?,
            Peeked::Bytes(bytes) => {
                let body = byte_stream(&bytes.done()).map_err(Failure::Foreign)?;
                source(call, Some(body), None)
            }
        },
    };
    as_stream(call, reply, source, chunks)
}

/// The source of a stream from all bytes of a reply: an answer, or events after much white space.
pub(super) fn whole_source(call: &JsCall, reply: &JsReply, bytes: Uint8Array) -> Result<Fields, Stopped> {
    match beginning(&bytes) {
        Some(Beginning::Events) => return Ok(source(call, Some(stream_of(&bytes)?), None)),
        Some(Beginning::Markup | Beginning::Page) => return Err(page(reply)),
        _ => {}
    }
    let text = bytes.to_vec();
    let outcome = open_answer(&text, wrapping(call, reply), reply.status());
    let (answer, unwrapped) = match outcome {
        Ok(outcome) => outcome,
        // The parser of answers keeps the part that was billed.
        Err(_) if json::parse(&text).is_ok_and(has_words) => (text.as_slice(), false),
        Err(error) => {
            let failure = failure_instead(call, reply, &text);
            return Err(failure.unwrap_or_else(|| call.head(reply).signed(error).into()));
        }
    };
    let answer = if unwrapped || answer.len() != text.len() { Uint8Array::from(answer) } else { bytes };
    Ok(source(call, None, Some(answer)))
}

/// The same for methods that await the complete answer: a failure in place of the answer, or in its first
/// event, is retried if the policy permits.
pub async fn open_whole(call: &JsCall, reply: &JsReply) -> Result<AIStream, Stopped> {
    if matches!(reply.media(), Media::Json | Media::Page) {
        return open_stream(call, reply, false).await;
    }
    let body = match peek(call, reply, Until::Answer).await? {
        Peeked::Whole(bytes) => {
            let text = bytes.to_vec();
            if json::parse(&text).is_ok_and(reports_failure) {
                again_or_on(call, call.head(reply).failure(&text).into())?;
            }
            stream_of(&bytes)?
        }
        Peeked::Bytes(bytes) => byte_stream(&bytes.done()).map_err(Failure::Foreign)?,
    };
    as_stream(call, reply, source(call, Some(body), None), false)
}

pub(super) fn as_stream(
    call: &JsCall,
    reply: &JsReply,
    source: Fields,
    chunks: bool,
) -> Result<AIStream, Stopped> {
    source.value("meta", &meta(call, reply));
    source.flag("chunks", chunks);
    AIStream::new(&source.done()).map_err(Failure::Foreign)
}

/// A stream of bytes in memory.
pub(super) fn stream_of(bytes: &Uint8Array) -> Result<JsValue, Stopped> {
    let response = web_sys::Response::new_with_opt_js_u8_array(Some(bytes)).map_err(Failure::Foreign)?;
    Ok(response.body().map_or(JsValue::NULL, JsValue::from))
}

/// The result of `generateText` for an answer's JSON text, without `meta`. The call stays open, whatever the
/// outcome is.
pub async fn text_result(call: &JsCall, json: &str) -> Result<JsValue, JsValue> {
    let source = source(call, None, Some(Uint8Array::from(json.as_bytes())));
    source.value("guard", &StreamGuard::new(call.lifetime.detached()).into());
    source.value("meta", &Object::new());
    source.flag("chunks", false);
    let result = settled(&AIStream::new(&source.done())?.all()?).await?;
    Reflect::delete_property(result.unchecked_ref::<Object>(), &"meta".into())?;
    Ok(result)
}

/// An `AIStream` of the service's own chunks, from bytes that were derived from a call's reply.
pub fn stream_over(call: &JsCall, reply: &JsReply, body: JsValue) -> Result<AIStream, Stopped> {
    let source = source(call, Some(body), None);
    source.value("meta", &meta(call, reply));
    source.flag("chunks", true);
    // The timeouts are enforced where the reply itself is read.
    source.number("idleMs", Some(0.0));
    AIStream::new(&source.done()).map_err(Failure::Foreign)
}

/// The source object of a stream.
pub(super) fn source(call: &JsCall, body: Option<JsValue>, json: Option<Uint8Array>) -> Fields {
    let source = Fields::default();
    source.value("body", &body.unwrap_or(JsValue::NULL));
    source.value("json", &json.map_or(JsValue::NULL, JsValue::from));
    source.value("guard", &StreamGuard::new(Rc::clone(&call.lifetime)).into());
    source.number("startedAt", Some(call.lifetime.started_at));
    source.number("maxEventBytes", Some(call.client.config.bounds.event));
    source.number("idleMs", Some(call.options.timeouts.idle.unwrap_or(0.0)));
    let reading = call.reading.get();
    source.number("maxTokens", Some(reading.max_tokens.into()));
    source.flag("reasoningIsText", reading.reasoning_is_text);
    source.number("thinking", Some((reading.thinking as u8).into()));
    source
}

pub(super) fn body(reply: &JsReply) -> Result<JsValue, Stopped> {
    reply.body().ok_or_else(|| Failure::malformed("The reply has no body. Ask again."))
}
