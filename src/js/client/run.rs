//! The common parts of all methods: encoding the request, and dispatching the reply to its method's
//! conversion; and `run`.

use std::rc::Rc;

use js_sys::{Array, JSON, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::answer::{judge, open_bytes, parse_bytes};
use super::call::{begin, end, rejection};
use super::dispatch::{Arguments, Method};
use super::peek::{Peeked, peek, until_known};
use super::streams::{body, open_stream, source};
use super::{JsCall, JsClient, text};
use crate::client::host::Reply;
use crate::client::{Failure, Target};
use crate::error::Code;
use crate::headers::RUN_ID;
use crate::js::fields::Fields;
use crate::js::host::reply::Kind;
use crate::js::host::{JsContent, JsHost, JsReply};
use crate::js::package::{byte_stream, call_tasks, needs_preparing};
use crate::js::promise::{promise, settled};
use crate::js::transport::{TaskCall, Transport};
use crate::js::value::{Js, joined, member, spread};
use crate::model::is_foreign;
use crate::options::read::Caller;
use crate::plan::base::names_models;
use crate::precheck;
use crate::quirks;
use crate::wire::media::Media;

type Stopped = Failure<JsHost>;

/// Begins a call. All of the caller's values are read before this returns; an invalid one rejects the
/// promise.
pub fn start(client: &Rc<JsClient>, method: Method, arguments: Arguments) -> Promise {
    ask(client, method, arguments, &JsValue::UNDEFINED)
}

/// The same with members that are sent in addition to the input's, in the model's own form and unvalidated.
pub fn ask(client: &Rc<JsClient>, method: Method, arguments: Arguments, more: &JsValue) -> Promise {
    match prepare(client, method, arguments, more) {
        // One future type for all methods: each type adds half a dozen functions.
        Ok(prepared) => promise(async move {
            match answer(&prepared).await {
                Ok(answer) => Ok(answer),
                Err(failure) => {
                    let error = end(&prepared.call, failure);
                    suggest_model(&prepared.call, &error).await;
                    Err(error)
                }
            }
        }),
        Err(failure) => Promise::reject(&rejection(failure)),
    }
}

/// Adds the most similar model id to the error of an unknown one. The tasks module has the ids; if it cannot
/// be loaded the error is unchanged.
async fn suggest_model(call: &JsCall, error: &JsValue) {
    if member(error, "code").as_string().as_deref() == Some(Code::ModelNotFound.as_str()) {
        let id = call.model().unwrap_or_default().into();
        let _ = settled(&call_tasks("suggestModel", &Array::of2(&id, error))).await;
    }
}

struct Prepared {
    call: Rc<JsCall>,
    method: Method,
    content: Encoding,
    /// True if the input requests a stream.
    streams: bool,
    /// Options that are passed to the binding unchanged.
    others: Option<Object>,
}

/// The content of the request.
enum Encoding {
    /// It is encoded.
    Done(Box<JsContent>),
    /// The tasks module encodes it, or decides that the input is sent unchanged.
    Pending(Promise, JsValue),
}

fn prepare(
    client: &Rc<JsClient>,
    method: Method,
    arguments: Arguments,
    more: &JsValue,
) -> Result<Prepared, Stopped> {
    let Arguments { model, input, options, replaceable } = arguments;
    let input = if method.is_run() { input.clone() } else { text::input(model, input, method)? };
    let streams = member(&input, "stream").as_bool() == Some(true);
    let caller = if method.is_run() { Caller::Run } else { Caller::Method };
    let call = begin(client, model, options, caller)?;
    call.replaceable.set(replaceable);
    // For `run` the input itself determines the format.
    if !method.is_run() && call.model().is_some_and(is_foreign) {
        call.format.set(Some(text::format_of(&input)));
    }
    let reading = quirks::reading(call.model().unwrap_or_default(), &Js(joined(&input, more)));
    call.reading.set(reading);
    let content = encode(&call, method, model, &input, more).inspect_err(|_| call.lifetime.release())?;
    let others = others(&call, options);
    Ok(Prepared { call, method, content, streams, others })
}

/// Options of `run` that are not ours: the binding may support them.
fn others(call: &JsCall, options: &JsValue) -> Option<Object> {
    let names = &call.options.others;
    if names.is_empty() || call.client.host.binding.is_none() {
        return None;
    }
    let others = Object::new();
    for name in names {
        let name = JsValue::from_str(name);
        let _ = Reflect::set(&others, &name, &Reflect::get(options, &name).unwrap_or_default());
    }
    Some(others)
}

fn encode(
    call: &Rc<JsCall>,
    method: Method,
    model: &JsValue,
    input: &JsValue,
    more: &JsValue,
) -> Result<Encoding, Stopped> {
    let id = call.model().unwrap_or_default();
    let is_text = !method.is_run();
    let as_is = !needs_preparing(model, input).map_err(Failure::Foreign)?
        && !precheck::is_doubtful(is_text, id, &Js(input.clone()));
    let input = &joined(input, more);
    if !as_is {
        let transport = Transport::new(&call.client, false).into();
        let is_socket = call.options.websocket;
        let task = TaskCall::new(call, None).into();
        let arguments = Array::of5(&transport, &task, input, &is_text.into(), &is_socket.into());
        return Ok(Encoding::Pending(call_tasks("prepareInput", &arguments), input.clone()));
    }
    Ok(Encoding::Done(Box::new(as_it_is(call, input)?)))
}

/// An input that is sent unchanged.
pub fn as_it_is(call: &JsCall, input: &JsValue) -> Result<JsContent, Stopped> {
    let input = &spread(input);
    let mut content = if call.client.host.binding.is_some() {
        JsContent::for_binding(input)?
    } else {
        JsContent::for_http(input, call.model().unwrap_or_default(), call.options.reject_if_busy)?
    };
    content.named = named(call);
    call.lifetime.set_texts(Some(content.texts.clone()));
    Ok(content)
}

/// The model, if it is sent in the body of a request over HTTP.
fn named(call: &JsCall) -> Option<String> {
    let Target::Run(model) = &call.target else { return None };
    let in_body = model.is_foreign() && names_models(&call.client.config.door);
    in_body.then(|| model.as_str().to_owned())
}

/// Content that another module has encoded.
pub fn encoded(call: &JsCall, outgoing: JsValue) -> JsContent {
    let mut content = JsContent::from_outgoing(outgoing.unchecked_ref());
    content.named = named(call);
    call.lifetime.set_texts(Some(content.texts.clone()));
    content
}

async fn answer(prepared: &Prepared) -> Result<JsValue, Stopped> {
    let Prepared { call, method, content, streams, others } = prepared;
    let made;
    let content = match content {
        Encoding::Done(content) => content,
        Encoding::Pending(promise, input) => {
            let outgoing = call.lifetime.until(settled(promise)).await?;
            let outgoing = outgoing.map_err(Failure::Foreign)?;
            made = if outgoing.is_undefined() { as_it_is(call, input)? } else { encoded(call, outgoing) };
            &made
        }
    };
    content.set_others(others.clone());
    if method.is_run() && (call.options.raw_response || call.options.websocket) {
        let reply = call.send(content).await?;
        call.lifetime.release_timers();
        let subscription = call.lifetime.take_subscription();
        let response = as_response(&reply)?;
        if let Some(subscription) = subscription {
            subscription.outlive(&call.lifetime.canceller(), &response);
        }
        return Ok(response);
    }
    call.answer(content, async |reply| match method {
        Method::Run | Method::RunJson if !streams => run(call, &reply, *method).await,
        Method::Run | Method::RunJson => {
            Ok(open_stream(call, &resumed(call, reply).await?, true).await?.into())
        }
        Method::GenerateText => text::whole(call, &reply).await,
        Method::StreamText | Method::Later(..) => {
            Ok(open_stream(call, &resumed(call, reply).await?, false).await?.into())
        }
    })
    .await
}

/// A reply whose stream is resumed when its connection breaks, if the caller has set that option and the
/// gateway stores the run.
pub async fn resumed(call: &Rc<JsCall>, reply: JsReply) -> Result<JsReply, Stopped> {
    let is_stream = call.options.resume && reply.media() == Media::Events;
    let Some(run) = reply.header(RUN_ID).filter(|_| is_stream) else { return Ok(reply) };
    let gateway = call.options.gateway.as_ref().and_then(|gateway| gateway.id.as_deref());
    let timeout = Fields::default();
    timeout.number("firstByte", call.options.timeouts.first_byte);
    timeout.number("idle", call.options.timeouts.idle);
    let arguments = Array::of5(
        &Transport::new(&call.client, false).into(),
        &TaskCall::replied(call, reply.clone()).into(),
        &gateway.unwrap_or("default").into(),
        &run.into(),
        &timeout.done(),
    );
    let body = call.lifetime.until(settled(&call_tasks("resumedBody", &arguments))).await?;
    Ok(reply.with_body(body.map_err(Failure::Foreign)?))
}

/// The service's result unchanged, in the form of `env.AI.run`.
async fn run(call: &JsCall, reply: &JsReply, method: Method) -> Result<JsValue, Stopped> {
    let answer = match reply.media() {
        // A stream of media is returned before it is complete.
        Media::Other if !reply.is_text() => {
            return byte_stream(&source(call, Some(body(reply)?), None).done()).map_err(Failure::Foreign);
        }
        media => match &reply.kind {
            Kind::Value(value) => judge(call, reply, value.clone())?.result,
            _ => match peek(call, reply, until_known(media)).await? {
                Peeked::Bytes(source) => return byte_stream(&source.done()).map_err(Failure::Foreign),
                Peeked::Whole(bytes) if method == Method::RunJson => {
                    Uint8Array::from(open_bytes(call, reply, &bytes.to_vec())?).into()
                }
                Peeked::Whole(bytes) => parse_bytes(call, reply, &bytes)?.result,
            },
        },
    };
    call.lifetime.release();
    Ok(answer)
}

fn as_response(reply: &JsReply) -> Result<JsValue, Stopped> {
    let builder = gloo_net::http::Response::builder();
    let response = match &reply.kind {
        Kind::Response(response) => return Ok(response.into()),
        Kind::Stream(stream) => {
            let stream: &web_sys::ReadableStream = stream.unchecked_ref();
            builder.header("content-type", "text/event-stream").body(Some(stream))
        }
        Kind::Value(value) => {
            let json = JSON::stringify(value).map_err(Failure::Foreign)?.as_string().unwrap_or_default();
            builder.header("content-type", "application/json").body(Some(json.as_str()))
        }
    };
    Ok(web_sys::Response::from(response.map_err(not_a_response)?).into())
}

/// The runtime has rejected the construction of a `Response`, for instance from a locked stream.
fn not_a_response(error: gloo_net::Error) -> Stopped {
    let gloo_net::Error::JsError(thrown) = error else { return Failure::malformed("The reply is no body.") };
    let error = js_sys::Error::new(&thrown.message);
    error.set_name(&thrown.name);
    Failure::Foreign(error.into())
}
