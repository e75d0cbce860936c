//! Encodes an answer as the events of a message. Its blocks are sequential: each one ends before the next
//! one begins.

use super::{Head, stop_reason, write_redacted, write_usage};
use crate::error::{Code, Error};
use crate::serve::refusal::{self, Dialect as Shape};
use crate::serve::stream::{StreamEncoder, write_event};
use crate::serve::whole_answer::{AROUND_INPUT, random_id};
use crate::text::{concat, lossy};
use crate::wire::dialect::Dialect;
use crate::wire::json::Value;
use crate::wire::nesting::Nesting;
use crate::wire::openai::collected::{Call, Collected};
use crate::wire::openai::names::HeldCalls;
use crate::wire::write::Writer;

/// The kind of the open block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Thinking,
    Redacted,
    Text,
    Tool(u32),
}

/// See the module documentation.
pub struct EventEncoder {
    head: Head,
    begun: bool,
    /// The number of blocks that have begun.
    blocks: i64,
    open: Option<Block>,
    /// The arguments received for the call whose block is open.
    arguments: String,
    /// Where in their structure they end.
    nesting: Nesting,
    /// The calls whose block has begun.
    written: Vec<u32>,
    /// Calls whose block has not begun.
    waiting: Vec<Call>,
    /// Text that arrived among the arguments of a call.
    text: Vec<u8>,
    names: HeldCalls,
}

impl EventEncoder {
    pub fn new(head: Head) -> Self {
        EventEncoder {
            head,
            begun: false,
            blocks: 0,
            open: None,
            arguments: String::new(),
            nesting: Nesting::default(),
            written: Vec::new(),
            waiting: Vec::new(),
            text: Vec::new(),
            names: HeldCalls::default(),
        }
    }

    fn begin(&mut self, collected: &Collected, out: &mut Vec<u8>) {
        if self.begun {
            return;
        }
        self.begun = true;
        event("message_start", out, |out| {
            out.member("message", |out| {
                out.text("id", &self.head.id);
                out.text("type", "message");
                out.text("role", "assistant");
                out.text("model", &self.head.model);
                out.raw("content", "[]");
                out.raw("stop_reason", "null");
                out.raw("stop_sequence", "null");
                out.member("usage", |out| write_usage(&collected.tokens().unwrap_or_default(), out));
            });
        });
    }

    /// Writes thinking, its signature, and encrypted thinking, if the request enables it.
    fn think(&mut self, collected: &Collected, out: &mut Vec<u8>) {
        if !(collected.reasoning.is_empty() && collected.signature.is_empty()) {
            self.open(Block::Thinking, out, |out| {
                out.text("type", "thinking");
                out.text("thinking", "");
                out.text("signature", "");
            });
        }
        if !collected.reasoning.is_empty() {
            self.delta("thinking_delta", "thinking", &lossy(&collected.reasoning), out);
        }
        if !collected.signature.is_empty() {
            self.delta("signature_delta", "signature", &lossy(&collected.signature), out);
            // The next piece belongs to another block.
            self.close(out);
        }
        for data in &collected.redacted {
            self.open(Block::Redacted, out, |out| write_redacted(data, out));
            self.close(out);
        }
    }

    /// Closes the open block if it is another one, and opens this one.
    fn open(&mut self, block: Block, out: &mut Vec<u8>, write: impl FnOnce(&mut Writer)) {
        if self.open == Some(block) {
            return;
        }
        self.close(out);
        event("content_block_start", out, |out| {
            out.number("index", self.blocks);
            out.member("content_block", write);
        });
        self.blocks += 1;
        self.open = Some(block);
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        if let Some(Block::Tool(_)) = self.open
            && !is_object(&self.arguments)
        {
            self.delta("input_json_delta", "partial_json", AROUND_INPUT[1], out);
        }
        if self.open.take().is_some() {
            event("content_block_stop", out, |out| out.number("index", self.blocks - 1));
        }
    }

    fn delta(&self, kind: &str, name: &str, piece: &str, out: &mut Vec<u8>) {
        event("content_block_delta", out, |out| {
            out.number("index", self.blocks - 1);
            out.member("delta", |out| {
                out.text("type", kind);
                out.text(name, piece);
            });
        });
    }

    fn call(&mut self, call: &Call, out: &mut Vec<u8>) {
        let id = call
            .id
            .clone()
            .filter(|id| !id.is_empty())
            .unwrap_or_else(|| random_id("toolu_", self.head.clock));
        if self.open != Some(Block::Tool(call.slot)) {
            self.arguments.clear();
            self.nesting = Nesting::default();
            self.written.push(call.slot);
        }
        self.open(Block::Tool(call.slot), out, |out| {
            out.text("type", "tool_use");
            out.text("id", &id);
            out.text("name", call.name.as_deref().unwrap_or(""));
            out.raw("input", "{}");
        });
        if let Some(piece) = call.arguments.as_deref().filter(|piece| !piece.is_empty()) {
            let begins = self.arguments.trim_ascii().is_empty();
            let before = if begins && !is_object(piece) { AROUND_INPUT[0] } else { "" };
            self.arguments.push_str(piece);
            self.nesting.add(piece.as_bytes());
            self.delta("input_json_delta", "partial_json", &concat(&[before, piece]), out);
        }
    }

    /// Adds a part of a call. A block that has ended cannot continue, so a call without arguments waits for some, and a
    /// call that arrives among the arguments of another one waits as well.
    fn add(&mut self, call: Call, out: &mut Vec<u8>) -> Result<(), Error> {
        let is_open = self.open == Some(Block::Tool(call.slot));
        if !is_open && self.written.contains(&call.slot) {
            return Err(Error::new(
                Code::MalformedResponse,
                "The model went on with a tool call that was complete.",
            ));
        }
        let place = self.waiting.iter().position(|known| known.slot == call.slot);
        let mut waiting = place.map(|place| self.waiting.remove(place));
        match &mut waiting {
            Some(known) => known.add(call),
            None => waiting = Some(call),
        }
        let Some(call) = waiting else { return Ok(()) };
        if is_open || call.has_arguments() && !self.is_in_arguments() {
            self.call(&call, out);
        } else {
            self.waiting.insert(place.unwrap_or(self.waiting.len()), call);
        }
        Ok(())
    }

    /// True if the arguments of the open call are incomplete.
    fn is_in_arguments(&self) -> bool {
        matches!(self.open, Some(Block::Tool(_))) && !self.nesting.is_complete()
    }

    /// Adds a piece of text, which also waits for the end of arguments.
    fn say(&mut self, text: &[u8], out: &mut Vec<u8>) {
        self.text.extend_from_slice(text);
        if self.text.is_empty() || self.is_in_arguments() {
            return;
        }
        let text = lossy(&std::mem::take(&mut self.text)).to_string();
        self.open(Block::Text, out, |out| {
            out.text("type", "text");
            out.text("text", "");
        });
        self.delta("text_delta", "text", &text, out);
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
        if collected.is_empty() && collected.signature.is_empty() && collected.redacted.is_empty() {
            return Ok(());
        }
        self.begin(collected, out);
        let has_begun =
            |slot| self.written.contains(&slot) || self.waiting.iter().any(|waiting| waiting.slot == slot);
        self.names.hold(collected, has_begun).into_iter().try_for_each(|call| self.add(call, out))?;
        if self.head.thinks {
            self.think(collected, out);
        }
        self.say(&collected.text, out);
        collected.calls.drain(..).try_for_each(|call| self.add(call, out))
    }

    fn end(&mut self, collected: &Collected, dialect: &Dialect, out: &mut Vec<u8>) -> Result<(), Error> {
        self.begin(collected, out);
        self.names.release().into_iter().try_for_each(|call| self.add(call, out))?;
        for call in std::mem::take(&mut self.waiting) {
            self.call(&call, out);
        }
        self.close(out);
        self.say(&[], out);
        self.close(out);
        event("message_delta", out, |out| {
            out.member("delta", |out| {
                out.text("stop_reason", stop_reason(dialect.final_reason()));
                out.raw("stop_sequence", "null");
            });
            out.member("usage", |out| write_usage(&collected.tokens().unwrap_or_default(), out));
        });
        event("message_stop", out, |_| {});
        Ok(())
    }

    fn fail(&mut self, error: &Error, out: &mut Vec<u8>) {
        write_event(Some("error"), &refusal::body(error, Shape::Anthropic), out);
    }
}

/// True if a text may be the start of an object, including an empty text.
fn is_object(arguments: &str) -> bool {
    matches!(arguments.trim_ascii_start().as_bytes().first(), None | Some(b'{'))
}

fn event(kind: &str, out: &mut Vec<u8>, write: impl FnOnce(&mut Writer)) {
    let json = Writer::object(|out| {
        out.text("type", kind);
        write(out);
    });
    write_event(Some(kind), &json, out);
}
