//! Runs the hot kernels on JavaScript's bytes: a piece is copied into the scratch memory, processed, and its
//! output is copied to arrays that JavaScript owns. The wasm's memory does not grow with the data.

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
use crate::kernel::reader::{Kernel, Progress, Reader};
use crate::kernel::scratch::{CARRY, PIECE};
use crate::kernel::sniff;
use crate::text::lossy;

thread_local! {
    static KERNEL: RefCell<Kernel> = RefCell::new(Kernel::default());
}

/// Borrowed for one piece at a time, during which no code of the caller runs.
#[inline(always)]
fn with_kernel<T>(work: impl FnOnce(&mut Kernel) -> T) -> T {
    KERNEL.with(|kernel| work(&mut kernel.borrow_mut()))
}

/// Copies the bytes from `from` to `to`, at most [`PIECE`] of them, into the scratch memory; returns their
/// number.
#[inline(always)]
fn load(kernel: &mut Kernel, bytes: &Uint8Array, from: u32, to: u32) -> usize {
    let piece = bytes.subarray(from, to);
    let length = piece.length() as usize;
    piece.copy_to(&mut kernel.scratch.input[CARRY..][..length]);
    length
}

/// Processes a chunk. `take` is called after each step with the length of the output.
#[inline(always)]
fn push(reader: &mut Reader, chunk: &Uint8Array, mut take: impl FnMut(&Kernel, usize)) -> Result<(), Fault> {
    let (mut at, length) = (0, chunk.length());
    while at < length {
        let to = length.min(at + PIECE as u32);
        with_kernel(|kernel| {
            let mut count = load(kernel, chunk, at, to);
            loop {
                let Progress { written, more } = reader.feed(kernel, count);
                if written > 0 {
                    take(kernel, written);
                }
                match reader.fault() {
                    Some(fault) => return Err(fault),
                    None if !more => return Ok(()),
                    None => count = 0,
                }
            }
        })?;
        at = to;
    }
    Ok(())
}

/// Marks the end of input. Returns the JSON without the decoded data, and whether the requested string was
/// found.
fn finish(mut reader: Reader, take: impl FnOnce(&Kernel, usize)) -> Result<(String, bool), Fault> {
    with_kernel(|kernel| {
        let written = reader.finish(kernel);
        if let Some(fault) = reader.fault() {
            return Err(fault);
        }
        if written > 0 {
            take(kernel, written);
        }
        Ok((lossy(reader.rest()), reader.has_found()))
    })
}

/// The media type of bytes, by their beginning.
pub fn sniff(bytes: &Uint8Array) -> Option<&'static str> {
    with_kernel(|kernel| {
        let to = bytes.length().min(sniff::ENOUGH as u32);
        let length = load(kernel, bytes, 0, to);
        let (piece, length) = kernel.scratch.piece(length);
        sniff::sniff(&piece[..length]).map(sniff::MediaType::as_str)
    })
}
