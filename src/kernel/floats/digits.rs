//! Parses decimal digits to an integer, 16 at a time.

/// Limit of the digits that are parsed at once.
pub const MOST: usize = 16;

/// Limit of the digits that are counted at once.
pub const MOST_COUNTED: usize = 2 * MOST;

/// The number of digits at `at`, and their value; at most [`MOST`].
#[inline(always)]
pub fn read(bytes: &[u8], at: usize) -> (u64, usize) {
    let count = count(bytes, at).min(MOST);
    (value(bytes, at, count), count)
}

pub use kernel::{count, value};

#[cfg(target_arch = "wasm32")]
mod kernel {
    use super::{MOST, MOST_COUNTED};
    use core::arch::wasm32::*;

    #[inline(always)]
    fn load(bytes: &[u8], at: usize) -> v128 {
        let block = &bytes[at..at + MOST];
        // SAFETY: the slice has 16 bytes; alignment is not required.
        let block = unsafe { v128_load(block.as_ptr().cast()) };
        u8x16_sub(block, u8x16_splat(b'0'))
    }

    /// The number of digits at `at`, at most [`MOST_COUNTED`]; this many bytes must be readable.
    #[inline(always)]
    pub fn count(bytes: &[u8], at: usize) -> usize {
        let others = |values| u64::from(u8x16_bitmask(u8x16_gt(values, u8x16_splat(9))));
        let others = others(load(bytes, at)) | others(load(bytes, at + MOST)) << MOST;
        (others | 1 << MOST_COUNTED).trailing_zeros() as usize
    }

    /// The value of the `count` digits at `at`, at most [`MOST`]; this many bytes must be readable.
    #[inline(always)]
    pub fn value(bytes: &[u8], at: usize, count: usize) -> u64 {
        // Shifted to the vector's end, with leading zeros: out-of-range indexes of a swizzle give zero.
        let lanes = u8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        let right = u8x16_swizzle(load(bytes, at), u8x16_sub(lanes, u8x16_splat((MOST - count) as u8)));
        let tens = i16x8_mul(v128_and(right, u16x8_splat(0xFF)), i16x8_splat(10));
        let pairs = i16x8_add(tens, u16x8_shr(right, 8));
        let fours = i32x4_dot_i16x8(pairs, i16x8(100, 1, 100, 1, 100, 1, 100, 1));
        // Each is below 10000: four of them are combined to two 32-bit numbers.
        let eights =
            i32x4_add(i32x4_mul(fours, i32x4_splat(10_000)), i32x4_shuffle::<1, 0, 3, 2>(fours, fours));
        let (high, low) = (u32x4_extract_lane::<0>(eights), u32x4_extract_lane::<2>(eights));
        u64::from(high) * 100_000_000 + u64::from(low)
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod kernel {
    use super::{MOST, MOST_COUNTED};

    /// The number of digits at `at`, at most [`MOST_COUNTED`]; this many bytes must be readable.
    pub fn count(bytes: &[u8], at: usize) -> usize {
        bytes[at..at + MOST_COUNTED].iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// The value of the `count` digits at `at`, at most [`MOST`]; this many bytes must be readable.
    pub fn value(bytes: &[u8], at: usize, count: usize) -> u64 {
        let digits = &bytes[at..at + MOST][..count];
        digits.iter().fold(0, |value, digit| value * 10 + u64::from(digit - b'0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_lengths_are_read() {
        assert_eq!(count(&[b'7'; 32], 0), MOST_COUNTED);
        for count in 0..=MOST {
            for other in [b',', b'.', b'/', b':', 0, 0xFF] {
                let mut bytes = *b"98765432109876541234567890123456";
                bytes[count..].fill(other);
                let text = std::str::from_utf8(&bytes[..count]).unwrap();
                assert_eq!(read(&bytes, 0), (text.parse().unwrap_or(0), count));
            }
        }
    }
}
