//! `chat.completions.create`: OpenAI's chat completions, whatever dialect the model speaks.

use js_sys::{Date, JSON, Promise};
use wasm_bindgen::prelude::*;

use super::super::failure::Failure;
use super::super::promise::{promise, rejected};
use super::super::transport::{Transport, body_kind, result};
use super::converted::converted;
use super::{Sent, begin, json_of, random, stream_of_bytes};
use crate::headers::REQUEST_ID;
use crate::js::value::{Js, is_list, member};
use crate::plan::endpoint::CHAT_COMPLETIONS;
use crate::value::Value;
use crate::wire::openai::stream::Conversion;
use crate::wire::openai::{Head, Settings, completion};

/// A chat completion, or a stream of its chunks.
#[wasm_bindgen(js_name = chat_create, skip_typescript)]
pub fn chat_create(transport: &Transport, request: &JsValue, options: &JsValue) -> Promise {
    match begin(transport, &CHAT_COMPLETIONS, request, options) {
        Ok(begun) => promise(async move {
            let sent = begun.send().await?;
            if sent.is_converted() {
                return sent.converted();
            }
            sent.chat().await.map_err(|failure| failure.of_call(&sent.call))
        }),
        Err(failure) => rejected(failure),
    }
}

impl Sent {
    /// Is it a stream in the model's own dialect? The endpoint speaks OpenAI's, and a web page is no answer.
    fn is_converted(&self) -> bool {
        let is_stream = self.wants_stream() && !self.is_whole();
        is_stream && self.is_binding && self.call.body_kind() != body_kind::PAGE
    }

    fn converted(self) -> Result<JsValue, JsValue> {
        let conversion = Conversion::new(&self.head(), self.settings(), self.call.max_event_bytes(), random);
        let call = (*self.call).clone();
        call.stream_of(&converted(self.call, conversion)?)
    }

    async fn chat(&self) -> Result<JsValue, Failure> {
        let call = &*self.call;
        let wants_stream = self.wants_stream();
        if wants_stream && !self.is_whole() {
            return Ok(call.stream(true).await?);
        }
        let answer = result(call.answer().await?);
        if !wants_stream && is_list(&member(&answer, "choices")) {
            return Ok(answer);
        }
        let text = json_of(&answer)?;
        let completed = completion::completion(text.as_bytes(), &self.head(), self.settings(), random)?;
        if wants_stream {
            return Ok(stream_of_bytes(call, completion::event_stream(&completed, self.settings()))?);
        }
        Ok(JSON::parse(&completed)?)
    }

    fn head(&self) -> Head {
        let created = (Date::now() / 1000.0) as i64;
        Head::new(self.call.header(REQUEST_ID), created, self.call.model(), random)
    }

    fn settings(&self) -> Settings {
        let input = Js(self.input.clone().into());
        let most = input.get("max_completion_tokens").or_else(|| input.get("max_tokens"));
        let usage = input.get("stream_options").and_then(|options| options.get("include_usage"));
        Settings {
            include_usage: usage.and_then(|wanted| wanted.boolean()) == Some(true),
            max_tokens: most.and_then(|most| most.number()),
        }
    }
}
