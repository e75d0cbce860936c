//! The failures of a task.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::lookup::suggest_model;
use super::transport::Call;
use crate::error::{Code, Error};
use crate::js::error::{is_ours, to_js, unreadable};
use crate::js::value::{member, set};

/// A failure before its conversion to a JavaScript error.
#[derive(Debug)]
pub enum Failure {
    /// An error of our own rules.
    Ours(Error),
    /// The same, with its cause.
    Caused(Error, JsValue),
    /// An error of the core's client, which is passed on unchanged; or an exception of a value that was read.
    Theirs(JsValue),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Ours(error)
    }
}

impl From<JsValue> for Failure {
    fn from(value: JsValue) -> Self {
        Failure::Theirs(value)
    }
}

impl Failure {
    /// The error for the caller, with the call's metadata.
    pub fn of_call(self, call: &Call) -> JsValue {
        if let Failure::Theirs(value) = &self
            && !is_ours(value)
        {
            return call.unreadable(value);
        }
        let thrown = self.thrown(|error| match error.internal_code.is_some() || error.status.is_some() {
            // The service's own report is more specific than the call's.
            true => call.sign(&to_js(error, None)),
            false => call.failure(error),
        });
        if member(&thrown, "code").as_string().as_deref() == Some(Code::ModelNotFound.as_str()) {
            suggest_model(&call.model(), &thrown);
        }
        thrown
    }

    /// The error for the caller, if there is no call yet.
    pub fn without_call(self) -> JsValue {
        self.thrown(|error| to_js(error, None))
    }

    fn thrown(self, make: impl FnOnce(&Error) -> JsValue) -> JsValue {
        match self {
            Failure::Ours(error) => make(&error),
            Failure::Caused(error, cause) => {
                let thrown = make(&error);
                define_hidden(&thrown, "cause", &cause);
                thrown
            }
            Failure::Theirs(value) if is_ours(&value) => value,
            Failure::Theirs(value) => to_js(&unreadable(false), Some(&value)),
        }
    }
}

/// Sets a member of an error that is not enumerable.
pub fn define_hidden(error: &JsValue, name: &'static str, value: &JsValue) {
    if !error.is_object() {
        return;
    }
    let attributes = Object::new();
    set(&attributes, "value", value);
    set(&attributes, "writable", &JsValue::TRUE);
    set(&attributes, "configurable", &JsValue::TRUE);
    // A frozen error is left unchanged.
    let _ = Reflect::define_property(error.unchecked_ref::<Object>(), &JsValue::from_str(name), &attributes);
}
