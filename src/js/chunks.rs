//! Blobs and byte streams, read chunk by chunk: bodies of replies, and media of callers. Exceptions of
//! substitutes' methods and getters are passed on.

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::package::ignore_rejection;
use super::value::bytes;

#[wasm_bindgen]
extern "C" {
    /// A `Blob`.
    #[derive(Clone)]
    pub type BlobLike;
    /// A part of it.
    #[wasm_bindgen(method, structural, catch)]
    pub fn slice(this: &BlobLike, from: f64, to: f64) -> Result<BlobLike, JsValue>;
    /// A promise of all of its bytes.
    #[wasm_bindgen(method, structural, catch, js_name = arrayBuffer)]
    pub fn array_buffer(this: &BlobLike) -> Result<JsValue, JsValue>;
    /// A stream of them.
    #[wasm_bindgen(method, structural, catch)]
    pub fn stream(this: &BlobLike) -> Result<JsValue, JsValue>;

    /// A `ReadableStream`.
    pub type StreamLike;
    /// Locks the stream and returns its reader.
    #[wasm_bindgen(method, structural, catch, js_name = getReader)]
    pub fn get_reader(this: &StreamLike) -> Result<ReaderLike, JsValue>;
    #[wasm_bindgen(method, structural, catch)]
    fn cancel(this: &StreamLike) -> Result<JsValue, JsValue>;

    /// Its reader.
    #[derive(Debug, Clone)]
    pub type ReaderLike;
    /// A promise of the next chunk; see [`chunk`].
    #[wasm_bindgen(method, structural, catch)]
    pub fn read(this: &ReaderLike) -> Result<JsValue, JsValue>;
    /// Releases the lock.
    #[wasm_bindgen(method, structural, catch, js_name = releaseLock)]
    pub fn release_lock(this: &ReaderLike) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = cancel)]
    fn cancel_for(this: &ReaderLike, reason: &JsValue) -> Result<JsValue, JsValue>;

    type Step;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn done(this: &Step) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn value(this: &Step) -> Result<JsValue, JsValue>;
}

/// The result of a read.
pub enum Chunk {
    /// The stream has ended.
    End,
    /// The next bytes.
    Bytes(Uint8Array),
    /// A chunk that is not bytes.
    Other,
}

impl StreamLike {
    /// Cancels the stream before it is read.
    pub fn discard(&self) {
        ignore(self.cancel());
    }
}

impl ReaderLike {
    /// Cancels the stream.
    pub fn cancel(&self, reason: &JsValue) {
        ignore(self.cancel_for(reason));
    }
}

/// Ignores an exception or rejection of a substitute's `cancel`.
fn ignore(cancelled: Result<JsValue, JsValue>) {
    let _ = cancelled.map(|cancelled| ignore_rejection(&cancelled));
}

/// The chunk in a settled result of [`ReaderLike::read`].
pub fn chunk(step: &JsValue) -> Result<Chunk, JsValue> {
    let step = step.unchecked_ref::<Step>();
    if step.done()?.is_truthy() {
        return Ok(Chunk::End);
    }
    Ok(bytes(&step.value()?).map_or(Chunk::Other, Chunk::Bytes))
}

/// Chunks from this size on are kept; smaller ones are merged.
const LARGE: u32 = 16 * 1024;
/// Size of the arrays that small chunks are copied into.
const GATHERED: u32 = 64 * 1024;

/// A buffer of chunks. Each chunk is an object of the runtime, and one of a single byte costs hundreds of
/// times its size, so small ones are copied into a few larger arrays.
#[derive(Debug, Default)]
pub struct Gathered {
    whole: Vec<Uint8Array>,
    /// The array that small chunks are copied into, and its used length.
    tail: Option<(Uint8Array, u32)>,
}

impl Gathered {
    /// Adds a chunk.
    pub fn push(&mut self, chunk: Uint8Array) {
        let length = chunk.length();
        // In many replies the first chunk is the only one.
        if length >= LARGE || (self.whole.is_empty() && self.tail.is_none()) {
            self.close();
            self.whole.push(chunk);
            return;
        }
        if self.tail.as_ref().is_some_and(|(_, used)| used + length > GATHERED) {
            self.close();
        }
        let (tail, used) = self.tail.get_or_insert_with(|| (Uint8Array::new_with_length(GATHERED), 0));
        tail.set(&chunk, *used);
        *used += length;
    }

    fn close(&mut self) {
        if let Some((tail, used)) = self.tail.take() {
            self.whole.push(tail.subarray(0, used));
        }
    }

    /// All bytes in one array; a single chunk is not copied.
    pub fn finish(mut self) -> Uint8Array {
        self.close();
        join(self.whole)
    }
}

/// Concatenates all chunks; a single chunk is not copied.
pub fn join(mut chunks: Vec<Uint8Array>) -> Uint8Array {
    if chunks.len() == 1 {
        return chunks.pop().unwrap_or_default();
    }
    let whole = Uint8Array::new_with_length(chunks.iter().map(Uint8Array::length).sum());
    let mut at = 0;
    // Each chunk is dropped once it is copied.
    for chunk in chunks {
        whole.set(&chunk, at);
        at += chunk.length();
    }
    whole
}
