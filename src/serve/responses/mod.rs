//! `/v1/responses`: passed on for models of the service that support the format, otherwise translated to a
//! chat and back. Nothing is stored, so requests that refer to an earlier Response are rejected.

mod answer;
pub mod conversion;
mod request;
mod stream;

use super::Clock;
use super::allowed::{Allowed, model, quoted};
use super::exchange::{Answer, Body, Step};
use super::plan::{Plan, ResultKind};
use super::request::{copy, flag, object, raw, text};
use super::stream::StreamEncoder;
use super::whole_answer::{WholeAnswer, random_id, reading};
use crate::error::{Code, Error};
use crate::text::find;
use crate::wire::dialect::{Reading, Usage};
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// Plans the call for a request, with the encoder of its answer.
pub fn step(body: &[u8], allowed: &Allowed, clock: Clock) -> Result<Step, Error> {
    let fields = object(body)?;
    let (name, id) = model(allowed, fields)?;
    refuse_state(fields)?;
    let streams = flag(fields, "stream")?;
    let session_affinity = text(fields, "prompt_cache_key")?;
    // The service does not stream them.
    if !streams && find(&id, "@cf/openai/gpt-oss-", 0) == Some(0) {
        let but = [
            "model",
            "stream",
            "store",
            "user",
            "metadata",
            "prompt_cache_key",
            "background",
            "service_tier",
            "truncation",
            "include",
        ];
        let request = Writer::object(|out| {
            out.text("model", &id);
            copy(fields, &but, out);
        });
        let mut plan = Plan::new("responses.create", ResultKind::Value, vec![request]);
        plan.session_affinity = session_affinity;
        return Ok(Step::Call(plan, Box::new(Passed)));
    }
    let input = request::chat(fields, streams)?;
    let reading = reading(&id, &input);
    let result = if streams { ResultKind::Stream } else { ResultKind::Value };
    let mut plan = Plan::new("run", result, vec![quoted(&id), input]);
    plan.session_affinity = session_affinity;
    let head = Head { id: random_id("resp_", clock), common: common(fields, &name, clock), clock };
    Ok(Step::Call(plan, Box::new(Responses { head, reading, streams })))
}

/// Rejects requests that need an earlier Response, or that are retrieved later.
fn refuse_state(request: Value<'_>) -> Result<(), Error> {
    for (name, why) in [
        ("previous_response_id", "Responses are not kept here: send the whole conversation as input."),
        ("conversation", "Conversations are not kept here: send the whole conversation as input."),
        ("prompt", "Prompts are not kept here: send instructions and input."),
    ] {
        if request.get(name).is_some_and(|value| !value.is_null()) {
            return Err(Error::invalid(name, why));
        }
    }
    if flag(request, "background")? {
        return Err(Error::invalid("background", "Nothing runs in the background here: leave it out."));
    }
    Ok(())
}

/// The members that all events of a Response have in common.
#[derive(Debug, Clone)]
struct Head {
    id: String,
    /// Members that repeat the request, as the JSON text of an object.
    common: String,
    clock: Clock,
}

/// The members of a Response that repeat its request.
fn common(request: Value<'_>, name: &str, clock: Clock) -> String {
    let of = |name: &str, otherwise: &str| {
        request.get(name).filter(|value| !value.is_null()).map_or_else(|| otherwise.to_owned(), raw)
    };
    Writer::object(|out| {
        out.number("created_at", clock.now);
        out.text("model", name);
        for (name, otherwise) in [
            ("instructions", "null"),
            ("max_output_tokens", "null"),
            ("metadata", "{}"),
            ("parallel_tool_calls", "true"),
            ("reasoning", r#"{"effort":null,"summary":null}"#),
            ("temperature", "null"),
            ("text", r#"{"format":{"type":"text"}}"#),
            ("tool_choice", r#""auto""#),
            ("tools", "[]"),
            ("top_p", "null"),
        ] {
            out.raw(name, &of(name, otherwise));
        }
        out.raw("previous_response_id", "null");
        out.raw("store", "false");
        out.text("truncation", "disabled");
    })
}

/// A Response of the service, which is passed on.
struct Passed;

impl Answer for Passed {
    fn whole(&mut self, value: Value<'_>) -> Result<Body, Error> {
        match value.get("output") {
            Some(output) if output.is_array() => Ok(Body::json(raw(value))),
            _ => Err(Error::new(Code::MalformedResponse, "The answer is no Response.")),
        }
    }
}

struct Responses {
    head: Head,
    reading: Reading,
    streams: bool,
}

impl Answer for Responses {
    fn whole(&mut self, value: Value<'_>) -> Result<Body, Error> {
        let whole = WholeAnswer::of(value, self.reading, self.head.clock)?;
        let items = answer::items(&whole, self.head.clock);
        let end = answer::End { reason: Some(whole.reason), usage: Some(&whole.usage), error: None };
        Ok(Body::json(answer::response(&self.head, &items, end)))
    }

    fn stream_encoder(&self) -> Option<Box<dyn StreamEncoder>> {
        self.streams.then(|| Box::new(stream::EventEncoder::new(self.head.clone())) as Box<dyn StreamEncoder>)
    }

    fn reading(&self) -> Reading {
        self.reading
    }
}

fn write_usage(usage: &Usage, out: &mut Writer) {
    out.number("input_tokens", usage.prompt_tokens.unwrap_or(0));
    out.member("input_tokens_details", |out| out.number("cached_tokens", usage.cached_tokens.unwrap_or(0)));
    out.number("output_tokens", usage.completion_tokens.unwrap_or(0));
    out.member("output_tokens_details", |out| {
        out.number("reasoning_tokens", usage.reasoning_tokens.unwrap_or(0));
    });
    out.number("total_tokens", usage.total_tokens.unwrap_or(0));
}

#[cfg(test)]
mod tests;
