//! Decodes the numbers of embeddings from a reply's bytes into one `Float32Array`, with exactly the result of
//! `Float32Array.from(JSON.parse(…))`.

use js_sys::{Float32Array, Uint8Array};
use wasm_bindgen::prelude::*;

use super::{Kernel, finish, push};
use crate::error::Error;
use crate::kernel::fault::Fault;
use crate::kernel::floats::Exact;
use crate::kernel::reader::Reader;
use crate::tasks::text_embeddings::too_large;
use crate::text::lossy;

#[wasm_bindgen]
extern "C" {
    /// Parses the few numbers that are too close to the middle between two floats, too long, too large or too
    /// small. The standard library's parser of decimals is 14 KB.
    #[wasm_bindgen(js_name = Number)]
    fn number(text: &str) -> f64;
}

/// Decodes the numbers of the members `data`, `response` and `embedding`, row by row. In the remaining JSON
/// each array of numbers contains only its length: `{"data":[[3],[3]]}` for two rows of three. So rows of
/// unequal length are detected.
pub struct FloatsReader {
    reader: Reader,
    pieces: Vec<Float32Array>,
    length: u32,
}

impl Default for FloatsReader {
    fn default() -> Self {
        FloatsReader { reader: Reader::floats(), pieces: Vec::new(), length: 0 }
    }
}

impl FloatsReader {
    /// Decodes a chunk. A number outside of the range of floats is an error.
    pub fn push(&mut self, chunk: &Uint8Array) -> Result<(), Error> {
        let (pieces, length) = (&mut self.pieces, &mut self.length);
        let mut is_finite = true;
        push(&mut self.reader, chunk, |kernel, made| {
            let (floats, are_finite) = copied(kernel, made);
            is_finite &= are_finite;
            *length += floats.length();
            pieces.push(floats);
        })
        .map_err(Fault::in_reply)?;
        if is_finite { Ok(()) } else { Err(too_large()) }
    }

    /// Marks the end of input. Returns the JSON without the numbers, and the numbers.
    pub fn finish(mut self) -> Result<(String, Float32Array), Fault> {
        let (rest, _) = finish(self.reader, |_, _| ())?;
        if self.pieces.len() == 1 {
            return Ok((rest, self.pieces.pop().unwrap_or_default()));
        }
        let all = Float32Array::new_with_length(self.length);
        let mut at = 0;
        for piece in self.pieces {
            all.set(&piece, at);
            at += piece.length();
        }
        Ok((rest, all))
    }
}

/// The floats of the kernel, including those that JavaScript parses, and whether all are finite: only the
/// latter may be infinite.
#[inline(always)]
fn copied(kernel: &Kernel, made: usize) -> (Float32Array, bool) {
    let mut are_finite = true;
    let floats = Float32Array::new(&Uint8Array::from(&kernel.scratch.output[..made]).buffer());
    for Exact { index, at, len } in &kernel.exact {
        let text = &kernel.scratch.input[*at as usize..][..*len as usize];
        let float = number(&lossy(text)) as f32;
        are_finite &= float.is_finite();
        floats.set_index(*index, float);
    }
    (floats, are_finite)
}
