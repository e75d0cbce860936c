//! From a method to who does it: this module, or the one with the tasks.

use std::rc::Rc;

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;

use super::{JsClient, fallback, has_option, run};
use crate::js::package::call_tasks;
use crate::js::transport::Transport;

/// A method that takes a model, an input and options.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `run`
    Run,
    /// `generateText`
    GenerateText,
    /// `streamText`
    StreamText,
    /// One of the tasks', by its name.
    Task(&'static str),
}

/// Calls a method; and other models, where the option for it is set.
pub fn call(
    client: &Rc<JsClient>,
    method: Method,
    model: &JsValue,
    input: &JsValue,
    options: &JsValue,
) -> Promise {
    if has_option(options, "fallback") {
        return fallback::call(client, method, model, input, options);
    }
    call_once(client, method, model, input, options)
}

/// Calls a method of one model.
pub fn call_once(
    client: &Rc<JsClient>,
    method: Method,
    model: &JsValue,
    input: &JsValue,
    options: &JsValue,
) -> Promise {
    match method {
        Method::Task(name) => endpoint(client, name, &[model, input, options]),
        method => run::start(client, method, model, input, options),
    }
}

/// Calls a function of the module with the tasks.
pub fn endpoint(client: &Rc<JsClient>, name: &str, arguments: &[&JsValue]) -> Promise {
    let all = Array::of1(&Transport::new(client).into());
    for argument in arguments {
        all.push(argument);
    }
    call_tasks(name, &all)
}
