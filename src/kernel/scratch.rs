//! The one place through which all bytes go: JavaScript writes a piece, a kernel reads it and leaves what it made.

/// Most bytes that JavaScript writes at once.
pub const PIECE: usize = 64 * 1024;
/// Room in front of a piece for what was left of the one before: the beginning of a number.
pub const CARRY: usize = 1024;
/// Readable bytes behind a piece, for scans that read whole vectors.
pub const PADDING: usize = 64;
/// Room for what a kernel makes of a piece: at most one number of four bytes for two bytes of text.
pub const OUTPUT: usize = 2 * (PIECE + CARRY) + PADDING;

/// See the module.
pub struct Scratch {
    /// [`CARRY`], [`PIECE`] and [`PADDING`] bytes.
    pub input: Box<[u8]>,
    /// [`OUTPUT`] bytes.
    pub output: Box<[u8]>,
}

impl Default for Scratch {
    fn default() -> Self {
        Scratch {
            input: vec![0; CARRY + PIECE + PADDING].into_boxed_slice(),
            output: vec![0; OUTPUT].into_boxed_slice(),
        }
    }
}

impl Scratch {
    /// The piece that was written, padding and all, and where it ends.
    #[inline(always)]
    pub fn piece(&self, len: usize) -> (&[u8], usize) {
        (&self.input[CARRY..], len.min(PIECE))
    }
}
