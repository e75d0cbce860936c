//! Encodes a whole answer as a Response, and the items of its output.

use super::{Head, write_usage};
use crate::error::Error;
use crate::serve::Clock;
use crate::serve::refusal;
use crate::serve::whole_answer::{Call, WholeAnswer, random_id};
use crate::text::concat;
use crate::wire::dialect::{FinishReason, Usage};
use crate::wire::write::Writer;

/// The state of a Response.
#[derive(Debug, Default, Clone, Copy)]
pub struct End<'a> {
    /// The finish reason; `None` while it continues.
    pub reason: Option<FinishReason>,
    /// The token usage.
    pub usage: Option<&'a Usage>,
    /// The failure.
    pub error: Option<&'a Error>,
}

impl End<'_> {
    fn status(&self) -> &'static str {
        match self.reason {
            _ if self.error.is_some() => "failed",
            None => "in_progress",
            Some(FinishReason::Stop | FinishReason::ToolCalls) => "completed",
            // An unknown reason may not be a success.
            Some(_) => "incomplete",
        }
    }

    /// The name of the event that ends the stream.
    pub fn event(&self) -> &'static str {
        match self.status() {
            "failed" => "response.failed",
            "incomplete" => "response.incomplete",
            _ => "response.completed",
        }
    }
}

/// A Response as JSON text.
pub fn response(head: &Head, items: &[String], end: End<'_>) -> String {
    Writer::object(|out| {
        out.text("id", &head.id);
        out.text("object", "response");
        out.text("status", end.status());
        match end.error {
            Some(error) => out.member("error", |out| {
                out.text("code", refusal::code(error));
                out.text("message", &error.message);
            }),
            None => out.raw("error", "null"),
        }
        let why = match end.reason {
            Some(FinishReason::Length) => Some("max_output_tokens"),
            Some(FinishReason::ContentFilter) => Some("content_filter"),
            Some(FinishReason::Other) => Some("other"),
            _ => None,
        };
        match why {
            Some(why) => out.member("incomplete_details", |out| out.text("reason", why)),
            None => out.raw("incomplete_details", "null"),
        }
        out.raw("output", &concat(&["[", &items.join(","), "]"]));
        match end.usage {
            Some(usage) => out.member("usage", |out| write_usage(usage, out)),
            None => out.raw("usage", "null"),
        }
        if let Ok(common) = crate::wire::json::parse(head.common.as_bytes()) {
            crate::serve::request::copy_all(common, out);
        }
    })
}

/// The items of an answer.
pub fn items(answer: &WholeAnswer, clock: Clock) -> Vec<String> {
    let mut items = Vec::new();
    if !answer.reasoning.is_empty() {
        items.push(reasoning(&random_id("rs_", clock), Some(&answer.reasoning)));
    }
    if !answer.text.is_empty() || answer.calls.is_empty() {
        items.push(message(&random_id("msg_", clock), Some(&answer.text)));
    }
    items.extend(answer.calls.iter().map(|call| function_call(&random_id("fc_", clock), call, true)));
    items
}

/// A reasoning item; without text, at its start.
pub fn reasoning(id: &str, text: Option<&str>) -> String {
    Writer::object(|out| {
        out.text("id", id);
        out.text("type", "reasoning");
        out.raw("summary", "[]");
        out.list("content", |out| {
            if let Some(text) = text {
                out.item(|out| write_thoughts(text, out));
            }
        });
        out.text("status", if text.is_some() { "completed" } else { "in_progress" });
    })
}

/// A message item; without text, at its start.
pub fn message(id: &str, text: Option<&str>) -> String {
    Writer::object(|out| {
        out.text("id", id);
        out.text("type", "message");
        out.text("status", if text.is_some() { "completed" } else { "in_progress" });
        out.text("role", "assistant");
        out.list("content", |out| {
            if let Some(text) = text {
                out.item(|out| write_part(text, out));
            }
        });
    })
}

/// Writes the members of a message's part.
pub fn write_part(text: &str, out: &mut Writer) {
    out.text("type", "output_text");
    out.text("text", text);
    out.raw("annotations", "[]");
    out.raw("logprobs", "[]");
}

/// Writes the members of a reasoning part.
pub fn write_thoughts(text: &str, out: &mut Writer) {
    out.text("type", "reasoning_text");
    out.text("text", text);
}

/// A function call item.
pub fn function_call(id: &str, call: &Call, is_complete: bool) -> String {
    Writer::object(|out| {
        out.text("id", id);
        out.text("type", "function_call");
        out.text("status", if is_complete { "completed" } else { "in_progress" });
        out.text("call_id", &call.id);
        out.text("name", &call.name);
        out.text("arguments", &call.arguments);
    })
}
