//! From a method, a model and an input to what is sent: the one way in for all tasks.

use super::outline::{Given, Shape};
use crate::catalog::{self, Entry, InputShape, Method, OutputShape, Status};
use crate::error::Error;
use crate::model::Model;
use crate::text::concat;
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// The way to the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// `env.AI`
    Binding,
    /// REST, or a proxy that speaks it.
    Http,
}

/// The door, and what on the way to it decides about the form of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// The door.
    pub door: Door,
    /// Does the call go through a gateway?
    pub gateway: bool,
    /// Must the body be a JSON object? Over HTTP options such as `rejectIfBusy` have their place in it.
    pub json: bool,
    /// Is it asked by an endpoint in OpenAI's shape?
    pub openai: bool,
    /// Is the caller a web page? Most browsers send no body that is a stream.
    pub page: bool,
}

impl Way {
    /// Reads `binding` or another door, behind it `+gateway`, `+json`, `+openai` and `+page`.
    pub fn read(text: &str) -> Self {
        let mut parts = text.split('+');
        let door = if parts.next() == Some("binding") { Door::Binding } else { Door::Http };
        let mut way = Self { door, gateway: false, json: false, openai: false, page: false };
        for part in parts {
            match part {
                "gateway" => way.gateway = true,
                "json" => way.json = true,
                "openai" => way.openai = true,
                "page" => way.page = true,
                _ => {}
            }
        }
        way
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The method that the caller called.
    pub method: Method,
    /// The model.
    pub model: &'a str,
    /// What the catalogue knows of it.
    pub entry: Option<&'static Entry>,
    /// The door.
    pub door: Door,
    /// The way to it.
    pub way: Way,
    /// The outline of the input, its short form written out.
    pub input: Given<'a>,
}

impl<'a> Ask<'a> {
    /// Reads a question; refuses a model of another task.
    pub fn read(method: &str, way: &str, model: &'a str, input: Value<'a>) -> Result<Self, Error> {
        Model::parse(model)?;
        let method = Method::ALL.iter().copied().find(|known| known.name() == method);
        let method = method.ok_or_else(|| Error::config("method", "There is no such method."))?;
        let entry = catalog::find(model);
        if let Some(entry) = entry
            && !entry.serves(method)
        {
            return Err(other_task(entry, method));
        }
        let way = Way::read(way);
        Ok(Self { method, model, entry, door: way.door, way, input: Given::new(input) })
    }

    /// What the model takes; for one that the catalogue does not know, what the usual model of the task takes.
    pub fn shape(&self, usual: InputShape) -> InputShape {
        self.entry.map_or(usual, |entry| entry.input)
    }

    /// What the model gives.
    pub fn output(&self, usual: OutputShape) -> OutputShape {
        self.entry.map_or(usual, |entry| entry.output)
    }

    /// Refuses an input that is no object of named fields.
    pub fn fields(&self) -> Result<Given<'a>, Error> {
        match self.input.shape() {
            Shape::Object => Ok(self.input),
            _ => {
                let why = ["The input must be an object with the model's fields, or its short form, not "];
                Err(Error::invalid("input", &concat(&[why[0], &self.input.kind(), "."])))
            }
        }
    }
}

fn other_task(entry: &Entry, method: Method) -> Error {
    let methods = entry.input.methods().iter().map(|method| method.name()).collect::<Vec<_>>().join(" or ");
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

/// What JavaScript does: `{ "form", "body", "take", "output", "each"?, "warning"? }`.
#[derive(Debug)]
pub struct Plan {
    /// How the request's body is made.
    pub form: Form,
    /// The pattern of the body, as a JSON object; see [`super::template`].
    pub body: String,
    /// What is needed to understand the answer, handed back with it.
    pub answer: Answer,
}

/// The kinds of body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A JSON object; on the binding, its inputs.
    Json,
    /// The media value named `$body`; the other members of the body go into the query.
    Raw,
    /// A form with the members as its parts.
    Multipart,
    /// The caller's own input, as it is.
    Plain,
    /// So many JSON objects, each with the item that [`super::template::Step::Each`] stands for, for a model that takes one at a time.
    Each(usize),
}

impl Form {
    /// Its name for JavaScript.
    pub fn name(self) -> &'static str {
        match self {
            Form::Json | Form::Each(_) => "json",
            Form::Raw => "raw",
            Form::Multipart => "multipart",
            Form::Plain => "plain",
        }
    }
}

/// How an answer is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// What the model gives.
    pub output: OutputShape,
    /// How JavaScript takes the bytes: `"json"`, `"vectors"` or `"media"`.
    pub take: &'static str,
}

impl Plan {
    /// A JSON object, answered by one.
    pub fn json(body: String, output: OutputShape) -> Self {
        Self { form: Form::Json, body, answer: Answer { output, take: "json" } }
    }

    /// As JavaScript is told.
    pub fn describe(&self, ask: &Ask<'_>) -> String {
        Writer::object(|out| {
            out.text("form", self.form.name());
            out.raw("body", &self.body);
            out.text("take", self.answer.take);
            out.text("output", self.answer.output.name());
            if let Form::Each(count) = self.form {
                out.number("each", count as i64);
            }
            if self.answer.take == "media" {
                out.text("payload", super::media::PAYLOAD);
            }
            if let Some(entry) = ask.entry.filter(|entry| entry.status == Status::Deprecated) {
                out.text("warning", &deprecation(entry));
            }
        })
    }
}

/// What is said once of a model that is past its end.
pub fn deprecation(entry: &Entry) -> String {
    let since = entry.deprecated_on.map_or(String::new(), |date| concat(&[" since ", date]));
    let instead = entry.successor.map_or(String::new(), |model| concat(&[" Use ", model, "."]));
    concat(&[
        "The model ",
        entry.id,
        " is deprecated",
        &since,
        " and may be refused or answered by another one.",
        &instead,
    ])
}

/// Plans a request.
pub fn plan(ask: &Ask<'_>) -> Result<Plan, Error> {
    match ask.method {
        Method::Rerank => super::rerank::plan(ask),
        Method::ClassifyText => super::text_classification::plan(ask),
        Method::Summarize => super::summarization::plan(ask),
        Method::Embed => super::text_embeddings::plan(ask),
        Method::Translate => super::translation::plan(ask),
        Method::Decide => super::decision::plan(ask),
        Method::Transcribe => super::speech_recognition::plan(ask),
        Method::DetectTurn => super::turn_detection::plan(ask),
        Method::GenerateSpeech => super::text_to_speech::plan(ask),
        Method::GenerateImage => super::text_to_image::plan(ask),
        Method::DescribeImage => super::image_to_text::plan(ask),
        Method::ClassifyImage => super::image_classification::plan(ask),
        Method::DetectObjects => super::object_detection::plan(ask),
        _ => Err(Error::config("method", &concat(&[ask.method.name(), " has no plan."]))),
    }
}

/// Understands an answer that is JSON: the method's result as JSON text, without `raw` and `meta`.
pub fn result(ask: &Ask<'_>, answer: Value<'_>) -> Result<String, Error> {
    match ask.method {
        Method::Rerank => super::rerank::result(ask, answer),
        Method::ClassifyText => super::text_classification::result(answer),
        Method::Summarize => super::summarization::result(answer),
        Method::Embed => super::text_embeddings::result(ask, answer),
        Method::Translate => super::translation::result(ask, answer),
        Method::Decide => super::decision::result(answer),
        Method::Transcribe => super::speech_recognition::result(answer),
        Method::DetectTurn => super::turn_detection::result(answer),
        Method::GenerateSpeech => Err(super::answer::malformed("audio")),
        Method::GenerateImage => Err(super::answer::malformed("image")),
        Method::DescribeImage => super::image_to_text::result(answer),
        Method::ClassifyImage => super::image_classification::result(answer),
        Method::DetectObjects => super::object_detection::result(answer),
        _ => Err(Error::config("method", &concat(&[ask.method.name(), " has no result."]))),
    }
}
