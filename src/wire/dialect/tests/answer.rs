//! A whole text-generation answer, collected from what [`Dialect::read`] emits.

use crate::text::lossy;
use crate::wire::dialect::{Dialect, Failure, FinishReason, Malformed, Piece, Sink, ToolDelta, Usage};
use crate::wire::json;

/// What a model answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The answer's text; an object-form `response` as its JSON text.
    pub text: String,
    /// The thinking before it, where the model shows it.
    pub reasoning: Option<String>,
    /// The tools that it wants to be called.
    pub tool_calls: Vec<ToolCall>,
    /// Why it stopped.
    pub finish_reason: FinishReason,
    /// What it cost, where the service reports it.
    pub usage: Option<Usage>,
}

/// One tool call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToolCall {
    /// The service's id for it; not every model gives one.
    pub id: Option<String>,
    /// The tool's name.
    pub name: String,
    /// The arguments' JSON text, as the model wrote it: not checked, may be empty.
    pub arguments: String,
}

/// Reads a whole answer of any dialect; the envelope of the REST API is already off.
pub fn read(bytes: &[u8]) -> Result<Answer, Failure> {
    let value = json::parse(bytes)?;
    let mut dialect = Dialect::default();
    let mut collector = Collector::default();
    if let Some(text) = value.text() {
        return Ok(Answer {
            text,
            reasoning: None,
            tool_calls: vec![],
            finish_reason: FinishReason::Stop,
            usage: None,
        });
    }
    dialect.read(value, &mut collector)?;
    if !dialect.is_recognised() {
        return Err(Failure::Malformed(Malformed::NoAnswer));
    }
    Ok(Answer {
        text: lossy(&collector.text),
        reasoning: Some(collector.reasoning).filter(|bytes| !bytes.is_empty()).map(|bytes| lossy(&bytes)),
        tool_calls: collector.calls,
        finish_reason: dialect.final_reason(),
        usage: collector.usage,
    })
}

#[derive(Default)]
struct Collector {
    text: Vec<u8>,
    reasoning: Vec<u8>,
    /// The slots of the calls, in order, and the calls.
    slots: Vec<u32>,
    calls: Vec<ToolCall>,
    usage: Option<Usage>,
}

impl Sink for Collector {
    fn text(&mut self, piece: Piece<'_>) {
        piece.append_to(&mut self.text);
    }

    fn reasoning(&mut self, piece: Piece<'_>) {
        piece.append_to(&mut self.reasoning);
    }

    fn tool(&mut self, delta: ToolDelta<'_>) {
        let place = self.slots.iter().position(|slot| *slot >= delta.slot).unwrap_or(self.slots.len());
        if self.slots.get(place) != Some(&delta.slot) {
            self.slots.insert(place, delta.slot);
            self.calls.insert(place, ToolCall::default());
        }
        let Some(call) = self.calls.get_mut(place) else { return };
        let string = |piece: Piece<'_>| {
            let mut out = Vec::new();
            piece.append_to(&mut out);
            lossy(&out)
        };
        if let Some(id) = delta.id {
            call.id = Some(string(id));
        }
        if let Some(name) = delta.name {
            call.name += &string(name);
        }
        if let Some(arguments) = delta.arguments {
            call.arguments.push_str(&string(arguments));
        }
    }

    fn usage(&mut self, usage: Piece<'_>, _more: bool) {
        self.usage = json::parse(usage.bytes).ok().and_then(Usage::read);
    }
}
