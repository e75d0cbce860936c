//! The tokens of JSON, whose ends may be missing.

/// An escape at a backslash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escape {
    /// A complete escape of this many bytes. A surrogate pair is one escape.
    Whole(usize),
    /// The end is missing.
    Begun,
    /// Not a valid escape.
    Wrong,
}

/// The escape at `at`, where there is a backslash.
pub fn escape(bytes: &[u8], at: usize) -> Escape {
    match bytes.get(at + 1) {
        None => Escape::Begun,
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Escape::Whole(2),
        Some(b'u') => match unit(bytes, at + 2) {
            Unit::Whole(0xD800..=0xDBFF) => after_high(bytes, at + 6),
            Unit::Whole(_) => Escape::Whole(6),
            Unit::Begun => Escape::Begun,
            Unit::Wrong => Escape::Wrong,
        },
        Some(_) => Escape::Wrong,
    }
}

/// After a high surrogate: the low one is part of the escape, if it follows.
fn after_high(bytes: &[u8], at: usize) -> Escape {
    match (bytes.get(at), bytes.get(at + 1)) {
        (None, _) | (Some(b'\\'), None) => Escape::Begun,
        (Some(b'\\'), Some(b'u')) => match unit(bytes, at + 2) {
            Unit::Whole(0xDC00..=0xDFFF) => Escape::Whole(12),
            // An invalid unit is reported when it is read next.
            Unit::Whole(_) | Unit::Wrong => Escape::Whole(6),
            Unit::Begun => Escape::Begun,
        },
        _ => Escape::Whole(6),
    }
}

enum Unit {
    Whole(u32),
    Begun,
    Wrong,
}

/// Reads four hexadecimal digits.
fn unit(bytes: &[u8], at: usize) -> Unit {
    let mut unit = 0;
    for place in at..at + 4 {
        match bytes.get(place).map(|byte| (*byte as char).to_digit(16)) {
            Some(Some(digit)) => unit = unit << 4 | digit,
            Some(None) => return Unit::Wrong,
            None => return Unit::Begun,
        }
    }
    Unit::Whole(unit)
}

/// The number of bytes at the end of `bytes` that begin a character.
pub fn divided(bytes: &[u8]) -> usize {
    for back in 1..=bytes.len().min(3) {
        match bytes[bytes.len() - back] {
            0x80..=0xBF => {}
            0xC0..=0xDF if back < 2 => return back,
            0xE0..=0xEF if back < 3 => return back,
            0xF0..=0xF7 if back < 4 => return back,
            _ => return 0,
        }
    }
    0
}

/// The position of the reader in a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// After the minus sign.
    Minus,
    /// After a leading zero.
    Zero,
    /// In the digits before the decimal point.
    Whole,
    /// After the decimal point.
    Point,
    /// In the digits after the decimal point.
    Fraction,
    /// After `e`.
    E,
    /// After the sign of the exponent.
    Sign,
    /// In the digits of the exponent.
    Exponent,
}

impl Number {
    /// The state after the first byte of a number.
    pub fn begun(byte: u8) -> Option<Self> {
        match byte {
            b'-' => Some(Number::Minus),
            b'0' => Some(Number::Zero),
            b'1'..=b'9' => Some(Number::Whole),
            _ => None,
        }
    }

    /// The next state; `None` if the byte is not part of the number.
    pub fn next(self, byte: u8) -> Option<Self> {
        match (self, byte) {
            (Number::Minus, b'0') => Some(Number::Zero),
            (Number::Minus, b'1'..=b'9') | (Number::Whole, b'0'..=b'9') => Some(Number::Whole),
            (Number::Zero | Number::Whole, b'.') => Some(Number::Point),
            (Number::Point | Number::Fraction, b'0'..=b'9') => Some(Number::Fraction),
            (Number::Zero | Number::Whole | Number::Fraction, b'e' | b'E') => Some(Number::E),
            (Number::E, b'+' | b'-') => Some(Number::Sign),
            (Number::E | Number::Sign | Number::Exponent, b'0'..=b'9') => Some(Number::Exponent),
            _ => None,
        }
    }

    /// True if the number may end here.
    pub fn is_whole(self) -> bool {
        matches!(self, Number::Zero | Number::Whole | Number::Fraction | Number::Exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_is_whole_with_the_second_half_of_its_pair() {
        for (text, expected) in [
            (r"\n", Escape::Whole(2)),
            (r"\", Escape::Begun),
            (r"\u00e", Escape::Begun),
            (r"\u00e9", Escape::Whole(6)),
            (r"\ud83d", Escape::Begun),
            (r"\ud83d\", Escape::Begun),
            (r"\ud83d\u", Escape::Begun),
            (r"\ud83d\ude0", Escape::Begun),
            (r"\ud83d\ude00", Escape::Whole(12)),
            (r"\ud83dx", Escape::Whole(6)),
            (r"\ud83d\n", Escape::Whole(6)),
            (r"\ud83d\u0041", Escape::Whole(6)),
            (r"\ude00", Escape::Whole(6)),
            (r"\x", Escape::Wrong),
            (r"\u00g", Escape::Wrong),
        ] {
            assert_eq!(escape(text.as_bytes(), 0), expected, "{text}");
        }
    }

    #[test]
    fn characters_are_divided_where_bytes_are_missing() {
        for text in ["", "a", "é", "€", "😀", "aé", "a€", "a😀"] {
            let bytes = text.as_bytes();
            for end in 0..=bytes.len() {
                let whole =
                    std::str::from_utf8(&bytes[..end]).map_or_else(|error| error.valid_up_to(), str::len);
                assert_eq!(end - divided(&bytes[..end]), whole, "{text} {end}");
            }
        }
    }
}
