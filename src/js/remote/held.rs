//! A call that ends with whoever holds it.

use std::ops::Deref;

use super::transport::Call;

/// Releases the call when it is dropped: no timer, no listener and no memory of it is left.
#[derive(Debug)]
pub struct Held(Call);

impl Held {
    /// Holds a call.
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
