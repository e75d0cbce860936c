//! A call of a task's method, from the caller's input to its result. All methods share one future type: a
//! state machine for each would be most of the module.

use js_sys::{JSON, Object, Promise};
use wasm_bindgen::prelude::*;

use super::encode::Draft;
use super::failure::Failure;
use super::held::Held;
use super::long_audio;
use super::media_in::Destination;
use super::media_out::take_media;
use super::openai::random;
use super::openai::whole::{arrived, of_call};
use super::requests::Several;
use super::serialize::to_object;
use super::transport::{Call, Transport, result};
use super::vectors::{Answer as Vectors, take_vectors};
use super::warn::warn_once;
use crate::catalog::Method;
use crate::error::Error;
use crate::headers::REQUEST_ID;
use crate::js::package::{check_input, copy_of};
use crate::js::promise::promise;
use crate::js::value::{Js, copy, member, set, spread};
use crate::tasks::request::{self, Content, Door, Requests, Route, Take, TaskRequest, TaskResult};
use crate::tasks::short_form;
use crate::tasks::text_embeddings::Embedding;
use crate::text::lossy;
use crate::wire::json;
use crate::wire::openai::gathered::Arrived;
use crate::wire::openai::{Head, Settings, completion};
use crate::wire::reported::is_failure_for_answer;

/// The state of a method's call that is needed after planning.
#[derive(Debug)]
pub struct Task {
    method: Method,
    route: Route,
    /// Parts that are read after the answer are copies.
    input: JsValue,
    take: Take,
}

/// A decoded answer.
#[derive(Debug)]
pub struct Answered {
    /// The method's result, without `raw` and `meta`.
    pub result: Object,
    /// The service's answer.
    pub raw: JsValue,
    /// If the result has vectors: their numbers and their shape.
    pub vectors: Option<Vectors>,
}

/// A request that is ready except for media that has to be read first.
#[derive(Debug)]
pub struct Begun {
    /// The call.
    pub call: Held,
    /// Its task.
    pub task: Task,
    /// What it sends.
    pub draft: Draft,
}

enum Prepared {
    One(Begun),
    Several(Several),
}

/// Begins a call; an invalid argument rejects the promise. Later changes by the caller have no effect.
pub fn start(
    transport: &Transport,
    method: Method,
    model: &JsValue,
    input: &JsValue,
    options: &JsValue,
) -> Promise {
    match prepare(transport, method, model, input, options) {
        Ok(prepared) => promise(finish(prepared)),
        Err(error) => Promise::reject(&error),
    }
}

async fn finish(prepared: Prepared) -> Result<JsValue, JsValue> {
    match prepared {
        Prepared::One(begun) => {
            let (answered, meta) = begun.run().await?;
            let Answered { result, raw, vectors } = answered;
            if let Some(vectors) = vectors {
                vectors.describe(&result);
            }
            set(&result, "raw", &raw);
            set(&result, "meta", &meta);
            Ok(result.into())
        }
        Prepared::Several(several) => several.run().await,
    }
}

fn prepare(
    transport: &Transport,
    method: Method,
    model: &JsValue,
    input: &JsValue,
    options: &JsValue,
) -> Result<Prepared, JsValue> {
    let own = if method == Method::Transcribe { long_audio::OPTIONS } else { &[] };
    let call = Held::new(transport.call(model, options, own)?);
    let planned = plan(transport, &call, method, input);
    let (task, requests) = planned.map_err(|failure| failure.of_call(&call))?;
    match requests {
        Requests::One(content) => begin_with(transport, call, task, content).map(Prepared::One),
        Requests::Each(contents) => {
            // Each request has its own timeouts.
            drop(call);
            Ok(Prepared::Several(Several::new(transport, model, options, task, contents)))
        }
    }
}

/// Begins a request of a method that makes one per input. `own` are the options of the method only.
pub fn begin(
    transport: &Transport,
    method: Method,
    model: &JsValue,
    input: &JsValue,
    options: &JsValue,
    own: &[&'static str],
) -> Result<Begun, JsValue> {
    let call = Held::new(transport.call(model, options, own)?);
    let (task, requests) = plan(transport, &call, method, input).map_err(|failure| failure.of_call(&call))?;
    let content = match requests {
        Requests::One(content) => Some(content),
        Requests::Each(contents) => contents.into_iter().next(),
    };
    let content = content.unwrap_or_else(|| Content::json(Vec::new()));
    begin_with(transport, call, task, content)
}

/// Begins a request of a planned task.
pub fn begin_with(
    transport: &Transport,
    call: Held,
    task: Task,
    content: Content<Js>,
) -> Result<Begun, JsValue> {
    let destination = destination(transport, task.route);
    match Draft::new(content, destination, call.reject_if_busy()) {
        Ok(draft) => Ok(Begun { call, task, draft }),
        Err(failure) => Err(failure.of_call(&call)),
    }
}

fn plan(
    transport: &Transport,
    call: &Call,
    method: Method,
    input: &JsValue,
) -> Result<(Task, Requests<Js>), Failure> {
    let model = call.model();
    let route = route_of(transport, call);
    let mut request = TaskRequest::new(method, &model, route, Js(written_out(method, input)?))?;
    request.input = Js(spread(&request.input.0));
    let plan = request::plan(&request)?;
    warn_once(&model, plan.deprecation.as_deref());
    let TaskRequest { input: Js(mut input), .. } = request;
    if method == Method::Decide {
        // The questions are read again after the answer, so they are copied; the rest is not.
        let [questions, fields] = ["questions", "fields"].map(|name| copied(&member(&input, name)));
        input = with_members(&JsValue::UNDEFINED, &[("questions", &questions), ("fields", &fields)]).into();
    }
    let task = Task { method, route, input, take: plan.take };
    Ok((task, plan.requests))
}

/// The facts that determine the form of a call's body.
pub fn route_of(transport: &Transport, call: &Call) -> Route {
    let binding = transport.is_binding();
    let mut route = Route::new(if binding { Door::Binding } else { Door::Http });
    route.gateway = call.uses_gateway();
    route.json = !binding && call.reject_if_busy();
    route.page = transport.is_page();
    route
}

/// The destination of a call's body.
pub fn destination(transport: &Transport, route: Route) -> Destination {
    Destination { binding: route.door == Door::Binding, takes_streams: transport.takes_streams() }
}

/// The input as an object of named fields; a copy if it is read again after the answer.
pub fn written_out(method: Method, input: &JsValue) -> Result<JsValue, JsValue> {
    check_input(input)?;
    let is_read_again = matches!(method, Method::Embed | Method::Rerank | Method::Translate);
    let input = if is_read_again { copy_of(input)? } else { input.clone() };
    match short_form::field_of(method, &Js(input.clone())) {
        Some(field) => {
            let object = Object::new();
            set(&object, field, &input);
            Ok(object.into())
        }
        None => Ok(input),
    }
}

impl Begun {
    /// Sends, waits, decodes. Returns `meta` as well.
    pub async fn run(self) -> Result<(Answered, Object), JsValue> {
        let Begun { call, task, draft } = self;
        match task.answered(&call, draft).await {
            Ok(answered) => Ok((answered, call.meta())),
            Err(failure) => Err(failure.of_call(&call)),
        }
    }
}

impl Task {
    /// The same task, for one of several requests.
    pub fn another(&self) -> Task {
        Task { method: self.method, route: self.route, input: self.input.clone(), take: self.take }
    }

    async fn answered(&self, call: &Call, draft: Draft) -> Result<Answered, Failure> {
        let outgoing = draft.finish(call).await?;
        call.send(&outgoing).await?;
        loop {
            match self.taken(call).await {
                // The body of a successful reply may report a temporary failure.
                Err(Failure::Theirs(error)) => call.again(&error).await.map(drop)?,
                outcome => return outcome,
            }
        }
    }

    async fn taken(&self, call: &Call) -> Result<Answered, Failure> {
        match self.take {
            Take::Json => {
                let raw = match self.is_language_models() {
                    true => self.language_answer(call).await?,
                    false => result(call.answer_once().await?),
                };
                Ok(Answered { result: self.decode(&raw)?, raw, vectors: None })
            }
            Take::Vectors => {
                let (answer, numbers) = take_vectors(call).await?;
                let decoded = self.decoded(&answer)?;
                let result = to_object(&decoded)?;
                let mut vectors = Vectors::of(&result, numbers);
                let raw = vectors.restore(answer);
                if let TaskResult::Embedding(Embedding::Vectors(measures)) = &decoded
                    && let Some(order) = &measures.order
                {
                    vectors.arrange(order);
                }
                let vectors = (!member(&result, "count").is_undefined()).then_some(vectors);
                Ok(Answered { result, raw, vectors })
            }
            Take::Media => {
                let (media, raw) = take_media(call).await?;
                // An answer without media is rejected by its decoder.
                let result = match media {
                    Some(media) => media,
                    None => self.decode(&raw)?,
                };
                Ok(Answered { result, raw, vectors: None })
            }
        }
    }

    /// True if a language model may answer, in its own dialect, or with an unrequested stream.
    fn is_language_models(&self) -> bool {
        self.method == Method::DescribeImage
    }

    /// The answer of such a model; a stream is converted to the equivalent chat completion.
    async fn language_answer(&self, call: &Call) -> Result<JsValue, Failure> {
        match arrived(call, Settings::default()).await? {
            Arrived::Bytes(bytes) => Ok(call.open(&lossy(&bytes))?),
            Arrived::Stream(gathered) => {
                let head = Head::new(call.header(REQUEST_ID), 0, call.model(), random);
                Ok(JSON::parse(&completion::of_stream(&of_call(call, *gathered)?, &head, random))?)
            }
        }
    }

    fn decode(&self, answer: &JsValue) -> Result<Object, Failure> {
        to_object(&self.decoded(answer)?)
    }

    fn decoded(&self, answer: &JsValue) -> Result<TaskResult<Js>, Failure> {
        let input = Js(self.input.clone());
        let decode = |answer: &JsValue| request::decode(self.method, &Js(answer.clone()), Some(&input));
        let translated = |error: Error| {
            let chat = chat_of(answer).filter(|_| self.is_language_models());
            chat.and_then(|chat| decode(&chat).ok()).ok_or(error)
        };
        let decoded = decode(answer).or_else(translated);
        decoded.map_err(|error| failure_in(answer).unwrap_or(error).into())
    }
}

/// Converts an answer in another dialect to the equivalent chat completion.
fn chat_of(answer: &JsValue) -> Option<JsValue> {
    let text = JSON::stringify(answer).ok()?.as_string()?;
    let head = Head::new(None, 0, String::new(), random);
    let chat = completion::completion(text.as_bytes(), &head, Settings::default(), random).ok()?;
    JSON::parse(&chat).ok()
}

/// The failure in a value that is no answer, even if it is only a sentence.
pub fn failure_in(answer: &JsValue) -> Option<Error> {
    let text = JSON::stringify(answer).ok()?.as_string()?;
    let value = json::parse(text.as_bytes()).ok()?;
    is_failure_for_answer(value).then(|| Error::from_event(value))
}

/// A copy of a value, as it is sent in JSON; none if it is not JSON, which is rejected elsewhere.
fn copied(value: &JsValue) -> JsValue {
    let text = JSON::stringify(value).ok().and_then(|text| text.as_string());
    text.and_then(|text| JSON::parse(&text).ok()).unwrap_or_default()
}

/// A copy of an object with additional members.
pub fn with_members(object: &JsValue, more: &[(&'static str, &JsValue)]) -> Object {
    let copy = if object.is_object() { copy(object) } else { Object::new() };
    for (name, value) in more {
        set(&copy, name, value);
    }
    copy
}
