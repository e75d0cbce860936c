//! What JavaScript asks about tasks: one export, as in `core.rs`. `pkg-template/tasks/ask.js` is the only caller.

use wasm_bindgen::prelude::*;

use super::ask::{Arguments, read, refusal};
use crate::call::Reply;
use crate::error::Error;
use crate::secret::Hidden;
use crate::tasks;
use crate::tasks::request::{self, Ask};
use crate::wire::json;

/// Answers a question. The numbers are known to `pkg-template/tasks/ask.js` as well.
#[wasm_bindgen(skip_typescript)]
pub fn tasks(question: u32, arguments: &str) -> String {
    let mut asked = Arguments(arguments);
    let answer = match question {
        0 => plan(&mut asked),
        2 => prepare(&mut asked),
        3 => tasks::text_embeddings::limits(asked.rest()),
        _ => result(&mut asked),
    };
    answer.unwrap_or_else(|error: Error| refusal(&error.to_json(&Hidden::default())))
}

/// What `run` and the methods for text are to send: `way, model, outline`.
fn prepare(asked: &mut Arguments<'_>) -> Result<String, Error> {
    let (way, model) = (asked.next(), asked.next());
    tasks::prepare::describe(way, model, read(asked.rest())?)
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
