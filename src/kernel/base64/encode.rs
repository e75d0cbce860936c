//! Bytes to base64.

use super::blocks;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

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

/// One to three bytes as four characters.
pub(super) fn group(bytes: &[u8]) -> [u8; 4] {
    let byte = |at: usize| u32::from(bytes.get(at).copied().unwrap_or(0));
    let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    let character = |at: usize| {
        if at > bytes.len() { b'=' } else { ALPHABET[(bits >> (18 - 6 * at) & 63) as usize] }
    };
    [character(0), character(1), character(2), character(3)]
}
