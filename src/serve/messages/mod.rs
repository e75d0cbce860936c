//! `/v1/messages`, of Anthropic's API, translated to a chat and back.

mod answer;
mod request;
mod stream;

use super::Clock;
use super::allowed::{Allowed, model, quoted};
use super::exchange::{Answer, Body, Step};
use super::plan::{Plan, ResultKind};
use super::request::{flag, object};
use super::stream::StreamEncoder;
use super::whole_answer::{WholeAnswer, random_id, reading};
use crate::error::{Code, Error};
use crate::wire::dialect::{FinishReason, Reading, Usage};
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// Plans the call for a request, with the encoder of its answer.
pub fn step(body: &[u8], allowed: &Allowed, clock: Clock) -> Result<Step, Error> {
    let fields = object(body)?;
    let (name, id) = model(allowed, fields)?;
    let streams = flag(fields, "stream")?;
    let is_own = id.starts_with('@');
    let input = request::chat(fields, streams, is_own)?;
    let reading = reading(&id, &input);
    let result = if streams { ResultKind::Stream } else { ResultKind::Value };
    let plan = Plan::new("run", result, vec![quoted(&id), input]);
    let thinks = fields.get("thinking").and_then(|thinking| thinking.get("type"));
    let thinks = thinks.is_some_and(|kind| kind.is("enabled") || kind.is("adaptive"));
    let head = Head { id: random_id("msg_", clock), model: name, thinks, clock };
    Ok(Step::Call(plan, Box::new(Messages { head, reading, streams })))
}

/// The error of the route that counts tokens.
pub fn counting_unsupported() -> Error {
    let why = "Workers AI does not count tokens before they are used: the usage of an answer has them.";
    Error::new(Code::NotFound, why)
}

/// The members that all parts of an answer have in common.
#[derive(Debug, Clone)]
struct Head {
    id: String,
    /// The name in the request.
    model: String,
    /// True if the request enables thinking. Other callers treat the first block as the answer.
    thinks: bool,
    clock: Clock,
}

struct Messages {
    head: Head,
    reading: Reading,
    streams: bool,
}

impl Answer for Messages {
    fn whole(&mut self, value: Value<'_>) -> Result<Body, Error> {
        answer::message(&WholeAnswer::of(value, self.reading, self.head.clock)?, &self.head).map(Body::json)
    }

    fn stream_encoder(&self) -> Option<Box<dyn StreamEncoder>> {
        self.streams.then(|| Box::new(stream::EventEncoder::new(self.head.clone())) as Box<dyn StreamEncoder>)
    }

    fn reading(&self) -> Reading {
        self.reading
    }
}

/// Anthropic's stop reason. An unknown reason does not become `end_turn`, because it may not be a success.
fn stop_reason(reason: FinishReason) -> &'static str {
    match reason {
        FinishReason::Length => "max_tokens",
        FinishReason::ToolCalls => "tool_use",
        FinishReason::ContentFilter => "refusal",
        FinishReason::Stop => "end_turn",
        FinishReason::Other => "other",
    }
}

/// Writes a block of encrypted thinking.
fn write_redacted(data: &str, out: &mut Writer) {
    out.text("type", "redacted_thinking");
    out.text("data", data);
}

/// Anthropic does not include cached tokens in the input tokens.
fn write_usage(usage: &Usage, out: &mut Writer) {
    let cached = usage.cached_tokens.unwrap_or(0);
    out.number("input_tokens", usage.prompt_tokens.unwrap_or(0).saturating_sub(cached).max(0));
    out.number("output_tokens", usage.completion_tokens.unwrap_or(0));
    out.number("cache_creation_input_tokens", 0);
    out.number("cache_read_input_tokens", cached);
}

#[cfg(test)]
mod tests;
