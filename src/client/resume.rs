//! A stream of events that reconnects when its connection breaks.
//!
//! The server (a gateway's run) stores the events and can replay them from any position. So only whole events
//! are emitted and counted; an incomplete event is buffered, and discarded with its connection: the next
//! connection begins with that event. No event is lost or repeated, wherever a connection breaks.
//!
//! A stream whose last event ends it is complete, however its connection ends. A connection that ends without
//! such an event may have been cut off by a proxy: the stream is complete if it ends a second time at the
//! same event.

use crate::error::Code;
use crate::error::body::event_data;
use crate::retry::{self, Decision, Policy};
use crate::wire::json;
use crate::wire::reported::reports_failure;
use crate::wire::sse::{Blocks, is_end_marker};

/// Limit of consecutive connections without an event.
const MOST_FRUITLESS: u32 = 5;

/// The interface of the runtime.
#[expect(async_fn_in_trait, reason = "all of it lives on one thread: no future has to be Send")]
pub trait Wire {
    /// The error of a read or a connection.
    type Error;

    /// The next bytes of the connection, none at its end.
    async fn read(&mut self) -> Result<Option<Vec<u8>>, Self::Error>;
    /// True if the connection has broken. Other errors end the call: those of the caller, of a timeout, or of
    /// malformed data.
    fn is_broken(&self, error: &Self::Error) -> bool;
    /// Reconnects, to receive the events after the first `events`. Retries are made inside.
    async fn connect(&mut self, events: u64) -> Result<(), Self::Error>;
    /// Waits; `false` if the call has ended before.
    async fn sleep(&mut self, ms: f64) -> bool;
    /// A random number in [0, 1).
    fn random(&self) -> f64;
}

/// See the module.
pub struct Resumed<W> {
    wire: W,
    blocks: Blocks,
    /// The bytes of an incomplete event.
    buffered: Vec<u8>,
    /// The last whole event.
    last: Vec<u8>,
    events: u64,
    /// Consecutive connections without an event.
    fruitless: u32,
    /// True if the latest connection was made because the one before ended without an end event, and has
    /// brought nothing yet.
    doubted: bool,
    over: bool,
}

impl<W: Wire> Resumed<W> {
    /// Begins with a first connection that is unread.
    pub fn new(wire: W) -> Self {
        Self {
            wire,
            blocks: Blocks::default(),
            buffered: Vec::new(),
            last: Vec::new(),
            events: 0,
            fruitless: 0,
            doubted: false,
            over: false,
        }
    }

    /// The runtime.
    pub fn wire(&self) -> &W {
        &self.wire
    }

    /// The number of whole events that were emitted.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// The next whole events, none at the end of the stream.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, W::Error> {
        while !self.over {
            let broken = match self.wire.read().await {
                Ok(Some(bytes)) => match self.take(bytes) {
                    Some(whole) => return Ok(Some(whole)),
                    None => continue,
                },
                Ok(None) => None,
                Err(error) if self.wire.is_broken(&error) => Some(error),
                Err(error) => return self.fail(error),
            };
            if ends(&self.last) || broken.is_none() && self.doubted {
                return Ok(self.end());
            }
            match (self.connect(broken.is_none()).await, broken) {
                (true, _) => {}
                // The stream has ended without an end event; the parser decides whether it is complete.
                (false, None) => return Ok(self.end()),
                (false, Some(error)) => return self.fail(error),
            }
        }
        Ok(None)
    }

    /// Adds bytes; returns the events that they complete.
    fn take(&mut self, bytes: Vec<u8>) -> Option<Vec<u8>> {
        let (mut before, mut end) = (None, None);
        let events = &mut self.events;
        self.blocks.feed(&bytes, |at| {
            (before, end) = (end, Some(at));
            *events += 1;
        });
        let Some(end) = end else {
            self.buffered.extend_from_slice(&bytes);
            return None;
        };
        self.fruitless = 0;
        self.doubted = false;
        let buffered = self.buffered.len();
        let mut whole = std::mem::take(&mut self.buffered);
        whole.extend_from_slice(bytes.get(..end).unwrap_or_default());
        self.buffered.extend_from_slice(bytes.get(end..).unwrap_or_default());
        let last = before.map_or(0, |before| buffered + before);
        self.last.clear();
        self.last.extend_from_slice(whole.get(last..).unwrap_or_default());
        Some(whole)
    }

    /// Reconnects; `false` if that is not possible.
    async fn connect(&mut self, silently: bool) -> bool {
        if self.fruitless > 0 {
            let policy = Policy { max_retries: MOST_FRUITLESS, total_ms: None };
            let facts = retry::Failure {
                code: Code::Network,
                retry_after_ms: None,
                attempts: self.fruitless,
                elapsed_ms: 0.0,
                replayable: true,
                reject_if_busy: false,
            };
            let Decision::Wait(ms) = policy.decide(facts, self.wire.random()) else { return false };
            if !self.wire.sleep(ms).await {
                return false;
            }
        }
        self.fruitless += 1;
        if self.wire.connect(self.events).await.is_err() {
            return false;
        }
        self.doubted = silently;
        self.blocks = Blocks::default();
        self.buffered.clear();
        true
    }

    /// Ends the stream, with the bytes of an incomplete event.
    fn end(&mut self) -> Option<Vec<u8>> {
        self.over = true;
        Some(std::mem::take(&mut self.buffered)).filter(|buffered| !buffered.is_empty())
    }

    fn fail(&mut self, error: W::Error) -> Result<Option<Vec<u8>>, W::Error> {
        self.over = true;
        Err(error)
    }
}

/// True if the event ends its stream, in any dialect; failures do as well.
fn ends(event: &[u8]) -> bool {
    const LAST: [&str; 5] =
        ["message_stop", "response.completed", "response.incomplete", "response.failed", "error"];
    let Some(data) = event_data(event) else { return false };
    if is_end_marker(&data) {
        return true;
    }
    let Ok(value) = json::parse(&data) else { return false };
    let kind = value.get("type");
    reports_failure(value) || kind.is_some_and(|kind| LAST.iter().any(|last| kind.is(last)))
}

#[cfg(test)]
#[path = "resume_tests.rs"]
mod tests;
