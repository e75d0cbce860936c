//! Converts the bytes of a streamed answer in any dialect to the caller's dialect.
//!
//! An answer that is incomplete is never encoded as complete: a failure in the stream, invalid JSON, an
//! event that is too large, and an early end become errors of the caller's dialect. Memory is bounded by
//! the largest event.

use crate::error::Error;
use crate::reply::open_answer;
use crate::text::lossy;
use crate::wire::answer_events::{Instead, Step, Unread, judge_end, step, text_failure};
use crate::wire::dialect::{Dialect, Reading, Sink};
use crate::wire::envelope::Wrapping;
use crate::wire::failure_kind::FailureKind;
use crate::wire::json::{self, Value};
use crate::wire::openai;
use crate::wire::openai::collected::Collected;
use crate::wire::sse::{Event, Listener, Next};
use crate::wire::window::Window;

/// Encodes the contents of a stream in the caller's dialect.
pub trait StreamEncoder {
    /// Encodes a chunk, given as received and as contents. The chunk is `None` if the contents had been
    /// held back.
    fn chunk(
        &mut self,
        chunk: Option<Value<'_>>,
        collected: &mut Collected,
        dialect: &Dialect,
        out: &mut Vec<u8>,
    ) -> Result<(), Error>;
    /// Encodes a whole answer in place of a stream.
    fn whole(
        &mut self,
        answer: Value<'_>,
        collected: &mut Collected,
        dialect: &Dialect,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        self.chunk(Some(answer), collected, dialect, out)
    }
    /// Encodes the end of a complete answer.
    fn end(&mut self, collected: &Collected, dialect: &Dialect, out: &mut Vec<u8>) -> Result<(), Error>;
    /// Encodes a failure.
    fn fail(&mut self, error: &Error, out: &mut Vec<u8>);
}

/// See the module documentation.
pub struct Stream {
    unread: Unread,
    window: Window,
    /// Longest event, in bytes.
    max_event_bytes: usize,
    events: Events,
}

struct Events {
    encoder: Box<dyn StreamEncoder>,
    dialect: Dialect,
    collected: Collected,
    /// One of the events was JSON, not only the end marker.
    has_chunks: bool,
    /// The end of the stream cut the event off.
    last: bool,
    over: bool,
    /// The failure, if it happened before any output.
    failed_first: Option<Error>,
    out: Vec<u8>,
}

impl Stream {
    /// A stream without any input.
    pub fn new(encoder: Box<dyn StreamEncoder>, reading: Reading, max_event_bytes: usize) -> Self {
        Stream {
            unread: Unread::default(),
            window: Window::default(),
            max_event_bytes,
            events: Events {
                encoder,
                dialect: Dialect::new(reading),
                collected: Collected::default(),
                has_chunks: false,
                last: false,
                over: false,
                failed_first: None,
                out: Vec::new(),
            },
        }
    }

    /// True if there will be no more output, whatever the input.
    pub fn is_over(&self) -> bool {
        self.events.over
    }

    /// The failure, if the call that failed had no other output.
    pub fn failed_first(&self) -> Option<&Error> {
        self.events.failed_first.as_ref()
    }

    /// Converts bytes.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<u8> {
        let Stream { unread, window, events, .. } = self;
        if events.over {
            return Vec::new();
        }
        if !unread.feed(window, bytes, events) {
            events.fail(FailureKind::Page.to_error(b"", 0));
        } else if unread.len() > self.max_event_bytes && !events.over {
            let most = u32::try_from(self.max_event_bytes).unwrap_or(u32::MAX);
            events.fail(FailureKind::TooLarge.to_error(b"", most));
        }
        if events.over {
            unread.take();
        }
        std::mem::take(&mut events.out)
    }

    /// Ends the stream. An event that the end cut off before its blank line counts if it is complete.
    pub fn finish(&mut self) -> Vec<u8> {
        let Stream { unread, window, events, .. } = self;
        if !events.over {
            match unread.instead() {
                Some(Instead::Json(answer)) => events.document(String::from_utf8_lossy(&answer).as_bytes()),
                Some(Instead::Text(text)) => events.fail(text_failure(&text).to_error(&text, 0)),
                None => {
                    events.last = true;
                    unread.finish(window, events);
                    events.end(unread.stray());
                }
            }
        }
        std::mem::take(&mut events.out)
    }

    /// Ends the stream because the connection broke, or a time limit was reached.
    pub fn fail(&mut self, error: Error) -> Vec<u8> {
        if !self.events.over {
            self.events.fail(error);
        }
        std::mem::take(&mut self.events.out)
    }
}

impl Events {
    fn fail(&mut self, error: Error) {
        let is_first = self.out.is_empty();
        self.encoder.fail(&error, &mut self.out);
        self.failed_first = is_first.then_some(error);
        self.over = true;
    }

    fn attempt(&mut self, outcome: Result<(), Error>) {
        if let Err(error) = outcome {
            self.fail(error);
        }
    }

    /// Encodes text that was held back.
    fn held(&mut self, take: fn(&mut Dialect, &mut dyn Sink)) {
        self.collected.begin();
        take(&mut self.dialect, &mut self.collected);
        if !self.collected.is_empty() {
            let Events { encoder, collected, dialect, out, .. } = self;
            let written = encoder.chunk(None, collected, dialect, out);
            self.attempt(written);
        }
    }

    /// The service has ended the stream.
    fn complete(&mut self) {
        match judge_end(&self.dialect, self.has_chunks) {
            Ok(()) => {
                self.held(Dialect::end);
                if self.over {
                    return;
                }
                let outcome = self.encoder.end(&self.collected, &self.dialect, &mut self.out);
                self.attempt(outcome);
                self.over = true;
            }
            Err(kind) => self.fail(kind.to_error(b"", 0)),
        }
    }

    /// The bytes have ended. `stray` is the text with which the stream broke off, see
    /// [`Framing::stray`](crate::wire::sse::Framing::stray).
    fn end(&mut self, stray: Option<&[u8]>) {
        if self.over {
            return;
        }
        if self.dialect.is_complete() {
            return self.complete();
        }
        let kind = match stray {
            Some(_) => FailureKind::Service,
            None if self.has_chunks => FailureKind::Truncated,
            None => FailureKind::Empty,
        };
        self.fail(kind.to_error(stray.unwrap_or_default(), 0));
    }

    /// Reads a whole JSON text.
    fn document(&mut self, text: &[u8]) {
        let answer = match open_answer(text, Wrapping::Enveloped, None) {
            Ok((answer, _)) => answer,
            Err(error) => return self.fail(error),
        };
        match json::parse(answer) {
            Ok(answer) => {
                self.dialect.set_whole();
                self.read(answer, true);
                if !self.over {
                    self.complete();
                }
            }
            Err(invalid) => self.fail(FailureKind::of(invalid).to_error(b"", 0)),
        }
    }

    fn read(&mut self, chunk: Value<'_>, is_whole: bool) {
        self.has_chunks = true;
        self.collected.begin();
        let outcome = self.dialect.read(chunk, &mut self.collected);
        // Its part of the answer was billed, and precedes the failure.
        let Events { encoder, collected, dialect, out, .. } = self;
        let written = match outcome {
            Err(_) if collected.is_empty() => Ok(()),
            _ if is_whole => encoder.whole(chunk, collected, dialect, out),
            _ => encoder.chunk(Some(chunk), collected, dialect, out),
        };
        match outcome {
            Err(crate::wire::dialect::Failure::Service(..)) => self.fail(Error::from_event(chunk)),
            Err(failure) => self.fail(FailureKind::from(failure).to_error(b"", 0)),
            Ok(()) => self.attempt(written),
        }
        if self.dialect.is_closed() && !self.over {
            self.complete();
        }
    }

    fn take(&mut self, name: Option<&[u8]>, data: &[u8]) {
        match step(name, data, self.last) {
            Step::Nothing => {}
            Step::End => self.complete(),
            Step::Chunk(chunk) => self.read(chunk, false),
            Step::Failed(kind) => self.fail(kind.to_error(data, 0)),
        }
    }
}

impl Listener for Events {
    fn event(&mut self, window: &Window, event: Event) -> Next {
        let name = event.name.map(|(at, len)| window.slice(at, len));
        let data = window.slice(event.data.0, event.data.1);
        let before = self.out.len();
        self.take(name, data);
        // Parts of a chunk are passed on unchanged, and the output has to be UTF-8.
        if std::str::from_utf8(data).is_err() {
            let out = self.out.split_off(before);
            self.out.extend_from_slice(lossy(&out).as_bytes());
        }
        if self.over { Next::Pause } else { Next::Continue }
    }
}

/// Appends JSON text as an event, with a name if the dialect has event names.
pub fn write_event(name: Option<&str>, json: &str, out: &mut Vec<u8>) {
    if let Some(name) = name {
        out.extend_from_slice(b"event: ");
        out.extend_from_slice(name.as_bytes());
        out.push(b'\n');
    }
    openai::write_event(json.as_bytes(), out);
}
