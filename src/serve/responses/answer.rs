//! A whole answer as a response, and the items of its output.

use super::{Head, write_usage};
use crate::error::Error;
use crate::serve::Clock;
use crate::serve::refusal;
use crate::serve::whole_answer::{Call, WholeAnswer, made_up};
use crate::text::concat;
use crate::wire::dialect::{FinishReason, Usage};
use crate::wire::write::Writer;

/// How a response stands.
#[derive(Debug, Default, Clone, Copy)]
pub struct End<'a> {
    /// Why it ended; none while it goes on.
    pub reason: Option<FinishReason>,
    /// Its tokens.
    pub usage: Option<&'a Usage>,
    /// What it has failed with.
    pub error: Option<&'a Error>,
}

impl End<'_> {
    fn status(&self) -> &'static str {
        match self.reason {
            _ if self.error.is_some() => "failed",
            None => "in_progress",
            Some(FinishReason::Stop | FinishReason::ToolCalls) => "completed",
            // Nor is a reason that nobody knows a success.
            Some(_) => "incomplete",
        }
    }

    /// The name of the event that ends its stream.
    pub fn event(&self) -> &'static str {
        match self.status() {
            "failed" => "response.failed",
            "incomplete" => "response.incomplete",
            _ => "response.completed",
        }
    }
}

/// A response, as JSON text.
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
        items.push(reasoning(&made_up("rs_", clock), Some(&answer.reasoning)));
    }
    if !answer.text.is_empty() || answer.calls.is_empty() {
        items.push(message(&made_up("msg_", clock), Some(&answer.text)));
    }
    items.extend(answer.calls.iter().map(|call| function_call(&made_up("fc_", clock), call, true)));
    items
}

/// What the model thought; none: it begins.
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

/// Its text; none: it begins.
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

/// The members of a part of a message.
pub fn write_part(text: &str, out: &mut Writer) {
    out.text("type", "output_text");
    out.text("text", text);
    out.raw("annotations", "[]");
    out.raw("logprobs", "[]");
}

/// The members of the part that thoughts have.
pub fn write_thoughts(text: &str, out: &mut Writer) {
    out.text("type", "reasoning_text");
    out.text("text", text);
}

/// A tool that it calls.
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
