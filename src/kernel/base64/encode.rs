//! Encodes bytes as base64.

use super::alphabet::group;
use super::blocks;

/// Length of the encoding of `len` bytes, including padding.
pub fn encoded_len(len: usize) -> usize {
    len.div_ceil(3) * 4
}

/// Encodes `to` bytes, with padding if they are not a multiple of three, which only the last piece may be.
/// Returns the number of characters. Both buffers must have slack at the end, see [`crate::kernel::scratch`].
#[inline(always)]
pub fn encode(bytes: &[u8], to: usize, out: &mut [u8]) -> usize {
    let done = blocks::encode(bytes, to, out);
    let mut out_at = done / 3 * 4;
    for three in bytes[done..to].chunks(3) {
        out[out_at..out_at + 4].copy_from_slice(&group(three));
        out_at += 4;
    }
    out_at
}
