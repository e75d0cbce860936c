//! Parses JSON numbers as floats, precise enough for times and for vectors. The parser of the standard
//! library is as large as three routes.

/// Digits that are used. Further digits are below the precision of a float.
const MOST_DIGITS: usize = 18;
/// Largest exponent. Times and vectors do not have larger ones.
const MOST_EXPONENT: i64 = 300;

/// Parses a number; `None` if it is invalid or out of range.
pub fn read(text: &[u8]) -> Option<f64> {
    let (sign, digits) = match text.split_first()? {
        (b'-', rest) => (-1.0, rest),
        _ => (1.0, text),
    };
    let at = digits.iter().position(|byte| matches!(byte, b'e' | b'E')).unwrap_or(digits.len());
    let (number, exponent) = digits.split_at(at);
    let mut exponent = match exponent.split_first() {
        None => 0,
        Some((_, rest)) => crate::text::integer(rest.strip_prefix(b"+").unwrap_or(rest))?,
    };
    let (mut value, mut count, mut behind) = (0u64, 0, false);
    for byte in number {
        match byte {
            b'.' => behind = true,
            b'0'..=b'9' if count < MOST_DIGITS => {
                value = value * 10 + u64::from(byte - b'0');
                count += usize::from(value > 0);
                exponent -= i64::from(behind);
            }
            b'0'..=b'9' => exponent += i64::from(!behind),
            _ => return None,
        }
    }
    if number.is_empty() || exponent.abs() > MOST_EXPONENT {
        return None;
    }
    let mut power = 1.0;
    for _ in 0..exponent.unsigned_abs() {
        power *= 10.0;
    }
    let value = value as f64;
    Some(sign * if exponent < 0 { value / power } else { value * power })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_enough() {
        for text in [
            "0",
            "-0.5",
            "1.50",
            "0.30000000000000004",
            "-1.2345678901234567e-5",
            "2E+3",
            "123456789012345678901234",
        ] {
            let (near, exact) = (read(text.as_bytes()).unwrap(), text.parse::<f64>().unwrap());
            assert!((near - exact).abs() <= exact.abs() * 1e-15, "{text}: {near}");
        }
        for text in ["", "-", "null", "\"1\"", "1e999", "1e"] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
    }
}
