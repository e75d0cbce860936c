//! Decodes the numbers of embeddings from the reply's bytes to 32-bit floats, with exactly the result of
//! `Float32Array.from(JSON.parse(…))`.
//!
//! In the remaining JSON, each array of numbers contains only their count.
//! `{"shape":[2,3],"data":[[1,2,3],[4,5,6]]}` becomes `{"shape":[2,3],"data":[[3],[3]]}` and six floats, so
//! the remaining JSON determines the position of each float, for any shape, and rows of unequal length are
//! detected.

mod digits;
mod number;

use super::fault::{Fault, Kind};
use super::outline::{Outline, Payload, Stop};
use super::scratch::{CARRY, OUTPUT, PADDING, Scratch};
use crate::text::decimal;
use number::Parsed;

/// The members that contain numbers, in all forms of the service's answers.
const NAMES: [&[u8]; 3] = [b"data", b"response", b"embedding"];

/// Limit of the numbers per call that are left to JavaScript.
pub const MAX_EXACT: usize = 128;

/// A number that JavaScript must parse: it is too close to the middle between two floats, too long, too large
/// or too small.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Exact {
    /// Its index among the floats of this call.
    pub index: u32,
    /// Offset of its text in the input.
    pub at: u32,
    /// Length of its text.
    pub len: u32,
}

/// The result of one call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Floats in the output.
    pub floats: usize,
    /// The same piece has more: call again, with a length of 0.
    pub more: bool,
}

/// Decodes one reply.
pub struct Floats {
    outline: Outline,
    /// Offset of the next piece in the whole input.
    begin: u64,
    /// The beginning of a number that continues in the next piece.
    carry: [u8; CARRY],
    carry_len: usize,
    /// The unread range of a piece with too many exact numbers: from, to.
    unread: (usize, usize),
    inside: Option<Inside>,
    rest: Vec<u8>,
}

/// The state within an array of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Inside {
    /// The count of its numbers.
    count: u64,
    /// True if a number is expected, false for a comma or the end.
    expects_number: bool,
}

impl Default for Floats {
    fn default() -> Self {
        Floats {
            outline: Outline::new(Payload::Numbers, NAMES.into_iter()),
            begin: 0,
            carry: [0; CARRY],
            carry_len: 0,
            unread: (0, 0),
            inside: None,
            rest: Vec::new(),
        }
    }
}

impl Floats {
    /// The JSON without the numbers.
    pub fn rest(&self) -> &[u8] {
        &self.rest
    }

    /// Decodes the `len` bytes in the scratch memory. The output is valid before a fault as well.
    pub fn feed(
        &mut self,
        scratch: &mut Scratch,
        len: usize,
        exact: &mut Vec<Exact>,
    ) -> (Numbers, Result<(), Fault>) {
        exact.clear();
        let (from, to) = match self.unread {
            (from, to) if from < to => (from, to),
            _ => {
                let from = CARRY - self.carry_len;
                scratch.input[from..CARRY].copy_from_slice(&self.carry[..self.carry_len]);
                let to = CARRY + scratch.piece(len).1;
                self.begin += (to - CARRY) as u64;
                (from, to)
            }
        };
        self.carry_len = 0;
        self.unread = (0, 0);
        let Scratch { input, output } = scratch;
        let mut writer = Output { bytes: output, floats: 0 };
        let result = self.read(input, from, to, &mut writer, exact);
        let more = matches!(result, Ok(End::Table));
        (Numbers { floats: writer.floats, more }, result.map(|_| ()))
    }

    /// Decodes the input from `from` to `to`, as far as possible.
    fn read(
        &mut self,
        input: &[u8],
        from: usize,
        to: usize,
        output: &mut Output<'_>,
        exact: &mut Vec<Exact>,
    ) -> Result<End, Fault> {
        // Added to an offset in the input it gives the one in the whole input.
        let begin = self.begin.wrapping_sub(to as u64);
        let mut at = from;
        loop {
            if self.inside.is_none() {
                let (next, stop) = self.outline.follow(&input[..to], at, begin, &mut self.rest)?;
                at = next;
                if stop == Stop::End {
                    return Ok(End::Piece);
                }
                self.inside = Some(Inside { count: 0, expects_number: true });
            }
            let (next, end) = self
                .numbers(input, at, to, output, exact)
                .map_err(|(at, kind)| Fault { kind, at: begin.wrapping_add(at as u64) })?;
            at = next;
            match end {
                End::Array => continue,
                End::Piece => self.keep(&input[at..to], begin.wrapping_add(at as u64))?,
                End::Table => self.unread = (at, to),
            }
            return Ok(end);
        }
    }

    /// Marks the end of input.
    pub fn finish(&self) -> Result<(), Fault> {
        let whole = self.inside.is_none() && self.outline.is_whole();
        if whole { Ok(()) } else { Err(Fault { kind: Kind::Unfinished, at: self.begin }) }
    }

    fn keep(&mut self, tail: &[u8], at: u64) -> Result<(), Fault> {
        let place = self.carry.get_mut(..tail.len()).ok_or(Fault { kind: Kind::LongNumber, at })?;
        place.copy_from_slice(tail);
        self.carry_len = tail.len();
        Ok(())
    }

    /// Decodes numbers and commas up to the array's end, which the outline reads.
    #[inline(always)]
    fn numbers(
        &mut self,
        input: &[u8],
        mut at: usize,
        to: usize,
        output: &mut Output<'_>,
        exact: &mut Vec<Exact>,
    ) -> Result<(usize, End), (usize, Kind)> {
        let Some(Inside { count, mut expects_number }) = self.inside else { return Ok((at, End::Array)) };
        let before = output.floats;
        let end = loop {
            if at >= to {
                break End::Piece;
            }
            let byte = input[at];
            if matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                at += 1;
            } else if expects_number {
                let parsed = number::parse(input, at);
                let next = match parsed {
                    Parsed::Float(_, next) | Parsed::Exact(next) => next,
                    Parsed::Not(next) if next >= to => to,
                    Parsed::Not(next) => return Err((next, Kind::NotNumber)),
                };
                // A number is complete if another byte follows.
                if next >= to {
                    break End::Piece;
                }
                match parsed {
                    Parsed::Float(value, _) => output.push(value),
                    _ => {
                        if exact.len() == MAX_EXACT {
                            break End::Table;
                        }
                        let index = output.floats as u32;
                        exact.push(Exact { index, at: at as u32, len: (next - at) as u32 });
                        output.push(0.0);
                    }
                }
                expects_number = false;
                at = next;
                // A comma usually follows: consumed here, without another iteration.
                if input[at] == b',' {
                    expects_number = true;
                    at += 1;
                }
            } else if byte == b',' {
                expects_number = true;
                at += 1;
            } else if byte == b']' {
                break End::Array;
            } else {
                return Err((at, Kind::NotNumber));
            }
        };
        let count = count + (output.floats - before) as u64;
        if end == End::Array {
            self.inside = None;
            self.rest.extend_from_slice(decimal(i64::try_from(count).unwrap_or(i64::MAX)).as_bytes());
            self.outline.numbers_done();
        } else {
            self.inside = Some(Inside { count, expects_number });
        }
        Ok((at, end))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Array,
    /// The piece ends, possibly within a number, whose offset is included.
    Piece,
    /// The table of exact numbers is full.
    Table,
}

/// The output, as floats.
struct Output<'a> {
    bytes: &'a mut [u8],
    floats: usize,
}

impl Output<'_> {
    #[inline(always)]
    fn push(&mut self, value: f32) {
        // A number and its separator are at least two bytes, so there is room for all.
        const _: () = assert!(OUTPUT >= (super::scratch::PIECE + CARRY) / 2 * 4 && PADDING >= 48);
        let at = self.floats * 4;
        self.bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        self.floats += 1;
    }
}
