//! The Responses dialect: an `output` array in answers, events named `response.…` in streams.
//!
//! A stream repeats itself: it sends deltas, then the whole part, the whole item, and the whole response. A
//! part that was streamed is not read again; of a part that was not, the first whole one counts. Therefore
//! [`Seen`] stores what was received, by item and part. If a whole text continues the deltas of its part,
//! the rest is added (see [`continuation`]); if it differs from them, it is ignored, because the deltas
//! were already passed on.

use super::tools::{self, ResponseItem, hash};
use super::{Dialect, Failure, FinishReason, Form, Malformed, Piece, Sink, chat};
use crate::wire::json::{self, Value};

/// The meaning of an event.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Event {
    Delta(Channel),
    Whole(Channel),
    Part,
    Arguments,
    ArgumentsWhole,
    ItemBegins,
    Item,
    Completed,
    Incomplete,
    Failed,
}

/// The kind of content that a part has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Channel {
    Text,
    Reasoning,
}

use Channel::{Reasoning, Text};

/// The events with content. The input of a custom tool is text, not JSON, so it is read only when it is
/// complete.
const EVENTS: [(&str, Event); 23] = [
    ("response.output_text.delta", Event::Delta(Text)),
    ("response.refusal.delta", Event::Delta(Text)),
    ("response.output_text.done", Event::Whole(Text)),
    ("response.refusal.done", Event::Whole(Text)),
    ("response.reasoning_text.delta", Event::Delta(Reasoning)),
    ("response.reasoning_summary_text.delta", Event::Delta(Reasoning)),
    ("response.reasoning.delta", Event::Delta(Reasoning)),
    ("response.reasoning_summary.delta", Event::Delta(Reasoning)),
    ("response.reasoning_text.done", Event::Whole(Reasoning)),
    ("response.reasoning_summary_text.done", Event::Whole(Reasoning)),
    ("response.reasoning.done", Event::Whole(Reasoning)),
    ("response.reasoning_summary.done", Event::Whole(Reasoning)),
    ("response.content_part.done", Event::Part),
    ("response.reasoning_summary_part.done", Event::Part),
    ("response.function_call_arguments.delta", Event::Arguments),
    ("response.function_call_arguments.done", Event::ArgumentsWhole),
    ("response.output_item.added", Event::ItemBegins),
    ("response.output_item.done", Event::Item),
    ("response.completed", Event::Completed),
    ("response.incomplete", Event::Incomplete),
    ("response.failed", Event::Failed),
    ("response.cancelled", Event::Failed),
    ("response.error", Event::Failed),
];

/// The items that call tools of the caller, and the member with the tool's input. A call without a name is
/// named after its type.
const CALLS: [(&str, &str); 6] = [
    ("function_call", "arguments"),
    ("custom_tool_call", "input"),
    ("local_shell_call", "action"),
    ("shell_call", "action"),
    ("computer_call", "action"),
    ("apply_patch_call", "operation"),
];

/// Parts that are distinguished, at most.
const MOST_PARTS: usize = 1024;

/// The parts of the output that were received.
#[derive(Debug, Default)]
pub(super) struct Seen {
    parts: Vec<Part>,
    calls: Vec<Call>,
    /// The part that the last delta belongs to.
    current: Option<Part>,
    /// The deltas of that part.
    tally: Tally,
}

/// The length and a hash of a text that arrives in pieces: enough to recognise it as the start of another
/// text, however it was divided.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    len: usize,
    sum: u32,
}

impl Tally {
    /// Adds a piece of the text.
    pub(crate) fn add(&mut self, bytes: &[u8], is_escaped: bool) {
        if is_escaped {
            let mut text = Vec::new();
            json::unescape(bytes, &mut text);
            return self.add(&text, false);
        }
        self.len += bytes.len();
        self.sum = bytes.iter().fold(self.sum, |sum, byte| sum.wrapping_add(u32::from(*byte)));
    }

    /// Adds a tally of the next piece.
    pub(super) fn join(&mut self, more: Tally) {
        self.len += more.len;
        self.sum = self.sum.wrapping_add(more.sum);
    }

    /// The rest of a longer text that starts with this one; `None` if it does not.
    pub(super) fn rest_of(self, text: &[u8]) -> Option<&[u8]> {
        self.strip(text).filter(|rest| !rest.is_empty())
    }

    /// The rest of a text that begins with everything tallied; empty if it is the same, `None` if it differs.
    pub(super) fn strip(self, text: &[u8]) -> Option<&[u8]> {
        let (known, rest) = text.split_at_checked(self.len)?;
        let mut tally = Tally::default();
        tally.add(known, false);
        (tally.sum == self.sum).then_some(rest)
    }
}

/// A part of which something was received.
#[derive(Debug, Clone, Copy)]
struct Part {
    channel: Channel,
    item: Place,
    /// The index of the part in its item; `None` if the event has none.
    part: Option<i64>,
}

#[derive(Debug)]
struct Call {
    item: Place,
    /// A hash of its `call_id`.
    id: Option<u64>,
    /// The index of the call in the reply.
    index: i64,
}

/// Identifies an item of the output, as far as an event does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Place {
    index: Option<i64>,
    /// A hash of the item's id.
    id: Option<u64>,
}

impl Place {
    fn of(index: Option<Value<'_>>, id: Option<Value<'_>>) -> Self {
        Place { index: index.and_then(|index| index.as_i64()), id: hashed(id) }
    }

    /// True if both may be the same item. The index takes precedence, because some servers give an item a
    /// new id in each event. An event with neither matches any item.
    fn is(self, other: Place) -> bool {
        let indexes = self.index.zip(other.index).map(|(one, other)| one == other);
        let ids = || self.id.zip(other.id).map(|(one, other)| one == other);
        indexes.or_else(ids).unwrap_or(true)
    }
}

fn hashed(id: Option<Value<'_>>) -> Option<u64> {
    id.and_then(|id| id.body()).filter(|id| !id.is_empty()).map(hash)
}

impl Part {
    /// True if this may be the given part of the given item.
    fn is(&self, channel: Channel, item: Place, part: Option<i64>) -> bool {
        let same = self.part.zip(part).is_none_or(|(own, part)| own == part);
        self.channel == channel && same && self.item.is(item)
    }
}

impl Seen {
    pub(super) fn count(&mut self, more: Tally) {
        self.tally.join(more);
    }

    fn has(&self, channel: Channel, item: Place, part: Option<i64>) -> bool {
        self.parts.len() >= MOST_PARTS || self.parts.iter().any(|seen| seen.is(channel, item, part))
    }

    fn is_current(&self, channel: Channel, item: Place, part: Option<i64>) -> bool {
        self.current.is_some_and(|current| current.is(channel, item, part))
    }

    /// Adds a delta of a part.
    fn add_delta(&mut self, channel: Channel, item: Place, part: Option<i64>, text: Piece<'_>) {
        self.add(channel, item, part);
        if !self.is_current(channel, item, part) {
            self.current = Some(Part { channel, item, part });
            self.tally = Tally::default();
        }
        self.tally.add(text.bytes, text.form == Form::Escaped);
    }

    fn add(&mut self, channel: Channel, item: Place, part: Option<i64>) {
        let is = |seen: &Part| seen.channel == channel && seen.part == part && seen.item == item;
        if self.parts.len() < MOST_PARTS && !self.parts.iter().any(is) {
            self.parts.push(Part { channel, item, part });
        }
    }

    /// Finds the streamed item that corresponds to an item of the closing response: by its id, otherwise by
    /// its number among the items with such parts. The position in the closing response is not used,
    /// because the response may lack items that were streamed. `None` if the stream had no such item.
    fn streamed(&self, channel: Channel, id: Option<u64>, number: usize) -> Option<Place> {
        let mut items: Vec<Place> = Vec::new();
        for part in self.parts.iter().filter(|part| part.channel == channel) {
            if !items.iter().any(|item| item.is(part.item)) {
                items.push(part.item);
            }
        }
        let same = items.iter().find(|item| id.is_some() && item.id == id);
        let nowhere = items.iter().find(|item| **item == Place::default());
        same.or(nowhere).or(items.get(number)).copied()
    }

    /// The index of a call in the reply. A known call is found by its `call_id`, otherwise by its item. A
    /// new call gets its position in the output, if that is free.
    fn index_of(&mut self, item: Place, id: Option<u64>) -> i64 {
        let same = |call: &Call| id.is_some() && call.id == id;
        let may_be = |call: &Call| call.id.is_none_or(|_| id.is_none()) && call.item.is(item);
        let calls = &mut self.calls;
        let known = calls.iter().rposition(same).or_else(|| calls.iter().rposition(may_be));
        if let Some(call) = known.and_then(|place| calls.get_mut(place)) {
            call.id = call.id.or(id);
            return call.index;
        }
        let next = calls.iter().map(|call| call.index.saturating_add(1)).max().unwrap_or(0);
        let is_free = |index: &i64| calls.iter().all(|call| call.index != *index);
        let index = item.index.filter(is_free).unwrap_or(next);
        calls.push(Call { item, id, index });
        index
    }
}

/// True if a `type` is that of an event of this dialect.
pub(super) fn is_event(kind: &Value<'_>) -> bool {
    kind.body().is_some_and(|kind| kind.starts_with(b"response."))
}

/// Reads one event of a stream.
pub(super) fn event(
    dialect: &mut Dialect,
    kind: Value<'_>,
    event: Value<'_>,
    sink: &mut dyn Sink,
) -> Result<(), Failure> {
    dialect.recognised = true;
    let [
        delta,
        output_index,
        item_id,
        content_index,
        summary_index,
        item,
        part,
        response,
        text,
        refusal,
        arguments,
        name,
    ] = event.pick(&[
        "delta",
        "output_index",
        "item_id",
        "content_index",
        "summary_index",
        "item",
        "part",
        "response",
        "text",
        "refusal",
        "arguments",
        "name",
    ]);
    let Some((_, brings)) = EVENTS.iter().find(|(known, _)| kind.is(known)) else { return Ok(()) };
    let place = Place::of(output_index, item_id.or(item.and_then(|item| item.get("id"))));
    let number = content_index.or(summary_index).and_then(|number| number.as_i64());
    match brings {
        Event::Delta(channel) => {
            if let Some(delta) = delta {
                let text = if delta.is_object() { delta.get("text") } else { None };
                self::delta(dialect, *channel, (place, number), text.unwrap_or(delta), sink);
            }
        }
        Event::Whole(channel) => {
            if let Some(text) = text.or(refusal) {
                whole(dialect, *channel, (place, number), text, sink);
            }
        }
        Event::Part => {
            let [kind, text, refusal] = part.unwrap_or(event).pick(&["type", "text", "refusal"]);
            let thinks = summary_index.is_some() || kind.is_some_and(|kind| kind.is("reasoning_text"));
            if let Some(text) = text.or(refusal) {
                whole(dialect, if thinks { Reasoning } else { Text }, (place, number), text, sink);
            }
        }
        Event::Arguments | Event::ArgumentsWhole => {
            let is_delta = *brings == Event::Arguments;
            let arguments = if is_delta { delta } else { arguments };
            let index = dialect.seen.index_of(place, None);
            let item = ResponseItem { name, arguments, is_delta, ..Default::default() };
            tools::read_item(dialect, Some(index), item, sink)?;
        }
        Event::ItemBegins | Event::Item => {
            let Some(item) = item else { return Ok(()) };
            if let Some(input) = input_of(item) {
                call(dialect, item, input, place, sink)?;
            } else if let Some((channel, content)) = content_of(item).filter(|_| *brings == Event::Item)
                && !comes_elsewhere(dialect, channel)
            {
                rest(dialect, channel, content, Some(place), sink);
                dialect.seen.add(channel, place, None);
            }
        }
        Event::Completed | Event::Incomplete | Event::Failed => {
            dialect.completed = true;
            let response = response.unwrap_or(event);
            let [output, error, details] = response.pick(&["output", "error", "incomplete_details"]);
            answer(dialect, response, output.unwrap_or(response), sink)?;
            if *brings == Event::Failed {
                return Err(Failure::at(error.unwrap_or(event)));
            }
            // The event's type decides, because the response may lack a status.
            if *brings == Event::Incomplete {
                note_incomplete(dialect, details);
            }
        }
    }
    Ok(())
}

/// Reads a whole response. Of the response that closes a stream, only what the stream has not sent is read.
pub(super) fn answer(
    dialect: &mut Dialect,
    response: Value<'_>,
    output: Value<'_>,
    sink: &mut dyn Sink,
) -> Result<(), Failure> {
    // A list of anything else is the output of another task.
    let is_item = |item: Value<'_>| item.is_string() || item.get("type").is_some();
    dialect.recognised |= output.items().all(is_item);
    let comes_elsewhere = [Text, Reasoning].map(|channel| comes_elsewhere(dialect, channel));
    let mut numbers = [0, 0];
    for (position, item) in output.items().enumerate() {
        // Some providers send an output of plain strings.
        if item.is_string() {
            dialect.emit_text(item, sink);
        }
        let own = item.get("id");
        if let Some(input) = input_of(item) {
            let place = Place { index: i64::try_from(position).ok(), id: hashed(own) };
            call(dialect, item, input, place, sink)?;
        } else if let Some((channel, content)) = content_of(item) {
            let number = &mut numbers[channel as usize];
            let streamed = dialect.seen.streamed(channel, hashed(own), *number);
            *number += 1;
            if !comes_elsewhere[channel as usize] {
                rest(dialect, channel, content, streamed, sink);
            }
        }
    }
    let [usage, status, error, details] = response.pick(&["usage", "status", "error", "incomplete_details"]);
    if let Some(usage) = usage {
        dialect.emit_usage(usage, sink);
    }
    let is = |name: &str| status.is_some_and(|status| status.is(name));
    if is("failed") || is("cancelled") {
        let error = error.filter(|error| !error.is_null());
        return Err(Failure::at(error.unwrap_or(response)));
    }
    if is("in_progress") || is("queued") {
        return Err(Failure::Malformed(Malformed::NoAnswer));
    }
    if is("incomplete") {
        note_incomplete(dialect, details);
    } else if is("completed") {
        dialect.finish = Some(FinishReason::Stop);
    }
    Ok(())
}

fn note_incomplete(dialect: &mut Dialect, details: Option<Value<'_>>) {
    let reason = details.and_then(|details| details.get("reason"));
    dialect.finish = Some(reason.map_or(FinishReason::Other, FinishReason::of));
}

/// True if text, or reasoning, was received outside of this dialect's events. Then a repetition cannot be
/// recognised.
fn comes_elsewhere(dialect: &Dialect, channel: Channel) -> bool {
    let has_come = match channel {
        Text => dialect.text_seen,
        Reasoning => dialect.reasoning_seen,
    };
    has_come && dialect.seen.parts.iter().all(|part| part.channel != channel)
}

/// Reads a delta of a part.
fn delta(
    dialect: &mut Dialect,
    channel: Channel,
    (item, part): (Place, Option<i64>),
    text: Value<'_>,
    sink: &mut dyn Sink,
) {
    let Some(piece) = Piece::of_text(text) else { return };
    if !piece.bytes.is_empty() {
        dialect.seen.add_delta(channel, item, part, piece);
    }
    emit(dialect, channel, piece, sink);
}

fn emit(dialect: &mut Dialect, channel: Channel, piece: Piece<'_>, sink: &mut dyn Sink) {
    match channel {
        Text => drop(dialect.emit_piece(piece, sink)),
        Reasoning => dialect.emit_thought(piece, sink),
    }
}

/// The rest of a whole text that continues the deltas of its part: they were lost in transit. It is known
/// only for the part of the last delta.
fn continuation(
    dialect: &mut Dialect,
    channel: Channel,
    (item, part): (Place, Option<i64>),
    text: Value<'_>,
    sink: &mut dyn Sink,
) {
    if !dialect.seen.is_current(channel, item, part) {
        return;
    }
    let mut whole = Vec::new();
    if let Some(piece) = Piece::of_text(text) {
        piece.append_to(&mut whole);
    }
    if let Some(rest) = dialect.seen.tally.rest_of(&whole) {
        dialect.seen.tally.add(rest, false);
        emit(dialect, channel, Piece::apart(rest), sink);
    }
}

/// Reads a whole part. A server without deltas still sends whole parts at the end.
fn whole(
    dialect: &mut Dialect,
    channel: Channel,
    (item, part): (Place, Option<i64>),
    text: Value<'_>,
    sink: &mut dyn Sink,
) {
    if comes_elsewhere(dialect, channel) {
        return;
    }
    match dialect.seen.has(channel, item, part) {
        true => continuation(dialect, channel, (item, part), text, sink),
        false => delta(dialect, channel, (item, part), text, sink),
    }
}

/// Reads the parts of an item's content that were not streamed; `streamed` is the item in the stream.
fn rest(
    dialect: &mut Dialect,
    channel: Channel,
    content: Value<'_>,
    streamed: Option<Place>,
    sink: &mut dyn Sink,
) {
    let is_parts = channel == Reasoning || chat::has_types(content);
    let parts = content.items().filter(|_| is_parts).chain((!is_parts).then_some(content));
    for (number, part) in parts.enumerate() {
        let [text, refusal] = part.pick(&["text", "refusal"]);
        let number = i64::try_from(number).ok();
        let known = streamed.filter(|item| dialect.seen.has(channel, *item, number));
        match (known, channel) {
            (Some(item), _) => {
                let text = if is_parts { text.or(refusal) } else { Some(part) };
                if let Some(text) = text {
                    continuation(dialect, channel, (item, number), text, sink);
                }
            }
            (None, Text) if is_parts => drop(chat::part(dialect, part, sink)),
            (None, Text) => drop(dialect.emit_text(part, sink)),
            (None, Reasoning) => drop(text.map(|text| dialect.emit_reasoning(text, sink))),
        }
    }
}

fn is_empty(text: Value<'_>) -> bool {
    text.body().is_some_and(<[u8]>::is_empty)
}

/// The content of a message, or the reasoning of an item, which is its content or its summary; `None` if it
/// is empty.
fn content_of(item: Value<'_>) -> Option<(Channel, Value<'_>)> {
    let [kind, content, summary] = item.pick(&["type", "content", "summary"]);
    let kind = kind?;
    if kind.is("message") {
        return content.filter(has_text).map(|content| (Text, content));
    }
    let thinking = content.filter(has_text).or(summary.filter(has_text))?;
    (kind.is("reasoning") && thinking.is_array()).then_some((Reasoning, thinking))
}

fn has_text(content: &Value<'_>) -> bool {
    let has = |part: Value<'_>| {
        let texts = part.pick(&["text", "refusal", "thinking"]);
        !part.is_object() || texts.into_iter().flatten().any(|text| !is_empty(text))
    };
    if content.is_array() { content.items().any(has) } else { !content.is_null() && !is_empty(*content) }
}

/// The tool's input in an item that calls a tool: `Some(None)` if it has no input, `None` if the item is
/// not a call.
fn input_of(item: Value<'_>) -> Option<Option<Value<'_>>> {
    let kind = item.get("type")?;
    let (_, member) = CALLS.iter().find(|(known, _)| kind.is(known))?;
    Some(item.get(member))
}

fn call(
    dialect: &mut Dialect,
    item: Value<'_>,
    input: Option<Value<'_>>,
    place: Place,
    sink: &mut dyn Sink,
) -> Result<(), Failure> {
    let [kind, call_id, id, name] = item.pick(&["type", "call_id", "id", "name"]);
    let is = |known: &str| kind.is_some_and(|kind| kind.is(known));
    let is_text = is("custom_tool_call");
    let input = input.filter(|input| !is_empty(*input));
    // Tools of the caller have a name. A call without one cannot be answered.
    let name = name.or(kind.filter(|_| !is_text && !is("function_call")));
    let id = call_id.or(id);
    let index = dialect.seen.index_of(place, hashed(call_id));
    let item = ResponseItem { id, name, arguments: input, is_text, is_delta: false };
    tools::read_item(dialect, Some(index), item, sink)
}
