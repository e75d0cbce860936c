//! Reads numbers and bytes of the caller in place.

use js_sys::{Array as List, Float32Array, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use crate::error::Error;
use crate::js::error::to_js;
use crate::js::package::list_kind;
use crate::js::value::{bytes, is_floats, is_list, kind_of, member};
use crate::text::{concat, decimal};
use crate::vectors::Numbers;
use crate::vectors::collection::no_memory;
use crate::vectors::format::Bytes;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Float32Array, extends = Float32Array)]
    type FloatView;
    #[wasm_bindgen(constructor, catch, js_class = "Float32Array")]
    fn new(buffer: &JsValue, offset: f64, length: f64) -> Result<FloatView, JsValue>;

    type Array;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn buffer(this: &Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch, js_name = byteOffset)]
    fn byte_offset(this: &Array) -> Result<f64, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn length(this: &Array) -> Result<f64, JsValue>;
}

/// An array. The check of a cast throws for a `Proxy` that was revoked.
fn list_of(value: &JsValue) -> Option<&List> {
    is_list(value).then(|| value.unchecked_ref())
}

fn length_of(list: &List) -> Result<u32, JsValue> {
    list.unchecked_ref::<Array>().length().map(|length| length as u32)
}

/// A `Float32Array`, of any realm, or one that was converted from a list of numbers or of rows.
pub struct Floats {
    view: Float32Array,
    length: usize,
}

impl Floats {
    /// Reads the argument of this name: numbers, or rows with this many of them.
    pub fn read_rows(name: &str, value: &JsValue, dimensions: usize) -> Result<Self, JsValue> {
        // Any read of a proxy may throw.
        let is_row = |list: &&List| Reflect::get_u32(list, 0).is_ok_and(|first| first.is_object());
        let Some(list) = list_of(value).filter(is_row) else {
            return Self::read(name, value);
        };
        let rows = length_of(list)?;
        let length = (rows as usize).saturating_mul(dimensions);
        if length > u32::MAX as usize {
            return Err(to_js(&no_memory(), None));
        }
        let view = Float32Array::new_with_length(length as u32);
        for at in 0..rows {
            let place = concat(&[name, "[", &decimal(i64::from(at)), "]"]);
            let row = Self::read(&place, &Reflect::get_u32(list, at)?)?;
            if row.length != dimensions {
                let (has, needs) = (decimal(row.length as i64), decimal(dimensions as i64));
                let why = [&place, " has ", &has, " numbers, not the index's ", &needs, "."];
                return Err(to_js(&Error::invalid(&place, &concat(&why)), None));
            }
            view.set(&row.view, at * dimensions as u32);
        }
        Ok(Floats { view, length })
    }

    /// Reads the argument of this name.
    pub fn read(name: &str, value: &JsValue) -> Result<Self, JsValue> {
        let refused = || {
            // What `embed` gives.
            let more = if is_floats(&member(value, "data")) { " Its member data has them." } else { "" };
            let why =
                [name, " must be a Float32Array or an array of numbers, not ", kind_of(value), ".", more];
            to_js(&Error::invalid(name, &concat(&why)), None)
        };
        if let Some(list) = list_of(value) {
            // The conversion would turn other values into numbers or NaN.
            let length = length_of(list)?;
            if length > 0 && list_kind(list).get(0).as_f64().unwrap_or_default() < 2.0 {
                let why = [name, " must be an array of numbers and nothing else."];
                return Err(to_js(&Error::invalid(name, &concat(&why)), None));
            }
            // For a list the constructor copies only the list.
            let view = FloatView::new(list, 0.0, f64::from(length))?;
            return Ok(Floats { length: view.length() as usize, view: view.into() });
        }
        if let Some(view) = value.dyn_ref::<Float32Array>() {
            return Ok(Floats { length: view.length() as usize, view: view.clone() });
        }
        if !is_floats(value) {
            return Err(refused());
        }
        let array = value.unchecked_ref::<Array>();
        let length = array.length()?;
        if length > f64::from(u32::MAX) {
            return Err(to_js(&no_memory(), None));
        }
        let view = FloatView::new(&array.buffer()?, array.byte_offset()?, length)?;
        // The view of an object that only resembles a Float32Array is empty.
        if f64::from(view.length()) != length {
            return Err(refused());
        }
        Ok(Floats { length: length as usize, view: view.into() })
    }

    /// The number of numbers.
    pub fn length(&self) -> usize {
        self.length
    }
}

impl Numbers for Floats {
    fn len(&self) -> usize {
        self.length
    }

    fn copy(&self, from: usize, to: &mut [f32]) {
        if to.len() == self.length {
            return self.view.copy_to(to);
        }
        self.view.subarray(from as u32, (from + to.len()) as u32).copy_to(to);
    }
}

/// Bytes of a serialised index.
pub struct File {
    bytes: Uint8Array,
    length: usize,
}

impl File {
    /// Bytes in any form; none for other values.
    pub fn read(value: &JsValue) -> Result<Option<Self>, JsValue> {
        let Some(bytes) = bytes(value) else { return Ok(None) };
        let length = bytes.unchecked_ref::<Array>().length()?;
        if length > f64::from(u32::MAX) {
            return Err(to_js(&no_memory(), None));
        }
        Ok(Some(File { bytes, length: length as usize }))
    }
}

impl Bytes for File {
    fn len(&self) -> usize {
        self.length
    }

    fn copy(&self, from: usize, to: &mut [u8]) {
        self.bytes.subarray(from as u32, (from + to.len()) as u32).copy_to(to);
    }
}
