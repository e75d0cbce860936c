//! The kernels' exports: numbers in, numbers out, texts only where something is over. `pkg-template/kernels/` is their only caller.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use crate::kernel::base64::{self, Decoder};
use crate::kernel::reader::{Kernel, Reader};
use crate::kernel::scratch::CARRY;
use crate::kernel::{numbers, sniff};
use crate::secret::Hidden;
use crate::text::lossy;

thread_local! {
    static KERNEL: RefCell<Kernel> = RefCell::new(Kernel::default());
}

#[inline(always)]
fn kernel<T>(work: impl FnOnce(&mut Kernel) -> T) -> T {
    KERNEL.with(|kernel| work(&mut kernel.borrow_mut()))
}

fn address<T>(of: &[T]) -> u32 {
    of.as_ptr() as usize as u32
}

/// Address where a piece is to be written, at most 64 KiB.
#[wasm_bindgen(skip_typescript)]
pub fn kernel_input() -> u32 {
    kernel(|kernel| address(&kernel.scratch.input) + CARRY as u32)
}

/// Address of what a call has made.
#[wasm_bindgen(skip_typescript)]
pub fn kernel_output() -> u32 {
    kernel(|kernel| address(&kernel.scratch.output))
}

/// Address of two words: what the last call has to say, and how many numbers are left to JavaScript.
#[wasm_bindgen(skip_typescript)]
pub fn kernel_told() -> u32 {
    kernel(|kernel| address(&kernel.told))
}

/// Address of the numbers that are left to JavaScript: place among the floats, where their text begins in memory counted from
/// `kernel_input` less the room before it, and its length.
#[wasm_bindgen(skip_typescript)]
pub fn kernel_exact() -> u32 {
    kernel(|kernel| address(&kernel.exact))
}

/// Opens a reader of numbers.
#[wasm_bindgen(skip_typescript)]
pub fn floats_open() -> u32 {
    kernel(|kernel| kernel.open(Reader::Floats(Box::default())))
}

/// Opens a reader of base64 in JSON; the names of members, parted by commas, are the input.
#[wasm_bindgen(skip_typescript)]
pub fn base64_open(len: u32) -> u32 {
    kernel(|kernel| kernel.open_base64(len as usize))
}

/// Opens a reader of base64 alone.
#[wasm_bindgen(skip_typescript)]
pub fn base64_plain() -> u32 {
    kernel(|kernel| kernel.open(Reader::Plain(Decoder::default(), 0)))
}

/// Reads the input; returns how many bytes are in the output.
#[wasm_bindgen(skip_typescript)]
pub fn reader_feed(handle: u32, len: u32) -> u32 {
    kernel(|kernel| kernel.feed(handle, len as usize) as u32)
}

/// Tells that no more will come; returns how many bytes are in the output.
#[wasm_bindgen(skip_typescript)]
pub fn reader_finish(handle: u32) -> u32 {
    kernel(|kernel| kernel.finish(handle) as u32)
}

/// The JSON without what was taken out.
#[wasm_bindgen(skip_typescript)]
pub fn reader_rest(handle: u32) -> String {
    kernel(|kernel| lossy(kernel.rest(handle)))
}

/// The fields of the error for what stopped a reader: of an input if it has the name of one, else of a reply.
#[wasm_bindgen(skip_typescript)]
pub fn reader_fault(handle: u32, field: &str) -> String {
    kernel(|kernel| {
        let error = kernel.fault(handle).map(|fault| match field {
            "" => fault.in_reply(),
            field => fault.in_input(field),
        });
        error.map(|error| error.to_json(&Hidden::default())).unwrap_or_default()
    })
}

/// Forgets a reader.
#[wasm_bindgen(skip_typescript)]
pub fn reader_close(handle: u32) {
    kernel(|kernel| kernel.close(handle));
}

/// Encodes the input as base64; its length is a multiple of three, but for the last piece. Returns the number of characters.
#[wasm_bindgen(skip_typescript)]
pub fn base64_encode(len: u32) -> u32 {
    kernel(|kernel| {
        let input = &kernel.scratch.input[CARRY..];
        base64::encode(input, (len as usize).min(crate::kernel::scratch::PIECE), &mut kernel.scratch.output)
            as u32
    })
}

/// Writes the input as numbers, each with a comma behind it. Returns the length.
#[wasm_bindgen(skip_typescript)]
pub fn numbers_encode(len: u32) -> u32 {
    kernel(|kernel| {
        let input = &kernel.scratch.input[CARRY..][..(len as usize).min(numbers::MOST)];
        numbers::encode(input, &mut kernel.scratch.output) as u32
    })
}

/// The length of what [`numbers_encode`] writes, for a whole piece.
#[wasm_bindgen(skip_typescript)]
pub fn numbers_length(len: u32) -> u32 {
    kernel(|kernel| {
        let (piece, len) = kernel.scratch.piece(len as usize);
        numbers::encoded_len(&piece[..len]) as u32
    })
}

/// The media type that the input begins; empty for none.
#[wasm_bindgen(skip_typescript)]
pub fn sniff_media(len: u32) -> String {
    kernel(|kernel| {
        let (piece, len) = kernel.scratch.piece(len as usize);
        sniff::sniff(&piece[..len]).map_or("", sniff::MediaType::as_str).to_owned()
    })
}
