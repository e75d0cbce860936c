//! A call that ends when its owner is dropped.

use std::ops::Deref;

use super::transport::Call;

/// Releases the call when it is dropped: its timer, its listener and its memory.
#[derive(Debug)]
pub struct Held(Call);

impl Held {
    /// Takes ownership of a call.
    pub fn new(call: Call) -> Self {
        Held(call)
    }
}

impl Deref for Held {
    type Target = Call;

    fn deref(&self) -> &Call {
        &self.0
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.release();
        self.0.free();
    }
}
