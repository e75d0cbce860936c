//! Collects all vectors of `embedMany` in one array.

use std::rc::Rc;

use js_sys::{Array, Float32Array, Object, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::{Chunk, Job, resumable, source};
use crate::js::tasks::meta_sum::MetaSum;
use crate::js::tasks::task::with_members;
use crate::js::tasks::vectors::Answer;
use crate::js::value::{member, set};

/// The result of `embedMany`.
pub async fn all(job: Rc<Job>) -> Result<JsValue, JsValue> {
    let mut sum = MetaSum::start();
    let expected = source::total(&job.texts).map(|total| (total - job.options.from as f64).max(0.0));
    let mut vectors = Vectors::new(expected, job.options.dimensions.unwrap_or_default());
    let usage = Object::new();
    let raw = Array::new();
    let mut chunks = job.chunks();
    loop {
        match chunks.next().await {
            Ok(Some(Chunk { vectors: answer, result, raw: body, meta, .. })) => {
                vectors.add(&answer);
                add_usage(&usage, &member(&result, "usage"));
                raw.push(&without_rows(&body));
                sum.add(meta);
            }
            Ok(None) => break,
            Err(error) => {
                let partial = vectors.result();
                set(&partial, "offset", &member(&member(&error, "partial"), "offset"));
                return Err(resumable(error, &partial));
            }
        }
    }
    let result = vectors.result();
    if Object::keys(&usage).length() > 0 {
        set(&result, "usage", &usage);
    }
    set(&result, "raw", &raw);
    set(&result, "meta", &sum.finish(&job.transport, &job.model));
    Ok(result.into())
}

/// Limit of the numbers that are allocated in advance.
const MOST_RESERVED: f64 = (1 << 27) as f64;

/// Collects rows chunk by chunk. If their number is known, each one is copied only once.
struct Vectors {
    expected: Option<f64>,
    data: Option<Float32Array>,
    pieces: Vec<Float32Array>,
    count: u32,
    dimensions: u32,
}

impl Vectors {
    fn new(expected: Option<f64>, dimensions: u32) -> Self {
        Vectors { expected, data: None, pieces: Vec::new(), count: 0, dimensions }
    }

    fn add(&mut self, answer: &Answer) {
        if self.count == 0 {
            self.dimensions = answer.dimensions;
            let numbers = self.expected.map(|expected| expected * f64::from(answer.dimensions));
            if let Some(numbers) = numbers.filter(|numbers| (0.0..=MOST_RESERVED).contains(numbers)) {
                self.data = Some(Float32Array::new_with_length(numbers as u32));
            }
        }
        // The size that an iterable declares may be wrong.
        let fits =
            |data: &&Float32Array| self.count * self.dimensions + answer.data.length() <= data.length();
        match self.data.as_ref().filter(fits) {
            Some(data) => data.set(&answer.data, self.count * self.dimensions),
            None => {
                if let Some(data) = self.data.take() {
                    self.pieces.push(data.subarray(0, self.count * self.dimensions));
                }
                self.pieces.push(answer.data.clone());
            }
        }
        self.count += answer.count;
    }

    /// `{ data, shape, rows }`
    fn result(&mut self) -> Object {
        let whole = match &self.data {
            Some(data) => data.clone(),
            None => joined(&self.pieces),
        };
        let data = whole.subarray(0, self.count * self.dimensions);
        let result = Object::new();
        Answer { data, count: self.count, dimensions: self.dimensions }.describe(&result);
        result
    }
}

fn joined(pieces: &[Float32Array]) -> Float32Array {
    if let [piece] = pieces {
        return piece.clone();
    }
    let whole = Float32Array::new_with_length(pieces.iter().map(Float32Array::length).sum());
    let mut at = 0;
    for piece in pieces {
        whole.set(piece, at);
        at += piece.length();
    }
    whole
}

fn add_usage(sum: &Object, usage: &JsValue) {
    if !usage.is_object() {
        return;
    }
    for entry in Object::entries(usage.unchecked_ref::<Object>()).iter() {
        let entry = entry.unchecked_into::<Array>();
        let name = entry.get(0);
        let so_far = Reflect::get(sum, &name).unwrap_or_default().as_f64().unwrap_or_default();
        let tokens = so_far + entry.get(1).as_f64().unwrap_or_default();
        let _ = Reflect::set(sum, &name, &tokens.into());
    }
}

/// Views would keep a second copy of each chunk's numbers alive.
fn without_rows(answer: &JsValue) -> Object {
    let others = with_members(answer, &[]);
    for name in ["data", "response"] {
        let _ = Reflect::delete_property(&others, &JsValue::from_str(name));
    }
    others
}
