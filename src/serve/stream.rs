//! The bytes of a streamed answer in any dialect, read once, and told on in the dialect of whoever asked.
//!
//! An answer that is not complete is never told as one: a failure inside of the stream, broken JSON, an event that is too large, an end before
//! the end each become the dialect's own error. Memory is bounded by the largest event.

use crate::error::Error;
use crate::reply::open_answer;
use crate::wire::beginning::Beginning;
use crate::wire::dialect::{Dialect, Reading};
use crate::wire::envelope::Wrapping;
use crate::wire::failure_kind::FailureKind;
use crate::wire::json::{self, Value};
use crate::wire::openai::collected::Collected;
use crate::wire::reported::is_failures_name;
use crate::wire::sse::{Event, Framing, Listener, Next, Span};
use crate::wire::window::Window;

/// Who tells on what a stream says.
pub trait Telling {
    /// A chunk: as it came, and what it says.
    fn chunk(
        &mut self,
        chunk: Value<'_>,
        said: &mut Collected,
        dialect: &Dialect,
        out: &mut Vec<u8>,
    ) -> Result<(), Error>;
    /// A whole answer that came in the place of a stream.
    fn whole(
        &mut self,
        answer: Value<'_>,
        said: &mut Collected,
        dialect: &Dialect,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        self.chunk(answer, said, dialect, out)
    }
    /// The answer is complete.
    fn end(&mut self, dialect: &Dialect, out: &mut Vec<u8>) -> Result<(), Error>;
    /// It will not be.
    fn fail(&mut self, error: &Error, out: &mut Vec<u8>);
}

/// See the module.
pub struct Stream {
    framing: Framing,
    /// What the bytes are; none as long as too few have come.
    beginning: Option<Beginning>,
    window: Window,
    /// The beginning of an event whose end has not come.
    rest: Vec<u8>,
    /// A longer one is too large, in bytes.
    max_event_bytes: usize,
    events: Events,
}

struct Events {
    telling: Box<dyn Telling>,
    dialect: Dialect,
    said: Collected,
    /// One of the events was JSON, not just the end.
    has_chunks: bool,
    /// The event was cut off by the end of the stream.
    last: bool,
    over: bool,
    /// What it has failed with before anything came out.
    failed_first: Option<Error>,
    out: Vec<u8>,
}

impl Stream {
    /// Of nothing yet.
    pub fn new(telling: Box<dyn Telling>, reading: Reading, max_event_bytes: usize) -> Self {
        Stream {
            framing: Framing::default(),
            beginning: None,
            window: Window::default(),
            rest: Vec::new(),
            max_event_bytes,
            events: Events {
                telling,
                dialect: Dialect::new(reading),
                said: Collected::default(),
                has_chunks: false,
                last: false,
                over: false,
                failed_first: None,
                out: Vec::new(),
            },
        }
    }

    /// Nothing more will come out, whatever goes in.
    pub fn is_over(&self) -> bool {
        self.events.over
    }

    /// What it has failed with, where nothing else has come out of the call that failed.
    pub fn failed_first(&self) -> Option<&Error> {
        self.events.failed_first.as_ref()
    }

    /// What these bytes become.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.run(bytes);
        if self.rest.len() > self.max_event_bytes && !self.events.over {
            self.rest = Vec::new();
            let most = u32::try_from(self.max_event_bytes).unwrap_or(u32::MAX);
            self.events.fail(FailureKind::TooLarge.to_error(b"", most));
        }
        std::mem::take(&mut self.events.out)
    }

    /// What comes behind the last bytes. An event that the end cut off before its blank line counts if it is whole.
    pub fn finish(&mut self) -> Vec<u8> {
        if !self.events.over {
            self.beginning = self.beginning.or(Beginning::decided(&self.rest, true));
            if self.beginning == Some(Beginning::Json) {
                let answer = std::mem::take(&mut self.rest);
                self.events.document(&answer);
            } else {
                self.events.last = true;
                self.run(b"\n\n");
                self.events.end();
            }
        }
        std::mem::take(&mut self.events.out)
    }

    /// The connection broke, or the caller's limits of time were reached.
    pub fn fail(&mut self, error: Error) -> Vec<u8> {
        if !self.events.over {
            self.events.fail(error);
        }
        std::mem::take(&mut self.events.out)
    }

    fn run(&mut self, bytes: &[u8]) {
        if self.events.over {
            return;
        }
        self.rest.extend_from_slice(bytes);
        if self.beginning.is_none_or(|beginning| beginning == Beginning::Json) {
            self.beginning = self.beginning.or(Beginning::decided(&self.rest, false));
            match self.beginning {
                None | Some(Beginning::Json) => return,
                Some(Beginning::Markup | Beginning::Page) => {
                    self.rest = Vec::new();
                    return self.events.fail(FailureKind::Page.to_error(b"", 0));
                }
                Some(Beginning::Events | Beginning::Other) => {}
            }
        }
        let Stream { framing, window, rest, events, .. } = self;
        window.clear();
        window.append(rest);
        framing.run(window, events);
        let from = framing.needed_from();
        rest.clear();
        rest.extend_from_slice(window.slice(from, window.len() - from));
        framing.moved(from);
        window.clear();
        window.compact(0, 0);
    }
}

impl Events {
    fn fail(&mut self, error: Error) {
        let is_first = self.out.is_empty();
        self.telling.fail(&error, &mut self.out);
        self.failed_first = is_first.then_some(error);
        self.over = true;
    }

    fn attempt(&mut self, outcome: Result<(), Error>) {
        if let Err(error) = outcome {
            self.fail(error);
        }
    }

    /// The service has ended the stream. That it says so is not enough: where nothing of an answer has come, it is none.
    fn complete(&mut self) {
        if !self.has_chunks {
            return self.fail(FailureKind::Empty.to_error(b"", 0));
        }
        if !self.dialect.is_recognised() {
            return self.fail(FailureKind::NoAnswer.to_error(b"", 0));
        }
        let outcome = self.telling.end(&self.dialect, &mut self.out);
        self.attempt(outcome);
        self.over = true;
    }

    /// The bytes are over.
    fn end(&mut self) {
        if self.over {
            return;
        }
        if self.dialect.is_complete() {
            return self.complete();
        }
        let kind = if self.has_chunks { FailureKind::Truncated } else { FailureKind::Empty };
        self.fail(kind.to_error(b"", 0));
    }

    /// A whole JSON text came.
    fn document(&mut self, text: &[u8]) {
        let answer = match open_answer(text, Wrapping::Enveloped, None) {
            Ok((answer, _)) => answer,
            Err(error) => return self.fail(error),
        };
        match json::parse(answer) {
            Ok(answer) => {
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
        self.said.begin();
        let outcome = self.dialect.read(chunk, &mut self.said);
        // What it has of an answer was paid for, and comes before the failure.
        let Events { telling, said, dialect, out, .. } = self;
        let told = match outcome {
            Err(_) if said.is_empty() => Ok(()),
            _ if is_whole => telling.whole(chunk, said, dialect, out),
            _ => telling.chunk(chunk, said, dialect, out),
        };
        match outcome {
            Err(crate::wire::dialect::Failure::Service(..)) => self.fail(Error::from_event(chunk)),
            Err(failure) => self.fail(FailureKind::from(failure).to_error(b"", 0)),
            Ok(()) => self.attempt(told),
        }
    }

    fn hear(&mut self, name: Option<&[u8]>, data: &[u8]) {
        match data.trim_ascii() {
            b"" => return,
            b"[DONE]" => return self.complete(),
            _ => {}
        }
        if name.is_some_and(is_failures_name) {
            return self.fail(FailureKind::Service.to_error(data, 0));
        }
        match json::parse(data) {
            Ok(chunk) => self.read(chunk, false),
            // Half an event is the end of a stream that broke off.
            Err(_) if self.last => {}
            Err(invalid) => self.fail(FailureKind::of(invalid).to_error(b"", 0)),
        }
    }
}

impl Listener for Events {
    fn event(&mut self, window: &Window, event: Event) -> Next {
        let name = event.name.map(|(at, len)| window.slice(at, len));
        self.hear(name, window.slice(event.data.0, event.data.1));
        if self.over { Next::Pause } else { Next::Continue }
    }

    fn known(&mut self, _window: &Window, at: usize) -> (usize, Next) {
        (at, Next::Continue)
    }

    fn is_standard(&self) -> bool {
        false
    }

    fn id(&mut self, _window: &Window, _id: Span) {}
}

/// Adds JSON text as an event, with a name where the dialect has them.
pub fn write_event(name: Option<&str>, json: &str, out: &mut Vec<u8>) {
    if let Some(name) = name {
        out.extend_from_slice(b"event: ");
        out.extend_from_slice(name.as_bytes());
        out.push(b'\n');
    }
    out.extend_from_slice(b"data: ");
    // A line feed between the values of JSON is insignificant, and would end the event's line.
    out.extend(json.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte }));
    out.extend_from_slice(b"\n\n");
}
