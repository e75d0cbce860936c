//! The reader of server-sent events: the same events however the stream is cut, and those of a plain reader.

use super::cuts::{Dice, cut};
use super::source::Source;
use super::sse_plain::{self, Seen};
use workers_ai_wasm::wire::sse::{Event, Framing, Listener, Next, Span};
use workers_ai_wasm::wire::window::Window;

/// Input: two bytes for the cuts, then the stream.
pub fn check(data: &[u8]) {
    let mut source = Source::new(data);
    let seed = source.number();
    let stream = source.rest();
    let expected = sse_plain::read(stream);
    assert_eq!(read(&[stream], 0), expected, "in one piece");
    assert_eq!(read(&cut(stream, seed), seed), expected, "cut by {seed}");
    let single: Vec<&[u8]> = stream.chunks(1).collect();
    assert_eq!(read(&single, 1), expected, "byte by byte");
}

/// Listens, stopping after some events when the dice say so.
struct Ear {
    seen: Vec<Seen>,
    dice: Option<Dice>,
    paused: bool,
}

impl Listener for Ear {
    fn event(&mut self, window: &Window, event: Event) -> Next {
        let of = |(at, len): Span| {
            let bytes = window.slice(at, len);
            assert_eq!(bytes.len(), len, "what is announced is there");
            bytes.to_vec()
        };
        let seen = Seen::Event { name: event.name.map(of), retry: event.retry.map(of), data: of(event.data) };
        if !event.joined {
            // Of ids there may be some in it, announced before.
            let again = sse_plain::read(&of(event.frame));
            let event = again.iter().find(|seen| matches!(seen, Seen::Event { .. }));
            assert_eq!(event, Some(&seen), "the frame is that of the event");
        }
        self.seen.push(seen);
        self.paused = self.dice.as_mut().is_some_and(|dice| dice.below(3) == 0);
        if self.paused { Next::Pause } else { Next::Continue }
    }

    fn known(&mut self, _window: &Window, at: usize) -> (usize, Next) {
        (at, Next::Continue)
    }

    fn is_standard(&self) -> bool {
        true
    }

    fn id(&mut self, window: &Window, (at, len): Span) {
        self.seen.push(Seen::Id(window.slice(at, len).to_vec()));
    }
}

fn read(pieces: &[&[u8]], seed: u16) -> Vec<Seen> {
    let mut dice = Dice::new(seed);
    let mut window = Window::default();
    let mut framing = Framing::default();
    let mut ear = Ear { seen: Vec::new(), dice: (seed != 0).then(|| Dice::new(!seed)), paused: false };
    for piece in pieces {
        window.append(piece);
        loop {
            ear.paused = false;
            framing.run(&mut window, &mut ear);
            assert!(framing.needed_from() <= window.len());
            if !ear.paused {
                break;
            }
        }
        if seed != 0 && dice.below(2) == 0 {
            let from = framing.needed_from();
            window.compact(from, 1);
            framing.moved(from);
        }
    }
    ear.seen
}
