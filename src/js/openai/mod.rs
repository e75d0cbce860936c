//! Exports the HTTP APIs as a module of the wasm: bytes of requests, replies and streams. [`crate::serve`]
//! decides. `pkg-template/openai/` is the only caller.

use js_sys::{Date, Math};
use wasm_bindgen::prelude::*;

use crate::error::{Code, Error};
use crate::serve::Clock;
use crate::serve::exchange::{self, Facts};
use crate::serve::refusal::caught;
use crate::wire::json;
use crate::wire::write::Writer;

/// One request and its reply.
#[wasm_bindgen(skip_typescript)]
pub struct Exchange(exchange::Exchange);

#[wasm_bindgen]
impl Exchange {
    /// `facts` is the JSON text of the request's properties apart from its body, see [`Facts`].
    #[wasm_bindgen(constructor, skip_typescript)]
    pub fn new(facts: &[u8]) -> Self {
        let clock = Clock { now: (Date::now() / 1000.0) as i64, random: Math::random };
        Exchange(exchange::Exchange::new(Facts::read(facts), clock))
    }

    /// Returns the planned call as JSON text, or `{ reply }` with the body of a reply that needs no call.
    #[wasm_bindgen(skip_typescript)]
    pub fn plan(&mut self, body: &[u8]) -> String {
        match self.0.plan(body) {
            Ok(plan) => plan.to_json(),
            Err(body) => Writer::object(|out| out.text("reply", &body)),
        }
    }

    /// The head of the reply as JSON text: `{ status, headers }`.
    #[wasm_bindgen(skip_typescript)]
    pub fn head(&self) -> String {
        self.0.head().to_json()
    }

    /// Adds bytes of an answer; returns true if it is complete.
    #[wasm_bindgen(skip_typescript)]
    pub fn take(&mut self, bytes: &[u8]) -> bool {
        self.0.take(bytes)
    }

    /// Returns the body of the reply to a value, given as JSON text, or to the last of its bytes.
    #[wasm_bindgen(skip_typescript)]
    pub fn answer(&mut self, value: &[u8]) -> Vec<u8> {
        self.0.answer(value).into_bytes()
    }

    /// Returns the body of the reply to an error, given as JSON text.
    #[wasm_bindgen(skip_typescript)]
    pub fn refuse(&mut self, error: &[u8]) -> Vec<u8> {
        self.0.refuse(&error_of(error)).into_bytes()
    }

    /// Converts bytes of a stream.
    #[wasm_bindgen(skip_typescript)]
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.0.feed(bytes)
    }

    /// Ends the stream.
    #[wasm_bindgen(skip_typescript)]
    pub fn finish(&mut self) -> Vec<u8> {
        self.0.finish()
    }

    /// Ends the stream with an error, given as JSON text.
    #[wasm_bindgen(skip_typescript)]
    pub fn fail(&mut self, error: &[u8]) -> Vec<u8> {
        self.0.fail(error_of(error))
    }

    /// True if there will be no more output.
    #[wasm_bindgen(js_name = isOver, skip_typescript)]
    pub fn is_over(&self) -> bool {
        self.0.is_over()
    }
}

fn error_of(text: &[u8]) -> Error {
    json::parse(text).map_or_else(|_| Error::new(Code::Internal, "The server has failed inside."), caught)
}
