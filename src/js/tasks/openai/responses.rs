//! `responses.create`: OpenAI's Responses, for the models that support them.

use js_sys::{Date, JSON, Object, Promise};
use wasm_bindgen::prelude::*;

use super::super::failure::Failure;
use super::super::promise::{promise, rejected};
use super::super::task::with_members;
use super::super::transport::Transport;
use super::converted::converted;
use super::whole::{arrived, of_call};
use super::{Sent, begin, json_of, random, stream_of_bytes};
use crate::error::Error;
use crate::js::value::{Js, list, member, set};
use crate::plan::endpoint::RESPONSES;
use crate::serve::Clock;
use crate::serve::responses::conversion::{Conversion, Request};
use crate::text::{concat, lossy};
use crate::wire::json;
use crate::wire::openai::gathered::Arrived;
use crate::wire::openai::{Head, Settings, completion, responses};

/// Returns a promise of a Response, or of a stream of its events.
#[wasm_bindgen(js_name = responses_create, skip_typescript)]
pub fn responses_create(transport: &Transport, request: &JsValue, options: &JsValue) -> Promise {
    let model = member(request, "model").as_string().filter(|_| transport.is_binding());
    if let Some(model) = model.filter(|model| !responses::is_supported(model)) {
        let why =
            ["On the binding ", &model, " does not speak OpenAI's Responses: use chat.completions.create."];
        return rejected(Error::invalid("model", &concat(&why)));
    }
    if let Err(error) = responses::check_names(&Js(request.clone())) {
        return rejected(error);
    }
    match begin(transport, &RESPONSES, request, options) {
        Ok(begun) => promise(async move {
            let sent = begun.send().await?;
            if sent.is_converted() {
                return sent.events();
            }
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
    /// The stream of events. Some models answer with chunks of a chat completion, which are converted.
    fn events(self) -> Result<JsValue, JsValue> {
        let conversion = Conversion::new(self.request_of_response()?, self.call.max_event_bytes());
        let call = (*self.call).clone();
        call.stream_of(&converted(self.call, conversion)?)
    }

    /// The members of a request that a Response repeats.
    fn request_of_response(&self) -> Result<Request, JsValue> {
        const REPEATED: [&str; 10] = [
            "instructions",
            "max_output_tokens",
            "metadata",
            "parallel_tool_calls",
            "reasoning",
            "temperature",
            "text",
            "tool_choice",
            "tools",
            "top_p",
        ];
        let request = Object::new();
        for name in REPEATED {
            let value = member(&self.input, name);
            if !value.is_undefined() {
                set(&request, name, &value);
            }
        }
        let clock = Clock { now: (Date::now() / 1000.0) as i64, random };
        Ok(Request::new(&self.call.model(), &json_of(&request)?, clock))
    }

    async fn respond(&self) -> Result<JsValue, Failure> {
        let mut answer = match arrived(&self.call, Settings::default()).await? {
            Arrived::Bytes(bytes) => self.call.open(&lossy(&bytes))?,
            Arrived::Stream(gathered) => {
                let gathered = of_call(&self.call, *gathered)?;
                let head = Head::new(None, 0, self.call.model(), random);
                JSON::parse(&completion::of_stream(&gathered, &head, random))?
            }
        };
        let output = member(&answer, "output");
        // Some providers send text, or a list of strings.
        let is_text = output.is_string() || list(&output).is_some_and(|list| list.get(0).is_string());
        if answer.is_object() && (output.is_undefined() || is_text) {
            let text = json_of(&answer)?;
            let chat = json::parse(text.as_bytes()).map_err(|_| Error::not_json())?;
            answer = JSON::parse(&self.request_of_response()?.whole(chat)?)?;
        }
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
