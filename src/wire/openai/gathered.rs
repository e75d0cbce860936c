//! Collects the events of a stream that was received in place of a whole answer.

use super::Settings;
use super::collected::Collected;
use crate::wire::answer_events::{Step, judge_end, step};
use crate::wire::beginning::{Beginning, Detector};
use crate::wire::dialect::{Dialect, FinishReason};
use crate::wire::failure_kind::FailureKind;
use crate::wire::sse::{Event, Framing, Listener, Next};
use crate::wire::window::Window;

/// The contents of a stream.
#[derive(Debug)]
pub struct Gathered {
    /// Text, reasoning, complete calls, usage.
    pub collected: Collected,
    /// The finish reason.
    pub reason: FinishReason,
}

/// The reason why a stream is not an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenStream {
    /// The kind of the failure.
    pub kind: FailureKind,
    /// The service's description of its failure.
    pub text: Vec<u8>,
    /// A part of an answer was received.
    pub has_begun: bool,
}

/// Receives the reply to a request for a whole answer: the bytes of an answer, or a stream, which is
/// collected up to its end, even if the connection stays open.
#[derive(Default)]
pub struct Incoming {
    settings: Settings,
    bytes: Vec<u8>,
    /// Detects the kind of the reply.
    detector: Detector,
    stream: Option<Gathering>,
}

/// A complete reply.
pub enum Arrived {
    /// A stream.
    Stream(Box<Result<Gathered, BrokenStream>>),
    /// The bytes of a reply that is not a stream.
    Bytes(Vec<u8>),
}

impl Incoming {
    /// For the reply to a request with these settings.
    pub fn new(settings: Settings) -> Self {
        Incoming { settings, ..Incoming::default() }
    }

    /// Adds bytes; returns true if the reply is complete, whatever follows.
    pub fn feed(&mut self, bytes: &[u8]) -> bool {
        if let Some(stream) = &mut self.stream {
            return stream.feed(bytes);
        }
        self.bytes.extend_from_slice(bytes);
        if self.detector.is_final() || self.detector.update(&self.bytes, false) != Some(Beginning::Events) {
            return false;
        }
        let stream = self.stream.insert(Gathering::new(self.settings));
        stream.feed(&std::mem::take(&mut self.bytes))
    }

    /// The connection has ended.
    pub fn finish(self) -> Arrived {
        let stream = self.stream.or_else(|| {
            // Too much white space at the start leaves the kind undecided until here.
            let is_stream = Beginning::of(&self.bytes) == Some(Beginning::Events);
            let mut stream = is_stream.then(|| Gathering::new(self.settings))?;
            stream.feed(&self.bytes);
            Some(stream)
        });
        match stream {
            Some(stream) => Arrived::Stream(Box::new(stream.finish())),
            None => Arrived::Bytes(self.bytes),
        }
    }
}

/// Collects the events of a stream.
struct Gathering {
    framing: Framing,
    window: Window,
    gatherer: Gatherer,
}

impl Gathering {
    fn new(settings: Settings) -> Self {
        let gatherer = Gatherer {
            dialect: Dialect::new(settings.reading),
            collected: Collected::default(),
            has_chunks: false,
            is_over: false,
            is_last: false,
            broken: None,
        };
        Gathering { framing: Framing::default(), window: Window::default(), gatherer }
    }

    fn feed(&mut self, bytes: &[u8]) -> bool {
        let Gathering { framing, window, gatherer } = self;
        if !gatherer.is_settled() {
            window.append(bytes);
            framing.run(window, gatherer);
            let from = framing.needed_from();
            window.compact(from, 0);
            framing.moved(from);
        }
        gatherer.is_settled()
    }

    fn finish(mut self) -> Result<Gathered, BrokenStream> {
        // An event that the end cut off before its blank line counts if it is complete.
        self.gatherer.is_last = true;
        self.feed(b"\n\n");
        self.gatherer.end(self.framing.stray())
    }
}

struct Gatherer {
    dialect: Dialect,
    collected: Collected,
    has_chunks: bool,
    is_over: bool,
    /// The end of the stream cut the event off.
    is_last: bool,
    broken: Option<(FailureKind, Vec<u8>)>,
}

impl Gatherer {
    /// True if further events cannot change the result.
    fn is_settled(&self) -> bool {
        self.is_over || self.broken.is_some()
    }

    fn read(&mut self, name: Option<&[u8]>, data: &[u8]) -> Result<(), (FailureKind, Vec<u8>)> {
        match step(name, data, self.is_last) {
            Step::Nothing => Ok(()),
            Step::End => {
                self.is_over = true;
                Ok(())
            }
            Step::Chunk(chunk) => {
                self.has_chunks = true;
                let read = self.dialect.read(chunk, &mut self.collected);
                self.is_over |= self.dialect.is_closed();
                read.map_err(|failure| (failure.into(), data.to_vec()))
            }
            Step::Failed(kind) => Err((kind, data.to_vec())),
        }
    }

    fn end(mut self, stray: Option<&[u8]>) -> Result<Gathered, BrokenStream> {
        let is_complete = self.is_over || self.dialect.is_complete();
        let has_begun = !self.collected.is_empty();
        let broken = |(kind, text)| Err(BrokenStream { kind, text, has_begun });
        if let Some(failure) = self.broken {
            return broken(failure);
        }
        if !is_complete {
            return broken(match stray {
                Some(text) => (FailureKind::Service, text.to_vec()),
                None => (FailureKind::Truncated, Vec::new()),
            });
        }
        if let Err(kind) = judge_end(&self.dialect, self.has_chunks) {
            return broken((kind, Vec::new()));
        }
        self.dialect.end(&mut self.collected);
        self.collected.join_calls();
        Ok(Gathered { collected: self.collected, reason: self.dialect.final_reason() })
    }
}

impl Listener for Gatherer {
    fn event(&mut self, window: &Window, event: Event) -> Next {
        let name = event.name.map(|(at, len)| window.slice(at, len));
        if let Err(failure) = self.read(name, window.slice(event.data.0, event.data.1)) {
            self.broken = Some(failure);
        }
        if self.is_settled() { Next::Pause } else { Next::Continue }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(events: &str) -> Result<Gathered, BrokenStream> {
        let whole = gathered(&[events.as_bytes()]);
        for size in [1, 2, 7] {
            let pieces = events.as_bytes().chunks(size).collect::<Vec<_>>();
            assert_eq!(format!("{:?}", gathered(&pieces)), format!("{whole:?}"), "{size}");
        }
        whole
    }

    fn gathered(pieces: &[&[u8]]) -> Result<Gathered, BrokenStream> {
        let mut incoming = Incoming::new(Settings::default());
        for piece in pieces {
            if incoming.feed(piece) {
                break;
            }
        }
        match incoming.finish() {
            Arrived::Stream(gathered) => *gathered,
            Arrived::Bytes(bytes) => panic!("{}", String::from_utf8_lossy(&bytes)),
        }
    }

    #[test]
    fn events_are_put_together() {
        let chat = concat!(
            "data: {\"choices\":[{\"delta\":{\"content\":\"He\"}}]}\n\n",
            "data: {\"choices\":[{\"delta\":{\"content\":\"llo\",\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"n\\\"\"}}]}}]}\n\n",
            "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\":1.0}\"}}]}}]}\n\n",
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\ndata: [DONE]"
        );
        let gathered = of(chat).unwrap();
        assert_eq!(gathered.collected.text, b"Hello");
        assert_eq!(gathered.reason, FinishReason::ToolCalls);
        let [call] = gathered.collected.calls.as_slice() else { panic!("{:?}", gathered.collected.calls) };
        assert_eq!((call.id.as_deref(), call.name.as_deref()), (Some("a"), Some("f")));
        assert_eq!(call.arguments.as_deref(), Some(r#"{"n":1.0}"#));
        assert_eq!(gathered.collected.tokens().unwrap().total_tokens, Some(3));
    }

    #[test]
    fn what_is_no_answer() {
        let first = "data: {\"response\":\"a\"}\n\n";
        let broken = |events: &str| of(events).map(|_| ()).unwrap_err();
        assert_eq!(broken(first).kind, FailureKind::Truncated);
        let error = "data: {\"errors\":[{\"code\":3040}]}\n\n";
        let text = br#"{"errors":[{"code":3040}]}"#.to_vec();
        let kind = FailureKind::Service;
        assert_eq!(broken(error), BrokenStream { kind, text: text.clone(), has_begun: false });
        assert_eq!(broken(&[first, error].concat()), BrokenStream { kind, text, has_begun: true });
        assert_eq!(broken("data: [DONE]\n\n").kind, FailureKind::Empty);
        assert_eq!(
            broken("data: {\"usage\":{\"total_tokens\":1}}\n\ndata: [DONE]\n\n").kind,
            FailureKind::NoAnswer
        );
        assert_eq!(broken("data: {\n\n").kind, FailureKind::NotJson);
        assert_eq!(broken("event: failed\ndata: x\n\n").kind, FailureKind::Service);
    }
}
