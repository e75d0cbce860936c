//! Plays JavaScript: feeds the engine, reads its records, and puts together what a caller would get.

use super::*;
use crate::wire::failure_kind::FailureKind;
use crate::wire::record::{ALONE, APART, PLAIN, SLOT_SHIFT};
use std::collections::BTreeMap;

/// What a caller would see, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    Text(String),
    Reasoning(String),
    Tool { slot: u32, id: Option<String>, name: Option<String>, arguments: Option<String> },
    ToolCall(u32),
    Usage,
    Finish(i32),
    Failure(i32, String),
    Chunk(String),
    Like(String, Vec<String>),
    Name(String),
    Id(String),
    Retry(String),
    Data(String),
}

/// Records of one stream, read as JavaScript reads them.
#[derive(Default)]
struct Player {
    seen: Vec<Seen>,
    /// True if text is read from the text area only.
    quiet: bool,
    /// What the text area has seen, by the head of its pieces.
    gathered: BTreeMap<u32, String>,
    tokens: BTreeMap<i32, String>,
    part: Option<(Option<String>, Option<String>)>,
    /// How much of the text area records have announced.
    reported: usize,
    /// Holes of a sample that are still to come.
    sample: usize,
    epoch: i32,
}

impl Player {
    fn read(&mut self, engine: &mut Engine) {
        if self.epoch != engine.header()[header::EPOCH] {
            self.epoch = engine.header()[header::EPOCH];
            self.tokens.clear();
        }
        let records = engine.records().to_vec();
        let text = engine.text().to_vec();
        for record in records {
            let kind = record.head & 0xFF;
            let slot = record.head >> SLOT_SHIFT;
            let bytes = if record.head & APART != 0 {
                text[record.at as usize..][..record.len as usize].to_vec()
            } else {
                engine.window().padded_memory(record.at as usize, record.len as usize)
            };
            let mut piece = String::new();
            if (1..=7).contains(&kind) || kind == Kind::Hole as u32 {
                piece = string(&bytes, record.head & PLAIN != 0);
                if record.id >= 0 {
                    let known = self.tokens.entry(record.id).or_insert_with(|| piece.clone());
                    assert_eq!(*known, piece, "one number, one token");
                }
            }
            let lossy = || String::from_utf8_lossy(&bytes).into_owned();
            if record.head & ALONE != 0 {
                let text = if kind == Kind::ChunkLike as u32 { String::new() } else { piece.clone() };
                self.gather(slot << SLOT_SHIFT | kind, &text);
            }
            match kind {
                1 => self.seen.push(Seen::Text(piece)),
                2 => self.seen.push(Seen::Reasoning(piece)),
                3 => self.part.get_or_insert_default().0 = Some(piece),
                4 => self.part.get_or_insert_default().1 = Some(piece),
                5 | 6 => {
                    let (id, name) = self.part.take().unwrap_or_default();
                    let arguments = (kind == 5).then_some(piece);
                    self.seen.push(Seen::Tool { slot, id, name, arguments });
                }
                7 => self.seen.push(Seen::Usage),
                8 => self.seen.push(Seen::ToolCall(slot)),
                9 => self.seen.push(Seen::Finish(record.id)),
                10 => self.seen.push(Seen::Failure(record.id, lossy())),
                11 => {
                    assert_eq!(record.at as usize, self.reported, "text is reported once");
                    let end = (record.at + record.len) as usize;
                    let waiting = String::from_utf8(text[self.reported..end].to_vec()).unwrap();
                    self.reported = end;
                    self.gather(slot << SLOT_SHIFT | record.id as u32, &waiting);
                    match record.id {
                        1 if self.quiet => self.seen.push(Seen::Text(waiting)),
                        2 if self.quiet => self.seen.push(Seen::Reasoning(waiting)),
                        _ => {}
                    }
                }
                12 => {
                    let data =
                        engine.window().padded_memory(record.data_at as usize, record.data_len as usize);
                    self.seen.push(Seen::Chunk(String::from_utf8_lossy(&data).into_owned()));
                    self.sample = record.len as usize;
                }
                13 => {
                    self.sample = 0;
                    let data =
                        engine.window().padded_memory(record.data_at as usize, record.data_len as usize);
                    self.seen.push(Seen::Like(String::from_utf8_lossy(&data).into_owned(), vec![]));
                }
                14 if self.sample > 0 => self.sample -= 1,
                14 => match self.seen.last_mut() {
                    Some(Seen::Like(_, values)) => values.push(piece),
                    other => panic!("a hole after {other:?}"),
                },
                15 => self.seen.push(Seen::Name(lossy())),
                16 => self.seen.push(Seen::Id(lossy())),
                17 => self.seen.push(Seen::Retry(lossy())),
                18 => self.seen.push(Seen::Data(lossy())),
                19..=23 => {}
                other => panic!("record of kind {other}"),
            }
        }
    }
}

impl Player {
    fn gather(&mut self, head: u32, text: &str) {
        self.gathered.entry(head).or_default().push_str(text);
    }

    /// Reads the text that has no record yet, before another stream gets the area.
    fn leave(&mut self, engine: &mut Engine) {
        let rest = String::from_utf8(engine.text()[self.reported..].to_vec()).unwrap();
        self.gather(engine.header()[header::TEXT_HEAD] as u32, &rest);
        self.reported = 0;
        engine.header_mut()[header::TEXT_READ] = 1;
    }

    /// The text area has what the records of its pieces have.
    fn check_gathered(&mut self) {
        let mut expected = BTreeMap::<u32, String>::new();
        for seen in &self.seen {
            match seen {
                Seen::Text(text) => expected.entry(1).or_default().push_str(text),
                Seen::Reasoning(text) => expected.entry(2).or_default().push_str(text),
                Seen::Tool { slot, arguments: Some(text), .. } => {
                    expected.entry(slot << SLOT_SHIFT | 5).or_default().push_str(text);
                }
                _ => {}
            }
        }
        expected.retain(|_, text| !text.is_empty());
        self.gathered.retain(|_, text| !text.is_empty());
        assert_eq!(self.gathered, expected);
    }
}

fn string(bytes: &[u8], plain: bool) -> String {
    let mut out = Vec::new();
    match plain {
        true => out.extend_from_slice(bytes),
        false => crate::wire::json::unescape(bytes, &mut out),
    }
    String::from_utf8_lossy(&out).into_owned()
}

impl Window {
    /// Bytes of the buffer, also after its end: records of an ended stream still point there.
    fn padded_memory(&self, at: usize, len: usize) -> Vec<u8> {
        // SAFETY: records point into the window's buffer, which is alive and larger than any span in it.
        unsafe { std::slice::from_raw_parts(self.address().add(at), len) }.to_vec()
    }

    fn write(&mut self, bytes: &[u8]) {
        // SAFETY: the caller fed no more than the room that the engine promised.
        unsafe {
            std::ptr::copy_nonoverlapping(
                bytes.as_ptr(),
                self.address().add(self.len()).cast_mut(),
                bytes.len(),
            )
        }
    }
}

fn feed(engine: &mut Engine, player: &mut Player, bytes: &[u8]) {
    for part in bytes.chunks(CHUNK) {
        if engine.header()[header::FLAGS] & flags::COMPACT != 0 {
            engine.compact(0);
        }
        engine.window().write(part);
        engine.feed(part.len());
        player.read(engine);
        while engine.header()[header::FLAGS] & flags::MORE != 0 {
            engine.feed(0);
            player.read(engine);
        }
    }
}

fn finish(engine: &mut Engine, player: &mut Player) {
    engine.finish();
    player.read(engine);
    // Text without a record, as JavaScript reads it at the end of a call.
    let rest = engine.text()[player.reported..].to_vec();
    assert!(rest.is_empty(), "an ended stream has reported all its text");
    if !player.seen.iter().any(|seen| matches!(seen, Seen::Like(..))) {
        player.check_gathered();
    }
}

fn play<'a>(mode: Mode, chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<Seen> {
    play_for(mode, Reading::default(), chunks)
}

/// Of the answer to such a request.
fn play_for<'a>(mode: Mode, reading: Reading, chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<Seen> {
    let mut engine = Engine::default();
    let mut player = Player { quiet: mode == Mode::Text, ..Player::default() };
    let handle = engine.open_for(mode, 1 << 24, reading);
    engine.select(handle);
    for chunk in chunks {
        feed(&mut engine, &mut player, chunk);
    }
    finish(&mut engine, &mut player);
    player.seen
}

fn whole(mode: Mode, bytes: &[u8]) -> Vec<Seen> {
    play(mode, [bytes])
}

/// What `.text()` gives.
fn text_of(seen: &[Seen]) -> String {
    seen.iter()
        .filter_map(|seen| if let Seen::Text(text) = seen { Some(text.as_str()) } else { None })
        .collect()
}

fn fixtures() -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/text_generation");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let streams = files.filter(|path| path.extension().is_some_and(|ending| ending == "sse"));
    let mut all: Vec<_> =
        streams.map(|path| (path.display().to_string(), std::fs::read(&path).unwrap())).collect();
    all.sort();
    assert!(all.len() >= 20);
    all
}

/// A small generator of numbers, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

const MODES: [Mode; 4] = [Mode::Events, Mode::Text, Mode::Chunks, Mode::Plain];

/// Takes away what may depend on the cuts: how text is grouped in [`Mode::Text`] and when it comes, and
/// whether a chunk came as JSON or as the values of a sample's holes in [`Mode::Chunks`].
fn settle(mode: Mode, seen: Vec<Seen>) -> Vec<Seen> {
    if mode == Mode::Chunks {
        let chunk = |seen| match seen {
            Seen::Like(data, _) => Some(Seen::Chunk(data)),
            Seen::Text(_) | Seen::Reasoning(_) | Seen::Tool { .. } => None,
            other => Some(other),
        };
        return seen.into_iter().filter_map(chunk).collect();
    }
    if mode != Mode::Text {
        return seen;
    }
    // When the text area reports its text depends on what else it has to hold.
    let (mut text, mut reasoning) = (String::new(), String::new());
    let mut settled = vec![];
    for one in seen {
        match one {
            Seen::Text(more) => text.push_str(&more),
            Seen::Reasoning(more) => reasoning.push_str(&more),
            one => settled.push(one),
        }
    }
    settled.extend([Seen::Text(text), Seen::Reasoning(reasoning)]);
    settled
}

#[test]
fn cuts_change_nothing() {
    for (name, bytes) in fixtures() {
        for mode in MODES {
            let expected = settle(mode, whole(mode, &bytes));
            let check = |chunks: Vec<&[u8]>, how: &str| {
                assert_eq!(settle(mode, play(mode, chunks)), expected, "{name}, {mode:?}, {how}");
            };
            check(bytes.chunks(1).collect(), "byte by byte");
            for at in 1..bytes.len() {
                check(vec![&bytes[..at], &bytes[at..]], &format!("cut at {at}"));
            }
            let mut dice = Dice(7 + bytes.len() as u64);
            for round in 0..50 {
                let mut chunks = vec![];
                let mut rest = &bytes[..];
                while !rest.is_empty() {
                    let (chunk, more) = rest.split_at(1 + dice.below(rest.len().min(40)));
                    chunks.push(chunk);
                    rest = more;
                }
                check(chunks, &format!("random cuts {round}"));
            }
        }
    }
}

#[test]
fn every_pair_of_cuts_in_short_streams() {
    let streams: [&[u8]; 5] = [
        b"data: {\"response\":\"a\\\"\",\"p\":\"x\"}\r\n\r\ndata: {\"response\":\"\xC3\xA9\",\"p\":\"xy\"}\r\n\r\ndata: [DONE]\r\n\r\n",
        b"\xEF\xBB\xBF: c\rid: 1\r\rdata: {\"response\":\rdata: 1}\r\rdata:[DONE]",
        b"event: error\ndata: {\"code\":3040}\n\n",
        b"data\n\nid: a\0b\nid: c\nretry: 5\ndata: 1\n\nretry: x\n\ndata: 2\n\ndata: lost",
        b"data: {\"response\":\"\\ud83d\"}\n\ndata: {\"response\":\"\\ude00\"}\n\ndata: {\"response\":\"x\"}\n\n",
    ];
    for bytes in streams {
        for mode in MODES {
            let expected = settle(mode, whole(mode, bytes));
            for first in 0..=bytes.len() {
                for second in first..=bytes.len() {
                    let chunks = [&bytes[..first], &bytes[first..second], &bytes[second..]];
                    assert_eq!(
                        settle(mode, play(mode, chunks)),
                        expected,
                        "{mode:?}, cuts at {first}, {second}"
                    );
                }
            }
        }
    }
}

/// The plain reading that templates must agree with: each event alone, in a stream of its own kind of state.
#[test]
fn templates_report_what_the_full_reading_reports() {
    use crate::wire::dialect::{Dialect, Piece, Sink, ToolDelta};
    let owned = |piece: Piece<'_>| {
        let mut out = vec![];
        piece.append_to(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    };
    type Owned<'a> = &'a dyn Fn(Piece<'_>) -> String;
    struct Plain<'a>(Vec<Seen>, Owned<'a>);
    impl Sink for Plain<'_> {
        fn text(&mut self, piece: Piece<'_>) {
            self.0.push(Seen::Text((self.1)(piece)));
        }
        fn reasoning(&mut self, piece: Piece<'_>) {
            self.0.push(Seen::Reasoning((self.1)(piece)));
        }
        fn tool(&mut self, ToolDelta { slot, id, name, arguments, .. }: ToolDelta<'_>) {
            let [id, name, arguments] = [id, name, arguments].map(|part| part.map(self.1));
            self.0.push(Seen::Tool { slot, id, name, arguments });
        }
        fn usage(&mut self, _: Piece<'_>, _: bool) {
            self.0.push(Seen::Usage);
        }
    }
    for (name, bytes) in fixtures() {
        let mut dialect = Dialect::default();
        let mut plain = Plain(vec![], &owned);
        for event in whole(Mode::Plain, &bytes) {
            let Seen::Data(data) = event else { continue };
            if data.trim() == "[DONE]" {
                break;
            }
            if data.is_empty() {
                continue;
            }
            match crate::wire::json::parse(data.as_bytes()) {
                Ok(value) if dialect.read(value, &mut plain).is_ok() => {}
                _ => break,
            }
        }
        let seen = |seen: Vec<Seen>| -> Vec<Seen> {
            let kept = |seen: &Seen| match seen {
                Seen::Text(text) | Seen::Reasoning(text) => !text.is_empty(),
                Seen::Tool { .. } | Seen::Usage => true,
                _ => false,
            };
            seen.into_iter().filter(kept).collect()
        };
        assert_eq!(seen(whole(Mode::Events, &bytes)), seen(plain.0), "{name}");
    }
}

#[test]
fn a_template_needs_the_same_bytes_and_valid_holes() {
    let stream = |events: &[&str]| {
        let all: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
        whole(Mode::Events, all.as_bytes())
    };
    let first = r#"{"response":"a","p":"b"}"#;
    let good = stream(&[first, r#"{"response":"\u00e9","p":""}"#, r#"{"response":"","p":"x"}"#, "[DONE]"]);
    assert_eq!(text_of(&good), "aé");
    for bad in [
        r#"{"response":"\x","p":"b"}"#,
        "{\"response\":\"\u{1}\",\"p\":\"b\"}",
        r#"{"response":"\u12","p":"b"}"#,
        r#"{"response":"x","p":"b"} }"#,
        r#"{"response":"x","p":"b\"}"#,
    ] {
        let seen = stream(&[first, first, bad, "[DONE]"]);
        assert_eq!(seen.last(), Some(&Seen::Failure(FailureKind::NotJson as i32, String::new())), "{bad}");
    }
    let lines = b"data: {\"response\":\"a\"}\n\ndata: {\"response\":\"b\"}\ndata:\ndata: {}\n\n";
    let joined = whole(Mode::Events, lines);
    assert_eq!(joined.last(), Some(&Seen::Failure(FailureKind::NotJson as i32, String::new())));
    let injected = stream(&[first, r#"{"response":"x","p":"b","response":"y"}"#, "[DONE]"]);
    assert_eq!(text_of(&injected), "ay");
}

#[test]
fn chunks_like_the_sample_tell_their_holes() {
    let bytes = b"data: {\"response\":\"a\",\"p\":\"xx\"}\n\ndata: {\"response\":\"b\\n\",\"p\":\"y\"}\n\ndata: [DONE]\n\n";
    let seen = whole(Mode::Chunks, bytes);
    assert_eq!(seen[1], Seen::Chunk(r#"{"response":"a","p":"xx"}"#.into()));
    assert_eq!(seen[2], Seen::Like(r#"{"response":"b\n","p":"y"}"#.into(), vec!["b\n".into(), "y".into()]));
    assert_eq!(seen[3], Seen::Finish(0));
}

#[test]
fn interleaved_streams_do_not_mix() {
    let fixtures = fixtures();
    let expected: Vec<_> = fixtures.iter().map(|(_, bytes)| whole(Mode::Events, bytes)).collect();
    let mut engine = Engine::default();
    let mut dice = Dice(99);
    let mut players: Vec<_> = fixtures
        .iter()
        .map(|(_, bytes)| (engine.open(Mode::Events, 1 << 24), Player::default(), &bytes[..], false))
        .collect();
    while players.iter().any(|(.., over)| !over) {
        let pick = dice.below(players.len());
        let (handle, player, rest, over) = &mut players[pick];
        if *over {
            continue;
        }
        engine.select(*handle);
        if rest.is_empty() {
            finish(&mut engine, player);
            engine.close(*handle);
            *over = true;
            continue;
        }
        let (chunk, more) = rest.split_at(1 + dice.below(rest.len().min(200)));
        feed(&mut engine, player, chunk);
        player.leave(&mut engine);
        *rest = more;
    }
    assert_eq!(engine.open_streams(), 0);
    // Numbers are shared by all streams, so each player alone cannot check them; what was seen can.
    for ((_, player, ..), expected) in players.into_iter().zip(expected) {
        assert_eq!(player.seen, expected);
    }
}

#[test]
fn large_events_in_interleaved_streams() {
    let event =
        |letter: &str| format!("data: {{\"response\":\"{}\"}}\n\ndata: [DONE]\n\n", letter.repeat(300_000));
    let mut engine = Engine::default();
    let mut streams: Vec<_> = ["a", "b", "c"]
        .map(|letter| (engine.open(Mode::Events, 1 << 20), Player::default(), event(letter)))
        .into_iter()
        .collect();
    for part in 0..300 {
        for (handle, player, bytes) in &mut streams {
            engine.select(*handle);
            let rest = bytes.as_bytes().chunks(1021).nth(part).unwrap_or_default();
            if engine.header()[header::FLAGS] & flags::ENDED == 0 {
                feed(&mut engine, player, rest);
                player.leave(&mut engine);
            }
        }
    }
    for (handle, player, bytes) in &mut streams {
        engine.select(*handle);
        finish(&mut engine, player);
        engine.close(*handle);
        assert_eq!(text_of(&player.seen), bytes[19..300_019]);
        assert_eq!(player.seen.last(), Some(&Seen::Finish(0)));
    }
}

#[test]
fn large_events_pass_and_larger_ones_fail() {
    let event = |len: usize| format!("data: {{\"response\":\"{}\"}}\n\ndata: [DONE]\n\n", "x".repeat(len));
    let mut engine = Engine::default();
    for (len, fits) in [(200_000, true), (1_000_000, true), (1_100_000, false)] {
        let bytes = event(len);
        for chunk in [1 << 12, 1 << 16, 1 << 24] {
            let handle = engine.open(Mode::Events, 1_050_000);
            engine.select(handle);
            let mut player = Player::default();
            for part in bytes.as_bytes().chunks(chunk) {
                if engine.header()[header::FLAGS] & flags::ENDED == 0 {
                    feed(&mut engine, &mut player, part);
                }
            }
            finish(&mut engine, &mut player);
            engine.close(handle);
            match fits {
                true => assert_eq!(text_of(&player.seen).len(), len),
                false => {
                    assert_eq!(player.seen, [Seen::Failure(FailureKind::TooLarge as i32, String::new())])
                }
            }
        }
    }
}

#[test]
fn more_events_than_records_are_reported_in_turns() {
    let bytes = "data: 1\n\n".repeat(7000);
    assert_eq!(whole(Mode::Plain, bytes.as_bytes()).len(), 7000);
    let calls = r#"{"name":"f","arguments":{}},"#.repeat(1023);
    let one =
        format!("data: {{\"tool_calls\":[{calls}{}]}}\n\ndata: [DONE]\n\n", r#"{"name":"g","arguments":{}}"#);
    let seen = whole(Mode::Events, one.as_bytes());
    assert_eq!(seen.iter().filter(|seen| matches!(seen, Seen::ToolCall(_))).count(), 1024);
}

#[test]
fn plain_events_follow_the_standard() {
    let bytes = "\u{feff}: comment\nevent: add\nid: 1\ndata: a\ndata:b\ndata\n\nid: 2\n\nretry: 30\nretry: 3x\nevent\ndata:  c\n\nid: x\0\nevent: gone\n\ndata: d\r\n\r\ndata: lost".as_bytes();
    let seen = whole(Mode::Plain, bytes);
    let expected = [
        Seen::Id("1".into()),
        Seen::Name("add".into()),
        Seen::Data("a\nb\n".into()),
        Seen::Id("2".into()),
        Seen::Name(String::new()),
        Seen::Retry("30".into()),
        Seen::Data(" c".into()),
        Seen::Data("d".into()),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn a_stale_table_of_tokens_starts_anew() {
    let mut engine = Engine::default();
    let handle = engine.open(Mode::Events, 1 << 20);
    engine.select(handle);
    let before = engine.header()[header::EPOCH];
    let mut player = Player::default();
    for number in 0..20_000 {
        let event = format!("data: {{\"response\":\"t{number}\"}}\n\n");
        if engine.header()[header::EPOCH] != before {
            return;
        }
        feed(&mut engine, &mut player, event.as_bytes());
    }
    panic!("20000 different tokens and still the first table");
}

#[test]
fn whole_answers_become_streams() {
    let play = |mode, json: &str| {
        let mut engine = Engine::default();
        let mut player = Player::default();
        let handle = engine.open(mode, 1 << 20);
        engine.select(handle);
        engine.compact(json.len());
        engine.window().write(json.as_bytes());
        engine.whole(json.len());
        player.read(&mut engine);
        player.seen
    };
    let json = r#"{"response":"Hi","usage":{"prompt_tokens":1}}"#;
    assert_eq!(play(Mode::Events, json), [Seen::Text("Hi".into()), Seen::Usage, Seen::Finish(0)]);
    assert_eq!(play(Mode::Events, "{}"), [Seen::Failure(FailureKind::NoAnswer as i32, String::new())]);
    assert_eq!(play(Mode::Chunks, "{}"), [Seen::Chunk("{}".into()), Seen::Finish(0)]);
}

#[test]
fn fields_between_data_lines_are_kept() {
    let stream =
        b"data: a\nevent: name\nid: 7\ndata: b\nretry: 12\r\ndata\ndata:c\n\nid: 8\n\ndata: d\n\nid: lost\n";
    let expected = [
        Seen::Id("7".into()),
        Seen::Name("name".into()),
        Seen::Retry("12".into()),
        Seen::Data("a\nb\n\nc".into()),
        Seen::Id("8".into()),
        Seen::Data("d".into()),
    ];
    assert_eq!(whole(Mode::Plain, stream), expected);
    assert_eq!(play(Mode::Plain, stream.chunks(1)), expected);
    // An event that fails must not lose its name, nor a long one its bytes.
    let failed = b"data: {\"code\":\nevent: error\ndata: 3040}\n\n";
    assert_eq!(whole(Mode::Text, failed), [Seen::Failure(0, "{\"code\":\n3040}".into())]);
}

#[test]
fn joined_lines_are_no_sample_and_match_none() {
    let event = "data: {\"response\":\"a\"}\n\n";
    let joined = "data: {\"response\":\"b\"}\r\ndata\r\n\r\n";
    let seen = whole(Mode::Events, [event, joined, event].concat().as_bytes());
    let text = |text: &str| Seen::Text(text.into());
    assert_eq!(
        seen,
        [text("a"), text("b"), text("a"), Seen::Failure(FailureKind::Truncated as i32, String::new())]
    );
}

#[test]
fn a_sample_with_a_repetition_says_nothing_of_chunks_without_text() {
    let chunk = |content: &str| {
        format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{content}\"}}}}],\"response\":\"r\"}}\n\n")
    };
    let stream = [chunk("a"), chunk("b"), chunk(""), chunk("c")].concat();
    for mode in [Mode::Events, Mode::Text] {
        assert_eq!(text_of(&whole(mode, stream.as_bytes())), "abrc", "{mode:?}");
    }
}

#[test]
fn a_character_of_several_events_is_one() {
    let chat = |name: &str, text: &[u8]| {
        [b"data: {\"choices\":[{\"delta\":{\"", name.as_bytes(), b"\":\"", text, b"\"}}]}\n\n"].concat()
    };
    let older = |_: &str, text: &[u8]| [b"data: {\"response\":\"", text, b"\"}\n\n"].concat();
    let end = b"data: [DONE]\n\n".to_vec();
    let emoji = "\u{1f600}".as_bytes();
    for cut in 1..emoji.len() {
        let (one, other) = emoji.split_at(cut);
        for event in [&chat as &dyn Fn(&str, &[u8]) -> Vec<u8>, &older] {
            let text = |text: &[u8]| event("content", text);
            let stream = [
                text(b"a"),
                text(b"b"),
                text(&[b"c", one].concat()),
                text(&[other, b"\\n"].concat()),
                text(one),
                text(&other[..1]),
                text(&[&other[1..], one].concat()),
                text(other),
                end.clone(),
            ]
            .concat();
            if cut == emoji.len() - 1 {
                // There are no three pieces of what has one byte left.
                continue;
            }
            for mode in [Mode::Events, Mode::Text] {
                let all = text_of(&play(mode, stream.chunks(1)));
                assert_eq!(all, "abc\u{1f600}\n\u{1f600}\u{1f600}", "{mode:?} {cut}");
                assert_eq!(text_of(&whole(mode, &stream)), all);
            }
        }
    }
    // Of two channels, and without its other half.
    let stream = [
        chat("reasoning", b"h\xE6\x88"),
        chat("content", b"a\xC3"),
        chat("reasoning", b"\x91"),
        chat("content", b"\xA9\xE6"),
        end,
    ]
    .concat();
    let seen = whole(Mode::Events, &stream);
    assert_eq!(text_of(&seen), "aé\u{fffd}");
    let reasoning = seen.iter().filter_map(|seen| match seen {
        Seen::Reasoning(text) => Some(text.as_str()),
        _ => None,
    });
    assert_eq!(reasoning.collect::<String>(), "h\u{6211}");
}

/// One of the replies that the suites in every runtime read as well: see tests/fixtures/README.md.
struct Reply {
    name: String,
    bytes: Vec<u8>,
    reading: Reading,
    expect: serde_json::Value,
}

fn replies() -> Vec<Reply> {
    let file = include_str!("../../tests/fixtures/text_generation/replies.json");
    let cases: Vec<serde_json::Value> = serde_json::from_str(file).unwrap();
    let bytes = |case: &serde_json::Value| match (&case["events"], &case["body"]) {
        (serde_json::Value::Array(events), _) => {
            let data = |event: &serde_json::Value| match event {
                serde_json::Value::String(text) => format!("data: {text}\n\n"),
                json => format!("data: {json}\n\n"),
            };
            events.iter().map(data).collect::<String>()
        }
        (_, serde_json::Value::String(body)) => body.clone(),
        _ => case["answer"].to_string(),
    };
    let reply = |case: &serde_json::Value| Reply {
        name: case["name"].as_str().unwrap().to_owned(),
        bytes: bytes(case).into_bytes(),
        reading: Reading {
            thinking: crate::quirks::thinking(case["model"].as_str().unwrap_or_default(), |_| false),
            ..Reading::default()
        },
        expect: case["expect"].clone(),
    };
    cases.iter().map(reply).collect()
}

/// What a caller of `streamText` learns: the text, the reasoning, and the finish reason or the error.
fn outcome(seen: &[Seen]) -> (String, String, Result<&'static str, crate::error::Error>) {
    let (mut text, mut reasoning) = (String::new(), String::new());
    for seen in seen {
        match seen {
            Seen::Text(piece) => text.push_str(piece),
            Seen::Reasoning(piece) => reasoning.push_str(piece),
            Seen::Finish(reason) => {
                use crate::wire::dialect::FinishReason::*;
                let reasons = [Stop, Length, ToolCalls, ContentFilter, Other];
                return (text, reasoning, Ok(reasons[*reason as usize].as_str()));
            }
            Seen::Failure(kind, data) => {
                let kind = FailureKind::from_number(*kind as u32);
                return (text, reasoning, Err(kind.to_error(data.as_bytes(), 0)));
            }
            _ => {}
        }
    }
    panic!("a stream without an end");
}

#[test]
fn every_reply_means_what_it_says_wherever_it_is_cut() {
    for Reply { name, bytes, reading, expect } in replies() {
        let expected = play_for(Mode::Events, reading, [bytes.as_slice()]);
        let (text, reasoning, end) = outcome(&expected);
        match (expect["code"].as_str(), end) {
            (None, Ok(reason)) => {
                assert_eq!(Some(text.as_str()), expect["text"].as_str(), "{name}");
                assert_eq!(reasoning, expect["reasoning"].as_str().unwrap_or_default(), "{name}");
                assert_eq!(Some(reason), expect["finishReason"].as_str(), "{name}");
            }
            (Some(code), Err(error)) => {
                assert_eq!(error.code.as_str(), code, "{name}: {}", error.message);
                let number = error.internal_code.map(u64::from);
                assert_eq!(number, expect["internalCode"].as_u64(), "{name}: {}", error.message);
                assert_eq!(error.field.as_deref(), expect["field"].as_str(), "{name}");
                let says = expect["says"].as_str().unwrap_or_default();
                assert!(error.message.contains(says), "{name}: {}", error.message);
                let hides = expect["hides"].as_str().unwrap_or("\0");
                assert!(!error.message.contains(hides), "{name}: {}", error.message);
                if let Some(partial) = expect["partial"]["text"].as_str() {
                    assert_eq!(text, partial, "{name}");
                }
            }
            (wanted, end) => panic!("{name}: wanted {wanted:?}, not {end:?}"),
        }
        for mode in MODES {
            let played = |chunks: Vec<&[u8]>| settle(mode, play_for(mode, reading, chunks));
            let expected = played(vec![&bytes]);
            assert_eq!(played(bytes.chunks(1).collect()), expected, "{name}, {mode:?}");
            for at in 1..bytes.len() {
                let cut = vec![&bytes[..at], &bytes[at..]];
                assert_eq!(played(cut), expected, "{name}, {mode:?}, cut at {at}");
            }
        }
    }
}
