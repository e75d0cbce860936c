//! Separates the reasoning that a model writes into its text, between `<think>` and `</think>`, from the
//! answer after it.
//!
//! The rules, in this order:
//! - A text that begins with `<think>`, after optional white space, is reasoning up to the first
//!   `</think>`.
//! - The templates of some models contain the opening tag, so their text has the closing tag only. Where
//!   the request allows it, a text without an opening tag is treated as reasoning. If the answer then ends
//!   normally without `</think>`, it contained no reasoning: all of it is the answer. A stream has passed
//!   it on as reasoning by then, so it passes it on again as text; a whole reply has it as text only.
//! - Reasoning that was cut off by the limit of tokens, or by a failure, stays reasoning.
//! - White space around a tag is removed. After the first `</think>`, tags have no meaning.

use super::{Form, Piece, Sink};
use crate::wire::json;

const OPEN: &[u8] = b"<think>";
const CLOSE: &[u8] = b"</think>";
/// Longest white space that is removed around a tag, in bytes.
const MOST_BLANK: usize = 64;
/// The service's own limit of tokens: an answer of this length may have been cut off if the request has no
/// limit.
pub const SERVICE_LIMIT: i64 = 256;

/// Where a model puts its reasoning.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Thinking {
    /// In a member of its own, or there is none.
    #[default]
    Apart = 0,
    /// In the text, between tags.
    Tagged = 1,
    /// In the text; the opening tag may be missing.
    Begun = 2,
}

impl Thinking {
    /// Reads the number that JavaScript passes.
    pub fn from_number(number: u32) -> Self {
        match number {
            1 => Thinking::Tagged,
            2 => Thinking::Begun,
            _ => Thinking::Apart,
        }
    }
}

/// The position of the reader in the text.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the start, where the opening tag may follow.
    Begin,
    /// In the reasoning.
    Within,
    /// In the white space between the reasoning and the answer.
    Behind,
    /// In the answer.
    #[default]
    Answer,
}

/// See the module documentation.
#[derive(Debug, Default)]
pub(super) struct ReasoningTags {
    thinking: Thinking,
    place: Place,
    /// The reply is one whole answer, not a stream.
    is_whole: bool,
    /// Bytes held back because they may belong to a tag.
    held: Vec<u8>,
    /// True while the reasoning has only white space.
    is_blank: bool,
    /// The whole text so far, as long as no tag has confirmed that it is reasoning.
    unsure: Option<Vec<u8>>,
}

/// The channel that a piece belongs to.
#[derive(Clone, Copy)]
enum Channel {
    Text,
    Reasoning,
}

impl ReasoningTags {
    pub(super) fn new(thinking: Thinking) -> Self {
        let place = if thinking == Thinking::Apart { Place::Answer } else { Place::Begin };
        ReasoningTags { thinking, place, is_blank: true, ..ReasoningTags::default() }
    }

    /// Declares that the reply is one whole answer.
    pub(super) fn set_whole(&mut self) {
        self.is_whole = true;
    }

    /// True if the next piece of text is searched for tags.
    pub(super) fn is_active(&self) -> bool {
        self.place != Place::Answer
    }

    /// Reasoning was received in a member of its own, so text without tags is the answer.
    pub(super) fn are_apart(&mut self) {
        self.thinking = Thinking::Tagged;
    }

    /// Reads a piece of text.
    pub(super) fn read(&mut self, piece: Piece<'_>, sink: &mut dyn Sink) {
        let mut passed = Passed(sink);
        if self.is_plain(piece) {
            passed.piece(Channel::Reasoning, piece);
        } else if piece.form == Form::Escaped && json::has_lone_surrogate(piece.bytes) {
            // An incomplete character is completed by the next piece and is not part of a tag.
            self.give_up(&mut passed);
            let channel = if self.place == Place::Answer { Channel::Text } else { Channel::Reasoning };
            passed.piece(channel, piece);
        } else {
            let mut bytes = std::mem::take(&mut self.held);
            piece.append_to(&mut bytes);
            self.split(&bytes, &mut passed);
        }
    }

    /// True if a piece is reasoning that cannot contain a part of a tag. Most pieces are, and are passed on
    /// without a copy.
    fn is_plain(&self, piece: Piece<'_>) -> bool {
        let is_ascii_blank = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_whitespace);
        self.place == Place::Within
            && self.unsure.is_none()
            && self.held.is_empty()
            && !self.is_blank
            && !piece.bytes.iter().any(|byte| matches!(byte, b'<' | b'\\'))
            && !is_ascii_blank(piece.bytes.last())
    }

    fn split(&mut self, bytes: &[u8], passed: &mut Passed<'_>) {
        let mut rest = bytes;
        loop {
            match self.place {
                Place::Begin => {
                    let begun = rest.trim_ascii_start();
                    if let Some(inner) = begun.strip_prefix(OPEN) {
                        rest = inner;
                        self.place = Place::Within;
                    } else if OPEN.starts_with(begun) && rest.len() < MOST_BLANK {
                        self.held = rest.to_vec();
                        return;
                    } else if self.thinking == Thinking::Begun {
                        self.place = Place::Within;
                        self.unsure = Some(Vec::new());
                    } else {
                        self.place = Place::Answer;
                    }
                }
                Place::Within => {
                    let Some(at) = position(rest, CLOSE) else {
                        let sure = rest.len() - tail(rest);
                        self.think(&rest[..sure], passed);
                        self.held = rest[sure..].to_vec();
                        return;
                    };
                    self.think(rest[..at].trim_ascii_end(), passed);
                    if let Some(unsure) = self.unsure.take().filter(|_| self.is_whole) {
                        passed.bytes(Channel::Reasoning, unsure.trim_ascii());
                    }
                    self.place = Place::Behind;
                    rest = &rest[at + CLOSE.len()..];
                }
                Place::Behind => {
                    rest = rest.trim_ascii_start();
                    if rest.is_empty() {
                        return;
                    }
                    self.place = Place::Answer;
                }
                Place::Answer => return passed.bytes(Channel::Text, rest),
            }
        }
    }

    fn think(&mut self, bytes: &[u8], passed: &mut Passed<'_>) {
        if let Some(unsure) = &mut self.unsure {
            unsure.extend_from_slice(bytes);
            if self.is_whole {
                return;
            }
        }
        let begins = if self.is_blank { bytes.trim_ascii_start() } else { bytes };
        self.is_blank &= begins.is_empty();
        passed.bytes(Channel::Reasoning, begins);
    }

    /// Passes on the bytes held back: they do not belong to a tag.
    fn give_up(&mut self, passed: &mut Passed<'_>) {
        let held = std::mem::take(&mut self.held);
        match self.place {
            Place::Begin if self.thinking == Thinking::Begun && !self.is_whole => {
                self.place = Place::Within;
                self.unsure = Some(Vec::new());
                self.think(&held, passed);
            }
            Place::Begin => {
                self.place = Place::Answer;
                passed.bytes(Channel::Text, &held);
            }
            Place::Within => self.think(&held, passed),
            Place::Behind => self.place = Place::Answer,
            Place::Answer => {}
        }
    }

    /// The reply has ended; `is_complete` is true if it was not cut off.
    pub(super) fn end(&mut self, is_complete: bool, sink: &mut dyn Sink) {
        if self.place == Place::Answer {
            return;
        }
        let mut passed = Passed(sink);
        let held = std::mem::take(&mut self.held);
        match self.place {
            Place::Within => self.think(&held, &mut passed),
            Place::Begin => passed.bytes(Channel::Text, &held),
            Place::Behind | Place::Answer => {}
        }
        if let Some(unsure) = self.unsure.take() {
            if is_complete {
                passed.bytes(Channel::Text, &unsure);
            } else if self.is_whole {
                passed.bytes(Channel::Reasoning, &unsure);
            }
        }
        self.place = Place::Answer;
    }
}

/// Receives the separated parts.
struct Passed<'a>(&'a mut dyn Sink);

impl Passed<'_> {
    fn piece(&mut self, channel: Channel, piece: Piece<'_>) {
        match channel {
            Channel::Text => self.0.text(piece),
            Channel::Reasoning => self.0.reasoning(piece),
        }
    }

    /// Passes on bytes that were copied out of the parsed bytes.
    fn bytes(&mut self, channel: Channel, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.piece(channel, Piece::apart(bytes));
        }
    }
}

/// The length of the end that may belong to [`CLOSE`]: white space, and the start of the tag.
fn tail(bytes: &[u8]) -> usize {
    let most = bytes.len().min(CLOSE.len() - 1);
    let begun = (0..=most).rev().find(|len| bytes.ends_with(&CLOSE[..*len])).unwrap_or(0);
    let before = &bytes[..bytes.len() - begun];
    let blank = before.len() - before.trim_ascii_end().len();
    begun + blank.min(MOST_BLANK)
}

fn position(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}

#[cfg(test)]
mod tests {
    use super::super::{Dialect, FinishReason, Reading, ToolDelta};
    use super::*;

    #[derive(Default, Debug, PartialEq)]
    struct Parts {
        text: String,
        reasoning: String,
    }

    fn add(to: &mut String, piece: Piece<'_>) {
        let mut bytes = Vec::new();
        piece.append_to(&mut bytes);
        to.push_str(std::str::from_utf8(&bytes).unwrap());
    }

    impl Sink for Parts {
        fn text(&mut self, piece: Piece<'_>) {
            add(&mut self.text, piece);
        }
        fn reasoning(&mut self, piece: Piece<'_>) {
            add(&mut self.reasoning, piece);
        }
        fn tool(&mut self, _: ToolDelta<'_>) {}
        fn usage(&mut self, _: Piece<'_>, _: bool) {}
    }

    fn chunk(text: &str, reason: Option<&str>) -> String {
        let reason = reason.map_or("null".to_owned(), |reason| ["\"", reason, "\""].concat());
        let text = serde_json::to_string(text).unwrap();
        [r#"{"choices":[{"delta":{"content":"#, &text, r#"},"finish_reason":"#, &reason, "}]}"].concat()
    }

    /// The reasoning and the answer of a text that arrives in these pieces.
    fn streamed(thinking: Thinking, pieces: &[&str], reason: &str) -> Parts {
        let mut dialect = Dialect::new(Reading { thinking, ..Reading::default() });
        let mut parts = Parts::default();
        for (at, piece) in pieces.iter().enumerate() {
            let reason = (at + 1 == pieces.len()).then_some(reason);
            dialect.read(json::parse(chunk(piece, reason).as_bytes()).unwrap(), &mut parts).unwrap();
        }
        dialect.end(&mut parts);
        parts
    }

    fn whole(thinking: Thinking, text: &str, reason: &str) -> Parts {
        let mut dialect = Dialect::new(Reading { thinking, ..Reading::default() });
        dialect.set_whole();
        let mut parts = Parts::default();
        dialect.read(json::parse(chunk(text, Some(reason)).as_bytes()).unwrap(), &mut parts).unwrap();
        dialect.end(&mut parts);
        parts
    }

    fn parts(reasoning: &str, text: &str) -> Parts {
        Parts { reasoning: reasoning.into(), text: text.into() }
    }

    /// Cuts the text at each position, and into single characters.
    fn everywhere(thinking: Thinking, text: &str, reason: &str, expected: &Parts) {
        assert_eq!(&streamed(thinking, &[text], reason), expected, "{text:?}");
        for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            let pieces = [&text[..at], &text[at..]];
            assert_eq!(&streamed(thinking, &pieces, reason), expected, "{pieces:?}");
        }
        let single: Vec<&str> =
            text.char_indices().map(|(at, char)| &text[at..at + char.len_utf8()]).collect();
        assert_eq!(&streamed(thinking, &single, reason), expected, "{text:?} by characters");
        assert_eq!(&whole(thinking, text, reason), expected, "{text:?} as a whole");
    }

    #[test]
    fn tags_are_found_however_the_text_is_cut() {
        use Thinking::*;
        for thinking in [Tagged, Begun] {
            for (text, reasoning, answer) in [
                ("<think>Hm.</think>4", "Hm.", "4"),
                (
                    "\n<think>\nHm, a < b </thin> \u{e9}.\n</think>\n\n4 </think> 5",
                    "Hm, a < b </thin> \u{e9}.",
                    "4 </think> 5",
                ),
                ("<think>\n\n</think>\n\n4", "", "4"),
                ("<think>a</think>", "a", ""),
                ("<think>a<think>b</think> \"c\\\"", "a<think>b", "\"c\\\""),
                ("<think>Hm <b", "Hm <b", ""),
                ("<think>Hm </thi", "Hm </thi", ""),
            ] {
                everywhere(thinking, text, "stop", &parts(reasoning, answer));
            }
        }
        everywhere(Begun, "Hm.\n</think>\n\n4", "stop", &parts("Hm.", "4"));
        everywhere(Begun, "Hm.", "length", &parts("Hm.", ""));
        everywhere(Begun, "</think>4", "stop", &parts("", "4"));
    }

    #[test]
    fn text_without_thinking_is_the_answer() {
        use Thinking::*;
        for text in ["4", "<thinking>4", " <th", "\n4 <think>5</think>", "4 </think> 5"] {
            everywhere(Tagged, text, "stop", &parts("", text));
            everywhere(Apart, text, "stop", &parts("", text));
        }
        // A stream cannot take back what it has passed on as reasoning.
        for text in ["4", "<thinking>4", "\u{e9} <th"] {
            assert_eq!(whole(Begun, text, "stop"), parts("", text));
            assert_eq!(streamed(Begun, &[text], "stop"), parts(text, text));
        }
        assert_eq!(whole(Begun, "4", "length"), parts("4", ""));
    }

    #[test]
    fn halves_of_a_character_stay_together() {
        let mut dialect = Dialect::new(Reading { thinking: Thinking::Tagged, ..Reading::default() });
        let mut seen = Halves::default();
        for piece in ["<think>a", r"\ud83d", r"\ude00", "</think>", r"b\ud83d", r"\ude00"] {
            let chunk = [r#"{"response":""#, piece, "\"}"].concat();
            dialect.read(json::parse(chunk.as_bytes()).unwrap(), &mut seen).unwrap();
        }
        assert_eq!(seen.0, ["r:a", r"r:\ud83d", r"r:\ude00", r"t:b\ud83d", r"t:\ude00"]);
    }

    #[derive(Default)]
    struct Halves(Vec<String>);

    impl Sink for Halves {
        fn text(&mut self, piece: Piece<'_>) {
            self.0.push(["t:", std::str::from_utf8(piece.bytes).unwrap()].concat());
        }
        fn reasoning(&mut self, piece: Piece<'_>) {
            self.0.push(["r:", std::str::from_utf8(piece.bytes).unwrap()].concat());
        }
        fn tool(&mut self, _: ToolDelta<'_>) {}
        fn usage(&mut self, _: Piece<'_>, _: bool) {}
    }

    #[test]
    fn the_services_own_limit_cuts_thinking_off() {
        let answer = |spent: &str| {
            let mut dialect = Dialect::new(Reading { thinking: Thinking::Begun, ..Reading::default() });
            dialect.set_whole();
            let text = [r#"{"response":"Hm","usage":{"completion_tokens":"#, spent, "}}"].concat();
            let mut parts = Parts::default();
            dialect.read(json::parse(text.as_bytes()).unwrap(), &mut parts).unwrap();
            dialect.end(&mut parts);
            assert_eq!(dialect.final_reason(), FinishReason::Stop);
            parts
        };
        assert_eq!(answer("255"), parts("", "Hm"));
        assert_eq!(answer("256"), parts("Hm", ""));
    }
}
