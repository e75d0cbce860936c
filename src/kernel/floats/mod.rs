//! The numbers of embeddings, from the reply's bytes to 32-bit floats: bit for bit what `Float32Array.from(JSON.parse(…))` gives.
//!
//! In the rest of the JSON, each array that had numbers has one: how many they were. `{"shape":[2,3],"data":[[1,2,3],[4,5,6]]}`
//! becomes `{"shape":[2,3],"data":[[3],[3]]}` and six floats, so whoever reads the rest knows which float belongs where, in whatever
//! shape, and sees rows of unequal length.

mod digits;
mod number;

use super::fault::{Fault, Kind};
use super::outline::{Outline, Payload, Stop};
use super::scratch::{CARRY, OUTPUT, PADDING, Scratch};
use crate::text::decimal;
use number::Parsed;

/// The members that hold numbers, in every form of the answer that the service has.
const NAMES: [&[u8]; 3] = [b"data", b"response", b"embedding"];

/// Most numbers of one call that are left to JavaScript.
pub const MAX_EXACT: usize = 128;

/// A number that JavaScript must read: it is too near to the middle between two floats, too long, too large or too small.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Exact {
    /// Its place among the floats of this call.
    pub index: u32,
    /// Where its text begins in the input.
    pub at: u32,
    /// How long its text is.
    pub len: u32,
}

/// What one call made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Floats in the output.
    pub floats: usize,
    /// There is more in the same piece: call again, with a length of 0.
    pub more: bool,
}

/// Reads one reply.
pub struct Floats {
    outline: Outline,
    /// Where in all that was read the next piece begins.
    begin: u64,
    /// The beginning of a number whose end is in the next piece.
    carry: [u8; CARRY],
    carry_len: usize,
    /// What is unread of a piece that gave too many exact numbers at once: from, to.
    unread: (usize, usize),
    inside: Option<Inside>,
    rest: Vec<u8>,
}

/// In the midst of an array's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Inside {
    /// So many numbers it has had.
    count: u64,
    /// The next thing is a number, not a comma or the end.
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

    /// Reads the `len` bytes that were written into the scratch. What it makes is valid before a fault as well.
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

    /// Reads what is in the input from `from` to `to`, as far as it can.
    fn read(
        &mut self,
        input: &[u8],
        from: usize,
        to: usize,
        output: &mut Output<'_>,
        exact: &mut Vec<Exact>,
    ) -> Result<End, Fault> {
        // Added to a place in the input it gives the place in all that was read.
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

    /// Tells that no more bytes will come.
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

    /// Reads numbers and commas up to the array's end, which it leaves to the outline.
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
                // A number is whole when something stands behind it.
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
                // Nearly always a comma follows: taken here, without another turn of the loop.
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
    /// The piece ends, perhaps in the midst of a number, which begins at the place that comes with it.
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
        // A number and what parts it from the next take two bytes, so there is room for all.
        const _: () = assert!(OUTPUT >= (super::scratch::PIECE + CARRY) / 2 * 4 && PADDING >= 48);
        let at = self.floats * 4;
        self.bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        self.floats += 1;
    }
}
