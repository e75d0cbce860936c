//! What stops a call, on its way to the caller.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::lookup::suggest_model;
use super::transport::Call;
use crate::error::{Code, Error};
use crate::js::error::{is_ours, to_js, unreadable};
use crate::js::value::{member, set};

/// A failure before it is an object of JavaScript's.
#[derive(Debug)]
pub enum Failure {
    /// One of the rules.
    Ours(Error),
    /// The same, with what brought it about.
    Caused(Error, JsValue),
    /// An error of the core's client, which is passed on as it is; or what a value threw when it was looked at.
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
    /// The value that is thrown, signed with what is known of the call.
    pub fn of_call(self, call: &Call) -> JsValue {
        if let Failure::Theirs(value) = &self
            && !is_ours(value)
        {
            return call.unreadable(value);
        }
        let thrown = self.thrown(|error| match error.internal_code.is_some() || error.status.is_some() {
            // What the service said of it is more than the call knows.
            true => call.sign(&to_js(error, None)),
            false => call.failure(error),
        });
        if member(&thrown, "code").as_string().as_deref() == Some(Code::ModelNotFound.as_str()) {
            suggest_model(&call.model(), &thrown);
        }
        thrown
    }

    /// The value that is thrown where there is no call yet.
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

/// Sets a member of an error that no loop over its members sees.
pub fn define_hidden(error: &JsValue, name: &'static str, value: &JsValue) {
    if !error.is_object() {
        return;
    }
    let attributes = Object::new();
    set(&attributes, "value", value);
    set(&attributes, "writable", &JsValue::TRUE);
    set(&attributes, "configurable", &JsValue::TRUE);
    // An error that is frozen stays as it is.
    let _ = Reflect::define_property(error.unchecked_ref::<Object>(), &JsValue::from_str(name), &attributes);
}
