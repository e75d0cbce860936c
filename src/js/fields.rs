//! Reads the members of an options object, each with its type, and names the one that is wrong.
//!
//! `undefined` is an option that is not given; `null`, `0`, `false` and `""` are values and are judged as such.

use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;

use crate::error::{Code, Error};

/// An options object.
pub struct Fields<'a> {
    object: &'a JsValue,
    /// What stands before a member's name in an error: `timeout.` for those of `timeout`.
    prefix: &'a str,
    /// The kind of a refusal: `CONFIG` for a client's options, `INVALID_INPUT` for a call's.
    pub code: Code,
}

impl<'a> Fields<'a> {
    /// Takes an object, or `undefined` for one without members.
    pub fn of(object: &'a JsValue, name: &str, prefix: &'a str, code: Code) -> Result<Self, Error> {
        let right = object.is_undefined() || (object.is_object() && !js_sys::Array::is_array(object));
        if right {
            return Ok(Self { object, prefix, code });
        }
        Err(Error::new(code, format!("{name} must be an object, not {}.", kind_of(object))).with_field(name))
    }

    /// Is there a member of this name, even an `undefined` one?
    #[inline(never)]
    pub fn names(&self, key: &str) -> bool {
        self.object.is_object() && Reflect::has(self.object, &key.into()).unwrap_or(false)
    }

    /// A member of any type.
    #[inline(never)]
    pub fn value(&self, key: &str) -> Result<JsValue, Error> {
        if self.object.is_undefined() {
            return Ok(JsValue::UNDEFINED);
        }
        Reflect::get(self.object, &key.into())
            .map_err(|_| self.refuse(key, "cannot be read: its getter threw"))
    }

    /// A string.
    #[inline(never)]
    pub fn string(&self, key: &str) -> Result<Option<String>, Error> {
        self.typed(key, "a string", |value| value.as_string())
    }

    /// A number.
    #[inline(never)]
    pub fn number(&self, key: &str) -> Result<Option<f64>, Error> {
        self.typed(key, "a number", |value| value.as_f64())
    }

    /// A boolean.
    #[inline(never)]
    pub fn flag(&self, key: &str) -> Result<Option<bool>, Error> {
        self.typed(key, "a boolean", |value| value.as_bool())
    }

    /// A function.
    #[inline(never)]
    pub fn function(&self, key: &str) -> Result<Option<Function>, Error> {
        self.typed(key, "a function", |value| value.dyn_into().ok())
    }

    /// A list of strings.
    pub fn strings(&self, key: &str) -> Result<Option<Vec<String>>, Error> {
        self.typed(key, "an array of strings", |value| {
            let list: js_sys::Array = value.dyn_into().ok()?;
            list.iter().map(|item| item.as_string()).collect()
        })
    }

    fn typed<T>(
        &self,
        key: &str,
        kind: &str,
        read: impl FnOnce(JsValue) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let value = self.value(key)?;
        if value.is_undefined() {
            return Ok(None);
        }
        let given = kind_of(&value);
        read(value).map(Some).ok_or_else(|| self.refuse(key, &format!("must be {kind}, not {given}")))
    }

    /// A refusal that names a member.
    #[inline(never)]
    pub fn refuse(&self, key: &str, why: &str) -> Error {
        let name = self.name(key);
        Error::new(self.code, format!("{name} {why}.")).with_field(&name)
    }

    /// A member's full name.
    pub fn name(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }
}

/// What a value is, for a sentence; never what it says.
#[inline(never)]
pub fn kind_of(value: &JsValue) -> &'static str {
    if value.is_null() {
        "null"
    } else if value.is_undefined() {
        "undefined"
    } else if value.is_string() {
        "a string"
    } else if value.as_f64().is_some() {
        "a number"
    } else if value.as_bool().is_some() {
        "a boolean"
    } else if value.is_function() {
        "a function"
    } else if js_sys::Array::is_array(value) {
        "an array"
    } else {
        "an object"
    }
}
