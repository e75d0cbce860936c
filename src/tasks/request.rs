//! Plans the requests of a call, from a method, a model and an input: the single entry point of all tasks.

use serde::Serialize;

use super::{
    answer, decision, image_classification, image_to_text, kind, labels, object_detection, parameters,
    rerank, speech_recognition, summarization, text_classification, text_embeddings, text_to_image,
    text_to_speech, translation, turn_detection,
};
use crate::catalog::{self, Entry, InputShape, Method, Status};
use crate::error::Error;
use crate::model::Model;
use crate::text::{concat, join};
use crate::value::{Members, Shape, Tree, Value};

/// The door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// `env.AI`
    Binding,
    /// REST, or a proxy with the same protocol.
    Http,
}

/// The facts besides the model that determine the form of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The door.
    pub door: Door,
    /// True if the call goes through a gateway.
    pub gateway: bool,
    /// True if the body must be a JSON object: over HTTP it contains options such as `rejectIfBusy`.
    pub json: bool,
    /// True if the endpoint has OpenAI's shape.
    pub openai: bool,
    /// True in a web page. Most browsers do not support streams as request bodies.
    pub page: bool,
}

impl Route {
    /// Only a door.
    pub fn new(door: Door) -> Self {
        Self { door, gateway: false, json: false, openai: false, page: false }
    }
}

/// A call of a task's method.
#[derive(Debug, Clone)]
pub struct TaskRequest<'a, V> {
    /// The method.
    pub method: Method,
    /// The model.
    pub model: &'a str,
    /// Its entry in the catalogue.
    pub entry: Option<&'static Entry>,
    /// The route.
    pub route: Route,
    /// The input, with its short form expanded.
    pub input: V,
}

impl<'a, V: Value> TaskRequest<'a, V> {
    /// Rejects a model of another task, and members that are slips of the model's parameters.
    pub fn new(method: Method, model: &'a str, route: Route, input: V) -> Result<Self, Error> {
        let entry = entry_for(method, model)?;
        parameters::check_names(method, model, entry, &input)?;
        Ok(Self { method, model, entry, route, input })
    }

    /// The input shape of the model; `default` if the catalogue does not contain it.
    pub fn shape(&self, default: InputShape) -> InputShape {
        self.entry.map_or(default, |entry| entry.input)
    }

    /// Rejects an input that is not an object of named fields.
    pub fn check_object(&self) -> Result<(), Error> {
        match self.input.shape() {
            Shape::Object => Ok(()),
            shape => {
                let kind = kind::of_shape(&self.input, shape);
                // What takes two things has no short form.
                let short = match self.method {
                    Method::Translate | Method::Rerank | Method::Decide => "",
                    _ => ", or its short form",
                };
                let why =
                    ["The input must be an object with the model's fields", short, ", not ", &kind, "."];
                Err(Error::invalid("input", &concat(&why)))
            }
        }
    }
}

/// The catalogue's entry of a model; rejects an invalid id, and a model of another task.
pub fn entry_for(method: Method, model: &str) -> Result<Option<&'static Entry>, Error> {
    Model::parse(model)?;
    match catalog::find(model) {
        Some(entry) if !entry.serves(method) => Err(other_task(entry, method)),
        entry => Ok(entry),
    }
}

/// The error of a model of another task, with the methods for it.
pub fn other_task(entry: &Entry, method: Method) -> Error {
    let methods = entry.input.methods().iter().map(|method| method.name()).collect::<Vec<_>>();
    let methods = join(&methods, " or ");
    let instead = if methods.is_empty() { "run".to_owned() } else { methods };
    let why = [
        entry.id,
        " is a model for ",
        entry.task.name(),
        ", not for ",
        method.name(),
        ": use ",
        &instead,
        ".",
    ];
    Error::invalid("model", &concat(&why))
}

/// The content of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Content<V> {
    /// Its form on the wire.
    pub form: Form,
    /// The body; [`Tree::Media`] for [`Form::Raw`], the input itself for [`Form::Plain`], an object
    /// otherwise.
    pub body: Tree<V>,
    /// The parameters beside a raw body, for the query; empty otherwise.
    pub query: Members<V>,
}

impl<V: Value> Content<V> {
    /// An object as JSON, or as the binding's inputs.
    pub fn json(members: Members<V>) -> Self {
        Self { form: Form::Json, body: Tree::Object(members), query: Vec::new() }
    }

    /// An unchanged input.
    pub fn plain(input: &V) -> Self {
        Self { form: Form::Plain, body: Tree::Value(input.clone()), query: Vec::new() }
    }
}

/// The forms of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A JSON object; on the binding, its inputs.
    Json,
    /// Media as the body itself.
    Raw,
    /// A form with the members as its parts.
    Multipart,
    /// The caller's own input, unchanged.
    Plain,
}

/// How the bytes of an answer are decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// As JSON.
    Json,
    /// As JSON with rows of numbers, which the kernel decodes from the bytes.
    Vectors,
    /// As media, or as JSON with media in base64 under one of the names in [`super::media::PAYLOAD`].
    Media,
}

/// The requests of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan<V> {
    /// Their contents.
    pub requests: Requests<V>,
    /// How each answer is decoded.
    pub take: Take,
    /// The warning about a model that is past its end.
    pub deprecation: Option<String>,
}

/// One request, or several.
#[derive(Debug, Clone, PartialEq)]
pub enum Requests<V> {
    /// One.
    One(Content<V>),
    /// One per text, in order, for a model that accepts a single text. The result has the texts of all
    /// answers.
    Each(Vec<Content<V>>),
}

impl<V: Value> Plan<V> {
    /// One request.
    pub fn one(request: &TaskRequest<'_, V>, content: Content<V>, take: Take) -> Self {
        Self { requests: Requests::One(content), take, deprecation: request.entry.and_then(deprecation) }
    }

    /// One request with a JSON object, answered with JSON.
    pub fn json(request: &TaskRequest<'_, V>, members: Members<V>) -> Self {
        Self::one(request, Content::json(members), Take::Json)
    }
}

/// The warning about a model that is past its end.
pub fn deprecation(entry: &Entry) -> Option<String> {
    if entry.status != Status::Deprecated {
        return None;
    }
    let since = entry.deprecated_on.map_or(String::new(), |date| concat(&[" since ", date]));
    let instead = entry.successor.map_or(String::new(), |model| concat(&[" Use ", model, "."]));
    Some(concat(&[
        "The model ",
        entry.id,
        " is deprecated",
        &since,
        " and may be refused or answered by another one.",
        &instead,
    ]))
}

/// Validates a call's input and plans its requests.
pub fn plan<V: Value>(request: &TaskRequest<'_, V>) -> Result<Plan<V>, Error> {
    match request.method {
        Method::Rerank => rerank::plan(request),
        Method::ClassifyText => text_classification::plan(request),
        Method::Summarize => summarization::plan(request),
        Method::Embed => text_embeddings::plan(request),
        Method::Translate => translation::plan(request),
        Method::Decide => decision::plan(request),
        Method::Transcribe => speech_recognition::plan(request),
        Method::DetectTurn => turn_detection::plan(request),
        Method::GenerateSpeech => text_to_speech::plan(request),
        Method::GenerateImage => text_to_image::plan(request),
        Method::DescribeImage => image_to_text::plan(request),
        Method::ClassifyImage => image_classification::plan(request),
        Method::DetectObjects => object_detection::plan(request),
        _ => Err(Error::config("method", &concat(&[request.method.name(), " has no plan."]))),
    }
}

/// The result of a method, without `raw` and `meta`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum TaskResult<V> {
    /// `rerank`
    Ranking(rerank::Ranking),
    /// `classifyText`, `classifyImage`
    Labels(labels::Labels),
    /// `summarize`
    Summary(summarization::Summary),
    /// `embed`, without its numbers
    Embedding(text_embeddings::Embedding),
    /// `translate`
    Translation(translation::Translation),
    /// `decide`
    Decision(decision::Decision<V>),
    /// `transcribe`
    Transcription(speech_recognition::Transcription),
    /// `detectTurn`
    Turn(turn_detection::Turn),
    /// `describeImage`
    Description(image_to_text::Description),
    /// `detectObjects`
    Objects(object_detection::Objects),
}

/// Decodes a JSON answer. In one with rows of numbers each row is a list of one number, its length. The input
/// is none if it is not available any more; an embedding cannot be decoded without it.
pub fn decode<V: Value>(method: Method, answer: &V, input: Option<&V>) -> Result<TaskResult<V>, Error> {
    Ok(match method {
        Method::Rerank => TaskResult::Ranking(rerank::decode(answer, input)?),
        Method::ClassifyText | Method::ClassifyImage => TaskResult::Labels(labels::decode(answer)?),
        Method::Summarize => TaskResult::Summary(summarization::decode(answer)?),
        Method::Embed => match input {
            Some(input) => TaskResult::Embedding(text_embeddings::decode(answer, input)?),
            None => return Err(no_result(method)),
        },
        Method::Translate => TaskResult::Translation(translation::decode(answer, input)?),
        Method::Decide => TaskResult::Decision(decision::decode(answer, input)?),
        Method::Transcribe => TaskResult::Transcription(speech_recognition::decode(answer)?),
        Method::DetectTurn => TaskResult::Turn(turn_detection::decode(answer)?),
        Method::GenerateSpeech => return Err(answer::malformed("audio")),
        Method::GenerateImage => return Err(answer::malformed("image")),
        Method::DescribeImage => TaskResult::Description(image_to_text::decode(answer)?),
        Method::DetectObjects => TaskResult::Objects(object_detection::decode(answer)?),
        _ => return Err(no_result(method)),
    })
}

fn no_result(method: Method) -> Error {
    Error::config("method", &concat(&[method.name(), " has no result."]))
}
