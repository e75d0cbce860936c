//! What JavaScript asks about everything that is no run of a model: one export, as in `core.rs`. `pkg-template/tasks/endpoint-ask.js` is
//! the only caller.

use wasm_bindgen::prelude::*;

use super::ask::{Arguments, fields, number, read, refusal};
use crate::call::{self, Reply};
use crate::error::Error;
use crate::plan::endpoint;
use crate::secret::Hidden;
use crate::service::{self, finetunes, logs, markdown, models};
use crate::tasks::{batch, fallback};
use crate::wire::json;
use crate::wire::write::Writer;

/// Answers a question. The numbers are known to `pkg-template/tasks/endpoint-ask.js` as well.
#[wasm_bindgen(skip_typescript)]
pub fn endpoints(question: u32, arguments: &str) -> String {
    let mut asked = Arguments(arguments);
    let answer = match question {
        0 => prepare(&mut asked),
        1 => request(&mut asked),
        2 => Ok(thrown(&mut asked)),
        3 => Err(endpoint::without_member(asked.rest())),
        4 => Ok(result(&mut asked)),
        5 => gateway_url(&mut asked),
        6 => endpoint::check_model(asked.rest()),
        7 => {
            let page = number(asked.next());
            read(asked.rest()).and_then(|filter| models::query(filter, page))
        }
        8 => Err(models::missing(asked.rest())),
        9 => read(asked.rest()).and_then(finetunes::create),
        10 => finetune_file(&mut asked),
        11 => finetunes::check_config(asked.rest()).map(|()| String::from("{}")),
        12 => read(asked.rest()).and_then(logs::patch),
        13 => Ok(Writer::object(|out| out.some_text("type", markdown::type_of(asked.rest())))),
        15 => batch::about(asked.rest()),
        16 => {
            let (way, model) = (asked.next(), asked.next());
            read(asked.rest()).and_then(|inputs| batch::plan(way, model, inputs))
        }
        17 => batch::check_size(asked.rest().parse().unwrap_or(f64::INFINITY)).map(|()| String::from("{}")),
        18 => read(asked.rest()).and_then(batch::check_id).map(|()| String::from("{}")),
        19 => delay(&mut asked),
        20 => Ok(queued(&mut asked)),
        21 => {
            let model = asked.next();
            read(asked.rest()).and_then(|models| fallback::models(model, models))
        }
        22 => Ok(Writer::object(|out| out.flag("helps", fallback::helps(asked.rest())))),
        _ => read(asked.rest()).and_then(markdown::check_options).map(|()| String::from("{}")),
    };
    answer.unwrap_or_else(|error: Error| refusal(error, ""))
}

/// What is known before anything is sent: `client, endpoint, given`.
fn prepare(asked: &mut Arguments<'_>) -> Result<String, Error> {
    let (client, name) = (asked.next(), asked.next());
    endpoint::prepare(read(client)?, name, read(asked.rest())?)
}

/// The request over HTTP: `client, options, endpoint, given, token, body`.
fn request(asked: &mut Arguments<'_>) -> Result<String, Error> {
    let (client, options, name) = (asked.next(), asked.next(), asked.next());
    let (given, token) = (asked.next(), asked.next());
    endpoint::describe(read(client)?, read(options)?, name, read(given)?, token, read(asked.rest())?)
}

/// The fields of the error for what a function of the binding threw: `hidden, member, name, message`.
fn thrown(asked: &mut Arguments<'_>) -> String {
    let (hidden, member, name) = (asked.next(), asked.next(), asked.next());
    fields(endpoint::thrown(member, name, asked.rest()), hidden)
}

/// What an answer means, or a refusal: `hidden, reply, enveloped, endpoint, json`.
fn result(asked: &mut Arguments<'_>) -> String {
    let (hidden, reply) = (asked.next(), Reply::read(asked.next()));
    let (enveloped, name) = (asked.next() == "true", asked.next());
    opened(asked.rest(), enveloped, hidden, &reply, |whole, result| service::result(name, whole, result))
}

/// What an answer of the batch queue means, or a refusal: `hidden, reply, enveloped, model, json`; for a submission the model is empty.
fn queued(asked: &mut Arguments<'_>) -> String {
    let (hidden, reply) = (asked.next(), Reply::read(asked.next()));
    let (enveloped, model) = (asked.next() == "true", asked.next());
    opened(asked.rest(), enveloped, hidden, &reply, |_, answer| {
        if model.is_empty() {
            batch::ticket(answer)
        } else {
            batch::looked(model, answer, &Hidden::read(hidden))
        }
    })
}

/// Reads a JSON answer, with its envelope and without.
fn opened(
    json: &str,
    enveloped: bool,
    hidden: &str,
    reply: &Reply,
    read: impl FnOnce(json::Value<'_>, json::Value<'_>) -> Result<String, Error>,
) -> String {
    let bytes = json.as_bytes();
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let told = call::open_answer(bytes, enveloped, reply).and_then(|(opened, _)| {
        match (json::parse(bytes), json::parse(opened)) {
            (Ok(whole), Ok(opened)) => read(whole, opened).map_err(|error| reply.signed(error)),
            _ => Err(crate::tasks::answer::malformed("JSON")),
        }
    });
    told.unwrap_or_else(|error| refusal(error, hidden))
}

/// The wait until the next look, `{ ms }`: `looks, random, interval`, the second one in millionths.
fn delay(asked: &mut Arguments<'_>) -> Result<String, Error> {
    let (looks, random) = (number(asked.next()), number(asked.next()));
    let interval = read(asked.rest())?;
    let ms = batch::delay(looks, Some(interval), f64::from(random) / 1e6)?;
    Ok(Writer::object(|out| out.number("ms", ms.ceil() as i64)))
}

/// A gateway's address, `{ url? }`: `client, given`.
fn gateway_url(asked: &mut Arguments<'_>) -> Result<String, Error> {
    let client = asked.next();
    let url = endpoint::gateway_url(read(client)?, read(asked.rest())?)?;
    Ok(Writer::object(|out| out.some_text("url", url.as_deref())))
}

/// Checks a file of a finetune: `bytes, name`.
fn finetune_file(asked: &mut Arguments<'_>) -> Result<String, Error> {
    let bytes = asked.next().parse().unwrap_or(0.0);
    finetunes::check_file(asked.rest(), bytes).map(|()| String::from("{}"))
}
