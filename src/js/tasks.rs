//! What JavaScript asks about tasks: one export, as in `core.rs`. `pkg-template/tasks/ask.js` is the only caller.

use wasm_bindgen::prelude::*;

use super::ask::{Arguments, read, refusal};
use crate::call::Reply;
use crate::error::Error;
use crate::tasks;
use crate::tasks::realtime::{self, address::Means, messages::Protocol};
use crate::tasks::request::{self, Ask};
use crate::text::unsigned;
use crate::wire::json;
use crate::wire::write::Writer;

/// Answers a question. The numbers are known to `pkg-template/tasks/ask.js` as well.
#[wasm_bindgen(skip_typescript)]
pub fn tasks(question: u32, arguments: &str) -> String {
    let mut asked = Arguments(arguments);
    let answer = match question {
        0 => plan(&mut asked),
        2 => prepare(&mut asked),
        3 => tasks::text_embeddings::limits(asked.rest()),
        4 => connection(&mut asked),
        5 => address(&mut asked),
        6 => message(&mut asked),
        7 => closed(&mut asked),
        _ => result(&mut asked),
    };
    answer.unwrap_or_else(|error: Error| refusal(error, ""))
}

/// What `run` and the methods for text are to send: `way, model, outline`.
fn prepare(asked: &mut Arguments<'_>) -> Result<String, Error> {
    let (way, model) = (asked.next(), asked.next());
    tasks::prepare::describe(way, model, read(asked.rest())?)
}

/// The parameters of a connection, `{ query, inputs }`: `way, model, outline`.
fn connection(asked: &mut Arguments<'_>) -> Result<String, Error> {
    let (way, model) = (asked.next(), asked.next());
    realtime::parameters::describe(&Ask::read("connect", way, model, read(asked.rest())?)?)
}

/// Where a connection goes, `{ url, headers, protocols }`: `means, model, planned`.
fn address(asked: &mut Arguments<'_>) -> Result<String, Error> {
    let (means, model) = (asked.next(), asked.next());
    realtime::address::describe(Means::read(means), model, read(asked.rest())?)
}

/// What is said over a connection: `what, model, text`. `what` is `text`, `flush` or `end`, for what to send, or `check` for a message that
/// has come.
fn message(asked: &mut Arguments<'_>) -> Result<String, Error> {
    let (what, model) = (asked.next(), asked.next());
    let protocol = Protocol::of(model);
    let send = match what {
        "check" => return realtime::messages::check(asked.rest()).map(|()| "{}".to_owned()),
        "flush" => Some(realtime::messages::flush(protocol)?.to_owned()),
        "end" => realtime::messages::end(protocol).map(str::to_owned),
        _ => Some(realtime::messages::text(protocol, asked.rest())),
    };
    Ok(Writer::object(|out| out.some_text("send", send.as_deref())))
}

/// What the end of a connection means: `code, reason`. A refusal is thrown.
fn closed(asked: &mut Arguments<'_>) -> Result<String, Error> {
    let code = unsigned(asked.next()).and_then(|code| u16::try_from(code).ok()).unwrap_or(1006);
    match realtime::closing::judge(code, asked.rest()) {
        Some(error) => Err(error),
        None => Ok("{}".to_owned()),
    }
}

/// What to send: `method, way, model, outline`.
fn plan(asked: &mut Arguments<'_>) -> Result<String, Error> {
    let (method, way, model) = (asked.next(), asked.next(), asked.next());
    let ask = Ask::read(method, way, model, read(asked.rest())?)?;
    Ok(request::plan(&ask)?.describe(&ask))
}

/// What a JSON answer, out of its envelope, means: `method, door, model, status, outline, answer`.
fn result(asked: &mut Arguments<'_>) -> Result<String, Error> {
    let (method, door, model, head, outline) =
        (asked.next(), asked.next(), asked.next(), asked.next(), asked.next());
    let reply = Reply::read(head);
    let ask = Ask::read(method, door, model, read(outline)?)?;
    let answer = json::parse(asked.rest().as_bytes())
        .map_err(|invalid| crate::wire::trouble::Trouble::of(invalid).to_error(b"", 0))
        .and_then(|answer| request::result(&ask, answer));
    answer.map_err(|error| reply.signed(error))
}
