//! The short way for events that differ from the one before in a value or two: it says what the full
//! reading of each event says, and what the values were that the events were made of.

use super::cuts::cut;
use super::json::string;
use super::player::{Emitted, play, texts_first};
use super::source::Source;
use super::sse_plain::{self, Seen};
use workers_ai_wasm::wire::dialect::{Dialect, Failure, Piece, Sink, ToolDelta};
use workers_ai_wasm::wire::failure_kind::FailureKind;
use workers_ai_wasm::wire::json;
use workers_ai_wasm::wire::reader::Mode;
use workers_ai_wasm::wire::reported::is_failure_text;

const NO_LIMIT: usize = 1 << 24;

/// What the text of a shape is.
#[derive(Clone, Copy, PartialEq)]
enum What {
    Text,
    Reasoning,
    Arguments,
}

/// Events with holes: `§` is the text's, `¶` the padding's, `#` a number's.
const SHAPES: [(What, &str); 12] = [
    (What::Text, "data: {\"response\":\"§\",\"p\":\"¶\"}\n\n"),
    (What::Text, "data: {\"p\":\"¶\",\"response\":\"§\"}\n\n"),
    (What::Text, "data: {\"response\":\"§\"}\r\n\r\n"),
    (What::Text, "data:{\"response\":\"§\",\"usage\":null}\n\n"),
    (
        What::Text,
        "data: {\"id\":\"id-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"§\"},\"finish_reason\":null}],\"p\":\"¶\"}\n\n",
    ),
    (
        What::Text,
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"§\"}}],\"obfuscation\":\"¶\"}\n\n",
    ),
    (What::Reasoning, "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"§\"}}]}\n\n"),
    (
        What::Reasoning,
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning\":\"§\",\"content\":\"\"}}]}\n\n",
    ),
    (What::Text, "data: {\"choices\":[{\"index\":0,\"text\":\"§\"}]}\n\n"),
    (
        What::Arguments,
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"§\"}}]}}]}\n\n",
    ),
    (
        What::Text,
        "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":#,\"delta\":\"§\",\"obfuscation\":\"¶\"}\n\n",
    ),
    (
        What::Reasoning,
        ": c\ndata: {\"type\":\"response.reasoning_text.delta\",\"delta\":\"§\",\"sequence_number\":#}\n\n",
    ),
];

/// Pieces of string bodies that are right in JSON.
const RIGHT: [&str; 24] = [
    "",
    "a",
    " the",
    "Hello",
    "\\n",
    "\\\"",
    "\\\\",
    "\\/",
    "\\u00e9",
    "\\ud83d\\ude00",
    "\\ud83d",
    "\\ude00",
    "\\u0000",
    "é",
    "日本",
    "🦀",
    "a token that is longer than sixteen bytes",
    "sixteen bytes!!!",
    "\\u0022",
    "\u{2028}",
    "{}",
    "[1,2]",
    "data: x",
    "\\\\u0022",
];
/// And those that are not, or end the string.
const WRONG: [&[u8]; 12] = [
    b"\"",
    b"\\",
    b"\n",
    b"\r",
    b"\0",
    b"\\x",
    b"\\u12",
    b"\xC3",
    b"\xF0\x9F",
    b"\x80",
    b"\",\"response\":\"other",
    b"\x1F",
];
const NUMBERS: [&str; 12] = [
    "0",
    "1",
    "12",
    "01",
    "-1",
    "1.5",
    "1e3",
    "99999999999999999999",
    "",
    "x",
    "9223372036854775807",
    "\"7\"",
];

/// Input: two bytes for the cuts, one for the shape, then for each event what its values are made of.
pub fn check(data: &[u8]) {
    let mut source = Source::new(data);
    let seed = source.number();
    let mut shape = source.below(SHAPES.len());
    let mut stream = Vec::new();
    let mut expected = Some(Vec::new());
    for at in 0..200 {
        if source.is_empty() {
            break;
        }
        let how = source.byte();
        if how & 0xF0 == 0xF0 {
            shape = source.below(SHAPES.len());
        }
        let right = event(&mut source, SHAPES[shape], how, at, &mut stream);
        match (&mut expected, right) {
            (Some(expected), Some(emitted)) => {
                let is_first = !expected.iter().any(|emitted| matches!(emitted, Emitted::Tool { .. }));
                expected.extend(
                    emitted.into_iter().map(|emitted| if is_first { begun(emitted) } else { emitted }),
                );
            }
            _ => expected = None,
        }
    }
    stream.extend_from_slice(b"data: [DONE]\n\n");

    if std::env::var_os("SHOW").is_some() {
        eprintln!("{}", String::from_utf8_lossy(&stream).escape_debug());
    }
    let slow = slowly(&stream);
    let fast = play(Mode::Events, NO_LIMIT, &[&stream], false);
    assert_eq!(comparable(&fast), slow, "against the full reading");
    if let Some(expected) = expected {
        let made: Vec<Emitted> = fast
            .iter()
            // No event has a tool's name.
            .filter(|emitted| {
                !matches!(emitted, Emitted::ToolCall(_) | Emitted::Finish(_))
                    && !is(emitted, FailureKind::ToolCalls)
            })
            .filter(|emitted| !is_empty(emitted) && (!expected.is_empty() || !is_nothing(emitted)))
            .cloned()
            .collect();
        assert_eq!(made, expected, "against what it was made of");
    }
    let pieces = cut(&stream, seed);
    assert_eq!(play(Mode::Events, NO_LIMIT, &pieces, false), fast, "cut by {seed}");

    // The other ways to read say the same in their own form.
    let chunks = play(Mode::Chunks, NO_LIMIT, &pieces, false);
    let without: Vec<Emitted> =
        chunks.iter().filter(|emitted| !matches!(emitted, Emitted::Chunk(_))).cloned().collect();
    // Chunks may be those of any task, and calls in them are as they came.
    if !slow
        .last()
        .is_some_and(|emitted| is(emitted, FailureKind::NoAnswer) || is(emitted, FailureKind::ToolCalls))
    {
        assert_eq!(comparable(&without), slow, "as chunks");
    }
    let text = play(Mode::Text, NO_LIMIT, &pieces, true);
    assert_eq!(comparable(&text), comparable(&texts_first(slow)), "as text");
}

/// The first piece of a call: an empty object may stand for what is still to come, and a call without a
/// name has no end at which it would be passed on.
fn begun(emitted: Emitted) -> Emitted {
    match emitted {
        Emitted::Tool { slot, id, name, arguments } => {
            let arguments = arguments.filter(|arguments| arguments != "{}");
            Emitted::Tool { slot, id, name, arguments }
        }
        other => other,
    }
}

/// True if it is this failure.
fn is(emitted: &Emitted, failure: FailureKind) -> bool {
    matches!(emitted, Emitted::Failure(kind, _) if *kind == failure as i32)
}

/// Does it say that there is no answer?
fn is_nothing(emitted: &Emitted) -> bool {
    let kinds = [FailureKind::Empty as i32, FailureKind::NoAnswer as i32];
    matches!(emitted, Emitted::Failure(kind, _) if kinds.contains(kind))
}

/// Writes an event; what it says, where all of its values are right.
fn event(
    source: &mut Source<'_>,
    (what, shape): (What, &str),
    how: u8,
    number: usize,
    stream: &mut Vec<u8>,
) -> Option<Vec<Emitted>> {
    let mut right = true;
    let mut text = Vec::new();
    let from = stream.len();
    for char in shape.chars() {
        match char {
            '§' => {
                right &= body(source, how & 3, &mut text);
                stream.extend_from_slice(&text);
            }
            '¶' => right &= body(source, how >> 2 & 1, stream),
            '#' if how & 8 == 0 => stream.extend_from_slice(number.to_string().as_bytes()),
            '#' => {
                let number = source.pick(&NUMBERS);
                right &= serde_json::from_str::<serde_core::de::IgnoredAny>(number).is_ok();
                stream.extend_from_slice(number.as_bytes());
            }
            char => stream.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    if how & 0xF0 == 0xE0 {
        // One byte of the event becomes another.
        let at = from + usize::from(source.number()) % (stream.len() - from);
        stream[at] = source.byte();
        return None;
    }
    let value = string(&[b"\"", text.as_slice(), b"\""].concat()).filter(|_| right)?;
    if value.is_empty() {
        return Some(Vec::new());
    }
    // Arguments that begin so may be encoded twice.
    if what == What::Arguments && text.starts_with(br#"\""#) {
        return None;
    }
    Some(vec![match what {
        What::Text => Emitted::Text(value),
        What::Reasoning => Emitted::Reasoning(value),
        What::Arguments => Emitted::Tool { slot: 0, id: None, name: None, arguments: Some(value) },
    }])
}

/// Appends a string's body in so many pieces; tells whether it is right.
fn body(source: &mut Source<'_>, pieces: u8, out: &mut Vec<u8>) -> bool {
    let mut right = true;
    for _ in 0..=pieces {
        let choice = source.byte();
        match choice {
            0..0x20 => {
                let raw = source.take(usize::from(choice));
                right = false;
                out.extend_from_slice(raw);
            }
            0x20..0x30 => {
                right = false;
                out.extend_from_slice(WRONG[usize::from(choice) % WRONG.len()]);
            }
            _ => out.extend_from_slice(RIGHT[usize::from(choice) % RIGHT.len()].as_bytes()),
        }
    }
    right
}

/// The full reading of each event, one after the other.
fn slowly(stream: &[u8]) -> Vec<Emitted> {
    let mut dialect = Dialect::default();
    let mut plain = Plain::default();
    let mut has_chunks = false;
    for seen in sse_plain::read_leniently(stream) {
        let Seen::Event { name, data, .. } = seen else { continue };
        if name.as_deref() == Some(b"error") {
            dialect.abandon(&mut plain);
            plain.0.push(Emitted::Failure(FailureKind::Service as i32, String::new()));
            return plain.0;
        }
        match data.trim_ascii() {
            b"" => continue,
            b"[DONE]" => {
                complete(&mut dialect, has_chunks, &mut plain);
                return plain.0;
            }
            _ => {}
        }
        if json::parse(&data).is_err() && is_failure_text(&data) {
            dialect.abandon(&mut plain);
            plain.0.push(Emitted::Failure(FailureKind::Service as i32, String::new()));
            return plain.0;
        }
        has_chunks |= json::parse(&data).is_ok();
        let outcome =
            json::parse(&data).map_err(Failure::from).and_then(|value| dialect.read(value, &mut plain));
        if let Err(failure) = outcome {
            dialect.abandon(&mut plain);
            plain.0.push(Emitted::Failure(FailureKind::from(failure) as i32, String::new()));
            return plain.0;
        }
    }
    // What is left of the stream when a broken event has taken its end along.
    if dialect.is_complete() {
        complete(&mut dialect, has_chunks, &mut plain);
    } else {
        dialect.abandon(&mut plain);
        let has_stray = sse_plain::has_stray(stream);
        let kind = if has_stray { FailureKind::Service } else { FailureKind::Truncated };
        plain.0.push(Emitted::Failure(kind as i32, String::new()));
    }
    plain.0
}

/// What is held back, the calls, and the end.
fn complete(dialect: &mut Dialect, has_chunks: bool, plain: &mut Plain) {
    if matches!(end(dialect, has_chunks), Emitted::Finish(_)) {
        dialect.end(plain);
        plain.0.extend(dialect.tool_slots().map(Emitted::ToolCall));
    } else {
        dialect.abandon(plain);
    }
    plain.0.push(end(dialect, has_chunks));
}

/// The end of a stream that says that it is complete.
fn end(dialect: &Dialect, has_chunks: bool) -> Emitted {
    let failure = |kind: FailureKind| Emitted::Failure(kind as i32, String::new());
    match (has_chunks, dialect.is_recognised()) {
        (false, _) => failure(FailureKind::Empty),
        (true, false) => failure(FailureKind::NoAnswer),
        (true, true) if dialect.has_nameless_call() => failure(FailureKind::ToolCalls),
        (true, true) => Emitted::Finish(dialect.final_reason() as i32),
    }
}

/// A piece with nothing in it, as of a text whose last character is held back.
fn is_empty(emitted: &Emitted) -> bool {
    matches!(emitted, Emitted::Text(text) | Emitted::Reasoning(text) if text.is_empty())
}

/// Without what the plain reading does not tell.
fn comparable(emitted: &[Emitted]) -> Vec<Emitted> {
    emitted
        .iter()
        .filter(|emitted| !matches!(emitted, Emitted::UsageTotal) && !is_empty(emitted))
        .map(|emitted| match emitted {
            Emitted::Failure(kind, _) => Emitted::Failure(*kind, String::new()),
            other => other.clone(),
        })
        .collect()
}

#[derive(Default)]
struct Plain(Vec<Emitted>);

fn owned(piece: Piece<'_>) -> String {
    let mut out = Vec::new();
    piece.append_to(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}

impl Sink for Plain {
    fn text(&mut self, piece: Piece<'_>) {
        if !piece.bytes.is_empty() {
            self.0.push(Emitted::Text(owned(piece)));
        }
    }

    fn reasoning(&mut self, piece: Piece<'_>) {
        if !piece.bytes.is_empty() {
            self.0.push(Emitted::Reasoning(owned(piece)));
        }
    }

    fn tool(&mut self, delta: ToolDelta<'_>) {
        let ToolDelta { slot, id, name, arguments, .. } = delta;
        self.0.push(Emitted::Tool {
            slot,
            id: id.map(owned),
            name: name.map(owned),
            arguments: arguments.map(owned),
        });
    }

    fn usage(&mut self, usage: Piece<'_>, _more: bool) {
        self.0.push(Emitted::Usage(owned(usage)));
    }
}
