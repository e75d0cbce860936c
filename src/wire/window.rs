//! The buffer that network chunks are written into and events are read out of, in place.

use super::simd::{PADDING, Padded};
use crate::text::lengthen;

/// Most bytes that are written at once.
pub const CHUNK: usize = 64 * 1024;
/// Normal room: one chunk, what is left of earlier ones, and as much again before anything has to be moved.
const NORMAL: usize = 3 * CHUNK;

/// Bytes received and not yet done with, from the buffer's start, and room behind them.
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
    /// How many bytes there are.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.end
    }

    /// Is there nothing in it?
    pub fn is_empty(&self) -> bool {
        self.end == 0
    }

    /// The bytes, for the scans.
    #[inline(always)]
    pub fn padded(&self) -> Padded<'_> {
        Padded::new(&self.bytes, self.end)
    }

    /// The bytes `at..at + len`; empty when they are not there.
    #[inline(always)]
    pub fn slice(&self, at: usize, len: usize) -> &[u8] {
        self.bytes.get(at..at + len).unwrap_or_default()
    }

    /// Where the buffer begins in memory.
    pub fn address(&self) -> *const u8 {
        self.bytes.as_ptr()
    }

    /// Counts in `len` bytes that were written behind the others from outside.
    #[inline(always)]
    pub fn written(&mut self, len: usize) {
        assert!(self.end + len + PADDING <= self.bytes.len(), "written beyond the buffer");
        self.end += len;
    }

    /// Does the next chunk fit behind what is there?
    #[inline(always)]
    pub fn has_room(&self) -> bool {
        self.end + CHUNK + PADDING <= self.bytes.len()
    }

    /// Forgets everything.
    #[inline(always)]
    pub fn clear(&mut self) {
        self.end = 0;
    }

    /// Drops the first `from` bytes and makes room for at least `room` more. A buffer that one large event made big goes back to its
    /// normal size as soon as it can.
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

    /// Appends bytes, with room for a chunk behind them.
    pub fn append(&mut self, bytes: &[u8]) {
        self.compact(0, bytes.len() + CHUNK);
        self.bytes[self.end..self.end + bytes.len()].copy_from_slice(bytes);
        self.end += bytes.len();
    }

    /// Writes over what is at `to`.
    pub fn overwrite(&mut self, to: usize, bytes: &[u8]) {
        self.bytes[to..to + bytes.len()].copy_from_slice(bytes);
    }
}
