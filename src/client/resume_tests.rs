use std::collections::VecDeque;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    Closes,
    Breaks,
    /// By the caller, or by a timeout.
    Stops,
}

/// A run whose events are stored, and the connections to it: each sends a number of bytes, in chunks of some
/// size, before it ends.
struct Kept {
    events: Vec<&'static str>,
    plans: VecDeque<(usize, End)>,
    chunk: usize,
    sending: Vec<u8>,
    end: End,
    resumed_from: Vec<u64>,
    slept: Vec<f64>,
    expires_after: usize,
}

impl Kept {
    fn new(events: &[&'static str], chunk: usize, plans: &[(usize, End)]) -> Self {
        let mut kept = Self {
            events: events.to_vec(),
            plans: plans.iter().copied().collect(),
            chunk,
            sending: Vec::new(),
            end: End::Closes,
            resumed_from: Vec::new(),
            slept: Vec::new(),
            expires_after: usize::MAX,
        };
        kept.open(0);
        kept
    }

    fn open(&mut self, from: usize) {
        let all = self.events[from..].concat().into_bytes();
        let (bytes, end) = self.plans.pop_front().unwrap_or((usize::MAX, End::Closes));
        self.end = end;
        self.sending = all[..bytes.min(all.len())].to_vec();
    }
}

impl Wire for Kept {
    type Error = End;

    async fn read(&mut self) -> Result<Option<Vec<u8>>, End> {
        if self.sending.is_empty() {
            return if self.end == End::Closes { Ok(None) } else { Err(self.end) };
        }
        let rest = self.sending.split_off(self.chunk.min(self.sending.len()));
        Ok(Some(std::mem::replace(&mut self.sending, rest)))
    }

    fn is_broken(&self, error: &End) -> bool {
        *error == End::Breaks
    }

    async fn connect(&mut self, events: u64) -> Result<(), End> {
        self.resumed_from.push(events);
        if self.resumed_from.len() > self.expires_after {
            return Err(End::Stops);
        }
        self.open(usize::try_from(events).unwrap());
        Ok(())
    }

    async fn sleep(&mut self, ms: f64) -> bool {
        self.slept.push(ms);
        true
    }

    fn random(&self) -> f64 {
        1.0
    }
}

fn read(kept: Kept) -> (Result<String, End>, Kept) {
    let mut resumed = Resumed::new(kept);
    let mut text = Vec::new();
    let outcome = {
        let mut reading = pin!(async {
            while let Some(bytes) = resumed.next().await? {
                text.extend_from_slice(&bytes);
            }
            Ok(())
        });
        match reading.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => panic!("nothing here waits"),
        }
    };
    (outcome.map(|()| String::from_utf8(text).unwrap()), resumed.wire)
}

/// Events in every form of the framing, with every kind of line end.
const CHAT: [&str; 7] = [
    ": hello\n\n",
    "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n",
    "event: x\r\ndata: {\"choices\":\r\ndata: [{\"delta\":{\"content\":\"é\"}}]}\r\n\r\n",
    "id: 7\rdata: {\"choices\":[{\"delta\":{\"content\":\"語\"}}]}\r\r",
    ": ping\n: ping\n\n",
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
    "data: [DONE]\n\n",
];
const CLAUDE: [&str; 3] = [
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}\n\n",
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n",
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
];

#[test]
fn cut_at_every_byte_and_once_more_nothing_is_lost_or_doubled() {
    for events in [&CHAT[..], &CLAUDE[..]] {
        let whole = events.concat();
        for end in [End::Breaks, End::Closes] {
            for first in 0..whole.len() {
                for chunk in [1, 3, 64] {
                    let plans = [(first, end), (5, End::Breaks), (first % 50, end)];
                    let (text, kept) = read(Kept::new(events, chunk, &plans));
                    assert_eq!(text.as_ref(), Ok(&whole), "{first} {chunk} {end:?}");
                    assert!(kept.resumed_from.windows(2).all(|pair| pair[0] <= pair[1]));
                }
            }
        }
    }
}

#[test]
fn who_dies_after_each_event_gets_a_request_for_the_next() {
    let plans: Vec<(usize, End)> = CHAT.iter().map(|event| (event.len(), End::Breaks)).collect();
    let (text, kept) = read(Kept::new(&CHAT, 64, &plans));
    assert_eq!(text, Ok(CHAT.concat()));
    assert_eq!(kept.resumed_from, [1, 2, 3, 4, 5, 6]);
    assert!(kept.slept.is_empty());
}

#[test]
fn what_its_own_words_have_ended_is_over() {
    for (events, more) in [(&CHAT[..], 0), (&CLAUDE[..], 0)] {
        let (text, kept) = read(Kept::new(events, 9, &[(usize::MAX, End::Breaks)]));
        assert_eq!((text, kept.resumed_from.len()), (Ok(events.concat()), more));
    }
    let failed = ["data: {\"errors\":[{\"code\":3040,\"message\":\"busy\"}]}\n\n"];
    assert!(read(Kept::new(&failed, 9, &[(usize::MAX, End::Breaks)])).1.resumed_from.is_empty());
    // A connection without an end event is resumed once more.
    let silent = &CHAT[..3];
    let (text, kept) = read(Kept::new(silent, 9, &[]));
    assert_eq!((text, kept.resumed_from), (Ok(silent.concat()), vec![3]));
}

#[test]
fn an_end_of_the_call_is_no_broken_connection() {
    let (text, kept) = read(Kept::new(&CHAT, 9, &[(60, End::Stops)]));
    assert_eq!((text, kept.resumed_from.len()), (Err(End::Stops), 0));
}

#[test]
fn connections_that_bring_nothing_are_abandoned_after_growing_pauses() {
    let (text, kept) = read(Kept::new(&CHAT, 9, &[(60, End::Breaks); 1]));
    assert_eq!((text, kept.resumed_from.len()), (Ok(CHAT.concat()), 1));
    let nothing: Vec<(usize, End)> = [(60, End::Breaks)].into_iter().chain([(3, End::Breaks); 20]).collect();
    let (text, kept) = read(Kept::new(&CHAT, 9, &nothing));
    assert_eq!((text, kept.resumed_from.len()), (Err(End::Breaks), 6));
    assert_eq!(kept.slept, [500.0, 1_000.0, 2_000.0, 4_000.0, 8_000.0]);
}

#[test]
fn a_run_that_is_gone_leaves_the_first_failure() {
    let mut kept = Kept::new(&CHAT, 9, &[(60, End::Breaks)]);
    kept.expires_after = 0;
    assert_eq!(read(kept).0, Err(End::Breaks));
    let mut kept = Kept::new(&CHAT, 9, &[(60, End::Closes)]);
    kept.expires_after = 0;
    // The received bytes are emitted although the event is incomplete.
    assert_eq!(read(kept).0, Ok(CHAT.concat()[..60].to_owned()));
}
