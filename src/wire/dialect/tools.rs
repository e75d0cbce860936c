//! Merges tool calls from their deltas.

use super::{Dialect, Failure, Form, Malformed, Piece, Sink, Tally, ToolDelta};
use crate::text::{lossy, unsigned};
use crate::wire::json::{self, Kind, Value};

/// Tool calls in one reply, at most; indices are below this number.
pub const MAX_TOOL_CALLS: u32 = 1024;

const EMPTY: &[u8] = b"{}";

/// The tool calls of a reply so far.
#[derive(Debug, Default)]
pub(super) struct Tools {
    calls: Vec<Call>,
}

#[derive(Debug, Default)]
struct Call {
    /// The number of the call in the reply, in the order in which calls begin.
    slot: u32,
    /// The index by which deltas of this call refer to it.
    index: u32,
    /// A hash of the id, to recognise another call that reuses the index.
    id: Option<u64>,
    /// The name so far, in the service's spelling.
    name: Vec<u8>,
    /// A part of the arguments was read.
    filled: bool,
    /// The call was received whole, with an object as its arguments; no deltas can follow.
    whole: bool,
    /// The arguments were received whole, as text.
    closed: bool,
    /// The arguments began with an empty object.
    empty: bool,
    /// The part of the arguments that arrived as deltas of a Responses item.
    tally: Tally,
}

impl Call {
    /// The part of a name that is new. A repetition, and any name after the first arguments, adds nothing;
    /// a longer name that starts with the current one adds its rest; any other piece is appended.
    fn more_of_name<'a>(&mut self, name: Piece<'a>) -> Option<Piece<'a>> {
        let is_late = self.filled && !self.name.is_empty();
        let known = if name.bytes.starts_with(&self.name) { self.name.len() } else { 0 };
        let rest = name.bytes.get(known..).filter(|rest| !rest.is_empty() && !is_late)?;
        self.name.extend_from_slice(rest);
        Some(Piece { bytes: rest, at: name.at + known, form: name.form })
    }
}

impl Tools {
    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.calls.len()
    }

    /// Passes on `{}` for calls that began with an empty object and had no other arguments.
    pub(super) fn end(&mut self, sink: &mut dyn Sink) {
        for call in self.calls.iter_mut().filter(|call| call.empty && !call.filled) {
            call.filled = true;
            let arguments = Some(Piece::apart(EMPTY));
            sink.tool(ToolDelta { slot: call.slot, id: None, name: None, arguments, extra: None });
        }
    }

    /// Counts arguments that were read elsewhere.
    pub(super) fn count(&mut self, slot: u32, more: Tally) {
        if let Some(call) = self.calls.iter_mut().find(|call| call.slot == slot) {
            call.tally.join(more);
        }
    }

    /// True if a call has no name, so that it cannot be answered.
    pub(super) fn has_nameless(&self) -> bool {
        self.calls.iter().any(|call| call.name.is_empty())
    }

    pub(super) fn slots(&self) -> std::ops::Range<u32> {
        0..self.calls.len() as u32
    }

    /// The index of the call that a single entry without an index belongs to.
    fn index_of(&self, id: Option<u64>, named: bool) -> i64 {
        let same = self.calls.iter().rev().find(|call| id.is_some() && call.id == id);
        // Another id with a name begins another call.
        let latest = self.calls.last().filter(|call| !(named && id.is_some() && call.id.is_some()));
        let next = self.calls.iter().map(|call| i64::from(call.index) + 1).max();
        same.or(latest).map_or(next.unwrap_or(0), |call| i64::from(call.index))
    }

    /// The call that deltas with this index belong to: the last one that began with it.
    #[inline(never)]
    fn current(&mut self, index: u32) -> Option<&mut Call> {
        self.calls.iter_mut().rev().find(|call| call.index == index)
    }

    #[inline(never)]
    fn open(&mut self, index: u32) -> Result<&mut Call, Failure> {
        // The slot is not the index: some services number all calls 0, and others count text blocks as
        // well, while OpenAI's clients expect 0, 1, ….
        let slot = u32::try_from(self.calls.len()).ok().filter(|slot| *slot < MAX_TOOL_CALLS);
        let slot = slot.ok_or(Failure::Malformed(Malformed::ToolIndex))?;
        self.calls.push(Call { slot, index, ..Call::default() });
        self.calls.last_mut().ok_or(Failure::Malformed(Malformed::ToolIndex))
    }
}

/// One entry of `tool_calls`, in any form.
#[derive(Default)]
struct Entry<'a> {
    index: Option<Value<'a>>,
    id: Option<Piece<'a>>,
    name: Option<Piece<'a>>,
    arguments: Option<Piece<'a>>,
    arguments_are_json: bool,
    extra: Option<Piece<'a>>,
}

impl<'a> Entry<'a> {
    #[inline(never)]
    fn of(value: Value<'a>) -> Self {
        let [index, id, function, custom, extra] =
            value.pick(&["index", "id", "function", "custom", "extra_content"]);
        let mut entry = Entry {
            index: index.filter(|index| !index.is_null()),
            id: id.and_then(text),
            extra: extra.filter(Value::is_object).map(Piece::plain),
            ..Entry::default()
        };
        if let Some(function) = function {
            entry.call(function);
        }
        if let Some(custom) = custom {
            let [name, input] = custom.pick(&["name", "input"]);
            entry.named(name, None);
            // The input of a custom tool is free text; its JSON text is the string with quotes.
            if let Some(input) = input.filter(Value::is_string) {
                entry.arguments = Some(Piece::plain(input));
                entry.arguments_are_json = true;
            }
        }
        entry.call(value);
        entry
    }

    /// Reads a name and arguments.
    #[inline(never)]
    fn call(&mut self, call: Value<'a>) {
        let [name, arguments] = name_and_arguments(call);
        self.named(name, arguments);
    }

    #[inline(never)]
    fn named(&mut self, name: Option<Value<'a>>, arguments: Option<Value<'a>>) {
        self.name = name.and_then(text).or(self.name);
        if let Some(arguments) = arguments {
            self.arguments(arguments);
        }
    }

    fn arguments(&mut self, arguments: Value<'a>) {
        match arguments.kind() {
            Kind::Null => {}
            Kind::String => self.arguments = text(arguments),
            _ => {
                self.arguments = Some(Piece::plain(arguments));
                self.arguments_are_json = true;
            }
        }
    }

    /// True if the entry begins another call with the same index: some services number all calls 0, and
    /// some of these send no ids. A name cannot continue after arguments, so a different name, or arguments
    /// that begin after complete ones, belong to another call.
    fn begins_behind(&self, call: &Call, name: Piece<'a>) -> bool {
        let begins = |arguments: Piece<'_>| arguments.bytes.trim_ascii_start().starts_with(b"{");
        let is_other = !name.bytes.starts_with(&call.name) && !call.name.starts_with(name.bytes);
        self.id.is_none()
            && (call.filled || call.empty)
            && self.arguments.map_or(is_other, |arguments| begins(arguments) && (is_other || call.closed))
    }

    /// True for an entry without content, with which some servers close a call.
    fn is_empty(&self) -> bool {
        self.id.is_none() && self.name.is_none() && self.arguments.is_none() && self.extra.is_none()
    }
}

/// The object in arguments that are a JSON string with an object in it.
#[inline(never)]
fn encoded_twice(arguments: Piece<'_>) -> Option<Vec<u8>> {
    if !arguments.bytes.starts_with(br#"\""#) {
        return None;
    }
    let mut text = Vec::new();
    arguments.append_to(&mut text);
    let object = json::parse(&text).ok()?.text()?.into_bytes();
    json::parse(&object).is_ok_and(|value| value.is_object()).then_some(object)
}

/// The name and the arguments of a call, under any of their names.
pub fn name_and_arguments(call: Value<'_>) -> [Option<Value<'_>>; 2] {
    let [name, arguments, parameters, input] = call.pick_present(&CALL_MEMBERS);
    [name, arguments.or(parameters).or(input)]
}

/// The members of a call, including the names that Llama and Anthropic use.
pub const CALL_MEMBERS: [&str; 4] = ["name", "arguments", "parameters", "input"];

/// The object that a call's arguments mean, if they are a text without an object: `null`, or a doubly
/// encoded object.
pub fn meant_by(arguments: Value<'_>) -> Option<String> {
    let piece = self::text(arguments)?;
    match piece.bytes.trim_ascii() {
        b"null" => Some("{}".to_owned()),
        _ => encoded_twice(piece).map(|object| lossy(&object)),
    }
}

/// True if arguments are a complete JSON text, and not empty.
#[inline(never)]
fn is_closed(arguments: Piece<'_>) -> bool {
    let mut text = Vec::new();
    arguments.append_to(&mut text);
    json::parse(&text).is_ok_and(|value| value.entries().next().is_some())
}

/// The arguments of a call: a string that is not empty, or an object as JSON text.
fn argument(value: Value<'_>) -> Option<Piece<'_>> {
    if value.is_object() { Some(Piece::plain(value)) } else { text(value) }
}

/// A string as JSON text: the input of a custom tool.
fn json_text(value: Value<'_>) -> Option<Piece<'_>> {
    value.is_string().then(|| Piece::plain(value))
}

/// A string that is not empty.
#[inline(never)]
fn text(value: Value<'_>) -> Option<Piece<'_>> {
    Piece::escaped(value).filter(|piece| !piece.bytes.is_empty())
}

/// Reads a `tool_calls` array.
pub(super) fn read(dialect: &mut Dialect, calls: Value<'_>, sink: &mut dyn Sink) -> Result<(), Failure> {
    if is_unreadable(calls) {
        return Err(Failure::Malformed(Malformed::ToolCalls));
    }
    if calls.is_object() {
        if !is_map(calls) {
            return read_one(dialect, calls, None, sink);
        }
        for (position, (_, call)) in calls.entries().enumerate() {
            read_one(dialect, call, Some(position), sink)?;
        }
        return Ok(());
    }
    let several = calls.items().nth(1).is_some();
    for (position, call) in calls.items().enumerate() {
        if is_unreadable(call) {
            return Err(Failure::Malformed(Malformed::ToolCalls));
        }
        read_one(dialect, call, if several { Some(position) } else { None }, sink)?;
    }
    Ok(())
}

/// True for a string that is not empty. Calls encoded as text cannot be read in place: records refer to the
/// parsed bytes.
fn is_unreadable(calls: Value<'_>) -> bool {
    let nothing = ["", "null", "[]", "{}"];
    calls.body().is_some_and(|text| !nothing.iter().any(|nothing| text.trim_ascii() == nothing.as_bytes()))
}

/// True for an object of calls, as opposed to one call.
fn is_map(calls: Value<'_>) -> bool {
    let own = calls.pick(&["index", "id", "function", "custom", "name", "arguments", "type"]);
    own.iter().all(Option::is_none) && calls.entries().all(|(_, call)| call.is_object())
}

/// True if an entry has content, so that it is one delta.
pub fn is_piece(call: Value<'_>) -> bool {
    !Entry::of(call).is_empty()
}

/// Reads one entry; `position` is its index in the array if it is not the only one. The call is determined
/// by, in this order: its `index`, its position among other entries, its id. An entry with none of these
/// and without a name continues the latest call.
pub(super) fn read_one(
    dialect: &mut Dialect,
    call: Value<'_>,
    position: Option<usize>,
    sink: &mut dyn Sink,
) -> Result<(), Failure> {
    let entry = Entry::of(call);
    if entry.is_empty() {
        return Ok(());
    }
    let id = entry.id.map(|id| hash(id.bytes));
    let index = match (entry.index, position) {
        (Some(index), _) => index.as_i64().or_else(|| unsigned(&index.text()?).map(i64::from)),
        (None, Some(position)) => i64::try_from(position).ok(),
        (None, None) => Some(dialect.tools.index_of(id, entry.name.is_some())),
    };
    let index = within(index)?;
    let indexed = entry.index.is_some();
    // A later message repeats the call, possibly with longer arguments.
    let in_message = dialect.in_message && !dialect.is_whole && id.is_some();
    let another = |call: &Call| {
        if in_message && call.id == id {
            return false;
        }
        let other_id = matches!((call.id, id), (Some(old), Some(new)) if old != new);
        // Without index and id, a second name can only be a second call.
        let unnumbered = !indexed && id.is_none() && !call.name.is_empty();
        entry.name.is_some_and(|name| call.whole || other_id || unnumbered || entry.begins_behind(call, name))
    };
    let tools = &mut dialect.tools;
    let reuse = tools.current(index).is_some_and(|call| !another(call));
    let call = if reuse { tools.current(index) } else { None };
    let call = match call {
        Some(call) => call,
        None => tools.open(index)?,
    };
    let slot = call.slot;
    let fresh = call.id.is_none();
    // Results could not be assigned to two calls with one id, so the second call is treated as one without
    // an id.
    let repeated =
        fresh && tools.calls.iter().any(|other| other.slot != slot && id.is_some() && other.id == id);
    // At the start of a streamed call, an empty object may be a placeholder.
    let is_stand_in = !reuse && !dialect.is_whole;
    let Some(call) = tools.calls.iter_mut().find(|call| call.slot == slot) else { return Ok(()) };
    let mut arguments = entry.arguments;
    let decoded = arguments.filter(|_| !call.filled && !entry.arguments_are_json).and_then(encoded_twice);
    if let Some(first) = arguments.filter(|_| !call.filled) {
        let text = first.bytes.trim_ascii();
        call.closed = !entry.arguments_are_json && entry.name.is_some() && is_closed(first);
        call.empty |= is_stand_in && text == EMPTY;
        if text == b"null" || is_stand_in && text == EMPTY {
            arguments = None;
        }
    }
    if let Some(decoded) = &decoded {
        arguments = Some(Piece::apart(decoded));
    }
    let mut whole = Vec::new();
    if let Some(again) = arguments.filter(|_| in_message && call.filled) {
        again.append_to(&mut whole);
        if let Some(rest) = call.tally.strip(&whole) {
            arguments = Some(Piece::apart(rest)).filter(|rest| !rest.bytes.is_empty());
        }
    }
    let delta = ToolDelta {
        slot,
        id: entry.id.filter(|_| fresh && !repeated),
        name: entry.name.and_then(|name| call.more_of_name(name)),
        arguments,
        extra: entry.extra,
    };
    call.id = call.id.or(id);
    call.filled |= arguments.is_some();
    call.whole |= entry.arguments_are_json;
    if let Some(arguments) = arguments {
        call.tally.add(arguments.bytes, arguments.form == Form::Escaped);
    }
    dialect.note_call();
    let is_repetition =
        in_message && reuse && delta.id.is_none() && delta.name.is_none() && arguments.is_none();
    if !is_repetition {
        sink.tool(delta);
    }
    Ok(())
}

/// Reads the calls of a whole message that follows deltas: the part of each call that the deltas lack, and
/// the calls that they lack. A call is identified by its id, otherwise by its position.
pub(super) fn read_rest(dialect: &mut Dialect, calls: Value<'_>, sink: &mut dyn Sink) -> Result<(), Failure> {
    for (place, value) in calls.items().enumerate() {
        let entry = Entry::of(value);
        let id = entry.id.map(|id| hash(id.bytes));
        let known = &mut dialect.tools.calls;
        let of_id = known.iter().position(|call| id.is_some() && call.id == id);
        let may_be = |call: &Call| call.id.is_none() || id.is_none();
        let of_place = || known.get(place).filter(|call| may_be(call)).map(|_| place);
        let Some(call) = of_id.or_else(of_place).and_then(|place| known.get_mut(place)) else {
            if entry.name.is_some() && place >= known.len() {
                let next = known.iter().map(|call| call.index as usize + 1).max().unwrap_or(0);
                read_one(dialect, value, Some(next), sink)?;
            }
            continue;
        };
        let (mut whole, slot) = (Vec::new(), call.slot);
        if let Some(arguments) = entry.arguments {
            arguments.append_to(&mut whole);
        }
        if let Some(rest) = call.tally.rest_of(&whole) {
            call.tally.add(rest, false);
            call.filled = true;
            let arguments = Some(Piece::apart(rest));
            sink.tool(ToolDelta { slot, id: None, name: None, arguments, extra: None });
        }
    }
    Ok(())
}

/// Reads one delta of the Responses dialect, where a call is identified by its position in the output.
pub(super) fn read_item(
    dialect: &mut Dialect,
    place: Option<i64>,
    item: ResponseItem<'_>,
    sink: &mut dyn Sink,
) -> Result<(), Failure> {
    let index = within(place)?;
    let known = dialect.tools.current(index).is_some();
    let call = match (known, dialect.tools.current(index)) {
        (true, Some(call)) => call,
        _ => dialect.tools.open(index)?,
    };
    let arguments = item.arguments.and_then(if item.is_text { json_text } else { argument });
    let mut rest = Vec::new();
    let arguments = arguments.and_then(|piece| {
        if item.is_delta || !call.filled {
            call.tally.add(piece.bytes, piece.form == Form::Escaped);
            return Some(piece);
        }
        // Whole arguments may continue their deltas, if some were lost in transit.
        piece.append_to(&mut rest);
        rest = call.tally.rest_of(&rest)?.to_vec();
        call.tally.add(&rest, false);
        Some(Piece::apart(&rest))
    });
    let id = item.id.and_then(text).filter(|_| call.id.is_none());
    let name = item.name.and_then(text).filter(|_| call.name.is_empty());
    call.id = call.id.or(id.map(|id| hash(id.bytes)));
    call.name.extend_from_slice(name.map_or(b"", |name| name.bytes));
    call.filled |= arguments.is_some();
    let slot = call.slot;
    dialect.note_call();
    if !known || id.is_some() || name.is_some() || arguments.is_some() {
        sink.tool(ToolDelta { slot, id, name, arguments, extra: None });
    }
    Ok(())
}

/// The `output_index` of a Responses event; 0 if it has none.
pub(super) fn place(output_index: Option<Value<'_>>) -> Option<i64> {
    output_index.map_or(Some(0), |index| index.as_i64())
}

fn within(index: Option<i64>) -> Result<u32, Failure> {
    let index = index.and_then(|index| u32::try_from(index).ok()).filter(|index| *index < MAX_TOOL_CALLS);
    index.ok_or(Failure::Malformed(Malformed::ToolIndex))
}

/// The part of a function call that a Responses event contains.
#[derive(Default)]
pub(super) struct ResponseItem<'a> {
    pub id: Option<Value<'a>>,
    pub name: Option<Value<'a>>,
    pub arguments: Option<Value<'a>>,
    /// The arguments are a delta, as opposed to all arguments.
    pub is_delta: bool,
    /// The arguments are text instead of JSON.
    pub is_text: bool,
}

/// The 64-bit FNV-1a hash.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}
