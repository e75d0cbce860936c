//! What the client asks the core. `pkg-template/client/core.js` is the only caller.
//!
//! A refusal comes back as `{"error": {…}}`, the fields of a `WorkersAIError`.

use wasm_bindgen::prelude::*;

use crate::call::{Prepared, Reply};
use crate::error::Error;
use crate::wire::json::{self, Value};
use crate::wire::write::Writer;
use crate::{call, options, plan, tasks};

/// Checks a client's options; tells its door and bounds.
#[wasm_bindgen(skip_typescript)]
pub fn core_client(options: &str) -> String {
    answer(options, |given| Ok(options::describe(&options::read::client(given)?.0)))
}

/// Checks a call's model and options on top of the client's; tells what the call needs to know of them.
#[wasm_bindgen(skip_typescript)]
pub fn core_call(client: &str, options: &str, model: &str) -> String {
    finish(prepare(client, options, model).and_then(|call| call::describe(&call)))
}

/// The request over HTTP: `{ url, headers, redirect }`. `token` is empty for none; `body` is `{ contentType?, query: [[name, value]] }`.
#[wasm_bindgen(skip_typescript)]
pub fn core_request(client: &str, options: &str, model: &str, token: &str, body: &str) -> String {
    let plan = |call: Prepared| plan::rest::describe(&call, token, read(body)?);
    finish(prepare(client, options, model).and_then(plan))
}

/// What to do at a redirect: `{ keep }`, whether the headers stay as they are.
#[wasm_bindgen(skip_typescript)]
pub fn core_redirect(status: u16, from: &str, to: &str, hops: u32, replayable: bool) -> String {
    let to = Some(to).filter(|to| !to.is_empty());
    finish(plan::redirect::describe(status, from, to, hops, replayable))
}

/// Checks a token that a function gave; the token itself, or a refusal.
#[wasm_bindgen(skip_typescript)]
pub fn core_token(token: &str) -> String {
    finish(options::checked_token(token).map(|token| Writer::object(|out| out.text("token", &token))))
}

/// Checks what a text-generation call is given: the kinds of `prompt`, `messages` and `input`.
#[wasm_bindgen(skip_typescript)]
pub fn core_text_input(kinds: &str) -> String {
    answer(kinds, |kinds| tasks::text_generation::check_kinds(kinds).map(|()| String::from("{}")))
}

/// Milliseconds to wait before the next attempt; -1 to give up; less than that when the service asks for a wait that is too long.
#[wasm_bindgen(skip_typescript)]
#[allow(clippy::too_many_arguments)]
pub fn core_retry(
    code: &str,
    retry_after_ms: f64,
    attempts: u32,
    elapsed_ms: f64,
    max_retries: u32,
    total_ms: f64,
    replayable: bool,
    random: f64,
) -> f64 {
    let policy = crate::retry::Policy { max_retries, total_ms: Some(total_ms).filter(|ms| *ms > 0.0) };
    policy.wait(code, Some(retry_after_ms).filter(|ms| *ms >= 0.0), attempts, elapsed_ms, replayable, random)
}

/// The error of a reply that failed: its body, what its headers say, and what must not be shown: the secrets, and strings of the input
/// that the body may quote.
#[wasm_bindgen(skip_typescript)]
pub fn core_failure(body: &[u8], reply: &str, secrets: &str, input: &str) -> String {
    let error = Reply::read(reply).failure(body);
    error.withholding(input).to_json(&call::secrets_in(secrets))
}

/// The error of a call that threw: `unreachable` is the address that fetch failed to reach, empty for the binding.
#[wasm_bindgen(skip_typescript)]
pub fn core_thrown(name: &str, message: &str, unreachable: &str, secrets: &str, input: &str) -> String {
    let error = match unreachable {
        "" => Error::from_thrown(name, message),
        url => Error::unreachable(plan::redirect::origin(url), Some(name).filter(|name| !name.is_empty())),
    };
    error.withholding(input).to_json(&call::secrets_in(secrets))
}

/// How to take a JSON answer whose members are `facts`: 0 whole, 1 its `result`, 2 as a failure. See [`crate::wire::envelope::Facts`].
#[wasm_bindgen(skip_typescript)]
pub fn core_verdict(facts: u32, enveloped: bool) -> u32 {
    crate::wire::envelope::Facts::from_bits(facts).verdict(enveloped) as u32
}

/// The kind of a reply by its `content-type`: 0 JSON, 1 server-sent events, 2 a web page, 3 other bytes.
#[wasm_bindgen(skip_typescript)]
pub fn core_media(content_type: &str) -> u32 {
    crate::wire::media::Media::of(Some(content_type)) as u32
}

/// A whole text-generation answer: `{ text, reasoning?, toolCalls, finishReason, usage? }`, arguments as JSON text, and `unwrapped` where an
/// envelope was around it.
#[wasm_bindgen(skip_typescript)]
pub fn core_answer(json: &str, enveloped: bool, reply: &str, secrets: &str, input: &str) -> String {
    let found = call::open_answer(json.as_bytes(), enveloped, &Reply::read(reply));
    match found.and_then(|(answer, unwrapped)| {
        let text = tasks::text_generation::describe(answer, unwrapped);
        text.map_err(|error| Reply::read(reply).signed(error))
    }) {
        Ok(text) => text,
        Err(error) => refusal(&error.withholding(input).to_json(&call::secrets_in(secrets))),
    }
}

/// The JSON text of an answer, out of its envelope, behind a `=`; or a refusal.
#[wasm_bindgen(skip_typescript)]
pub fn core_open(json: &str, enveloped: bool, reply: &str, secrets: &str, input: &str) -> String {
    match call::open_answer(json.as_bytes(), enveloped, &Reply::read(reply)) {
        Ok((answer, _)) => ["=", &crate::text::lossy(answer)].concat(),
        Err(error) => refusal(&error.withholding(input).to_json(&call::secrets_in(secrets))),
    }
}

#[inline(never)]
fn prepare(client: &str, options: &str, model: &str) -> Result<Prepared, Error> {
    Prepared::read(read(client)?, read(options)?, model)
}

fn answer(text: &str, work: impl FnOnce(Value<'_>) -> Result<String, Error>) -> String {
    finish(read(text).and_then(work))
}

#[inline(never)]
fn finish(result: Result<String, Error>) -> String {
    result.unwrap_or_else(|error| refusal(&error.to_json(&[])))
}

#[inline(never)]
fn refusal(error: &str) -> String {
    ["{\"error\":", error, "}"].concat()
}

#[inline(never)]
fn read(text: &str) -> Result<Value<'_>, Error> {
    json::parse(text.as_bytes())
        .map_err(|_| Error::invalid("options", "The options are nested too deeply, or cannot be read."))
}
