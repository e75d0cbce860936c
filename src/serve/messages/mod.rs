//! `/v1/messages`: Anthropic's, translated to a chat and back.

mod answer;
mod request;
mod stream;

use super::Clock;
use super::allowed::{Allowed, model, quoted};
use super::exchange::{Answer, Body, Step};
use super::plan::{Gives, Plan};
use super::request::{flag, object};
use super::stream::StreamEncoder;
use super::whole_answer::{WholeAnswer, made_up, reading};
use crate::error::{Code, Error};
use crate::wire::dialect::{FinishReason, Reading, Usage};
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// The plan of a request, and the encoder of its answer.
pub fn step(body: &[u8], allowed: &Allowed, clock: Clock) -> Result<Step, Error> {
    let fields = object(body)?;
    let (name, id) = model(allowed, fields)?;
    let streams = flag(fields, "stream")?;
    let is_own = id.starts_with('@');
    let input = request::chat(fields, streams, is_own)?;
    let reading = reading(&id, &input);
    let gives = if streams { Gives::Stream } else { Gives::Value };
    let plan = Plan::new("run", gives, vec![quoted(&id), input]);
    let thinks = fields.get("thinking").and_then(|thinking| thinking.get("type"));
    let thinks = thinks.is_some_and(|kind| kind.is("enabled") || kind.is("adaptive"));
    let head = Head { id: made_up("msg_", clock), model: name, thinks, clock };
    Ok(Step::Call(plan, Box::new(Messages { head, reading, streams })))
}

/// The refusal of the route that counts.
pub fn no_count() -> Error {
    let why = "Workers AI does not count tokens before they are used: the usage of an answer has them.";
    Error::new(Code::NotFound, why)
}

/// What the parts of an answer have in common.
#[derive(Debug, Clone)]
struct Head {
    id: String,
    /// As the request names it.
    model: String,
    /// Does the request want thinking? Who does not takes the first part for the answer.
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

/// Anthropic's word for the end of an answer. A reason that nobody knows keeps a word of its own: it is no success.
fn stop_reason(reason: FinishReason) -> &'static str {
    match reason {
        FinishReason::Length => "max_tokens",
        FinishReason::ToolCalls => "tool_use",
        FinishReason::ContentFilter => "refusal",
        FinishReason::Stop => "end_turn",
        FinishReason::Other => "other",
    }
}

/// The block of thinking that nobody else can read.
fn write_redacted(data: &str, out: &mut Writer) {
    out.text("type", "redacted_thinking");
    out.text("data", data);
}

/// Anthropic counts what came from the cache beside the input.
fn write_usage(usage: &Usage, out: &mut Writer) {
    let cached = usage.cached_tokens.unwrap_or(0);
    out.number("input_tokens", usage.prompt_tokens.unwrap_or(0).saturating_sub(cached).max(0));
    out.number("output_tokens", usage.completion_tokens.unwrap_or(0));
    out.number("cache_creation_input_tokens", 0);
    out.number("cache_read_input_tokens", cached);
}

#[cfg(test)]
mod tests;
