//! `generateObject`: a complete answer as a value of a schema.

use js_sys::{Object, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::input::{Input, conversation};
use super::judge::{add_cost, lines};
use super::transport::Transport;
use crate::js::package::copy_of;
use crate::js::promise::{Settled, promise};
use crate::js::remote::call_wait::CallWait;
use crate::js::value::{member, with};
use crate::tasks::object::request::complaint;

/// See `generateObject` in `src/tasks/object/object.d.ts`. All of the caller's values are read before this
/// returns.
#[wasm_bindgen(js_name = generateObject, skip_typescript)]
pub fn generate_object(
    transport: &Transport,
    model: &JsValue,
    input: &JsValue,
    options: &JsValue,
) -> Promise {
    match begin(transport, model, input, options) {
        Ok((pending, answer)) => promise(pending.run(answer)),
        Err(error) => Promise::reject(&error),
    }
}

fn begin(
    transport: &Transport,
    model: &JsValue,
    input: &JsValue,
    options: &JsValue,
) -> Result<(PendingCall, Settled), JsValue> {
    let mut input = Input::read(model, input, false)?;
    let answer = transport.ask(false, model, &input.rest, &input.more, options);
    if input.repair {
        // The first request has read the input. The repair request uses a copy, so that later changes by the
        // caller have no effect.
        input.rest = copy_of(&input.rest)?.unchecked_into();
    }
    let call_wait = CallWait::of_call(transport, options);
    let (transport, model, options) = (transport.clone(), model.clone(), options.clone());
    Ok((PendingCall { transport, model, options, input, call_wait }, answer))
}

/// A pending call.
struct PendingCall {
    transport: Transport,
    model: JsValue,
    options: JsValue,
    input: Input,
    call_wait: CallWait,
}

impl PendingCall {
    async fn run(self, answer: Settled) -> Result<JsValue, JsValue> {
        let missed = match self.input.judged(answer.await, &self.call_wait).await? {
            Ok(judged) => return Ok(judged.result.into()),
            Err(missed) => missed,
        };
        if !self.input.repair || missed.is_cut {
            return Err(missed.error);
        }
        let next = conversation(&self.input.rest, &missed.text, &complaint(&lines(&missed.issues)));
        let options = with_what_is_left(&self.options, missed.cost.duration());
        let answer = self.transport.ask(false, &self.model, &next, &self.input.more, &options);
        match self.input.judged(answer.await, &self.call_wait).await? {
            Ok(judged) => {
                add_cost(&judged.result, &missed.cost);
                Ok(judged.result.into())
            }
            Err(again) => {
                add_cost(&again.error, &missed.cost);
                Err(again.error)
            }
        }
    }
}

/// Options with the rest of the timeout for the whole call, after this many milliseconds. A timeout in the
/// client's options applies to each request.
fn with_what_is_left(options: &JsValue, spent: f64) -> JsValue {
    // 0 would mean no timeout.
    const LEAST: f64 = 1.0;
    let timeout = member(options, "timeout");
    let total = timeout.as_f64().or_else(|| member(&timeout, "total").as_f64());
    // 0 means no timeout.
    let Some(total) = total.filter(|total| *total > 0.0) else { return options.clone() };
    let limits = if timeout.is_object() { timeout } else { Object::new().into() };
    with(options, "timeout", &with(&limits, "total", &(total - spent).max(LEAST).into()))
}
