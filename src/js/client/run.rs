//! `run`, and what the methods have in common: from a reply to a value, an answer or a stream.

use std::rc::Rc;

use js_sys::{Array, JSON, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::call::{begin, end, rejection};
use super::dispatch::{Arguments, Method};
use super::guard::StreamGuard;
use super::meta::meta;
use super::{JsCall, JsClient, text};
use crate::client::host::Reply;
use crate::client::{Failure, Target, body};
use crate::error::{Code, Error};
use crate::js::chunks::join;
use crate::js::fields::Fields;
use crate::js::host::reply::Kind;
use crate::js::host::{Bytes, JsContent, JsHost, JsReply, parse_json};
use crate::js::package::{AIStream, byte_stream, call_tasks, decode, needs_preparing};
use crate::js::promise::{promise, settled};
use crate::js::transport::{TaskCall, Transport};
use crate::js::value::{Js, member, spread};
use crate::options::read::Caller;
use crate::reply::open_answer;
use crate::usual;
use crate::wire::envelope::{Facts, Verdict};
use crate::wire::media::Media;

type Stopped = Failure<JsHost>;

/// Begins a call. Everything that is the caller's is read before this returns; what is wrong with it rejects the promise.
pub fn start(client: &Rc<JsClient>, method: Method, arguments: Arguments) -> Promise {
    match prepare(client, method, arguments) {
        // One future for all methods: each kind of future brings its own half a dozen functions.
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

/// Adds the model that was probably meant to the refusal of an id. The module with the tasks knows the ids; without it the error stays as it is.
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
    /// Does the input ask for a stream?
    streams: bool,
    /// Options that the binding gets as they are.
    others: Option<Object>,
}

/// What is sent.
enum Encoding {
    /// It is there.
    Done(Box<JsContent>),
    /// The module with the tasks makes it, or says that the input goes as it is.
    Pending(Promise, JsValue),
}

fn prepare(client: &Rc<JsClient>, method: Method, arguments: Arguments) -> Result<Prepared, Stopped> {
    let Arguments { model, input, options } = arguments;
    let input = if method == Method::Run { input.clone() } else { text::input(input, method)? };
    let streams = member(&input, "stream").as_bool() == Some(true);
    let caller = if method == Method::Run { Caller::Run } else { Caller::Method };
    let call = begin(client, model, options, caller)?;
    let content = encode(&call, method, model, &input).inspect_err(|_| call.lifetime.release())?;
    let others = others(&call, options);
    Ok(Prepared { call, method, content, streams, others })
}

/// Options of `run` that are none of ours: the binding may know them.
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

fn encode(call: &Rc<JsCall>, method: Method, model: &JsValue, input: &JsValue) -> Result<Encoding, Stopped> {
    let id = call.model().unwrap_or_default();
    let is_text = method != Method::Run;
    if needs_preparing(model, input).map_err(Failure::Foreign)?
        || usual::is_doubtful(is_text, id, &Js(input.clone()))
    {
        let transport = Transport::new(&call.client).into();
        let call = TaskCall::new(call, None).into();
        let arguments = Array::of4(&transport, &call, input, &is_text.into());
        return Ok(Encoding::Pending(call_tasks("prepareInput", &arguments), input.clone()));
    }
    Ok(Encoding::Done(Box::new(as_it_is(call, input)?)))
}

/// An input that goes out as the caller has it.
pub fn as_it_is(call: &JsCall, input: &JsValue) -> Result<JsContent, Stopped> {
    let input = &spread(input);
    let content = if call.client.host.binding.is_some() {
        JsContent::for_binding(input)?
    } else {
        JsContent::for_http(input, call.model().unwrap_or_default(), call.options.reject_if_busy)?
    };
    call.lifetime.set_texts(Some(content.texts.clone()));
    Ok(content)
}

/// What another module has encoded for a call.
pub fn encoded(call: &JsCall, outgoing: JsValue) -> JsContent {
    let content = JsContent::from_outgoing(outgoing.unchecked_ref());
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
    let reply = call.send(content).await?;
    match method {
        Method::Run if call.options.raw_response || call.options.websocket => {
            call.lifetime.release_timers();
            if let Some(subscription) = call.lifetime.take_subscription() {
                subscription.outlive(&call.lifetime.canceller());
            }
            as_response(&reply)
        }
        Method::Run if !streams => run(call, &reply).await,
        Method::Run => Ok(open_stream(call, &reply, true).await?.into()),
        Method::GenerateText => text::whole(call, &reply).await,
        Method::StreamText | Method::Task(_) => Ok(open_stream(call, &reply, false).await?.into()),
    }
}

/// Exactly what the service said, in the form that `env.AI.run` gives it.
async fn run(call: &JsCall, reply: &JsReply) -> Result<JsValue, Stopped> {
    if let Media::Events | Media::Other = reply.media() {
        let source = source(call, Some(body(reply)?), None);
        return Ok(byte_stream(&source.done()));
    }
    let answer = parse_answer(call, reply).await?;
    call.lifetime.release();
    Ok(answer.result)
}

/// A JSON answer.
pub struct Answer {
    /// As it came.
    pub whole: JsValue,
    /// Out of its envelope, where it is in one.
    pub result: JsValue,
}

/// All of a JSON reply, parsed, out of its envelope.
pub async fn parse_answer(call: &JsCall, reply: &JsReply) -> Result<Answer, Stopped> {
    let whole = match &reply.kind {
        Kind::Value(value) => value.clone(),
        _ if reply.media() == Media::Page => return Err(page(reply)),
        _ => {
            let bytes = read_all(call, reply).await?;
            // An endpoint that gives nothing answers without a body.
            if bytes.length() == 0 && matches!(call.target, Target::Endpoint(_)) {
                return Ok(Answer { whole: JsValue::NULL, result: JsValue::NULL });
            }
            parse(&decode(&bytes)).map_err(not_json)?
        }
    };
    judge(call, reply, whole)
}

/// Is an answer in the REST API's envelope? On the binding only what it fetches for other endpoints is.
fn is_enveloped(call: &JsCall, reply: &JsReply) -> bool {
    match &call.target {
        _ if call.client.host.binding.is_none() => true,
        Target::Run(_) => false,
        Target::Endpoint(endpoint) => endpoint.member.is_some() && reply.status().is_some(),
    }
}

/// What a parsed answer means.
pub fn judge(call: &JsCall, reply: &JsReply, whole: JsValue) -> Result<Answer, Stopped> {
    let result = match facts(&whole).verdict(is_enveloped(call, reply)) {
        Verdict::Whole => whole.clone(),
        Verdict::Unwrap => member(&whole, "result"),
        Verdict::Failure => {
            let text = JSON::stringify(&whole).map_err(Failure::Foreign)?.as_string().unwrap_or_default();
            return Err(call.head(reply).failure(text.as_bytes()).into());
        }
    };
    Ok(Answer { whole, result })
}

/// The error of a reply that is not the JSON that it says.
pub fn not_json(cause: JsValue) -> Stopped {
    let message = "The reply is not the JSON that it says. Ask again.";
    Failure::Error(Error::new(Code::MalformedResponse, message), Some(cause))
}

async fn read_all(call: &JsCall, reply: &JsReply) -> Result<Uint8Array, Stopped> {
    let limit = call.client.config.bounds.response;
    let chunks = body::read_all(&*call.client.host, &call.lifetime, reply, limit).await?;
    Ok(join(chunks.into_iter().map(|Bytes(chunk)| chunk).collect()))
}

/// Makes an `AIStream` of a reply. A whole answer becomes one as well, without a second request.
pub async fn open_stream(call: &JsCall, reply: &JsReply, chunks: bool) -> Result<AIStream, Stopped> {
    let source = match reply.media() {
        Media::Page => return Err(page(reply)),
        Media::Json => {
            let bytes = read_all(call, reply).await?;
            let text = bytes.to_vec();
            let opened = open_answer(&text, is_enveloped(call, reply), reply.status());
            let (answer, unwrapped) = opened.map_err(|error| call.head(reply).signed(error))?;
            let answer =
                if unwrapped || answer.len() != text.len() { Uint8Array::from(answer) } else { bytes };
            source(call, None, Some(answer))
        }
        Media::Events | Media::Other => source(call, Some(body(reply)?), None),
    };
    source.value("meta", &meta(call, reply));
    source.flag("chunks", chunks);
    Ok(AIStream::new(&source.done()))
}

/// What `generateText` makes of an answer's JSON text, without `meta`. The call goes on, whatever becomes of it.
pub async fn text_result(call: &JsCall, json: &str) -> Result<JsValue, JsValue> {
    let source = source(call, None, Some(Uint8Array::from(json.as_bytes())));
    source.value("guard", &StreamGuard::new(call.lifetime.detached()).into());
    source.value("meta", &Object::new());
    source.flag("chunks", false);
    let result = settled(&AIStream::new(&source.done()).all()?).await?;
    Reflect::delete_property(result.unchecked_ref::<Object>(), &"meta".into())?;
    Ok(result)
}

/// An `AIStream` of the service's own chunks over bytes that were made of a call's reply.
pub fn stream_over(call: &JsCall, reply: &JsReply, body: JsValue) -> AIStream {
    let source = source(call, Some(body), None);
    source.value("meta", &meta(call, reply));
    source.flag("chunks", true);
    // The reply's own limits count where it is read.
    source.number("idleMs", Some(0.0));
    AIStream::new(&source.done())
}

/// What a stream is made of.
fn source(call: &JsCall, body: Option<JsValue>, json: Option<Uint8Array>) -> Fields {
    let source = Fields::default();
    source.value("body", &body.unwrap_or(JsValue::NULL));
    source.value("json", &json.map_or(JsValue::NULL, JsValue::from));
    source.value("guard", &StreamGuard::new(Rc::clone(&call.lifetime)).into());
    source.number("startedAt", Some(call.lifetime.started_at));
    source.number("maxEventBytes", Some(call.client.config.bounds.event));
    source.number("idleMs", Some(call.options.timeouts.idle.unwrap_or(0.0)));
    source
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

/// The runtime's refusal to make a `Response`, for instance of a stream that is being read.
fn not_a_response(error: gloo_net::Error) -> Stopped {
    let gloo_net::Error::JsError(thrown) = error else { return Failure::malformed("The reply is no body.") };
    let error = js_sys::Error::new(&thrown.message);
    error.set_name(&thrown.name);
    Failure::Foreign(error.into())
}

fn body(reply: &JsReply) -> Result<JsValue, Stopped> {
    reply.body().ok_or_else(|| Failure::malformed("The reply has no body. Ask again."))
}

/// The failure of a reply that is a web page.
pub fn page(reply: &JsReply) -> Stopped {
    reply.discard();
    Failure::malformed("A web page came instead of an answer. Check baseURL.")
}

/// What of an envelope is there.
fn facts(value: &JsValue) -> Facts {
    if !value.is_object() || Array::is_array(value) {
        return Facts::default();
    }
    let there = |name| !member(value, name).is_undefined();
    let errors = member(value, "errors");
    let errors = errors.dyn_ref::<Array>();
    Facts {
        result: there("result"),
        success: member(value, "success").as_bool(),
        failures: errors.is_some_and(|errors| errors.length() > 0),
        marks: errors.is_some() || there("messages") || there("state"),
    }
}

#[wasm_bindgen]
extern "C" {
    /// The text stays on JavaScript's side.
    #[wasm_bindgen(js_namespace = JSON, catch)]
    fn parse(text: &JsValue) -> Result<JsValue, JsValue>;
}

/// JSON text of the service's as the answer in it.
pub fn open_text(call: &JsCall, reply: &JsReply, text: &str) -> Result<JsValue, Stopped> {
    let opened = open_answer(text.as_bytes(), is_enveloped(call, reply), reply.status());
    let (answer, _) = opened.map_err(|error| call.head(reply).signed(error))?;
    parse_json(&crate::text::lossy(answer)).map_err(not_json)
}
