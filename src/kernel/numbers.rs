//! Encodes bytes as the numbers of a JSON array: `1,255,0,` for three of them. The caller omits the last
//! comma.

/// Limit of the bytes per call, so that the output fits.
pub const MOST: usize = 32 * 1024;

/// The text of each byte with its comma, the first character in the lowest byte.
const TEXTS: [u32; 256] = {
    let mut texts = [0; 256];
    let mut value = 0;
    while value < 256 {
        let mut text = b',' as u32;
        let mut rest = value as u32;
        loop {
            text = (text << 8) | (b'0' as u32 + rest % 10);
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        texts[value] = text;
        value += 1;
    }
    texts
};

/// Writes the text of `bytes`; returns its length. `out` has room for four characters per byte.
#[inline(always)]
pub fn encode(bytes: &[u8], out: &mut [u8]) -> usize {
    assert!(bytes.len() * 4 <= out.len());
    let mut at = 0;
    for &byte in bytes {
        // SAFETY: each byte has moved `at` by at most 4, and there is room for 4 characters a byte.
        unsafe { out.as_mut_ptr().add(at).cast::<u32>().write_unaligned(TEXTS[usize::from(byte)].to_le()) };
        at += width(byte);
    }
    at
}

/// Length of a byte's text, including the comma.
#[inline(always)]
fn width(byte: u8) -> usize {
    2 + usize::from(byte > 9) + usize::from(byte > 99)
}

/// The length of the output of [`encode`].
#[cfg(not(target_arch = "wasm32"))]
pub fn encoded_len(bytes: &[u8]) -> usize {
    bytes.iter().map(|&byte| width(byte)).sum()
}

/// The length of the output of [`encode`].
#[cfg(target_arch = "wasm32")]
#[inline(always)]
pub fn encoded_len(bytes: &[u8]) -> usize {
    use core::arch::wasm32::*;
    /// Number of vectors before a lane, which counts up to two per vector, could overflow.
    const RUN: usize = 127;
    let mut digits = 0;
    let (runs, rest) = bytes.as_chunks::<16>();
    for run in runs.chunks(RUN) {
        let mut counts = u8x16_splat(0);
        for block in run {
            // SAFETY: an array of 16 bytes; alignment is not required.
            let block = unsafe { v128_load(block.as_ptr().cast()) };
            // A comparison yields -1 if true.
            counts = u8x16_sub(counts, u8x16_gt(block, u8x16_splat(9)));
            counts = u8x16_sub(counts, u8x16_gt(block, u8x16_splat(99)));
        }
        let sums = u32x4_extadd_pairwise_u16x8(u16x8_extadd_pairwise_u8x16(counts));
        digits += u32x4_extract_lane::<0>(sums)
            + u32x4_extract_lane::<1>(sums)
            + u32x4_extract_lane::<2>(sums)
            + u32x4_extract_lane::<3>(sums);
    }
    let rest: usize = rest.iter().map(|&byte| width(byte)).sum();
    runs.len() * 32 + digits as usize + rest
}
