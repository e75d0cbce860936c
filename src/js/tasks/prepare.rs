//! Encodes inputs of `run` and of the text methods that cannot be sent unchanged: with media, or with members
//! in a form that the model does not accept.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::encode::Draft;
use super::failure::Failure;
use super::task::{destination, route_of};
use super::transport::{Call, Transport};
use crate::catalog::Method;
use crate::js::promise::promise;
use crate::js::value::{Js, spread};
use crate::tasks::parameters;
use crate::tasks::prepare::prepare;
use crate::tasks::request::Form;

/// The content for an input: an `Outgoing`, or `undefined` for the input itself. The call remains the
/// caller's. `is_text`: the method is for language models only. `is_socket`: the input is the query of a
/// WebSocket. Rejects if a parameter is invalid.
#[wasm_bindgen(js_name = prepareInput, skip_typescript)]
pub fn prepare_input(
    transport: &Transport,
    call: Call,
    input: &JsValue,
    is_text: bool,
    is_socket: bool,
) -> Promise {
    match draft(transport, &call, input, is_text, is_socket) {
        Ok(None) => Promise::resolve(&JsValue::UNDEFINED),
        Ok(Some(draft)) => promise(async move {
            let outgoing = draft.finish(&call).await;
            outgoing.map(JsValue::from).map_err(|failure| failure.of_call(&call))
        }),
        Err(failure) => Promise::reject(&failure.of_call(&call)),
    }
}

fn draft(
    transport: &Transport,
    call: &Call,
    input: &JsValue,
    is_text: bool,
    is_socket: bool,
) -> Result<Option<Draft>, Failure> {
    let route = route_of(transport, call);
    let model = call.model();
    let own = Js(input.clone());
    parameters::check(is_text.then_some(Method::GenerateText), &model, &own)?;
    // Other methods have members of their own; a WebSocket gets what there is to answer later.
    if !is_text && !is_socket {
        parameters::check_complete(&model, &own)?;
    }
    let content = prepare(route, &model, &Js(spread(input)))?;
    if content.form == Form::Plain {
        return Ok(None);
    }
    Draft::new(content, destination(transport, route), call.reject_if_busy()).map(Some)
}
