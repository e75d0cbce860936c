//! Turns events into records: by comparison with a template, and by a full parse if they do not match.

use super::dialect::{
    Annotation, Counted, Dialect, Failure, Form, Piece, Reading, Sink, Tally, Thinking, ToolDelta,
};
use super::envelope::{Facts, Verdict, Wrapping};
use super::failure_kind::FailureKind;
use super::intern::Interner;
use super::json::{self, Value};
use super::record::{ALONE, APART, JOINED, Kind, PAUSE_AT, PLAIN, Record, SLOT_SHIFT};
use super::reported::{is_failure_text, is_failures_name};
use super::simd::{PADDING, Padded};
use super::sse::{Event, Listener, Next, Span, is_end_marker};
use super::template::{Filling, Hole, MAX_HOLES, NO_FILLINGS, NO_HOLE, Place, Template};
use super::window::Window;
use crate::text::cut_character;

/// Size of the text area, in bytes; longer text gets records of its own.
const TEXT_AREA: usize = 192 * 1024;
/// JavaScript reads the area above this size, so that the text of a whole chunk always fits.
const TAKE_AT: usize = 64 * 1024;
/// No more templates are created after this many that never matched.
const BARREN: u32 = 16;
/// The bits of a record's head that contain its kind.
const KIND: u32 = 0xFF;

/// The form in which a stream is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Typed events.
    Events,
    /// The whole text: text is collected in the text area, everything else becomes records as well.
    Text,
    /// The service's own chunk objects, with records of their contents.
    Chunks,
    /// Server-sent events, unchanged.
    Plain,
}

impl Mode {
    /// Reads the number that JavaScript passes.
    pub fn from_number(number: u32) -> Mode {
        match number {
            0 => Mode::Events,
            1 => Mode::Text,
            2 => Mode::Chunks,
            _ => Mode::Plain,
        }
    }
}

/// The state that all streams share.
pub struct Tables {
    /// The records of the last call.
    pub records: Vec<Record>,
    /// The text area: consecutive pieces of one kind.
    pub text: Vec<u8>,
    /// The head of the records for these pieces.
    pub gathering: u32,
    /// The length of the text area that has records.
    reported: usize,
    /// The numbers of tokens.
    pub interner: Interner,
}

impl Tables {
    /// Empty tables with an interner.
    pub fn new(interner: Interner) -> Self {
        Tables {
            records: Vec::with_capacity(PAUSE_AT + 64),
            text: Vec::with_capacity(TEXT_AREA + PADDING),
            gathering: 0,
            reported: 0,
            interner,
        }
    }

    /// Drops the contents of the last stream.
    pub fn clear(&mut self) {
        self.begin();
        self.clear_text();
    }

    /// Starts a call: the records of the last one were read. Shrinks a table that one large event has
    /// enlarged.
    #[inline(always)]
    pub fn begin(&mut self) {
        self.records.clear();
        if self.records.capacity() > 4 * PAUSE_AT {
            self.records.shrink_to(PAUSE_AT + 64);
        }
    }

    /// Adds a record. Unlike `Vec::push`, it is inlined in a build for size.
    #[inline(always)]
    fn add(&mut self, record: Record) {
        let len = self.records.len();
        if len == self.records.capacity() {
            self.records.reserve(PAUSE_AT);
        }
        // SAFETY: there is room after the last record, and then one record more.
        unsafe {
            self.records.as_mut_ptr().add(len).write(record);
            self.records.set_len(len + 1);
        }
    }

    /// True if the text should be read.
    #[inline(always)]
    pub fn is_full(&self) -> bool {
        self.text.len() > TAKE_AT
    }

    /// Called after the text was read.
    #[inline(never)]
    pub fn clear_text(&mut self) {
        self.text.clear();
        if self.text.capacity() > 2 * TEXT_AREA {
            self.text.shrink_to(TEXT_AREA + PADDING);
        }
        self.reported = 0;
    }

    /// Adds a record for the text that has none, before other records are added.
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

    /// Appends a short unescaped piece of the window to the text area. Returns false if [`Tables::gather`]
    /// has to do it.
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

    /// Appends a piece to the text area, if its head is that of the pieces before it. Returns the head of
    /// its record. A flag in it is set if the piece has to be a string of its own: it ends with a part of a
    /// surrogate pair or of a character, which must not be completed by the next piece.
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

/// The meaning of an event that matches the template.
#[derive(Debug, Clone, Copy)]
struct Meaning {
    /// The head of the records for its text: kind and slot.
    head: u32,
    /// The hole that contains the text.
    hole: usize,
}

/// Reads the events of one stream.
pub struct Reader {
    mode: Mode,
    max_event_bytes: usize,
    dialect: Dialect,
    template: Option<(Template, Meaning)>,
    barren: u32,
    /// An event was read.
    begun: bool,
    /// One of the events was JSON, not only the end marker.
    has_chunks: bool,
    ended: bool,
    paused: bool,
    usage_seen: bool,
}

impl Reader {
    /// A reader without any input.
    pub fn new(mode: Mode, max_event_bytes: usize, mut reading: Reading) -> Self {
        // In this mode chunks are passed on unchanged.
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

    /// True if the stream has ended.
    #[inline(always)]
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// True if events are left because the table of records was full.
    #[inline(always)]
    pub fn is_paused(&self) -> bool {
        self.paused && !self.ended
    }

    /// True if an event that the end of the stream cut off before its blank line counts.
    pub fn takes_unterminated(&self) -> bool {
        self.mode != Mode::Plain
    }

    /// A listener for complete events, or for the `last` one, which the end of the stream cut off.
    #[inline(always)]
    pub fn listen<'a>(&'a mut self, tables: &'a mut Tables, last: bool) -> Listening<'a> {
        self.paused = false;
        Listening { reader: self, tables, last }
    }

    /// Fails if an unfinished event is too large.
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

    /// Reads a JSON text in place of events: an answer, usually in an envelope, or a failure.
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

    /// The stream has ended. `stray` is the text with which it broke off, empty if there is none.
    pub fn finish(&mut self, stray: Span, tables: &mut Tables) {
        if self.ended {
            return;
        }
        if self.mode == Mode::Plain {
            self.ended = true;
            return;
        }
        // The end of a stream of another task than text generation cannot be recognised.
        let unknown = self.mode == Mode::Chunks && self.has_chunks && !self.dialect.is_recognised();
        if self.dialect.is_complete() || unknown {
            self.complete(tables);
        } else if stray.1 > 0 {
            self.fail(tables, FailureKind::Service, stray);
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

    /// Reads an event that was not recognised at its beginning.
    #[inline(never)]
    fn unknown(&mut self, window: &Window, event: Event, tables: &mut Tables) {
        // An event that arrived in several chunks may still match. Data joined from several lines differ
        // from the bytes received.
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

    /// Like `known`, at the beginning of a call; does nothing if an earlier call has left events unread.
    #[inline(always)]
    pub fn skim(&mut self, window: &Window, at: usize, tables: &mut Tables) -> usize {
        if self.ended || self.paused {
            return at;
        }
        self.known(window.padded(), at, tables)
    }

    /// Reads the events from `at` on that match the template, until one does not or the table of records is
    /// full. Returns the end of the last one. Most of a stream's time is spent in this loop.
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
            // If the text is empty, a member that repeated it in the sample may contain the text here.
            if text.start == text.end || data.1 > self.max_event_bytes {
                break;
            }
            let piece = bytes.as_slice().get(text.start..text.end).unwrap_or_default();
            // The rest of its last character is in another event.
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

    /// Parses an event.
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
            Err(_) if is_failure_text(bytes) => return self.fail(tables, FailureKind::Service, data),
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
            // The same kind of chunk may have another meaning now, for example after a new tool call.
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

    /// Creates a template of an event that has a single effect; returns its holes.
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

    /// The reply reports its end: adds records of the tool calls, the usage and the finish reason. Without
    /// any part of an answer it is a failure.
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

    /// Ends the stream with a failure, described by this span.
    #[inline(never)]
    pub fn fail(&mut self, tables: &mut Tables, kind: FailureKind, (at, len): Span) {
        self.dialect.abandon(&mut Writer::new(tables, self.mode, (0, 0)));
        tables.report_text();
        tables.records.push(Record::failure(kind, at, len));
        self.ended = true;
    }
}

/// True if a syntax error is at the end of a JSON text, or at a value that the end has cut off.
fn breaks_off(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii_end();
    rest == b"\\"
        || rest.starts_with(b"\\u") && rest.len() < b"\\u0000".len()
        || [b"true".as_slice(), b"false", b"null"].iter().any(|word| word.starts_with(rest))
}

/// A reader while it reads one window.
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
            if !is_end_marker(data) && json::parse(data).is_err() && !is_failure_text(data) {
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

/// Adds the records of an unchanged server-sent event.
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

/// Adds the records of an event that matched the template, with `value` in the hole of its text.
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

/// True if a piece is only in the text area and has no record.
#[inline(always)]
fn is_text_alone(mode: Mode, head: u32) -> bool {
    mode == Mode::Text && (head == Kind::Text as u32 || head == Kind::Reasoning as u32)
}

/// Appends a value that is not empty to the text area; returns the head of its record.
#[inline(always)]
fn gather(head: u32, value: &Filling, bytes: Padded<'_>, tables: &mut Tables) -> u32 {
    let (at, len) = (value.start, value.end - value.start);
    if !value.escaped && tables.gather_short(head, bytes, at, len) {
        return head;
    }
    let text = bytes.as_slice().get(at..at + len).unwrap_or_default();
    tables.gather(head, Piece { bytes: text, at, form: Form::Escaped })
}

/// Adds the records of a chunk that matched the template.
#[inline(never)]
fn chunk_like(
    meaning: Meaning,
    holes: &[Hole],
    values: &[Filling],
    data: Span,
    bytes: Padded<'_>,
    tables: &mut Tables,
) {
    // The record of the chunk has the kind of its text; the holes follow.
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
        // Padding never repeats, so it gets no numbers.
        let id = if number == meaning.hole { tables.interner.id(bytes, span.0, span.1) } else { -1 };
        tables.add(piece(head_of(Kind::Hole, hole.place as u32), id, span, data));
    }
}

/// Adds the record of a chunk as JSON text. If it became the template, its holes follow, from which
/// JavaScript builds the next chunks.
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
    /// The last piece that could be a hole of a template.
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
        // A sample without text is not suitable as a template.
        let holds = from.form == Form::Escaped && !from.bytes.is_empty();
        self.last = holds.then_some(((from.at, from.bytes.len()), head));
        let head = self.tables.gather(head, from);
        // An empty delta of a tool call gets a record too: it shows that the arguments have begun.
        let counts = !from.bytes.is_empty() || kind == Kind::ToolArguments;
        if counts && !is_text_alone(self.mode, head) {
            self.write(head, from);
        }
    }
}

impl Writer<'_> {
    /// Adds a piece that is not part of an event to the text area, regardless of its length.
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

    fn annotation(&mut self, kind: Annotation, from: Piece<'_>) {
        self.effects += 2;
        // The reasoning precedes its signature.
        self.tables.report_text();
        let kind = match kind {
            Annotation::FinishWord => Kind::FinishWord,
            Annotation::Signature => Kind::Signature,
            Annotation::Redacted => Kind::Redacted,
        };
        self.write(kind as u32, from);
    }
}

/// The holes of a chunk whose only text is at `text`, ordered by offset, and the number of the text's hole.
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
        // Inserts by offset; there are three holes at most.
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

/// True for an integer that consists of digits only.
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

/// True if the body of a string is at this span.
#[inline(never)]
fn is_at(value: Option<Value<'_>>, (at, len): Span) -> bool {
    value.and_then(|value| value.string_span()) == Some((at, at + len))
}

/// The item of an array with exactly one item.
fn only(array: Value<'_>) -> Option<Value<'_>> {
    let mut items = array.items();
    let item = items.next()?;
    items.next().is_none().then_some(item)
}
