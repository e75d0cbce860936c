//! The exports of the vector index: numbers in, numbers out. `pkg-template/vectors/` is their only caller.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use crate::vectors::checksum::Checksum;
use crate::vectors::{Hit, Index, Metric};

/// Bytes of the buffer for whatever comes in by itself.
const BUFFER: usize = 64 * 1024;
/// What [`vectors_written`] returns when all is well, and when memory is used up; anything less is a place.
const WELL: f64 = -1.0;
const FULL: f64 = -2.0;

#[derive(Default)]
struct Shelf {
    indexes: Vec<Option<Index>>,
    buffer: Vec<f32>,
    hits: Vec<Hit>,
    checksum: Checksum,
}

thread_local! {
    static SHELF: RefCell<Shelf> = RefCell::default();
}

#[inline(always)]
fn shelf<T>(work: impl FnOnce(&mut Shelf) -> T) -> T {
    SHELF.with(|shelf| work(&mut shelf.borrow_mut()))
}

#[inline(always)]
fn index<T: Default>(handle: u32, work: impl FnOnce(&mut Index) -> T) -> T {
    shelf(|shelf| match shelf.indexes.get_mut(handle as usize) {
        Some(Some(index)) => work(index),
        _ => T::default(),
    })
}

fn address<T>(of: &[T]) -> u32 {
    of.as_ptr() as usize as u32
}

/// Makes an index: metric 0 cosine, 1 dot, 2 euclidean. Returns its handle.
#[wasm_bindgen(skip_typescript)]
pub fn vectors_open(metric: u32, dimensions: u32) -> u32 {
    shelf(|shelf| {
        let index = Some(Index::new(Metric::from_number(metric), dimensions as usize));
        match shelf.indexes.iter().position(Option::is_none) {
            Some(place) => {
                shelf.indexes[place] = index;
                place as u32
            }
            None => {
                shelf.indexes.push(index);
                shelf.indexes.len() as u32 - 1
            }
        }
    })
}

/// Gives its memory back.
#[wasm_bindgen(skip_typescript)]
pub fn vectors_close(handle: u32) {
    shelf(|shelf| {
        if let Some(slot) = shelf.indexes.get_mut(handle as usize) {
            *slot = None;
        }
    });
}

/// Numbers of a row in memory, padding included.
#[wasm_bindgen(skip_typescript)]
pub fn vectors_stride(handle: u32) -> u32 {
    index(handle, |index| index.store().stride() as u32)
}

/// Says how many rows will be added.
#[wasm_bindgen(skip_typescript)]
pub fn vectors_expect(handle: u32, rows: u32) {
    index(handle, |index| index.expect(rows as usize));
}

/// Where the next rows are to be written; 0 when memory is used up.
#[wasm_bindgen(skip_typescript)]
pub fn vectors_room(handle: u32) -> u32 {
    index(handle, |index| index.room().map_or(0, |room| address(room)))
}

/// For how many rows there is room at that place.
#[wasm_bindgen(skip_typescript)]
pub fn vectors_room_rows(handle: u32) -> u32 {
    index(handle, |index| {
        let stride = index.store().stride();
        index.room().map_or(0, |room| (room.len() / stride) as u32)
    })
}

/// Counts in rows. -1 when all is well, -2 when memory is used up, else the place of the first number that is none.
#[wasm_bindgen(skip_typescript)]
pub fn vectors_written(handle: u32, rows: u32) -> f64 {
    index(handle, |index| match index.written(rows as usize) {
        Ok(Ok(())) => WELL,
        Ok(Err((row, place))) => row as f64 * index.dimensions() as f64 + place as f64,
        Err(_) => FULL,
    })
}

/// Forgets the rows behind the first `len`.
#[wasm_bindgen(skip_typescript)]
pub fn vectors_truncate(handle: u32, len: u32) {
    index(handle, |index| index.truncate(len as usize));
}

/// Where a row lies.
#[wasm_bindgen(skip_typescript)]
pub fn vectors_row(handle: u32, row: u32) -> u32 {
    index(handle, |index| {
        let store = index.store();
        if (row as usize) < store.len() { address(store.row(row as usize)) } else { 0 }
    })
}

/// How many rows lie one behind the other, from a multiple of this on.
#[wasm_bindgen(skip_typescript)]
pub fn vectors_block_rows(handle: u32) -> u32 {
    index(handle, |index| index.store().rows_per_block() as u32)
}

/// Marks a row to be removed.
#[wasm_bindgen(skip_typescript)]
pub fn vectors_mark(handle: u32, row: u32) {
    index(handle, |index| index.mark(row as usize));
}

/// Removes the marked rows.
#[wasm_bindgen(skip_typescript)]
pub fn vectors_sweep(handle: u32) {
    index(handle, Index::sweep);
}

/// Where a query, or 64 KiB of something else, is to be written.
#[wasm_bindgen(skip_typescript)]
pub fn vectors_buffer() -> u32 {
    shelf(|shelf| {
        shelf.buffer.resize(BUFFER / 4, 0.0);
        address(&shelf.buffer)
    })
}

/// Searches for the query in the buffer; returns how many rows were found.
#[wasm_bindgen(skip_typescript)]
pub fn vectors_search(handle: u32, k: u32) -> u32 {
    shelf(|shelf| {
        let Shelf { indexes, buffer, hits, .. } = shelf;
        let Some(Some(index)) = indexes.get(handle as usize) else { return 0 };
        let query = buffer.get(..index.dimensions()).unwrap_or_default();
        *hits = index.search(&[query], k as usize).pop().unwrap_or_default();
        hits.len() as u32
    })
}

/// Where they are: a 64-bit score, a 32-bit row, and 32 bits of nothing for each.
#[wasm_bindgen(skip_typescript)]
pub fn vectors_hits() -> u32 {
    shelf(|shelf| address(&shelf.hits))
}

/// Forgets them.
#[wasm_bindgen(skip_typescript)]
pub fn vectors_hits_taken() {
    shelf(|shelf| shelf.hits = Vec::new());
}

/// Mixes the buffer's first `len` bytes into the checksum, a multiple of 32 but for the last ones, which end it. Returns its upper
/// and lower half, put together, then.
#[wasm_bindgen(skip_typescript)]
pub fn vectors_checksum(len: u32, last: bool) -> u64 {
    shelf(|shelf| {
        let len = (len as usize).min(shelf.buffer.len() * 4);
        // SAFETY: the buffer's numbers are as many bytes as they are said to be, and any bytes are bytes.
        let bytes = unsafe { std::slice::from_raw_parts(shelf.buffer.as_ptr().cast::<u8>(), len) };
        let rest = shelf.checksum.update(bytes);
        if last { std::mem::take(&mut shelf.checksum).finish(rest) } else { 0 }
    })
}
