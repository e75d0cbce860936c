//! Byte scans: 16 bytes per step with simd128, plain loops on other targets.
//!
//! They read whole vectors, so they take [`Padded`] bytes: a buffer that remains readable for at least
//! [`PADDING`] bytes after its end.

/// Bytes that must be readable after the end.
pub const PADDING: usize = 16;

/// A buffer with `len` bytes of content, followed by at least [`PADDING`] readable bytes.
#[derive(Clone, Copy)]
pub struct Padded<'a> {
    bytes: &'a [u8],
    len: usize,
}

/// The end of a string's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StringEnd {
    /// The offset of the closing quote.
    pub at: usize,
    /// True if the body contains a backslash.
    pub escaped: bool,
}

impl<'a> Padded<'a> {
    /// Wraps `bytes`, of which at least the last [`PADDING`] are padding.
    #[inline(always)]
    pub fn new(bytes: &'a [u8], len: usize) -> Self {
        assert!(len + PADDING <= bytes.len(), "the buffer must be padded");
        Padded { bytes, len }
    }

    /// The length of the content.
    #[inline(always)]
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.len
    }

    /// The content.
    #[inline(always)]
    pub fn as_slice(&self) -> &'a [u8] {
        &self.bytes[..self.len]
    }

    /// The same buffer with an earlier end.
    #[inline(always)]
    pub fn until(&self, end: usize) -> Self {
        debug_assert!(end <= self.len);
        Padded { bytes: self.bytes, len: end.min(self.len) }
    }

    /// The byte at `at`, if it is part of the content.
    #[inline(always)]
    pub fn get(&self, at: usize) -> Option<u8> {
        if at < self.len { self.bytes.get(at).copied() } else { None }
    }

    /// The first LF or CR at or after `from`; the length if there is none.
    #[inline(always)]
    pub fn line_end(&self, from: usize) -> usize {
        kernel::line_end(self.bytes, from, self.len)
    }

    /// The end of the string body that begins at `from`; `None` if a control character or the end of the
    /// buffer comes first. Escapes are skipped, not validated.
    #[inline(always)]
    pub fn string_end(&self, from: usize) -> Option<StringEnd> {
        kernel::string_end(self.bytes, from, self.len)
    }

    /// True if `len` bytes from `at` equal the `len` bytes from `other_at` of `other`. Both ranges must be
    /// content.
    #[inline(always)]
    pub fn equals(&self, at: usize, other: Padded<'_>, other_at: usize, len: usize) -> bool {
        at + len <= self.len
            && other_at + len <= other.len
            && kernel::equal(self.bytes, at, other.bytes, other_at, len)
    }

    /// Appends `len` bytes from `at`, at most [`PADDING`], which must be content. `out` must have capacity
    /// for them.
    #[inline(always)]
    pub fn copy_to(&self, at: usize, len: usize, out: &mut Vec<u8>) {
        assert!(at + len <= self.len && len <= PADDING && out.len() + PADDING <= out.capacity());
        kernel::copy(self.bytes, at, len, out);
    }

    /// The 16 bytes from `at` as two words, with zeros from `len` on; `len` is at most 16 and `at` at most
    /// the length.
    #[inline(always)]
    pub fn word(&self, at: usize, len: usize) -> [u64; 2] {
        kernel::word(self.bytes, at.min(self.len), len)
    }
}

#[cfg(target_arch = "wasm32")]
mod kernel {
    use super::{PADDING, StringEnd};
    use core::arch::wasm32::*;

    #[inline(always)]
    fn load(bytes: &[u8], at: usize) -> v128 {
        debug_assert!(at + PADDING <= bytes.len());
        // SAFETY: every caller passes an `at` within the length of a `Padded`, which has PADDING readable
        // bytes after it; alignment is not required.
        unsafe { v128_load(bytes.as_ptr().add(at).cast()) }
    }

    #[inline(always)]
    pub fn line_end(bytes: &[u8], mut at: usize, end: usize) -> usize {
        let (lf, cr) = (u8x16_splat(b'\n'), u8x16_splat(b'\r'));
        while at < end {
            let block = load(bytes, at);
            let hits = u8x16_bitmask(v128_or(u8x16_eq(block, lf), u8x16_eq(block, cr)));
            if hits != 0 {
                return (at + hits.trailing_zeros() as usize).min(end);
            }
            at += 16;
        }
        end
    }

    #[inline(always)]
    pub fn string_end(bytes: &[u8], mut at: usize, end: usize) -> Option<StringEnd> {
        let (quote, backslash, space) = (u8x16_splat(b'"'), u8x16_splat(b'\\'), u8x16_splat(b' '));
        let mut escaped = false;
        while at < end {
            let block = load(bytes, at);
            let hits =
                v128_or(v128_or(u8x16_eq(block, quote), u8x16_eq(block, backslash)), u8x16_lt(block, space));
            let mask = u8x16_bitmask(hits);
            if mask == 0 {
                at += 16;
                continue;
            }
            at += mask.trailing_zeros() as usize;
            if at >= end {
                return None;
            }
            match bytes[at] {
                b'"' => return Some(StringEnd { at, escaped }),
                b'\\' => {
                    escaped = true;
                    at += 2;
                }
                _ => return None,
            }
        }
        None
    }

    /// Copies one vector regardless of `len`: many times faster than `memory.copy`, which calls out of
    /// wasm.
    #[inline(always)]
    pub fn copy(bytes: &[u8], at: usize, len: usize, out: &mut Vec<u8>) {
        let end = out.len();
        let block = load(bytes, at);
        // SAFETY: the caller has checked that a vector fits after the vector's end, and that `len` is at
        // most its length.
        unsafe {
            v128_store(out.as_mut_ptr().add(end).cast(), block);
            out.set_len(end + len);
        }
    }

    /// Compares all bytes before it decides, because the operands are usually equal.
    #[inline(always)]
    pub fn equal(a: &[u8], a_at: usize, b: &[u8], b_at: usize, len: usize) -> bool {
        let mut differing = u64x2_splat(0);
        let mut at = 0;
        while at + 16 <= len {
            differing = v128_or(differing, v128_xor(load(a, a_at + at), load(b, b_at + at)));
            at += 16;
        }
        let rest = v128_xor(load(a, a_at + at), load(b, b_at + at));
        !v128_any_true(v128_or(differing, first_lanes(rest, len - at)))
    }

    /// The first `count` bytes of a block; the others become zero.
    #[inline(always)]
    fn first_lanes(block: v128, count: usize) -> v128 {
        let lanes = u8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        v128_and(block, u8x16_lt(lanes, u8x16_splat(count as u8)))
    }

    #[inline(always)]
    pub fn word(bytes: &[u8], at: usize, len: usize) -> [u64; 2] {
        let block = first_lanes(load(bytes, at), len);
        [u64x2_extract_lane::<0>(block), u64x2_extract_lane::<1>(block)]
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod kernel {
    use super::StringEnd;

    pub fn line_end(bytes: &[u8], at: usize, end: usize) -> usize {
        let found = bytes[at.min(end)..end].iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        found.map_or(end, |offset| at + offset)
    }

    pub fn string_end(bytes: &[u8], mut at: usize, end: usize) -> Option<StringEnd> {
        let mut escaped = false;
        while at < end {
            match bytes[at] {
                b'"' => return Some(StringEnd { at, escaped }),
                b'\\' => {
                    escaped = true;
                    at += 2;
                }
                0x20.. => at += 1,
                _ => return None,
            }
        }
        None
    }

    pub fn copy(bytes: &[u8], at: usize, len: usize, out: &mut Vec<u8>) {
        out.extend_from_slice(&bytes[at..at + len]);
    }

    pub fn equal(a: &[u8], a_at: usize, b: &[u8], b_at: usize, len: usize) -> bool {
        a[a_at..a_at + len] == b[b_at..b_at + len]
    }

    pub fn word(bytes: &[u8], at: usize, len: usize) -> [u64; 2] {
        let mut block = [0u8; 16];
        block[..len].copy_from_slice(&bytes[at..at + len]);
        let block = u128::from_le_bytes(block);
        [block as u64, (block >> 64) as u64]
    }
}
