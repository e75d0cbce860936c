//! The streaming engine on streams that fill its tables and outgrow its window: many events, large ones,
//! more tokens than are numbered.

use super::cuts::cut_to;
use super::player::{Emitted, MODES, Player, play};
use super::source::Source;
use workers_ai_wasm::wire::engine::Engine;
use workers_ai_wasm::wire::reader::Mode;

const NO_LIMIT: usize = 1 << 24;
/// The lengths of pieces; some are longer than the engine takes at once.
const LONGEST: [usize; 6] = [300, 1000, 5000, 16 * 1024, 64 * 1024, 150_000];

/// Input: two bytes for the cuts, one for the mode, one for the length, then what is repeated; each `#` in
/// it becomes the number of the repetition, each `~` a hundred of the byte before.
pub fn check(data: &[u8]) {
    let mut source = Source::new(data);
    let seed = source.number();
    let mode = MODES[source.below(MODES.len())];
    let length = (1 + usize::from(source.byte())) * 1024;
    let unit = source.rest();
    if unit.is_empty() {
        return;
    }
    let mut stream = Vec::new();
    for number in 0.. {
        if stream.len() >= length {
            break;
        }
        write(unit, number, &mut stream);
    }
    let longest = LONGEST[usize::from(seed) % LONGEST.len()];
    let expected = play(mode, NO_LIMIT, &[&stream], false);
    let pieces = cut_to(&stream, seed, longest);
    assert!(play(mode, NO_LIMIT, &pieces, seed & 1 == 0) == expected, "{mode:?}, cut by {seed}");
    let [left, right] = in_turns(mode, &pieces, &cut_to(&stream, !seed, longest));
    assert!(left == expected && right == expected, "{mode:?}, in turns, cut by {seed}");
}

fn write(unit: &[u8], number: usize, out: &mut Vec<u8>) {
    let mut last = b' ';
    for &byte in unit {
        match byte {
            b'#' => out.extend_from_slice(number.to_string().as_bytes()),
            b'~' => out.extend_from_slice(&[last; 100]),
            byte => {
                out.push(byte);
                last = byte;
            }
        }
    }
}

/// Two streams that share an engine, of which one may have an event open that is too large to be moved.
fn in_turns(mode: Mode, left: &[&[u8]], right: &[&[u8]]) -> [Vec<Emitted>; 2] {
    let mut engine = Engine::default();
    let mut first = Player::open(&mut engine, mode, NO_LIMIT).taking();
    let mut second = Player::open(&mut engine, mode, NO_LIMIT).taking();
    for at in 0..left.len().max(right.len()) {
        for (player, pieces) in [(&mut first, left), (&mut second, right)] {
            if let Some(piece) = pieces.get(at) {
                player.feed(&mut engine, piece);
            }
        }
    }
    let first = first.finish(&mut engine);
    [first, second.finish(&mut engine)]
}
