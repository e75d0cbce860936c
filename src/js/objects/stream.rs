//! `streamObject`: a value that is parsed while its answer is received.

use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use js_sys::{Array, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::host::object_stream;
use super::input::Input;
use super::transport::Transport;
use crate::js::promise::{promise, settled};
use crate::js::remote::call_wait::CallWait;
use crate::js::value::{member, set};

/// See `streamObject` in `src/tasks/object/object.d.ts`. All of the caller's values are read before this
/// returns.
#[wasm_bindgen(js_name = streamObject, skip_typescript)]
pub fn stream_object(transport: &Transport, model: &JsValue, input: &JsValue, options: &JsValue) -> Promise {
    let input = match Input::read(model, input, true) {
        Ok(input) => input,
        Err(error) => return Promise::reject(&error),
    };
    let call_wait = CallWait::of_call(transport, options);
    let stream = transport.ask(true, model, &input.rest, &input.more, options);
    promise(async move {
        let stream = stream.await?;
        set(member(&stream, "meta").unchecked_ref(), "objectMode", &input.mode.name().into());
        let expected = input.expected();
        let (root, is_wrapped, is_tool) = (expected.root, expected.is_wrapped, expected.tool.is_some());
        let judge = ObjectJudge(Rc::new((input, call_wait))).into();
        // If wrapped, only an object may be at the root.
        let (array, scalar) = (root.array && !is_wrapped, root.scalar && !is_wrapped);
        Ok(object_stream(&stream, &judge, array, scalar, is_wrapped, is_tool))
    })
}

/// Validates the complete answer of a stream.
#[wasm_bindgen(skip_typescript)]
pub struct ObjectJudge(Rc<(Input, CallWait)>);

#[wasm_bindgen]
impl ObjectJudge {
    /// Validates the result of a stream: a promise of `[result, value, isFirst]`, with the value from the
    /// model, and whether it is the first one in the answer. Rejects with `NO_OBJECT`, or with the result of
    /// `stopped` if the stream is ended before the validation.
    pub fn complete(&self, result: JsValue, stopped: &Promise) -> Promise {
        let own = Rc::clone(&self.0);
        let stopped = settled(stopped);
        promise(async move {
            let (input, call_wait) = &*own;
            let (mut judged, mut stopped) = (pin!(input.judged(Ok(result), call_wait)), pin!(stopped));
            let outcome = poll_fn(|context| match judged.as_mut().poll(context) {
                Poll::Ready(outcome) => Poll::Ready(outcome),
                Poll::Pending => stopped.as_mut().poll(context).map(|why| Err(why.unwrap_or_else(|why| why))),
            });
            match outcome.await? {
                Ok(judged) => Ok(Array::of3(&judged.result, &judged.value, &judged.is_first.into()).into()),
                Err(missed) => Err(missed.error),
            }
        })
    }

    /// The error of a failed stream: unchanged, or `NO_OBJECT` if that is its meaning.
    pub fn failed(&self, error: JsValue) -> JsValue {
        self.0.0.missed_by(error).map_or_else(|error| error, |missed| missed.error)
    }
}
