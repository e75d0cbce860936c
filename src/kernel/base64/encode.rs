//! Bytes to base64.

use super::alphabet::group;
use super::blocks;

/// Characters for `len` bytes, padding and all.
pub fn encoded_len(len: usize) -> usize {
    len.div_ceil(3) * 4
}

/// Encodes `to` bytes, padded if they are no multiple of three, so only the last piece may be none. Returns how many characters were
/// written. Both buffers go on for some bytes, see [`crate::kernel::scratch`].
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
