//! The streaming engine on any stream: what it says does not depend on the cuts, on what other streams say
//! between, or on who takes the text when; and it keeps to the limit of an event's size.

use super::cuts::cut;
use super::player::{Emitted, MODES, Player, play};
use super::source::Source;
use super::sse_plain::{self, Seen};
use workers_ai_wasm::wire::engine::Engine;
use workers_ai_wasm::wire::failure_kind::FailureKind;
use workers_ai_wasm::wire::reader::Mode;
use workers_ai_wasm::wire::synthesize::event_stream;

/// More than any input has.
const NO_LIMIT: usize = 1 << 24;

/// Input: two bytes for the cuts, one for the mode, one for the limit of an event's size, then the stream.
pub fn check(data: &[u8]) {
    let mut source = Source::new(data);
    let seed = source.number();
    let mode = MODES[source.below(MODES.len())];
    let limit = usize::from(source.byte()) * 4;
    let stream = source.rest();

    let expected = play(mode, NO_LIMIT, &[stream], false);
    let pieces = cut(stream, seed);
    assert_eq!(play(mode, NO_LIMIT, &pieces, seed & 1 == 0), expected, "{mode:?}, cut by {seed}");
    assert_eq!(
        in_turns(mode, &pieces, &cut(stream, !seed)),
        [expected.clone(), expected.clone()],
        "in turns"
    );
    check_plain(mode, stream, &expected);
    check_limit(mode, limit, stream, &pieces, &expected);
    check_whole(mode, stream);
}

/// Two streams that share an engine do not hear of each other.
fn in_turns(mode: Mode, left: &[&[u8]], right: &[&[u8]]) -> [Vec<Emitted>; 2] {
    let mut engine = Engine::default();
    let mut first = Player::open(&mut engine, mode, NO_LIMIT).taking();
    let mut second = Player::open(&mut engine, mode, NO_LIMIT).taking();
    for at in 0..left.len().max(right.len()) {
        if let Some(piece) = left.get(at) {
            first.feed(&mut engine, piece);
        }
        if let Some(piece) = right.get(at) {
            second.feed(&mut engine, piece);
        }
    }
    let first = first.finish(&mut engine);
    [first, second.finish(&mut engine)]
}

/// Server-sent events as they are must be those of a plain reader.
fn check_plain(mode: Mode, stream: &[u8], emitted: &[Emitted]) {
    if mode != Mode::Plain {
        return;
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut expected = Vec::new();
    for seen in sse_plain::read(stream) {
        match seen {
            Seen::Id(id) => expected.push(Emitted::Id(text(&id))),
            Seen::Event { name, retry, data } => {
                expected.extend(name.map(|name| Emitted::Name(text(&name))));
                expected.extend(retry.map(|retry| Emitted::Retry(text(&retry))));
                expected.push(Emitted::Data(text(&data)));
            }
        }
    }
    assert_eq!(emitted, expected);
}

/// A limit either does not matter, or ends the stream before the event that is too large; one within it
/// never does.
fn check_limit(mode: Mode, limit: usize, stream: &[u8], pieces: &[&[u8]], expected: &[Emitted]) {
    let emitted = play(mode, limit, pieces, true);
    if emitted == expected {
        return;
    }
    let longest = stream.split(|byte| matches!(byte, b'\n' | b'\r')).map(<[u8]>::len).max();
    assert!(stream.len() > limit, "nothing is too large, the longest line is {longest:?}");
    let Some((Emitted::Failure(kind, _), before)) = emitted.split_last() else {
        panic!("{emitted:?}\nis not the beginning of\n{expected:?}");
    };
    assert_eq!(*kind, FailureKind::TooLarge as i32, "{emitted:?} for {expected:?}");
    // Where the whole text is wanted, it may be but a part.
    let same = before.iter().zip(expected).all(|(one, other)| match (one, other) {
        (Emitted::Text(part), Emitted::Text(whole))
        | (Emitted::Reasoning(part), Emitted::Reasoning(whole))
            if mode == Mode::Text =>
        {
            whole.starts_with(part.as_str())
        }
        _ => one == other,
    });
    assert!(same && before.len() <= expected.len(), "{emitted:?}\nis not the beginning of\n{expected:?}");
}

/// The same bytes as one whole answer; and the stream that is made of an answer says what the answer says.
fn check_whole(mode: Mode, answer: &[u8]) {
    if mode == Mode::Plain {
        return;
    }
    let mut engine = Engine::default();
    let whole = Player::open(&mut engine, mode, NO_LIMIT).whole(&mut engine, answer);
    let is_object = answer.trim_ascii().starts_with(b"{");
    if mode != Mode::Events
        || !is_object
        || whole.iter().any(|emitted| matches!(emitted, Emitted::Failure(..)))
    {
        return;
    }
    assert_eq!(play(mode, NO_LIMIT, &[&event_stream(answer)], false), whole, "a stream made of an answer");
}
