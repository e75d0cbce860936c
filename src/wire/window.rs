//! The buffer that network chunks are written to and events are read from, in place.

use super::simd::{PADDING, Padded};
use crate::text::lengthen;

/// Bytes that are written at once, at most.
pub const CHUNK: usize = 64 * 1024;
/// Normal capacity: one chunk, the rest of earlier ones, and as much again before bytes have to be moved.
const NORMAL: usize = 3 * CHUNK;

/// The bytes received and still needed, from the start of the buffer, and capacity after them.
pub struct Window {
    bytes: Vec<u8>,
    end: usize,
}

impl Default for Window {
    fn default() -> Self {
        Window { bytes: vec![0; NORMAL + PADDING], end: 0 }
    }
}

impl Window {
    /// The number of bytes.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.end
    }

    /// True if there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.end == 0
    }

    /// The bytes, for scans.
    #[inline(always)]
    pub fn padded(&self) -> Padded<'_> {
        Padded::new(&self.bytes, self.end)
    }

    /// The bytes `at..at + len`; empty if they are out of range.
    #[inline(always)]
    pub fn slice(&self, at: usize, len: usize) -> &[u8] {
        self.bytes.get(at..at + len).unwrap_or_default()
    }

    /// The address of the buffer.
    pub fn address(&self) -> *const u8 {
        self.bytes.as_ptr()
    }

    /// Adds `len` bytes that were written after the others from outside.
    #[inline(always)]
    pub fn written(&mut self, len: usize) {
        assert!(self.end + len + PADDING <= self.bytes.len(), "written beyond the buffer");
        self.end += len;
    }

    /// True if the next chunk fits.
    #[inline(always)]
    pub fn has_room(&self) -> bool {
        self.end + CHUNK + PADDING <= self.bytes.len()
    }

    /// Removes all bytes.
    #[inline(always)]
    pub fn clear(&mut self) {
        self.end = 0;
    }

    /// Drops the first `from` bytes and makes room for at least `room` more. A buffer that one large event
    /// has enlarged returns to its normal size as soon as possible.
    pub fn compact(&mut self, from: usize, room: usize) {
        self.bytes.copy_within(from..self.end, 0);
        self.end -= from;
        let needed = self.end + room + PADDING;
        let normal = NORMAL + PADDING;
        if needed > self.bytes.len() {
            lengthen(&mut self.bytes, needed + needed / 2);
        } else if self.bytes.len() > normal && needed <= normal {
            self.bytes.truncate(normal);
            self.bytes.shrink_to_fit();
        }
    }

    /// Appends bytes, and reserves room for a chunk after them.
    pub fn append(&mut self, bytes: &[u8]) {
        self.compact(0, bytes.len() + CHUNK);
        self.bytes[self.end..self.end + bytes.len()].copy_from_slice(bytes);
        self.end += bytes.len();
    }

    /// Overwrites the bytes at `to`.
    pub fn overwrite(&mut self, to: usize, bytes: &[u8]) {
        self.bytes[to..to + bytes.len()].copy_from_slice(bytes);
    }
}
