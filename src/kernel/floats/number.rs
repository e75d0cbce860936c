//! Parses one JSON number to the nearest 32-bit float, through the nearest 64-bit one, as JavaScript does.
//!
//! The digits form an integer of at most 64 bits, which is scaled by one or two multiplications. The result
//! may differ from the nearest 64-bit float by a few units in the last place, which matters only if the
//! middle between two 32-bit floats is that close: such numbers are left to JavaScript, as are those that are
//! too long, too large or too small.

use super::digits;

/// The result of [`parse`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Parsed {
    /// The float, and the end of the number.
    Float(f32, usize),
    /// A number that must be parsed exactly, with its end.
    Exact(usize),
    /// The offset of a byte that cannot be part of a number, which is incomplete.
    Not(usize),
}

/// Bytes from the beginning of a number that are read without bounds checks.
const REACH: usize = 64;

/// Powers of ten, exact in 64 bits.
const WHOLE: [u64; 20] = {
    let mut powers = [1; 20];
    let mut at = 1;
    while at < 20 {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// The largest value that this many more digits can be appended to.
const ROOM: [u64; 20] = {
    let mut room = [0; 20];
    let mut at = 0;
    while at < 20 {
        room[at] = i64::MAX as u64 / WHOLE[at];
        at += 1;
    }
    room
};

/// Exact as 64-bit floats up to this exponent.
const MOST: usize = 22;
const UP: [f64; MOST + 1] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];
const DOWN: [f64; MOST + 1] = [
    1e0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13, 1e-14, 1e-15,
    1e-16, 1e-17, 1e-18, 1e-19, 1e-20, 1e-21, 1e-22,
];

/// Parses the number at `at`. Bytes after the input must not affect the result: a number is complete only if
/// its end is before the input's.
#[inline(always)]
pub fn parse(bytes: &[u8], at: usize) -> Parsed {
    if at + REACH > bytes.len() {
        return slow(bytes, at);
    }
    let negative = bytes[at] == b'-';
    let start = at + usize::from(negative);
    let first = bytes[start].wrapping_sub(b'0');
    // Nearly all numbers of embeddings: one digit, the point, up to 16 digits, and rarely an exponent.
    if first > 9 || bytes[start + 1] != b'.' {
        return general(bytes, at, negative, start);
    }
    let count = digits::count(bytes, start + 2);
    let next = start + 2 + count;
    let exponent = -(count as i32);
    let mantissa = match count {
        0 => return Parsed::Not(next),
        1..=digits::MOST => u64::from(first) * WHOLE[count] + digits::value(bytes, start + 2, count),
        // More digits may follow.
        digits::MOST_COUNTED.. => return slow(bytes, at),
        _ => {
            let more = count - digits::MOST;
            let begin =
                u64::from(first) * WHOLE[digits::MOST] + digits::value(bytes, start + 2, digits::MOST);
            match append(begin, digits::value(bytes, start + 2 + digits::MOST, more), more) {
                Some(mantissa) => mantissa,
                None => return slow(bytes, at),
            }
        }
    };
    finish(bytes, mantissa, exponent, negative, next)
}

/// Reads the exponent, if one stands at `next`, and scales the mantissa.
#[inline(always)]
fn finish(bytes: &[u8], mantissa: u64, mut exponent: i32, negative: bool, mut next: usize) -> Parsed {
    if bytes[next] | 0x20 == b'e' {
        match read_exponent(bytes, next) {
            Ok((scale, end)) => {
                exponent += scale;
                next = end;
            }
            Err(at) => return Parsed::Not(at),
        }
    }
    scaled(mantissa, exponent, negative, next)
}

/// Any number of at most 16 digits before the point and 16 behind it.
#[inline(never)]
fn general(bytes: &[u8], at: usize, negative: bool, start: usize) -> Parsed {
    let (mut mantissa, count) = digits::read(bytes, start);
    let mut next = start + count;
    if count == 0 {
        return Parsed::Not(next);
    }
    if count > 1 && bytes[start] == b'0' {
        return Parsed::Not(start + 1);
    }
    if count == digits::MOST {
        return slow(bytes, at);
    }
    let mut exponent = 0;
    if bytes[next] == b'.' {
        let (fraction, count) = digits::read(bytes, next + 1);
        next += 1 + count;
        match append(mantissa, fraction, count) {
            _ if count == 0 => return Parsed::Not(next),
            Some(longer) if count < digits::MOST => mantissa = longer,
            _ => return slow(bytes, at),
        }
        exponent = -(count as i32);
    }
    finish(bytes, mantissa, exponent, negative, next)
}

/// Validates a number and finds its end. For rare forms, and for numbers at the end of the buffer.
#[inline(never)]
fn slow(bytes: &[u8], at: usize) -> Parsed {
    let digits_end = |from: usize| {
        let count =
            bytes.get(from..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 { Err(from) } else { Ok(from + count) }
    };
    let find = || {
        let start = at + usize::from(bytes.get(at) == Some(&b'-'));
        let mut next = digits_end(start)?;
        if next > start + 1 && bytes.get(start) == Some(&b'0') {
            return Err(start + 1);
        }
        if bytes.get(next) == Some(&b'.') {
            next = digits_end(next + 1)?;
        }
        if matches!(bytes.get(next), Some(b'e' | b'E')) {
            next += 1 + usize::from(matches!(bytes.get(next + 1), Some(b'+' | b'-')));
            next = digits_end(next)?;
        }
        Ok(next)
    };
    find().map_or_else(Parsed::Not, Parsed::Exact)
}

/// Appends `count` digits to `mantissa`, if the result fits into 63 bits.
#[inline(always)]
fn append(mantissa: u64, digits: u64, count: usize) -> Option<u64> {
    // A table: a multiplication with overflow check is a function call in wasm.
    if mantissa < ROOM[count] { Some(mantissa * WHOLE[count] + digits) } else { None }
}

/// The exponent whose `e` is at `at`, and its end; else the offset of the missing digit.
#[inline(never)]
fn read_exponent(bytes: &[u8], at: usize) -> Result<(i32, usize), usize> {
    let sign = bytes.get(at + 1).copied();
    let start = at + 1 + usize::from(matches!(sign, Some(b'+' | b'-')));
    let mut next = start;
    let mut value = 0i32;
    while let Some(digit) = bytes.get(next).filter(|byte| byte.is_ascii_digit()) {
        // Larger exponents are out of range anyway.
        value = (value * 10 + i32::from(digit - b'0')).min(99_999);
        next += 1;
    }
    if next == start {
        return Err(start);
    }
    Ok((if sign == Some(b'-') { -value } else { value }, next))
}

/// `mantissa` times ten to the `exponent`.
#[inline(always)]
fn scaled(mantissa: u64, exponent: i32, negative: bool, next: usize) -> Parsed {
    let signed = |value: f32| if negative { -value } else { value };
    // As a signed integer the conversion is a single instruction.
    let whole = mantissa as i64 as f64;
    let value = if (-(MOST as i32)..0).contains(&exponent) {
        whole * DOWN[exponent.unsigned_abs() as usize]
    } else if exponent == 0 {
        whole
    } else if mantissa == 0 {
        0.0
    } else if (-2 * MOST as i32..0).contains(&exponent) {
        whole * DOWN[MOST] * DOWN[exponent.unsigned_abs() as usize - MOST]
    } else if (0..=MOST as i32).contains(&exponent) {
        whole * UP[exponent as usize]
    } else {
        return Parsed::Exact(next);
    };
    // Integers up to 2^53 are exact.
    let is_exact = exponent == 0 && mantissa <= 1 << 53 || mantissa == 0;
    if !is_exact && (is_near_middle(value) || !is_ordinary(value)) {
        return Parsed::Exact(next);
    }
    Parsed::Float(signed(value as f32), next)
}

/// True if the middle between two 32-bit floats is so close that the exact value may be on its other side, or
/// on it. There are 29 bits between the two precisions. Each of at most three roundings (of the mantissa, the
/// powers, the products) has an error of at most half a unit or, for a rounded power, one: in total less than
/// four units, and eight are allowed.
#[inline(always)]
fn is_near_middle(value: f64) -> bool {
    const MARGIN: u32 = 8;
    let below = value.to_bits() as u32 & 0x1FFF_FFFF;
    below.wrapping_sub(0x1000_0000 - MARGIN) <= 2 * MARGIN
}

/// True if it has the full precision of a 32-bit float: excludes subnormal numbers, and those that round to
/// infinity.
#[inline(always)]
fn is_ordinary(value: f64) -> bool {
    // With a margin for the error of the value.
    (1.2e-38..3.4e38).contains(&value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> bool {
        let mut bytes = text.as_bytes().to_vec();
        bytes.push(b',');
        bytes.resize(bytes.len() + 64, b'7');
        match parse(&bytes, 0) {
            Parsed::Float(value, end) => {
                assert_eq!(end, text.len(), "{text}");
                let expected = text.parse::<f64>().unwrap() as f32;
                assert_eq!(value.to_bits(), expected.to_bits(), "{text}");
                true
            }
            Parsed::Exact(end) => {
                assert_eq!(end, text.len(), "{text}");
                false
            }
            Parsed::Not(at) => panic!("{text} at {at}"),
        }
    }

    #[test]
    fn ordinary_numbers_are_read_here() {
        for text in [
            "0",
            "-0",
            "0.0",
            "-0.0",
            "1",
            "-1",
            "10",
            "123456789",
            "0.5",
            "-0.0123456789012345",
            "1.5e3",
            "2E-7",
            "3.0e+2",
            "0e5",
            "0e-400",
            "0.00012345678901234567",
            "1234.5678",
            "9007199254740992",
            "1e22",
            "1e-22",
            "-7.62939453125e-06",
            "1e-30",
            "0.1234567890123456789",
        ] {
            assert!(text == "9007199254740992" || check(text), "{text}");
        }
    }

    #[test]
    fn what_is_hard_is_left_to_be_read_exactly() {
        for text in [
            // The middle between two floats, and its neighbours.
            "1.000000059604644775390625",
            "1.00000005960464477",
            "1e39",
            "1e400",
            "1e-40",
            "1e-400",
            "4e99999999999999999999",
            "123456789012345678901234567890",
            "0.12345678901234567890123456789",
            "0.0000000000000000123456789012345678901234567",
        ] {
            assert!(!check(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused_where_it_goes_wrong() {
        for (text, place) in [
            ("-,", 1),
            ("+1,", 0),
            (".5,", 0),
            ("1.,", 2),
            ("-.5,", 1),
            ("1e,", 2),
            ("1e+,", 3),
            ("1.5e-,", 5),
            ("01,", 1),
            ("-00.5,", 2),
            ("NaN,", 0),
            ("null,", 0),
            ("-Infinity,", 1),
        ] {
            let mut bytes = text.as_bytes().to_vec();
            bytes.resize(bytes.len() + 64, b' ');
            assert_eq!(parse(&bytes, 0), Parsed::Not(place), "{text}");
            // At the very end of the buffer as well.
            assert_eq!(parse(text.as_bytes(), 0), Parsed::Not(place), "{text}");
        }
    }
}
