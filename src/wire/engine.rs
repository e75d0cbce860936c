//! The streaming engine: reads bytes and produces records.
//!
//! JavaScript writes a network chunk after the bytes in the [`Window`] and calls [`Engine::feed`] with its
//! length; the engine produces records that JavaScript reads in place. All streams share the buffers: the
//! state of one stream between its chunks is in its own `Stream`, and [`Engine::select`] switches between
//! streams. Read [`Engine`] first, then [`super::reader`].

use super::answer_events::text_failure;
use super::beginning::{Beginning, Detector, may_be_text};
use super::dialect::Reading;
use super::failure_kind::FailureKind;
use super::intern::Interner;
use super::reader::{Mode, Reader, Tables};
use super::record::{Kind, Record};
use super::sse::Framing;
use super::window::{CHUNK, Window};

/// The words of the header, by position. `pkg-template/stream/engine.js` uses the same positions.
pub mod header {
    /// Address where the next chunk is to be written.
    pub const WRITE: usize = 0;
    /// Address of the first record.
    pub const RECORDS: usize = 1;
    /// Address of the buffer, which offsets in records refer to.
    pub const BUFFER: usize = 2;
    /// Address of the text area.
    pub const TEXT: usize = 3;
    /// Bytes in the text area.
    pub const TEXT_LEN: usize = 4;
    /// Set by JavaScript after it has read the text, together with [`TEXT_LEN`] = 0. The next call that
    /// reads empties the area.
    pub const TEXT_READ: usize = 5;
    /// Bits of [`super::flags`].
    pub const FLAGS: usize = 6;
    /// Changes when earlier token numbers become invalid.
    pub const EPOCH: usize = 7;
    /// Head of the records whose text is at the end of the text area.
    pub const TEXT_HEAD: usize = 8;
    /// Number of words.
    pub const WORDS: usize = 9;
}

/// Bits of [`header::FLAGS`].
pub mod flags {
    /// Call `compact` before the next chunk is written.
    pub const COMPACT: i32 = 1;
    /// More records will come from bytes already fed: call `feed` with 0 bytes.
    pub const MORE: i32 = 2;
    /// The stream has ended: no more records will come.
    pub const ENDED: i32 = 4;
    /// The text area should be read before more bytes are fed.
    pub const FULL: i32 = 8;
    /// Addresses, or [`super::header::EPOCH`], have changed since the last call.
    pub const MOVED: i32 = 32;
}

/// The state of one stream between its chunks.
struct Stream {
    framing: Framing,
    reader: Reader,
    /// Detects the kind of the reply.
    detector: Detector,
    /// The bytes still needed, while another stream uses the window.
    tail: Vec<u8>,
    /// The window itself, if those bytes are too many to be copied at every switch.
    kept: Option<Window>,
}

impl Stream {
    /// Reads a window that contains only events that match the template, as most do. Returns false if other
    /// bytes are left.
    #[inline(always)]
    fn skim(&mut self, window: &mut Window, tables: &mut Tables) -> bool {
        let Some(at) = self.framing.between_events() else { return false };
        let next = self.reader.skim(window, at, tables);
        let all = next == window.len();
        if all {
            window.clear();
        }
        self.framing.go_on(if all { 0 } else { next }, next > at);
        all
    }

    /// Continues reading in the window; `last` is true if the end of the stream cut an event off.
    #[inline(never)]
    fn run(&mut self, window: &mut Window, tables: &mut Tables, last: bool) {
        let Stream { framing, reader, detector, .. } = self;
        if !reader.is_ended() {
            if !detector.is_final() {
                detector.update(window.padded().as_slice(), last);
            }
            match detector.beginning() {
                // A JSON text in place of events is read when it is complete.
                None | Some(Beginning::Json) => {}
                Some(Beginning::Markup | Beginning::Page) => reader.fail(tables, FailureKind::Page, (0, 0)),
                Some(Beginning::Other) if may_be_text(window.padded().as_slice()) => {
                    if last {
                        // An empty line that the engine appended follows the text, so it cannot be too
                        // large.
                        let kind = text_failure(window.padded().as_slice());
                        let is_service = kind == FailureKind::Service;
                        reader.fail(tables, kind, (0, if is_service { window.len() } else { 0 }));
                    }
                }
                Some(Beginning::Events | Beginning::Other) => {
                    *detector = Detector::known(Beginning::Events);
                    framing.run(window, &mut reader.listen(tables, last));
                }
            }
            reader.check_size(window.len() - framing.needed_from(), tables);
        }
        if reader.is_ended() {
            window.clear();
            *framing = Framing::default();
        }
    }
}

/// See the module documentation.
#[derive(Default)]
pub struct Engine {
    header: [i32; header::WORDS],
    window: Window,
    tables: Tables,
    streams: Vec<Option<Box<Stream>>>,
    /// The handle of the stream that uses the window: its index plus one.
    current: u32,
    /// Changes when the interner is cleared.
    epoch: i32,
}

impl Engine {
    /// Opens a stream and returns its handle.
    pub fn open(&mut self, mode: Mode, max_event_bytes: usize) -> u32 {
        self.open_for(mode, max_event_bytes, Reading::default())
    }

    /// Opens a stream for the answer to a request with these properties.
    pub fn open_for(&mut self, mode: Mode, max_event_bytes: usize, reading: Reading) -> u32 {
        let stream = Stream {
            framing: Framing::default(),
            reader: Reader::new(mode, max_event_bytes, reading),
            // In this mode any bytes are read as server-sent events.
            detector: if mode == Mode::Plain {
                Detector::known(Beginning::Events)
            } else {
                Detector::default()
            },
            tail: Vec::new(),
            kept: None,
        };
        let free = self.streams.iter().position(Option::is_none);
        let place = free.unwrap_or_else(|| {
            self.streams.push(None);
            self.streams.len() - 1
        });
        self.streams[place] = Some(Box::new(stream));
        place as u32 + 1
    }

    /// Frees a stream.
    pub fn close(&mut self, handle: u32) {
        if self.current == handle {
            self.current = 0;
            self.window.clear();
            self.window.compact(0, CHUNK);
            self.tables.clear();
        }
        if let Some(place) = (handle as usize).checked_sub(1)
            && let Some(slot) = self.streams.get_mut(place)
        {
            *slot = None;
        }
        while matches!(self.streams.last(), Some(None)) {
            self.streams.pop();
        }
        self.update_header();
    }

    /// How many streams are open.
    pub fn open_streams(&self) -> usize {
        self.streams.iter().flatten().count()
    }

    /// Returns the window to a stream. Records and text of the previous stream must have been read.
    pub fn select(&mut self, handle: u32) {
        if self.current == handle {
            return;
        }
        if let Some(stream) = stream(&mut self.streams, self.current) {
            let from = stream.framing.needed_from();
            let tail = &self.window.padded().as_slice()[from..];
            if tail.len() > CHUNK {
                stream.kept = Some(std::mem::take(&mut self.window));
            } else {
                stream.tail.clear();
                stream.tail.extend_from_slice(tail);
                stream.framing.moved(from);
            }
        }
        self.current = handle;
        self.tables.clear();
        self.window.clear();
        self.window.compact(0, CHUNK);
        if let Some(stream) = stream(&mut self.streams, handle) {
            match stream.kept.take() {
                Some(window) => self.window = window,
                None => self.window.append(&stream.tail),
            }
        }
        self.header[header::FLAGS] = if self.window.has_room() { 0 } else { flags::COMPACT };
        self.update_header();
    }

    /// Makes room for `room` more bytes, at least one chunk.
    pub fn compact(&mut self, room: usize) {
        if let Some(stream) = stream(&mut self.streams, self.current) {
            let from = stream.framing.needed_from();
            self.window.compact(from, room.max(CHUNK));
            stream.framing.moved(from);
        }
        self.tables.records.clear();
        self.update_header();
    }

    /// Reads `len` bytes that were written at the header's address; returns the number of records.
    #[inline(always)]
    pub fn feed(&mut self, len: usize) -> u32 {
        self.begin();
        self.window.written(len);
        if let Some(stream) = stream(&mut self.streams, self.current) {
            if stream.skim(&mut self.window, &mut self.tables) {
                return self.report(0);
            }
            stream.run(&mut self.window, &mut self.tables, false);
        }
        self.end()
    }

    /// Reads `len` bytes written at the header's address as one whole JSON answer, then ends the stream.
    pub fn whole(&mut self, len: usize) -> u32 {
        self.begin();
        self.window.written(len);
        let span = (0, self.window.len());
        if let Some(stream) = stream(&mut self.streams, self.current) {
            stream.reader.whole(&self.window, span, &mut self.tables);
        }
        self.end()
    }

    /// Ends the stream; returns the number of records.
    pub fn finish(&mut self) -> u32 {
        self.begin();
        if let Some(stream) = stream(&mut self.streams, self.current)
            && stream.detector.beginning() == Some(Beginning::Json)
            && !stream.reader.is_ended()
        {
            stream.reader.document(&self.window, &mut self.tables);
            return self.end();
        }
        // An event that the end of the stream cut off before its blank line counts if it is complete. The
        // standard discards it; a reply of the service is JSON, where a complete value can be told from a
        // part of one.
        if stream(&mut self.streams, self.current).is_some_and(|stream| stream.reader.takes_unterminated()) {
            self.window.append(b"\n\n");
            if let Some(stream) = stream(&mut self.streams, self.current) {
                stream.run(&mut self.window, &mut self.tables, true);
            }
        }
        if let Some(stream) = stream(&mut self.streams, self.current) {
            let at = self.window.len();
            if !stream.reader.is_ended() {
                self.window.append(stream.framing.stray().unwrap_or_default());
            }
            stream.reader.finish((at, self.window.len() - at), &mut self.tables);
        }
        self.end()
    }

    /// The header, for JavaScript to read.
    pub fn header(&self) -> &[i32; header::WORDS] {
        &self.header
    }

    /// The header, for tests that act as JavaScript.
    pub fn header_mut(&mut self) -> &mut [i32; header::WORDS] {
        &mut self.header
    }

    /// The records of the last call.
    pub fn records(&self) -> &[Record] {
        &self.tables.records
    }

    /// The window, for tests that act as JavaScript.
    pub fn window(&mut self) -> &mut Window {
        &mut self.window
    }

    /// The text area.
    pub fn text(&self) -> &[u8] {
        &self.tables.text
    }

    #[inline(always)]
    fn begin(&mut self) {
        if self.header[header::TEXT_READ] != 0 {
            self.header[header::TEXT_READ] = 0;
            self.tables.clear_text();
        }
        self.tables.begin();
        if self.tables.interner.is_stale() {
            self.tables.interner.clear();
            self.epoch = self.epoch.wrapping_add(1);
        }
    }

    #[inline(always)]
    fn end(&mut self) -> u32 {
        let mut state = 0;
        if let Some(stream) = stream(&mut self.streams, self.current) {
            let Stream { framing, reader, .. } = stream;
            // Records refer to the window, so bytes are moved only after they were read. Clearing an empty
            // window is free.
            if framing.needed_from() == self.window.len() {
                framing.moved(self.window.len());
                self.window.clear();
            }
            if !self.window.has_room() {
                state |= flags::COMPACT;
            }
            if reader.is_paused() {
                state |= flags::MORE;
            }
            if reader.is_ended() {
                state |= flags::ENDED;
            }
        }
        self.report(state)
    }

    /// Writes the header after a call that reads; returns the number of records.
    #[inline(always)]
    fn report(&mut self, mut state: i32) -> u32 {
        if self.tables.is_full() {
            state |= flags::FULL;
        }
        if self.update_header() {
            state |= flags::MOVED;
        }
        self.header[header::FLAGS] = state;
        self.tables.records.len() as u32
    }

    /// Writes addresses and lengths into the header; returns whether an address has changed.
    #[inline(always)]
    fn update_header(&mut self) -> bool {
        let buffer = self.window.address() as usize;
        let records = self.tables.records.as_ptr() as usize;
        let moved = self.header[header::BUFFER] != buffer as i32
            || self.header[header::RECORDS] != records as i32
            || self.header[header::EPOCH] != self.epoch;
        self.header[header::BUFFER] = buffer as i32;
        self.header[header::WRITE] = (buffer + self.window.len()) as i32;
        self.header[header::RECORDS] = records as i32;
        self.header[header::EPOCH] = self.epoch;
        self.header[header::TEXT] = self.tables.text.as_ptr() as usize as i32;
        if self.header[header::TEXT_READ] == 0 {
            self.header[header::TEXT_LEN] = self.tables.text.len() as i32;
        }
        self.header[header::TEXT_HEAD] = self.tables.gathering as i32;
        moved
    }
}

#[inline(always)]
fn stream(streams: &mut [Option<Box<Stream>>], handle: u32) -> Option<&mut Stream> {
    let place = (handle as usize).checked_sub(1)?;
    streams.get_mut(place)?.as_deref_mut()
}

impl Default for Tables {
    fn default() -> Self {
        Tables::new(Interner::default())
    }
}

impl Record {
    /// The record of a failure.
    pub(super) fn failure(kind: FailureKind, at: usize, len: usize) -> Record {
        Record {
            head: Kind::Failure as u32,
            id: kind as i32,
            at: at as u32,
            len: len as u32,
            data_at: at as u32,
            data_len: len as u32,
        }
    }
}

#[cfg(test)]
#[path = "engine_tests.rs"]
mod tests;
