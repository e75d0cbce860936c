//! Builds plain objects of our own, member by member. Typed setters would add an import, a wrapper and a
//! function of the glue each, for some thirty members.

use js_sys::Object;
use wasm_bindgen::prelude::*;

use super::value::set;

/// A new object. Members without a value are omitted.
pub struct Fields(Object);

impl Default for Fields {
    fn default() -> Self {
        Self(Object::new())
    }
}

impl Fields {
    /// The object.
    pub fn done(self) -> Object {
        self.0
    }

    /// Sets a member to any value.
    #[inline(never)]
    pub fn value(&self, name: &'static str, value: &JsValue) {
        set(&self.0, name, value);
    }

    /// Sets a member to a string.
    #[inline(never)]
    pub fn text(&self, name: &'static str, text: Option<&str>) {
        if let Some(text) = text {
            self.value(name, &JsValue::from_str(text));
        }
    }

    /// Sets a member to a number.
    #[inline(never)]
    pub fn number(&self, name: &'static str, number: Option<f64>) {
        if let Some(number) = number {
            self.value(name, &JsValue::from_f64(number));
        }
    }

    /// Sets a member to a boolean.
    pub fn flag(&self, name: &'static str, flag: bool) {
        self.value(name, &JsValue::from_bool(flag));
    }
}
