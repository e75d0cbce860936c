//! From events to records: the template first, the full reading where it does not fit.

use super::dialect::{
    Aside, Counted, Dialect, Failure, Form, Piece, Reading, Sink, Tally, Thinking, ToolDelta,
};
use super::envelope::{Facts, Verdict, Wrapping};
use super::failure_kind::FailureKind;
use super::intern::Interner;
use super::json::{self, Value};
use super::record::{ALONE, APART, JOINED, Kind, PAUSE_AT, PLAIN, Record, SLOT_SHIFT};
use super::reported::is_failures_name;
use super::simd::{PADDING, Padded};
use super::sse::{Event, Listener, Next, Span, is_end_marker};
use super::template::{Filling, Hole, MAX_HOLES, NO_FILLINGS, NO_HOLE, Place, Template};
use super::window::Window;
use crate::text::cut_character;

/// Room in the text area; what does not fit becomes a record of its own.
const TEXT_AREA: usize = 192 * 1024;
/// JavaScript reads it when there is more, so that the text of a whole chunk always fits.
const TAKE_AT: usize = 64 * 1024;
/// Learning stops after this many templates in a row that never matched.
const BARREN: u32 = 16;
/// The part of a record's head that is its kind.
const KIND: u32 = 0xFF;

/// What is wanted of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Typed events.
    Events,
    /// The whole text: it only gathers in the text area, everything else comes as records too.
    Text,
    /// The service's own chunk objects, with records of what they mean.
    Chunks,
    /// Server-sent events as they are.
    Plain,
}

impl Mode {
    /// Reads JavaScript's number.
    pub fn from_number(number: u32) -> Mode {
        match number {
            0 => Mode::Events,
            1 => Mode::Text,
            2 => Mode::Chunks,
            _ => Mode::Plain,
        }
    }
}

/// What all streams share.
pub struct Tables {
    /// The records of the last call.
    pub records: Vec<Record>,
    /// The text area: the pieces of one kind, one behind the other.
    pub text: Vec<u8>,
    /// The head of the records of these pieces.
    pub gathering: u32,
    /// How much of the text area is covered by records.
    reported: usize,
    /// Token numbers.
    pub interner: Interner,
}

impl Tables {
    /// Empty tables around an interner.
    pub fn new(interner: Interner) -> Self {
        Tables {
            records: Vec::with_capacity(PAUSE_AT + 64),
            text: Vec::with_capacity(TEXT_AREA + PADDING),
            gathering: 0,
            reported: 0,
            interner,
        }
    }

    /// Drops what the last stream left.
    pub fn clear(&mut self) {
        self.begin();
        self.clear_text();
    }

    /// Begins a call: the records of the last one have been read. A table that one odd event made big goes back to its size.
    #[inline(always)]
    pub fn begin(&mut self) {
        self.records.clear();
        if self.records.capacity() > 4 * PAUSE_AT {
            self.records.shrink_to(PAUSE_AT + 64);
        }
    }

    /// Adds a record. As `push` does; but that one is a call in a build for size.
    #[inline(always)]
    fn add(&mut self, record: Record) {
        let len = self.records.len();
        if len == self.records.capacity() {
            self.records.reserve(PAUSE_AT);
        }
        // SAFETY: there is room behind the last record, and then one record more.
        unsafe {
            self.records.as_mut_ptr().add(len).write(record);
            self.records.set_len(len + 1);
        }
    }

    /// Is it time to read the text?
    #[inline(always)]
    pub fn is_full(&self) -> bool {
        self.text.len() > TAKE_AT
    }

    /// The text has been read.
    #[inline(never)]
    pub fn clear_text(&mut self) {
        self.text.clear();
        if self.text.capacity() > 2 * TEXT_AREA {
            self.text.shrink_to(TEXT_AREA + PADDING);
        }
        self.reported = 0;
    }

    /// Adds a record for the text that has none, before whatever comes next.
    #[inline(never)]
    fn report_text(&mut self) {
        let waiting = self.text.len() - self.reported;
        if waiting > 0 {
            self.records.push(Record {
                head: self.gathering & !KIND | Kind::Pending as u32,
                id: (self.gathering & KIND) as i32,
                at: self.reported as u32,
                len: waiting as u32,
                data_at: 0,
                data_len: 0,
            });
            self.reported = self.text.len();
        }
    }

    /// Adds an unescaped piece of the window to the text area, a short one as nearly all are; false when [`Tables::gather`] has to look at
    /// it.
    #[inline(always)]
    fn gather_short(&mut self, head: u32, window: Padded<'_>, at: usize, len: usize) -> bool {
        let ascii_end = window.get(at + len - 1).is_some_and(|byte| byte.is_ascii());
        let fits =
            head == self.gathering && ascii_end && len <= PADDING && self.text.len() <= TEXT_AREA - PADDING;
        if fits {
            window.copy_to(at, len, &mut self.text);
        }
        fits
    }

    /// Adds a piece to the text area, behind those with the same head. Returns the head of its record, with a flag when only a string of
    /// its own can hold it: half of a surrogate pair or of a character may be completed by the next piece, and must not be.
    #[inline(never)]
    fn gather(&mut self, head: u32, piece: Piece<'_>) -> u32 {
        let escaped = piece.form == Form::Escaped && piece.bytes.contains(&b'\\');
        let alone = piece.bytes.len() > TEXT_AREA.saturating_sub(self.text.len())
            || cut_character(piece.bytes) > 0
            || escaped && json::has_lone_surrogate(piece.bytes);
        if alone || head != self.gathering {
            self.report_text();
            self.gathering = head;
        }
        if alone {
            return head | ALONE;
        }
        if escaped {
            json::unescape(piece.bytes, &mut self.text);
        } else {
            self.text.extend_from_slice(piece.bytes);
        }
        head
    }
}

/// What a match of the template stands for.
#[derive(Debug, Clone, Copy)]
struct Meaning {
    /// Of the records of its text: kind and slot.
    head: u32,
    /// Which hole holds the text.
    hole: usize,
}

/// Reads the events of one stream.
pub struct Reader {
    mode: Mode,
    max_event_bytes: usize,
    dialect: Dialect,
    template: Option<(Template, Meaning)>,
    barren: u32,
    /// Some event has been read.
    begun: bool,
    /// One of them was JSON, not just the end.
    has_chunks: bool,
    ended: bool,
    paused: bool,
    usage_seen: bool,
}

impl Reader {
    /// A reader that has read nothing.
    pub fn new(mode: Mode, max_event_bytes: usize, mut reading: Reading) -> Self {
        // The service's own chunks are what they are.
        if mode == Mode::Chunks {
            reading.thinking = Thinking::Apart;
        }
        Reader {
            mode,
            max_event_bytes,
            dialect: Dialect::new(reading),
            template: None,
            barren: 0,
            begun: false,
            has_chunks: false,
            ended: false,
            paused: false,
            usage_seen: false,
        }
    }

    /// Has the stream ended?
    #[inline(always)]
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// Are there events left that the table of records had no room for?
    #[inline(always)]
    pub fn is_paused(&self) -> bool {
        self.paused && !self.ended
    }

    /// Does an event count that the end of the stream cut off before its blank line?
    pub fn takes_unterminated(&self) -> bool {
        self.mode != Mode::Plain
    }

    /// A listener for events as they come, or for the `last` one, which the end of the stream cut off.
    #[inline(always)]
    pub fn listen<'a>(&'a mut self, tables: &'a mut Tables, last: bool) -> Listening<'a> {
        self.paused = false;
        Listening { reader: self, tables, last }
    }

    /// Fails when an unfinished event has grown too large.
    #[inline(always)]
    pub fn check_size(&mut self, unfinished: usize, tables: &mut Tables) {
        if unfinished > self.max_event_bytes && !self.ended && !self.paused {
            self.fail(tables, FailureKind::TooLarge, (0, 0));
        }
    }

    /// Reads a whole JSON answer.
    pub fn whole(&mut self, window: &Window, span: Span, tables: &mut Tables) {
        self.begun = true;
        self.dialect.set_whole();
        self.read(window, Event { data: span, name: None, retry: None, joined: false, frame: span }, tables);
        if !self.ended {
            self.complete(tables);
        }
    }

    /// Reads a JSON text that came where events were to come: an answer, mostly in an envelope, or a failure.
    #[inline(never)]
    pub fn document(&mut self, window: &Window, tables: &mut Tables) {
        self.begun = true;
        let bytes = window.slice(0, window.len());
        let mark = bytes.len() - bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).len();
        let bytes = &bytes[mark..];
        let value = match json::parse(bytes) {
            Ok(value) => value,
            Err(json::Invalid::Syntax(at)) if breaks_off(&bytes[at.min(bytes.len())..]) => {
                return self.fail(tables, FailureKind::Truncated, (0, 0));
            }
            Err(invalid) => return self.fail_with(tables, invalid.into(), (0, 0)),
        };
        let answer = match Facts::of(value).verdict(Wrapping::Enveloped) {
            Verdict::Unwrap => value.get("result").unwrap_or(value),
            Verdict::Whole | Verdict::Failure => value,
        };
        let (start, end) = answer.span();
        self.whole(window, (mark + start, end - start), tables);
    }

    /// The bytes are over.
    pub fn finish(&mut self, tables: &mut Tables) {
        if self.ended {
            return;
        }
        if self.mode == Mode::Plain {
            self.ended = true;
            return;
        }
        // Chunks of a task that is not text generation have no end that could be known.
        let unknown = self.mode == Mode::Chunks && self.has_chunks && !self.dialect.is_recognised();
        if self.dialect.is_complete() || unknown {
            self.complete(tables);
        } else {
            let kind = if self.begun { FailureKind::Truncated } else { FailureKind::Empty };
            self.fail(tables, kind, (0, 0));
        }
    }

    #[inline(always)]
    fn event(&mut self, window: &Window, event: Event, tables: &mut Tables) {
        self.begun = true;
        if event.data.1 > self.max_event_bytes {
            return self.fail(tables, FailureKind::TooLarge, (0, 0));
        }
        if self.mode == Mode::Plain {
            return plain(event, tables);
        }
        self.unknown(window, event, tables);
    }

    /// An event that was not recognised at its beginning.
    #[inline(never)]
    fn unknown(&mut self, window: &Window, event: Event, tables: &mut Tables) {
        // One that came in several chunks still may be. Where lines have been joined, the bytes are not those that came.
        let end = event.frame.0 + event.frame.1;
        if !event.joined && self.known(window.padded().until(end), event.frame.0, tables) == end {
            return;
        }
        match event.name {
            Some((at, len)) if is_failures_name(window.slice(at, len)) => {
                self.fail(tables, FailureKind::Service, event.data);
            }
            _ => self.read(window, event, tables),
        }
    }

    /// As `known`, at the beginning of a call; it does nothing where an earlier one has left events behind.
    #[inline(always)]
    pub fn skim(&mut self, window: &Window, at: usize, tables: &mut Tables) -> usize {
        if self.ended || self.paused {
            return at;
        }
        self.known(window.padded(), at, tables)
    }

    /// Reads the events from `at` on that match the template, until one does not or the table of records is full; returns where the
    /// last of them ends. This loop is where a stream spends its time.
    #[inline(never)]
    fn known(&mut self, bytes: Padded<'_>, at: usize, tables: &mut Tables) -> usize {
        let Some((template, meaning)) = &self.template else { return at };
        if self.dialect.is_cut() {
            return at;
        }
        let mut values = NO_FILLINGS;
        let mut tally = Tally::default();
        let mut next = at;
        while next < bytes.len() && tables.records.len() < PAUSE_AT {
            let Some(end) = template.fill(bytes, next, &mut values) else { break };
            let data = template.data(next, end);
            let Some(text) = values.get(meaning.hole) else { break };
            // Where the text is empty, what was a repetition in the sample may be the text.
            if text.start == text.end || data.1 > self.max_event_bytes {
                break;
            }
            let piece = bytes.as_slice().get(text.start..text.end).unwrap_or_default();
            // Its other half is in another event.
            if piece.last().is_some_and(|byte| !byte.is_ascii()) && cut_character(piece) > 0 {
                break;
            }
            tally.add(piece, text.escaped);
            next = end;
            if self.mode == Mode::Chunks {
                chunk_like(*meaning, template.holes(), &values, data, bytes, tables);
            } else {
                like(self.mode, *meaning, text, data, bytes, tables);
            }
        }
        if next > at {
            self.barren = 0;
            let is = |kind: Kind| meaning.head & KIND == kind as u32;
            let counted = match () {
                () if is(Kind::ToolArguments) => Counted::Arguments(meaning.head >> SLOT_SHIFT),
                () if is(Kind::Reasoning) => Counted::Reasoning,
                () => Counted::Text,
            };
            self.dialect.count(counted, tally);
        }
        next
    }

    /// The full reading of one event.
    #[inline(never)]
    fn read(&mut self, window: &Window, event: Event, tables: &mut Tables) {
        let Event { data, frame, joined, .. } = event;
        let bytes = window.slice(data.0, data.1);
        if bytes.trim_ascii().is_empty() {
            return;
        }
        if is_end_marker(bytes) {
            return self.complete(tables);
        }
        let value = match json::parse(bytes) {
            Ok(value) => value,
            Err(invalid) => return self.fail_with(tables, invalid.into(), data),
        };
        self.has_chunks = true;
        let before = self.dialect.version();
        let is_splitting = self.dialect.is_splitting();
        let mut writer = Writer::new(tables, self.mode, data);
        writer.joined = joined;
        let outcome = self.dialect.read(value, &mut writer);
        let (effects, last) = (writer.effects, writer.last);
        self.usage_seen |= writer.usage;
        let unchanged = self.dialect.version() == before;
        if !unchanged {
            // A chunk like the sample may have another meaning now, for instance after a new tool call.
            self.template = None;
        }
        let single = outcome.is_ok() && effects == 1 && unchanged && !is_splitting;
        let learned = last.filter(|_| single).and_then(|last| {
            self.learn(window.slice(frame.0, frame.1), (data.0 - frame.0, data.1), value, last)
        });
        if self.mode == Mode::Chunks && outcome.is_ok() {
            chunk(learned.as_ref().map(|(holes, count)| &holes[..*count]), data, tables);
        }
        match outcome {
            Err(failure) => self.fail_with(tables, failure, data),
            Ok(()) if self.dialect.is_closed() => self.complete(tables),
            Ok(()) => {}
        }
    }

    /// Makes a template of an event with one effect; returns its holes.
    #[inline(never)]
    fn learn(
        &mut self,
        frame: &[u8],
        (data_at, data_len): Span,
        value: Value<'_>,
        (text, head): (Span, u32),
    ) -> Option<([Hole; MAX_HOLES], usize)> {
        if self.barren >= BARREN {
            return None;
        }
        let (holes, count, hole) = find_holes(value, text)?;
        let template = Template::learn(frame, data_at, data_len, &holes[..count])?;
        self.barren += 1;
        self.template = Some((template, Meaning { head, hole }));
        Some((holes, count))
    }

    /// The reply is over, as it says: adds records of the tool calls, the usage and the reason. That it says so is not enough: where nothing of an
    /// answer has come, it is none.
    #[inline(never)]
    fn complete(&mut self, tables: &mut Tables) {
        if !self.has_chunks {
            return self.fail(tables, FailureKind::Empty, (0, 0));
        }
        if !self.dialect.is_recognised() && self.mode != Mode::Chunks {
            return self.fail(tables, FailureKind::NoAnswer, (0, 0));
        }
        if self.dialect.has_nameless_call() {
            return self.fail(tables, FailureKind::ToolCalls, (0, 0));
        }
        self.dialect.end(&mut Writer::new(tables, self.mode, (0, 0)));
        tables.report_text();
        let reason = self.dialect.final_reason() as i32;
        for slot in self.dialect.tool_slots() {
            tables.records.push(note(Kind::ToolCall, slot, reason));
        }
        if self.usage_seen {
            tables.records.push(note(Kind::UsageTotal, 0, 0));
        }
        tables.records.push(note(Kind::Finish, 0, reason));
        self.ended = true;
    }

    #[inline(never)]
    fn fail_with(&mut self, tables: &mut Tables, failure: Failure, data: Span) {
        let span = match failure {
            Failure::Service(start, end) => (data.0 + start, end - start),
            Failure::Malformed(_) => (0, 0),
        };
        self.fail(tables, failure.into(), span);
    }

    /// Ends it with a failure, which lies there.
    #[inline(never)]
    pub fn fail(&mut self, tables: &mut Tables, kind: FailureKind, (at, len): Span) {
        self.dialect.abandon(&mut Writer::new(tables, self.mode, (0, 0)));
        tables.report_text();
        tables.records.push(Record::failure(kind, at, len));
        self.ended = true;
    }
}

/// Is what cannot stand where it stands the end of a JSON text, or a value that the end has cut off?
fn breaks_off(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii_end();
    rest == b"\\"
        || rest.starts_with(b"\\u") && rest.len() < b"\\u0000".len()
        || [b"true".as_slice(), b"false", b"null"].iter().any(|word| word.starts_with(rest))
}

/// A reader at work.
pub struct Listening<'a> {
    reader: &'a mut Reader,
    tables: &'a mut Tables,
    /// The end of the stream cut this event off.
    last: bool,
}

impl Listener for Listening<'_> {
    #[inline(always)]
    fn event(&mut self, window: &Window, event: Event) -> Next {
        if self.last {
            let data = window.slice(event.data.0, event.data.1);
            if !is_end_marker(data) && json::parse(data).is_err() {
                return Next::Continue;
            }
        }
        self.reader.event(window, event, self.tables);
        if self.tables.records.len() >= PAUSE_AT {
            self.reader.paused = true;
        }
        if self.reader.ended || self.reader.paused { Next::Pause } else { Next::Continue }
    }

    #[inline(always)]
    fn known(&mut self, window: &Window, at: usize) -> (usize, Next) {
        let next = self.reader.known(window.padded(), at, self.tables);
        if self.tables.records.len() >= PAUSE_AT {
            self.reader.paused = true;
            return (next, Next::Pause);
        }
        (next, Next::Continue)
    }

    fn is_standard(&self) -> bool {
        self.reader.mode == Mode::Plain
    }

    fn id(&mut self, _window: &Window, (at, len): Span) {
        self.tables.records.push(field(Kind::EventId, at, len));
    }
}

fn note(kind: Kind, slot: u32, id: i32) -> Record {
    Record { head: head_of(kind, slot), id, at: 0, len: 0, data_at: 0, data_len: 0 }
}

#[inline(always)]
fn field(kind: Kind, at: usize, len: usize) -> Record {
    Record { head: kind as u32, id: -1, at: at as u32, len: len as u32, data_at: 0, data_len: 0 }
}

#[inline(always)]
fn head_of(kind: Kind, slot: u32) -> u32 {
    kind as u32 | slot << SLOT_SHIFT
}

#[inline(always)]
fn piece(head: u32, id: i32, (at, len): Span, data: Span) -> Record {
    Record { head, id, at: at as u32, len: len as u32, data_at: data.0 as u32, data_len: data.1 as u32 }
}

/// A server-sent event as it is.
#[inline(always)]
fn plain(event: Event, tables: &mut Tables) {
    if let Some((at, len)) = event.name {
        tables.records.push(field(Kind::EventName, at, len));
    }
    if let Some((at, len)) = event.retry {
        tables.records.push(field(Kind::EventRetry, at, len));
    }
    tables.records.push(field(Kind::EventData, event.data.0, event.data.1));
}

/// An event that matched the template, with `value` in the hole of its text.
#[inline(always)]
fn like(mode: Mode, meaning: Meaning, value: &Filling, data: Span, bytes: Padded<'_>, tables: &mut Tables) {
    let head = gather(meaning.head, value, bytes, tables);
    if is_text_alone(mode, head) {
        return;
    }
    let (at, len) = (value.start, value.end - value.start);
    let id = tables.interner.id(bytes, at, len);
    tables.add(piece(head, id, (at, len), data));
}

/// Is a piece reported by the text area alone, without a record?
#[inline(always)]
fn is_text_alone(mode: Mode, head: u32) -> bool {
    mode == Mode::Text && (head == Kind::Text as u32 || head == Kind::Reasoning as u32)
}

/// Adds a value with something in it to the text area; returns the head of its record.
#[inline(always)]
fn gather(head: u32, value: &Filling, bytes: Padded<'_>, tables: &mut Tables) -> u32 {
    let (at, len) = (value.start, value.end - value.start);
    if !value.escaped && tables.gather_short(head, bytes, at, len) {
        return head;
    }
    let text = bytes.as_slice().get(at..at + len).unwrap_or_default();
    tables.gather(head, Piece { bytes: text, at, form: Form::Escaped })
}

/// A chunk that matched the template.
#[inline(never)]
fn chunk_like(
    meaning: Meaning,
    holes: &[Hole],
    values: &[Filling],
    data: Span,
    bytes: Padded<'_>,
    tables: &mut Tables,
) {
    // The record of the chunk has the kind of the text; the holes follow.
    let mut head = meaning.head;
    if let Some(value) = values.get(meaning.hole) {
        head = gather(head, value, bytes, tables);
    }
    let kind = (head & KIND) as i32;
    tables.records.push(piece(
        head & !KIND | Kind::ChunkLike as u32,
        kind,
        (meaning.hole, holes.len()),
        data,
    ));
    for (number, (hole, value)) in holes.iter().zip(values).enumerate() {
        let span = (value.start, value.end - value.start);
        // Padding never repeats: numbers for it would only fill the table.
        let id = if number == meaning.hole { tables.interner.id(bytes, span.0, span.1) } else { -1 };
        tables.add(piece(head_of(Kind::Hole, hole.place as u32), id, span, data));
    }
}

/// A chunk as JSON text; with the holes of the template that it became, for JavaScript to build the next ones on.
#[inline(never)]
fn chunk(holes: Option<&[Hole]>, data: Span, tables: &mut Tables) {
    let count = holes.map_or(0, <[Hole]>::len);
    tables.records.push(piece(Kind::Chunk as u32, i32::from(count > 0), (data.0, count), data));
    for hole in holes.into_iter().flatten() {
        let span = (data.0 + hole.start, hole.end - hole.start);
        tables.records.push(piece(head_of(Kind::Hole, hole.place as u32), -1, span, data));
    }
}

/// Writes what the dialect emits as records.
struct Writer<'a> {
    tables: &'a mut Tables,
    mode: Mode,
    data: Span,
    joined: bool,
    effects: u32,
    /// The last piece that a template could have a hole for.
    last: Option<(Span, u32)>,
    usage: bool,
}

impl<'a> Writer<'a> {
    fn new(tables: &'a mut Tables, mode: Mode, data: Span) -> Self {
        Writer { tables, mode, data, joined: false, effects: 0, last: None, usage: false }
    }

    #[inline(never)]
    fn write(&mut self, head: u32, from: Piece<'_>) {
        let plain = if from.form == Form::Plain { PLAIN } else { 0 };
        let joined = if self.joined { JOINED } else { 0 };
        let span = (self.data.0 + from.at, from.bytes.len());
        self.tables.records.push(piece(head | plain | joined, -1, span, self.data));
    }

    /// A piece of text.
    #[inline(never)]
    fn piece(&mut self, kind: Kind, slot: u32, from: Piece<'_>) {
        let head = head_of(kind, slot);
        self.effects += 1;
        if from.at == Piece::APART {
            return self.apart(head, from);
        }
        // Nothing can be learnt from a sample without text.
        let holds = from.form == Form::Escaped && !from.bytes.is_empty();
        self.last = holds.then_some(((from.at, from.bytes.len()), head));
        let head = self.tables.gather(head, from);
        // An empty delta of a tool call gets a record all the same: its arguments have begun.
        let counts = !from.bytes.is_empty() || kind == Kind::ToolArguments;
        if counts && !is_text_alone(self.mode, head) {
            self.write(head, from);
        }
    }
}

impl Writer<'_> {
    /// A piece that is in no event any more. The text area takes it, however long it is.
    #[inline(never)]
    fn apart(&mut self, head: u32, from: Piece<'_>) {
        if head != self.tables.gathering {
            self.tables.report_text();
            self.tables.gathering = head;
        }
        let at = self.tables.text.len();
        self.tables.text.extend_from_slice(from.bytes);
        if !is_text_alone(self.mode, head) {
            self.tables.records.push(piece(head | PLAIN | APART, -1, (at, from.bytes.len()), self.data));
        }
    }
}

impl Sink for Writer<'_> {
    fn text(&mut self, from: Piece<'_>) {
        self.piece(Kind::Text, 0, from);
    }

    fn reasoning(&mut self, from: Piece<'_>) {
        self.piece(Kind::Reasoning, 0, from);
    }

    fn tool(&mut self, delta: ToolDelta<'_>) {
        match delta {
            ToolDelta { slot, id: None, name: None, arguments: Some(arguments), extra: None } => {
                self.piece(Kind::ToolArguments, slot, arguments);
            }
            ToolDelta { slot, id, name, arguments, extra } => {
                self.effects += 2;
                if let Some(extra) = extra {
                    self.write(head_of(Kind::ToolExtra, slot), extra);
                }
                if let Some(id) = id {
                    self.write(head_of(Kind::ToolId, slot), id);
                }
                if let Some(name) = name {
                    self.write(head_of(Kind::ToolName, slot), name);
                }
                match arguments {
                    Some(arguments) => self.piece(Kind::ToolArguments, slot, arguments),
                    None => {
                        let end = piece(head_of(Kind::ToolDelta, slot), -1, (0, 0), self.data);
                        self.tables.records.push(end);
                    }
                }
            }
        }
    }

    fn usage(&mut self, usage: Piece<'_>, more: bool) {
        self.effects += 2;
        self.usage = true;
        self.write(head_of(Kind::Usage, u32::from(more)), usage);
    }

    fn aside(&mut self, kind: Aside, from: Piece<'_>) {
        self.effects += 2;
        // The thinking that is signed stands before its signature.
        self.tables.report_text();
        let kind = match kind {
            Aside::FinishWord => Kind::FinishWord,
            Aside::Signature => Kind::Signature,
            Aside::Redacted => Kind::Redacted,
        };
        self.write(kind as u32, from);
    }
}

/// The holes of a chunk whose one text lies at `text`, in the order of the bytes, and which of them it is.
fn find_holes(value: Value<'_>, text: Span) -> Option<([Hole; MAX_HOLES], usize, usize)> {
    let [response, delta, choices, padding, obfuscation, number] =
        value.pick(&["response", "delta", "choices", "p", "obfuscation", "sequence_number"]);
    let place = if is_at(response, text) {
        Place::Response
    } else if is_at(delta, text) {
        Place::Delta
    } else {
        place_in_choices(choices?, text)?
    };
    let body = |value: Option<Value<'_>>| value.and_then(|value| value.string_span());
    let number = number.filter(is_counter).map(|number| number.span());
    let mut holes = [NO_HOLE; MAX_HOLES];
    let mut count = 0;
    for (place, span) in [
        (place, Some((text.0, text.0 + text.1))),
        (Place::Padding, body(padding)),
        (Place::Obfuscation, body(obfuscation)),
        (Place::SequenceNumber, number),
    ] {
        let Some((start, end)) = span else { continue };
        // Each goes where it belongs in the order of the bytes; they are three at most.
        let mut at = count;
        *holes.get_mut(at)? = Hole { place, start, end };
        count += 1;
        while at > 0 && holes[at].start < holes[at - 1].start {
            holes.swap(at, at - 1);
            at -= 1;
        }
    }
    let hole = holes.iter().position(|hole| hole.start == text.0)?;
    Some((holes, count, hole))
}

/// Is it a whole number of digits alone?
fn is_counter(number: &Value<'_>) -> bool {
    number.raw().iter().all(u8::is_ascii_digit) && number.as_i64().is_some()
}

fn place_in_choices(choices: Value<'_>, text: Span) -> Option<Place> {
    let choice = only(choices)?;
    let [completion, delta] = choice.pick(&["text", "delta"]);
    if is_at(completion, text) {
        return Some(Place::Text);
    }
    let [content, reasoning_content, reasoning, calls] =
        delta?.pick(&["content", "reasoning_content", "reasoning", "tool_calls"]);
    for (value, place) in [
        (content, Place::Content),
        (reasoning_content, Place::ReasoningContent),
        (reasoning, Place::Reasoning),
    ] {
        if is_at(value, text) {
            return Some(place);
        }
    }
    let arguments = only(calls?)?.get("function")?.get("arguments");
    is_at(arguments, text).then_some(Place::ToolArguments)
}

/// Is it the string whose body lies there?
#[inline(never)]
fn is_at(value: Option<Value<'_>>, (at, len): Span) -> bool {
    value.and_then(|value| value.string_span()) == Some((at, at + len))
}

/// The one item of an array that has no other.
fn only(array: Value<'_>) -> Option<Value<'_>> {
    let mut items = array.items();
    let item = items.next()?;
    items.next().is_none().then_some(item)
}
