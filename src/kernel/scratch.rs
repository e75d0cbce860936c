//! The memory for all input and output: JavaScript writes a piece, a kernel processes it and writes its
//! output.

/// Largest piece in bytes.
pub const PIECE: usize = 64 * 1024;
/// Room before a piece for the rest of the previous one: the beginning of a number.
pub const CARRY: usize = 1024;
/// Readable bytes after a piece, for vectorized scans.
pub const PADDING: usize = 64;
/// Room for a kernel's output for a piece: at most one number of four bytes per two bytes of text.
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
    /// The piece that was written, with its padding, and its end.
    #[inline(always)]
    pub fn piece(&self, len: usize) -> (&[u8], usize) {
        (&self.input[CARRY..], len.min(PIECE))
    }
}
