//! What bytes are, by how they begin. It is believed more than their `content-type`: services, and what stands before them, send errors and whole
//! answers as `text/event-stream`, events as JSON, and JSON as plain text.

use super::json;

/// What a reply's bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beginning {
    /// A JSON object or list: no line of server-sent events begins so, and no file of a known kind.
    Json,
    /// A web page.
    Page,
    /// Other markup: XML, a picture in SVG.
    Markup,
    /// A field or a comment of server-sent events; or lines of JSON in their place, see `are_lines`.
    Events,
    /// Anything else.
    Other,
}

const MARK: &[u8] = b"\xEF\xBB\xBF";

impl Beginning {
    /// Looks at bytes; none where there are too few yet to know.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.len() < MARK.len() && MARK.starts_with(bytes) {
            return None;
        }
        let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes).trim_ascii_start();
        const FIELDS: [&[u8]; 5] = [b":", b"data:", b"event:", b"id:", b"retry:"];
        const PAGES: [&[u8]; 2] = [b"<!doctype html", b"<html"];
        let goes_on =
            |word: &&[u8]| bytes.len() < word.len() && word[..bytes.len()].eq_ignore_ascii_case(bytes);
        if !bytes.is_empty() && (FIELDS.iter().any(goes_on) || PAGES.iter().any(goes_on)) {
            return None;
        }
        Some(match bytes.first()? {
            b'{' if are_lines(bytes) => Beginning::Events,
            b'{' | b'[' => Beginning::Json,
            b'<' if PAGES.iter().any(|page| begins(bytes, page)) => Beginning::Page,
            b'<' => Beginning::Markup,
            _ if FIELDS.iter().any(|field| bytes.starts_with(field)) => Beginning::Events,
            _ => Beginning::Other,
        })
    }
}

/// As much white space as may come before what is looked for.
const MOST_BLANKS: usize = 1024;

impl Beginning {
    /// Looks at all bytes so far, `last` where no more will come. White space alone says nothing; much of it, or nothing else, is anything. The same
    /// however the bytes come.
    pub fn decided(bytes: &[u8], last: bool) -> Option<Self> {
        let blanks =
            bytes.strip_prefix(MARK).unwrap_or(bytes).iter().take_while(|byte| byte.is_ascii_whitespace());
        if blanks.count() > MOST_BLANKS {
            return Some(Beginning::Other);
        }
        Self::of(bytes).or(last.then_some(Beginning::Other))
    }

    /// May what has begun so turn out to be something else with more bytes?
    pub fn is_open(beginning: Option<Self>) -> bool {
        matches!(beginning, None | Some(Beginning::Json))
    }
}

/// The longest line, in bytes, behind which another one is looked for.
const MOST_LINE: usize = 64 * 1024;

/// Are these lines of JSON, as `application/x-ndjson` has them? The first line is a whole object, and the next one with something in it begins as one,
/// or as the end of a stream. JSON that is laid out in lines has no whole object in its first one.
fn are_lines(bytes: &[u8]) -> bool {
    let first = bytes.get(..MOST_LINE).unwrap_or(bytes);
    let Some(end) = first.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else { return false };
    let (line, rest) = bytes.split_at(end);
    let rest = rest.trim_ascii_start();
    let goes_on =
        [b"{".as_slice(), b"data:", b"[DONE]", b"\"[DONE]\""].iter().any(|begin| rest.starts_with(begin));
    goes_on && json::parse(line).is_ok_and(|value| value.is_object())
}

/// Most bytes of a text that is waited for.
pub const MOST_TEXT: usize = 4096;

/// Can all of what begins as anything be one text in the place of a stream, such as `error code: 1031`? It is looked at when nothing more comes.
pub fn may_be_text(bytes: &[u8]) -> bool {
    bytes.len() <= MOST_TEXT && !bytes.windows(b"data:".len()).any(|word| word == b"data:")
}

fn begins(bytes: &[u8], word: &[u8]) -> bool {
    bytes.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_word_is_waited_for() {
        for bytes in ["d", "data", "<", "<!DOC", "<htm", "even"] {
            assert_eq!(Beginning::decided(bytes.as_bytes(), false), None, "{bytes}");
            assert_eq!(Beginning::decided(bytes.as_bytes(), true), Some(Beginning::Other), "{bytes}");
        }
        for bytes in ["dat:", "<svg", "<b", "evens", "x"] {
            assert!(Beginning::decided(bytes.as_bytes(), false).is_some(), "{bytes}");
        }
    }

    #[test]
    fn white_space_is_waited_for_only_so_long() {
        assert_eq!(Beginning::decided(b"  ", false), None);
        assert_eq!(Beginning::decided(b"  ", true), Some(Beginning::Other));
        assert_eq!(Beginning::decided(&[b' '; 1025], false), Some(Beginning::Other));
        assert_eq!(Beginning::decided(b" {", false), Some(Beginning::Json));
        assert_eq!(
            Beginning::decided(&[[b' '; 1025].as_slice(), b"{"].concat(), false),
            Some(Beginning::Other)
        );
    }

    #[test]
    fn lines_of_json() {
        let of = |text: &str| Beginning::decided(text.as_bytes(), false);
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
