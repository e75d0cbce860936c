//! `responses.create`: OpenAI's Responses, for the models that speak them.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::super::failure::Failure;
use super::super::promise::{promise, rejected};
use super::super::task::with_members;
use super::super::transport::{Transport, result};
use super::{Sent, begin, json_of, stream_of_bytes};
use crate::error::Error;
use crate::js::value::{Js, member};
use crate::plan::endpoint::RESPONSES;
use crate::text::concat;
use crate::wire::openai::responses;

/// A Response, or a stream of its events.
#[wasm_bindgen(js_name = responses_create, skip_typescript)]
pub fn responses_create(transport: &Transport, request: &JsValue, options: &JsValue) -> Promise {
    let model = member(request, "model").as_string().filter(|_| transport.is_binding());
    if let Some(model) = model.filter(|model| !responses::speaks(model)) {
        let why =
            ["On the binding ", &model, " does not speak OpenAI's Responses: use chat.completions.create."];
        return rejected(Error::invalid("model", &concat(&why)));
    }
    match begin(transport, &RESPONSES, request, options) {
        Ok(begun) => promise(async move {
            let sent = begun.send().await?;
            loop {
                match sent.respond().await {
                    Err(Failure::Theirs(error)) => sent.call.again(&error).await.map(drop)?,
                    outcome => return outcome.map_err(|failure| failure.of_call(&sent.call)),
                }
            }
        }),
        Err(failure) => rejected(failure),
    }
}

impl Sent {
    async fn respond(&self) -> Result<JsValue, Failure> {
        if self.wants_stream() && !self.is_whole() {
            return Ok(self.call.stream(true).await?);
        }
        let answer = result(self.call.answer_once().await?);
        let response = match responses::output_text(&Js(answer.clone()))? {
            Some(text) => with_members(&answer, &[("output_text", &text.into())]).into(),
            None => answer,
        };
        if self.wants_stream() {
            return Ok(stream_of_bytes(&self.call, responses::event_stream(&json_of(&response)?))?);
        }
        Ok(response)
    }
}
