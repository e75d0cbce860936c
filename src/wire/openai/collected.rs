//! What a chunk, or a whole answer, of any dialect says: for those that have neither OpenAI's shape nor the older one of the service.

use super::random_word;
use crate::text::{concat, lossy};
use crate::wire::dialect::{Dialect, FinishReason, Piece, Sink, ToolDelta, Usage};
use crate::wire::json::{self, Value};
use crate::wire::write::Writer;

/// What was said.
#[derive(Debug, Default)]
pub struct Collected {
    /// Text, as UTF-8.
    pub text: Vec<u8>,
    /// Reasoning, as UTF-8.
    pub reasoning: Vec<u8>,
    /// Tool calls, or more of them.
    pub calls: Vec<Call>,
    /// The tokens so far; they stay from chunk to chunk.
    pub usage: Option<Usage>,
}

/// A tool call, or more of one.
#[derive(Debug)]
pub struct Call {
    /// Which call of the answer.
    pub slot: u32,
    /// Its id, where it is said here.
    pub id: Option<String>,
    /// The tool's name, where it is said here.
    pub name: Option<String>,
    /// More of the arguments' JSON text.
    pub arguments: Option<String>,
}

impl Collected {
    /// The text and the reasoning of content that is no string.
    pub fn content(value: Value<'_>) -> (String, String) {
        let mut collected = Collected::default();
        Dialect::default().read_content(value, &mut collected);
        (lossy(&collected.text), lossy(&collected.reasoning))
    }

    /// Forgets what the last chunk said.
    pub fn begin(&mut self) {
        *self = Collected { usage: self.usage.take(), ..Collected::default() };
    }

    /// Has nothing been said?
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.reasoning.is_empty() && self.calls.is_empty()
    }

    /// Has a tool been called?
    pub fn calls_tools(&self) -> bool {
        !self.calls.is_empty()
    }

    /// Puts the pieces of each call together.
    pub fn join_calls(&mut self) {
        let mut whole: Vec<Call> = Vec::new();
        for piece in self.calls.drain(..) {
            let Some(call) = whole.iter_mut().find(|call| call.slot == piece.slot) else {
                whole.push(piece);
                continue;
            };
            call.id = call.id.take().or(piece.id);
            for (own, more) in [(&mut call.name, piece.name), (&mut call.arguments, piece.arguments)] {
                match (own, more) {
                    (Some(own), Some(more)) => own.push_str(&more),
                    (own, more) => *own = own.take().or(more),
                }
            }
        }
        self.calls = whole;
    }

    /// Writes the members of a delta, or of a message.
    pub fn write(&self, out: &mut Writer, is_delta: bool, random: super::Random) {
        if !self.text.is_empty() {
            out.text("content", &lossy(&self.text));
        } else if !is_delta {
            out.raw("content", if self.calls.is_empty() { "\"\"" } else { "null" });
        }
        if !self.reasoning.is_empty() {
            out.text("reasoning_content", &lossy(&self.reasoning));
        }
        if self.calls.is_empty() {
            return;
        }
        out.list("tool_calls", |out| {
            for call in &self.calls {
                out.item(|out| {
                    if is_delta {
                        out.number("index", call.slot.into());
                    }
                    // More of a call has no name.
                    if call.name.is_some() || call.id.is_some() || !is_delta {
                        let id = call.id.clone();
                        out.text("id", &id.unwrap_or_else(|| concat(&["call_", &random_word(random, 9)])));
                        out.text("type", "function");
                    }
                    out.member("function", |out| {
                        out.some_text("name", call.name.as_deref());
                        let none = if is_delta { "" } else { "{}" };
                        out.text("arguments", call.arguments.as_deref().unwrap_or(none));
                    });
                });
            }
        });
    }
}

/// A usage as OpenAI writes it.
pub fn usage_json(usage: &Usage) -> String {
    Writer::object(|out| {
        out.some_number("prompt_tokens", usage.prompt_tokens);
        out.some_number("completion_tokens", usage.completion_tokens);
        out.some_number("total_tokens", usage.total_tokens);
        if let Some(cached) = usage.cached_tokens {
            out.member("prompt_tokens_details", |out| out.number("cached_tokens", cached));
        }
    })
}

/// OpenAI's word for the end of an answer.
pub fn reason_word(reason: FinishReason) -> &'static str {
    match reason {
        FinishReason::Length => "length",
        FinishReason::ToolCalls => "tool_calls",
        FinishReason::ContentFilter => "content_filter",
        FinishReason::Stop | FinishReason::Other => "stop",
    }
}

impl Sink for Collected {
    fn text(&mut self, piece: Piece<'_>) {
        piece.append_to(&mut self.text);
    }

    fn reasoning(&mut self, piece: Piece<'_>) {
        piece.append_to(&mut self.reasoning);
    }

    fn tool(&mut self, delta: ToolDelta<'_>) {
        let text = |piece: Option<Piece<'_>>| {
            piece.map(|piece| {
                let mut text = Vec::new();
                piece.append_to(&mut text);
                lossy(&text)
            })
        };
        let (id, name, arguments) = (text(delta.id), text(delta.name), text(delta.arguments));
        self.calls.push(Call { slot: delta.slot, id, name, arguments });
    }

    fn usage(&mut self, usage: Piece<'_>, more: bool) {
        let Ok(value) = json::parse(usage.bytes) else { return };
        let part = Usage::read_part(value);
        let whole = match &self.usage {
            Some(before) if more => part.or(before),
            _ => part,
        };
        self.usage = whole.complete();
    }
}
