//! The streaming engine's exports: numbers in, numbers out.
//! `pkg-template/stream/engine.js` is their only caller.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use crate::wire::dialect::{Reading, Thinking};
use crate::wire::engine::{Engine, header};
use crate::wire::reader::Mode;

/// The single engine, created at its first use.
///
/// Not `thread_local!`, which adds a call through a table to each access, for threads that do not exist here.
static ENGINE: OneThread<RefCell<Option<Engine>>> = OneThread(RefCell::new(None));

struct OneThread<T>(T);

// SAFETY: the module is built without atomics, so its memory is not shared and no other thread can be in it.
unsafe impl<T> Sync for OneThread<T> {}

/// The number of records, and the flags above it: all that JavaScript needs between two chunks.
#[inline(always)]
fn read(work: impl FnOnce(&mut Engine) -> u32) -> u32 {
    engine(|engine| work(engine) | (engine.header()[header::FLAGS] as u32) << 24)
}

#[inline(always)]
fn engine<T>(work: impl FnOnce(&mut Engine) -> T) -> T {
    let mut engine = ENGINE.0.borrow_mut();
    work(match &mut *engine {
        Some(engine) => engine,
        none => none.insert(first()),
    })
}

#[inline(never)]
fn first() -> Engine {
    Engine::default()
}

/// Address of the header.
#[wasm_bindgen(skip_typescript)]
pub fn engine_header() -> u32 {
    engine(|engine| engine.header().as_ptr() as usize as u32)
}

/// Opens a stream: 0 typed events, 1 text, 2 chunks, 3 plain server-sent events. See [`Reading`] for the rest.
#[wasm_bindgen(skip_typescript)]
pub fn engine_open(
    mode: u32,
    max_event_bytes: u32,
    max_tokens: u32,
    reasoning_is_text: bool,
    thinking: u32,
) -> u32 {
    let reading = Reading { max_tokens, reasoning_is_text, thinking: Thinking::from_number(thinking) };
    engine(|engine| engine.open_for(Mode::from_number(mode), max_event_bytes as usize, reading))
}

/// Closes a stream.
#[wasm_bindgen(skip_typescript)]
pub fn engine_close(handle: u32) {
    engine(|engine| engine.close(handle));
}

/// Selects the stream that owns the window.
#[wasm_bindgen(skip_typescript)]
pub fn engine_select(handle: u32) {
    engine(|engine| engine.select(handle));
}

/// Makes room for the next write.
#[wasm_bindgen(skip_typescript)]
pub fn engine_compact(room: u32) {
    engine(|engine| engine.compact(room as usize));
}

/// Parses the written bytes; returns the number of records and the flags.
#[wasm_bindgen(skip_typescript)]
pub fn engine_feed(len: u32) -> u32 {
    read(|engine| engine.feed(len as usize))
}

/// Parses the written bytes as one complete JSON answer; returns the number of records.
#[wasm_bindgen(skip_typescript)]
pub fn engine_whole(len: u32) -> u32 {
    read(|engine| engine.whole(len as usize))
}

/// Marks the end of input; returns the number of records.
#[wasm_bindgen(skip_typescript)]
pub fn engine_finish() -> u32 {
    read(Engine::finish)
}
