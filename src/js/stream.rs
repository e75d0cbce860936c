//! The streaming engine's exports: numbers in, numbers out; and, for what happens once a stream, values.
//! `pkg-template/stream/engine.js` is their only caller.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use super::error::{Failure, to_js};
use super::guard::GuardHandle;
use super::text;
use crate::error::{Code, Error};
use crate::wire::dialect::Usage;
use crate::wire::engine::Engine;
use crate::wire::json;
use crate::wire::reader::Mode;
use crate::wire::synthesize;
use crate::wire::trouble::Trouble;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("../wire/stream.d.ts");

thread_local! {
    static ENGINE: RefCell<Engine> = RefCell::new(Engine::default());
}

#[inline(always)]
fn engine<T>(work: impl FnOnce(&mut Engine) -> T) -> T {
    ENGINE.with(|engine| work(&mut engine.borrow_mut()))
}

/// Address of the header.
#[wasm_bindgen(skip_typescript)]
pub fn engine_header() -> u32 {
    engine(|engine| engine.header().as_ptr() as usize as u32)
}

/// Opens a stream: 0 typed events, 1 text, 2 chunks, 3 plain server-sent events.
#[wasm_bindgen(skip_typescript)]
pub fn engine_open(mode: u32, max_event_bytes: u32) -> u32 {
    engine(|engine| engine.open(Mode::from_number(mode), max_event_bytes as usize))
}

/// Forgets a stream.
#[wasm_bindgen(skip_typescript)]
pub fn engine_close(handle: u32) {
    engine(|engine| engine.close(handle));
}

/// Gives the window to a stream.
#[wasm_bindgen(skip_typescript)]
pub fn engine_select(handle: u32) {
    engine(|engine| engine.select(handle));
}

/// Makes room for the next write.
#[wasm_bindgen(skip_typescript)]
pub fn engine_compact(room: u32) {
    engine(|engine| engine.compact(room as usize));
}

/// Reads what was written; returns the number of records.
#[wasm_bindgen(skip_typescript)]
pub fn engine_feed(len: u32) -> u32 {
    engine(|engine| engine.feed(len as usize))
}

/// Reads what was written as one whole JSON answer; returns the number of records.
#[wasm_bindgen(skip_typescript)]
pub fn engine_whole(len: u32) -> u32 {
    engine(|engine| engine.whole(len as usize))
}

/// Tells that no more bytes will come; returns the number of records.
#[wasm_bindgen(skip_typescript)]
pub fn engine_finish() -> u32 {
    engine(Engine::finish)
}

/// How many streams are open; for tests of leaks.
#[wasm_bindgen(skip_typescript)]
pub fn engine_open_streams() -> u32 {
    engine(|engine| engine.open_streams() as u32)
}

/// The public usage object of a usage's JSON text.
#[wasm_bindgen(skip_typescript)]
pub fn stream_usage(text: &str) -> JsValue {
    json::parse(text.as_bytes()).map_or(JsValue::UNDEFINED, |usage| text::usage(&Usage::read(usage)).into())
}

/// A whole answer as `text/event-stream`.
#[wasm_bindgen(skip_typescript)]
pub fn stream_synthesize(answer: &str) -> Vec<u8> {
    synthesize::event_stream(answer.as_bytes())
}

/// The error for a stream that no call of ours stands behind.
#[wasm_bindgen(skip_typescript)]
pub fn stream_trouble(trouble: u32, told: &str, limit: u32) -> JsValue {
    to_js(Trouble::from_number(trouble).to_error(told.as_bytes(), limit), None)
}

/// The error for such a stream when its connection breaks.
#[wasm_bindgen(skip_typescript)]
pub fn stream_broken(thrown: JsValue) -> JsValue {
    let error = Error::new(Code::Network, "The connection broke while the stream was read. Try again.");
    to_js(error, Some(thrown))
}

/// The error for such a stream when its reader gives up.
#[wasm_bindgen(skip_typescript)]
pub fn stream_aborted(reason: JsValue) -> JsValue {
    to_js(Error::new(Code::Aborted, "The reading was aborted."), Some(reason))
}

/// The error for an argument that cannot be used.
#[wasm_bindgen(skip_typescript)]
pub fn stream_refused(field: &str, message: &str) -> JsValue {
    to_js(Error::invalid(field, message), None)
}

/// The error for a second reading.
#[wasm_bindgen(skip_typescript)]
pub fn stream_consumed() -> JsValue {
    let why = "This stream has been read, or is being read: it can be read once. Call tee() before reading to get two of it.";
    to_js(Error::new(Code::StreamConsumed, why), None)
}

#[wasm_bindgen(js_class = Guard)]
impl GuardHandle {
    /// The error for a stream of this call that failed.
    #[wasm_bindgen(skip_typescript)]
    pub fn trouble(&self, trouble: u32, told: &str, limit: u32) -> JsValue {
        let error = Trouble::from_number(trouble).to_error(told.as_bytes(), limit);
        self.inner.fail(Failure::from(error))
    }
}
