//! Byte-wise text functions. The standard library's searchers, number parsers and formatters are more general
//! than needed here, and larger than all their callers together.

/// The digits of hexadecimal numbers.
pub const HEX: &[u8; 16] = b"0123456789abcdef";

/// Decodes bytes; invalid UTF-8 becomes U+FFFD.
#[inline(never)]
pub fn lossy(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push('\u{FFFD}');
        }
    }
    text
}

/// Length of an incomplete UTF-8 character at the end, in bytes.
pub fn cut_character(bytes: &[u8]) -> usize {
    if bytes.last().is_none_or(u8::is_ascii) {
        return 0;
    }
    let tail = &bytes[bytes.len().saturating_sub(3)..];
    let lead = tail.iter().rposition(|byte| *byte >= 0xC0);
    let len = lead.map_or(0, |at| tail.len() - at);
    let needed = lead.map_or(0, |at| match tail[at] {
        0xF0.. => 4,
        0xE0.. => 3,
        _ => 2,
    });
    if len < needed { len } else { 0 }
}

/// Extends bytes with zeros. `Vec::resize` writes them one by one if the compiler optimises for size.
pub fn lengthen(bytes: &mut Vec<u8>, len: usize) {
    let mut longer = vec![0; len.max(bytes.len())];
    if let Some(kept) = longer.get_mut(..bytes.len()) {
        kept.copy_from_slice(bytes);
    }
    *bytes = longer;
}

/// Concatenates all parts.
#[inline(never)]
pub fn concat(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        text.push_str(part);
    }
    text
}

/// Joins parts with a separator.
#[inline(never)]
pub fn join(parts: &[&str], between: &str) -> String {
    let mut text = String::new();
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            text.push_str(between);
        }
        text.push_str(part);
    }
    text
}

/// The texts before and after the first `sign`, which is an ASCII character.
#[inline(never)]
pub fn split_first(text: &str, sign: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == sign)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The texts before and after the last `sign`, which is an ASCII character.
#[inline(never)]
pub fn split_last(text: &str, sign: u8) -> Option<(&str, &str)> {
    let at = text.bytes().rposition(|byte| byte == sign)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The text before the first `sign`, which is an ASCII character; the whole text if there is none.
pub fn before(text: &str, sign: u8) -> &str {
    split_first(text, sign).map_or(text, |(before, _)| before)
}

/// Parses digits with an optional minus sign; none for anything else, or if it is out of range.
#[inline(never)]
pub fn integer(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text {
        [b'-', digits @ ..] => (-1, digits),
        digits => (1, digits),
    };
    if digits.is_empty() {
        return None;
    }
    let mut value = 0i64;
    for byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        // Not `checked_mul`, which multiplies in 128 bits here.
        if !(i64::MIN / 10..=i64::MAX / 10).contains(&value) {
            return None;
        }
        value = (value * 10).checked_add(sign * i64::from(byte - b'0'))?;
    }
    Some(value)
}

/// Parses digits.
pub fn unsigned(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    integer(text.as_bytes()).filter(|_| digits).and_then(|number| u32::try_from(number).ok())
}

/// Formats a number.
#[inline(never)]
pub fn decimal(value: i64) -> String {
    let mut digits = Vec::new();
    let mut rest = value.unsigned_abs();
    loop {
        digits.push(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        digits.push(b'-');
    }
    digits.iter().rev().map(|byte| char::from(*byte)).collect()
}

/// Formats a number in the shortest way with at most nine decimals: for limits in messages. The standard
/// library's float formatter is 20 KB.
#[inline(never)]
pub fn number(value: f64) -> String {
    const EXACT: f64 = 9.0e15;
    let mut places = 0;
    let mut scaled = value.abs();
    while places < 9 && scaled < EXACT && (scaled - scaled.round()).abs() > scaled * 1e-12 {
        scaled *= 10.0;
        places += 1;
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let digits = decimal(scaled.round() as i64);
    if places == 0 {
        return concat(&[sign, &digits]);
    }
    let zeros = "0".repeat((places + 1usize).saturating_sub(digits.len()));
    let digits = concat(&[&zeros, &digits]);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    concat(&[sign, whole, ".", fraction])
}

/// Trims ASCII white space.
#[inline(never)]
pub fn trim(text: &str) -> &str {
    text.trim_ascii()
}

/// Trims these ASCII characters at the end.
#[inline(never)]
pub fn trim_end<'a>(mut text: &'a str, ends: &[u8]) -> &'a str {
    while let [.., last] = text.as_bytes()
        && ends.contains(last)
        && let Some(shorter) = text.get(..text.len() - 1)
    {
        text = shorter;
    }
    text
}

/// The offset of `needle` in `text`, from `from` on.
#[inline(never)]
pub fn find(text: &str, needle: &str, from: usize) -> Option<usize> {
    let needle = needle.as_bytes();
    let rest = text.as_bytes().get(from..)?;
    rest.windows(needle.len().max(1)).position(|window| window == needle).map(|at| from + at)
}

/// The same, ignoring the case of ASCII letters.
#[inline(never)]
pub fn find_word(text: &str, needle: &str, from: usize) -> Option<usize> {
    let needle = needle.as_bytes();
    let rest = text.as_bytes().get(from..)?;
    let at = rest.windows(needle.len().max(1)).position(|window| window.eq_ignore_ascii_case(needle));
    at.map(|at| from + at)
}

/// True if `needle` is in `text`, ignoring the case of ASCII letters.
pub fn contains_word(text: &str, needle: &str) -> bool {
    find_word(text, needle, 0).is_some()
}

/// Replaces every `needle` in `text`.
#[inline(never)]
pub fn replace(text: &str, needle: &str, with: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(found) = find(text, needle, at) {
        replaced.push_str(text.get(at..found).unwrap_or_default());
        replaced.push_str(with);
        at = found + needle.len().max(1);
    }
    replaced.push_str(text.get(at..).unwrap_or_default());
    replaced
}

/// True for an ASCII letter, a digit, or one of these signs.
#[inline(never)]
pub fn is_word(byte: u8, signs: &[u8]) -> bool {
    byte.is_ascii_alphanumeric() || signs.contains(&byte)
}

/// True if a text has only ASCII letters, digits and these signs.
#[inline(never)]
pub fn is_all_word(text: &str, signs: &[u8]) -> bool {
    text.bytes().all(|byte| is_word(byte, signs))
}

/// True for control characters and white space.
pub fn is_blank(char: char) -> bool {
    char <= ' '
        || ('\u{7f}'..='\u{a0}').contains(&char)
        || matches!(char, '\u{2028}' | '\u{2029}' | '\u{3000}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_in_and_out() {
        for number in [0, 7, 10, -1, 1024, i64::MAX, i64::MIN] {
            assert_eq!(decimal(number), number.to_string());
            assert_eq!(integer(decimal(number).as_bytes()), Some(number));
        }
        for text in ["", "-", "+1", "1x", " 1", "9223372036854775808", "-9223372036854775809"] {
            assert_eq!(integer(text.as_bytes()), None, "{text}");
        }
        assert_eq!(unsigned("4294967295"), Some(u32::MAX));
        assert!(unsigned("4294967296").is_none() && unsigned("-0").is_none());
    }

    #[test]
    fn floats_are_short() {
        for value in [
            0.0,
            1.0,
            -2.0,
            0.1,
            0.05,
            -1.5,
            99.999,
            123_456.75,
            1e-9,
            9_999_999_999.0,
            9_007_199_254_740_991.0,
        ] {
            assert_eq!(number(value), value.to_string());
        }
        assert_eq!(number(1.0 / 3.0), "0.333333333");
    }

    #[test]
    fn broken_text_is_marked() {
        let broken = b"a\xFFb\xE2\x82 \xF0\x9F";
        assert_eq!(lossy(broken), String::from_utf8_lossy(broken));
        assert_eq!(lossy("é😀".as_bytes()), "é😀");
    }

    #[test]
    fn characters_that_are_cut_off() {
        for (text, last) in
            [("", 0), ("a", 0), ("aé", 1), ("我", 1), ("我", 2), ("😀", 1), ("😀", 2), ("😀", 3)]
        {
            let bytes = text.as_bytes();
            assert_eq!(cut_character(bytes), 0, "{text}");
            let cut = &bytes[..bytes.len().saturating_sub(last)];
            let len = text.chars().last().map_or(0, char::len_utf8);
            assert_eq!(cut_character(cut), if last > 0 { len - last } else { 0 }, "{text} {last}");
        }
        assert_eq!(cut_character(b"a\x80\x80"), 0);
    }

    #[test]
    fn finds_and_replaces() {
        assert_eq!(find("abcabc", "bc", 0), Some(1));
        assert_eq!(find("abcabc", "bc", 2), Some(4));
        assert_eq!(find("abc", "x", 0), None);
        assert_eq!(find("é", "abc", 9), None);
        assert_eq!(join(&["a", "b", "c"], ", "), "a, b, c");
        assert_eq!(join(&[], ", "), "");
        assert_eq!(split_first("a/é/c", b'/'), Some(("a", "é/c")));
        assert_eq!(split_last("a/é/c", b'/'), Some(("a/é", "c")));
        assert_eq!(split_first("é", b'/').or(split_last("é", b'/')), None);
        assert_eq!((before("a;b", b';'), before("a", b';')), ("a", "a"));
        assert_eq!(replace("aXbXX", "X", "é"), "aébéé");
        assert_eq!(replace("é", "x", "y"), "é");
        assert_eq!((find_word("aBcAbC", "BC", 2), find_word("é", "abc", 9)), (Some(4), None));
        assert!(contains_word("Was FLAGGED", "flag") && !contains_word("fla", "flag"));
    }
}
