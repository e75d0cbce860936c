//! The ids of rows.

use super::checksum::checksum;

/// The id of a row.
#[derive(Debug, Clone)]
pub enum Id {
    /// A finite number.
    Number(f64),
    /// A string, as WTF-8: JavaScript's strings may contain lone surrogates, which UTF-8 cannot.
    Text(Box<[u8]>),
}

impl Id {
    /// A string.
    pub fn text(text: &str) -> Self {
        Id::Text(text.as_bytes().into())
    }

    /// A string that may contain lone surrogates.
    pub fn from_utf16(units: &[u16]) -> Self {
        let mut bytes = Vec::with_capacity(units.len() * 3);
        for item in char::decode_utf16(units.iter().copied()) {
            match item {
                Ok(char) => bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
                Err(half) => {
                    let unit = half.unpaired_surrogate();
                    let continuation = |bits: u16| 0x80 | (bits & 0x3F) as u8;
                    bytes.extend([0xE0 | (unit >> 12) as u8, continuation(unit >> 6), continuation(unit)]);
                }
            }
        }
        Id::Text(bytes.into())
    }

    /// Equal for equal ids.
    pub(super) fn hash(&self) -> u64 {
        match self {
            // Minus zero equals zero.
            Id::Number(number) => checksum(&(number + 0.0).to_bits().to_le_bytes()),
            Id::Text(bytes) => checksum(bytes),
        }
    }
}

impl PartialEq for Id {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Id::Number(one), Id::Number(other)) => one == other,
            (Id::Text(one), Id::Text(other)) => one == other,
            _ => false,
        }
    }
}

/// The UTF-16 units of WTF-8.
pub fn to_utf16(bytes: &[u8]) -> Vec<u16> {
    let mut units = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        let valid = match std::str::from_utf8(rest) {
            Ok(text) => text,
            Err(invalid) => {
                rest.get(..invalid.valid_up_to()).and_then(|part| str::from_utf8(part).ok()).unwrap_or("")
            }
        };
        units.extend(valid.encode_utf16());
        rest = rest.get(valid.len()..).unwrap_or_default();
        if let [first, second, third, ..] = *rest {
            let bits = |byte: u8| u16::from(byte & 0x3F);
            units.push(u16::from(first & 0x0F) << 12 | bits(second) << 6 | bits(third));
        }
        rest = rest.get(3..).unwrap_or_default();
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_pairs_survive() {
        for units in [
            &[0xD800][..],
            &[0x61, 0xDC00, 0xD800, 0x1F600_u32 as u16, 0xDBFF],
            &[0xD83D, 0xDE00, 0xD83D, 0xE9],
            &[],
        ] {
            let Id::Text(bytes) = Id::from_utf16(units) else { unreachable!() };
            assert_eq!(to_utf16(&bytes), units);
        }
        assert_eq!(Id::from_utf16(&[0x68, 0xE9, 0xD83D, 0xDE00]), Id::text("hé😀"));
        assert_ne!(Id::from_utf16(&[0xD800]), Id::from_utf16(&[0xD801]));
    }

    #[test]
    fn numbers_and_strings_are_different_ids() {
        assert_ne!(Id::Number(1.0), Id::text("1"));
        assert_eq!(Id::Number(-0.0), Id::Number(0.0));
        assert_eq!(Id::Number(-0.0).hash(), Id::Number(0.0).hash());
    }
}
