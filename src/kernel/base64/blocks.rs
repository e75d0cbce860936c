//! The vectorized loops: whole groups of four characters to three bytes, and back.
//!
//! Both stop at anything unusual and leave the rest to their callers, which continue character by character.

/// Readable bytes that are required after the input, and writable bytes after the output.
pub const SLACK: usize = 64;

/// Decodes groups of four characters, of either alphabet, from `at` up to `to`, or to the first other
/// character; writes from `out_at`. Returns the ends of the input and the output.
#[inline(always)]
pub fn decode(bytes: &[u8], at: usize, to: usize, out: &mut [u8], out_at: usize) -> (usize, usize) {
    assert!(to + SLACK <= bytes.len() && out_at + (to.saturating_sub(at)) / 4 * 3 + SLACK <= out.len());
    kernel::decode(bytes, at, to, out, out_at)
}

/// Encodes groups of three bytes from the beginning of `bytes`; may leave some at the end. Returns the number
/// of bytes read.
#[inline(always)]
pub fn encode(bytes: &[u8], to: usize, out: &mut [u8]) -> usize {
    assert!(to + SLACK <= bytes.len() && to / 3 * 4 + SLACK <= out.len());
    kernel::encode(bytes, to, out)
}

#[cfg(target_arch = "wasm32")]
mod kernel {
    use core::arch::wasm32::*;

    #[inline(always)]
    fn load(bytes: &[u8], at: usize) -> v128 {
        debug_assert!(at + 16 <= bytes.len());
        // SAFETY: the callers below read from before `to`, behind which SLACK bytes are readable; alignment is not required.
        unsafe { v128_load(bytes.as_ptr().add(at).cast()) }
    }

    #[inline(always)]
    fn store(out: &mut [u8], at: usize, block: v128) {
        debug_assert!(at + 16 <= out.len());
        // SAFETY: the callers below write what has been read from before `to`, for which there is room, with SLACK bytes behind it.
        unsafe { v128_store(out.as_mut_ptr().add(at).cast(), block) }
    }

    /// The characters of the URL-safe alphabet as those of the ordinary one.
    #[inline(always)]
    fn ordinary(block: v128) -> v128 {
        let minus = v128_and(u8x16_eq(block, u8x16_splat(b'-')), u8x16_splat(b'-' ^ b'+'));
        let underscore = v128_and(u8x16_eq(block, u8x16_splat(b'_')), u8x16_splat(b'_' ^ b'/'));
        v128_xor(block, v128_or(minus, underscore))
    }

    /// Decodes 16 characters to 12 bytes, and returns a vector that is not zero if a character is not in the
    /// alphabet.
    ///
    /// A character is looked up by its two halves. `BY_HIGH` has one bit for each set of high halves with the
    /// same valid low ones; `BY_LOW` has the bits of the sets in which that low half is invalid.
    #[inline(always)]
    fn decode_block(block: v128) -> (v128, v128) {
        const ASCII: u8 = 0x10; // Not a high half of base64.
        const SIGNS: u8 = 0x01; // 0x2_: + and / alone.
        const DIGITS: u8 = 0x02; // 0x3_: 0 to 9.
        const LETTERS: u8 = 0x04; // 0x4_, 0x6_: from A and a.
        const MORE: u8 = 0x08; // 0x5_, 0x7_: up to Z and z.
        let by_high = u8x16(
            ASCII, ASCII, SIGNS, DIGITS, LETTERS, MORE, LETTERS, MORE, ASCII, ASCII, ASCII, ASCII, ASCII,
            ASCII, ASCII, ASCII,
        );
        let by_low = u8x16(
            ASCII | SIGNS | LETTERS,
            ASCII | SIGNS,
            ASCII | SIGNS,
            ASCII | SIGNS,
            ASCII | SIGNS,
            ASCII | SIGNS,
            ASCII | SIGNS,
            ASCII | SIGNS,
            ASCII | SIGNS,
            ASCII | SIGNS,
            ASCII | SIGNS | DIGITS,
            ASCII | DIGITS | MORE,
            ASCII | SIGNS | DIGITS | MORE,
            ASCII | SIGNS | DIGITS | MORE,
            ASCII | SIGNS | DIGITS | MORE,
            ASCII | DIGITS | MORE,
        );
        let high = u8x16_shr(block, 4);
        let low = v128_and(block, u8x16_splat(0x0F));
        let bad = v128_and(u8x16_swizzle(by_low, low), u8x16_swizzle(by_high, high));

        // The offset from a character to its value; the slash, which differs from its neighbours, uses the
        // slot before.
        let add = i8x16(
            0,
            63 - 0x2F,
            62 - 0x2B,
            52 - 0x30,
            -0x41,
            -0x41,
            26 - 0x61,
            26 - 0x61,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
        );
        let slash = u8x16_eq(block, u8x16_splat(b'/'));
        let values = u8x16_add(block, u8x16_swizzle(add, u8x16_add(high, slash)));

        // 6-bit values to pairs of 12 bits, to groups of 24, whose bytes are in reverse order.
        let pairs = v128_or(u16x8_shl(v128_and(values, u16x8_splat(0xFF)), 6), u16x8_shr(values, 8));
        let groups = i32x4_dot_i16x8(pairs, i16x8(4096, 1, 4096, 1, 4096, 1, 4096, 1));
        (u8x16_swizzle(groups, u8x16(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 255, 255, 255, 255)), bad)
    }

    /// Decodes 64 characters to 48 bytes; false if one of them is not in the alphabet: the output is invalid
    /// then.
    #[inline(always)]
    fn decode_blocks(blocks: [v128; 4], out: &mut [u8], at: usize) -> bool {
        let [(a, bad_a), (b, bad_b), (c, bad_c), (d, bad_d)] = blocks.map(decode_block);
        if v128_any_true(v128_or(v128_or(bad_a, bad_b), v128_or(bad_c, bad_d))) {
            return false;
        }
        store(out, at, u8x16_shuffle::<0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16, 17, 18, 19>(a, b));
        store(out, at + 16, u8x16_shuffle::<4, 5, 6, 7, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23>(b, c));
        store(
            out,
            at + 32,
            u8x16_shuffle::<8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27>(c, d),
        );
        true
    }

    #[inline(always)]
    pub fn decode(
        bytes: &[u8],
        mut at: usize,
        to: usize,
        out: &mut [u8],
        mut out_at: usize,
    ) -> (usize, usize) {
        while at + 64 <= to {
            let blocks = [load(bytes, at), load(bytes, at + 16), load(bytes, at + 32), load(bytes, at + 48)];
            if !decode_blocks(blocks, out, out_at) && !decode_blocks(blocks.map(ordinary), out, out_at) {
                break;
            }
            at += 64;
            out_at += 48;
        }
        // The last groups, and those around other characters: as many as are complete.
        while at + 4 <= to {
            let (bytes_of, bad) = decode_block(ordinary(load(bytes, at)));
            let bad = !u32::from(u8x16_bitmask(u8x16_eq(bad, u8x16_splat(0)))) | 1 << 16;
            let good = (bad.trailing_zeros() as usize).min(to - at) & !3;
            if good == 0 {
                break;
            }
            store(out, out_at, bytes_of);
            at += good;
            out_at += good / 4 * 3;
            if good < 16 {
                break;
            }
        }
        (at, out_at)
    }

    #[inline(always)]
    pub fn encode(bytes: &[u8], to: usize, out: &mut [u8]) -> usize {
        let (mut at, mut out_at) = (0, 0);
        while at + 12 <= to {
            // Three bytes per lane, the first one highest; then their four values, the first one lowest.
            let groups = u8x16_swizzle(
                load(bytes, at),
                u8x16(2, 1, 0, 255, 5, 4, 3, 255, 8, 7, 6, 255, 11, 10, 9, 255),
            );
            let first = u32x4_shr(groups, 18);
            let second = v128_and(u32x4_shr(groups, 4), u32x4_splat(0x3F00));
            let third = v128_and(u32x4_shl(groups, 10), u32x4_splat(0x003F_0000));
            let fourth = v128_and(u32x4_shl(groups, 24), u32x4_splat(0x3F00_0000));
            let values = v128_or(v128_or(first, second), v128_or(third, fourth));
            // The offset from a value to its character: index 0 for a to z, 1 to 10 for the digits, 11 and 12
            // for the signs, 13 for A to Z.
            let class = u8x16_sub_sat(values, u8x16_splat(51));
            let class = v128_or(class, v128_and(u8x16_lt(values, u8x16_splat(26)), u8x16_splat(13)));
            let add = i8x16(71, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -19, -16, 65, 0, 0);
            store(out, out_at, u8x16_add(values, u8x16_swizzle(add, class)));
            at += 12;
            out_at += 16;
        }
        at
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod kernel {
    use super::super::alphabet::{group, value_of};

    pub fn decode(
        bytes: &[u8],
        mut at: usize,
        to: usize,
        out: &mut [u8],
        mut out_at: usize,
    ) -> (usize, usize) {
        while at + 4 <= to {
            let mut bits = 0;
            for &byte in &bytes[at..at + 4] {
                let Some(value) = value_of(byte) else { return (at, out_at) };
                bits = bits << 6 | u32::from(value);
            }
            out[out_at..out_at + 3].copy_from_slice(&bits.to_be_bytes()[1..]);
            at += 4;
            out_at += 3;
        }
        (at, out_at)
    }

    pub fn encode(bytes: &[u8], to: usize, out: &mut [u8]) -> usize {
        let whole = to / 3 * 3;
        for (three, four) in bytes[..whole].chunks_exact(3).zip(out.chunks_exact_mut(4)) {
            four.copy_from_slice(&group(three));
        }
        whole
    }
}
