//! Collects bytes in one JavaScript array.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast;

use crate::js::value::member;

/// Limit of the allocation in advance, since a header may be wrong.
const MOST_RESERVED: f64 = (64 << 20) as f64;
const LEAST_RESERVED: f64 = 4096.0;

/// An array that grows by doubling.
#[derive(Debug)]
pub struct Growing {
    bytes: Uint8Array,
    capacity: u32,
    length: u32,
}

impl Growing {
    /// Allocates for this length, up to the limit.
    pub fn expecting(length: f64) -> Self {
        let capacity = length.clamp(LEAST_RESERVED, MOST_RESERVED) as u32;
        Growing { bytes: Uint8Array::new_with_length(capacity), capacity, length: 0 }
    }

    /// Adds some bytes.
    #[inline(always)]
    pub fn extend(&mut self, more: &[u8]) {
        let needed = self.length + more.len() as u32;
        if needed > self.capacity {
            self.capacity = needed.max(self.capacity.saturating_mul(2));
            let larger = Uint8Array::new_with_length(self.capacity);
            larger.set(&self.bytes.subarray(0, self.length), 0);
            self.bytes = larger;
        }
        self.bytes.subarray(self.length, needed).copy_from(more);
        self.length = needed;
    }

    /// The bytes, in a buffer of their length.
    pub fn finish(self) -> Uint8Array {
        if self.length == self.capacity {
            return self.bytes;
        }
        // Some runtimes can shrink a buffer in place.
        let buffer = self.bytes.buffer();
        if member(&buffer, "transfer").is_function()
            && let Ok(buffer) =
                buffer.unchecked_ref::<ArrayBuffer>().transfer_with_length(self.length as usize)
        {
            return Uint8Array::new(&buffer);
        }
        self.bytes.slice(0, self.length)
    }
}
