//! Parses a reply to an answer: the type of its bytes, its envelope, and whether it reports a failure.

use js_sys::{Array, JSON, Object, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::JsCall;
use crate::client::host::Reply;
use crate::client::{Failure, Target, body};
use crate::error::body::event_data;
use crate::error::{Code, Error};
use crate::js::chunks::Gathered;
use crate::js::host::reply::Kind;
use crate::js::host::{Bytes, JsHost, JsReply, parse_json};
use crate::js::package::decode;
use crate::js::value::{is_list, keys, member, set};
use crate::reply::{MOST_ENVELOPES, open_answer};
use crate::wire::answer_events::text_failure;
use crate::wire::beginning::{Beginning, MOST_TEXT};
use crate::wire::envelope::{Facts, Verdict, Wrapping};
use crate::wire::failure_kind::{self, FailureKind};
use crate::wire::json;
use crate::wire::reported::{
    CHOICE_MEMBERS, MEMBERS, PROBLEM_MEMBERS, has_words, is_bare_failure, reports_failure,
};

type Stopped = Failure<JsHost>;

/// A JSON answer.
pub struct Answer {
    /// The complete JSON.
    pub whole: JsValue,
    /// The contents of its envelope, if it has one.
    pub result: JsValue,
}

/// Reads and parses a JSON reply, and removes its envelope. The bytes determine what it is, since the content
/// type may be wrong.
pub async fn parse_answer(call: &JsCall, reply: &JsReply) -> Result<Answer, Stopped> {
    if let Kind::Value(value) = &reply.kind {
        return judge(call, reply, value.clone());
    }
    let bytes = read_all(call, reply).await?;
    parse_bytes(call, reply, &bytes)
}

/// The same for a task, whose answers have known members: an answer without any of them that describes a
/// failure is one. `run` returns it unchanged.
pub async fn parse_task_answer(call: &JsCall, reply: &JsReply) -> Result<Answer, Stopped> {
    let answer = parse_answer(call, reply).await?;
    let is_models = matches!(wrapping(call, reply), Wrapping::Enveloped | Wrapping::Bare);
    if is_models && json::parse(&problem_members(&answer.result)).is_ok_and(is_bare_failure) {
        let text = JSON::stringify(&answer.result).map_err(Failure::Foreign)?.as_string().unwrap_or_default();
        return Err(call.head(reply).failure(text.as_bytes()).into());
    }
    Ok(answer)
}

/// The members of an answer that identify a failure without an envelope, as JSON text; empty if other members
/// show that it is an answer.
fn problem_members(value: &JsValue) -> Vec<u8> {
    const ANSWERS: [&str; 4] = ["response", "choices", "output", "data"];
    if !value.is_object() || is_list(value) || ANSWERS.iter().any(|name| !member(value, name).is_undefined())
    {
        return Vec::new();
    }
    let members = Object::new();
    for name in PROBLEM_MEMBERS {
        let member = member(value, name);
        if !member.is_undefined() {
            set(&members, name, &member);
        }
    }
    JSON::stringify(&members).ok().and_then(|text| text.as_string()).unwrap_or_default().into_bytes()
}

pub(super) fn parse_bytes(call: &JsCall, reply: &JsReply, bytes: &Uint8Array) -> Result<Answer, Stopped> {
    // An endpoint without a result answers without a body.
    if bytes.length() == 0 && matches!(call.target, Target::Endpoint(_)) {
        return Ok(Answer { whole: JsValue::NULL, result: JsValue::NULL });
    }
    let whole = parse(&decode(bytes))
        .map_err(|cause| failure_instead(call, reply, &bytes.to_vec()).unwrap_or_else(|| not_json(cause)))?;
    judge(call, reply, whole)
}

/// The type of bytes in JavaScript's memory, by their beginning.
pub(super) fn beginning(bytes: &Uint8Array) -> Option<Beginning> {
    const ENOUGH: u32 = 128 * 1024;
    Beginning::of(&bytes.subarray(0, ENOUGH.min(bytes.length())).to_vec())
}

/// The failure that bytes other than JSON report: a web page, the first event of a stream, or a text that
/// describes one.
pub(super) fn failure_instead(call: &JsCall, reply: &JsReply, bytes: &[u8]) -> Option<Stopped> {
    match Beginning::of(bytes) {
        Some(Beginning::Page | Beginning::Markup) => Some(page(reply)),
        Some(Beginning::Events) => event_failure(call, reply, bytes),
        Some(Beginning::Other) if bytes.len() <= MOST_TEXT && text_failure(bytes) == FailureKind::Service => {
            Some(call.head(reply).failure(bytes).into())
        }
        _ => None,
    }
}

/// The failure in the first event, if events were received in place of an answer.
pub(super) fn event_failure(call: &JsCall, reply: &JsReply, bytes: &[u8]) -> Option<Stopped> {
    let data = event_data(bytes)?;
    let failed = json::parse(&data).is_ok_and(reports_failure);
    failed.then(|| call.head(reply).failure(&data).into())
}

/// The kind of envelope. On the binding only results of its `fetch`, for other endpoints, have one.
pub(super) fn wrapping(call: &JsCall, reply: &JsReply) -> Wrapping {
    let endpoint = match &call.target {
        Target::Run(_) => None,
        Target::Endpoint(endpoint) => Some(endpoint).filter(|endpoint| endpoint.model.is_none()),
    };
    let over_http = call.client.host.binding.is_none();
    match endpoint {
        None if over_http => Wrapping::Enveloped,
        None => Wrapping::Bare,
        Some(endpoint) if over_http || endpoint.member.is_some() && reply.status().is_some() => {
            Wrapping::Endpoint
        }
        Some(_) => Wrapping::Foreign,
    }
}

/// Evaluates a parsed answer.
pub fn judge(call: &JsCall, reply: &JsReply, whole: JsValue) -> Result<Answer, Stopped> {
    judge_within(call, reply, whole, MOST_ENVELOPES)
}

fn judge_within(call: &JsCall, reply: &JsReply, whole: JsValue, left: u8) -> Result<Answer, Stopped> {
    let wrapping = wrapping(call, reply);
    let facts = json::parse(&reporting_members(&whole)).map(Facts::of).unwrap_or_default();
    let result = member(&whole, "result");
    if facts.holds_answer(wrapping) && json::parse(&reporting_members(&result)).is_ok_and(reports_failure) {
        return Err(reported(call, reply, &result));
    }
    match facts.verdict(wrapping) {
        Verdict::Whole => Ok(Answer { result: whole.clone(), whole }),
        Verdict::Unwrap if left > 1 && facts.holds_answer(wrapping) => {
            let result = judge_within(call, reply, result, left - 1)?.result;
            Ok(Answer { whole, result })
        }
        Verdict::Unwrap => Ok(Answer { whole, result }),
        Verdict::Failure => Err(reported(call, reply, &whole)),
    }
}

/// The failure that a parsed reply reports.
fn reported(call: &JsCall, reply: &JsReply, value: &JsValue) -> Stopped {
    let text = match JSON::stringify(value) {
        Ok(text) => text.as_string().unwrap_or_default(),
        Err(cause) => return Failure::Foreign(cause),
    };
    let head = call.head(reply);
    let error = head.failure(text.as_bytes());
    if json::parse(text.as_bytes()).is_ok_and(has_words) { not_again(call, error) } else { error.into() }
}

/// The failure of an answer that has content: it is not retried, since it was billed.
fn not_again(call: &JsCall, error: Error) -> Stopped {
    let thrown = call.lifetime.thrown(Failure::Error(error.clone(), None));
    Failure::Thrown(error, thrown.unwrap_or_else(|cause| cause))
}

/// The members of a parsed reply that determine whether it reports a failure, as JSON text. The rest, which
/// may be large, is not copied.
fn reporting_members(value: &JsValue) -> Vec<u8> {
    let members = Object::new();
    let mut any = false;
    if value.is_object() && !is_list(value) {
        for name in MEMBERS {
            let member = match (name, member(value, name)) {
                (_, member) if member.is_undefined() => continue,
                ("result", result) if is_nothing(&result) => JsValue::NULL,
                ("result" | "messages", _) => JsValue::TRUE,
                ("choices", choices) => match choices.dyn_ref::<Array>() {
                    Some(choices) => Array::of1(&reporting_choice(&choices.get(0))).into(),
                    None => continue,
                },
                (_, member) => member,
            };
            set(&members, name, &member);
            any = true;
        }
    }
    let text = if any { JSON::stringify(&members).ok() } else { None };
    text.and_then(|text| text.as_string()).unwrap_or_default().into_bytes()
}

/// Like [`crate::wire::reported::is_nothing`].
fn is_nothing(value: &JsValue) -> bool {
    value.is_falsy() || value.is_object() && !is_list(value) && keys(value).length() == 0
}

fn reporting_choice(choice: &JsValue) -> JsValue {
    let members = Object::new();
    for name in CHOICE_MEMBERS {
        set(&members, name, &member(choice, name));
    }
    for name in ["message", "delta"] {
        let error = member(&member(choice, name), "error");
        if !error.is_undefined() {
            let reporting = Object::new();
            set(&reporting, "error", &error);
            set(&members, name, &reporting);
        }
    }
    members.into()
}

/// The error of a reply that is not JSON in spite of its content type.
pub fn not_json(cause: JsValue) -> Stopped {
    let message = "The reply is not the JSON that it says. Ask again.";
    Failure::Error(Error::new(Code::MalformedResponse, message), Some(cause))
}

pub(super) async fn read_all(call: &JsCall, reply: &JsReply) -> Result<Uint8Array, Stopped> {
    let limit = call.client.config.bounds.response;
    let mut gathered = Gathered::default();
    body::read_all(&*call.client.host, &call.lifetime, reply, limit, |Bytes(chunk)| gathered.push(chunk))
        .await?;
    Ok(gathered.finish())
}

/// The failure of a reply that is a web page.
pub fn page(reply: &JsReply) -> Stopped {
    reply.discard();
    Failure::malformed(failure_kind::PAGE)
}

#[wasm_bindgen]
extern "C" {
    /// The text is not copied into the wasm.
    #[wasm_bindgen(js_namespace = JSON, catch)]
    fn parse(text: &JsValue) -> Result<JsValue, JsValue>;
}

/// The answer in JSON text of the service.
pub fn open_text(call: &JsCall, reply: &JsReply, text: &str) -> Result<JsValue, Stopped> {
    let answer = open_bytes(call, reply, text.as_bytes())?;
    let is_models = matches!(wrapping(call, reply), Wrapping::Enveloped | Wrapping::Bare);
    if is_models && json::parse(answer).is_ok_and(|answer| !has_words(answer) && is_bare_failure(answer)) {
        return Err(call.head(reply).failure(answer).into());
    }
    parse_json(&crate::text::lossy(answer)).map_err(not_json)
}

/// The JSON text of the answer in JSON text of the service.
pub(super) fn open_bytes<'a>(call: &JsCall, reply: &JsReply, text: &'a [u8]) -> Result<&'a [u8], Stopped> {
    if let Some(failure) = failure_instead(call, reply, text) {
        return Err(failure);
    }
    let outcome = open_answer(text, wrapping(call, reply), reply.status());
    let (answer, _) = outcome.map_err(|error| {
        let error = call.head(reply).signed(error);
        match json::parse(text).is_ok_and(has_words) {
            true => not_again(call, error),
            false => error.into(),
        }
    })?;
    Ok(answer)
}
