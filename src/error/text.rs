//! Cleans the service's messages: removes prefixes, the request id and the number.

use crate::codes;
use crate::text::{find, is_blank, trim, trim_end, unsigned};
use crate::wire::json;

use super::{Report, body};

/// Longest message of the service that is quoted, in bytes.
const MAX_WORDS: usize = 300;

/// A cleaned message.
#[derive(Debug, PartialEq)]
pub struct Cleaned {
    /// The message.
    pub words: String,
    /// A known number before a colon.
    pub number: Option<u32>,
    /// The UUID in brackets at the end.
    pub request_id: Option<String>,
    /// The invalid parameter, if the message was JSON that names it.
    pub field: Option<String>,
    /// The code or the type of that error.
    pub sign: String,
}

/// Cleans a message. If it contains the JSON of a model server's error, that error's message counts.
#[inline(never)]
pub fn clean(raw: &str) -> Cleaned {
    let (rest, request_id) = split_request_id(without_advice(trim(raw)));
    let (rest, leading) = strip_prefixes(rest);
    let number = leading.filter(|number| codes::find(*number).is_some());
    if rest.starts_with(['{', '[', '"'])
        && let Some(inner) = report_in_json(rest, MOST_ENCODED)
    {
        let words = if inner.words.is_empty() { &inner.sign } else { &inner.words };
        let number = number.or(inner.number.filter(|number| codes::find(*number).is_some()));
        let words = shorten(strip_prefixes(words).0);
        return Cleaned { words, number, request_id, field: inner.field, sign: inner.sign };
    }
    let number = number.or_else(|| known_number(rest));
    Cleaned { words: shorten(rest), number, request_id, field: None, sign: String::new() }
}

/// Limit of the nesting of JSON texts in JSON texts.
const MOST_ENCODED: u8 = 4;

/// The report in the JSON of an error: an object, a list that contains one, or a text that contains such
/// JSON. None if it is not JSON, or empty: then it is shown unchanged.
fn report_in_json(text: &str, left: u8) -> Option<Report> {
    let value = json::parse(text.as_bytes()).ok()?;
    let inner = value.text();
    let encoded = inner.as_deref().map(trim).filter(|inner| left > 0 && inner.starts_with(['{', '[', '"']));
    if let Some(report) = encoded.and_then(|encoded| report_in_json(encoded, left - 1)) {
        return Some(report);
    }
    let report = body::report_in(value);
    (value.is_object() || !report.words.is_empty() || !report.sign.is_empty()).then_some(report)
}

/// Strips the number and the advice from a message that this package has composed, as a server for another
/// client; they are composed again.
fn without_advice(text: &str) -> &str {
    let is_own = |at: usize, mark: &str| {
        let rest = text.get(at + mark.len()..).unwrap_or_default();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        digits > 0 && rest.get(digits..).is_some_and(|rest| rest.starts_with(")."))
    };
    let marks = [" (code ", " (status "];
    let found = marks.iter().find_map(|mark| find(text, mark, 0).filter(|at| is_own(*at, mark)));
    // A failure of the service without a number and a status.
    let own = found.and_then(|at| text.get(..at)).or_else(|| text.strip_suffix(". Try again."));
    own.unwrap_or(text)
}

/// Splits `… (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)` into the message and the id.
fn split_request_id(text: &str) -> (&str, Option<String>) {
    const LEN: usize = "(xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)".len();
    let trimmed = trim_end(text, b".");
    let split = trimmed.len().checked_sub(LEN).and_then(|at| trimmed.split_at_checked(at));
    match split.and_then(|(before, id)| Some((before, id.strip_prefix("(")?.strip_suffix(")")?))) {
        Some((before, id)) if is_uuid(id) => (trim(before), Some(id.to_owned())),
        _ => (text, None),
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The beginnings of errors of the service and of JavaScript.
const PREFIXES: [&str; 6] =
    ["AiError:", "AiGatewayError:", "InferenceUpstreamError:", "Ai:", "Bad input:", "Error:"];

/// True if a text has one of these beginnings.
pub fn is_marked(text: &str) -> bool {
    PREFIXES.iter().any(|prefix| text.starts_with(prefix))
}

/// Removes `AiError: `, `Ai: `, `Bad input: `, `Error: ` and `5007: ` from the beginning, repeatedly.
fn strip_prefixes(mut text: &str) -> (&str, Option<u32>) {
    let mut number = None;
    loop {
        if let Some(rest) = PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix)) {
            text = trim(rest);
        } else if let Some((found, rest)) = leading_number(text) {
            number = number.or(Some(found));
            text = rest;
        } else {
            return (text, number);
        }
    }
}

/// Splits `5007: message` into the number and the message.
#[inline(never)]
pub fn leading_number(text: &str) -> Option<(u32, &str)> {
    let colon = text.bytes().position(|byte| byte == b':')?;
    let digits = trim(text.get(..colon)?);
    let right = (3..=5).contains(&digits.len()) && text.starts_with(digits);
    Some((unsigned(digits).filter(|_| right)?, trim(text.get(colon + 1..)?)))
}

/// The first known number before a colon, anywhere in the text.
pub fn known_number(text: &str) -> Option<u32> {
    let bytes = text.as_bytes();
    (0..bytes.len()).filter(|at| bytes[*at] == b':').find_map(|colon| {
        let end = bytes.get(..colon)?.trim_ascii_end().len();
        let digits = bytes.get(..end)?.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let start = end - digits;
        let whole_word = start == 0 || !bytes.get(start - 1).is_some_and(|byte| byte.is_ascii_alphanumeric());
        if !whole_word || !(3..=5).contains(&digits) {
            return None;
        }
        unsigned(text.get(start..end)?).filter(|number| codes::find(*number).is_some())
    })
}

/// One line, without control characters, of bounded length.
fn shorten(text: &str) -> String {
    let mut words = String::with_capacity(text.len().min(MAX_WORDS));
    let mut gap = false;
    // Start of the current word.
    let mut word = 0;
    for char in text.chars() {
        if is_blank(char) {
            gap = true;
            continue;
        }
        if words.len() >= MAX_WORDS - 4 {
            // The last word is dropped as a whole: a truncated secret would not be recognized as one.
            words.truncate(word);
            words.push('…');
            break;
        }
        if gap && !words.is_empty() {
            words.push(' ');
            word = words.len();
        }
        gap = false;
        words.push(char);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoration_goes_and_the_request_id_is_kept() {
        let cleaned = clean(
            "AiError: AiError: Bad input: Error: oneOf at '/' not met (0b7a1c7e-8a6e-4d3b-9f4e-2f1f5a6b7c8d)",
        );
        assert_eq!(cleaned.words, "oneOf at '/' not met");
        assert_eq!(cleaned.request_id.as_deref(), Some("0b7a1c7e-8a6e-4d3b-9f4e-2f1f5a6b7c8d"));
        assert_eq!(cleaned.number, None);
    }

    #[test]
    fn what_was_composed_is_not_composed_twice() {
        assert_eq!(clean("it broke (code 3040). Try again in a while.").words, "it broke");
        assert_eq!(clean("no (status 403). Check it.").words, "no");
        assert_eq!(clean("boom. Try again.").words, "boom");
        for words in ["no (code 5", "no (code x). Check", "no (code 5) yet"] {
            assert_eq!(clean(words).words, words);
        }
    }

    #[test]
    fn a_leading_number_counts_only_when_known() {
        assert_eq!(clean("5007: No such model").number, Some(5007));
        assert_eq!(clean("9999: what").number, None);
        assert_eq!(
            clean("AiError: 3040: Capacity temporarily exceeded").words,
            "Capacity temporarily exceeded"
        );
    }

    #[test]
    fn a_known_number_is_found_inside() {
        assert_eq!(clean("upstream said 3040: busy").number, Some(3040));
        assert_eq!(clean("port x3040: busy").number, None);
        assert_eq!(clean("at 12:30:45 something").number, None);
    }

    #[test]
    fn words_that_are_json_are_read() {
        let vllm = r#"{"object":"error","message":"too hot","param":"temperature"}"#;
        let quoted = |text: &str| serde_json::to_string(text).unwrap();
        for raw in [
            vllm.to_owned(),
            quoted(vllm),
            quoted(&quoted(vllm)),
            format!("AiError: 8007: [{vllm}]"),
            format!("8001: {}", quoted(vllm)),
            r#"[{"type":"less_than_equal","loc":["body","temperature"],"msg":"too hot","input":9}]"#
                .to_owned(),
            r#"{"message":[{"loc":["body","temperature"],"msg":"too hot"}]}"#.to_owned(),
            r#"{"detail":[{"loc":["body","temperature",0],"msg":"too hot"}]}"#.to_owned(),
        ] {
            let cleaned = clean(&raw);
            assert_eq!(
                (cleaned.words.as_str(), cleaned.field.as_deref()),
                ("too hot", Some("temperature")),
                "{raw}"
            );
        }
        assert_eq!(clean(r#"["too hot","too cold"]"#).words, "too hot");
        assert_eq!(clean(r#""too hot""#).words, "too hot");
        for raw in [r#"[1,2] is no vector"#, r#""a" is not "b""#, "[]", "[[]]"] {
            assert_eq!(clean(raw).words, raw);
        }
    }

    #[test]
    fn brackets_that_hold_no_uuid_stay() {
        assert_eq!(clean("too long (9000 tokens)").words, "too long (9000 tokens)");
    }

    #[test]
    fn long_and_multi_line_text_becomes_one_short_line() {
        let cleaned = clean(&format!("first\r\nsecond {}", "word ".repeat(200)));
        assert!(cleaned.words.starts_with("first second word"));
        assert!(cleaned.words.chars().count() <= MAX_WORDS + 1 && cleaned.words.ends_with('…'));
        assert_eq!(
            clean(&["word ".repeat(58), "secret".repeat(9)].concat()).words,
            ["word ".repeat(58), "…".into()].concat()
        );
        assert!(clean(&"x".repeat(5000)).words.chars().count() <= MAX_WORDS);
    }
}
