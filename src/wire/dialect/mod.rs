//! Reads one JSON object of a text-generation reply, whichever dialect it is in.
//!
//! The service answers in five dialects (legacy `response`, chat `choices`, Responses `output` and its events,
//! `text_completion`, Anthropic's messages and their events), mixes them within one stream, and uses the same fields for a chunk and for a whole answer. So there is one
//! reader, [`Dialect::read`], for chunks and answers alike; it passes to a [`Sink`] what it finds, in order.

mod anthropic;
mod chat;
mod finish;
mod legacy;
mod responses;
mod tools;
mod usage;

pub use finish::FinishReason;
pub use tools::MAX_TOOL_CALLS;
pub use usage::{Usage, complete};

use super::json::{Kind, Value};
use super::reported::{is_bare_failure, is_bare_failure_behind_text, reports_failure};
use tools::Tools;

/// A piece of text as it lies in the bytes that were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'a> {
    /// The bytes of the piece.
    pub bytes: &'a [u8],
    /// Where it begins in the bytes that were read.
    pub at: usize,
    /// Whether backslashes in it are escapes.
    pub form: Form,
}

/// How the bytes of a [`Piece`] are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The body of a JSON string: escapes are to be resolved.
    Escaped,
    /// Text as it stands: a number, a boolean, or JSON that is wanted as JSON.
    Plain,
}

/// The part of one tool call that is in one chunk.
#[derive(Debug, Clone, Copy)]
pub struct ToolDelta<'a> {
    /// Which call of the reply.
    pub slot: u32,
    /// The call's id, when this chunk names it.
    pub id: Option<Piece<'a>>,
    /// The tool's name, when this chunk names it.
    pub name: Option<Piece<'a>>,
    /// More of the arguments' JSON text.
    pub arguments: Option<Piece<'a>>,
    /// What the model wants to have back with the call, as JSON text: Gemini's signature of a thought.
    pub extra: Option<Piece<'a>>,
}

/// Where the reader puts what it finds.
pub trait Sink {
    /// More of the answer.
    fn text(&mut self, piece: Piece<'_>);
    /// More of the thinking before the answer.
    fn reasoning(&mut self, piece: Piece<'_>);
    /// More of a tool call.
    fn tool(&mut self, delta: ToolDelta<'_>);
    /// A usage object; the last one counts. Where it is `more`, members that it lacks are those of the one before.
    fn usage(&mut self, usage: Piece<'_>, more: bool);
}

/// Why a reply cannot be read further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The service reports a failure; the span of the object that describes it.
    Service(usize, usize),
    /// The reply is not what any dialect allows.
    Malformed(Malformed),
}

/// What is wrong with a malformed reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// Not JSON.
    NotJson,
    /// JSON nested deeper than [`super::json::MAX_DEPTH`].
    TooDeep,
    /// A tool call's index is not a whole number below [`MAX_TOOL_CALLS`].
    ToolIndex,
    /// Tool calls in a form that cannot be read.
    ToolCalls,
    /// JSON, but no answer of a text-generation model.
    NoAnswer,
}

impl Failure {
    /// The service reports a failure in this value.
    fn at(value: Value<'_>) -> Self {
        let (start, end) = value.span();
        Failure::Service(start, end)
    }
}

impl From<super::json::Invalid> for Failure {
    fn from(invalid: super::json::Invalid) -> Self {
        Failure::Malformed(match invalid {
            super::json::Invalid::Syntax(_) => Malformed::NotJson,
            super::json::Invalid::TooDeep => Malformed::TooDeep,
        })
    }
}

/// What of a request decides how its answer is read.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The most tokens that the answer may have; 0 where the request does not say.
    pub max_tokens: u32,
    /// The request turns thinking off for a model that then calls its whole answer reasoning.
    pub reasoning_is_text: bool,
}

/// What has been read of a reply so far and decides how later chunks are read.
#[derive(Debug, Default)]
pub struct Dialect {
    reading: Reading,
    /// Tokens of the answer, by the last usage.
    spent: i64,
    finish: Option<FinishReason>,
    /// A Responses stream has sent its closing event.
    completed: bool,
    /// Something of an answer has been read: text, a tool call, or the place where they would stand. Neither a usage nor a finish reason is an
    /// answer; a failure has them as well.
    recognised: bool,
    /// Text has been passed on, so that a summary of all text is a repetition.
    text_seen: bool,
    reasoning_seen: bool,
    /// A usage with numbers other than zero has been passed on.
    usage_counted: bool,
    tools: Tools,
}

impl Dialect {
    /// A reader of the answer to such a request.
    pub fn new(reading: Reading) -> Self {
        Dialect { reading, ..Dialect::default() }
    }

    /// Reads one chunk, or one whole answer, into `sink`. Where it reports a failure, what it has of the answer is read all the same, for it was
    /// paid for; but the failure is the outcome, also where that part is malformed.
    pub fn read(&mut self, value: Value<'_>, sink: &mut dyn Sink) -> Result<(), Failure> {
        // Some stand-ins put each chunk into an envelope.
        let mut value = value;
        for _ in 0..crate::reply::MOST_ENVELOPES {
            match enveloped(value) {
                Some(result) if !reports_failure(value) => value = result,
                _ => break,
            }
        }
        let recognised = std::mem::take(&mut self.recognised);
        let outcome = self.read_parts(value, sink);
        let is_empty = !self.recognised && outcome.is_ok();
        let is_bare = if recognised { is_bare_failure_behind_text } else { is_bare_failure };
        let failed = reports_failure(value) || is_empty && is_bare(value);
        self.recognised |= recognised;
        if failed { Err(Failure::at(value)) } else { outcome }
    }

    fn read_parts(&mut self, value: Value<'_>, sink: &mut dyn Sink) -> Result<(), Failure> {
        let [kind, response, choices, output, tool_calls, function_calls, camel_calls, usage, finish_reason] =
            value.pick(&[
                "type",
                "response",
                "choices",
                "output",
                "tool_calls",
                "function_calls",
                "toolCalls",
                "usage",
                "finish_reason",
            ]);
        let tool_calls = tool_calls.or(function_calls).or(camel_calls);
        if let Some(kind) = kind {
            if responses::is_event(&kind) {
                return responses::event(self, kind, value, sink);
            }
            if anthropic::read(self, kind, value, sink)? {
                return Ok(());
            }
        }
        if let Some(output) = output.filter(Value::is_array) {
            responses::answer(self, value, output, sink)?;
        }
        let mut emitted = false;
        if let Some(choices) = choices.filter(Value::is_array) {
            emitted = chat::choices(self, choices, sink)?;
        }
        // A chunk with text in `choices` only repeats it in `response`.
        let response = response.filter(|_| !emitted);
        legacy::fields(self, [response, tool_calls, usage, finish_reason], sink)
    }

    /// Reads the content of a message: a value that stands for a text, or parts.
    pub fn read_content(&mut self, content: Value<'_>, sink: &mut dyn Sink) {
        chat::content(self, content, sink);
    }

    /// The last reason to finish, if there was one.
    pub fn finish(&self) -> Option<FinishReason> {
        self.finish
    }

    /// Is the reply complete, by a reason to finish or by a closing event?
    pub fn is_complete(&self) -> bool {
        self.finish.is_some() || self.completed
    }

    /// Has anything of an answer been read?
    pub fn is_recognised(&self) -> bool {
        self.recognised
    }

    /// Why the whole reply ended: a reply with tool calls that "stopped" ended for their sake. The older dialect has no reasons; an answer that has
    /// all the tokens that it may have was cut off.
    pub fn final_reason(&self) -> FinishReason {
        let most = i64::from(self.reading.max_tokens);
        match self.finish {
            None | Some(FinishReason::Stop) if !self.tools.is_empty() => FinishReason::ToolCalls,
            // Whoever answers calls until there are none would ask for ever.
            Some(FinishReason::ToolCalls) if self.tools.is_empty() => FinishReason::Stop,
            None if most > 0 && self.spent >= most => FinishReason::Length,
            None => FinishReason::Stop,
            Some(reason) => reason,
        }
    }

    /// Is there a tool call without a name?
    pub fn has_nameless_call(&self) -> bool {
        self.tools.has_nameless()
    }

    /// The slots of all tool calls, in the order of their index.
    pub fn tool_slots(&self) -> Vec<u32> {
        self.tools.slots()
    }

    /// A number that changes whenever the reading of the next chunk may depend on something new.
    pub(crate) fn version(&self) -> (usize, Option<FinishReason>, bool) {
        (self.tools.len(), self.finish, self.completed)
    }

    #[inline(never)]
    fn emit_text(&mut self, value: Value<'_>, sink: &mut dyn Sink) -> bool {
        let Some(piece) = Piece::of_text(value) else { return false };
        self.recognised = true;
        let emitted = !piece.bytes.is_empty();
        self.text_seen |= emitted;
        sink.text(piece);
        emitted
    }

    #[inline(never)]
    fn emit_reasoning(&mut self, value: Value<'_>, sink: &mut dyn Sink) {
        if self.reading.reasoning_is_text {
            self.emit_text(value, sink);
        } else if let Some(piece) = Piece::of_text(value) {
            self.recognised = true;
            self.reasoning_seen |= !piece.bytes.is_empty();
            sink.reasoning(piece);
        }
    }

    #[inline(never)]
    fn emit_usage(&mut self, value: Value<'_>, sink: &mut dyn Sink) {
        if !usage::is_usage(value) {
            return;
        }
        // Some models close with a usage of zeros after the true one.
        let counted = usage::counts_something(value);
        if counted || !self.usage_counted {
            self.usage_counted |= counted;
            let [completion, output] = value.pick(&["completion_tokens", "output_tokens"]);
            self.spent = completion.or(output).and_then(|spent| spent.as_i64()).unwrap_or(0);
            sink.usage(Piece::plain(value), false);
        }
    }

    /// More of a usage that came in parts.
    fn emit_more_usage(&mut self, value: Value<'_>, sink: &mut dyn Sink) {
        if usage::is_usage(value) {
            self.usage_counted = true;
            sink.usage(Piece::plain(value), true);
        }
    }

    /// Takes down a finish reason. An empty one is none: some services send it with every chunk.
    #[inline(never)]
    fn note_finish(&mut self, value: Value<'_>) {
        if value.body().is_some_and(|word| !word.trim_ascii().is_empty()) {
            self.finish = Some(FinishReason::of(value));
        }
    }
}

/// What is in the envelope of a chunk that has nothing else.
pub fn enveloped(value: Value<'_>) -> Option<Value<'_>> {
    let [result, kind, response, choices, output, calls] =
        value.pick(&["result", "type", "response", "choices", "output", "tool_calls"]);
    let is_alone = [kind, response, choices, output, calls].iter().all(Option::is_none);
    result.filter(|result| is_alone && result.is_object())
}

impl<'a> Piece<'a> {
    /// The text that a value stands for: strings as they are, numbers and booleans in their own spelling, objects and arrays as
    /// JSON; `null` stands for none.
    #[inline(never)]
    fn of_text(value: Value<'a>) -> Option<Self> {
        match value.kind() {
            Kind::Null => None,
            Kind::String => Self::escaped(value),
            _ => Some(Self::plain(value)),
        }
    }

    #[inline(never)]
    fn escaped(value: Value<'a>) -> Option<Self> {
        Some(Piece { bytes: value.body()?, at: value.span().0 + 1, form: Form::Escaped })
    }

    #[inline(never)]
    fn plain(value: Value<'a>) -> Self {
        Piece { bytes: value.raw(), at: value.span().0, form: Form::Plain }
    }

    /// Appends the text, escapes resolved.
    pub fn append_to(&self, out: &mut Vec<u8>) {
        match self.form {
            Form::Escaped => super::json::unescape(self.bytes, out),
            Form::Plain => out.extend_from_slice(self.bytes),
        }
    }
}

#[cfg(test)]
mod tests;
