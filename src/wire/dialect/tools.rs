//! Tool calls, merged from their deltas.

use super::{Dialect, Failure, Malformed, Piece, Sink, ToolDelta};
use crate::text::unsigned;
use crate::wire::json::{Kind, Value};

/// Most tool calls in one reply, and one more than the highest index.
pub const MAX_TOOL_CALLS: u32 = 1024;

/// The tool calls of a reply so far.
#[derive(Debug, Default)]
pub(super) struct Tools {
    calls: Vec<Call>,
}

#[derive(Debug)]
struct Call {
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

    /// Is there a call that nobody can answer?
    pub(super) fn has_nameless(&self) -> bool {
        self.calls.iter().any(|call| call.name.is_empty())
    }

    pub(super) fn slots(&self) -> Vec<u32> {
        let mut slots = Vec::new();
        if !self.calls.is_empty() {
            for slot in 0..MAX_TOOL_CALLS {
                if self.calls.iter().any(|call| call.slot == slot) {
                    slots.push(slot);
                }
            }
        }
        slots
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
        // The index is the slot, unless a service numbers every call 0.
        let in_use = |slot: u32, calls: &[Call]| calls.iter().any(|call| call.slot == slot);
        let free = |calls: &[Call]| (0..MAX_TOOL_CALLS).find(|slot| !in_use(*slot, calls));
        let slot = if in_use(index, &self.calls) { free(&self.calls) } else { Some(index) };
        let slot = slot.ok_or(Failure::Malformed(Malformed::ToolIndex))?;
        self.calls.push(Call { slot, index, id: None, name: Vec::new(), filled: false, whole: false });
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

    /// A name and arguments, also by the words of Llama and of Anthropic.
    #[inline(never)]
    fn call(&mut self, call: Value<'a>) {
        let [name, arguments, parameters, input] = call.pick(&["name", "arguments", "parameters", "input"]);
        self.named(name, arguments.or(parameters).or(input));
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

    /// Nothing in it: the sentinel with which some servers close a call.
    fn is_empty(&self) -> bool {
        self.id.is_none() && self.name.is_none() && self.arguments.is_none() && self.extra.is_none()
    }
}

/// Arguments: a string with something in it, or an object as its JSON text.
fn argument(value: Value<'_>) -> Option<Piece<'_>> {
    if value.is_object() { Some(Piece::plain(value)) } else { text(value) }
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
        entry.name.is_some() && (call.whole || other_id || unnumbered)
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
    let Some(call) = tools.calls.iter_mut().find(|call| call.slot == slot) else { return Ok(()) };
    let delta = ToolDelta {
        slot,
        id: entry.id.filter(|_| fresh && !repeated),
        name: entry.name.and_then(|name| call.more_of_name(name)),
        arguments: entry.arguments,
        extra: entry.extra,
    };
    call.id = call.id.or(id);
    call.filled |= entry.arguments.is_some();
    call.whole |= entry.arguments_are_json;
    dialect.recognised = true;
    sink.tool(delta);
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
    let arguments = item.arguments.and_then(argument).filter(|_| item.is_delta || !call.filled);
    let id = item.id.and_then(text).filter(|_| call.id.is_none());
    let name = item.name.and_then(text).filter(|_| call.name.is_empty());
    call.id = call.id.or(id.map(|id| hash(id.bytes)));
    call.name.extend_from_slice(name.map_or(b"", |name| name.bytes));
    call.filled |= arguments.is_some();
    let slot = call.slot;
    dialect.recognised = true;
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
}

/// FNV-1a.
fn hash(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}
