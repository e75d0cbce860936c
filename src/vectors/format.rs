//! An index as bytes, the same on every machine: a head, the rows, the ids. All numbers have their lowest byte first.
//!
//! ```text
//!  0  "WAVX"            8  dimensions   16  bytes of the ids   24  checksum
//!  4  version, 1       12  rows                               32  rows, dimensions * 4 bytes each
//!  6  metric
//! ```
//!
//! The ids are JSON, see `Ids::to_json`; whoever has the index reads that text. The
//! checksum is XXH64 over everything else, with zeros in its place.
//!
//! Neither side has the bytes in one piece: they are read from and written to where they lie, in pieces.

use super::checksum::Checksum;
use super::index::{Index, Metric, Numbers};
use crate::error::Error;
use crate::text::{concat, decimal};

const MAGIC: [u8; 4] = *b"WAVX";
const VERSION: u16 = 1;
/// Bytes of the head.
const HEAD: usize = 32;
const CHECKSUM: usize = 24;
/// Bytes that are copied at once.
const PIECE: usize = 64 * 1024;
/// Numbers that a row may have.
pub const MOST_DIMENSIONS: usize = 16384;

/// Bytes that lie somewhere else, to be copied from there.
pub trait Bytes {
    /// How many there are.
    fn len(&self) -> usize;
    /// Copies those from a place on, as many as `to` takes.
    fn copy(&self, from: usize, to: &mut [u8]);

    /// Are there none?
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Bytes for [u8] {
    fn len(&self) -> usize {
        <[u8]>::len(self)
    }

    fn copy(&self, from: usize, to: &mut [u8]) {
        to.copy_from_slice(&self[from..from + to.len()]);
    }
}

/// A serialised index whose head is right.
pub struct Serialized<'a, B: ?Sized> {
    bytes: &'a B,
    /// How rows are compared.
    pub metric: Metric,
    /// Numbers of a row.
    pub dimensions: usize,
    /// How many rows there are.
    pub rows: usize,
    checksum: u64,
}

impl<'a, B: Bytes + ?Sized> Serialized<'a, B> {
    /// Reads the head.
    pub fn open(bytes: &'a B) -> Result<Self, Error> {
        let mut head = [0; HEAD];
        if bytes.len() < HEAD {
            return Err(damaged());
        }
        bytes.copy(0, &mut head);
        if !head.starts_with(&MAGIC) {
            return Err(damaged());
        }
        let version = u16::from_le_bytes(field(&head, 4));
        if version != VERSION {
            let (theirs, ours) = (decimal(version.into()), decimal(VERSION.into()));
            let why =
                ["The bytes are of version ", &theirs, " of the format; this package reads ", &ours, "."];
            return Err(Error::invalid("bytes", &concat(&why)));
        }
        let metric = Metric::ALL.get(usize::from(u16::from_le_bytes(field(&head, 6)))).copied();
        let dimensions = u32::from_le_bytes(field(&head, 8));
        let rows = u32::from_le_bytes(field(&head, 12));
        let ids = u64::from_le_bytes(field(&head, 16));
        let metric =
            metric.filter(|_| (1..=MOST_DIMENSIONS as u32).contains(&dimensions)).ok_or_else(damaged)?;
        // No more than 2^32 times 2^16.
        let rest = u64::from(rows) * u64::from(dimensions) * 4 + HEAD as u64;
        if rest.checked_add(ids) != Some(bytes.len() as u64) {
            return Err(damaged());
        }
        let checksum = u64::from_le_bytes(field(&head, CHECKSUM));
        Ok(Serialized { bytes, metric, dimensions: dimensions as usize, rows: rows as usize, checksum })
    }

    /// Refuses bytes that were changed.
    pub fn verify(&self) -> Result<(), Error> {
        let mut sum = Checksum::default();
        let mut piece = vec![0; PIECE.min(self.bytes.len())];
        let mut at = 0;
        while at < self.bytes.len() {
            let piece = &mut piece[..PIECE.min(self.bytes.len() - at)];
            self.bytes.copy(at, piece);
            if at == 0 {
                piece[CHECKSUM..HEAD].fill(0);
            }
            sum.update(piece);
            at += piece.len();
        }
        if sum.finish() == self.checksum { Ok(()) } else { Err(damaged()) }
    }

    /// The JSON text of the ids.
    pub fn ids(&self) -> Result<String, Error> {
        let from = HEAD + self.rows * self.dimensions * 4;
        let mut text = vec![0; self.bytes.len() - from];
        self.bytes.copy(from, &mut text);
        String::from_utf8(text).map_err(|_| damaged())
    }
}

/// Its rows.
impl<B: Bytes + ?Sized> Numbers for Serialized<'_, B> {
    fn len(&self) -> usize {
        self.rows * self.dimensions
    }

    fn copy(&self, from: usize, to: &mut [f32]) {
        self.bytes.copy(HEAD + from * 4, as_bytes_mut(to));
        // Nothing where the lowest byte comes first anyway.
        to.iter_mut().for_each(|number| *number = f32::from_bits(u32::from_le(number.to_bits())));
    }
}

/// Bytes of an index with ids whose JSON text is so long.
pub fn length(index: &Index, ids: usize) -> usize {
    HEAD + index.store().len() * index.dimensions() * 4 + ids
}

/// Writes an index with the JSON text of its ids: calls `put` with a place and the bytes from there on, several times. The head comes last.
pub fn write(index: &Index, ids: &str, put: &mut impl FnMut(usize, &[u8])) {
    let mut head = [0; HEAD];
    head[..4].copy_from_slice(&MAGIC);
    head[4..6].copy_from_slice(&VERSION.to_le_bytes());
    head[6..8].copy_from_slice(&(index.metric() as u16).to_le_bytes());
    head[8..12].copy_from_slice(&(index.dimensions() as u32).to_le_bytes());
    head[12..16].copy_from_slice(&(index.store().len() as u32).to_le_bytes());
    head[16..24].copy_from_slice(&(ids.len() as u64).to_le_bytes());
    let mut output = Output { put, at: HEAD, piece: Vec::new(), sum: Checksum::default() };
    output.sum.update(&head);
    for block in index.store().blocks() {
        for row in block.chunks_exact(index.store().stride()) {
            output.push(&row[..index.dimensions()]);
            output.flush_from(PIECE);
        }
    }
    output.piece.extend_from_slice(ids.as_bytes());
    output.flush_from(0);
    let sum = output.sum.finish();
    head[CHECKSUM..].copy_from_slice(&sum.to_le_bytes());
    put(0, &head);
}

struct Output<'a, P> {
    put: &'a mut P,
    at: usize,
    piece: Vec<u8>,
    sum: Checksum,
}

impl<P: FnMut(usize, &[u8])> Output<'_, P> {
    fn push(&mut self, numbers: &[f32]) {
        let before = self.piece.len();
        self.piece.resize(before + size_of_val(numbers), 0);
        for (bytes, number) in self.piece[before..].as_chunks_mut().0.iter_mut().zip(numbers) {
            *bytes = number.to_le_bytes();
        }
    }

    /// Writes what there is, if it is so much.
    fn flush_from(&mut self, least: usize) {
        if self.piece.len() >= least {
            self.sum.update(&self.piece);
            (self.put)(self.at, &self.piece);
            self.at += self.piece.len();
            self.piece.clear();
        }
    }
}

fn field<const N: usize>(head: &[u8; HEAD], at: usize) -> [u8; N] {
    std::array::from_fn(|byte| head[at + byte])
}

fn as_bytes_mut(numbers: &mut [f32]) -> &mut [u8] {
    // SAFETY: the bytes are those of the numbers, and any bytes are a number.
    unsafe { std::slice::from_raw_parts_mut(numbers.as_mut_ptr().cast(), size_of_val(numbers)) }
}

/// The refusal of bytes that are not what was written.
pub fn damaged() -> Error {
    Error::invalid("bytes", "The bytes are no serialised index, or were damaged. Serialise it again.")
}
