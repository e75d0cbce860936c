//! Tool calls, merged from their deltas.

use super::{Dialect, Failure, Form, Malformed, Piece, Sink, Tally, ToolDelta};
use crate::text::{lossy, unsigned};
use crate::wire::json::{self, Kind, Value};

/// Most tool calls in one reply, and one more than the highest index.
pub const MAX_TOOL_CALLS: u32 = 1024;

const EMPTY: &[u8] = b"{}";

/// The tool calls of a reply so far.
#[derive(Debug, Default)]
pub(super) struct Tools {
    calls: Vec<Call>,
}

#[derive(Debug, Default)]
struct Call {
    /// Its place among the calls of the reply, in the order in which they begin.
    slot: u32,
    /// The index on the wire that deltas of this call carry.
    index: u32,
    /// The id's bytes, hashed: enough to recognise another call that reuses the index.
    id: Option<u64>,
    /// Its name so far, as it is spelt on the wire.
    name: Vec<u8>,
    /// Something of the arguments has been read.
    filled: bool,
    /// Came whole, with its arguments as an object; nothing can follow.
    whole: bool,
    /// Its arguments came whole, as a text.
    closed: bool,
    /// Its arguments began with an empty object.
    empty: bool,
    /// Those of its arguments that came as deltas of a Response's item.
    tally: Tally,
}

impl Call {
    /// What a piece of a name adds to the call's: nothing where it repeats the name, and nothing behind arguments; the rest where it is the whole name
    /// again, longer; else all of it.
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

    /// Passes on the empty objects that calls have begun with, and nothing has followed.
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

    /// Is there a call that nobody can answer?
    pub(super) fn has_nameless(&self) -> bool {
        self.calls.iter().any(|call| call.name.is_empty())
    }

    pub(super) fn slots(&self) -> std::ops::Range<u32> {
        0..self.calls.len() as u32
    }

    /// The index of the call that an entry alone and without one belongs to.
    fn index_of(&self, id: Option<u64>, named: bool) -> i64 {
        let same = self.calls.iter().rev().find(|call| id.is_some() && call.id == id);
        // Another id with a name begins another call.
        let latest = self.calls.last().filter(|call| !(named && id.is_some() && call.id.is_some()));
        let next = self.calls.iter().map(|call| i64::from(call.index) + 1).max();
        same.or(latest).map_or(next.unwrap_or(0), |call| i64::from(call.index))
    }

    /// The call that deltas with this index belong to now: the last one that began with it.
    #[inline(never)]
    fn current(&mut self, index: u32) -> Option<&mut Call> {
        self.calls.iter_mut().rev().find(|call| call.index == index)
    }

    #[inline(never)]
    fn open(&mut self, index: u32) -> Result<&mut Call, Failure> {
        // Not the index: some number every call 0, and others count the blocks of text as well, where OpenAI's readers expect 0, 1, ….
        let slot = u32::try_from(self.calls.len()).ok().filter(|slot| *slot < MAX_TOOL_CALLS);
        let slot = slot.ok_or(Failure::Malformed(Malformed::ToolIndex))?;
        self.calls.push(Call { slot, index, ..Call::default() });
        self.calls.last_mut().ok_or(Failure::Malformed(Malformed::ToolIndex))
    }
}

/// One entry of `tool_calls`, in whichever of its shapes.
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
            // A custom tool's input is free text: its JSON text is the string with its quotes.
            if let Some(input) = input.filter(Value::is_string) {
                entry.arguments = Some(Piece::plain(input));
                entry.arguments_are_json = true;
            }
        }
        entry.call(value);
        entry
    }

    /// A name and arguments.
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

    /// Is it another call than one with the same index? Some services number all calls 0, and some of these give no ids either. Behind arguments there
    /// is no more of a name: another one, or arguments that begin behind whole ones, are another call's.
    fn begins_behind(&self, call: &Call, name: Piece<'a>) -> bool {
        let begins = |arguments: Piece<'_>| arguments.bytes.trim_ascii_start().starts_with(b"{");
        let is_other = !name.bytes.starts_with(&call.name) && !call.name.starts_with(name.bytes);
        self.id.is_none()
            && (call.filled || call.empty)
            && self.arguments.map_or(is_other, |arguments| begins(arguments) && (is_other || call.closed))
    }

    /// Nothing in it: the sentinel with which some servers close a call.
    fn is_empty(&self) -> bool {
        self.id.is_none() && self.name.is_none() && self.arguments.is_none() && self.extra.is_none()
    }
}

/// The object in arguments that are a JSON string with one.
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

/// The name and the arguments of a call, by whichever of their names.
pub fn name_and_arguments(call: Value<'_>) -> [Option<Value<'_>>; 2] {
    let [name, arguments, parameters, input] = call.pick_present(&CALL_MEMBERS);
    [name, arguments.or(parameters).or(input)]
}

/// What a call has, also by the words of Llama and of Anthropic.
pub const CALL_MEMBERS: [&str; 4] = ["name", "arguments", "parameters", "input"];

/// The object that a call's arguments stand for, where they are a text that has none: `null`, or an object that is encoded twice.
pub fn meant_by(arguments: Value<'_>) -> Option<String> {
    let piece = self::text(arguments)?;
    match piece.bytes.trim_ascii() {
        b"null" => Some("{}".to_owned()),
        _ => encoded_twice(piece).map(|object| lossy(&object)),
    }
}

/// Are arguments whole, with something in them?
#[inline(never)]
fn is_closed(arguments: Piece<'_>) -> bool {
    let mut text = Vec::new();
    arguments.append_to(&mut text);
    json::parse(&text).is_ok_and(|value| value.entries().next().is_some())
}

/// Arguments: a string with something in it, or an object as its JSON text.
fn argument(value: Value<'_>) -> Option<Piece<'_>> {
    if value.is_object() { Some(Piece::plain(value)) } else { text(value) }
}

/// A string as its JSON text: what a custom tool gets.
fn json_text(value: Value<'_>) -> Option<Piece<'_>> {
    value.is_string().then(|| Piece::plain(value))
}

/// A string with something in it.
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

/// Is it a text with something in it? Calls as JSON text have no place in the bytes, which records point to.
fn is_unreadable(calls: Value<'_>) -> bool {
    let nothing = ["", "null", "[]", "{}"];
    calls.body().is_some_and(|text| !nothing.iter().any(|nothing| text.trim_ascii() == nothing.as_bytes()))
}

/// Is it an object of calls, and no call itself?
fn is_map(calls: Value<'_>) -> bool {
    let own = calls.pick(&["index", "id", "function", "custom", "name", "arguments", "type"]);
    own.iter().all(Option::is_none) && calls.entries().all(|(_, call)| call.is_object())
}

/// Does an entry of calls have anything in it? Then it is one delta.
pub fn is_piece(call: Value<'_>) -> bool {
    !Entry::of(call).is_empty()
}

/// Reads one entry that stood at `position` of its array, where it was not alone. What tells which call it is of, in this order: its `index`; its
/// place among others; its id. What has none of these and no name goes on with the latest call.
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
    let another = |call: &Call| {
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
    // Two calls with one id could not be told apart by their results: the second one gets another, as one without does.
    let repeated =
        fresh && tools.calls.iter().any(|other| other.slot != slot && id.is_some() && other.id == id);
    // An empty object may stand for what is still to come, where a call begins with it.
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
    sink.tool(delta);
    Ok(())
}

/// Reads the calls of a whole message behind its deltas: of each one what the deltas lack, and those that they have not brought. Which call it is, its
/// id tells, or its place among them.
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

/// One delta of the Responses dialect, where a call is identified by its place in the output.
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
        // All of them, which go on behind their deltas where something was lost on the way.
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

/// A Responses event's `output_index`; 0 when it has none.
pub(super) fn place(output_index: Option<Value<'_>>) -> Option<i64> {
    output_index.map_or(Some(0), |index| index.as_i64())
}

fn within(index: Option<i64>) -> Result<u32, Failure> {
    let index = index.and_then(|index| u32::try_from(index).ok()).filter(|index| *index < MAX_TOOL_CALLS);
    index.ok_or(Failure::Malformed(Malformed::ToolIndex))
}

/// The part of a function call that is in a Responses event.
#[derive(Default)]
pub(super) struct ResponseItem<'a> {
    pub id: Option<Value<'a>>,
    pub name: Option<Value<'a>>,
    pub arguments: Option<Value<'a>>,
    /// The arguments are more of them, not all of them.
    pub is_delta: bool,
    /// The arguments are a text and no JSON.
    pub is_text: bool,
}

/// FNV-1a.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}
