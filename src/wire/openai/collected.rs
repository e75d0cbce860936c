//! Collects the contents of a chunk, or of a whole answer, in dialects other than OpenAI's and the legacy
//! one.

use super::random_word;
use crate::text::{concat, lossy};
use crate::wire::dialect::{Annotation, Dialect, FinishReason, Form, Piece, Sink, ToolDelta, Usage};
use crate::wire::json::{self, Value};
use crate::wire::write::Writer;

/// The contents of an answer, or of one chunk of it.
#[derive(Debug, Default)]
pub struct Collected {
    /// Text, as UTF-8.
    pub text: Vec<u8>,
    /// Reasoning, as UTF-8.
    pub reasoning: Vec<u8>,
    /// Tool calls, or parts of them.
    pub calls: Vec<Call>,
    /// The signature of the reasoning, as UTF-8.
    pub signature: Vec<u8>,
    /// Encrypted reasoning.
    pub redacted: Vec<String>,
    /// The last usage as received, and the counts of the parts before it. Both are kept from chunk to
    /// chunk.
    pub(super) usage: (Vec<u8>, Option<Usage>),
    /// High surrogates at the end of a piece, as escapes; the next piece has the low one. They are kept
    /// from chunk to chunk.
    pub(super) halves: Vec<(Channel, Vec<u8>)>,
}

/// The channel that a piece belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    Text,
    Reasoning,
    /// The arguments of the call in this slot.
    Arguments(u32),
}

/// A tool call, or a part of one.
#[derive(Debug)]
pub struct Call {
    /// The number of the call in the answer.
    pub slot: u32,
    /// Its id, if this chunk contains it.
    pub id: Option<String>,
    /// The tool's name, if this chunk contains it.
    pub name: Option<String>,
    /// More of the arguments' JSON text.
    pub arguments: Option<String>,
}

impl Call {
    /// Appends a part of the call.
    pub fn add(&mut self, piece: Call) {
        self.id = self.id.take().or(piece.id);
        for (own, more) in [(&mut self.name, piece.name), (&mut self.arguments, piece.arguments)] {
            match (own, more) {
                (Some(own), Some(more)) => own.push_str(&more),
                (own, more) => *own = own.take().or(more),
            }
        }
    }

    /// True if the call has arguments.
    pub fn has_arguments(&self) -> bool {
        self.arguments.as_ref().is_some_and(|arguments| !arguments.is_empty())
    }
}

impl Collected {
    /// The text and the reasoning of content that is not a string.
    pub fn content(value: Value<'_>) -> (String, String) {
        let mut collected = Collected::default();
        Dialect::default().read_content(value, &mut collected);
        collected.end();
        (lossy(&collected.text), lossy(&collected.reasoning))
    }

    /// Drops the contents of the last chunk.
    pub fn begin(&mut self) {
        let (usage, halves) = (std::mem::take(&mut self.usage), std::mem::take(&mut self.halves));
        *self = Collected { usage, halves, ..Collected::default() };
    }

    /// Appends the text of a piece, preceded by the surrogate that the piece before it has left.
    fn joined(&mut self, channel: Channel, piece: Piece<'_>, out: &mut Vec<u8>) {
        let waiting = self.halves.iter().position(|(own, _)| *own == channel);
        let is_escaped = piece.form == Form::Escaped;
        if waiting.is_none() && !(is_escaped && json::last_half(piece.bytes) < piece.bytes.len()) {
            return piece.append_to(out);
        }
        let mut body = waiting.map_or_else(Vec::new, |place| self.halves.swap_remove(place).1);
        if is_escaped {
            body.extend_from_slice(piece.bytes);
            let half = body.split_off(json::last_half(&body));
            if !half.is_empty() {
                self.halves.push((channel, half));
            }
        }
        json::unescape(&body, out);
        if !is_escaped {
            piece.append_to(out);
        }
    }

    /// The token counts so far. They are parsed on demand, because many services send them with every
    /// chunk.
    pub fn tokens(&self) -> Option<Usage> {
        let (text, before) = &self.usage;
        let part = json::parse(text).ok().map(Usage::read_part);
        match (part, before) {
            (Some(part), Some(before)) => part.or(before).complete(),
            (Some(part), None) => part.complete(),
            (None, before) => before.clone(),
        }
    }

    /// True if there is no part of an answer.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.reasoning.is_empty() && self.calls.is_empty()
    }

    /// True if a tool was called.
    pub fn calls_tools(&self) -> bool {
        !self.calls.is_empty()
    }

    /// Joins the parts of each call.
    pub fn join_calls(&mut self) {
        let mut whole: Vec<Call> = Vec::new();
        for piece in self.calls.drain(..) {
            let Some(call) = whole.iter_mut().find(|call| call.slot == piece.slot) else {
                whole.push(piece);
                continue;
            };
            call.add(piece);
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
                    // A later part of a call has no name.
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

/// A usage in OpenAI's format.
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

/// OpenAI's finish reason. An unknown one does not become `stop`, because it may not be a success.
pub fn reason_word(reason: FinishReason) -> &'static str {
    match reason {
        FinishReason::Length => "length",
        FinishReason::ToolCalls => "tool_calls",
        FinishReason::ContentFilter => "content_filter",
        FinishReason::Stop => "stop",
        FinishReason::Other => "other",
    }
}

impl Sink for Collected {
    fn text(&mut self, piece: Piece<'_>) {
        let mut text = std::mem::take(&mut self.text);
        self.joined(Channel::Text, piece, &mut text);
        self.text = text;
    }

    fn reasoning(&mut self, piece: Piece<'_>) {
        let mut reasoning = std::mem::take(&mut self.reasoning);
        self.joined(Channel::Reasoning, piece, &mut reasoning);
        self.reasoning = reasoning;
    }

    fn tool(&mut self, delta: ToolDelta<'_>) {
        let text = |piece: Option<Piece<'_>>| {
            piece.map(|piece| {
                let mut text = Vec::new();
                piece.append_to(&mut text);
                lossy(&text)
            })
        };
        let (id, name) = (text(delta.id), text(delta.name));
        let arguments = delta.arguments.map(|piece| {
            let mut text = Vec::new();
            self.joined(Channel::Arguments(delta.slot), piece, &mut text);
            lossy(&text)
        });
        self.calls.push(Call { slot: delta.slot, id, name, arguments });
    }

    /// A surrogate that was never completed becomes U+FFFD.
    fn end(&mut self) {
        const NONE: &str = "\u{FFFD}";
        for (channel, _) in std::mem::take(&mut self.halves) {
            match channel {
                Channel::Text => self.text.extend_from_slice(NONE.as_bytes()),
                Channel::Reasoning => self.reasoning.extend_from_slice(NONE.as_bytes()),
                Channel::Arguments(slot) => {
                    let arguments = Some(NONE.to_owned());
                    self.calls.push(Call { slot, id: None, name: None, arguments });
                }
            }
        }
    }

    fn annotation(&mut self, kind: Annotation, piece: Piece<'_>) {
        match kind {
            Annotation::Signature => piece.append_to(&mut self.signature),
            Annotation::Redacted => {
                let mut data = Vec::new();
                piece.append_to(&mut data);
                self.redacted.push(lossy(&data));
            }
            Annotation::FinishWord => {}
        }
    }

    fn usage(&mut self, usage: Piece<'_>, more: bool) {
        let before = if more { self.tokens() } else { None };
        let (text, parts) = &mut self.usage;
        text.clear();
        text.extend_from_slice(usage.bytes);
        *parts = before;
    }
}
