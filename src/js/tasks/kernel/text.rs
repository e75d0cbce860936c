//! Encodes media as text for JSON, from its bytes, piece by piece, without creating a string.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use super::{load, with_kernel};
use crate::kernel::scratch::{CARRY, PIECE, Scratch};
use crate::kernel::{base64, numbers};

/// Bytes per part of a blob.
const BLOB_PIECE: u32 = 1 << 20;
/// A multiple of three whose encoding fills a piece.
const GROUPS: u32 = (PIECE / 4 * 3) as u32;

/// The encoding of bytes as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// `AAEC`
    Base64,
    /// `0,1,2`
    Numbers,
}

/// Media as text, whose length is known before it is encoded.
#[derive(Debug)]
pub struct MediaText<'a> {
    bytes: &'a Uint8Array,
    encoding: Encoding,
    before: &'a str,
    after: &'a str,
    length: u32,
}

impl<'a> MediaText<'a> {
    /// The text of some bytes.
    pub fn new(bytes: &'a Uint8Array, encoding: Encoding) -> Self {
        MediaText { bytes, encoding, before: "", after: "", length: length_of(bytes, encoding) }
    }

    /// The same with a prefix and a suffix.
    pub fn between(self, before: &'a str, after: &'a str) -> Self {
        let length = self.length + (before.len() + after.len()) as u32;
        MediaText { before, after, length, ..self }
    }

    /// Its length in bytes.
    pub fn length(&self) -> u32 {
        self.length
    }

    /// All of it in one array.
    pub fn to_bytes(&self) -> Uint8Array {
        let whole = Uint8Array::new_with_length(self.length);
        let mut at = 0;
        self.write(|piece| {
            let to = at + piece.len() as u32;
            whole.subarray(at, to).copy_from(piece);
            at = to;
        });
        whole
    }

    /// The text as a blob, which is stored outside of JavaScript's heap.
    pub fn to_blob(&self) -> Result<Blob, JsValue> {
        let parts = Array::new();
        // A blob copies its parts, so one buffer serves for all.
        let buffer = Uint8Array::new_with_length(BLOB_PIECE);
        let mut filled = 0;
        let mut failed = None;
        let mut flush =
            |filled: u32| match Blob::new_with_blob_sequence(&Array::of1(&buffer.subarray(0, filled))) {
                Ok(part) => {
                    parts.push(&part);
                }
                Err(error) => failed = Some(error),
            };
        self.write(|mut piece| {
            while !piece.is_empty() {
                let room = (BLOB_PIECE - filled) as usize;
                let (some, rest) = piece.split_at(room.min(piece.len()));
                let to = filled + some.len() as u32;
                buffer.subarray(filled, to).copy_from(some);
                filled = to;
                piece = rest;
                if filled == BLOB_PIECE {
                    flush(filled);
                    filled = 0;
                }
            }
        });
        flush(filled);
        match failed {
            Some(error) => Err(error),
            None => Blob::new_with_blob_sequence(&parts),
        }
    }

    fn write(&self, mut out: impl FnMut(&[u8])) {
        out(self.before.as_bytes());
        let size = match self.encoding {
            Encoding::Base64 => GROUPS,
            Encoding::Numbers => numbers::MOST as u32,
        };
        let (mut at, length) = (0, self.bytes.length());
        while at < length {
            let to = length.min(at + size);
            with_kernel(|kernel| {
                let count = load(kernel, self.bytes, at, to);
                let Scratch { input, output } = &mut kernel.scratch;
                let made = match self.encoding {
                    Encoding::Base64 => base64::encode(&input[CARRY..], count, output),
                    // Each number is followed by a comma, except for the last one.
                    Encoding::Numbers => {
                        numbers::encode(&input[CARRY..][..count], output) - usize::from(to == length)
                    }
                };
                out(&output[..made]);
            });
            at = to;
        }
        out(self.after.as_bytes());
    }
}

fn length_of(bytes: &Uint8Array, encoding: Encoding) -> u32 {
    let length = bytes.length();
    if encoding == Encoding::Base64 {
        return base64::encoded_len(length as usize) as u32;
    }
    let (mut at, mut sum) = (0, 0);
    while at < length {
        let to = length.min(at + PIECE as u32);
        sum += with_kernel(|kernel| {
            let count = load(kernel, bytes, at, to);
            numbers::encoded_len(&kernel.scratch.input[CARRY..][..count])
        });
        at = to;
    }
    sum.saturating_sub(1) as u32
}
