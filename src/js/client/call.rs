//! Begins calls with the caller's values.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::JsClient;
use crate::client::{Call, Failure, Target};
use crate::error::Error;
use crate::js::error::{is_ours, to_js, unreadable};
use crate::js::host::{JsHost, subscribe};
use crate::js::model::model_id;
use crate::js::value::{Js, member};
use crate::model::Model;
use crate::options;
use crate::options::read::Caller;

/// A call over `fetch` or the binding.
pub type JsCall = Call<JsHost>;

/// Begins a call of a model: reads the options and starts its timeouts.
pub fn begin(
    client: &Rc<JsClient>,
    model: &JsValue,
    options: &JsValue,
    caller: Caller,
) -> Result<Rc<JsCall>, Failure<JsHost>> {
    let model = parse_model(model)?;
    let read = read_options(client, options, caller)?;
    start(client, read, Target::Run(model), options)
}

/// Validates a model's id.
pub fn parse_model(model: &JsValue) -> Result<Model, Error> {
    Model::parse(&model_id(model)?)
}

/// Validates the options of a call.
pub fn read_options(
    client: &JsClient,
    options: &JsValue,
    caller: Caller,
) -> Result<Rc<options::Call>, Failure<JsHost>> {
    if options.is_undefined() {
        return Ok(Rc::clone(&client.default_call));
    }
    let mut read = options::read::call(Js(options.clone()), &client.config, caller)?;
    if read.websocket && client.host.binding.is_none() {
        let message = "A WebSocket can be opened through the binding only.";
        return Err(Error::invalid("websocket", message).into());
    }
    if read.resume && client.host.binding.is_none() {
        let message = "A stream can be resumed through the binding only: leave out resume, or use env.AI.";
        return Err(Error::config("resume", message).into());
    }
    // Only `run` can return a raw reply or a WebSocket.
    if caller != Caller::Run {
        read.raw_response = false;
        read.websocket = false;
    }
    Ok(Rc::new(read))
}

/// Starts a call, and observes the caller's signal.
pub fn start(
    client: &Rc<JsClient>,
    read: Rc<options::Call>,
    target: Target,
    options: &JsValue,
) -> Result<Rc<JsCall>, Failure<JsHost>> {
    let call = Rc::new(Call::new(client, read, target));
    let signal = member(options, "signal");
    if !signal.is_undefined() && !signal.is_null() {
        subscribe(signal, &call.lifetime).map_err(Failure::Foreign)?;
    }
    Ok(call)
}

/// The rejection for a failure before the call has begun.
pub fn rejection(failure: Failure<JsHost>) -> JsValue {
    match failure {
        Failure::Error(error, cause) => to_js(&error, cause.as_ref()),
        Failure::Foreign(value) if !is_ours(&value) => to_js(&unreadable(false), Some(&value)),
        Failure::Thrown(_, value) | Failure::Foreign(value) => value,
    }
}

/// Ends the call, and returns the rejection for its failure.
pub fn end(call: &JsCall, failure: Failure<JsHost>) -> JsValue {
    call.lifetime.release();
    thrown(call, failure)
}

/// The error of a failed call for the caller.
pub fn thrown(call: &JsCall, failure: Failure<JsHost>) -> JsValue {
    let failure = match failure {
        Failure::Foreign(value) if !is_ours(&value) => {
            Failure::Error(unreadable(call.lifetime.attempts() > 0), Some(value))
        }
        failure => failure,
    };
    match call.lifetime.thrown(failure) {
        Ok(error) | Err(error) => error,
    }
}
