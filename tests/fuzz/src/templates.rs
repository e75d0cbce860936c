//! The short way for events that differ from the one before in a value or two: it says what the full reading of each event says, and
//! what the values were that the events were made of.

use super::cuts::cut;
use super::json::string;
use super::player::{Said, play, texts_first};
use super::source::Source;
use super::sse_plain::{self, Seen};
use workers_ai_wasm::wire::dialect::{Dialect, Failure, Piece, Sink, ToolDelta};
use workers_ai_wasm::wire::failure_kind::FailureKind;
use workers_ai_wasm::wire::json;
use workers_ai_wasm::wire::reader::Mode;

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
            (Some(expected), Some(said)) => expected.extend(said),
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
        let made: Vec<Said> = fast
            .iter()
            // No event has a tool's name.
            .filter(|said| {
                !matches!(said, Said::ToolCall(_) | Said::Finish(_)) && !is(said, FailureKind::ToolCalls)
            })
            .filter(|said| !expected.is_empty() || !is_nothing(said))
            .cloned()
            .collect();
        assert_eq!(made, expected, "against what it was made of");
    }
    let pieces = cut(&stream, seed);
    assert_eq!(play(Mode::Events, NO_LIMIT, &pieces, false), fast, "cut by {seed}");

    // The other ways to read say the same in their own form.
    let chunks = play(Mode::Chunks, NO_LIMIT, &pieces, false);
    let without: Vec<Said> = chunks.iter().filter(|said| !matches!(said, Said::Chunk(_))).cloned().collect();
    // Chunks may be those of any task, and calls in them are as they came.
    if !slow.last().is_some_and(|said| is(said, FailureKind::NoAnswer) || is(said, FailureKind::ToolCalls)) {
        assert_eq!(comparable(&without), slow, "as chunks");
    }
    let text = play(Mode::Text, NO_LIMIT, &pieces, true);
    assert_eq!(comparable(&text), texts_first(slow), "as text");
}

/// Is it this failure?
fn is(said: &Said, failure: FailureKind) -> bool {
    matches!(said, Said::Failure(kind, _) if *kind == failure as i32)
}

/// Does it say that there is no answer?
fn is_nothing(said: &Said) -> bool {
    let kinds = [FailureKind::Empty as i32, FailureKind::NoAnswer as i32];
    matches!(said, Said::Failure(kind, _) if kinds.contains(kind))
}

/// Writes an event; what it says, where all of its values are right.
fn event(
    source: &mut Source<'_>,
    (what, shape): (What, &str),
    how: u8,
    number: usize,
    stream: &mut Vec<u8>,
) -> Option<Vec<Said>> {
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
    let said = string(&[b"\"", text.as_slice(), b"\""].concat()).filter(|_| right)?;
    if said.is_empty() {
        return Some(Vec::new());
    }
    Some(vec![match what {
        What::Text => Said::Text(said),
        What::Reasoning => Said::Reasoning(said),
        What::Arguments => Said::Tool { slot: 0, id: None, name: None, arguments: Some(said) },
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
fn slowly(stream: &[u8]) -> Vec<Said> {
    let mut dialect = Dialect::default();
    let mut plain = Plain::default();
    let mut has_chunks = false;
    for seen in sse_plain::read(stream) {
        let Seen::Event { name, data, .. } = seen else { continue };
        if name.as_deref() == Some(b"error") {
            plain.0.push(Said::Failure(FailureKind::Service as i32, String::new()));
            return plain.0;
        }
        match data.trim_ascii() {
            b"" => continue,
            b"[DONE]" => {
                if has_chunks && dialect.is_recognised() && !dialect.has_nameless_call() {
                    plain.0.extend(dialect.tool_slots().into_iter().map(Said::ToolCall));
                }
                plain.0.push(end(&dialect, has_chunks));
                return plain.0;
            }
            _ => {}
        }
        has_chunks |= json::parse(&data).is_ok();
        let outcome =
            json::parse(&data).map_err(Failure::from).and_then(|value| dialect.read(value, &mut plain));
        if let Err(failure) = outcome {
            plain.0.push(Said::Failure(FailureKind::from(failure) as i32, String::new()));
            return plain.0;
        }
    }
    // What is left of the stream when a broken event has taken its end along.
    let kind = match dialect.is_complete() {
        true => end(&dialect, has_chunks),
        false => Said::Failure(FailureKind::Truncated as i32, String::new()),
    };
    plain.0.push(kind);
    plain.0
}

/// The end of a stream that says that it is complete.
fn end(dialect: &Dialect, has_chunks: bool) -> Said {
    let failure = |kind: FailureKind| Said::Failure(kind as i32, String::new());
    match (has_chunks, dialect.is_recognised()) {
        (false, _) => failure(FailureKind::Empty),
        (true, false) => failure(FailureKind::NoAnswer),
        (true, true) if dialect.has_nameless_call() => failure(FailureKind::ToolCalls),
        (true, true) => Said::Finish(dialect.final_reason() as i32),
    }
}

/// Without what the plain reading does not tell.
fn comparable(said: &[Said]) -> Vec<Said> {
    said.iter()
        .filter(|said| !matches!(said, Said::UsageTotal))
        .map(|said| match said {
            Said::Failure(kind, _) => Said::Failure(*kind, String::new()),
            other => other.clone(),
        })
        .collect()
}

#[derive(Default)]
struct Plain(Vec<Said>);

fn owned(piece: Piece<'_>) -> String {
    let mut out = Vec::new();
    piece.append_to(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}

impl Sink for Plain {
    fn text(&mut self, piece: Piece<'_>) {
        if !piece.bytes.is_empty() {
            self.0.push(Said::Text(owned(piece)));
        }
    }

    fn reasoning(&mut self, piece: Piece<'_>) {
        if !piece.bytes.is_empty() {
            self.0.push(Said::Reasoning(owned(piece)));
        }
    }

    fn tool(&mut self, delta: ToolDelta<'_>) {
        let ToolDelta { slot, id, name, arguments, .. } = delta;
        self.0.push(Said::Tool {
            slot,
            id: id.map(owned),
            name: name.map(owned),
            arguments: arguments.map(owned),
        });
    }

    fn usage(&mut self, usage: Piece<'_>, _more: bool) {
        self.0.push(Said::Usage(owned(usage)));
    }
}
