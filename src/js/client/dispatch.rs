//! Dispatches methods to their implementation: this module, or one that is loaded lazily.

use std::rc::Rc;

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;

use super::{JsClient, fallback, has_option, run};
use crate::js::package::{Part, call_later};
use crate::js::transport::Transport;

/// A method that takes a model, an input and options.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `run`
    Run,
    /// The same, with a JSON answer as text, which preserves the spelling of numbers.
    RunJson,
    /// `generateText`
    GenerateText,
    /// `streamText`
    StreamText,
    /// A function of another module, by its name.
    Later(Part, &'static str),
}

impl Method {
    /// True if it returns the service's result unchanged, for an unchanged input.
    pub fn is_run(self) -> bool {
        matches!(self, Method::Run | Method::RunJson)
    }
}

/// The arguments of such a method.
#[derive(Clone, Copy)]
pub struct Arguments<'a> {
    /// A model's id.
    pub model: &'a JsValue,
    /// Its input.
    pub input: &'a JsValue,
    /// The call's options.
    pub options: &'a JsValue,
    /// True if a fallback model may replace this one.
    pub replaceable: bool,
}

impl<'a> Arguments<'a> {
    /// The arguments of a caller's call.
    pub fn of(model: &'a JsValue, input: &'a JsValue, options: &'a JsValue) -> Self {
        Self { model, input, options, replaceable: false }
    }
}

/// Calls a method, with the fallback models if that option is set.
#[inline(never)]
pub fn call(client: &Rc<JsClient>, method: Method, arguments: Arguments) -> Promise {
    if has_option(arguments.options, "fallback") {
        return fallback::call(client, method, arguments);
    }
    call_once(client, method, arguments)
}

/// Calls a method with one model.
pub fn call_once(client: &Rc<JsClient>, method: Method, arguments: Arguments) -> Promise {
    match method {
        Method::Later(part, name) => {
            let Arguments { model, input, options, replaceable } = arguments;
            let transport = Transport::new(client, replaceable);
            call_later(part, name, &Array::of4(&transport.into(), model, input, options))
        }
        method => run::start(client, method, arguments),
    }
}

/// Calls a method of the tasks module, whose arguments are a model, an input and options.
pub fn task(client: &Rc<JsClient>, name: &'static str, args: &Array) -> Promise {
    method(client, Part::Tasks, name, args)
}

/// The same for a method with structured output or tools.
pub fn object(client: &Rc<JsClient>, name: &'static str, args: &Array) -> Promise {
    method(client, Part::Objects, name, args)
}

#[inline(never)]
fn method(client: &Rc<JsClient>, part: Part, name: &'static str, args: &Array) -> Promise {
    let options = &args.get(2);
    if has_option(options, "fallback") {
        let arguments = Arguments { model: &args.get(0), input: &args.get(1), options, replaceable: true };
        return fallback::call(client, Method::Later(part, name), arguments);
    }
    function(client, part, name, args)
}

/// Calls a function of the tasks module: with the client's transport, and with the arguments unchanged, in an
/// array of our own.
pub fn endpoint(client: &Rc<JsClient>, name: &str, args: &Array) -> Promise {
    function(client, Part::Tasks, name, args)
}

/// Calls a function of another module.
#[inline(never)]
pub fn function(client: &Rc<JsClient>, part: Part, name: &str, args: &Array) -> Promise {
    args.unshift(&Transport::new(client, false).into());
    call_later(part, name, args)
}
