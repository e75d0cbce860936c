//! What JavaScript asks the core: one export, a question by number and its arguments as texts. `pkg-template/client/core.js` is the
//! only caller.
//!
//! One export and not one a question, since each with texts in it brings half a kilobyte of its own on either side. Arguments are
//! parted by NUL, which neither JSON text nor anything else that is asked with holds. A refusal comes back as `{"error": {…}}`, the
//! fields of a `WorkersAIError`.

use wasm_bindgen::prelude::*;

use super::ask::{Arguments, fields, number, read, refusal};
use crate::call::{self, Prepared, Reply};
use crate::error::Error;
use crate::text::{concat, decimal, lossy};
use crate::wire::dialect::Usage;
use crate::wire::envelope::Facts;
use crate::wire::json;
use crate::wire::media::Media;
use crate::wire::trouble::Trouble;
use crate::wire::write::Writer;
use crate::{options, plan, retry, tasks, wire};

/// Answers a question. The numbers are known to `pkg-template/client/core.js` as well.
#[wasm_bindgen(skip_typescript)]
pub fn core(question: u32, arguments: &str) -> String {
    let mut asked = Arguments(arguments);
    let answer = match question {
        0 => client(&mut asked),
        1 => prepare(&mut asked).and_then(|call| call::describe(&call)),
        2 => request(&mut asked),
        3 => redirect(&mut asked),
        4 => token(&mut asked),
        5 => read(asked.rest()).and_then(tasks::text_generation::check_kinds).map(|()| String::from("{}")),
        6 => read(asked.rest()).map(|facts| decimal(retry::wait(facts))),
        7 => Ok(failure(&mut asked)),
        8 => Ok(thrown(&mut asked)),
        9 => Ok(decimal(verdict(&mut asked))),
        10 => Ok(decimal(Media::of(Some(asked.rest())) as i64)),
        12 => Ok(open(&mut asked)),
        13 => Ok(usage(&mut asked)),
        14 => Ok(lossy(&wire::synthesize::event_stream(asked.rest().as_bytes()))),
        _ => Ok(trouble(&mut asked)),
    };
    answer.unwrap_or_else(|error| refusal(error, ""))
}

/// Checks a client's options; tells its door. `options`
fn client(asked: &mut Arguments<'_>) -> Result<String, Error> {
    options::read::client(read(asked.rest())?).map(|(config, _)| options::describe(&config))
}

/// A call's options and model on top of the client's: `client, options, model`.
#[inline(never)]
fn prepare(asked: &mut Arguments<'_>) -> Result<Prepared, Error> {
    let (client, options, model) = (asked.next(), asked.next(), asked.next());
    Prepared::read(read(client)?, read(options)?, model)
}

/// The request over HTTP, `{ url, headers, redirect }`: `client, options, model, token, body`. `token` is empty for none; `body` is
/// `{ contentType?, query: [[name, value]] }`.
fn request(asked: &mut Arguments<'_>) -> Result<String, Error> {
    let call = prepare(asked)?;
    let token = asked.next();
    plan::rest::describe(&call, token, read(asked.rest())?)
}

/// What to do at a redirect, `{ keep }`, whether the headers stay as they are: `status, from, to, hops, replayable`.
fn redirect(asked: &mut Arguments<'_>) -> Result<String, Error> {
    let status = number(asked.next()) as u16;
    let (from, to) = (asked.next(), Some(asked.next()).filter(|to| !to.is_empty()));
    plan::redirect::describe(status, from, to, number(asked.next()), asked.rest() == "true")
}

/// Checks a token that a function gave; tells it without the space around it. `token`
fn token(asked: &mut Arguments<'_>) -> Result<String, Error> {
    options::checked_token(asked.rest()).map(|token| Writer::object(|out| out.text("token", &token)))
}

/// The error of a reply that failed: `hidden, reply, body`.
fn failure(asked: &mut Arguments<'_>) -> String {
    let (hidden, reply) = (asked.next(), Reply::read(asked.next()));
    fields(reply.failure(asked.rest().as_bytes()), hidden)
}

/// The error of a call that threw: `hidden, unreachable, name, message`. `unreachable` is the address that fetch failed to reach, empty for
/// the binding.
fn thrown(asked: &mut Arguments<'_>) -> String {
    let (hidden, unreachable, name) = (asked.next(), asked.next(), asked.next());
    let error = match unreachable {
        "" => Error::from_thrown(name, asked.rest()),
        url => Error::unreachable(plan::redirect::origin(url), Some(name).filter(|name| !name.is_empty())),
    };
    fields(error, hidden)
}

/// How to take a JSON answer, 0 whole, 1 its `result`, 2 as a failure: `enveloped, facts`, in the bits of [`Facts::from_bits`].
fn verdict(asked: &mut Arguments<'_>) -> i64 {
    let enveloped = asked.next() == "true";
    Facts::from_bits(number(asked.rest())).verdict(enveloped) as i64
}

/// The JSON text of an answer, out of its envelope, behind a `=`; or a refusal: `hidden, reply, enveloped, json`.
fn open(asked: &mut Arguments<'_>) -> String {
    let (hidden, reply, enveloped) = (asked.next(), Reply::read(asked.next()), asked.next() == "true");
    match call::open_answer(asked.rest().as_bytes(), enveloped, &reply) {
        Ok((answer, _)) => concat(&["=", &lossy(answer)]),
        Err(error) => refusal(error, hidden),
    }
}

/// The public usage object of a usage's JSON text.
fn usage(asked: &mut Arguments<'_>) -> String {
    let usage = json::parse(asked.rest().as_bytes()).map(Usage::read).unwrap_or_default();
    Writer::object(|out| usage.write(out))
}

/// The error of a stream that failed: `hidden, trouble, limit, told`.
fn trouble(asked: &mut Arguments<'_>) -> String {
    let (hidden, trouble, limit) = (asked.next(), number(asked.next()), number(asked.next()));
    fields(Trouble::from_number(trouble).to_error(asked.rest().as_bytes(), limit), hidden)
}
