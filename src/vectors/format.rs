//! An index as bytes, the same on every machine: a head, the rows, the ids. All numbers have their lowest byte first.
//!
//! ```text
//!  0  "WAVX"            8  dimensions   16  bytes of the ids   24  checksum
//!  4  version, 1       12  rows                               32  rows, dimensions * 4 bytes each
//!  6  metric
//! ```
//!
//! Changes since then may be appended, any number of times:
//!
//! ```text
//!  0  "WAVC"            8  rows before   16  rows added         32  the checksum of what came before
//!  4  version, 1       12  rows removed  24  bytes of the ids   40  checksum
//! 48  the places of the removed rows among those before, 4 bytes each; the added rows; the added ids
//! ```
//!
//! The ids are JSON, see `Ids::to_json`; the owner of the index parses that text. The checksum is XXH64 over
//! the rest of its part, with zeros in its place.
//!
//! The bytes are never needed in one piece: they are read and written in pieces, at the caller's memory.

use super::checksum::Checksum;
use super::index::{Index, Metric, Numbers};
use crate::error::Error;
use crate::text::{concat, decimal};

const MAGIC: [u8; 4] = *b"WAVX";
const VERSION: u16 = 1;
/// Length of the head in bytes.
const HEAD: usize = 32;
const CHECKSUM: usize = 24;
const CHANGES_MAGIC: [u8; 4] = *b"WAVC";
const CHANGES_HEAD: usize = 48;
const CHANGES_CHECKSUM: usize = 40;
/// Bytes that are copied at once.
const PIECE: usize = 64 * 1024;
/// Limit of the numbers per row.
pub const MOST_DIMENSIONS: usize = 16384;

/// Bytes in foreign memory.
pub trait Bytes {
    /// The number of bytes.
    fn len(&self) -> usize;
    /// Copies bytes from an offset on, as many as `to` can hold.
    fn copy(&self, from: usize, to: &mut [u8]);

    /// True if there are none.
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

/// A serialised index with valid heads.
pub struct Serialized<'a, B: ?Sized> {
    bytes: &'a B,
    /// The metric.
    pub metric: Metric,
    /// Numbers of a row.
    pub dimensions: usize,
    /// The number of rows, before any change.
    pub rows: usize,
    whole: Part,
    /// The appended changes, in order.
    pub changes: Vec<Changes>,
}

/// The place of a part in the bytes.
#[derive(Debug, Clone, Copy)]
struct Part {
    from: usize,
    to: usize,
    /// Offset of its checksum in the part.
    checksum_at: usize,
    checksum: u64,
}

/// The changes of one append.
#[derive(Debug, Clone, Copy)]
pub struct Changes {
    part: Part,
    previous: u64,
    /// The number of rows before.
    pub before: usize,
    removed: usize,
    added: usize,
}

impl<'a, B: Bytes + ?Sized> Serialized<'a, B> {
    /// Parses the heads.
    pub fn open(bytes: &'a B) -> Result<Self, Error> {
        let head: [u8; HEAD] = head_at(bytes, 0)?;
        if !head.starts_with(&MAGIC) {
            return Err(damaged());
        }
        check_version(&head)?;
        let metric = Metric::ALL.get(usize::from(u16::from_le_bytes(field(&head, 6)))).copied();
        let dimensions = u32::from_le_bytes(field(&head, 8));
        let rows = u32::from_le_bytes(field(&head, 12));
        let ids = u64::from_le_bytes(field(&head, 16));
        let metric =
            metric.filter(|_| (1..=MOST_DIMENSIONS as u32).contains(&dimensions)).ok_or_else(damaged)?;
        // At most 2^32 times 2^16.
        let rest = u64::from(rows) * u64::from(dimensions) * 4 + HEAD as u64;
        let to = end(rest.checked_add(ids), bytes.len())?;
        let checksum = u64::from_le_bytes(field(&head, CHECKSUM));
        let whole = Part { from: 0, to, checksum_at: CHECKSUM, checksum };
        let dimensions = dimensions as usize;
        let mut changes = Vec::new();
        let mut from = to;
        while from < bytes.len() {
            let next = Changes::open(bytes, from, dimensions)?;
            from = next.part.to;
            changes.push(next);
        }
        Ok(Serialized { bytes, metric, dimensions, rows: rows as usize, whole, changes })
    }

    /// Rejects damaged bytes, and parts that do not belong together.
    pub fn verify(&self) -> Result<(), Error> {
        self.whole.verify(self.bytes)?;
        let mut last = self.whole.checksum;
        for changes in &self.changes {
            changes.part.verify(self.bytes)?;
            if changes.previous != last {
                return Err(damaged());
            }
            last = changes.part.checksum;
        }
        Ok(())
    }

    /// The checksum of the last part, on which the next changes are based.
    pub fn checksum(&self) -> u64 {
        self.changes.last().map_or(self.whole.checksum, |changes| changes.part.checksum)
    }

    /// Its rows, before any change.
    pub fn numbers(&self) -> Rows<'a, B> {
        Rows { bytes: self.bytes, from: HEAD, count: self.rows * self.dimensions }
    }

    /// The JSON text of the ids, before any change.
    pub fn ids(&self) -> Result<String, Error> {
        self.text(HEAD + self.rows * self.dimensions * 4, self.whole.to)
    }

    /// The places of the rows that were removed, in order.
    pub fn removed(&self, changes: &Changes) -> Vec<u32> {
        let mut bytes = vec![0; changes.removed * 4];
        self.bytes.copy(changes.part.from + CHANGES_HEAD, &mut bytes);
        bytes.as_chunks().0.iter().map(|place| u32::from_le_bytes(*place)).collect()
    }

    /// The rows that were added.
    pub fn added(&self, changes: &Changes) -> Rows<'a, B> {
        let from = changes.part.from + CHANGES_HEAD + changes.removed * 4;
        Rows { bytes: self.bytes, from, count: changes.added * self.dimensions }
    }

    /// The JSON text of their ids.
    pub fn added_ids(&self, changes: &Changes) -> Result<String, Error> {
        let rows = self.added(changes);
        self.text(rows.from + rows.count * 4, changes.part.to)
    }

    fn text(&self, from: usize, to: usize) -> Result<String, Error> {
        let mut text = vec![0; to - from];
        self.bytes.copy(from, &mut text);
        String::from_utf8(text).map_err(|_| damaged())
    }
}

impl Changes {
    fn open(bytes: &(impl Bytes + ?Sized), from: usize, dimensions: usize) -> Result<Self, Error> {
        let head: [u8; CHANGES_HEAD] = head_at(bytes, from)?;
        if !head.starts_with(&CHANGES_MAGIC) {
            return Err(damaged());
        }
        check_version(&head)?;
        let [before, removed, added] = [8, 12, 16].map(|at| u32::from_le_bytes(field(&head, at)));
        let rest =
            (from + CHANGES_HEAD) as u64 + (u64::from(removed) + u64::from(added) * dimensions as u64) * 4;
        let to = end(rest.checked_add(u64::from_le_bytes(field(&head, 24))), bytes.len())?;
        let checksum = u64::from_le_bytes(field(&head, CHANGES_CHECKSUM));
        Ok(Changes {
            part: Part { from, to, checksum_at: CHANGES_CHECKSUM, checksum },
            previous: u64::from_le_bytes(field(&head, 32)),
            before: before as usize,
            removed: removed as usize,
            added: added as usize,
        })
    }
}

impl Part {
    fn verify(&self, bytes: &(impl Bytes + ?Sized)) -> Result<(), Error> {
        let mut sum = Checksum::default();
        let mut piece = vec![0; PIECE.min(self.to - self.from)];
        let mut at = self.from;
        while at < self.to {
            let piece = &mut piece[..PIECE.min(self.to - at)];
            bytes.copy(at, piece);
            if at == self.from {
                piece[self.checksum_at..self.checksum_at + 8].fill(0);
            }
            sum.update(piece);
            at += piece.len();
        }
        if sum.finish() == self.checksum { Ok(()) } else { Err(damaged()) }
    }
}

fn head_at<const N: usize>(bytes: &(impl Bytes + ?Sized), from: usize) -> Result<[u8; N], Error> {
    let mut head = [0; N];
    if bytes.len() - from < N {
        return Err(damaged());
    }
    bytes.copy(from, &mut head);
    Ok(head)
}

fn check_version(head: &[u8]) -> Result<(), Error> {
    let version = u16::from_le_bytes(field(head, 4));
    if version == VERSION {
        return Ok(());
    }
    let (theirs, ours) = (decimal(version.into()), decimal(VERSION.into()));
    let why = ["The bytes are of version ", &theirs, " of the format; this package reads ", &ours, "."];
    Err(Error::invalid("bytes", &concat(&why)))
}

/// Where a part ends, if it ends within the bytes.
fn end(to: Option<u64>, length: usize) -> Result<usize, Error> {
    to.filter(|to| *to <= length as u64).map(|to| to as usize).ok_or_else(damaged)
}

/// Rows in the serialised bytes.
pub struct Rows<'a, B: ?Sized> {
    bytes: &'a B,
    from: usize,
    count: usize,
}

impl<B: Bytes + ?Sized> Numbers for Rows<'_, B> {
    fn len(&self) -> usize {
        self.count
    }

    fn copy(&self, from: usize, to: &mut [f32]) {
        self.bytes.copy(self.from + from * 4, as_bytes_mut(to));
        // No operation on little-endian machines.
        to.iter_mut().for_each(|number| *number = f32::from_bits(u32::from_le(number.to_bits())));
    }
}

/// Length in bytes of an index whose ids have this length as JSON.
pub fn length(index: &Index, ids: usize) -> usize {
    HEAD + index.store().len() * index.dimensions() * 4 + ids
}

/// Writes an index with the JSON text of its ids: calls `put` several times with an offset and bytes. The
/// head is written last. Returns the checksum.
pub fn write(index: &Index, ids: &str, put: &mut dyn FnMut(usize, &[u8])) -> u64 {
    let mut head = [0; HEAD];
    head[..4].copy_from_slice(&MAGIC);
    head[4..6].copy_from_slice(&VERSION.to_le_bytes());
    head[6..8].copy_from_slice(&(index.metric() as u16).to_le_bytes());
    head[8..12].copy_from_slice(&(index.dimensions() as u32).to_le_bytes());
    head[12..16].copy_from_slice(&(index.store().len() as u32).to_le_bytes());
    head[16..24].copy_from_slice(&(ids.len() as u64).to_le_bytes());
    let mut output = Output::new(&head, put);
    output.push_rows(index, 0);
    let sum = output.end(ids);
    head[CHECKSUM..].copy_from_slice(&sum.to_le_bytes());
    put(0, &head);
    sum
}

/// The changes that are to be serialised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The checksum of the last serialised part.
    pub previous: u64,
    /// The number of rows at that time.
    pub before: usize,
    /// The places of the rows that were removed since, in order.
    pub removed: Vec<u32>,
    /// The first row that was added since.
    pub first: usize,
}

/// Length in bytes of changes whose ids have this length as JSON.
pub fn changes_length(index: &Index, pending: &Pending, ids: usize) -> usize {
    let added = index.store().len() - pending.first;
    CHANGES_HEAD + (pending.removed.len() + added * index.dimensions()) * 4 + ids
}

/// Writes changes, as [`fn@write`] does an index.
pub fn write_changes(index: &Index, pending: &Pending, ids: &str, put: &mut dyn FnMut(usize, &[u8])) -> u64 {
    let added = index.store().len() - pending.first;
    let mut head = [0; CHANGES_HEAD];
    head[..4].copy_from_slice(&CHANGES_MAGIC);
    head[4..6].copy_from_slice(&VERSION.to_le_bytes());
    for (at, number) in [(8, pending.before), (12, pending.removed.len()), (16, added)] {
        head[at..at + 4].copy_from_slice(&(number as u32).to_le_bytes());
    }
    head[24..32].copy_from_slice(&(ids.len() as u64).to_le_bytes());
    head[32..40].copy_from_slice(&pending.previous.to_le_bytes());
    let mut output = Output::new(&head, put);
    pending.removed.iter().for_each(|place| output.piece.extend(place.to_le_bytes()));
    output.push_rows(index, pending.first);
    let sum = output.end(ids);
    head[CHANGES_CHECKSUM..].copy_from_slice(&sum.to_le_bytes());
    put(0, &head);
    sum
}

struct Output<'a> {
    put: &'a mut dyn FnMut(usize, &[u8]),
    at: usize,
    piece: Vec<u8>,
    sum: Checksum,
}

impl<'a> Output<'a> {
    fn new(head: &[u8], put: &'a mut dyn FnMut(usize, &[u8])) -> Self {
        let mut sum = Checksum::default();
        sum.update(head);
        Output { put, at: head.len(), piece: Vec::new(), sum }
    }

    fn push_rows(&mut self, index: &Index, first: usize) {
        for row in first..index.store().len() {
            self.push(&index.store().row(row)[..index.dimensions()]);
            self.flush_from(PIECE);
        }
    }

    fn end(mut self, ids: &str) -> u64 {
        self.piece.extend_from_slice(ids.as_bytes());
        self.flush_from(0);
        self.sum.finish()
    }

    fn push(&mut self, numbers: &[f32]) {
        let before = self.piece.len();
        self.piece.resize(before + size_of_val(numbers), 0);
        for (bytes, number) in self.piece[before..].as_chunks_mut().0.iter_mut().zip(numbers) {
            *bytes = number.to_le_bytes();
        }
    }

    /// Writes the buffer if it has at least this length.
    fn flush_from(&mut self, least: usize) {
        if self.piece.len() >= least {
            self.sum.update(&self.piece);
            (self.put)(self.at, &self.piece);
            self.at += self.piece.len();
            self.piece.clear();
        }
    }
}

fn field<const N: usize>(head: &[u8], at: usize) -> [u8; N] {
    std::array::from_fn(|byte| head[at + byte])
}

fn as_bytes_mut(numbers: &mut [f32]) -> &mut [u8] {
    // SAFETY: the bytes are those of the numbers, and any bytes are a number.
    unsafe { std::slice::from_raw_parts_mut(numbers.as_mut_ptr().cast(), size_of_val(numbers)) }
}

/// The error of damaged bytes.
pub fn damaged() -> Error {
    Error::invalid("bytes", "The bytes are no serialised index, or were damaged. Serialise it again.")
}
