//! Decides when a stream has begun to send content. Until then the caller has received nothing of it, and
//! another stream may replace it.

use super::dialect::Reading;
use super::engine::Engine;
use super::failure_kind::FailureKind;
use super::reader::Mode;
use super::record::Kind;

/// After this many bytes without content the stream is accepted, because the bytes are buffered until then.
const MOST_BYTES: usize = 64 * 1024;
/// The bits of a record's head that contain its kind.
const KIND: u32 = 0xFF;

/// How a stream begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// With content, or with its end.
    Content,
    /// With a failure, and the text that describes it.
    Failure(FailureKind, Vec<u8>),
}

/// Reads the first events of a stream. It uses an engine of its own, because the records of the shared
/// engine are read by JavaScript.
pub struct Watch {
    engine: Engine,
    seen: usize,
}

impl Watch {
    /// For the answer to a request; `chunks` is true if it may be of another task than text generation.
    pub fn new(chunks: bool, max_event_bytes: usize, reading: Reading) -> Self {
        let mut engine = Engine::default();
        let mode = if chunks { Mode::Chunks } else { Mode::Events };
        let stream = engine.open_for(mode, max_event_bytes, reading);
        engine.select(stream);
        Self { engine, seen: 0 }
    }

    /// Adds bytes; `None` as long as the result is unknown.
    pub fn feed(&mut self, bytes: &[u8]) -> Option<Opening> {
        self.seen += bytes.len();
        self.engine.compact(bytes.len());
        self.engine.window().append(bytes);
        self.engine.feed(0);
        self.found().or((self.seen > MOST_BYTES).then_some(Opening::Content))
    }

    /// No more bytes will arrive.
    pub fn finish(&mut self) -> Opening {
        self.engine.finish();
        self.found().unwrap_or(Opening::Content)
    }

    fn found(&mut self) -> Option<Opening> {
        let record = *self.engine.records().iter().find(|record| has_content(record.head))?;
        if record.head & KIND != Kind::Failure as u32 {
            return Some(Opening::Content);
        }
        let (at, len) = (record.at as usize, record.len as usize);
        let text = self.engine.window().slice(at, len).to_vec();
        Some(Opening::Failure(FailureKind::from_number(record.id as u32), text))
    }
}

fn has_content(head: u32) -> bool {
    use Kind::*;
    [Text, Reasoning, ToolId, ToolName, ToolArguments, ToolDelta, ToolCall, Finish, Failure]
        .iter()
        .any(|kind| head & KIND == *kind as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, size: usize) -> (Opening, usize) {
        let mut watch = Watch::new(false, 1 << 20, Reading::default());
        let mut fed = 0;
        for chunk in text.as_bytes().chunks(size) {
            fed += chunk.len();
            if let Some(opening) = watch.feed(chunk) {
                return (opening, fed);
            }
        }
        (watch.finish(), fed)
    }

    const ROLE: &str = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n";
    const TEXT: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
    const ERROR: &str = "data: {\"errors\":[{\"code\":3040,\"message\":\"busy\"}]}\n\n";

    #[test]
    fn content_begins_with_the_first_piece_however_the_bytes_come() {
        let usage = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n";
        let text = [": ping\n\n", ROLE, usage, TEXT, ERROR].concat();
        let end = text.len() - ERROR.len();
        for size in 1..text.len() {
            let (opening, fed) = of(&text, size);
            // One chunk may have both. Nothing of it was delivered yet, but the content came first.
            assert_eq!(opening, Opening::Content, "{size}");
            assert!(fed >= end, "{size}");
        }
        assert_eq!(of(&text, 1).1, end);
    }

    #[test]
    fn a_failure_before_it_is_reported_with_its_text() {
        let text = [ROLE, ERROR].concat();
        for size in 1..text.len() {
            let (opening, _) = of(&text, size);
            let Opening::Failure(FailureKind::Service, text) = opening else { panic!("{size}: {opening:?}") };
            assert!(text.starts_with(b"{\"errors\""), "{size}");
        }
        let broken = of(&[ROLE, "data: {\"choices\":\n\n"].concat(), 7).0;
        assert_eq!(broken, Opening::Failure(FailureKind::NotJson, Vec::new()));
    }

    #[test]
    fn an_end_before_it_is_a_failure_unless_the_answer_is_empty() {
        assert_eq!(of(ROLE, 9).0, Opening::Failure(FailureKind::Truncated, Vec::new()));
        assert_eq!(of("", 1).0, Opening::Failure(FailureKind::Empty, Vec::new()));
        let empty = "data: {\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        assert_eq!(of(&[ROLE, empty].concat(), 9).0, Opening::Content);
    }

    #[test]
    fn who_says_nothing_for_long_is_taken_as_it_is() {
        let pings = ": ping\n\n".repeat(9_000);
        let (opening, fed) = of(&pings, 1_000);
        assert_eq!(opening, Opening::Content);
        assert!(fed < pings.len());
    }
}
