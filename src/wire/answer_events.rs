//! Reads the server-sent events of an answer one by one: classifies each event, decides whether the stream
//! is a complete answer, and keeps unread bytes between chunks. [`super::reader`] applies the same rules
//! for the records that JavaScript reads.

use super::beginning::{Beginning, Detector, may_be_text};
use super::dialect::Dialect;
use super::failure_kind::FailureKind;
use super::json::{self, Value};
use super::reported::{is_failure_text, is_failures_name};
use super::sse::{Framing, Listener, is_end_marker};
use super::window::Window;

/// The meaning of one event.
pub enum Step<'a> {
    /// The event has no data, or the end of the stream cut it off.
    Nothing,
    /// The end marker of the service.
    End,
    /// A chunk of the answer.
    Chunk(Value<'a>),
    /// A failure, reported by the event's name, or data that is not JSON.
    Failed(FailureKind),
}

/// Reads an event's name and data. `is_last` is true if the end of the stream cut the event off before its
/// blank line.
pub fn step<'a>(name: Option<&[u8]>, data: &'a [u8], is_last: bool) -> Step<'a> {
    let is_failure = name.is_some_and(is_failures_name);
    match (data.trim_ascii(), json::parse(data)) {
        _ if is_end_marker(data) => {
            if is_failure {
                Step::Failed(FailureKind::Service)
            } else {
                Step::End
            }
        }
        (b"", _) if !is_failure => Step::Nothing,
        (_, Err(_)) if is_failure_text(data) => Step::Failed(FailureKind::Service),
        (_, Err(_)) if is_last => Step::Nothing,
        _ if is_failure => Step::Failed(FailureKind::Service),
        (_, Ok(chunk)) => Step::Chunk(chunk),
        (_, Err(invalid)) => Step::Failed(FailureKind::of(invalid)),
    }
}

/// Checks whether an answer may end here. An end marker alone is not enough: without content there is no
/// answer.
pub fn judge_end(dialect: &Dialect, has_chunks: bool) -> Result<(), FailureKind> {
    match () {
        () if !has_chunks => Err(FailureKind::Empty),
        () if !dialect.is_recognised() => Err(FailureKind::NoAnswer),
        () if dialect.has_nameless_call() => Err(FailureKind::ToolCalls),
        () => Ok(()),
    }
}

/// The unread bytes of a stream between its chunks.
#[derive(Default)]
pub struct Unread {
    framing: Framing,
    detector: Detector,
    /// The start of an unfinished event, or all bytes as long as it is unknown whether they are events.
    bytes: Vec<u8>,
}

/// A reply that is not server-sent events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instead {
    /// A JSON text.
    Json(Vec<u8>),
    /// A text of another kind.
    Text(Vec<u8>),
}

impl Unread {
    /// The number of bytes kept.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Removes and returns the bytes kept.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Passes the events that are complete with these bytes to the listener. Returns false if the reply is
    /// a web page. `window` is scratch space.
    pub fn feed(&mut self, window: &mut Window, bytes: &[u8], listener: &mut impl Listener) -> bool {
        self.bytes.extend_from_slice(bytes);
        if !self.detector.is_final() {
            self.detector.update(&self.bytes, false);
        }
        match self.detector.beginning() {
            None | Some(Beginning::Json) => true,
            Some(Beginning::Markup | Beginning::Page) => false,
            Some(Beginning::Other) if may_be_text(&self.bytes) => true,
            Some(Beginning::Events | Beginning::Other) => {
                self.detector = Detector::known(Beginning::Events);
                self.run(window, listener);
                true
            }
        }
    }

    /// Called at the end of the stream. Returns the reply if it was not a stream of events. If it was,
    /// returns `None`; [`Unread::finish`] then passes on an event that was cut off.
    pub fn instead(&mut self) -> Option<Instead> {
        match self.detector.beginning().or_else(|| self.detector.update(&self.bytes, true)) {
            Some(Beginning::Json) => Some(Instead::Json(self.take())),
            Some(Beginning::Other) if !self.bytes.trim_ascii().is_empty() => Some(Instead::Text(self.take())),
            _ => None,
        }
    }

    /// The text with which the stream broke off, see [`Framing::stray`].
    pub fn stray(&self) -> Option<&[u8]> {
        self.framing.stray()
    }

    /// Passes the event that the end of the stream cut off before its blank line to the listener.
    pub fn finish(&mut self, window: &mut Window, listener: &mut impl Listener) {
        self.bytes.extend_from_slice(b"\n\n");
        self.run(window, listener);
    }

    fn run(&mut self, window: &mut Window, listener: &mut impl Listener) {
        window.clear();
        window.append(&self.bytes);
        self.framing.run(window, listener);
        let from = self.framing.needed_from();
        self.bytes.clear();
        self.bytes.extend_from_slice(window.slice(from, window.len() - from));
        self.framing.moved(from);
        // One large event must not leave a large window.
        window.clear();
        window.compact(0, 0);
    }
}

/// The failure for a text in place of an answer. A text that describes a failure is that failure; any other
/// text is no answer. The beginning of an event, or nothing at all, is a stream that ended early.
pub fn text_failure(text: &[u8]) -> FailureKind {
    let failure = FailureKind::Service.to_error(text, 0);
    let is_known = failure.internal_code.is_some_and(|number| crate::codes::find(number).is_some());
    match Beginning::of(text.trim_ascii()) {
        _ if is_known || is_failure_text(text) => FailureKind::Service,
        None => FailureKind::Empty,
        Some(_) => FailureKind::NotJson,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sse::{Event, Next};

    #[derive(Default)]
    struct Events(Vec<String>);

    impl Listener for Events {
        fn event(&mut self, window: &Window, event: Event) -> Next {
            self.0.push(String::from_utf8_lossy(window.slice(event.data.0, event.data.1)).into_owned());
            Next::Continue
        }
    }

    /// The events, and the reply if it is not events, of bytes that arrive in pieces of `size`.
    fn read(bytes: &[u8], size: usize) -> (Vec<String>, Option<Instead>, bool) {
        let (mut unread, mut window, mut events) = (Unread::default(), Window::default(), Events::default());
        let is_answer = bytes.chunks(size).all(|chunk| unread.feed(&mut window, chunk, &mut events));
        let instead = unread.instead();
        if is_answer && instead.is_none() {
            unread.finish(&mut window, &mut events);
        }
        (events.0, instead, is_answer)
    }

    #[test]
    fn what_comes_is_the_same_however_it_is_cut() {
        let text = |text: &str| Some(Instead::Text(text.as_bytes().to_vec()));
        let json = |text: &str| Some(Instead::Json(text.as_bytes().to_vec()));
        let many = "data: a\n\n".repeat(3_000);
        for (bytes, events, instead, is_answer) in [
            ("", vec![], None, true),
            (" \n", vec![], None, true),
            ("data: a\n\ndata: b", vec!["a", "b"], None, true),
            ("odd\ndata: a\n\n", vec!["a"], None, true),
            (many.as_str(), vec!["a"; 3_000], None, true),
            ("error code: 1031", vec![], text("error code: 1031"), true),
            ("dat", vec![], text("dat"), true),
            (" {\"a\":1}", vec![], json(" {\"a\":1}"), true),
        ] {
            for size in [1, 2, 3, 7, 1_000_000] {
                let (found, other, answers) = read(bytes.as_bytes(), size);
                assert_eq!(found, events, "{size}");
                assert_eq!((other, answers), (instead.clone(), is_answer), "{size}");
            }
        }
        assert!(!read(b"<html>", 1).2);
    }

    #[test]
    fn a_known_number_is_a_failure_and_other_texts_are_no_answer() {
        assert_eq!(text_failure(b"error code: 1031"), FailureKind::Service);
        assert_eq!(text_failure(b"3040: out of capacity"), FailureKind::Service);
        assert_eq!(text_failure(b"error code: 524"), FailureKind::Service);
        assert_eq!(text_failure(b"Bad Gateway\n"), FailureKind::Service);
        assert_eq!(text_failure(b"hello"), FailureKind::NotJson);
        for early in ["", " \n\n", "dat", "event\n\n"] {
            assert_eq!(text_failure(early.as_bytes()), FailureKind::Empty, "{early}");
        }
    }
}
