//! The exported class. Its methods take what they need out of the client and return a promise made from an owned
//! future, so that freeing or disposing of the client never disturbs a call.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::call::Job;
use super::convert::get;
use super::error::{Failure, to_js};
use super::options::{self, Parts};
use super::{run, text};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("../client.d.ts");

/// The client for Workers AI.
#[wasm_bindgen(skip_typescript)]
pub struct WorkersAI {
    inner: Rc<Parts>,
}

#[wasm_bindgen]
impl WorkersAI {
    /// Checks the options. Sends nothing.
    #[wasm_bindgen(constructor, skip_typescript)]
    pub fn new(options: JsValue) -> Result<WorkersAI, JsValue> {
        let inner = options::client(&options).map_err(|error| to_js(error, None))?;
        Ok(Self { inner: Rc::new(inner) })
    }

    /// Runs a model.
    #[wasm_bindgen(skip_typescript)]
    pub fn run(&self, model: JsValue, input: JsValue, options: JsValue) -> Promise {
        let stream = get(&input, "stream").as_bool() == Some(true);
        start(Job::begin(&self.inner, &model, &input, &options), |job| run::run(job, stream))
    }

    /// Asks a language model for a whole answer.
    #[wasm_bindgen(js_name = generateText, skip_typescript)]
    pub fn generate_text(&self, model: JsValue, input: JsValue, options: JsValue) -> Promise {
        start(self.text(&model, &input, &options, false), text::generate)
    }

    /// Asks a language model for an answer piece by piece.
    #[wasm_bindgen(js_name = streamText, skip_typescript)]
    pub fn stream_text(&self, model: JsValue, input: JsValue, options: JsValue) -> Promise {
        start(self.text(&model, &input, &options, true), |job| async move {
            let reply = job.send().await?;
            run::open_stream(&job, &reply, false).await
        })
    }
}

impl WorkersAI {
    fn text(
        &self,
        model: &JsValue,
        input: &JsValue,
        options: &JsValue,
        stream: bool,
    ) -> Result<Job, Failure> {
        let inputs = text::inputs(input, stream)?;
        let mut job = Job::begin(&self.inner, model, &inputs, options)?;
        // These ask for another kind of result, which only `run` gives.
        job.call.raw_response = false;
        job.call.websocket = false;
        Ok(job)
    }
}

/// A promise of the rest, or a rejected one.
fn start<F>(job: Result<Job, Failure>, rest: impl FnOnce(Job) -> F) -> Promise
where
    F: Future<Output = Result<JsValue, JsValue>> + 'static,
{
    match job {
        // Boxed, so that the machinery around a future exists once.
        Ok(job) => future_to_promise(Box::pin(rest(job)) as Pin<Box<dyn Future<Output = _>>>),
        Err(failure) => Promise::reject(&failure.into_js(&[])),
    }
}
