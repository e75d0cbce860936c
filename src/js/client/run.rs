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
use crate::client::body::Reader;
use crate::client::host::Reply;
use crate::client::opening::replied;
use crate::client::{Failure, Target, body};
use crate::codes;
use crate::error::body::event_data;
use crate::error::{Code, Error};
use crate::headers::RUN_ID;
use crate::js::chunks::{Gathered, join};
use crate::js::fields::Fields;
use crate::js::host::body::JsBody;
use crate::js::host::reply::Kind;
use crate::js::host::{Bytes, JsContent, JsHost, JsReply, parse_json};
use crate::js::package::{AIStream, byte_stream, call_tasks, decode, needs_preparing};
use crate::js::promise::{promise, settled};
use crate::js::transport::{TaskCall, Transport};
use crate::js::value::{Js, is_list, joined, member, set, spread};
use crate::model::is_foreign;
use crate::options::read::Caller;
use crate::plan::base::names_models;
use crate::quirks;
use crate::reply::{MOST_ENVELOPES, open_answer};
use crate::usual;
use crate::wire::beginning::Beginning;
use crate::wire::dialect::Reading;
use crate::wire::envelope::{Facts, Verdict, Wrapping};
use crate::wire::failure_kind;
use crate::wire::json;
use crate::wire::media::Media;
use crate::wire::reported::{MEMBERS, PROBLEM_MEMBERS, has_words, is_bare_failure, reports_failure};

type Stopped = Failure<JsHost>;

/// Begins a call. Everything that is the caller's is read before this returns; what is wrong with it rejects the promise.
pub fn start(client: &Rc<JsClient>, method: Method, arguments: Arguments) -> Promise {
    ask(client, method, arguments, &JsValue::UNDEFINED)
}

/// The same with members that are sent in addition to the input's, in the model's own form: nobody checks them.
pub fn ask(client: &Rc<JsClient>, method: Method, arguments: Arguments, more: &JsValue) -> Promise {
    match prepare(client, method, arguments, more) {
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

fn prepare(
    client: &Rc<JsClient>,
    method: Method,
    arguments: Arguments,
    more: &JsValue,
) -> Result<Prepared, Stopped> {
    let Arguments { model, input, options, replaceable } = arguments;
    let input = if method == Method::Run { input.clone() } else { text::input(model, input, method)? };
    let streams = member(&input, "stream").as_bool() == Some(true);
    let caller = if method == Method::Run { Caller::Run } else { Caller::Method };
    let call = begin(client, model, options, caller)?;
    call.replaceable.set(replaceable);
    // `run` says by itself what it wants.
    if method != Method::Run && call.model().is_some_and(is_foreign) {
        call.format.set(Some(text::format_of(&input)));
    }
    call.reading.set(reading(call.model().unwrap_or_default(), &input));
    let content = encode(&call, method, model, &input, more).inspect_err(|_| call.lifetime.release())?;
    let others = others(&call, options);
    Ok(Prepared { call, method, content, streams, others })
}

/// What of an input decides how its answer is read.
fn reading(model: &str, input: &JsValue) -> Reading {
    let tokens = |name| member(input, name).as_f64().filter(|tokens| *tokens > 0.0);
    let off = |object: &JsValue| member(object, "enable_thinking").as_bool() == Some(false);
    Reading {
        max_tokens: tokens("max_tokens").or_else(|| tokens("max_completion_tokens")).unwrap_or(0.0) as u32,
        // With thinking off these label all that they say as reasoning.
        reasoning_is_text: quirks::ANSWER_AS_REASONING.holds_for(model)
            && (off(input) || off(&member(input, "chat_template_kwargs"))),
    }
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

fn encode(
    call: &Rc<JsCall>,
    method: Method,
    model: &JsValue,
    input: &JsValue,
    more: &JsValue,
) -> Result<Encoding, Stopped> {
    let id = call.model().unwrap_or_default();
    let is_text = method != Method::Run;
    let as_is = !needs_preparing(model, input).map_err(Failure::Foreign)?
        && !usual::is_doubtful(is_text, id, &Js(input.clone()));
    let input = &joined(input, more);
    if !as_is {
        let transport = Transport::new(&call.client, false).into();
        let call = TaskCall::new(call, None).into();
        let arguments = Array::of4(&transport, &call, input, &is_text.into());
        return Ok(Encoding::Pending(call_tasks("prepareInput", &arguments), input.clone()));
    }
    Ok(Encoding::Done(Box::new(as_it_is(call, input)?)))
}

/// An input that goes out as the caller has it.
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

/// The model that goes into the body of a request over HTTP.
fn named(call: &JsCall) -> Option<String> {
    let Target::Run(model) = &call.target else { return None };
    let in_body = model.is_foreign() && names_models(&call.client.config.door);
    in_body.then(|| model.as_str().to_owned())
}

/// What another module has encoded for a call.
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
    if *method == Method::Run && (call.options.raw_response || call.options.websocket) {
        let reply = call.send(content).await?;
        call.lifetime.release_timers();
        if let Some(subscription) = call.lifetime.take_subscription() {
            subscription.outlive(&call.lifetime.canceller());
        }
        return as_response(&reply);
    }
    call.answer(content, async |reply| match method {
        Method::Run if !streams => run(call, &reply).await,
        Method::Run => Ok(open_stream(call, &resumed(call, reply).await?, true).await?.into()),
        Method::GenerateText => text::whole(call, &reply).await,
        Method::StreamText | Method::Later(..) => {
            Ok(open_stream(call, &resumed(call, reply).await?, false).await?.into())
        }
    })
    .await
}

/// A reply whose stream goes on over another connection where its own breaks, if the caller wants that and the gateway keeps the run.
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

/// Exactly what the service said, in the form that `env.AI.run` gives it.
async fn run(call: &JsCall, reply: &JsReply) -> Result<JsValue, Stopped> {
    let answer = match reply.media() {
        // A stream of media is not waited for.
        Media::Other if !reply.is_text() => {
            return byte_stream(&source(call, Some(body(reply)?), None).done()).map_err(Failure::Foreign);
        }
        Media::Events | Media::Other => match peek(call, reply, Until::Known).await? {
            Peeked::Bytes(source) => return byte_stream(&source.done()).map_err(Failure::Foreign),
            Peeked::Json(bytes) => parse_bytes(call, reply, &bytes)?,
        },
        Media::Json | Media::Page => parse_answer(call, reply).await?,
    };
    call.lifetime.release();
    Ok(answer.result)
}

/// What a reply that is no JSON by its type is by its bytes.
enum Peeked {
    /// Bytes, as the source of a stream of them.
    Bytes(Fields),
    /// JSON after all.
    Json(Uint8Array),
}

/// How far a reply is read before it is handed on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    /// Until its first bytes show what it is.
    Known,
    /// The same; a failure that the first event tells of is one here.
    Answer,
    /// Until it says something, in chunks of the service's own or in text: a failure before that is one here as well.
    Content { chunks: bool },
}

/// Reads so much of a reply; JSON is read to its end.
async fn peek(call: &JsCall, reply: &JsReply, until: Until) -> Result<Peeked, Stopped> {
    body(reply)?;
    let (host, lifetime) = (&*call.client.host, &*call.lifetime);
    let mut reader = Reader::open(host, reply, call.client.config.bounds.response)?;
    let (mut chunks, mut seen, mut beginning) = (Vec::new(), Vec::new(), None);
    while beginning.is_none() {
        let read = reader.next(host, lifetime).await.map_err(|failure| replied(failure, reply));
        let Some(Bytes(chunk)) = read? else { break };
        seen.extend(chunk.to_vec());
        chunks.push(chunk);
        beginning = Beginning::decided(&seen, false);
    }
    if beginning == Some(Beginning::Json) {
        let mut gathered = Gathered::default();
        chunks.into_iter().for_each(|chunk| gathered.push(chunk));
        while let Some(Bytes(chunk)) = reader.next(host, lifetime).await? {
            gathered.push(chunk);
        }
        return Ok(Peeked::Json(gathered.finish()));
    }
    let fails = until != Until::Known;
    if fails && matches!(beginning, None | Some(Beginning::Other)) {
        let error = call.head(reply).failure(&seen);
        if error.internal_code.and_then(codes::find).is_some() {
            reader.stop(host);
            return Err(error.into());
        }
    }
    if fails
        && let Some(failure) = event_failure(call, reply, &seen)
        && let Err(failure) = again_or_on(call, failure)
    {
        reader.stop(host);
        return Err(failure);
    }
    if let Until::Content { chunks: own } = until {
        let keep = |Bytes(chunk): Bytes| chunks.push(chunk);
        call.until_content(reply, &mut reader, &seen, own, keep).await?;
    }
    let source = source(call, None, None);
    match reader.into_body() {
        Some(JsBody::Stream(reader)) => {
            source.value("reader", &reader);
            source.value("first", &chunks.into_iter().collect::<Array>());
        }
        _ => source.value("body", &stream_of(&join(chunks))?),
    }
    Ok(Peeked::Bytes(source))
}

/// A JSON answer.
pub struct Answer {
    /// As it came.
    pub whole: JsValue,
    /// Out of its envelope, where it is in one.
    pub result: JsValue,
}

/// All of a JSON reply, parsed, out of its envelope. What it is, its bytes tell; its type may be wrong.
pub async fn parse_answer(call: &JsCall, reply: &JsReply) -> Result<Answer, Stopped> {
    if let Kind::Value(value) = &reply.kind {
        return judge(call, reply, value.clone());
    }
    let bytes = read_all(call, reply).await?;
    parse_bytes(call, reply, &bytes)
}

/// The same for a task, whose answer has members of its own: what has none, and describes a failure, is one. `run` gives it as it came.
pub async fn parse_task_answer(call: &JsCall, reply: &JsReply) -> Result<Answer, Stopped> {
    let answer = parse_answer(call, reply).await?;
    let is_models = matches!(wrapping(call, reply), Wrapping::Enveloped | Wrapping::Bare);
    if is_models && json::parse(&problem_members(&answer.result)).is_ok_and(is_bare_failure) {
        let text = JSON::stringify(&answer.result).map_err(Failure::Foreign)?.as_string().unwrap_or_default();
        return Err(call.head(reply).failure_on_the_way(text.as_bytes()).into());
    }
    Ok(answer)
}

/// Those members of an answer by which a bare failure is known, as JSON text; nothing where it has others that are an answer.
fn problem_members(value: &JsValue) -> Vec<u8> {
    const ANSWERS: [&str; 4] = ["response", "choices", "output", "data"];
    if !value.is_object() || is_list(value) || ANSWERS.iter().any(|name| !member(value, name).is_undefined())
    {
        return Vec::new();
    }
    let members = Object::new();
    for name in PROBLEM_MEMBERS {
        let member = member(value, name);
        if !member.is_undefined() {
            set(&members, name, &member);
        }
    }
    JSON::stringify(&members).ok().and_then(|text| text.as_string()).unwrap_or_default().into_bytes()
}

fn parse_bytes(call: &JsCall, reply: &JsReply, bytes: &Uint8Array) -> Result<Answer, Stopped> {
    // An endpoint that gives nothing answers without a body.
    if bytes.length() == 0 && matches!(call.target, Target::Endpoint(_)) {
        return Ok(Answer { whole: JsValue::NULL, result: JsValue::NULL });
    }
    let whole = parse(&decode(bytes)).map_err(|cause| match beginning(bytes) {
        Some(Beginning::Markup | Beginning::Page) => page(reply),
        Some(Beginning::Events) => {
            event_failure(call, reply, &bytes.to_vec()).unwrap_or_else(|| not_json(cause))
        }
        _ => not_json(cause),
    })?;
    judge(call, reply, whole)
}

/// What bytes are in JavaScript's memory.
fn beginning(bytes: &Uint8Array) -> Option<Beginning> {
    const ENOUGH: u32 = 256;
    Beginning::of(&bytes.subarray(0, ENOUGH.min(bytes.length())).to_vec())
}

/// The failure that the first event tells of, where events came in the place of an answer.
fn event_failure(call: &JsCall, reply: &JsReply, bytes: &[u8]) -> Option<Stopped> {
    let data = event_data(bytes)?;
    let failed = json::parse(&data).is_ok_and(reports_failure);
    failed.then(|| call.head(reply).failure(&data).into())
}

/// What is in an envelope, and whose. On the binding only what it fetches for other endpoints is in one.
fn wrapping(call: &JsCall, reply: &JsReply) -> Wrapping {
    let endpoint = match &call.target {
        Target::Run(_) => None,
        Target::Endpoint(endpoint) => Some(endpoint).filter(|endpoint| endpoint.model.is_none()),
    };
    let over_http = call.client.host.binding.is_none();
    match endpoint {
        None if over_http => Wrapping::Enveloped,
        None => Wrapping::Bare,
        Some(endpoint) if over_http || endpoint.member.is_some() && reply.status().is_some() => {
            Wrapping::Endpoint
        }
        Some(_) => Wrapping::Foreign,
    }
}

/// What a parsed answer means.
pub fn judge(call: &JsCall, reply: &JsReply, whole: JsValue) -> Result<Answer, Stopped> {
    judge_within(call, reply, whole, MOST_ENVELOPES)
}

fn judge_within(call: &JsCall, reply: &JsReply, whole: JsValue, left: u8) -> Result<Answer, Stopped> {
    let wrapping = wrapping(call, reply);
    let facts = json::parse(&reporting_members(&whole)).map(Facts::of).unwrap_or_default();
    let result = member(&whole, "result");
    if facts.holds_answer(wrapping) && json::parse(&reporting_members(&result)).is_ok_and(reports_failure) {
        return Err(reported(call, reply, &result));
    }
    match facts.verdict(wrapping) {
        Verdict::Whole => Ok(Answer { result: whole.clone(), whole }),
        Verdict::Unwrap if left > 1 && facts.holds_answer(wrapping) => {
            let result = judge_within(call, reply, result, left - 1)?.result;
            Ok(Answer { whole, result })
        }
        Verdict::Unwrap => Ok(Answer { whole, result }),
        Verdict::Failure => Err(reported(call, reply, &whole)),
    }
}

/// The failure that a parsed reply tells of.
fn reported(call: &JsCall, reply: &JsReply, value: &JsValue) -> Stopped {
    let text = match JSON::stringify(value) {
        Ok(text) => text.as_string().unwrap_or_default(),
        Err(cause) => return Failure::Foreign(cause),
    };
    let head = call.head(reply);
    if !json::parse(text.as_bytes()).is_ok_and(has_words) {
        return head.failure(text.as_bytes()).into();
    }
    not_again(call, head.failure_on_the_way(text.as_bytes()))
}

/// The failure of what has something of an answer: it is not asked again, since it was paid for.
fn not_again(call: &JsCall, error: Error) -> Stopped {
    let thrown = call.lifetime.thrown(Failure::Error(error.clone(), None));
    Failure::Thrown(error, thrown.unwrap_or_else(|cause| cause))
}

/// Those members of a parsed reply that tell whether it reports a failure, as JSON text: the rest of it, which may be large, stays where it is.
fn reporting_members(value: &JsValue) -> Vec<u8> {
    let members = Object::new();
    let mut any = false;
    if value.is_object() && !is_list(value) {
        for name in MEMBERS {
            let member = match (name, member(value, name)) {
                (_, member) if member.is_undefined() => continue,
                ("result" | "messages", _) => JsValue::TRUE,
                ("choices", choices) => match choices.dyn_ref::<Array>() {
                    Some(choices) => Array::of1(&reporting_choice(&choices.get(0))).into(),
                    None => continue,
                },
                (_, member) => member,
            };
            set(&members, name, &member);
            any = true;
        }
    }
    let text = if any { JSON::stringify(&members).ok() } else { None };
    text.and_then(|text| text.as_string()).unwrap_or_default().into_bytes()
}

fn reporting_choice(choice: &JsValue) -> JsValue {
    let members = Object::new();
    for name in ["error", "finish_reason"] {
        set(&members, name, &member(choice, name));
    }
    for name in ["message", "delta"] {
        let error = member(&member(choice, name), "error");
        if !error.is_undefined() {
            let reporting = Object::new();
            set(&reporting, "error", &error);
            set(&members, name, &reporting);
        }
    }
    members.into()
}

/// The error of a reply that is not the JSON that it says.
pub fn not_json(cause: JsValue) -> Stopped {
    let message = "The reply is not the JSON that it says. Ask again.";
    Failure::Error(Error::new(Code::MalformedResponse, message), Some(cause))
}

async fn read_all(call: &JsCall, reply: &JsReply) -> Result<Uint8Array, Stopped> {
    let limit = call.client.config.bounds.response;
    let mut gathered = Gathered::default();
    body::read_all(&*call.client.host, &call.lifetime, reply, limit, |Bytes(chunk)| gathered.push(chunk))
        .await?;
    Ok(gathered.finish())
}

/// Makes an `AIStream` of a reply. A whole answer becomes one as well, without a second request; the engine finds out by itself where one came
/// as events.
pub async fn open_stream(call: &JsCall, reply: &JsReply, chunks: bool) -> Result<AIStream, Stopped> {
    let source = match reply.media() {
        Media::Json | Media::Page => whole_source(call, reply, read_all(call, reply).await?)?,
        Media::Events | Media::Other if call.replaceable.get() => {
            match peek(call, reply, Until::Content { chunks }).await? {
                Peeked::Json(bytes) => whole_source(call, reply, bytes)?,
                Peeked::Bytes(bytes) => {
                    let body = byte_stream(&bytes.done()).map_err(Failure::Foreign)?;
                    source(call, Some(body), None)
                }
            }
        }
        Media::Events | Media::Other => source(call, Some(body(reply)?), None),
    };
    as_stream(call, reply, source, chunks)
}

/// The source of a stream of all bytes of a reply: an answer, or events after all.
fn whole_source(call: &JsCall, reply: &JsReply, bytes: Uint8Array) -> Result<Fields, Stopped> {
    match beginning(&bytes) {
        Some(Beginning::Events) => return Ok(source(call, Some(stream_of(&bytes)?), None)),
        Some(Beginning::Markup | Beginning::Page) => return Err(page(reply)),
        _ => {}
    }
    let text = bytes.to_vec();
    let opened = open_answer(&text, wrapping(call, reply), reply.status());
    let (answer, unwrapped) = match opened {
        Ok(opened) => opened,
        // The reader of answers keeps the part that was paid for.
        Err(_) if json::parse(&text).is_ok_and(has_words) => (text.as_slice(), false),
        Err(error) => return Err(call.head(reply).signed(error).into()),
    };
    let answer = if unwrapped || answer.len() != text.len() { Uint8Array::from(answer) } else { bytes };
    Ok(source(call, None, Some(answer)))
}

/// The same for who waits for the whole of it: a failure in the place of the answer, or of its first event, is asked again where that may help.
pub async fn open_whole(call: &JsCall, reply: &JsReply) -> Result<AIStream, Stopped> {
    if matches!(reply.media(), Media::Json | Media::Page) {
        return open_stream(call, reply, false).await;
    }
    let body = match peek(call, reply, Until::Answer).await? {
        Peeked::Json(bytes) => {
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

/// A failure that will be asked again ends an attempt. Any other is read where it stands, which knows what has come before it.
fn again_or_on(call: &JsCall, failure: Stopped) -> Result<(), Stopped> {
    if call.may_ask_again(&failure) { Err(failure) } else { Ok(()) }
}

fn as_stream(call: &JsCall, reply: &JsReply, source: Fields, chunks: bool) -> Result<AIStream, Stopped> {
    source.value("meta", &meta(call, reply));
    source.flag("chunks", chunks);
    AIStream::new(&source.done()).map_err(Failure::Foreign)
}

/// Bytes that are here as a stream.
fn stream_of(bytes: &Uint8Array) -> Result<JsValue, Stopped> {
    let response = web_sys::Response::new_with_opt_js_u8_array(Some(bytes)).map_err(Failure::Foreign)?;
    Ok(response.body().map_or(JsValue::NULL, JsValue::from))
}

/// What `generateText` makes of an answer's JSON text, without `meta`. The call goes on, whatever becomes of it.
pub async fn text_result(call: &JsCall, json: &str) -> Result<JsValue, JsValue> {
    let source = source(call, None, Some(Uint8Array::from(json.as_bytes())));
    source.value("guard", &StreamGuard::new(call.lifetime.detached()).into());
    source.value("meta", &Object::new());
    source.flag("chunks", false);
    let result = settled(&AIStream::new(&source.done())?.all()?).await?;
    Reflect::delete_property(result.unchecked_ref::<Object>(), &"meta".into())?;
    Ok(result)
}

/// An `AIStream` of the service's own chunks over bytes that were made of a call's reply.
pub fn stream_over(call: &JsCall, reply: &JsReply, body: JsValue) -> Result<AIStream, Stopped> {
    let source = source(call, Some(body), None);
    source.value("meta", &meta(call, reply));
    source.flag("chunks", true);
    // The reply's own limits count where it is read.
    source.number("idleMs", Some(0.0));
    AIStream::new(&source.done()).map_err(Failure::Foreign)
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
    let reading = call.reading.get();
    source.number("maxTokens", Some(reading.max_tokens.into()));
    source.flag("reasoningIsText", reading.reasoning_is_text);
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
    Failure::malformed(failure_kind::PAGE)
}

#[wasm_bindgen]
extern "C" {
    /// The text stays on JavaScript's side.
    #[wasm_bindgen(js_namespace = JSON, catch)]
    fn parse(text: &JsValue) -> Result<JsValue, JsValue>;
}

/// JSON text of the service's as the answer in it.
pub fn open_text(call: &JsCall, reply: &JsReply, text: &str) -> Result<JsValue, Stopped> {
    match Beginning::of(text.as_bytes()) {
        Some(Beginning::Page | Beginning::Markup) => return Err(page(reply)),
        Some(Beginning::Events) => {
            if let Some(failure) = event_failure(call, reply, text.as_bytes()) {
                return Err(failure);
            }
        }
        _ => {}
    }
    let opened = open_answer(text.as_bytes(), wrapping(call, reply), reply.status());
    let (answer, _) = opened.map_err(|error| {
        let error = call.head(reply).signed(error);
        match json::parse(text.as_bytes()).is_ok_and(has_words) {
            true => not_again(call, error),
            false => error.into(),
        }
    })?;
    let is_models = matches!(wrapping(call, reply), Wrapping::Enveloped | Wrapping::Bare);
    if is_models && json::parse(answer).is_ok_and(|answer| !has_words(answer) && is_bare_failure(answer)) {
        return Err(call.head(reply).failure_on_the_way(answer).into());
    }
    parse_json(&crate::text::lossy(answer)).map_err(not_json)
}
