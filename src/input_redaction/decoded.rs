//! Resolves escapes and base64 in an error message, so that a quotation of the input is found in whichever
//! form the service repeats it: as JSON, as a Python string, percent-encoded, as HTML or as base64.

use crate::kernel::base64::value_of;
use crate::text::{is_blank, unsigned};

/// Nested encodings that are resolved, at most.
const MAX_DEPTH: usize = 3;
/// Length of the shortest base64 that is decoded, in characters: shorter runs occur in ordinary words.
const MIN_BASE64: usize = 16;
/// Longest form that is decoded, in bytes. A longer one is compared without decoding.
const MAX_DECODED: usize = 4096;
/// Separates the forms of a message. It is a noncharacter, which no text contains.
const SEPARATOR: char = '\u{FFFF}';

/// Returns a message followed by its decoded forms, and for each byte of them the byte range of the message
/// that it stands for.
pub fn with_decoded(message: &str) -> (String, Vec<(u16, u16)>) {
    let mut all = message.to_owned();
    let mut origins: Vec<(u16, u16)> = (0..message.len() as u16).map(|at| (at, at + 1)).collect();
    let mut begin = 0;
    for _ in 0..MAX_DEPTH {
        let form = all.get(begin..).unwrap_or_default();
        if form.len() > MAX_DECODED {
            break;
        }
        let known = origins.get(begin..).unwrap_or_default();
        let Some(decoded) = decode(form, known).or_else(|| decode_base64(form, known)) else { break };
        all.push(SEPARATOR);
        origins.resize(all.len(), (0, 0));
        begin = all.len();
        all.push_str(&decoded.text);
        origins.extend(decoded.origins);
    }
    (all, origins)
}

#[derive(Default)]
struct Decoded {
    text: String,
    origins: Vec<(u16, u16)>,
}

impl Decoded {
    /// Appends a character that stands for the given bytes. Runs of blanks become one space, as in the
    /// message.
    fn push(&mut self, char: char, (from, to): (u16, u16)) {
        if !is_blank(char) {
            self.text.push(char);
            self.origins.resize(self.text.len(), (from, to));
        } else if let (true, Some(last)) = (self.text.ends_with(' '), self.origins.last_mut()) {
            last.1 = to;
        } else {
            self.text.push(' ');
            self.origins.push((from, to));
        }
    }
}

/// The text with its escapes resolved; `None` if it contains none.
fn decode(words: &str, origins: &[(u16, u16)]) -> Option<Decoded> {
    let mut decoded = Decoded::default();
    let mut has_escapes = false;
    let mut at = 0;
    while let Some(char) = words.get(at..)?.chars().next() {
        let escape = escape(words.get(at..)?);
        has_escapes |= escape.is_some();
        let (char, len) = escape.unwrap_or((char, char.len_utf8()));
        decoded.push(char, (origins.get(at)?.0, origins.get(at + len - 1)?.1));
        at += len;
    }
    has_escapes.then_some(decoded)
}

/// The valid UTF-8 in the base64 of a text; `None` if there is none. Each run is decoded from its
/// beginning.
fn decode_base64(words: &str, origins: &[(u16, u16)]) -> Option<Decoded> {
    let mut decoded = Decoded::default();
    let mut at = 0;
    for run in words.as_bytes().split(|byte| value_of(*byte).is_none()) {
        let run_origins = origins.get(at..).unwrap_or_default();
        at += run.len() + 1;
        if run.len() < MIN_BASE64 {
            continue;
        }
        let (mut bytes, mut bits) = (Vec::new(), 0_u32);
        for (place, byte) in run.iter().enumerate() {
            bits = bits << 6 | u32::from(value_of(*byte).unwrap_or(0));
            // The first character of four completes no byte.
            match place % 4 {
                0 => {}
                place => bytes.push((bits >> (6 - 2 * place)) as u8),
            }
        }
        let mut byte_at = 0;
        for chunk in bytes.utf8_chunks() {
            for char in chunk.valid().chars() {
                let last = byte_at + char.len_utf8() - 1;
                // Three bytes are four characters, and the first byte begins in the first character.
                let (from, to) = (byte_at / 3 * 4 + byte_at % 3, last / 3 * 4 + last % 3 + 1);
                decoded.push(char, (run_origins.get(from)?.0, run_origins.get(to)?.1));
                byte_at = last + 1;
            }
            byte_at += chunk.invalid().len();
        }
    }
    (!decoded.text.is_empty()).then_some(decoded)
}

/// The escape at the start of a text: the character and the escape's length.
fn escape(text: &str) -> Option<(char, usize)> {
    match *text.as_bytes() {
        [b'\\', b'u', ..] => {
            let unit =
                |at: usize| text.get(at..)?.strip_prefix("\\u").and_then(|digits| hex(digits.get(..4)?));
            let first = unit(0)?;
            let pair =
                unit(6).filter(|low| (0xD800..0xDC00).contains(&first) && (0xDC00..0xE000).contains(low));
            let code = pair.map_or(first, |low| 0x1_0000 + ((first - 0xD800) << 10) + (low - 0xDC00));
            let len = if pair.is_some() { 12 } else { 6 };
            Some((char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), len))
        }
        // A byte of a UTF-8 character; alone, as in Python, a character.
        [b'\\', b'x', ..] => {
            let alone = || Some((char::from_u32(hex(text.get(2..4)?)?)?, 4));
            encoded(text, "\\x").or_else(alone)
        }
        [b'\\', b'n' | b'r' | b't' | b'f' | b'v', ..] => Some((' ', 2)),
        [b'\\', sign @ (b'"' | b'\'' | b'`' | b'\\' | b'/'), ..] => Some((sign.into(), 2)),
        [b'%', ..] => encoded(text, "%"),
        [b'&', ..] => entity(text),
        _ => None,
    }
}

/// A character as hexadecimal bytes of UTF-8, each after a prefix such as `%`.
fn encoded(text: &str, mark: &str) -> Option<(char, usize)> {
    let size = mark.len() + 2;
    let byte = |place: usize| {
        let digits = text.get(place * size..)?.strip_prefix(mark)?.get(..2)?;
        hex(digits).map(|byte| byte as u8)
    };
    let count = byte(0)?.leading_ones().max(1) as usize;
    let bytes: Option<Vec<u8>> = (0..count.min(4)).map(byte).collect();
    let bytes = bytes?;
    let char = str::from_utf8(&bytes).ok()?.chars().next()?;
    Some((char, count * size))
}

/// A character reference of HTML.
fn entity(text: &str) -> Option<(char, usize)> {
    const NAMES: [(&str, char); 6] =
        [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("nbsp", ' ')];
    const LONGEST: usize = "&#x10ffff;".len();
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let code = match name.as_bytes() {
        [b'#', b'x' | b'X', ..] => hex(name.get(2..)?),
        [b'#', ..] => unsigned(name.get(1..)?),
        _ => NAMES.iter().find(|(own, _)| *own == name).map(|(_, char)| u32::from(*char)),
    };
    Some((char::from_u32(code?)?, end + 1))
}

/// Reads hexadecimal digits.
fn hex(digits: &str) -> Option<u32> {
    let digit = |digit: u8| char::from(digit).to_digit(16);
    digits.bytes().try_fold(0_u32, |number, byte| Some(number << 4 | digit(byte)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(words: &str) -> Vec<String> {
        with_decoded(words).0.split(SEPARATOR).map(str::to_owned).collect()
    }

    #[test]
    fn escapes_of_every_kind() {
        for (words, decoded) in [
            (r#"a\nb \"c\" d\\e"#, r#"a b "c" d\e"#),
            (r"a\n\n b", "a b"),
            (r"\u6211\ud83d\ude00\ud83d!", "我😀\u{fffd}!"),
            (r"\xe9\xc3\xa9", "éé"),
            ("a%20b%E6%88%91%zz%", "a b我%zz%"),
            ("&quot;a&#39;&#x27;&nbsp;&amp;&such;", "\"a'' &&such;"),
        ] {
            assert_eq!(forms(words)[1], decoded, "{words}");
        }
        for words in ["", "a b", "100% & more;", r"C:\dir", r"\u12", r"\"] {
            assert_eq!(forms(words), [words], "{words}");
        }
        let base64 = "no: aGVyb24sIGhlcm9uIQ== QsOpIMOpIMOpIMOpLg";
        assert_eq!(forms(base64)[1], "heron, heron!Bé é é é.");
        assert_eq!(forms(r#"\\\"a"#), [r#"\\\"a"#, r#"\"a"#, r#""a"#]);
    }

    #[test]
    fn every_byte_knows_its_origin() {
        let words = r"é\u6211\n x";
        let (all, origins) = with_decoded(words);
        assert_eq!(all.len(), origins.len());
        let of = |char: char| origins[all.rfind(char).unwrap()];
        assert_eq!((of('我'), of(' '), of('x')), ((2, 8), (8, 11), (11, 12)));
    }
}
