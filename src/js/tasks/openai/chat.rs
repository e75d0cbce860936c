//! `chat.completions.create`: OpenAI's chat completions, for models of all dialects.

use js_sys::{Date, JSON, Promise};
use wasm_bindgen::prelude::*;

use super::super::failure::Failure;
use super::super::promise::{promise, rejected};
use super::super::transport::{Transport, body_kind, next_chunk};
use super::converted::converted;
use super::whole::{completed, of_answer};
use super::{Sent, begin, random, stream_of_bytes};
use crate::error::{Code, Error};
use crate::headers::REQUEST_ID;
use crate::js::value::Js;
use crate::plan::endpoint::CHAT_COMPLETIONS;
use crate::quirks;
use crate::value::Value;
use crate::wire::beginning::{Beginning, Detector};
use crate::wire::envelope::Wrapping;
use crate::wire::failure_kind::PAGE;
use crate::wire::openai::stream::Conversion;
use crate::wire::openai::{Converter, Head, Settings, completion};
use crate::wire::window::Window;

/// Returns a promise of a chat completion, or of a stream of its chunks.
#[wasm_bindgen(js_name = chat_create, skip_typescript)]
pub fn chat_create(transport: &Transport, request: &JsValue, options: &JsValue) -> Promise {
    match begin(transport, &CHAT_COMPLETIONS, request, options) {
        Ok(begun) => promise(async move {
            let sent = begun.send().await?;
            loop {
                if sent.is_converted() {
                    return sent.converted();
                }
                match sent.chat().await {
                    Err(Failure::Theirs(error)) => sent.call.again(&error).await.map(drop)?,
                    outcome => return outcome.map_err(|failure| failure.of_call(&sent.call)),
                }
            }
        }),
        Err(failure) => rejected(failure),
    }
}

impl Sent {
    /// True if the reply is a stream. On the binding it is in the model's own dialect; the REST endpoint
    /// sends OpenAI's, but not always correctly.
    pub(super) fn is_converted(&self) -> bool {
        self.wants_stream() && !self.is_whole() && self.call.body_kind() != body_kind::PAGE
    }

    fn converted(self) -> Result<JsValue, JsValue> {
        let conversion = Conversion::new(&self.head(), self.settings(), self.call.max_event_bytes(), random);
        let call = (*self.call).clone();
        call.stream_of(&converted(self.call, conversion)?)
    }

    async fn chat(&self) -> Result<JsValue, Failure> {
        let call = &*self.call;
        if self.wants_stream() {
            return self.made_stream().await;
        }
        let completed = completed(call, self.wrapping(), &self.head(), self.settings()).await?;
        Ok(JSON::parse(&completed)?)
    }

    /// Creates a stream from a reply that is a whole answer by its `content-type`, though not always by its
    /// bytes.
    async fn made_stream(&self) -> Result<JsValue, Failure> {
        let call = &*self.call;
        let settings = self.settings();
        let mut conversion = Conversion::new(&self.head(), settings, call.max_event_bytes(), random);
        let (mut window, mut bytes, mut stream) = (Window::default(), Vec::new(), Vec::new());
        let (mut detector, mut converted) = (Detector::default(), 0);
        while let Some(chunk) = next_chunk(call).await? {
            bytes.extend(chunk.to_vec());
            if !detector.is_final() {
                detector.update(&bytes, false);
            }
            if detector.beginning() == Some(Beginning::Events) {
                stream.extend(conversion.feed(&mut window, bytes.get(converted..).unwrap_or_default()));
                converted = bytes.len();
            }
            if conversion.is_over() {
                let _ = call.drain().await;
                break;
            }
        }
        match Beginning::of(&bytes) {
            Some(Beginning::Events) => {
                // Too much white space at the start leaves the kind undecided until the end.
                stream.extend(conversion.feed(&mut window, bytes.get(converted..).unwrap_or_default()));
                stream.extend(conversion.finish(&mut window));
                Ok(stream_of_bytes(call, stream)?)
            }
            Some(Beginning::Page | Beginning::Markup) => {
                Err(Error::new(Code::MalformedResponse, PAGE).into())
            }
            _ => {
                let completed = of_answer(call, &bytes, self.wrapping(), &self.head(), settings)?;
                Ok(stream_of_bytes(call, completion::event_stream(&completed, settings))?)
            }
        }
    }

    pub(super) fn wrapping(&self) -> Wrapping {
        if self.is_binding { Wrapping::Bare } else { Wrapping::Enveloped }
    }

    fn head(&self) -> Head {
        let created = (Date::now() / 1000.0) as i64;
        Head::new(self.call.header(REQUEST_ID), created, self.call.model(), random)
    }

    fn settings(&self) -> Settings {
        let input = Js(self.input.clone().into());
        let usage = input.get("stream_options").and_then(|options| options.get("include_usage"));
        Settings {
            include_usage: usage.and_then(|wanted| wanted.boolean()) == Some(true),
            reading: quirks::reading(&self.call.model(), &input),
        }
    }
}
