//! Decimal digits to a whole number, 16 at a time.

/// Most digits that are read at once.
pub const MOST: usize = 16;

/// The number that the digits from `at` make, at most [`MOST`] of them, and how many they are. 16 bytes must be readable.
#[cfg(target_arch = "wasm32")]
#[inline(always)]
pub fn read(bytes: &[u8], at: usize) -> (u64, usize) {
    use core::arch::wasm32::*;
    assert!(at + MOST <= bytes.len());
    // SAFETY: 16 bytes from `at` are inside the slice; alignment is not required.
    let block = unsafe { v128_load(bytes.as_ptr().add(at).cast()) };
    let values = u8x16_sub(block, u8x16_splat(b'0'));
    let others = u32::from(u8x16_bitmask(u8x16_gt(values, u8x16_splat(9))));
    let count = (others | 1 << MOST).trailing_zeros();
    // Moved to the vector's end, with zeros before: lanes that would come from before the beginning are out of a swizzle's range.
    let lanes = u8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    let right = u8x16_swizzle(values, u8x16_sub(lanes, u8x16_splat(16 - count as u8)));
    let tens = i16x8_mul(v128_and(right, u16x8_splat(0xFF)), i16x8_splat(10));
    let pairs = i16x8_add(tens, u16x8_shr(right, 8));
    let fours = i32x4_dot_i16x8(pairs, i16x8(100, 1, 100, 1, 100, 1, 100, 1));
    // Each half of a lane pair is below 10000: 8 digits fit into 32 bits.
    let high = u64::from(u32x4_extract_lane::<0>(fours) * 10_000 + u32x4_extract_lane::<1>(fours));
    let low = u64::from(u32x4_extract_lane::<2>(fours) * 10_000 + u32x4_extract_lane::<3>(fours));
    (high * 100_000_000 + low, count as usize)
}

/// The same, digit by digit.
#[cfg(not(target_arch = "wasm32"))]
pub fn read(bytes: &[u8], at: usize) -> (u64, usize) {
    let digits = bytes[at..at + MOST].iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold((0, 0), |(value, count), digit| (value * 10 + u64::from(digit - b'0'), count + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_lengths_are_read() {
        for count in 0..=MOST {
            for other in [b',', b'.', b'/', b':', 0, 0xFF] {
                let mut bytes = *b"9876543210987654";
                bytes[count..].fill(other);
                let text = std::str::from_utf8(&bytes[..count]).unwrap();
                assert_eq!(read(&bytes, 0), (text.parse().unwrap_or(0), count));
            }
        }
    }
}
