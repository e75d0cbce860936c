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
mod thoughts;
mod tools;
mod usage;

pub use chat::is_empty_list;
pub use finish::{FinishReason, REASONS, word, word_of};
pub(crate) use responses::Tally;
pub use thoughts::Thinking;
pub use tools::{CALL_MEMBERS, MAX_TOOL_CALLS, is_piece, meant_by, name_and_arguments};
pub use usage::{Usage, beside, complete, of_embeddings};

use super::json::{Kind, Value};
use super::reported::{has_failed_message, has_failed_state, is_failure_for_answer, reports_failure};
use crate::text::cut_character;
use thoughts::Thoughts;
use tools::Tools;

/// A piece of text as it lies in the bytes that were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'a> {
    /// The bytes of the piece.
    pub bytes: &'a [u8],
    /// Where it begins in the bytes that were read; [`Piece::APART`] where it is not in them.
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
    /// Which call of the reply: its place among them.
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
    /// Something beside the answer.
    fn aside(&mut self, _kind: Aside, _piece: Piece<'_>) {}
    /// The reply is over.
    fn end(&mut self) {}
}

/// What a reply has beside its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aside {
    /// The service's own word for why it ended.
    FinishWord,
    /// The signature of the thinking before it. Anthropic's models want both back beside the calls that follow.
    Signature,
    /// Thinking that nobody else can read, which those models want back as well.
    Redacted,
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
    /// Where the model's thinking stands.
    pub thinking: Thinking,
}

/// What is counted of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    Text,
    Reasoning,
    /// The arguments of the call in this slot.
    Arguments(u32),
}

/// The parts of an answer, each with or without something.
#[derive(Debug, Default, Clone, Copy)]
struct Channels {
    text: bool,
    reasoning: bool,
    calls: bool,
}

/// What has been read of a reply so far and decides how later chunks are read.
#[derive(Debug, Default)]
pub struct Dialect {
    reading: Reading,
    /// Tokens of the answer, by the last usage.
    spent: i64,
    finish: Option<FinishReason>,
    /// A stream of Responses or of Anthropic's has sent its closing event.
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
    /// All of the answer comes at once.
    is_whole: bool,
    /// What has come otherwise than in a choice's `message`, which may repeat it.
    in_deltas: Channels,
    /// A choice's `message` is read.
    in_message: bool,
    /// The index of the choice that is read: the first one that has come.
    choice: Option<i64>,
    /// The object that is read has tool calls.
    has_calls: bool,
    /// The message that is read has its thinking in a member of its own.
    has_thoughts: bool,
    /// The reasoning and the text that have come, as they came.
    received: [Tally; 2],
    /// What has come of the output of a Response.
    seen: responses::Seen,
    /// The block of a tool of the service's own that an Anthropic stream is in.
    service_tool: Option<i64>,
    thoughts: Thoughts,
    /// The text of the last chunk was looked through for thinking, a character of it was cut, or its reasoning is text.
    has_split: bool,
    /// The beginnings of characters whose ends are in later events, of the reasoning and of the text. Servers that send each token as it comes cut
    /// characters so.
    cut: [Vec<u8>; 2],
}

impl Dialect {
    /// A reader of the answer to such a request.
    pub fn new(reading: Reading) -> Self {
        Dialect { reading, thoughts: Thoughts::new(reading.thinking), ..Dialect::default() }
    }

    /// All of the answer comes at once.
    pub fn set_whole(&mut self) {
        self.is_whole = true;
        self.thoughts.set_whole();
    }

    /// Is the next text looked through for thinking? Then it may not come as it lies in the chunk.
    pub fn is_splitting(&self) -> bool {
        self.thoughts.is_active()
    }

    /// Has half a character come?
    pub fn is_cut(&self) -> bool {
        self.cut.iter().any(|begin| !begin.is_empty())
    }

    /// Was the text of the last chunk looked through for thinking, a character of it cut, or its reasoning text? Then the chunk does not say what it is.
    pub fn has_split(&self) -> bool {
        self.has_split
    }

    /// The reply is over: passes on what was held back.
    pub fn end(&mut self, sink: &mut dyn Sink) {
        let most = i64::from(self.reading.max_tokens);
        let is_cut = most == 0 && self.spent >= thoughts::SERVICE_LIMIT && self.finish.is_none();
        let is_complete = !is_cut && self.final_reason() == FinishReason::Stop;
        self.end_cut(sink);
        self.thoughts.end(is_complete, sink);
        self.tools.end(sink);
        sink.end();
    }

    /// It has failed: passes on what was held back.
    pub fn abandon(&mut self, sink: &mut dyn Sink) {
        self.end_cut(sink);
        self.thoughts.end(false, sink);
        sink.end();
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
        self.has_split = self.thoughts.is_active();
        self.has_calls = false;
        let recognised = std::mem::take(&mut self.recognised);
        let outcome = self.read_parts(value, sink);
        let is_empty = !self.recognised && outcome.is_ok();
        let failed = reports_failure(value)
            || is_empty && is_failure_for_answer(value)
            || !is_empty && has_failed_state(value)
            || has_failed_message(value);
        self.recognised |= recognised;
        // More of an answer, without the object that it should stand in. Alone it is none: it might be a sentence about a failure.
        if recognised && !failed && matches!(value.kind(), Kind::String | Kind::Number) {
            self.emit_text(value, sink);
        }
        if failed { Err(Failure::at(value)) } else { outcome }
    }

    fn read_parts(&mut self, value: Value<'_>, sink: &mut dyn Sink) -> Result<(), Failure> {
        let [
            kind,
            response,
            choices,
            output,
            tool_calls,
            function_calls,
            camel_calls,
            usage,
            groq,
            reason,
            camel_reason,
            stop_reason,
            message,
            generated,
            done,
            done_reason,
            details,
        ] = value.pick(&[
            "type",
            "response",
            "choices",
            "output",
            "tool_calls",
            "function_calls",
            "toolCalls",
            "usage",
            "x_groq",
            "finish_reason",
            "finishReason",
            "stop_reason",
            "message",
            "generated_text",
            "done",
            "done_reason",
            "details",
        ]);
        let response = response.or(generated).or(output.filter(Value::is_string));
        let tool_calls = tool_calls.or(function_calls).or(camel_calls);
        if let Some(kind) = kind {
            if responses::is_event(&kind) {
                return responses::event(self, kind, value, sink);
            }
            if anthropic::read(self, kind, value, sink)? {
                return Ok(());
            }
        }
        let mut emitted = false;
        if let Some(output) = output.filter(Value::is_array) {
            responses::answer(self, value, output, sink)?;
            // The SDK's own member, which some services send and nothing else.
            if let Some(text) = value.get("output_text").filter(|_| !self.text_seen) {
                emitted = self.emit_text(text, sink);
            }
        }
        if let Some(choices) = choices.filter(Value::is_array) {
            emitted |= chat::choices(self, choices, sink)?;
        }
        // Some have no choices, but one message.
        if let Some(message) = message.filter(|message| message.is_object() && choices.is_none()) {
            emitted |= chat::message(self, message, sink)?;
        }
        // A chunk with text in `choices` only repeats it in `response`, and so it does with tool calls.
        let response = response.filter(|_| !emitted);
        let tool_calls = tool_calls.filter(|_| !self.has_calls);
        let usage = usage.filter(|usage| !usage.is_null()).or_else(|| groq?.get("usage"));
        legacy::fields(self, [response, tool_calls, usage], sink)?;
        // Ollama's last chunk, and that of text-generation-inference.
        let is_done = done.is_some_and(|done| done.as_bool() == Some(true));
        let elsewhere = done_reason.filter(|_| is_done).or_else(|| details?.get("finish_reason"));
        if let Some(word) = word_of([reason.or(elsewhere), camel_reason, stop_reason]) {
            self.note_finish(word, sink);
        } else if is_done && (emitted || message.is_some() || response.is_some()) {
            self.finish = Some(FinishReason::Stop);
        }
        Ok(())
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

    /// Has the event come that closes the answer? It ends the stream as `[DONE]` does.
    pub fn is_closed(&self) -> bool {
        self.completed
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

    /// The slots of all tool calls, in the order in which they began.
    pub fn tool_slots(&self) -> std::ops::Range<u32> {
        self.tools.slots()
    }

    /// Counts what was read of a channel, by whoever knew its events without reading them here.
    pub(crate) fn count(&mut self, of: Counted, more: Tally) {
        let is_text = match of {
            Counted::Arguments(slot) => return self.tools.count(slot, more),
            Counted::Text => true,
            Counted::Reasoning => false,
        };
        self.seen.count(more);
        self.received[usize::from(is_text)].join(more);
    }

    /// What a whole text, or thinking, has behind all that has come of it: words that were lost on the way.
    fn continue_from(&mut self, is_text: bool, whole: Value<'_>, sink: &mut dyn Sink) {
        let mut text = Vec::new();
        if let Some(piece) = Piece::of_text(whole) {
            piece.append_to(&mut text);
        }
        let Some(rest) = self.received[usize::from(is_text)].rest_of(&text) else { return };
        match is_text {
            true => _ = self.emit_piece(Piece::apart(rest), sink),
            false => self.emit_thought(Piece::apart(rest), sink),
        }
    }

    /// A number that changes whenever the reading of the next chunk may depend on something new.
    pub(crate) fn version(&self) -> (usize, Option<FinishReason>, bool) {
        (self.tools.len(), self.finish, self.completed)
    }

    fn emit_text(&mut self, value: Value<'_>, sink: &mut dyn Sink) -> bool {
        Piece::of_text(value).is_some_and(|piece| self.emit_piece(piece, sink))
    }

    /// A piece with whole characters: what the one before it has left goes before it, and what it lacks the end of is kept.
    #[inline(never)]
    fn whole_characters<'a>(
        &mut self,
        is_text: bool,
        piece: Piece<'a>,
        joined: &'a mut Vec<u8>,
    ) -> Piece<'a> {
        let mut piece = piece;
        let [of_reasoning, of_text] = &mut self.cut;
        let cut = if is_text { of_text } else { of_reasoning };
        let len = cut_character(piece.bytes);
        // Nearly always.
        if len == 0 && cut.is_empty() {
            return piece;
        }
        if !cut.is_empty() {
            joined.append(cut);
            piece.append_to(joined);
            piece = Piece::apart(joined);
        }
        let (whole, rest) = piece.bytes.split_at(piece.bytes.len() - cut_character(piece.bytes));
        cut.extend_from_slice(rest);
        self.has_split = true;
        Piece { bytes: whole, ..piece }
    }

    /// No other half has come.
    fn end_cut(&mut self, sink: &mut dyn Sink) {
        for is_text in [false, true] {
            let [of_reasoning, of_text] = &mut self.cut;
            let cut = if is_text { of_text } else { of_reasoning };
            if cut.is_empty() {
                continue;
            }
            cut.clear();
            let none = Piece::apart("\u{FFFD}".as_bytes());
            match is_text {
                true => _ = self.emit_piece(none, sink),
                false => self.emit_thought(none, sink),
            }
        }
    }

    #[inline(never)]
    fn emit_piece(&mut self, piece: Piece<'_>, sink: &mut dyn Sink) -> bool {
        self.received[1].add(piece.bytes, piece.form == Form::Escaped);
        let mut joined = Vec::new();
        let piece = self.whole_characters(true, piece, &mut joined);
        self.recognised = true;
        let emitted = !piece.bytes.is_empty();
        self.text_seen |= emitted;
        self.in_deltas.text |= emitted && !self.in_message;
        if self.thoughts.is_active() {
            self.thoughts.read(piece, sink);
        } else {
            sink.text(piece);
        }
        emitted
    }

    fn emit_reasoning(&mut self, value: Value<'_>, sink: &mut dyn Sink) {
        if let Some(piece) = Piece::of_text(value) {
            self.emit_thought(piece, sink);
        }
    }

    #[inline(never)]
    fn emit_thought(&mut self, piece: Piece<'_>, sink: &mut dyn Sink) {
        if self.reading.reasoning_is_text {
            self.has_split = true;
            self.emit_piece(piece, sink);
        } else {
            self.received[0].add(piece.bytes, piece.form == Form::Escaped);
            let mut joined = Vec::new();
            let piece = self.whole_characters(false, piece, &mut joined);
            self.recognised = true;
            if !piece.bytes.is_empty() {
                self.reasoning_seen = true;
                self.in_deltas.reasoning |= !self.in_message;
                self.thoughts.are_apart();
            }
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
            self.spent = usage::spent(value);
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

    /// A tool call, or more of one, has been read.
    fn note_call(&mut self) {
        self.recognised = true;
        self.has_calls = true;
        self.in_deltas.calls |= !self.in_message;
    }

    /// Takes down a finish reason.
    #[inline(never)]
    fn note_finish(&mut self, reason: Value<'_>, sink: &mut dyn Sink) {
        if let Some(word) = finish::word(reason) {
            self.finish = Some(FinishReason::of(word));
            aside(Aside::FinishWord, Some(word), sink);
        }
    }
}

/// Tells of a text beside the answer, if there is something in it.
#[inline(never)]
fn aside(kind: Aside, value: Option<Value<'_>>, sink: &mut dyn Sink) {
    if let Some(piece) = value.and_then(Piece::escaped).filter(|piece| !piece.bytes.is_empty()) {
        sink.aside(kind, piece);
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
    /// The place of a piece that is not among the bytes that were read.
    pub const APART: usize = usize::MAX;

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

    /// Bytes that are not among those that were read.
    fn apart(bytes: &'a [u8]) -> Self {
        Piece { bytes, at: Self::APART, form: Form::Plain }
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
