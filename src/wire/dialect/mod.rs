//! Reads one JSON object of a text-generation reply, in any dialect.
//!
//! The service answers in five dialects: legacy `response`; chat `choices`; Responses, with an `output`
//! array or events; `text_completion`; Anthropic's messages and their events. It mixes them within one
//! stream and uses the same fields for chunks and for whole answers. Therefore one reader,
//! [`Dialect::read`], handles chunks and answers alike, and passes what it finds to a [`Sink`], in order.

mod anthropic;
mod chat;
mod finish;
mod legacy;
mod reasoning_tags;
mod responses;
mod tools;
mod usage;

pub use chat::is_empty_list;
pub use finish::{FinishReason, REASONS, word, word_of};
pub use reasoning_tags::Thinking;
pub(crate) use responses::Tally;
pub use tools::{CALL_MEMBERS, MAX_TOOL_CALLS, is_piece, meant_by, name_and_arguments};
pub use usage::{Usage, beside, complete, of_embeddings};

use super::json::{Kind, Value};
use super::reported::{has_failed_message, has_failed_state, is_failure_for_answer, reports_failure};
use crate::text::cut_character;
use reasoning_tags::ReasoningTags;
use tools::Tools;

/// A piece of text, borrowed from the parsed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'a> {
    /// The bytes of the piece.
    pub bytes: &'a [u8],
    /// The offset in the parsed bytes, or [`Piece::APART`] if the piece is not in them.
    pub at: usize,
    /// Whether backslashes in it are escapes.
    pub form: Form,
}

/// How the bytes of a [`Piece`] are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The body of a JSON string, with escapes.
    Escaped,
    /// Text without escapes: a number, a boolean, or JSON that is passed on as JSON.
    Plain,
}

/// The part of a tool call that one chunk contains.
#[derive(Debug, Clone, Copy)]
pub struct ToolDelta<'a> {
    /// The number of the call in the reply, in the order in which calls begin.
    pub slot: u32,
    /// The call's id, if this chunk contains it.
    pub id: Option<Piece<'a>>,
    /// The tool's name, or a piece of it, if this chunk contains it.
    pub name: Option<Piece<'a>>,
    /// More of the arguments' JSON text.
    pub arguments: Option<Piece<'a>>,
    /// Data that the model requires back with the call, as JSON text: Gemini's thought signature.
    pub extra: Option<Piece<'a>>,
}

/// Receives the contents of a reply.
pub trait Sink {
    /// More of the answer.
    fn text(&mut self, piece: Piece<'_>);
    /// More of the reasoning before the answer.
    fn reasoning(&mut self, piece: Piece<'_>);
    /// More of a tool call.
    fn tool(&mut self, delta: ToolDelta<'_>);
    /// A usage object. The last one counts; if `more` is true, members that it lacks are taken from the one
    /// before.
    fn usage(&mut self, usage: Piece<'_>, more: bool);
    /// Data that is not part of the answer.
    fn annotation(&mut self, _kind: Annotation, _piece: Piece<'_>) {}
    /// The reply is over.
    fn end(&mut self) {}
}

/// The data of a reply that is not part of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Annotation {
    /// The service's own finish reason.
    FinishWord,
    /// The signature of the preceding reasoning. Anthropic's models require both back with the calls that
    /// follow.
    Signature,
    /// Encrypted reasoning, which those models require back as well.
    Redacted,
}

/// The reason why the rest of a reply is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The service reports a failure. The span of the object that describes it.
    Service(usize, usize),
    /// The reply is not valid in any dialect.
    Malformed(Malformed),
}

/// What is wrong with a malformed reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// Not JSON.
    NotJson,
    /// Nested deeper than [`super::json::MAX_DEPTH`].
    TooDeep,
    /// A tool call's index is not a whole number below [`MAX_TOOL_CALLS`].
    ToolIndex,
    /// Tool calls in a form that cannot be read.
    ToolCalls,
    /// JSON, but no answer of a text-generation model.
    NoAnswer,
}

impl Failure {
    /// A failure that the service reports in this value.
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

/// The properties of a request that affect how its answer is read.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The limit of the answer's tokens; 0 if the request has none.
    pub max_tokens: u32,
    /// The request disables reasoning, for a model that then sends its whole answer as reasoning.
    pub reasoning_is_text: bool,
    /// Where the model puts its reasoning.
    pub thinking: Thinking,
}

/// The part of an answer that a [`Tally`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    Text,
    Reasoning,
    /// The arguments of the call in this slot.
    Arguments(u32),
}

/// For each part of an answer: whether it has content.
#[derive(Debug, Default, Clone, Copy)]
struct Channels {
    text: bool,
    reasoning: bool,
    calls: bool,
}

/// The state of one reply: what was read so far and affects how later chunks are read.
#[derive(Debug, Default)]
pub struct Dialect {
    reading: Reading,
    /// Tokens of the answer, according to the last usage.
    spent: i64,
    finish: Option<FinishReason>,
    /// The stream has sent the closing event of Responses or of Anthropic.
    completed: bool,
    /// Something of an answer was read: text, a tool call, or a member that would contain them. A usage or
    /// a finish reason is not enough, because failures have them too.
    recognised: bool,
    /// Text was passed on, so a member that repeats the whole text is ignored.
    text_seen: bool,
    reasoning_seen: bool,
    /// A usage with counts other than zero was passed on.
    usage_counted: bool,
    tools: Tools,
    /// The reply is one whole answer, not a stream.
    is_whole: bool,
    /// The parts that arrived outside of a choice's `message`, which may repeat them.
    in_deltas: Channels,
    /// A choice's `message` is being read.
    in_message: bool,
    /// The messages of a stream without deltas are pieces, not growing versions of the answer.
    are_pieces: bool,
    /// The repetitions of the reasoning and of the text in messages, until it is known whether they are pieces.
    repeated: [Vec<u8>; 2],
    /// The index of the choice that is read: the first one received.
    choice: Option<i64>,
    /// The current object has tool calls.
    has_calls: bool,
    /// The current message has its reasoning in a member of its own.
    has_reasoning: bool,
    /// Tallies of the reasoning and of the text received.
    received: [Tally; 2],
    /// The parts of a Response's output received.
    seen: responses::Seen,
    /// The index of the content block in which an Anthropic stream calls a tool of the service.
    service_tool: Option<i64>,
    tags: ReasoningTags,
    /// The last chunk's text was searched for reasoning, had an incomplete character, or had its reasoning
    /// passed on as text.
    has_split: bool,
    /// Incomplete characters at the end of the reasoning and of the text. Servers that send each token
    /// separately split characters.
    cut: [Vec<u8>; 2],
}

impl Dialect {
    /// A reader for the answer to a request.
    pub fn new(reading: Reading) -> Self {
        Dialect { reading, tags: ReasoningTags::new(reading.thinking), ..Dialect::default() }
    }

    /// Declares that the reply is one whole answer.
    pub fn set_whole(&mut self) {
        self.is_whole = true;
        self.tags.set_whole();
    }

    /// True if the next text is searched for reasoning, and so may not be passed on as it is in the chunk.
    pub fn is_splitting(&self) -> bool {
        self.tags.is_active()
    }

    /// True if an incomplete character was received.
    pub fn is_cut(&self) -> bool {
        self.cut.iter().any(|begin| !begin.is_empty())
    }

    /// True if the last chunk's text was searched for reasoning, had an incomplete character, or had its
    /// reasoning passed on as text. Then the chunk itself does not show what was passed on.
    pub fn has_split(&self) -> bool {
        self.has_split
    }

    /// The reply has ended: passes on the remaining text.
    pub fn end(&mut self, sink: &mut dyn Sink) {
        let most = i64::from(self.reading.max_tokens);
        let is_cut = most == 0 && self.spent >= reasoning_tags::SERVICE_LIMIT && self.finish.is_none();
        let is_complete = !is_cut && self.final_reason() == FinishReason::Stop;
        self.end_cut(sink);
        self.tags.end(is_complete, sink);
        self.tools.end(sink);
        sink.end();
    }

    /// The reply has failed: passes on the remaining text.
    pub fn abandon(&mut self, sink: &mut dyn Sink) {
        self.end_cut(sink);
        self.tags.end(false, sink);
        sink.end();
    }

    /// Reads one chunk, or one whole answer, into `sink`. If it reports a failure, its part of the answer
    /// is read as well, because it was billed; the result is the failure even if that part is malformed.
    pub fn read(&mut self, value: Value<'_>, sink: &mut dyn Sink) -> Result<(), Failure> {
        // Some test doubles put each chunk into an envelope.
        let mut value = value;
        for _ in 0..crate::reply::MOST_ENVELOPES {
            match enveloped(value) {
                Some(result) if !reports_failure(value) => value = result,
                _ => break,
            }
        }
        // Some services send a list of chunks, even of one.
        if value.items().next().is_some_and(|item| item.is_object()) && !is_failure_for_answer(value) {
            return value.items().try_for_each(|item| self.read(item, sink));
        }
        self.has_split = self.tags.is_active();
        self.has_calls = false;
        let recognised = std::mem::take(&mut self.recognised);
        let outcome = self.read_parts(value, sink);
        let is_empty = !self.recognised && outcome.is_ok();
        let failed = reports_failure(value)
            || is_empty && is_failure_for_answer(value)
            || !is_empty && has_failed_state(value)
            || has_failed_message(value);
        self.recognised |= recognised;
        // More of an answer, without an object around it. As the first chunk it is not accepted: it may be
        // a message about a failure.
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
            // A member that the OpenAI SDK adds. Some services send nothing else.
            if let Some(text) = value.get("output_text").filter(|_| !self.text_seen) {
                emitted = self.emit_text(text, sink);
            }
        }
        if let Some(choices) = choices.filter(Value::is_array) {
            emitted |= chat::choices(self, choices, sink)?;
        }
        // Some services send one message without `choices`.
        if let Some(message) = message.filter(|message| message.is_object() && choices.is_none()) {
            emitted |= chat::message(self, message, sink)?;
        }
        // `response` repeats the text and the tool calls of `choices` in the same chunk.
        let response = response.filter(|_| !emitted);
        let tool_calls = tool_calls.filter(|_| !self.has_calls);
        let usage = usage.filter(|usage| !usage.is_null()).or_else(|| groq?.get("usage"));
        legacy::fields(self, [response, tool_calls, usage], sink)?;
        // The last chunk of Ollama, and of text-generation-inference.
        let is_done = done.is_some_and(|done| done.as_bool() == Some(true));
        let elsewhere = done_reason.filter(|_| is_done).or_else(|| details?.get("finish_reason"));
        if let Some(word) = word_of([reason.or(elsewhere), camel_reason, stop_reason]) {
            self.note_finish(word, sink);
        } else if is_done && (emitted || message.is_some() || response.is_some()) {
            self.finish = Some(FinishReason::Stop);
        }
        Ok(())
    }

    /// Reads the content of a message: a scalar, or parts.
    pub fn read_content(&mut self, content: Value<'_>, sink: &mut dyn Sink) {
        chat::content(self, content, sink);
    }

    /// The last finish reason, if any.
    pub fn finish(&self) -> Option<FinishReason> {
        self.finish
    }

    /// True if the reply is complete: it has a finish reason or a closing event.
    pub fn is_complete(&self) -> bool {
        self.finish.is_some() || self.completed
    }

    /// True after the closing event of a dialect, which ends the stream like `[DONE]`.
    pub fn is_closed(&self) -> bool {
        self.completed
    }

    /// True if something of an answer was read.
    pub fn is_recognised(&self) -> bool {
        self.recognised
    }

    /// The finish reason of the whole reply. A reply with tool calls that reports a stop ended because of
    /// the calls. The legacy dialect has no finish reasons; an answer that has as many tokens as its limit
    /// was cut off.
    pub fn final_reason(&self) -> FinishReason {
        let most = i64::from(self.reading.max_tokens);
        match self.finish {
            None | Some(FinishReason::Stop) if !self.tools.is_empty() => FinishReason::ToolCalls,
            // Otherwise a loop that runs tools until there are no calls would never end.
            Some(FinishReason::ToolCalls) if self.tools.is_empty() => FinishReason::Stop,
            None if most > 0 && self.spent >= most => FinishReason::Length,
            None => FinishReason::Stop,
            Some(reason) => reason,
        }
    }

    /// True if a tool call has no name.
    pub fn has_nameless_call(&self) -> bool {
        self.tools.has_nameless()
    }

    /// The slots of all tool calls, in the order in which they begin.
    pub fn tool_slots(&self) -> std::ops::Range<u32> {
        self.tools.slots()
    }

    /// Counts content that the caller passed on without [`Dialect::read`], because it matched a template.
    pub(crate) fn count(&mut self, of: Counted, more: Tally) {
        let is_text = match of {
            Counted::Arguments(slot) => return self.tools.count(slot, more),
            Counted::Text => true,
            Counted::Reasoning => false,
        };
        self.seen.count(more);
        self.received[usize::from(is_text)].join(more);
    }

    /// Passes on the rest of a whole text, or reasoning, that continues what was received.
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

    /// Reads the text of a message in a stream whose messages have no deltas. A message that begins with
    /// everything received of its channel is a longer version: only the rest is new. Any other message is a
    /// piece, and then all of them are. A message that equals everything received may be either: it is added
    /// once a later one is known to be a piece.
    #[inline(never)]
    fn add_message(&mut self, is_text: bool, message: Value<'_>, sink: &mut dyn Sink) -> bool {
        let Some(piece) = Piece::of_text(message) else { return false };
        let channel = usize::from(is_text);
        let mut text = Vec::new();
        piece.append_to(&mut text);
        let mut new = std::mem::take(&mut self.repeated[channel]);
        match self.received[channel].strip(&text).filter(|_| !self.are_pieces) {
            Some([]) => {
                new.extend_from_slice(&text);
                self.repeated[channel] = new;
                return !text.is_empty();
            }
            Some(rest) => new = rest.to_vec(),
            None => {
                self.are_pieces = true;
                new.extend_from_slice(&text);
            }
        }
        match is_text {
            true => _ = self.emit_piece(Piece::apart(&new), sink),
            false => self.emit_thought(Piece::apart(&new), sink),
        }
        !text.is_empty()
    }

    /// Changes when the meaning of a chunk with the same structure may have changed, so that a template is
    /// no longer valid.
    pub(crate) fn version(&self) -> (usize, Option<FinishReason>, bool) {
        (self.tools.len(), self.finish, self.completed)
    }

    fn emit_text(&mut self, value: Value<'_>, sink: &mut dyn Sink) -> bool {
        Piece::of_text(value).is_some_and(|piece| self.emit_piece(piece, sink))
    }

    /// Completes the first character of a piece with the bytes held back, and holds back an incomplete last
    /// character.
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
        // The usual case.
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

    /// Passes on an incomplete character that was never completed.
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
        if self.tags.is_active() {
            self.tags.read(piece, sink);
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
                self.tags.are_apart();
            }
            sink.reasoning(piece);
        }
    }

    #[inline(never)]
    fn emit_usage(&mut self, value: Value<'_>, sink: &mut dyn Sink) {
        if !usage::is_usage(value) {
            return;
        }
        // Some models close with a usage of zeros after the real one.
        let counted = usage::counts_something(value);
        if counted || !self.usage_counted {
            self.usage_counted |= counted;
            self.spent = usage::spent(value);
            sink.usage(Piece::plain(value), false);
        }
    }

    /// Passes on one part of a usage that is sent in parts.
    fn emit_more_usage(&mut self, value: Value<'_>, sink: &mut dyn Sink) {
        if usage::is_usage(value) {
            self.usage_counted = true;
            sink.usage(Piece::plain(value), true);
        }
    }

    /// Notes that a tool call, or a part of one, was read.
    fn note_call(&mut self) {
        self.recognised = true;
        self.has_calls = true;
        self.in_deltas.calls |= !self.in_message;
    }

    /// Stores a finish reason.
    #[inline(never)]
    fn note_finish(&mut self, reason: Value<'_>, sink: &mut dyn Sink) {
        if let Some(word) = finish::word(reason) {
            self.finish = Some(FinishReason::of(word));
            annotation(Annotation::FinishWord, Some(word), sink);
        }
    }
}

/// Passes on data that is not part of the answer, unless it is empty.
#[inline(never)]
fn annotation(kind: Annotation, value: Option<Value<'_>>, sink: &mut dyn Sink) {
    if let Some(piece) = value.and_then(Piece::escaped).filter(|piece| !piece.bytes.is_empty()) {
        sink.annotation(kind, piece);
    }
}

/// The chunk inside an envelope that has no other members.
pub fn enveloped(value: Value<'_>) -> Option<Value<'_>> {
    let [result, kind, response, choices, output, calls] =
        value.pick(&["result", "type", "response", "choices", "output", "tool_calls"]);
    let is_alone = [kind, response, choices, output, calls].iter().all(Option::is_none);
    result.filter(|result| is_alone && result.is_object())
}

impl<'a> Piece<'a> {
    /// The offset of a piece that is not part of the parsed bytes.
    pub const APART: usize = usize::MAX;

    /// The text of a value: strings as they are, numbers and booleans in their spelling, objects and arrays
    /// as JSON text; `None` for `null`.
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

    /// A piece that is not part of the parsed bytes.
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
