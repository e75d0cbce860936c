//! Every task with any input and any answer: what is planned and what comes of it is JSON, refusals included.

use super::json::is_json;
use super::source::Source;
use workers_ai_wasm::catalog::{self, Method};
use workers_ai_wasm::error::Error;
use workers_ai_wasm::plan::endpoint::ENDPOINTS;
use workers_ai_wasm::secret::Hidden;
use workers_ai_wasm::service::{self, finetunes, logs, markdown, models};
use workers_ai_wasm::tasks::realtime::address::{self, Means};
use workers_ai_wasm::tasks::realtime::{closing, messages, parameters};
use workers_ai_wasm::tasks::request::{self, Ask};
use workers_ai_wasm::tasks::{batch, fallback, prepare, text_embeddings, text_generation};
use workers_ai_wasm::wire::json;

const WAYS: [&str; 8] = [
    "binding",
    "rest",
    "rest+gateway",
    "binding+gateway",
    "rest+json",
    "rest+openai",
    "rest+page",
    "proxy+gateway+json+page",
];

/// Input: a byte for the method, two for the model, one for the way, then the outline of an input and, behind a NUL, an answer.
pub fn check(data: &[u8]) {
    let mut source = Source::new(data);
    let method = Method::ALL[source.below(Method::ALL.len())];
    let number = usize::from(source.number());
    let way = source.pick(&WAYS);
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
    told(prepare::describe(way, model, outline));
    told(fallback::models(model, outline));
    told(batch::plan(way, model, outline));
    told(batch::looked(model, answer, &Hidden::default()));
    told(batch::ticket(answer));
    told(batch::check_id(outline).map(|()| "{}".to_owned()));
    told(text_generation::check_kinds(outline).map(|()| "{}".to_owned()));
    if let Ok(wait) = batch::delay(number as u32, Some(outline), 0.5) {
        assert!(wait.is_finite() && wait >= 0.0, "a wait of {wait}");
    }
    told(address::describe(Means::read(way), model, outline));
    told(models::query(outline, number as u32));
    told(finetunes::create(outline));
    told(logs::patch(outline));
    told(markdown::check_options(outline).map(|()| "{}".to_owned()));
    for endpoint in ENDPOINTS {
        told(service::result(endpoint.name, answer, answer.get("result").unwrap_or(answer)));
    }
    match Ask::read(method.name(), way, model, outline) {
        Ok(ask) => {
            told(request::plan(&ask).map(|plan| plan.describe(&ask)));
            told(request::result(&ask, answer));
            told(parameters::describe(&ask));
        }
        Err(error) => {
            told(Err(error));
        }
    }
}

/// What takes a text alone.
fn texts(text: &str, model: &str, number: usize) {
    told(text_embeddings::limits(model));
    told(text_embeddings::limits(text));
    told(batch::about(text));
    told(finetunes::check_config(text).map(|()| "{}".to_owned()));
    told(finetunes::check_file(text, number as f64).map(|()| "{}".to_owned()));
    told(messages::check(text).map(|()| "{}".to_owned()));
    let protocol = messages::Protocol::of(model);
    let message = messages::text(protocol, text);
    assert!(message == text || is_json(&message));
    if let Some(error) = closing::judge(number as u16, text) {
        told(Err(error));
    }
    told(Err(models::missing(text)));
}

fn told(answer: Result<String, Error>) {
    match answer {
        Ok(json) => assert!(is_json(&json), "an answer is JSON: {json}"),
        Err(error) => {
            let json = error.to_json(&Hidden::default());
            assert!(is_json(&json), "a refusal is JSON: {json}");
            assert!(!error.message.is_empty());
        }
    }
}
