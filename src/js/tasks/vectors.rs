//! Decodes answers with rows of numbers, from the reply's bytes into one `Float32Array`, without an
//! intermediate form.

use js_sys::{Array, Float32Array, Object, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::failure::Failure;
use super::failure::define_hidden;
use super::kernel::{FloatsReader, decode_base64};
use super::transport::{Begun, Call};
use crate::error::{Code, Error};
use crate::js::package::shown;
use crate::js::value::{is_list, keys, list, member, set};
use crate::tasks::text_embeddings;
use crate::text::{concat, decimal};

/// Members that contain rows.
const ROWS: [&str; 2] = ["data", "response"];

/// The numbers of an answer, row by row.
#[derive(Debug)]
pub struct Answer {
    /// The numbers.
    pub data: Float32Array,
    /// The number of rows.
    pub count: u32,
    /// The length of each row.
    pub dimensions: u32,
}

/// Reads a reply. In the answer each row is replaced by its length.
pub async fn take_vectors(call: &Call) -> Result<(JsValue, Float32Array), Failure> {
    let mut reply = Begun::read(call).await?;
    if !reply.may_be_json() {
        return Err(reply.no_answer().await.into());
    }
    let mut reader = FloatsReader::default();
    while let Some(chunk) = reply.next().await? {
        if let Err(error) = reader.push(&chunk) {
            // The failure is reported even if cancelling the reply fails.
            let _ = call.stop_reading();
            return Err(error.into());
        }
    }
    let (rest, data) = reader.finish().map_err(|fault| fault.in_reply())?;
    let answer = call.open(&rest)?;
    let data = if data.length() > 0 { data } else { take_base64(&answer)? };
    Ok((answer, data))
}

/// Decodes rows in base64, which some services send unrequested; in the answer each row is then replaced by
/// its length.
fn take_base64(answer: &JsValue) -> Result<Float32Array, Failure> {
    let mut own = answer.clone();
    for name in ROWS {
        let rows = member(answer, name);
        if is_list(&rows) {
            own = rows;
        }
    }
    let mut all = Vec::new();
    if !is_list(&own) {
        return Ok(Float32Array::default());
    }
    // Parsed here, so it is an array.
    let own = own.unchecked_into::<Array>();
    for at in 0..own.length() {
        let row = own.get(at);
        let text = if row.is_string() { row.clone() } else { member(&row, "embedding") };
        if !text.is_string() {
            return Ok(Float32Array::default());
        }
        let numbers = floats_of(&text)?;
        all.extend_from_slice(&numbers.to_vec());
        let length = Array::of1(&numbers.length().into());
        match row.is_string() {
            true => own.set(at, length.into()),
            false => set(row.unchecked_ref::<Object>(), "embedding", &length),
        }
    }
    Ok(Float32Array::from(all.as_slice()))
}

/// Decodes base64 of 32-bit floats.
pub fn floats_of(base64: &JsValue) -> Result<Float32Array, Failure> {
    let malformed = || {
        let why = "The answer has a vector in base64 that is none of 32-bit floats. Ask for encoding_format \"float\".";
        Failure::from(Error::new(Code::MalformedResponse, why))
    };
    let bytes = decode_base64(base64, "embedding").map_err(|_| malformed())?;
    if bytes.length() == 0 || bytes.length() % 4 != 0 {
        return Err(malformed());
    }
    // Copied, since floats must be aligned to four bytes.
    let numbers = Float32Array::new(&Uint8Array::new(&bytes).buffer());
    text_embeddings::check_finite(&numbers.to_vec())?;
    Ok(numbers)
}

impl Answer {
    /// The shape is that of a result of the rules.
    pub fn of(result: &Object, data: Float32Array) -> Self {
        let number = |name| member(result, name).as_f64().unwrap_or_default() as u32;
        Answer { data, count: number("count"), dimensions: number("dimensions") }
    }

    /// Reorders the rows: `order` has the old index of each row.
    pub fn arrange(&mut self, order: &[usize]) {
        let rows = self.rows();
        let data = Float32Array::new_with_length(self.data.length());
        for (at, place) in order.iter().enumerate() {
            data.set(&rows.get(*place as u32), at as u32 * self.dimensions);
        }
        self.data = data;
    }

    /// Adds the vectors to a result, in place of their shape. `usage` is last.
    pub fn describe(&self, result: &Object) {
        let usage = member(result, "usage");
        for name in ["count", "dimensions", "usage"] {
            let _ = Reflect::delete_property(result, &JsValue::from_str(name));
        }
        set(result, "data", &self.data);
        set(result, "shape", &Array::of2(&self.count.into(), &self.dimensions.into()));
        let rows = self.rows();
        set(result, "rows", &rows);
        // The vector of a single text. Not enumerable, so that loops over the members do not visit the
        // numbers a third time.
        if self.count > 0 {
            define_hidden(result, "vector", &rows.get(0));
        }
        if !usage.is_undefined() {
            set(result, "usage", &usage);
        }
        let size = concat(&[&decimal(i64::from(self.count)), " x ", &decimal(i64::from(self.dimensions))]);
        shown(result, &concat(&["EmbedResult { rows: ", &size, " }"]));
        shown(&rows, &concat(&["rows ", &size]));
        shown(&self.data, &concat(&["Float32Array ", &size]));
    }

    /// Views; nothing is copied.
    pub fn rows(&self) -> Array {
        let row = |row: u32| self.data.subarray(row * self.dimensions, (row + 1) * self.dimensions);
        (0..self.count).map(|at| JsValue::from(row(at))).collect()
    }

    /// The service's answer with views of the numbers as rows. Nothing is copied.
    pub fn restore(&self, answer: JsValue) -> JsValue {
        let mut views = Views { data: &self.data, at: 0 };
        if is_list(&answer) {
            return views.restore(answer);
        }
        // In the order of the reply.
        if answer.is_object() {
            for name in keys(&answer).iter() {
                let is_rows = name.as_string().is_some_and(|name| ROWS.contains(&name.as_str()));
                let rows =
                    if is_rows { Reflect::get(&answer, &name).unwrap_or_default() } else { name.clone() };
                if is_list(&rows) {
                    let _ = Reflect::set(&answer, &name, &views.restore(rows));
                }
            }
        }
        answer
    }
}

/// The numbers that are not assigned to rows yet.
struct Views<'a> {
    data: &'a Float32Array,
    at: u32,
}

impl Views<'_> {
    fn restore(&mut self, value: JsValue) -> JsValue {
        let Some(list) = list(&value) else {
            let embedding = member(&value, "embedding");
            if let Some(list) = list(&embedding) {
                let view = self.next(list.get(0).as_f64().unwrap_or_default());
                set(value.unchecked_ref::<Object>(), "embedding", &view);
            }
            return value;
        };
        match list.get(0).as_f64() {
            Some(length) => self.next(length),
            None => list.iter().map(|item| self.restore(item)).collect::<Array>().into(),
        }
    }

    fn next(&mut self, length: f64) -> JsValue {
        let from = self.at;
        self.at += length as u32;
        self.data.subarray(from, self.at).into()
    }
}
