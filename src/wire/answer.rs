//! A whole text-generation answer, read at once.

use super::dialect::{Dialect, Failure, FinishReason, Malformed, Piece, Sink, ToolDelta, Usage};
use super::json::{self, Kind};

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
    /// What it cost, where the service says it.
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
    if value.kind() == Kind::String {
        let text = value.as_str().unwrap_or_default().into_owned();
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
    let lossy = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Answer {
        text: lossy(collector.text),
        reasoning: Some(collector.reasoning).filter(|bytes| !bytes.is_empty()).map(lossy),
        tool_calls: dialect
            .tool_slots()
            .into_iter()
            .filter_map(|slot| collector.tools.iter().position(|(at, _)| *at == slot))
            .filter_map(|at| collector.tools.get(at))
            .map(|(_, call)| call.clone())
            .collect(),
        finish_reason: dialect.final_reason(),
        usage: collector.usage,
    })
}

#[derive(Default)]
struct Collector {
    text: Vec<u8>,
    reasoning: Vec<u8>,
    tools: Vec<(u32, ToolCall)>,
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
        let found = self.tools.iter().position(|(slot, _)| *slot == delta.slot);
        let at = found.unwrap_or_else(|| {
            self.tools.push((delta.slot, ToolCall::default()));
            self.tools.len() - 1
        });
        let Some((_, call)) = self.tools.get_mut(at) else { return };
        let string = |piece: Piece<'_>| {
            let mut out = Vec::new();
            piece.append_to(&mut out);
            String::from_utf8_lossy(&out).into_owned()
        };
        if let Some(id) = delta.id {
            call.id = Some(string(id));
        }
        if let Some(name) = delta.name {
            call.name = string(name);
        }
        if let Some(arguments) = delta.arguments {
            call.arguments += &string(arguments);
        }
    }

    fn usage(&mut self, usage: Piece<'_>) {
        self.usage = json::parse(usage.bytes).ok().map(Usage::read);
    }
}
