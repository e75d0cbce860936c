//! Plays JavaScript: feeds the engine, reads its records, and puts together what a caller would get.

use std::collections::BTreeMap;

use workers_ai_wasm::wire::engine::{Engine, flags, header};
use workers_ai_wasm::wire::json::unescape;
use workers_ai_wasm::wire::reader::Mode;
use workers_ai_wasm::wire::record::{ALONE, APART, Kind, PAUSE_AT, PLAIN, Record, SLOT_SHIFT};
use workers_ai_wasm::wire::window::CHUNK;

pub const MODES: [Mode; 4] = [Mode::Events, Mode::Text, Mode::Chunks, Mode::Plain];

/// What a caller would see, in order. Text is bytes: a piece of it may be half of a character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Emitted {
    Text(String),
    Reasoning(String),
    Tool { slot: u32, id: Option<String>, name: Option<String>, arguments: Option<String> },
    ToolCall(u32),
    Usage(String),
    UsageTotal,
    Finish(i32),
    Failure(i32, String),
    Chunk(String),
    Name(String),
    Id(String),
    Retry(String),
    Data(String),
}

/// One stream of an engine and what came of it so far.
pub struct Player {
    mode: Mode,
    handle: u32,
    emitted: Vec<Emitted>,
    tokens: BTreeMap<i32, String>,
    epoch: i32,
    part: Option<(Option<String>, Option<String>)>,
    /// Does it take the text after each piece, or leave it until the engine announces it?
    takes: bool,
    /// So much of the text area has been read.
    text_read: usize,
    /// Text by the head of its pieces, as the text area has it and as the records have it.
    gathered: BTreeMap<u32, String>,
    recorded: BTreeMap<u32, String>,
    /// Holes of a sample that are still to come.
    sample: u32,
    /// A chunk like the sample: its text's kind, slot, which hole has it, and how many have been read.
    like: Option<Like>,
}

struct Like {
    kind: u32,
    slot: u32,
    hole: u32,
    read: u32,
    count: u32,
    data: String,
    alone: bool,
    text: String,
}

impl Player {
    pub fn open(engine: &mut Engine, mode: Mode, max_event_bytes: usize) -> Self {
        Player {
            mode,
            handle: engine.open(mode, max_event_bytes),
            emitted: Vec::new(),
            tokens: BTreeMap::new(),
            epoch: engine.header()[header::EPOCH],
            part: None,
            takes: false,
            text_read: 0,
            gathered: BTreeMap::new(),
            recorded: BTreeMap::new(),
            sample: 0,
            like: None,
        }
    }

    pub fn feed(&mut self, engine: &mut Engine, bytes: &[u8]) {
        self.select(engine);
        for piece in bytes.chunks(CHUNK) {
            self.write(engine, piece);
            let count = engine.feed(piece.len());
            self.read(engine, count);
            while engine.header()[header::FLAGS] & flags::MORE != 0 {
                let count = engine.feed(0);
                self.read(engine, count);
            }
        }
        if self.takes {
            self.take_text(engine);
        }
    }

    fn gather(&mut self, head: u32, text: String) {
        self.gathered.entry(head).or_default().push_str(&text);
        if self.is_quiet(head) {
            self.emitted.push(if head == Kind::Text as u32 {
                Emitted::Text(text)
            } else {
                Emitted::Reasoning(text)
            });
        }
    }

    /// Is text of this kind in the text area alone?
    fn is_quiet(&self, head: u32) -> bool {
        self.mode == Mode::Text && (head == Kind::Text as u32 || head == Kind::Reasoning as u32)
    }

    /// A piece of text as a record has it.
    fn piece(&mut self, head: u32, alone: bool, piece: &str) {
        self.recorded.entry(head).or_default().push_str(piece);
        if alone {
            self.gathered.entry(head).or_default().push_str(piece);
        } else {
            assert!(!self.is_quiet(head), "text in both places");
        }
    }

    /// What stands in the text area besides is what the records say.
    fn check_gathered(&mut self) {
        let quiet = self.mode == Mode::Text;
        let counts =
            |head: &u32, text: &String| !(text.is_empty() || quiet && *head <= Kind::Reasoning as u32);
        self.gathered.retain(|head, text| counts(head, text));
        self.recorded.retain(|head, text| counts(head, text));
        assert_eq!(self.gathered, self.recorded);
    }

    /// Takes the text after each piece from now on.
    pub fn taking(mut self) -> Self {
        self.takes = true;
        self
    }

    pub fn finish(mut self, engine: &mut Engine) -> Vec<Emitted> {
        self.select(engine);
        let count = engine.finish();
        self.read(engine, count);
        self.end(engine)
    }

    /// Reads the bytes as one whole answer instead.
    pub fn whole(mut self, engine: &mut Engine, bytes: &[u8]) -> Vec<Emitted> {
        self.select(engine);
        engine.compact(bytes.len());
        self.write(engine, bytes);
        let count = engine.whole(bytes.len());
        self.read(engine, count);
        self.end(engine)
    }

    fn end(mut self, engine: &mut Engine) -> Vec<Emitted> {
        assert!(self.mode == Mode::Plain || engine.header()[header::FLAGS] & flags::ENDED != 0);
        assert_eq!(engine.text().len(), self.text_read, "an ended stream has announced all its text");
        assert!(self.part.is_none() && self.like.is_none() && self.sample == 0, "the records are whole");
        engine.close(self.handle);
        self.check_gathered();
        self.settle();
        self.emitted
    }

    fn select(&mut self, engine: &mut Engine) {
        engine.select(self.handle);
    }

    fn write(&mut self, engine: &mut Engine, bytes: &[u8]) {
        if engine.header()[header::FLAGS] & flags::COMPACT != 0 {
            engine.compact(0);
        }
        let window = engine.window();
        // SAFETY: no more than the room that the engine promised: `written` panics otherwise, and there is
        // padding after it.
        unsafe {
            let to = window.address().add(window.len()).cast_mut();
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len());
        }
    }

    /// Takes the text that no record has announced yet; the area begins anew with the next call.
    fn take_text(&mut self, engine: &mut Engine) {
        if engine.header()[header::TEXT_READ] != 0 {
            return;
        }
        let text = &engine.text()[self.text_read..];
        if !text.is_empty() {
            let head = engine.header()[header::TEXT_HEAD] as u32;
            self.gather(head, string(text, true));
        }
        engine.header_mut()[header::TEXT_READ] = 1;
        self.text_read = 0;
    }

    fn read(&mut self, engine: &mut Engine, count: u32) {
        if self.epoch != engine.header()[header::EPOCH] {
            self.epoch = engine.header()[header::EPOCH];
            self.tokens.clear();
        }
        assert_eq!(count as usize, engine.records().len());
        // One event may have many more records than the table is meant for, but only one may.
        let many = engine.records().len();
        if many > PAUSE_AT + 8 {
            let last = engine.records().last().map(|record| (record.data_at, record.head & 0xFF));
            let one = engine.records()[PAUSE_AT..].iter().filter(|record| record.data_len > 0);
            let at = engine.records()[PAUSE_AT].data_at;
            assert!(one.into_iter().all(|record| record.data_at == at), "{many} records, {last:?}");
        }
        for at in 0..engine.records().len() {
            let record = engine.records()[at];
            self.record(engine, record);
        }
    }

    fn record(&mut self, engine: &mut Engine, record: Record) {
        let kind = record.head & 0xFF;
        let slot = record.head >> SLOT_SHIFT;
        let is = |known: Kind| kind == known as u32;
        if is(Kind::Pending) {
            let end = (record.at + record.len) as usize;
            assert_eq!(record.at as usize, self.text_read, "text is announced once");
            self.gather(
                slot << SLOT_SHIFT | record.id as u32,
                string(&engine.text()[self.text_read..end], true),
            );
            self.text_read = end;
            return;
        }
        let is_chunk = is(Kind::Chunk) || is(Kind::ChunkLike);
        let (at, len) = if is_chunk { (record.data_at, record.data_len) } else { (record.at, record.len) };
        let bytes = if record.head & APART != 0 {
            &engine.text()[at as usize..][..len as usize]
        } else {
            memory(engine, at as usize, len as usize)
        };
        let plain = record.head & PLAIN != 0;
        let piece = string(bytes, plain || is_chunk);
        // Only of what is read by its number may the number matter.
        if (kind <= Kind::ToolArguments as u32 || is(Kind::Hole)) && record.id >= 0 {
            let known = self.tokens.entry(record.id).or_insert_with(|| piece.clone());
            assert_eq!(*known, piece, "one number, one token");
        }
        if is(Kind::Text) || is(Kind::Reasoning) || is(Kind::ToolArguments) {
            self.piece(slot << SLOT_SHIFT | kind, record.head & ALONE != 0, &piece);
        }
        if is(Kind::Text) {
            self.emitted.push(Emitted::Text(piece));
        } else if is(Kind::Reasoning) {
            self.emitted.push(Emitted::Reasoning(piece));
        } else if is(Kind::ToolId) {
            self.part.get_or_insert_default().0 = Some(piece);
        } else if is(Kind::ToolName) {
            self.part.get_or_insert_default().1 = Some(piece);
        } else if is(Kind::ToolArguments) || is(Kind::ToolDelta) {
            let (id, name) = self.part.take().unwrap_or_default();
            let arguments = is(Kind::ToolArguments).then_some(piece);
            self.emitted.push(Emitted::Tool { slot, id, name, arguments });
        } else if is(Kind::Usage) {
            self.emitted.push(Emitted::Usage(piece));
        } else if is(Kind::UsageTotal) {
            self.emitted.push(Emitted::UsageTotal);
        } else if is(Kind::ToolCall) {
            self.emitted.push(Emitted::ToolCall(slot));
        } else if is(Kind::Finish) {
            self.emitted.push(Emitted::Finish(record.id));
        } else if is(Kind::Failure) {
            self.emitted.push(Emitted::Failure(record.id, string(bytes, true)));
        } else if is(Kind::Chunk) {
            self.emitted.push(Emitted::Chunk(piece));
            self.sample = record.len;
        } else if is(Kind::ChunkLike) {
            assert!(record.at < record.len);
            self.like = Some(Like {
                kind: record.id as u32,
                slot,
                hole: record.at,
                read: 0,
                count: record.len,
                data: piece,
                alone: record.head & ALONE != 0,
                text: String::new(),
            });
        } else if is(Kind::Hole) {
            self.hole(piece);
        } else if is(Kind::EventName) {
            self.emitted.push(Emitted::Name(string(bytes, true)));
        } else if is(Kind::EventId) {
            self.emitted.push(Emitted::Id(string(bytes, true)));
        } else if is(Kind::EventRetry) {
            self.emitted.push(Emitted::Retry(string(bytes, true)));
        } else if is(Kind::EventData) {
            self.emitted.push(Emitted::Data(string(bytes, true)));
        } else {
            let beside = [Kind::ToolExtra, Kind::FinishWord, Kind::Signature, Kind::Redacted];
            assert!(beside.into_iter().any(is), "a record of kind {kind}");
        }
    }

    /// A chunk like the sample says the same as one that is read in full: its text, then itself.
    fn hole(&mut self, piece: String) {
        let Some(like) = &mut self.like else {
            assert!(self.sample > 0, "a hole of nothing");
            self.sample -= 1;
            return;
        };
        if like.read == like.hole {
            like.text = piece;
        }
        like.read += 1;
        if like.read < like.count {
            return;
        }
        let Some(like) = self.like.take() else { return };
        self.piece(like.slot << SLOT_SHIFT | like.kind, like.alone, &like.text);
        if !like.text.is_empty() {
            self.emitted.push(match like.kind {
                kind if kind == Kind::Text as u32 => Emitted::Text(like.text),
                kind if kind == Kind::Reasoning as u32 => Emitted::Reasoning(like.text),
                kind => {
                    assert_eq!(kind, Kind::ToolArguments as u32);
                    Emitted::Tool { slot: like.slot, id: None, name: None, arguments: Some(like.text) }
                }
            });
        }
        self.emitted.push(Emitted::Chunk(like.data));
    }

    /// Where the whole of the text is wanted, how it is grouped and when it is announced may depend on the
    /// cuts.
    fn settle(&mut self) {
        if self.mode == Mode::Text {
            self.emitted = texts_first(std::mem::take(&mut self.emitted));
        }
    }
}

/// All text and all reasoning, then the rest.
pub fn texts_first(emitted: Vec<Emitted>) -> Vec<Emitted> {
    let (mut text, mut reasoning) = (String::new(), String::new());
    let mut rest = Vec::new();
    for one in emitted {
        match one {
            Emitted::Text(more) => text.push_str(&more),
            Emitted::Reasoning(more) => reasoning.push_str(&more),
            one => rest.push(one),
        }
    }
    [Emitted::Text(text), Emitted::Reasoning(reasoning)].into_iter().chain(rest).collect()
}

/// What an engine of its own says to pieces of a stream.
pub fn play(mode: Mode, max_event_bytes: usize, pieces: &[&[u8]], takes: bool) -> Vec<Emitted> {
    let mut engine = Engine::default();
    let mut player = Player::open(&mut engine, mode, max_event_bytes);
    player.takes = takes;
    for piece in pieces {
        player.feed(&mut engine, piece);
    }
    let emitted = player.finish(&mut engine);
    assert_eq!(engine.open_streams(), 0);
    emitted
}

fn string(bytes: &[u8], plain: bool) -> String {
    let mut out = Vec::new();
    match plain {
        true => out.extend_from_slice(bytes),
        false => unescape(bytes, &mut out),
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Bytes of the buffer, also after its end: records of an ended stream still point there.
fn memory(engine: &mut Engine, at: usize, len: usize) -> &[u8] {
    let window = engine.window();
    // SAFETY: records point into the window's buffer, which is alive and larger than any span in it.
    unsafe { std::slice::from_raw_parts(window.address().add(at), len) }
}
