//! Detects what a reply is from its first bytes. They take precedence over the `content-type`, because
//! services and the proxies in front of them send errors and whole answers as `text/event-stream`, events
//! as JSON, and JSON as plain text.

use super::json;

/// The kind of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beginning {
    /// A JSON object or array. No line of server-sent events, and no known file format, begins like this.
    Json,
    /// A web page.
    Page,
    /// Other markup: XML, or an SVG image.
    Markup,
    /// A field or a comment of server-sent events, or JSON Lines in their place, see `Lines`.
    Events,
    /// Anything else.
    Other,
}

const MARK: &[u8] = b"\xEF\xBB\xBF";

impl Beginning {
    /// Classifies bytes; `None` if there are too few of them.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let (beginning, at) = Self::first(bytes)?;
        let mut lines = Lines::of(beginning, bytes, at);
        Some(if lines.found(bytes) { Beginning::Events } else { beginning })
    }

    /// Classifies by the first bytes that are not white space, and returns their offset.
    fn first(all: &[u8]) -> Option<(Self, usize)> {
        if all.len() < MARK.len() && MARK.starts_with(all) {
            return None;
        }
        let bytes = all.strip_prefix(MARK).unwrap_or(all).trim_ascii_start();
        const FIELDS: [&[u8]; 5] = [b":", b"data:", b"event:", b"id:", b"retry:"];
        const PAGES: [&[u8]; 2] = [b"<!doctype html", b"<html"];
        let goes_on =
            |word: &&[u8]| bytes.len() < word.len() && word[..bytes.len()].eq_ignore_ascii_case(bytes);
        if !bytes.is_empty() && (FIELDS.iter().any(goes_on) || PAGES.iter().any(goes_on)) {
            return None;
        }
        let beginning = match bytes.first()? {
            b'{' | b'[' => Beginning::Json,
            b'<' if PAGES.iter().any(|page| begins(bytes, page)) => Beginning::Page,
            b'<' => Beginning::Markup,
            _ if FIELDS.iter().any(|field| bytes.starts_with(field)) => Beginning::Events,
            _ => Beginning::Other,
        };
        Some((beginning, all.len() - bytes.len()))
    }
}

/// Longest white space before the first byte, or between two lines of JSON, that leaves the kind undecided.
/// In bytes.
const MOST_BLANKS: usize = 1024;

/// Classifies bytes while they arrive. The result does not depend on how they are divided, and the time is
/// linear in their number.
#[derive(Debug, Clone, Copy, Default)]
pub struct Detector {
    beginning: Option<Beginning>,
    lines: Lines,
}

impl Detector {
    /// A detector for bytes whose kind is known.
    pub fn known(beginning: Beginning) -> Self {
        Self { beginning: Some(beginning), lines: Lines::Decided }
    }

    /// The kind, as far as it is known.
    pub fn beginning(&self) -> Option<Beginning> {
        self.beginning
    }

    /// True if more bytes cannot change the kind.
    pub fn is_final(&self) -> bool {
        self.beginning.is_some() && self.lines == Lines::Decided
    }

    /// Examines all bytes received so far; `last` is true if there are no more. White space alone is
    /// undecided. A reply of white space only, or with too much of it at the start, is
    /// [`Beginning::Other`].
    pub fn update(&mut self, bytes: &[u8], last: bool) -> Option<Beginning> {
        if self.beginning.is_none() {
            let unmarked = bytes.strip_prefix(MARK).unwrap_or(bytes);
            let first = unmarked.get(..=MOST_BLANKS).unwrap_or(unmarked);
            let is_blank = first.len() > MOST_BLANKS && first.trim_ascii_start().is_empty();
            let first = if is_blank { Some((Beginning::Other, 0)) } else { Beginning::first(bytes) };
            let (beginning, at) = first.or(last.then_some((Beginning::Other, 0)))?;
            *self = Self { beginning: Some(beginning), lines: Lines::of(beginning, bytes, at) };
        }
        if self.lines.found(bytes) {
            *self = Self::known(Beginning::Events);
        }
        self.beginning
    }
}

/// The search for JSON Lines, such as `application/x-ndjson`: the first line is a complete object, and the
/// next line that is not blank begins with an object or an end marker. The first line of pretty-printed
/// JSON is not a complete object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Lines {
    /// Decided: there are none, or they were found.
    #[default]
    Decided,
    /// Within the first line, which begins at `from` and does not end before `to`.
    First { from: usize, to: usize },
    /// After the first line, which ends at `end`; up to `to` there is only white space.
    Next { end: usize, to: usize },
}

/// Longest first line, in bytes.
const MOST_LINE: usize = 64 * 1024;

impl Lines {
    fn of(beginning: Beginning, bytes: &[u8], at: usize) -> Self {
        let is_object = beginning == Beginning::Json && bytes.get(at) == Some(&b'{');
        if is_object { Lines::First { from: at, to: at } } else { Lines::Decided }
    }

    /// Continues the search in all bytes received so far. True if they are JSON Lines.
    fn found(&mut self, bytes: &[u8]) -> bool {
        if let Lines::First { from, to } = *self {
            let most = from + MOST_LINE;
            let line = bytes.get(to..most.min(bytes.len())).unwrap_or_default();
            *self = match line.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
                None if bytes.len() < most => Lines::First { from, to: bytes.len() },
                Some(at) if is_object(bytes.get(from..to + at)) => Lines::Next { end: to + at, to: to + at },
                _ => Lines::Decided,
            };
        }
        let Lines::Next { end, to } = *self else { return false };
        let rest = bytes.get(to..).unwrap_or_default();
        let next = rest.trim_ascii_start();
        let to = bytes.len() - next.len();
        let words: [&[u8]; 4] = [b"{", b"data:", b"[DONE]", b"\"[DONE]\""];
        let goes_on = words.iter().any(|word| word.starts_with(next));
        *self = if goes_on && to - end <= MOST_BLANKS { Lines::Next { end, to } } else { Lines::Decided };
        words.iter().any(|word| next.starts_with(word))
    }
}

fn is_object(line: Option<&[u8]>) -> bool {
    line.is_some_and(|line| json::parse(line).is_ok_and(|value| value.is_object()))
}

/// Longest text that is buffered, in bytes.
pub const MOST_TEXT: usize = 4096;

/// True if bytes of kind `Other` may be a plain text in place of a stream, such as `error code: 1031`. Only
/// the end of the stream confirms it.
pub fn may_be_text(bytes: &[u8]) -> bool {
    bytes.len() <= MOST_TEXT && !bytes.windows(b"data:".len()).any(|word| word == b"data:")
}

fn begins(bytes: &[u8], word: &[u8]) -> bool {
    bytes.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kind of bytes that arrive at once, which must equal the kind of the same bytes one by one.
    fn decided(bytes: &[u8], last: bool) -> Option<Beginning> {
        let at_once = Detector::default().update(bytes, last);
        let mut detector = Detector::default();
        for end in 0..bytes.len() {
            detector.update(&bytes[..end], false);
        }
        assert_eq!(detector.update(bytes, last), at_once);
        at_once
    }

    #[test]
    fn half_a_word_is_waited_for() {
        for bytes in ["d", "data", "<", "<!DOC", "<htm", "even"] {
            assert_eq!(decided(bytes.as_bytes(), false), None, "{bytes}");
            assert_eq!(decided(bytes.as_bytes(), true), Some(Beginning::Other), "{bytes}");
        }
        for bytes in ["dat:", "<svg", "<b", "evens", "x"] {
            assert!(decided(bytes.as_bytes(), false).is_some(), "{bytes}");
        }
    }

    #[test]
    fn white_space_is_waited_for_only_so_long() {
        assert_eq!(decided(b"  ", false), None);
        assert_eq!(decided(b"  ", true), Some(Beginning::Other));
        assert_eq!(decided(&[b' '; 1025], false), Some(Beginning::Other));
        assert_eq!(decided(b" {", false), Some(Beginning::Json));
        assert_eq!(decided(&[[b' '; 1025].as_slice(), b"{"].concat(), false), Some(Beginning::Other));
    }

    #[test]
    fn lines_of_json() {
        let of = |text: &str| decided(text.as_bytes(), false);
        for lines in
            ["{\"a\":1}\n{\"a\":2}\n", "\n{}\r\n\r\n{", "\u{FEFF}{\"a\":{}} \n data: x", "{}\n[DONE]"]
        {
            assert_eq!(of(lines), Some(Beginning::Events), "{lines}");
        }
        let long = format!("{{\"a\":\"{}\"}}\n{{", "x".repeat(MOST_LINE));
        for json in
            ["{\"a\":1}", "{\"a\":1}\n", "{\n{", "{\"a\":\n{}}", "[1]\n{", "{} x\n{", "{}\n<p>", &long]
        {
            assert_eq!(of(json), Some(Beginning::Json), "{json}");
        }
    }

    #[test]
    fn each_byte_is_looked_at_once() {
        // Examined again with each byte, this would take 10^11 steps.
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(4 << 20));
        let blanks = format!("{{}}{}", "\n".repeat(4 << 20));
        for json in [&long, &blanks] {
            let mut detector = Detector::default();
            for end in 0..json.len() {
                detector.update(&json.as_bytes()[..end], false);
            }
            assert_eq!(detector.update(json.as_bytes(), true), Some(Beginning::Json));
            assert!(detector.is_final());
        }
    }

    #[test]
    fn the_first_byte_that_is_no_white_space_tells() {
        let of = |text: &str| Beginning::of(text.as_bytes());
        assert_eq!(of(""), None);
        assert_eq!(of(" \r\n\t"), None);
        assert_eq!(Beginning::of(b"\xEF\xBB"), None);
        assert_eq!(of("\u{FEFF}"), None);
        for json in ["{", "\n {", "\u{FEFF}[1]"] {
            assert_eq!(of(json), Some(Beginning::Json), "{json}");
        }
        assert_eq!(of("<HTML>"), Some(Beginning::Page));
        assert_eq!(of("\n<!DOCTYPE html>"), Some(Beginning::Page));
        assert_eq!(of("<svg>"), Some(Beginning::Markup));
        for events in [": hello", "\ndata: 1", "event:x", "data:"] {
            assert_eq!(of(events), Some(Beginning::Events), "{events}");
        }
        for other in ["x", "dates", "\"a\"", "5007: no"] {
            assert_eq!(of(other), Some(Beginning::Other), "{other}");
        }
    }
}
