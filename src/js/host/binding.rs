//! The binding of a Worker: any object with a function `run`.
//!
//! The binding is always called with the option for its raw response, so that content types and the ids in
//! headers are available, and concurrent calls cannot be mixed up. The fields in which the binding stores its
//! last call are never read. A substitute may ignore the option and return an object or a stream, which is
//! accepted as a reply.

use js_sys::{Function, JSON, Object};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::content::JsContent;
use super::reply::JsReply;
use super::{Canceller, JsHost, Pending, own};
use crate::client::Failure;
use crate::error::Error;
use crate::js::package::check_references;
use crate::js::value::member;
use crate::plan::binding::BindingOptions;
use crate::wire::write::Writer;

#[wasm_bindgen]
extern "C" {
    /// `env.AI`, or a substitute with its methods.
    #[derive(Clone)]
    #[wasm_bindgen(js_name = Ai)]
    pub type AiBinding;
    #[wasm_bindgen(method, structural, catch)]
    fn run(this: &AiBinding, model: &str, inputs: &JsValue, options: &RunOptions)
    -> Result<JsValue, JsValue>;

    /// The binding's own options.
    #[wasm_bindgen(extends = Object)]
    type RunOptions;
    #[wasm_bindgen(method, setter, structural, js_name = returnRawResponse)]
    fn set_return_raw_response(this: &RunOptions, raw: bool);
    #[wasm_bindgen(method, setter, structural)]
    fn set_signal(this: &RunOptions, signal: &AbortSignal);
}

/// Runs a model.
pub async fn run(
    host: &JsHost,
    model: &str,
    options: &BindingOptions<'_>,
    content: &JsContent,
    canceller: &Canceller,
) -> Result<JsReply, Failure<JsHost>> {
    let options = to_js(options).map_err(Failure::Foreign)?;
    if let Some(others) = content.others() {
        Object::assign(&options, &others);
    }
    options.set_return_raw_response(true);
    if let Some(signal) = canceller.signal() {
        options.set_signal(&signal);
    }
    let inputs = content.inputs().map_err(Failure::Foreign)?;
    let pending = match &host.binding {
        Some(binding) => binding.run(model, &inputs, &options).map_err(Failure::Foreign)?,
        None => return Err(Error::config("binding", "There is no binding.").into()),
    };
    reply(pending).await
}

/// Calls another function of the binding, which the content specifies.
pub async fn call_member(
    options: &BindingOptions<'_>,
    content: &JsContent,
    canceller: &Canceller,
) -> Result<JsReply, Failure<JsHost>> {
    let options = to_js(options).map_err(Failure::Foreign)?;
    let signal = canceller.signal().map_or(JsValue::UNDEFINED, JsValue::from);
    let Some(function): Option<&Function> = content.on_binding.as_ref() else {
        return Err(Error::config("binding", "The binding has no function for this.").into());
    };
    let pending = function.call2(&JsValue::UNDEFINED, &options, &signal).map_err(own)?;
    sound(Pending::new(pending).reply().await.map_err(own)?)
}

async fn reply(pending: JsValue) -> Result<JsReply, Failure<JsHost>> {
    sound(Pending::new(pending).reply().await.map_err(Failure::Foreign)?)
}

/// Wraps a reply, which may be any value without a cycle or unbounded expansion.
fn sound(reply: JsValue) -> Result<JsReply, Failure<JsHost>> {
    match check_references(&reply, "reply") {
        Err(refusal) if member(&refusal, "field").as_string().as_deref() == Some("reply") => {
            Err(Failure::malformed(
                "The binding's reply holds itself, is nested too deeply, or repeats itself without end.",
            ))
        }
        // A value that throws when it is read is reported by the code that reads it.
        _ => Ok(JsReply::new(reply)),
    }
}

fn to_js(options: &BindingOptions<'_>) -> Result<RunOptions, JsValue> {
    if options.is_empty() {
        return Ok(Object::new().unchecked_into());
    }
    Ok(JSON::parse(&Writer::object(|out| options.write(out)))?.unchecked_into())
}
