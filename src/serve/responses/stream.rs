//! Encodes an answer as the events of a Response. Unlike the blocks of a message, several items may be open
//! at once.

use super::Head;
use super::answer::{End, function_call, message, reasoning, response, write_part, write_thoughts};
use crate::error::Error;
use crate::serve::stream::{StreamEncoder, write_event};
use crate::serve::whole_answer::{Call, random_id};
use crate::text::lossy;
use crate::wire::dialect::Dialect;
use crate::wire::json::Value;
use crate::wire::openai::collected::{Call as Piece, Collected};
use crate::wire::openai::names::HeldCalls;
use crate::wire::write::Writer;

/// The kind of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Reasoning,
    Message,
    Call(u32),
}

/// An item of the output, as far as it was received.
#[derive(Debug)]
struct Item {
    kind: Kind,
    id: String,
    text: String,
    /// The id of a call, and its name.
    call_id: String,
    name: String,
    is_done: bool,
}

impl Item {
    fn call(&self) -> Call {
        Call { id: self.call_id.clone(), name: self.name.clone(), arguments: self.text.clone() }
    }

    fn json(&self, is_complete: bool) -> String {
        match self.kind {
            Kind::Reasoning => reasoning(&self.id, is_complete.then_some(self.text.as_str())),
            Kind::Message => message(&self.id, is_complete.then_some(self.text.as_str())),
            Kind::Call(_) => function_call(&self.id, &self.call(), is_complete),
        }
    }
}

/// See the module documentation.
pub struct EventEncoder {
    head: Head,
    /// The number of events so far.
    number: i64,
    items: Vec<Item>,
    names: HeldCalls,
}

impl EventEncoder {
    pub fn new(head: Head) -> Self {
        EventEncoder { head, number: 0, items: Vec::new(), names: HeldCalls::default() }
    }

    /// Writes the calls that were held back until their names are complete.
    pub fn release_calls(&mut self, out: &mut Vec<u8>) {
        for call in self.names.release() {
            self.call(&call, out);
        }
    }

    fn event(&mut self, kind: &str, out: &mut Vec<u8>, write: impl FnOnce(&mut Writer)) {
        let json = Writer::object(|out| {
            out.text("type", kind);
            out.number("sequence_number", self.number);
            write(out);
        });
        self.number += 1;
        write_event(Some(kind), &json, out);
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        if self.number > 0 {
            return;
        }
        let begun = response(&self.head, &[], End::default());
        for kind in ["response.created", "response.in_progress"] {
            self.event(kind, out, |out| out.raw("response", &begun));
        }
    }

    /// Writes an event of an item.
    fn item_event(&mut self, kind: &str, place: usize, out: &mut Vec<u8>, write: impl FnOnce(&mut Writer)) {
        let id = self.items.get(place).map(|item| item.id.clone());
        self.event(kind, out, |out| {
            out.some_text("item_id", id.as_deref());
            out.number("output_index", place as i64);
            write(out);
        });
    }

    /// The index of the open item of this kind; opens one if there is none.
    fn place(&mut self, kind: Kind, piece: Option<&Piece>, out: &mut Vec<u8>) -> usize {
        if let Some(place) = self.items.iter().position(|item| item.kind == kind && !item.is_done) {
            return place;
        }
        // Reasoning and text end where another item begins.
        for place in 0..self.items.len() {
            if self.items.get(place).is_some_and(|item| !matches!(item.kind, Kind::Call(_))) {
                self.close(place, out);
            }
        }
        let clock = self.head.clock;
        let begin = match kind {
            Kind::Reasoning => "rs_",
            Kind::Message => "msg_",
            Kind::Call(_) => "fc_",
        };
        let received_id = piece.and_then(|piece| piece.id.clone()).filter(|id| !id.is_empty());
        let item = Item {
            kind,
            id: random_id(begin, clock),
            text: String::new(),
            call_id: received_id.unwrap_or_else(|| random_id("call_", clock)),
            name: piece.and_then(|piece| piece.name.clone()).unwrap_or_default(),
            is_done: false,
        };
        let (json, place) = (item.json(false), self.items.len());
        self.items.push(item);
        self.event("response.output_item.added", out, |out| {
            out.number("output_index", place as i64);
            out.raw("item", &json);
        });
        self.part_event("response.content_part.added", place, "", out);
        place
    }

    /// Writes an event of the only part of a reasoning or message item.
    fn part_event(&mut self, kind: &str, place: usize, text: &str, out: &mut Vec<u8>) {
        let write: fn(&str, &mut Writer) = match self.items.get(place).map(|item| item.kind) {
            Some(Kind::Message) => write_part,
            Some(Kind::Reasoning) => write_thoughts,
            _ => return,
        };
        self.item_event(kind, place, out, |out| {
            out.number("content_index", 0);
            out.member("part", |out| write(text, out));
        });
    }

    fn close(&mut self, place: usize, out: &mut Vec<u8>) {
        let Some(item) = self.items.get_mut(place).filter(|item| !item.is_done) else { return };
        item.is_done = true;
        if item.text.is_empty() && matches!(item.kind, Kind::Call(_)) {
            item.text.push_str("{}");
        }
        let (kind, text, name, json) = (item.kind, item.text.clone(), item.name.clone(), item.json(true));
        match kind {
            Kind::Message => {
                self.item_event("response.output_text.done", place, out, |out| {
                    out.number("content_index", 0);
                    out.text("text", &text);
                    out.raw("logprobs", "[]");
                });
            }
            Kind::Reasoning => self.item_event("response.reasoning_text.done", place, out, |out| {
                out.number("content_index", 0);
                out.text("text", &text);
            }),
            Kind::Call(_) => self.item_event("response.function_call_arguments.done", place, out, |out| {
                out.text("name", &name);
                out.text("arguments", &text);
            }),
        }
        self.part_event("response.content_part.done", place, &text, out);
        self.event("response.output_item.done", out, |out| {
            out.number("output_index", place as i64);
            out.raw("item", &json);
        });
    }

    fn write_delta(&mut self, kind: Kind, event: &str, piece: &str, out: &mut Vec<u8>) {
        let place = self.place(kind, None, out);
        if let Some(item) = self.items.get_mut(place) {
            item.text.push_str(piece);
        }
        self.item_event(event, place, out, |out| {
            out.number("content_index", 0);
            out.text("delta", piece);
            if kind == Kind::Message {
                out.raw("logprobs", "[]");
            }
        });
    }

    fn call(&mut self, piece: &Piece, out: &mut Vec<u8>) {
        let place = self.place(Kind::Call(piece.slot), Some(piece), out);
        let Some(more) = piece.arguments.as_deref().filter(|more| !more.is_empty()) else { return };
        if let Some(item) = self.items.get_mut(place) {
            item.text.push_str(more);
        }
        self.item_event("response.function_call_arguments.delta", place, out, |out| out.text("delta", more));
    }

    fn finish(&mut self, end: End<'_>, out: &mut Vec<u8>) {
        let items =
            self.items.iter().filter(|item| item.is_done).map(|item| item.json(true)).collect::<Vec<_>>();
        let response = response(&self.head, &items, end);
        self.event(end.event(), out, |out| out.raw("response", &response));
    }
}

impl StreamEncoder for EventEncoder {
    fn chunk(
        &mut self,
        _chunk: Option<Value<'_>>,
        collected: &mut Collected,
        _dialect: &Dialect,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        if collected.is_empty() {
            return Ok(());
        }
        self.begin(out);
        let has_begun = |slot| self.items.iter().any(|item| item.kind == Kind::Call(slot));
        for call in self.names.hold(collected, has_begun) {
            self.call(&call, out);
        }
        if !collected.reasoning.is_empty() {
            self.write_delta(
                Kind::Reasoning,
                "response.reasoning_text.delta",
                &lossy(&collected.reasoning),
                out,
            );
        }
        if !collected.text.is_empty() {
            self.write_delta(Kind::Message, "response.output_text.delta", &lossy(&collected.text), out);
        }
        for piece in &collected.calls {
            self.call(piece, out);
        }
        Ok(())
    }

    fn end(&mut self, collected: &Collected, dialect: &Dialect, out: &mut Vec<u8>) -> Result<(), Error> {
        self.begin(out);
        self.release_calls(out);
        if self.items.is_empty() {
            self.place(Kind::Message, None, out);
        }
        for place in 0..self.items.len() {
            self.close(place, out);
        }
        let usage = collected.tokens().unwrap_or_default();
        self.finish(End { reason: Some(dialect.final_reason()), usage: Some(&usage), error: None }, out);
        Ok(())
    }

    /// The SDK throws on `error`; `response.failed` before it is for callers that read the events.
    fn fail(&mut self, error: &Error, out: &mut Vec<u8>) {
        self.begin(out);
        self.finish(End { error: Some(error), ..End::default() }, out);
        let code = crate::serve::refusal::code(error);
        self.event("error", out, |out| {
            out.text("code", code);
            out.text("message", &error.message);
            match &error.field {
                Some(field) => out.text("param", field),
                None => out.raw("param", "null"),
            }
        });
    }
}
