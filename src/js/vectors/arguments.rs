//! Numbers and bytes of a caller's, where they lie.

use js_sys::{Float32Array, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use crate::error::Error;
use crate::js::error::to_js;
use crate::js::value::{bytes, is_floats, kind_of};
use crate::text::concat;
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

/// A `Float32Array`, of whichever realm.
pub struct Floats {
    view: Float32Array,
    length: usize,
}

impl Floats {
    /// Reads the argument of this name.
    pub fn read(name: &str, value: &JsValue) -> Result<Self, JsValue> {
        let refused = || {
            let why = [name, " must be a Float32Array, not ", kind_of(value), "."];
            to_js(&Error::invalid(name, &concat(&why)), None)
        };
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
        // A thing that only says what it is gives a view of nothing.
        if f64::from(view.length()) != length {
            return Err(refused());
        }
        Ok(Floats { length: length as usize, view: view.into() })
    }

    /// How many there are.
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
    /// Bytes in any form; none where the value is something else.
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
