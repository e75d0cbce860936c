//! Helpers for the tests of the tasks: routes and values written as text.

use serde::Serialize;

use super::request::{Content, Door, Form, Plan, Requests, Route, TaskRequest};
use crate::catalog::Method;
use crate::error::Error;
use crate::value::json::Json;
use crate::value::{Media, Tree, Value, WireForm};

/// `binding` or another door, followed by `+gateway`, `+json`, `+openai` and `+page`.
pub fn route(text: &str) -> Route {
    let has = |flag: &str| text.split('+').skip(1).any(|part| part == flag);
    Route {
        door: if text.starts_with("binding") { Door::Binding } else { Door::Http },
        gateway: has("gateway"),
        json: has("json"),
        openai: has("openai"),
        page: has("page"),
    }
}

pub fn request<'a>(method: Method, way: &str, model: &'a str, input: &str) -> TaskRequest<'a, Json> {
    TaskRequest::new(method, model, route(way), Json::sample(input)).unwrap()
}

/// The form and the body of the one request that a call makes.
pub fn sent(plan: Plan<Json>) -> (&'static str, String) {
    match plan.requests {
        Requests::One(content) => rendered(&content),
        Requests::Each(_) => panic!("several requests"),
    }
}

/// The body of the one request that a call makes.
pub fn body(plan: Plan<Json>) -> String {
    sent(plan).1
}

/// The form and the body; a raw one as `$body` beside what goes into the query.
pub fn rendered(content: &Content<Json>) -> (&'static str, String) {
    let form = match content.form {
        Form::Json => "json",
        Form::Raw => "raw",
        Form::Multipart => "multipart",
        Form::Plain => "plain",
    };
    if content.form != Form::Raw {
        assert_eq!(content.query, []);
        return (form, tree(&content.body));
    }
    let mut members = vec![("$body".to_owned(), content.body.clone())];
    members.extend(content.query.iter().cloned());
    (form, tree(&Tree::Object(members)))
}

/// JSON text, with `{"$media":"audio","as":"base64","type":"audio/wav"}` for media.
pub fn tree(tree: &Tree<Json>) -> String {
    json(tree).to_json().unwrap()
}

fn json(tree: &Tree<Json>) -> Json {
    match tree {
        Tree::Value(value) => value.clone(),
        Tree::Boolean(flag) => Json::Boolean(*flag),
        Tree::Number(number) => Json::Number(*number),
        Tree::Text(text) => Json::Text(text.clone()),
        Tree::List(items) => Json::List(items.iter().map(json).collect()),
        Tree::Object(members) => {
            Json::Object(members.iter().map(|(name, member)| (name.clone(), json(member))).collect())
        }
        Tree::Media(media) => Json::Object(media_members(media)),
    }
}

fn media_members(media: &Media<Json>) -> Vec<(String, Json)> {
    let form = match media.form {
        WireForm::Numbers => "numbers",
        WireForm::Base64 => "base64",
        WireForm::DataUrl => "dataURL",
        WireForm::Stream => "stream",
        WireForm::Wrapped => "wrapped",
        WireForm::Body => "body",
        WireForm::Part => "part",
    };
    let member = |name: &str, text: &str| (name.to_owned(), Json::Text(text.to_owned()));
    let mut members = vec![member("$media", &media.field), member("as", form)];
    members.extend(media.media_type.iter().map(|stated| member("type", stated)));
    members
}

/// An answer's result as JSON text.
pub fn answered<T: Serialize>(
    answer: &str,
    decode: impl FnOnce(&Json) -> Result<T, Error>,
) -> Result<String, Error> {
    decode(&Json::sample(answer)).map(|result| json_of(&result))
}

/// JSON text as JavaScript writes it: whole numbers without a fraction.
pub fn json_of(result: &impl Serialize) -> String {
    Json::parse(&serde_json::to_vec(result).unwrap()).unwrap().to_json().unwrap()
}
