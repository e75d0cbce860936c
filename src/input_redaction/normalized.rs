//! Text with each run of blanks replaced by one space. Only the part that is not yet compared is kept in
//! memory.

use super::TextKind;

/// Capacity, in bytes. [`NormalizedText::drop_first`] makes room.
pub const CAPACITY: usize = 1 << 15;
/// Bytes that are classified at once.
const BLOCK: usize = 16;

/// See the module documentation. The default value has no capacity.
#[derive(Default)]
pub struct NormalizedText {
    /// Always at full length, so that bytes are overwritten without being initialised again.
    bytes: Vec<u8>,
    len: usize,
}

impl NormalizedText {
    pub fn new() -> Self {
        Self { bytes: vec![0; CAPACITY + BLOCK], len: 0 }
    }

    pub fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    pub fn clear(&mut self) {
        self.len = 0;
    }

    pub fn drop_first(&mut self, count: usize) {
        let count = count.min(self.len);
        self.bytes.copy_within(count..self.len, 0);
        self.len -= count;
    }

    /// Appends the start of `text`, up to its terminator or as far as there is room. Returns the number of
    /// bytes taken, which is 0 only if there is no room, and the kind of the text that ended.
    pub fn append(&mut self, text: &[u8]) -> (usize, Option<TextKind>) {
        let mut to = self.len;
        let mut last = self.as_slice().last().copied();
        let mut at = 0;
        let mut end = None;
        while to < CAPACITY {
            let Some(out) = self.bytes.get_mut(to..).and_then(<[u8]>::first_chunk_mut::<BLOCK>) else {
                break;
            };
            if let Some(block) = text.get(at..).and_then(<[u8]>::first_chunk) {
                // The bytes after the plain ones are overwritten later. An assignment, because copying a
                // slice is a call per block.
                *out = *block;
                let plain = plain(block, last == Some(b' '));
                if plain > 0 {
                    last = Some(block[plain - 1]);
                    to += plain;
                    at += plain;
                    continue;
                }
            }
            let Some(rest) = text.get(at..) else { break };
            let blank = match *rest {
                [] => break,
                [0xF4, 0x8F, 0xBF, kind, ..] => {
                    let kinds = [TextKind::Name, TextKind::Authored];
                    at += 4;
                    end = Some(
                        kinds.get(usize::from(kind).wrapping_sub(0xBD)).copied().unwrap_or(TextKind::Other),
                    );
                    break;
                }
                // See `text::is_blank`.
                [0..=b' ' | 0x7F, ..] => 1,
                [0xC2, 0x80..=0xA0, ..] => 2,
                [0xE2, 0x80, 0xA8 | 0xA9, ..] | [0xE3, 0x80, 0x80, ..] => 3,
                [..] => 0,
            };
            at += blank.max(1);
            let byte = if blank > 0 { b' ' } else { rest[0] };
            if blank == 0 || last != Some(b' ') {
                out[0] = byte;
                to += 1;
            }
            last = Some(byte);
        }
        self.len = to;
        (at, end)
    }
}

/// Counts the leading bytes that are copied unchanged: no blanks except single spaces, and no byte that may
/// begin a longer blank or a terminator. The result may be too low, but never too high.
#[cfg(target_arch = "wasm32")]
#[inline(always)]
fn plain(block: &[u8; BLOCK], is_after_space: bool) -> usize {
    use core::arch::wasm32::*;
    // SAFETY: the array has 16 bytes; alignment is not required.
    let block = unsafe { v128_load(block.as_ptr().cast()) };
    let is = |byte: u8| u8x16_eq(block, u8x16_splat(byte));
    let spaces = u32::from(u8x16_bitmask(is(b' ')));
    let doubled = spaces & (spaces << 1 | u32::from(is_after_space));
    // In a signed comparison, bytes above 0x7F are below the space as well.
    if doubled == 0 && !v128_any_true(v128_or(i8x16_lt(block, i8x16_splat(b' ' as i8)), is(0x7F))) {
        return BLOCK;
    }
    let leads = v128_or(v128_or(is(0xC2), is(0xF4)), v128_or(is(0xE2), is(0xE3)));
    let controls = v128_or(u8x16_lt(block, u8x16_splat(b' ')), is(0x7F));
    let odd = u32::from(u8x16_bitmask(v128_or(leads, controls))) | doubled | 1 << BLOCK;
    odd.trailing_zeros() as usize
}

/// The same without SIMD.
#[cfg(not(target_arch = "wasm32"))]
fn plain(block: &[u8; BLOCK], is_after_space: bool) -> usize {
    let mut last = if is_after_space { b' ' } else { 0 };
    let is_odd = |byte: &u8| {
        let doubled = *byte == b' ' && last == b' ';
        last = *byte;
        doubled || matches!(*byte, 0..b' ' | 0x7F | 0xC2 | 0xE2 | 0xE3 | 0xF4)
    };
    block.iter().position(is_odd).unwrap_or(BLOCK)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalized(text: &str) -> String {
        let mut normalized = NormalizedText::new();
        let mut taken = 0;
        while taken < text.len() {
            taken += normalized.append(&text.as_bytes()[taken..]).0;
        }
        String::from_utf8(normalized.as_slice().to_vec()).unwrap()
    }

    #[test]
    fn every_blank_is_known() {
        for char in (0..0x3100).filter_map(char::from_u32).chain(['😀', '\u{10fff0}']) {
            for before in ["", "x", "0123456789abcde"] {
                let after = "0123456789abcdefg";
                let is_blank =
                    normalized(&[before, &char.to_string(), after].concat()) == [before, " ", after].concat();
                assert_eq!(is_blank, crate::text::is_blank(char), "{:x}", char as u32);
            }
        }
    }

    #[test]
    fn runs_of_blanks_are_one_space_wherever_they_begin() {
        for before in 0..40 {
            for blanks in ["  ", "\n ", " \n", "\u{a0} ", " \u{3000}", "   \r\n\t "] {
                let (head, tail) = ("é".repeat(before), "x".repeat(40 - before));
                assert_eq!(normalized(&[&head, blanks, &tail].concat()), [&head, " ", &tail].concat());
            }
        }
    }

    #[test]
    fn it_takes_no_more_than_there_is_room_for() {
        let mut normalized = NormalizedText::new();
        let (taken, end) = normalized.append("x".repeat(3 * CAPACITY).as_bytes());
        assert!((CAPACITY..CAPACITY + BLOCK).contains(&taken) && end.is_none());
        assert_eq!(normalized.append(b"x"), (0, None));
        normalized.drop_first(CAPACITY - 2);
        assert_eq!(normalized.append(b"yz"), (2, None));
        assert!(normalized.as_slice().ends_with(b"xyz"));
    }
}
