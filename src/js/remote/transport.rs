//! The client as an external type of the lazily loaded modules: an object of the core module. All state of a
//! client and of its calls is the core's (`crate::js::transport`); the other modules encode, wait and decode.

use js_sys::{Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::error::Error;
use crate::js::chunks::join;
use crate::js::error::to_js;
pub use crate::js::outgoing::{Outgoing, Planned};
use crate::js::promise::{Settled, settled};
use crate::js::value::{Js, member};
use crate::options;
use crate::text::lossy;
use crate::wire::beginning::{Beginning, Detector};

#[wasm_bindgen]
extern "C" {
    /// A client that can begin calls.
    #[derive(Debug, Clone)]
    pub type Transport;
    /// `{ door, isPage, takesStreams, binding, accountId, timeout }`; see the methods of these names.
    #[wasm_bindgen(method, structural)]
    fn facts(this: &Transport) -> Object;
    /// Throws if the door has no such base URL: `"ai"` stands for `…/accounts/{id}/ai` or its replacement,
    /// `"account"` for `…/accounts/{id}`.
    #[wasm_bindgen(method, structural, catch, js_name = checkBase)]
    pub fn check_base(this: &Transport, from: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = ask)]
    fn begin_ask(
        this: &Transport,
        streams: bool,
        model: &JsValue,
        input: &JsValue,
        more: &JsValue,
        options: &JsValue,
    ) -> Result<Promise, JsValue>;
    /// See `call`.
    #[wasm_bindgen(method, structural, catch, js_name = call)]
    fn begin_call(this: &Transport, model: &JsValue, options: &JsValue) -> Result<Call, JsValue>;
    /// See `call_endpoint`.
    #[wasm_bindgen(method, structural, catch, js_name = callEndpoint)]
    fn begin_endpoint(this: &Transport, endpoint: &Endpoint, options: &JsValue) -> Result<Call, JsValue>;

    /// A call. All exceptions are `WorkersAIError`s with the call's ids and without secrets and input; they
    /// are passed on unchanged.
    #[derive(Debug, Clone)]
    pub type Call;
    /// `{ model, usesGateway, gateway, rejectIfBusy, maxResponseBytes, maxEventBytes }`; see the methods of these names.
    #[wasm_bindgen(method, structural)]
    fn facts(this: &Call) -> Object;
    /// Aborted when the call is ended.
    #[wasm_bindgen(method, structural)]
    pub fn signal(this: &Call) -> AbortSignal;
    /// True if repeating the request has no further effect, which is the default. If false, it is retried
    /// only after a 429.
    #[wasm_bindgen(method, structural, js_name = setIdempotent)]
    pub fn set_idempotent(this: &Call, idempotent: bool);
    /// Sets the first-byte timeout, unless the options have it or a total. Called before sending.
    #[wasm_bindgen(method, structural, js_name = limitOpening)]
    pub fn limit_opening(this: &Call, ms: f64);

    #[wasm_bindgen(method, structural, catch, js_name = until)]
    fn begin_until(this: &Call, promise: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = send)]
    fn begin_send(this: &Call, outgoing: &Outgoing) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = again)]
    fn begin_again(this: &Call, error: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = planSocket)]
    fn begin_plan_socket(this: &Call, outgoing: &Outgoing) -> Result<Promise, JsValue>;
    /// The WebSocket is open: calls `onResponse` with a status of 101.
    #[wasm_bindgen(method, structural, js_name = socketConnected)]
    pub fn socket_connected(this: &Call);

    /// `{ status, bodyKind, response }` of the reply; see the methods of these names.
    #[wasm_bindgen(method, structural)]
    fn reply(this: &Call) -> Object;
    /// A header that is present and not empty.
    #[wasm_bindgen(method, structural)]
    pub fn header(this: &Call, name: &str) -> Option<String>;
    #[wasm_bindgen(method, structural, catch, js_name = answer)]
    fn begin_answer(this: &Call) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = read)]
    fn begin_read(this: &Call) -> Result<Promise, JsValue>;
    /// Evaluates the reply's JSON text like [`Call::answer`], for a caller that has read it itself.
    #[wasm_bindgen(method, structural, catch)]
    pub fn open(this: &Call, text: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = stream)]
    fn begin_stream(this: &Call, chunks: bool) -> Result<Promise, JsValue>;
    /// An `AIStream` of the service's own chunks, from a stream of bytes that were derived from this call's
    /// reply. Its timeouts are those of [`Call::read`]; a `WorkersAIError` of the byte stream is passed on.
    #[wasm_bindgen(method, structural, catch, js_name = streamOf)]
    pub fn stream_of(this: &Call, body: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = textResult)]
    fn begin_text_result(this: &Call, json: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = drain)]
    fn begin_drain(this: &Call) -> Result<Promise, JsValue>;
    /// Stops reading and cancels the reply.
    #[wasm_bindgen(method, structural, catch, js_name = stop)]
    pub fn stop_reading(this: &Call) -> Result<(), JsValue>;
    /// Discards the body of a reply that will not be read.
    #[wasm_bindgen(method, structural)]
    pub fn discard(this: &Call);

    /// `meta` of a completed call, or of an open connection.
    #[wasm_bindgen(method, structural)]
    pub fn meta(this: &Call) -> Object;
    /// The error of a value that threw when it was read, with the call's ids.
    #[wasm_bindgen(method, structural)]
    pub fn unreadable(this: &Call, cause: &JsValue) -> JsValue;
    #[wasm_bindgen(method, structural, js_name = failure)]
    fn sign_failure(this: &Call, error: &JsValue) -> JsValue;
    /// Adds this call's metadata to a `WorkersAIError` without any, and redacts its message.
    #[wasm_bindgen(method, structural)]
    pub fn sign(this: &Call, error: &JsValue) -> JsValue;
    /// Ends the call: removes its timer and listener. Repeated calls are ignored. Required for every call,
    /// except for one whose stream was returned.
    #[wasm_bindgen(method, structural)]
    pub fn release(this: &Call);
    /// Frees the object. Otherwise it is freed by garbage collection, which not every runtime triggers.
    #[wasm_bindgen(method, structural)]
    pub fn free(this: &Call);
    /// Ends its timeouts but keeps the caller's signal, for a connection that stays open.
    #[wasm_bindgen(method, structural, js_name = releaseTimers)]
    pub fn release_timers(this: &Call);

    /// An endpoint, the argument of `call_endpoint`.
    #[derive(Debug, Clone)]
    #[wasm_bindgen(extends = Object)]
    pub type Endpoint;
    /// The method in hooks: `"models.list"`.
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_name(this: &Endpoint, name: &str);
    /// The HTTP method.
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_method(this: &Endpoint, method: &str);
    /// `"ai"` or `"account"`, as in [`Transport::base`].
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_from(this: &Endpoint, from: &str);
    /// The rest of the URL, encoded, with its query: `"/models/search?page=1"`.
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_path(this: &Endpoint, path: &str);
    /// True if repeating the request has no further effect. If false, it is retried only after a 429.
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_idempotent(this: &Endpoint, idempotent: bool);
    /// True if the request goes through the gateway.
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_gateway(this: &Endpoint, gateway: bool);
    /// The model, which is validated, if the endpoint runs one. Then options of a run apply, and the limiter
    /// too, and hooks receive the model.
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_model(this: &Endpoint, model: &JsValue);
    /// On the binding: `(options, signal) => Promise`, called instead of `run`. Its result has no envelope,
    /// except for a `Response`, which has the REST API's. If absent, the binding's `run` is called with
    /// `model`.
    #[wasm_bindgen(method, setter, structural, js_name = onBinding)]
    pub fn set_on_binding(this: &Endpoint, call: &js_sys::Function);
    /// The name of that function, for messages: `"models"`.
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_member(this: &Endpoint, member: &str);
    /// The error of a 404 that is not about a missing model: its field.
    #[wasm_bindgen(method, setter, structural, js_name = missingField)]
    pub fn set_missing_field(this: &Endpoint, field: &str);
    /// The message of the same error.
    #[wasm_bindgen(method, setter, structural, js_name = missingMessage)]
    pub fn set_missing_message(this: &Endpoint, message: &str);
}

/// See [`options::read::check_readable`].
pub fn check_readable(options: &JsValue) -> Result<(), JsValue> {
    let refused = |error| to_js(&error, None);
    if options.is_undefined() {
        Ok(())
    } else {
        options::read::check_readable(&Js(options.clone())).map_err(refused)
    }
}

/// Rejects unknown options; `own` are those of one method.
fn check_names(options: &JsValue, own: &[&'static str]) -> Result<(), JsValue> {
    options::read::check_names(&Js(options.clone()), own).map_err(|error| to_js(&error, None))
}

impl Transport {
    /// Begins a call of a model: reads the options and starts its timeouts. Throws if an option is invalid.
    /// `model` is validated; `own` are the options of the method only.
    pub fn call(&self, model: &JsValue, options: &JsValue, own: &[&'static str]) -> Result<Call, JsValue> {
        check_names(options, own)?;
        self.begin_call(model, options)
    }

    /// `generateText`, or `streamText` if `streams`: all of the caller's values are read before this returns.
    /// `more` has members that are sent in addition to the input's, or override them, in the model's own form
    /// and unvalidated.
    pub fn ask(
        &self,
        streams: bool,
        model: &JsValue,
        input: &JsValue,
        more: &JsValue,
        options: &JsValue,
    ) -> Settled {
        outcome(self.begin_ask(streams, model, input, more, options))
    }

    /// Begins a call of an endpoint that is no run of a model.
    pub fn call_endpoint(
        &self,
        endpoint: &Endpoint,
        options: &JsValue,
        own: &[&'static str],
    ) -> Result<Call, JsValue> {
        check_names(options, own)?;
        self.begin_endpoint(endpoint, options)
    }

    fn fact(&self, name: &'static str) -> JsValue {
        member(&self.facts(), name)
    }

    /// True if the client calls the binding.
    pub fn is_binding(&self) -> bool {
        self.door() == "binding"
    }

    /// `"binding"`, `"rest"` or `"proxy"`.
    pub fn door(&self) -> String {
        self.fact("door").as_string().unwrap_or_default()
    }

    /// True in a web page. Most browsers do not support streams as request bodies.
    pub fn is_page(&self) -> bool {
        self.fact("isPage").is_truthy()
    }

    /// True if the client's `fetch` supports request bodies that are streams of a known length.
    pub fn takes_streams(&self) -> bool {
        self.fact("takesStreams").is_truthy()
    }

    /// The binding itself; `undefined` on the other doors.
    pub fn binding(&self) -> JsValue {
        self.fact("binding")
    }

    /// The client's timeout of a whole call, in milliseconds.
    pub fn total_timeout(&self) -> Option<f64> {
        self.fact("timeout").as_f64()
    }

    /// The client's account, if its URL, the option or the variable contains it.
    pub fn account_id(&self) -> Option<String> {
        self.fact("accountId").as_string()
    }
}

impl Call {
    fn fact(&self, name: &'static str) -> JsValue {
        member(&self.facts(), name)
    }

    /// The validated model.
    pub fn model(&self) -> String {
        self.fact("model").as_string().unwrap_or_default()
    }

    /// True if it goes through an AI Gateway.
    pub fn uses_gateway(&self) -> bool {
        self.fact("usesGateway").is_truthy()
    }

    /// The id of that gateway.
    pub fn gateway(&self) -> Option<String> {
        self.fact("gateway").as_string()
    }

    /// The option of this name.
    pub fn reject_if_busy(&self) -> bool {
        self.fact("rejectIfBusy").is_truthy()
    }

    /// The size limit of replies, in bytes; may be infinite.
    pub fn max_response_bytes(&self) -> f64 {
        self.fact("maxResponseBytes").as_f64().unwrap_or(f64::INFINITY)
    }

    /// The size limit of an event or message, in bytes; may be infinite.
    pub fn max_event_bytes(&self) -> f64 {
        self.fact("maxEventBytes").as_f64().unwrap_or(f64::INFINITY)
    }

    /// Awaits a promise, or the end of the call. Rejections are passed on unchanged.
    pub fn until(&self, promise: &JsValue) -> Settled {
        outcome(self.begin_until(promise))
    }

    /// Sends the request, with retries, until the head of a successful reply is received. The properties of
    /// the reply are available afterwards.
    pub fn send(&self, outgoing: &Outgoing) -> Settled {
        outcome(self.begin_send(outgoing))
    }

    /// Retries after a pause, if the body of a successful reply has reported a temporary failure. Otherwise
    /// rejects with that failure, or with `error` if the reply has reported none.
    pub fn again(&self, error: &JsValue) -> Settled {
        outcome(self.begin_again(error))
    }

    /// Begins the single attempt of a WebSocket over HTTP that this module opens itself: awaits the limiter,
    /// starts the attempt and its timeout, gets the token, plans, calls `rewrite`, and calls `onRequest`.
    /// Resolves with a [`Planned`].
    pub fn plan_socket(&self, outgoing: &Outgoing) -> Settled {
        outcome(self.begin_plan_socket(outgoing))
    }

    /// The status of the reply; none if a substitute for the binding returned a value.
    pub fn status(&self) -> Option<u16> {
        member(&self.reply(), "status").as_f64().map(|status| status as u16)
    }

    /// The kind of the reply's body: see [`body_kind`].
    pub fn body_kind(&self) -> u32 {
        member(&self.reply(), "bodyKind").as_f64().unwrap_or_default() as u32
    }

    /// The original reply of the door, for instance for its `webSocket`.
    pub fn response(&self) -> JsValue {
        member(&self.reply(), "response")
    }

    /// A complete JSON reply, parsed: `{ whole, result }`, the second without its envelope. Retries if it
    /// reports a failure and the policy permits; otherwise rejects with that failure.
    pub async fn answer(&self) -> Result<JsValue, JsValue> {
        loop {
            match self.answer_once().await {
                Err(error) => self.again(&error).await.map(drop)?,
                answer => return answer,
            }
        }
    }

    /// The same without retries, for a caller that retries with [`Call::again`].
    pub fn answer_once(&self) -> Settled {
        outcome(self.begin_answer())
    }

    /// The next bytes of the reply, `undefined` at its end; under the call's timeouts and size limit. A value
    /// of a substitute is read as its JSON text. Must not be called again before it has settled.
    pub fn read(&self) -> Settled {
        outcome(self.begin_read())
    }

    /// Reads the rest of a reply in the background once the answer is complete, so that its connection can be
    /// reused. Resolves when that is done, or soon in any case; the reply must not be read afterwards.
    pub fn drain(&self) -> Settled {
        outcome(self.begin_drain())
    }

    /// The reply as an `AIStream`, of typed events or of the service's own chunks. The stream owns the call.
    pub fn stream(&self, chunks: bool) -> Settled {
        outcome(self.begin_stream(chunks))
    }

    /// The result of `generateText` for an answer's JSON text, with an empty `meta`. Neither ends nor fails
    /// the call: an answer of a batch is one of many.
    pub fn text_result(&self, json: &str) -> Settled {
        outcome(self.begin_text_result(json))
    }

    /// The error of a failure of this call, for instance of an answer that the model should not give.
    pub fn failure(&self, error: &Error) -> JsValue {
        self.sign_failure(&to_js(error, None))
    }
}

/// The contents of an answer's envelope.
pub fn result(answer: JsValue) -> JsValue {
    member(&answer, "result")
}

/// Converts an exception to a rejection.
#[inline(never)]
fn outcome(begun: Result<Promise, JsValue>) -> Settled {
    settled(&begun.unwrap_or_else(|error| Promise::reject(&error)))
}

/// Values of [`Call::body_kind`].
pub mod body_kind {
    /// JSON, or a complete value of a substitute.
    pub const JSON: u32 = 0;
    /// Server-sent events, or a stream of a substitute.
    pub const EVENTS: u32 = 1;
    /// A web page.
    pub const PAGE: u32 = 2;
    /// Anything else: bytes.
    pub const OTHER: u32 = 3;
}

/// The next chunk of a call's reply.
pub async fn next_chunk(call: &Call) -> Result<Option<Uint8Array>, JsValue> {
    let chunk = call.read().await?;
    Ok((!chunk.is_undefined()).then(|| chunk.into()))
}

/// A reply whose first chunks have been read, to determine what it is.
pub struct Begun<'a> {
    call: &'a Call,
    first: std::vec::IntoIter<Uint8Array>,
    /// What it is; none if it is empty.
    pub beginning: Option<Beginning>,
}

impl<'a> Begun<'a> {
    /// Reads the first chunks.
    pub async fn read(call: &'a Call) -> Result<Self, JsValue> {
        let (mut first, mut seen, mut detector) = (Vec::new(), Vec::new(), Detector::default());
        let beginning = loop {
            let Some(chunk) = next_chunk(call).await? else {
                break if seen.is_empty() { None } else { detector.update(&seen, true) };
            };
            seen.extend(chunk.to_vec());
            first.push(chunk);
            let beginning = detector.update(&seen, false);
            if detector.is_final() {
                break beginning;
            }
        };
        Ok(Self { call, first: first.into_iter(), beginning })
    }

    /// True if it may be JSON. Long white space at the beginning does not decide.
    pub fn may_be_json(&self) -> bool {
        let mut bytes = self.first.as_slice().iter().flat_map(Uint8Array::to_vec);
        let first = bytes.find(|byte| !byte.is_ascii_whitespace());
        self.beginning == Some(Beginning::Json) || matches!(first, None | Some(b'{' | b'['))
    }

    /// The next chunk, from the first one on.
    pub async fn next(&mut self) -> Result<Option<Uint8Array>, JsValue> {
        match self.first.next() {
            Some(chunk) => Ok(Some(chunk)),
            None => next_chunk(self.call).await,
        }
    }

    /// The failure of a reply that is not the expected JSON.
    pub async fn no_answer(mut self) -> JsValue {
        let mut chunks = Vec::new();
        loop {
            match self.next().await {
                Ok(Some(chunk)) => chunks.push(chunk),
                Ok(None) => break,
                Err(error) => return error,
            }
        }
        let outcome = self.call.open(&lossy(&join(chunks).to_vec()));
        outcome.err().unwrap_or_else(|| self.call.sign(&to_js(&Error::not_json(), None)))
    }
}
