//! The hot kernels at work on JavaScript's bytes: a piece is copied into the scratch, read, and what came of it is copied out, into arrays
//! that JavaScript owns. The wasm's memory does not grow with what is read or written.

mod base64;
mod floats;
mod growing;
mod text;

use std::cell::RefCell;

use js_sys::Uint8Array;

pub use self::base64::{Base64Reader, decode_base64, encode_base64};
pub use self::floats::FloatsReader;
pub use self::text::{Encoding, MediaText};
use crate::kernel::fault::Fault;
use crate::kernel::reader::{Kernel, Reader, flags};
use crate::kernel::scratch::{CARRY, PIECE};
use crate::kernel::sniff;
use crate::text::lossy;

thread_local! {
    static KERNEL: RefCell<Kernel> = RefCell::new(Kernel::default());
}

/// Borrowed for one piece at a time: nothing of a caller's runs meanwhile.
#[inline(always)]
fn with_kernel<T>(work: impl FnOnce(&mut Kernel) -> T) -> T {
    KERNEL.with(|kernel| work(&mut kernel.borrow_mut()))
}

/// Copies the bytes from `from` to `to`, at most [`PIECE`] of them, into the scratch; returns how many they are.
#[inline(always)]
fn load(kernel: &mut Kernel, bytes: &Uint8Array, from: u32, to: u32) -> usize {
    let piece = bytes.subarray(from, to);
    let length = piece.length() as usize;
    piece.copy_to(&mut kernel.scratch.input[CARRY..][..length]);
    length
}

/// A reader of the kernel's, forgotten when it is dropped.
#[derive(Debug)]
struct Handle(u32);

impl Handle {
    fn open(reader: Reader) -> Self {
        Handle(with_kernel(|kernel| kernel.open(reader)))
    }

    /// Reads a chunk. `take` gets, for each step, how many bytes are in the output.
    #[inline(always)]
    fn push(&self, chunk: &Uint8Array, mut take: impl FnMut(&Kernel, usize)) -> Result<(), Fault> {
        let (mut at, length) = (0, chunk.length());
        while at < length {
            let to = length.min(at + PIECE as u32);
            with_kernel(|kernel| {
                let length = load(kernel, chunk, at, to);
                let mut made = kernel.feed(self.0, length);
                loop {
                    if made > 0 {
                        take(kernel, made);
                    }
                    self.check(kernel)?;
                    if kernel.told[0] & flags::MORE == 0 {
                        return Ok(());
                    }
                    made = kernel.feed(self.0, 0);
                }
            })?;
            at = to;
        }
        Ok(())
    }

    /// No more will come. Returns the JSON without what was read out of it, and whether the string that was looked for is there.
    fn finish(&self, take: impl FnOnce(&Kernel, usize)) -> Result<(String, bool), Fault> {
        with_kernel(|kernel| {
            let made = kernel.finish(self.0);
            self.check(kernel)?;
            if made > 0 {
                take(kernel, made);
            }
            Ok((lossy(kernel.rest(self.0)), kernel.told[0] & flags::FOUND != 0))
        })
    }

    fn check(&self, kernel: &Kernel) -> Result<(), Fault> {
        if kernel.told[0] & flags::FAULT == 0 {
            return Ok(());
        }
        kernel.fault(self.0).map_or(Ok(()), Err)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        with_kernel(|kernel| kernel.close(self.0));
    }
}

/// The media type that bytes are by their beginning.
pub fn sniff(bytes: &Uint8Array) -> Option<&'static str> {
    with_kernel(|kernel| {
        let to = bytes.length().min(sniff::ENOUGH as u32);
        let length = load(kernel, bytes, 0, to);
        let (piece, length) = kernel.scratch.piece(length);
        sniff::sniff(&piece[..length]).map(sniff::MediaType::as_str)
    })
}
