//! The batch queue: many inputs of one model in one request, which is answered later.
//!
//! Each input is planned by its own method, so that inputs which the service would reject minutes later are
//! rejected at once, and each answer is converted to that method's result.

use super::answer::{index, malformed as not_of_task, sorted};
use super::request::{self, Form, Requests, Route, TaskRequest, TaskResult};
use super::text_embeddings::{Embedding, Scores, Vectors};
use super::usage::TokenUsage;
use super::{check, kind, parameters, text_embeddings, text_input};
use crate::catalog::{self, Entry, Method};
use crate::error::{Code, Error};
use crate::model::Model;
use crate::service::fields::{count, failure, malformed, text};
use crate::slip;
use crate::text::{concat, decimal};
use crate::value::{Members, Shape, Tree, Value, member};
use crate::wire::json;
use crate::wire::reported::{is_bare_failure, reports_failure};
use crate::wire::write::Writer;

/// Limit of a batch in bytes of JSON, exclusive.
const MAX_BYTES: f64 = 10_000_000.0;
/// Limit of its requests, exclusive: each has some bytes.
const MOST_REQUESTS: i64 = 1_000_000;
/// The caller's own id of a request, which is returned with the answer.
const REFERENCE: &str = "external_reference";

/// The method for a model, if known.
fn method_of(entry: Option<&'static Entry>) -> Option<Method> {
    let methods = entry?.input.methods();
    methods.iter().copied().find(|method| *method != Method::Connect)
}

/// The facts about a model that are needed before its inputs are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The field that a bare string stands for.
    pub main_field: Option<&'static str>,
    /// The warning about a model that is past its end.
    pub deprecation: Option<String>,
}

/// The facts about a model; rejects an invalid id.
pub fn about(model: &str) -> Result<About, Error> {
    Model::parse(model)?;
    let entry = catalog::find(model);
    let main_field = match method_of(entry) {
        Some(Method::GenerateText) => Some("prompt"),
        Some(Method::Embed | Method::ClassifyText | Method::GenerateSpeech) => Some("text"),
        Some(Method::Summarize) => Some("input_text"),
        _ => None,
    };
    Ok(About { main_field, deprecation: entry.and_then(request::deprecation) })
}

/// Validates all inputs; returns the body, `{ requests }`.
pub fn plan<V: Value>(route: Route, model: &str, inputs: &[V]) -> Result<Tree<V>, Error> {
    Model::parse(model)?;
    if inputs.is_empty() {
        return Err(Error::invalid("requests", "requests must be an array of inputs, and not empty."));
    }
    let entry = catalog::find(model);
    let mut requests = Vec::new();
    for (index, input) in inputs.iter().enumerate() {
        let mut members = members(route, model, entry, input).map_err(|error| at(index, error))?;
        prefix(&mut members, &decimal(index as i64));
        requests.push(Tree::Object(members));
    }
    Ok(Tree::object([("requests", Tree::List(requests))]))
}

/// Adds the index of the input to an error.
fn at(index: usize, mut error: Error) -> Error {
    let place = concat(&["requests[", &decimal(index as i64), "]"]);
    error.field = Some(match error.field.take() {
        Some(field) if field != "input" => concat(&[&place, ".", &field]),
        _ => place.clone(),
    });
    error.message = concat(&[&place, ": ", &error.message]);
    error
}

/// Prefixes the names of media with the index of their input.
fn prefix<V>(members: &mut [(String, Tree<V>)], index: &str) {
    for (_, member) in members {
        prefix_one(member, index);
    }
}

fn prefix_one<V>(tree: &mut Tree<V>, index: &str) {
    match tree {
        Tree::Media(media) => media.field = concat(&[index, ".", &media.field]),
        Tree::Object(members) => prefix(members, index),
        Tree::List(items) => items.iter_mut().for_each(|item| prefix_one(item, index)),
        _ => {}
    }
}

fn members<V: Value>(
    route: Route,
    model: &str,
    entry: Option<&'static Entry>,
    input: &V,
) -> Result<Members<V>, Error> {
    let shape = input.shape();
    if shape != Shape::Object {
        let kind = kind::of_shape(input, shape);
        let why = ["The input must be an object with the model's fields, not ", &kind, "."];
        return Err(Error::invalid("input", &concat(&why)));
    }
    if let Some((name, _)) =
        input.members().iter().find(|(name, _)| name != REFERENCE && slip::is_slip(name, REFERENCE))
    {
        let why = slip::sentence(name, "member of a batch's input", Some(REFERENCE), &[]);
        return Err(Error::invalid(slip::clip(name), &why));
    }
    let reference = input.get(REFERENCE);
    if reference.as_ref().is_some_and(|reference| !matches!(reference.shape(), Shape::Text(_))) {
        return Err(Error::invalid(REFERENCE, "external_reference must be a string."));
    }
    if input.get("stream").is_some_and(|stream| stream.boolean() == Some(true)) {
        return Err(Error::invalid("stream", "An answer of a batch comes whole: leave stream out."));
    }
    let mut members = planned(route, model, entry, input)?;
    // Added last, unless it is null: neither the method's plan nor the model uses it.
    members.retain(|(name, _)| name != REFERENCE);
    members.extend(reference.map(|reference| (REFERENCE.to_owned(), Tree::Value(reference))));
    Ok(members)
}

/// The members of one input as its method sends them.
fn planned<V: Value>(
    route: Route,
    model: &str,
    entry: Option<&'static Entry>,
    input: &V,
) -> Result<Members<V>, Error> {
    let method = match method_of(entry) {
        Some(method) if method != Method::GenerateText => method,
        _ => {
            parameters::check(Some(Method::GenerateText), model, input)?;
            if let Some(entry) = entry {
                check::check(input, entry.input)?;
            }
            let members = text_input::prepare(route, model, input)?;
            return Ok(members.unwrap_or_else(|| super::pass(input, &[])));
        }
    };
    let plan = request::plan(&TaskRequest::new(method, model, route, input.clone())?)?;
    match plan.requests {
        Requests::One(content) if content.form == Form::Json => match content.body {
            Tree::Object(members) => Ok(members),
            _ => Err(no_json()),
        },
        Requests::One(_) => Err(no_json()),
        Requests::Each(_) => {
            Err(Error::invalid("text", "text must be one string: make several requests of several."))
        }
    }
}

fn no_json() -> Error {
    Error::invalid("input", "A batch takes inputs that can be JSON.")
}

/// Rejects a batch that is too large; `bytes` is the size of its JSON.
pub fn check_size(bytes: f64) -> Result<(), Error> {
    if bytes < MAX_BYTES {
        return Ok(());
    }
    let tenths = (bytes / 1e5).round() as i64;
    let why = [
        "The requests have ",
        &decimal(tenths / 10),
        ".",
        &decimal(tenths % 10),
        " MB of JSON; a batch takes less than 10 MB. Submit several batches.",
    ];
    Err(Error::new(Code::TooLarge, concat(&why)).with_field("requests"))
}

/// Validates the id of a batch.
pub fn check_id<V: Value>(id: &V) -> Result<String, Error> {
    const MAX_LEN: usize = 256;
    let is_id =
        |id: &String| (1..=MAX_LEN).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    id.text().filter(is_id).ok_or_else(|| {
        Error::invalid("requestId", "requestId must be a string: the requestId of what submit gave.")
    })
}

/// The state of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Nothing of it is done.
    Queued,
    /// Some of it is.
    Running,
    /// All of it is.
    Completed,
}

impl Status {
    /// Its name in JavaScript.
    pub fn name(self) -> &'static str {
        match self {
            Status::Queued => "queued",
            Status::Running => "running",
            Status::Completed => "completed",
        }
    }

    /// By its name on the wire; `None` if it is not a state of a batch.
    fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "queued" | "pending" => Some(Status::Queued),
            "running" | "processing" | "in_progress" => Some(Status::Running),
            "completed" | "complete" | "succeeded" => Some(Status::Completed),
            _ => None,
        }
    }
}

/// True if the state of a submission means that there is no batch. Unknown states may be those of a batch
/// that was billed.
fn is_failed(name: &str) -> bool {
    const FAILED: [&str; 8] =
        ["failed", "failure", "error", "errored", "rejected", "cancelled", "canceled", "expired"];
    FAILED.iter().any(|failed| name.eq_ignore_ascii_case(failed))
}

/// The answers of a batch, if available.
fn responses<V: Value>(answer: &V) -> Option<Vec<V>> {
    answer.get("responses").filter(V::is_list).map(|responses| responses.items())
}

/// A submitted batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Its id.
    pub request_id: String,
    /// Its state.
    pub status: Status,
}

/// Decodes the answer to a submission.
pub fn ticket<V: Value>(answer: &V) -> Result<Ticket, Error> {
    let stated = text(answer, "status");
    if stated.as_deref().is_some_and(is_failed) {
        return Err(failure(answer));
    }
    let request_id = text(answer, "request_id")
        .ok_or_else(|| malformed("request_id: the model has no batch queue, perhaps"))?;
    let otherwise = if responses(answer).is_some() { Status::Completed } else { Status::Queued };
    Ok(Ticket { request_id, status: stated.and_then(|name| Status::named(&name)).unwrap_or(otherwise) })
}

/// The result of a poll.
#[derive(Debug, Clone, PartialEq)]
pub struct Poll<V> {
    /// The state.
    pub status: Status,
    /// In the order of the requests; empty until it is completed.
    pub items: Vec<Item<V>>,
    /// The usage of all of them.
    pub usage: Option<TokenUsage>,
}

/// One answer of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Item<V> {
    /// The index of its request.
    pub index: i64,
    /// Its index among the answers.
    pub place: usize,
    /// The caller's id of the request.
    pub external_reference: Option<String>,
    /// The service's answer and its interpretation, or the failure.
    pub outcome: Result<(V, Outcome<V>), Error>,
}

/// The interpretation of an answer of a batch.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome<V> {
    /// The method is unknown: the answer is the result.
    Raw,
    /// An answer of a language model, to be parsed by the streaming engine.
    Text,
    /// Media in base64 under one of the names in [`super::media::PAYLOAD`].
    Media,
    /// Scores, or vectors whose numbers are in the answer.
    Embedding(Embedding),
    /// A method's result.
    Result(TaskResult<V>),
}

/// Decodes the answer to a poll. A batch is completed if its answers are present and its state is not another
/// one; each answer must be for a different request.
pub fn poll<V: Value>(model: &str, answer: &V) -> Result<Poll<V>, Error> {
    let (stated, responses) = (text(answer, "status"), responses(answer));
    let has_answers = responses.as_ref().is_some_and(|responses| !responses.is_empty());
    let status = match &stated {
        Some(name) => match Status::named(name) {
            Some(status) => status,
            None if has_answers && !is_failed(name) => Status::Completed,
            None => return Err(failure(answer)),
        },
        None if responses.is_some() => Status::Completed,
        None => return Err(malformed("status of a batch")),
    };
    let mut items = Vec::new();
    if status == Status::Completed {
        let method = method_of(catalog::find(model));
        let responses = responses.ok_or_else(|| malformed("responses of a completed batch"))?;
        for (place, response) in responses.iter().enumerate() {
            let item = item(method, place, response)?;
            items.push((item.index as f64, item));
        }
    }
    let items = sorted(items);
    if items.windows(2).any(|pair| matches!(pair, [one, next] if one.index == next.index)) {
        return Err(malformed("responses[].id that is each request's once"));
    }
    Ok(Poll { status, items: without_gaps(items)?, usage: TokenUsage::of(answer) })
}

/// The answers, in order, with a failure for each request that the service has omitted.
fn without_gaps<V>(items: Vec<Item<V>>) -> Result<Vec<Item<V>>, Error> {
    let last = items.last().map_or(-1, |item| item.index);
    if last < items.len() as i64 {
        return Ok(items);
    }
    if last >= MOST_REQUESTS {
        return Err(malformed("responses[].id of a request"));
    }
    let mut whole = Vec::new();
    for item in items {
        while (whole.len() as i64) < item.index {
            let why = "The service has given no answer to this request. Submit it again.";
            whole.push(Item {
                index: whole.len() as i64,
                place: usize::MAX,
                external_reference: None,
                outcome: Err(Error::new(Code::MalformedResponse, why)),
            });
        }
        whole.push(item);
    }
    Ok(whole)
}

fn item<V: Value>(method: Option<Method>, place: usize, response: &V) -> Result<Item<V>, Error> {
    let index = match response.get("id") {
        Some(id) => count(Some(id)).filter(|id| *id >= 0).ok_or_else(|| malformed("responses[].id"))?,
        None => place as i64,
    };
    let external_reference = text(response, REFERENCE);
    Ok(Item { index, place, external_reference, outcome: outcome(method, response) })
}

/// The JSON texts of the answers in a reply, by index, which preserve the spelling of numbers.
pub fn answer_texts(reply: &str) -> Vec<Option<&str>> {
    let Ok(reply_value) = json::parse(reply.as_bytes()) else { return Vec::new() };
    // With or without an envelope.
    let responses = reply_value.get("responses").or_else(|| reply_value.get("result")?.get("responses"));
    let text = |response: json::Value<'_>| {
        let (start, end) = response.get("result")?.span();
        reply.get(start..end)
    };
    responses.into_iter().flat_map(|responses| responses.items()).map(text).collect()
}

/// True if the members around an answer report a failure. The answer itself, which may be large, is not read.
fn reports<V: Value>(response: &V) -> bool {
    const TELLING: [&str; 10] = [
        "error",
        "errors",
        "internalCode",
        "success",
        "ok",
        "type",
        "object",
        "state",
        "status",
        "base_resp",
    ];
    let text = Writer::object(|out| {
        for name in TELLING {
            if let Some(text) = response.get(name).and_then(|member| member.to_json()) {
                out.raw(name, &text);
            }
        }
    });
    json::parse(text.as_bytes()).is_ok_and(|around| reports_failure(around) || is_bare_failure(around))
}

fn outcome<V: Value>(method: Option<Method>, response: &V) -> Result<(V, Outcome<V>), Error> {
    // Without a report it has failed for an unknown reason.
    let answer = response.get("result").filter(|_| !reports(response)).ok_or_else(|| failure(response))?;
    let outcome = match method {
        None => Outcome::Raw,
        Some(Method::GenerateText) => Outcome::Text,
        Some(Method::GenerateSpeech | Method::GenerateImage) => Outcome::Media,
        Some(Method::Embed) => Outcome::Embedding(embedding(&answer)?),
        // The input is unknown: a later caller has only the id.
        Some(method) => Outcome::Result(request::decode(method, &answer, None)?),
    };
    Ok((answer, outcome))
}

/// Scores, or the shape of the vectors in an answer.
fn embedding<V: Value>(answer: &V) -> Result<Embedding, Error> {
    let rows = text_embeddings::rows(answer)?;
    if rows.iter().any(text_embeddings::is_score) {
        let mut scores = Vec::new();
        for (place, row) in rows.iter().enumerate() {
            let id = row.get("id").and_then(|id| id.number()).and_then(index).unwrap_or(place);
            let score = member(row, "score").ok_or_else(|| not_of_task("response[].score"))?;
            scores.push((id as f64, (id, score)));
        }
        let scores = sorted(scores);
        if scores.windows(2).any(|pair| matches!(pair, [(one, _), (next, _)] if one == next)) {
            return Err(not_of_task("response[].id that is each context's once"));
        }
        let scores = scores.into_iter().map(|(_, score)| score).collect();
        return Ok(Embedding::Scores(Scores { scores, usage: None }));
    }
    let length = |row: &V| match text_embeddings::numbers(row).shape() {
        Shape::Numbers(length, _) => length,
        _ => 0,
    };
    let dimensions = rows.first().map_or(0, length);
    if dimensions == 0 || rows.iter().any(|row| length(row) != dimensions) {
        return Err(Error::new(
            Code::MalformedResponse,
            "The answer has no vectors, or some of unequal length.",
        ));
    }
    let order = text_embeddings::order(&rows)?;
    Ok(Embedding::Vectors(Vectors { count: rows.len(), dimensions, order, usage: None }))
}

/// The state of a batch in a queue's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventState {
    /// It is queued.
    Queued,
    /// Its answers are available.
    Succeeded,
    /// It has failed.
    Failed,
}

impl EventState {
    const ALL: [EventState; 3] = [EventState::Queued, EventState::Succeeded, EventState::Failed];

    /// Its name, in the message as well.
    pub fn name(self) -> &'static str {
        match self {
            EventState::Queued => "queued",
            EventState::Succeeded => "succeeded",
            EventState::Failed => "failed",
        }
    }
}

/// A queue's message about a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The model of the batch.
    pub model: String,
    /// The batch.
    pub request_id: String,
    /// The state.
    pub state: EventState,
}

/// Parses a queue's message, or its body.
pub fn event<V: Value>(message: &V) -> Result<Event, Error> {
    const KIND: &str = "cf.workersAi.model.batch.";
    let body = message.get("body").filter(|body| body.is_object());
    let body = body.as_ref().unwrap_or(message);
    let refuse = |why: &str| Error::invalid("message", &concat(&["The message ", why, "."]));
    let kind = body.get("type").and_then(|kind| kind.text()).unwrap_or_default();
    let state = kind.strip_prefix(KIND);
    let state = state.and_then(|name| EventState::ALL.into_iter().find(|state| state.name() == name));
    let Some(state) = state else {
        return Err(refuse(
            "is none about a batch: its type is cf.workersAi.model.batch.queued, .succeeded or .failed",
        ));
    };
    let text = |outer: &'static str, name: &'static str| body.get(outer)?.get(name)?.text();
    let request_id = text("payload", "requestId").ok_or_else(|| refuse("has no payload.requestId"))?;
    let model = text("source", "modelName").ok_or_else(|| refuse("has no source.modelName"))?;
    Ok(Event { model, request_id, state })
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
