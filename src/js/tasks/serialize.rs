//! Converts results of the rules to JavaScript objects.

use js_sys::Object;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsCast;

use super::failure::Failure;
use crate::error::{Code, Error};
use crate::js::value::Js;

impl Serialize for Js {
    /// JavaScript values are passed through unchanged.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_wasm_bindgen::preserve::serialize(&self.0, serializer)
    }
}

/// Converts a result to an object.
pub fn to_object<T: Serialize>(result: &T) -> Result<Object, Failure> {
    let serializer = Serializer::new().serialize_maps_as_objects(true);
    match result.serialize(&serializer) {
        Ok(object) => Ok(object.unchecked_into()),
        Err(_) => Err(Error::new(Code::MalformedResponse, "The answer has no form in JavaScript.").into()),
    }
}
