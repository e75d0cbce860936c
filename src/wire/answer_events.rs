//! The events of a streamed answer, for readers that take them one by one: what an event is, when the stream is an answer, and how its bytes
//! are kept between chunks. [`super::reader`] has the same rules for the records that JavaScript reads.

use super::beginning::{Beginning, Detector, may_be_text};
use super::dialect::Dialect;
use super::failure_kind::FailureKind;
use super::json::{self, Value};
use super::reported::is_failures_name;
use super::sse::{Framing, Listener, is_end_marker};
use super::window::Window;

/// What an event is.
pub enum Step<'a> {
    /// Nothing: no data, or half an event that the end of a stream cut off.
    Nothing,
    /// The end, as the service says.
    End,
    /// A chunk of the answer.
    Chunk(Value<'a>),
    /// A failure by its name, or what is no JSON.
    Failed(FailureKind),
}

/// Reads an event's name and data; `is_last` where the end of the stream cut it off before its blank line.
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
        (_, Err(_)) if is_last => Step::Nothing,
        _ if is_failure => Step::Failed(FailureKind::Service),
        (_, Ok(chunk)) => Step::Chunk(chunk),
        (_, Err(invalid)) => Step::Failed(FailureKind::of(invalid)),
    }
}

/// Is it an answer that ends here? That the service says so is not enough: where nothing of one has come, it is none.
pub fn judge_end(dialect: &Dialect, has_chunks: bool) -> Result<(), FailureKind> {
    match () {
        () if !has_chunks => Err(FailureKind::Empty),
        () if !dialect.is_recognised() => Err(FailureKind::NoAnswer),
        () if dialect.has_nameless_call() => Err(FailureKind::ToolCalls),
        () => Ok(()),
    }
}

/// The bytes of a stream between its chunks.
#[derive(Default)]
pub struct Unread {
    framing: Framing,
    detector: Detector,
    /// The beginning of an event whose end has not come, or all that came as long as it is not known to be events.
    bytes: Vec<u8>,
}

/// What came in the place of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instead {
    /// One JSON text.
    Json(Vec<u8>),
    /// One text of some other kind.
    Text(Vec<u8>),
}

impl Unread {
    /// How many bytes are kept.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Takes what is kept.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Has the listener take the events that are complete with these bytes; false where it is a web page. The window is room to work in.
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

    /// No more bytes come: what was no stream of events, or none where it was one, whose last event may be cut off: [`Unread::finish`] has it taken.
    pub fn instead(&mut self) -> Option<Instead> {
        match self.detector.beginning().or_else(|| self.detector.update(&self.bytes, true)) {
            Some(Beginning::Json) => Some(Instead::Json(self.take())),
            Some(Beginning::Other) if !self.bytes.trim_ascii().is_empty() => Some(Instead::Text(self.take())),
            _ => None,
        }
    }

    /// Has the listener take the event that the end of the stream cut off before its blank line.
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
        // A large event does not leave a large window behind.
        window.clear();
        window.compact(0, 0);
    }
}

/// The error kind of a text in the place of an answer: one with a known number of the service's is that failure, any other one is no answer; the
/// beginning of an event, and nothing, are a stream that has ended early.
pub fn text_failure(text: &[u8]) -> FailureKind {
    let failure = FailureKind::Service.to_error(text, 0);
    let is_known = failure.internal_code.is_some_and(|number| crate::codes::find(number).is_some());
    match Beginning::of(text.trim_ascii()) {
        _ if is_known => FailureKind::Service,
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

    /// The events, and what came instead, of bytes that come in pieces of a size.
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
        assert_eq!(text_failure(b"hello"), FailureKind::NotJson);
        for early in ["", " \n\n", "dat", "event\n\n"] {
            assert_eq!(text_failure(early.as_bytes()), FailureKind::Empty, "{early}");
        }
    }
}
