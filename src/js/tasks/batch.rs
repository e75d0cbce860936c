//! `batch`: many inputs of one model in one request, which is answered later.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Float32Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::each::each;
use super::encode::Draft;
use super::failure::Failure;
use super::held::Held;
use super::media_out::media_in;
use super::pause::pause;
use super::promise::{promise, rejected};
use super::serialize::to_object;
use super::task::{destination, failure_in, route_of, with_members};
use super::transport::{Call, Outgoing, Transport, check_readable, next_chunk, result};
use super::vectors::Answer;
use super::warn::warn_once;
use crate::client::poll::{self, Clock, Schedule};
use crate::error::Error;
use crate::js::error::to_js;
use crate::js::model::model_id;
use crate::js::package::check_input;
use crate::js::promise::settled;
use crate::js::remote::call_wait::CallWait;
use crate::js::value::{Js, is_blob, kind_of, list, member, set, spread};
use crate::tasks::batch::{self, Item, Outcome, Poll, Status};
use crate::tasks::request::{Content, Form};
use crate::tasks::text_embeddings::{self, Embedding, Vectors};
use crate::text::concat;
use crate::value::{Tree, Value};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;

    type TextEncoder;
    #[wasm_bindgen(constructor)]
    fn new() -> TextEncoder;
    #[wasm_bindgen(method)]
    fn encode(this: &TextEncoder, text: &JsValue) -> Uint8Array;
}

/// Submits inputs to the queue.
#[wasm_bindgen(js_name = batch_submit, skip_typescript)]
pub fn batch_submit(
    transport: &Transport,
    model: &JsValue,
    requests: &JsValue,
    options: &JsValue,
) -> Promise {
    match begin(transport, model, requests, options) {
        Ok((call, draft)) => promise(async move {
            let sent = submitted(&call, draft).await;
            sent.map(JsValue::from).map_err(|failure| failure.of_call(&call))
        }),
        Err(failure) => rejected(failure),
    }
}

fn begin(
    transport: &Transport,
    model: &JsValue,
    requests: &JsValue,
    options: &JsValue,
) -> Result<(Held, Draft), Failure> {
    let id = model_id(model)?;
    let about = batch::about(&id)?;
    check_input(requests)?;
    let Some(requests) = list(requests) else {
        let why = ["requests must be an array of inputs, not ", kind_of(requests), "."];
        return Err(Error::invalid("requests", &concat(&why)).into());
    };
    check_readable(options)?;
    if member(options, "rejectIfBusy").as_bool() == Some(true) {
        let why = "A batch waits for capacity: leave rejectIfBusy out.";
        return Err(Error::invalid("rejectIfBusy", why).into());
    }
    let written_out = |request: JsValue| match about.main_field.filter(|_| request.is_string()) {
        Some(field) => {
            let input = Object::new();
            set(&input, field, &request);
            Js(input.into())
        }
        None => Js(spread(&request)),
    };
    let inputs = requests.iter().map(written_out).collect::<Vec<_>>();
    let own = with_members(options, &[("queueRequest", &JsValue::TRUE)]);
    let call = Held::new(transport.call(model, &own, &["queueRequest"])?);
    // A submission whose outcome is unknown is not retried, since it would be billed twice.
    call.set_idempotent(false);
    let route = route_of(transport, &call);
    let body = batch::plan(route, &id, &inputs)?;
    warn_once(&id, about.deprecation.as_deref());
    let content = Content { form: Form::Json, body, query: Vec::new() };
    let draft = Draft::new(content, destination(transport, route), false)?;
    Ok((call, draft))
}

async fn submitted(call: &Call, draft: Draft) -> Result<Object, Failure> {
    let outgoing = draft.finish(call).await?;
    batch::check_size(size_of(&outgoing)?)?;
    call.send(&outgoing).await?;
    let answer = result(call.answer().await?);
    let ticket = batch::ticket(&Js(answer.clone()));
    let ticket = ticket.map_err(|error| failure_in(&answer).unwrap_or(error))?;
    let result = Object::new();
    set(&result, "requestId", &ticket.request_id.into());
    set(&result, "status", &ticket.status.name().into());
    set(&result, "meta", &call.meta());
    Ok(result)
}

/// Size of a body's JSON, or of the JSON that the binding makes from its inputs, in bytes.
fn size_of(outgoing: &Outgoing) -> Result<f64, JsValue> {
    let length = |bytes: &JsValue| member(bytes, "byteLength").as_f64();
    if let Some(length) = outgoing.content_length() {
        return Ok(length);
    }
    let value = outgoing.value();
    if is_blob(&value) {
        return Ok(member(&value, "size").as_f64().unwrap_or_default());
    }
    if let Some(length) = length(&value) {
        return Ok(length);
    }
    let text = if value.is_string() { value } else { js_sys::JSON::stringify(&value)?.into() };
    Ok(f64::from(TextEncoder::new().encode(&text).length()))
}

/// Polls once.
#[wasm_bindgen(js_name = batch_poll, skip_typescript)]
pub fn batch_poll(
    transport: &Transport,
    model: &JsValue,
    request_id: &JsValue,
    options: &JsValue,
) -> Promise {
    let batch = match Batch::new(transport, model, request_id) {
        Ok(batch) => batch,
        Err(failure) => return rejected(failure),
    };
    match batch.begin(options) {
        Ok(call) => promise(async move { Ok(batch.polled(call).await?.0.into()) }),
        Err(error) => Promise::reject(&error),
    }
}

/// Parses a queue's event notification; returns its answers, if it contains them.
#[wasm_bindgen(js_name = batch_fromEvent, skip_typescript)]
pub fn batch_from_event(transport: &Transport, message: &JsValue, options: &JsValue) -> Promise {
    let event = match batch::event(&Js(message.clone())) {
        Ok(event) => event,
        Err(error) => return rejected(error),
    };
    let model = JsValue::from_str(&event.model);
    if event.state != batch::EventState::Succeeded {
        let result = Object::new();
        set(&result, "model", &model);
        set(&result, "requestId", &event.request_id.into());
        set(&result, "status", &event.state.name().into());
        return Promise::resolve(&JsValue::from(result));
    }
    let batch = match Batch::new(transport, &model, &event.request_id.into()) {
        Ok(batch) => batch,
        Err(failure) => return rejected(failure),
    };
    match batch.begin(options) {
        Ok(call) => promise(async move {
            let result = batch.polled(call).await?.0;
            set(&result, "model", &model);
            Ok(result.into())
        }),
        Err(error) => Promise::reject(&error),
    }
}

/// Polls until the batch is completed.
#[wasm_bindgen(js_name = batch_wait, skip_typescript)]
pub fn batch_wait(
    transport: &Transport,
    model: &JsValue,
    request_id: &JsValue,
    options: &JsValue,
) -> Promise {
    match Batch::new(transport, model, request_id).and_then(|batch| batch.wait(options)) {
        Ok(waiting) => promise(async move { Ok(waiting.run().await?.into()) }),
        Err(failure) => rejected(failure),
    }
}

/// Yields the items of a batch, once it is completed.
#[wasm_bindgen(js_name = batch_results, skip_typescript)]
pub fn batch_results(
    transport: &Transport,
    model: &JsValue,
    request_id: &JsValue,
    options: &JsValue,
) -> BatchResults {
    BatchResults {
        transport: transport.clone(),
        model: model.clone(),
        request_id: request_id.clone(),
        options: options.clone(),
    }
}

/// A batch whose items are requested, before the first poll.
#[derive(Clone)]
#[wasm_bindgen(skip_typescript)]
pub struct BatchResults {
    transport: Transport,
    model: JsValue,
    request_id: JsValue,
    options: JsValue,
}

#[wasm_bindgen]
impl BatchResults {
    /// An async iterator of the items.
    #[wasm_bindgen(skip_typescript)]
    pub fn each(&self) -> JsValue {
        each(ItemSteps { results: self.clone(), all: RefCell::new(None), at: Cell::new(0) }.into())
    }

    /// A promise of all items.
    #[wasm_bindgen(skip_typescript)]
    pub fn all(&self) -> Promise {
        let waiting = Batch::new(&self.transport, &self.model, &self.request_id)
            .and_then(|batch| batch.wait(&self.options));
        match waiting {
            Ok(waiting) => promise(async move {
                let result = waiting.run().await?;
                Ok(member(&result, "items"))
            }),
            Err(failure) => rejected(failure),
        }
    }
}

/// Yields the items one by one.
#[wasm_bindgen(skip_typescript)]
pub struct ItemSteps {
    results: BatchResults,
    /// The promise of all items, once requested.
    all: RefCell<Option<Promise>>,
    at: Cell<u32>,
}

#[wasm_bindgen]
impl ItemSteps {
    /// A promise of the next item, `undefined` at the end.
    #[wasm_bindgen(skip_typescript)]
    pub fn next(&self) -> Promise {
        let known = self.all.borrow().clone();
        let all = known.unwrap_or_else(|| self.results.all());
        *self.all.borrow_mut() = Some(all.clone());
        let at = self.at.get();
        self.at.set(at + 1);
        promise(async move {
            let items = settled(&all).await?;
            Ok(items.unchecked_into::<Array>().get(at))
        })
    }
}

/// A submitted batch.
struct Batch {
    transport: Transport,
    model: JsValue,
    /// The model's id.
    id: String,
    request_id: String,
}

/// Options for polling and waiting, in addition to those of every call.
const OPTIONS: &[&str] = &["queueRequest", "intervalMs", "onProgress"];

impl Batch {
    fn new(transport: &Transport, model: &JsValue, request_id: &JsValue) -> Result<Self, Failure> {
        Ok(Batch {
            transport: transport.clone(),
            model: model.clone(),
            id: model_id(model)?,
            request_id: batch::check_id(&Js(request_id.clone()))?,
        })
    }

    /// Begins a poll. The binding polls if it is called without the option for the queue, and submits with
    /// it.
    fn begin(&self, options: &JsValue) -> Result<Held, JsValue> {
        check_readable(options)?;
        let queue = JsValue::from_bool(!self.transport.is_binding());
        let own = with_members(options, &[("queueRequest", &queue), ("rejectIfBusy", &JsValue::UNDEFINED)]);
        Ok(Held::new(self.transport.call(&self.model, &own, OPTIONS)?))
    }

    /// Sends the poll. Returns the result, and whether the batch is completed.
    async fn polled(&self, call: Held) -> Result<(Object, bool), JsValue> {
        self.received(&call).await.map_err(|failure| failure.of_call(&call))
    }

    async fn received(&self, call: &Call) -> Result<(Object, bool), Failure> {
        let content = Content {
            form: Form::Json,
            body: Tree::object([("request_id", Tree::Text(self.request_id.clone()))]),
            query: Vec::new(),
        };
        let to = destination(&self.transport, route_of(&self.transport, call));
        let outgoing = Draft::new(content, to, false)?.finish(call).await?;
        call.send(&outgoing).await?;
        let text = text_of(call).await?;
        let answer = call.open(&text)?;
        let polled = batch::poll(&self.id, &Js(answer.clone()));
        let Poll { status, items, usage } = polled.map_err(|error| failure_in(&answer).unwrap_or(error))?;
        let mut texts = Texts { reply: &text, answers: None };
        let results = Array::new();
        for item in &items {
            let result = result_of(call, item, &mut texts).await?;
            results.push(&result);
        }
        let result = Object::new();
        set(&result, "status", &status.name().into());
        if let Some(usage) = usage {
            let usage = to_object(&usage)?;
            set(&result, "usage", &usage);
        }
        set(&result, "requestId", &self.request_id.as_str().into());
        set(&result, "items", &results);
        set(&result, "meta", &call.meta());
        Ok((result, status == Status::Completed))
    }

    fn wait(self, options: &JsValue) -> Result<Waiting, Failure> {
        let some = |name| Some(member(options, name)).filter(|value: &JsValue| !value.is_undefined());
        let timeout = member(options, "timeout");
        let total = if timeout.as_f64().is_some() { timeout.clone() } else { member(&timeout, "total") };
        let total = total.as_f64().filter(|total| *total > 0.0 && *total < 9_007_199_254_740_991.0);
        let interval_ms = poll::interval(some("intervalMs").map(Js).as_ref())?;
        let on_progress = some("onProgress");
        let is_function = on_progress.as_ref().is_none_or(JsValue::is_function);
        if let Some(other) = on_progress.as_ref().filter(|_| !is_function) {
            let why = ["onProgress must be a function, not ", kind_of(other), "."];
            return Err(Error::invalid("onProgress", &concat(&why)).into());
        }
        let own = with_members(options, &[]);
        for name in ["intervalMs", "onProgress"] {
            Reflect::delete_property(&own, &name.into())?;
        }
        Ok(Waiting {
            call_wait: CallWait::of_call(&self.transport, options),
            batch: self,
            options: own,
            timeout,
            schedule: Schedule { interval_ms, total_ms: total },
            on_progress: on_progress.and_then(|function| function.dyn_into().ok()),
        })
    }
}

/// A batch that is polled until it is completed.
struct Waiting {
    batch: Batch,
    /// Options of each poll, without the timeout.
    options: Object,
    /// The caller's `timeout`, of all polls together.
    timeout: JsValue,
    schedule: Schedule,
    on_progress: Option<Function>,
    call_wait: CallWait,
}

/// The runtime's clock, and the caller's signal.
struct Platform {
    signal: JsValue,
}

impl Clock for Platform {
    type Error = Failure;

    fn now(&self) -> f64 {
        now()
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }

    async fn sleep(&self, ms: f64) -> Result<(), Failure> {
        pause(ms, &self.signal).await
    }
}

impl Waiting {
    async fn run(self) -> Result<Object, JsValue> {
        let clock = Platform { signal: member(&self.options, "signal") };
        let look = async |look| self.look(look).await;
        let result = poll::until_done(&clock, self.schedule, look).await;
        result.map_err(Failure::without_call)
    }

    async fn look(&self, look: poll::Look) -> Result<Option<Object>, Failure> {
        let call = self.batch.begin(&self.options_for(look.left_ms))?;
        let (result, is_completed) = self.batch.polled(call).await?;
        if let Some(on_progress) = &self.on_progress {
            let progress = Object::new();
            set(&progress, "status", &member(&result, "status"));
            set(&progress, "attempt", &look.attempt.into());
            let returned = on_progress.call1(&JsValue::UNDEFINED, &progress)?;
            self.call_wait.until(&returned).await??;
        }
        Ok(is_completed.then_some(result))
    }

    /// A poll's timeout is the rest of the total. An invalid timeout is rejected when the options are read.
    fn options_for(&self, left_ms: Option<f64>) -> Object {
        let Some(left_ms) = left_ms else { return self.options.clone() };
        let timeout = with_members(&self.timeout, &[("total", &left_ms.into())]);
        with_members(&self.options, &[("timeout", &timeout)])
    }
}

/// The complete reply as text.
async fn text_of(call: &Call) -> Result<String, JsValue> {
    let mut bytes = Vec::new();
    while let Some(chunk) = next_chunk(call).await? {
        bytes.extend_from_slice(&chunk.to_vec());
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    Ok(crate::text::lossy(bytes))
}

/// The JSON texts of the answers in a reply, by index, with the original spelling of numbers. Located when
/// one is needed.
struct Texts<'a> {
    reply: &'a str,
    answers: Option<Vec<Option<&'a str>>>,
}

impl<'a> Texts<'a> {
    fn of(&mut self, place: usize) -> Option<&'a str> {
        let answers = self.answers.get_or_insert_with(|| batch::answer_texts(self.reply));
        answers.get(place).copied().flatten()
    }
}

/// `{ index, success, externalReference?, result? | error? }`
async fn result_of(call: &Call, item: &Item<Js>, texts: &mut Texts<'_>) -> Result<Object, Failure> {
    let result = match &item.outcome {
        Ok((raw, outcome)) => read(call, item.place, &raw.0, outcome, texts).await,
        Err(error) => Err(Failure::Theirs(call.sign(&to_js(error, None)))),
    };
    let object = Object::new();
    set(&object, "index", &(item.index as f64).into());
    if let Some(reference) = &item.external_reference {
        set(&object, "externalReference", &reference.as_str().into());
    }
    let error = match result {
        Ok(result) => {
            set(&object, "success", &JsValue::TRUE);
            set(&object, "result", &result);
            return Ok(object);
        }
        Err(Failure::Theirs(error)) if !crate::js::error::is_ours(&error) => return Err(error.into()),
        Err(failure) => failure.of_call(call),
    };
    set(&object, "success", &JsValue::FALSE);
    set(&object, "error", &error);
    Ok(object)
}

/// One answer, as the result of the method for its model.
async fn read(
    call: &Call,
    place: usize,
    raw: &JsValue,
    outcome: &Outcome<Js>,
    texts: &mut Texts<'_>,
) -> Result<JsValue, Failure> {
    let result = match outcome {
        Outcome::Raw => return Ok(raw.clone()),
        Outcome::Text => {
            let own = texts.of(place).map(str::to_owned);
            let text = own.or_else(|| Js(raw.clone()).to_json()).unwrap_or_default();
            let result = call.text_result(&text).await?;
            Reflect::delete_property(result.unchecked_ref::<Object>(), &"meta".into())?;
            return Ok(result);
        }
        Outcome::Media => match media_in(raw)? {
            Some(media) => media,
            None => return Ok(raw.clone()),
        },
        Outcome::Embedding(Embedding::Vectors(vectors)) => vectors_of(raw, vectors)?,
        Outcome::Embedding(scores) => to_object(scores)?,
        Outcome::Result(result) => to_object(result)?,
    };
    set(&result, "raw", raw);
    Ok(result.into())
}

/// The vectors of an answer that was parsed with its numbers.
fn vectors_of(raw: &JsValue, vectors: &Vectors) -> Result<Object, Failure> {
    let (count, dimensions) = (vectors.count as u32, vectors.dimensions as u32);
    let data = Float32Array::new_with_length(count * dimensions);
    for (at, row) in text_embeddings::rows(&Js(raw.clone()))?.iter().enumerate() {
        data.set(&text_embeddings::numbers(row).0, at as u32 * dimensions);
    }
    text_embeddings::check_finite(&data.to_vec())?;
    let mut answer = Answer { data, count, dimensions };
    if let Some(order) = &vectors.order {
        answer.arrange(order);
    }
    let result = Object::new();
    answer.describe(&result);
    Ok(result)
}
