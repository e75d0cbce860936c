//! Every task with any input and any answer: what is planned has the form that it says, and what comes of
//! it is JSON, refusals included.

use serde_core::Serialize;

use super::json::is_json;
use super::source::Source;
use workers_ai_wasm::catalog::{self, Method};
use workers_ai_wasm::client::poll::{self, Schedule};
use workers_ai_wasm::error::Error;
use workers_ai_wasm::plan::endpoint;
use workers_ai_wasm::service::{self, finetunes, logs, markdown, models};
use workers_ai_wasm::tasks::realtime::address::{Opener, address};
use workers_ai_wasm::tasks::realtime::{closing, messages, parameters};
use workers_ai_wasm::tasks::request::{self, Content, Door, Form, Requests, Route, TaskRequest};
use workers_ai_wasm::tasks::{batch, fallback, prepare, text_embeddings, text_generation};
use workers_ai_wasm::text::lossy;
use workers_ai_wasm::value::json::Json;
use workers_ai_wasm::value::{MediaForm, Tree, Value, WireForm};
use workers_ai_wasm::wire::json;

const HTTP: Route = Route { door: Door::Http, gateway: false, json: false, openai: false, page: false };
const BINDING: Route = Route { door: Door::Binding, ..HTTP };
const ROUTES: [&Route; 8] = [
    &BINDING,
    &HTTP,
    &Route { gateway: true, ..HTTP },
    &Route { gateway: true, ..BINDING },
    &Route { json: true, ..HTTP },
    &Route { openai: true, ..HTTP },
    &Route { page: true, ..HTTP },
    &Route { gateway: true, json: true, page: true, ..HTTP },
];

/// Input: a byte for the method, two for the model, one for the route, then an input, its media as in
/// [`value`], and, after a NUL, an answer.
pub fn check(data: &[u8]) {
    let mut source = Source::new(data);
    let method = Method::ALL[source.below(Method::ALL.len())];
    let number = usize::from(source.number());
    let route = *source.pick(&ROUTES);
    let first = source.text_part();
    let second = source.text_part();

    // A model of the task as a rule, any other or none of the catalogue as an exception.
    let fitting: Vec<&str> =
        catalog::all().iter().filter(|entry| entry.serves(method)).map(|entry| entry.id).collect();
    let any = catalog::all()[number / 16 % catalog::all().len()].id;
    let model = match number % 16 {
        0 => "@cf/somebody/unknown",
        1 => any,
        _ if fitting.is_empty() => any,
        _ => fitting[number / 16 % fitting.len()],
    };
    texts(&first, model, number);
    let Ok(outline) = json::parse(first.as_bytes()) else { return };
    let answer = json::parse(second.as_bytes()).unwrap_or(outline);
    endpoints(&value(outline), &value(answer), number);
    values(method, model, route, value(outline), value(answer), number);
    let headers =
        outline.entries().map(|(name, value)| (lossy(name.raw()), value.text().unwrap_or_default()));
    let opener = [Opener::Fetch, Opener::Headers, Opener::Plain][number % 3];
    if let Some(address) = held(address(opener, model, second.into_owned(), headers.collect())) {
        assert!(opener != Opener::Plain || address.headers.is_empty(), "headers are lost: {address:?}");
    }
}

/// What is no run of a model.
fn endpoints(input: &Json, answer: &Json, number: usize) {
    if let Some(filter) = held(models::Filter::read(input)) {
        let query = endpoint::query(&filter.query(number as u32));
        assert!(query.bytes().all(|byte| byte.is_ascii_graphic()), "a query of an address: {query}");
    }
    check_some(held(finetunes::NewFinetune::read(input)));
    check_some(held(logs::Patch::read(input)));
    held(markdown::check_options(input));
    held(markdown::name(input, "files"));
    held(endpoint::provider(Some(input)));
    for endpoint in [endpoint::GATEWAY_GET_LOG, endpoint::FINETUNES_UPLOAD] {
        let ids = ["gateway", "logId", "id"].map(|name| (name, input.clone()));
        if let Some(path) = held(endpoint.path_over_http(&ids)) {
            let stays = |part: &str| !part.bytes().all(|byte| byte == b'.');
            let depth = endpoint.path.len();
            assert!(
                path.split('/').filter(|part| stays(part)).count() == depth,
                "an id leaves its path: {path}"
            );
        }
    }
    let result = answer.member("result").unwrap_or_else(|| answer.clone());
    for model in held(models::page(answer, &result)).map(|page| page.items).unwrap_or_default() {
        check_result(&models::properties(&model));
    }
    check_some(held(models::schema(&result)));
    check_some(held(finetunes::list(&result)));
    check_some(held(finetunes::created(&result)));
    check_some(held(markdown::results(&result, result.items().len().max(1))));
    check_some(held(markdown::supported(&result)));
    held(logs::metadata(&result));
    held(logs::url(&result));
    held(service::check_done(&result));
}

fn check_some(result: Option<impl Serialize>) {
    if let Some(result) = result {
        check_result(&result);
    }
}

/// What reads values.
fn values(method: Method, model: &str, route: Route, input: Json, answer: Json, number: usize) {
    held(text_generation::check(&input));
    held(batch::check_id(&input));
    if let Some(interval_ms) = held(poll::interval(Some(&input))) {
        let wait = Schedule { interval_ms, total_ms: None }.pause(number as u32, 0.5);
        assert!(wait.is_finite() && wait >= 0.0, "a wait of {wait}");
    }
    if let Some(models) = held(fallback::models(model, &input, false)) {
        assert_eq!(models[0], model);
    }
    if let Some(content) = held(prepare::prepare(route, model, &input)) {
        check_content(&content);
    }
    if let Some(body) = held(batch::plan(route, model, &input.items())) {
        assert!(matches!(body, Tree::Object(_)));
    }
    held(batch::ticket(&answer));
    for item in held(batch::poll(model, &answer)).map(|poll| poll.items).unwrap_or_default() {
        if let Some((_, batch::Outcome::Result(result))) = held(item.outcome) {
            check_result(&result);
        }
    }
    let Some(request) = held(TaskRequest::new(method, model, route, input)) else { return };
    match held(request::plan(&request)).map(|plan| plan.requests) {
        Some(Requests::One(content)) => check_content(&content),
        Some(Requests::Each(contents)) => contents.iter().for_each(check_content),
        None => {}
    }
    for input in [Some(&request.input), None] {
        if let Some(result) = held(request::decode(method, &answer, input)) {
            check_result(&result);
        }
    }
    held(parameters::parameters(&request));
}

fn check_content(content: &Content<Json>) {
    let fits = match (content.form, &content.body) {
        (Form::Raw, Tree::Media(media)) => media.form == WireForm::Body,
        (Form::Json | Form::Multipart, Tree::Object(_)) | (Form::Plain, Tree::Value(_)) => {
            content.query.is_empty()
        }
        _ => false,
    };
    assert!(fits, "a body of another form: {content:?}");
}

fn check_result(result: &impl Serialize) {
    let json = serde_json::to_string(result).expect("a result is JSON");
    assert!(is_json(&json), "a result is JSON: {json}");
}

/// An input with media in it: `{"$":"media","form":"blob","length":3,"type":"image/png"}`, or
/// `{"$":"form"}`, or what JSON has no word for.
fn value(json: json::Value<'_>) -> Json {
    let Some(sign) = json.get("$").and_then(|sign| sign.text()) else {
        return match json.kind() {
            json::Kind::Array => Json::List(json.items().map(value).collect()),
            json::Kind::Object => {
                let members = json.entries().map(|(name, member)| (lossy(name.raw()), value(member)));
                Json::Object(members.collect())
            }
            _ => Json::parse(json.raw()).unwrap_or(Json::Null),
        };
    };
    let number = |name: &str| json.get(name).and_then(|number| number.as_i64());
    match sign.as_str() {
        "media" => Json::Media {
            form: match json.get("form").and_then(|form| form.text()).as_deref() {
                Some("blob") => MediaForm::Blob,
                Some("stream") => MediaForm::Stream,
                Some("response") => MediaForm::Response(number("status").unwrap_or(200) as u16),
                _ => MediaForm::Bytes,
            },
            length: number("length").map(|length| length as usize),
            media_type: json.get("type").and_then(|stated| stated.text()).filter(|stated| !stated.is_empty()),
        },
        "form" => Json::Form,
        "NaN" => Json::Number(f64::NAN),
        "Infinity" => Json::Number(f64::INFINITY),
        _ => Json::Other(sign),
    }
}

/// What takes a text alone.
fn texts(text: &str, model: &str, number: usize) {
    held(text_embeddings::limits(model));
    held(text_embeddings::limits(text));
    held(batch::about(text));
    for answer in batch::answer_texts(text).into_iter().flatten() {
        assert!(is_json(answer), "an answer in a batch is JSON: {answer}");
    }
    held(finetunes::check_config(text));
    held(finetunes::check_file(text, number as f64));
    held(messages::check(text));
    let protocol = messages::Protocol::of(model);
    let message = messages::text(protocol, text);
    assert!(message == text || is_json(&message));
    if let Some(error) = closing::judge(number as u16, text, number & 1 == 0) {
        held::<()>(Err(error));
    }
    held::<()>(Err(models::missing(text)));
}

/// What a rule gives, if it does not refuse.
fn held<T>(answer: Result<T, Error>) -> Option<T> {
    let Err(error) = answer else { return answer.ok() };
    assert!(!error.message.is_empty());
    None
}
