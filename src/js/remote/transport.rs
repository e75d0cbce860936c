//! The client, as a module that is loaded later meets it: an object of the core module. All state of a client and of its calls is the core's
//! (`crate::js::transport`); the other modules encode, wait and decode.

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
use crate::wire::beginning::Beginning;

#[wasm_bindgen]
extern "C" {
    /// A client that calls can be made with.
    #[derive(Debug, Clone)]
    pub type Transport;
    /// `{ door, isPage, takesStreams, binding, accountId, timeout }`; see the methods of these names.
    #[wasm_bindgen(method, structural)]
    fn facts(this: &Transport) -> Object;
    /// Throws where the door has no address that requests could start from: `"ai"` stands for `…/accounts/{id}/ai` or what stands in for
    /// it, `"account"` for `…/accounts/{id}`.
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

    /// A call under way. Whatever throws here throws a `WorkersAIError` that is signed with the call's ids and free of secrets and input;
    /// it is passed on as it is.
    #[derive(Debug, Clone)]
    pub type Call;
    /// `{ model, usesGateway, gateway, rejectIfBusy, maxResponseBytes, maxEventBytes }`; see the methods of these names.
    #[wasm_bindgen(method, structural)]
    fn facts(this: &Call) -> Object;
    /// Aborted when the call ends before its time.
    #[wasm_bindgen(method, structural)]
    pub fn signal(this: &Call) -> AbortSignal;
    /// Does sending twice do no more than sending once? True unless it is set. If not, it is sent again only after a 429.
    #[wasm_bindgen(method, structural, js_name = setIdempotent)]
    pub fn set_idempotent(this: &Call, idempotent: bool);
    /// Sets the limit until the first byte, unless the options have it or a total. Before anything is sent.
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
    /// That WebSocket is open: tells `onResponse` of a status of 101.
    #[wasm_bindgen(method, structural, js_name = socketConnected)]
    pub fn socket_connected(this: &Call);

    /// `{ status, bodyKind, response }` of the reply; see the methods of these names.
    #[wasm_bindgen(method, structural)]
    fn reply(this: &Call) -> Object;
    /// A header that is there and not empty.
    #[wasm_bindgen(method, structural)]
    pub fn header(this: &Call, name: &str) -> Option<String>;
    #[wasm_bindgen(method, structural, catch, js_name = answer)]
    fn begin_answer(this: &Call) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = read)]
    fn begin_read(this: &Call) -> Result<Promise, JsValue>;
    /// What [`Call::answer`] makes of the reply's JSON text, for one who has read it by himself.
    #[wasm_bindgen(method, structural, catch)]
    pub fn open(this: &Call, text: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = stream)]
    fn begin_stream(this: &Call, chunks: bool) -> Result<Promise, JsValue>;
    /// An `AIStream` of the service's own chunks out of a stream of other bytes that were made of this call's reply. Its limits of time are
    /// those of [`Call::read`]; where the stream of bytes fails with a `WorkersAIError`, that is the failure.
    #[wasm_bindgen(method, structural, catch, js_name = streamOf)]
    pub fn stream_of(this: &Call, body: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = textResult)]
    fn begin_text_result(this: &Call, json: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = drain)]
    fn begin_drain(this: &Call) -> Result<Promise, JsValue>;
    /// No more of the reply is read: its sender is notified.
    #[wasm_bindgen(method, structural, catch, js_name = stop)]
    pub fn stop_reading(this: &Call) -> Result<(), JsValue>;
    /// Throws away the body of a reply that nobody will read.
    #[wasm_bindgen(method, structural)]
    pub fn discard(this: &Call);

    /// `meta` of a call that is over, or of a connection that is open.
    #[wasm_bindgen(method, structural)]
    pub fn meta(this: &Call) -> Object;
    /// The error of a value that threw when it was looked at, signed.
    #[wasm_bindgen(method, structural)]
    pub fn unreadable(this: &Call, cause: &JsValue) -> JsValue;
    #[wasm_bindgen(method, structural, js_name = failure)]
    fn sign_failure(this: &Call, error: &JsValue) -> JsValue;
    /// The same of a `WorkersAIError` that has not come out of a call: with what is known of this one, and with nothing in its message
    /// that is secret or that repeats the input.
    #[wasm_bindgen(method, structural)]
    pub fn sign(this: &Call, error: &JsValue) -> JsValue;
    /// The call is over: no timer and no listener of it is left. More than once is harmless. Every call ends with it, but for one whose
    /// stream was given away.
    #[wasm_bindgen(method, structural)]
    pub fn release(this: &Call);
    /// The object itself is not needed any more. Without it a call waits for the collector of garbage, which not every runtime asks.
    #[wasm_bindgen(method, structural)]
    pub fn free(this: &Call);
    /// Its limits of time are over, the caller's signal still counts: for a connection that stays open.
    #[wasm_bindgen(method, structural, js_name = releaseTimers)]
    pub fn release_timers(this: &Call);

    /// An endpoint, as `call_endpoint` reads it.
    #[derive(Debug, Clone)]
    #[wasm_bindgen(extends = Object)]
    pub type Endpoint;
    /// The method in hooks: `"models.list"`.
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_name(this: &Endpoint, name: &str);
    /// The method of the request.
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_method(this: &Endpoint, method: &str);
    /// `"ai"` or `"account"`, as in [`Transport::base`].
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_from(this: &Endpoint, from: &str);
    /// Below that, encoded, with its query: `"/models/search?page=1"`.
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_path(this: &Endpoint, path: &str);
    /// Does asking twice do no more than asking once? If not, it is asked again only after a 429.
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_idempotent(this: &Endpoint, idempotent: bool);
    /// Does the request go through the gateway?
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_gateway(this: &Endpoint, gateway: bool);
    /// Is it another way to run this model, which may be anything and is checked? Then options that speak of a run count, the limiter too,
    /// and hooks name the model.
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_model(this: &Endpoint, model: &JsValue);
    /// On the binding: `(options, signal) => Promise`, in the place of `run`. What it gives is never in an envelope, but for a `Response`,
    /// which is one of the REST API's. Absent: the binding's `run` is called for `model`.
    #[wasm_bindgen(method, setter, structural, js_name = onBinding)]
    pub fn set_on_binding(this: &Endpoint, call: &js_sys::Function);
    /// The name of that function, for messages: `"models"`.
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_member(this: &Endpoint, member: &str);
    /// What a 404 means, where it is no missing model: the error's field and message.
    #[wasm_bindgen(method, setter, structural, js_name = missingField)]
    pub fn set_missing_field(this: &Endpoint, field: &str);
    /// The message of the same.
    #[wasm_bindgen(method, setter, structural, js_name = missingMessage)]
    pub fn set_missing_message(this: &Endpoint, message: &str);
}

/// Refuses options that no call has; `own` are those of one method.
fn check_names(options: &JsValue, own: &[&'static str]) -> Result<(), JsValue> {
    options::read::check_names(&Js(options.clone()), own).map_err(|error| to_js(&error, None))
}

impl Transport {
    /// Begins a call of a model: reads the options, starts its limits of time. Throws what is wrong with them. `model` may be anything; `own` are
    /// the options of the method alone.
    pub fn call(&self, model: &JsValue, options: &JsValue, own: &[&'static str]) -> Result<Call, JsValue> {
        check_names(options, own)?;
        self.begin_call(model, options)
    }

    /// `generateText`, or `streamText` where it `streams`: all that is the caller's is read before this returns. `more` has members that are sent
    /// in addition to the input's, or in their place, in the model's own form: nobody checks them.
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

    /// Does the client call the binding?
    pub fn is_binding(&self) -> bool {
        self.door() == "binding"
    }

    /// `"binding"`, `"rest"` or `"proxy"`.
    pub fn door(&self) -> String {
        self.fact("door").as_string().unwrap_or_default()
    }

    /// Is the caller a web page? Most browsers send no body that is a stream.
    pub fn is_page(&self) -> bool {
        self.fact("isPage").is_truthy()
    }

    /// Does the `fetch` of this client take bodies that are streams of a stated length?
    pub fn takes_streams(&self) -> bool {
        self.fact("takesStreams").is_truthy()
    }

    /// The binding itself; `undefined` on the other doors.
    pub fn binding(&self) -> JsValue {
        self.fact("binding")
    }

    /// The client's limit for all of a call, in milliseconds.
    pub fn total_timeout(&self) -> Option<f64> {
        self.fact("timeout").as_f64()
    }

    /// The account that the client speaks for, where its address, the option or the variable names it.
    pub fn account_id(&self) -> Option<String> {
        self.fact("accountId").as_string()
    }
}

impl Call {
    fn fact(&self, name: &'static str) -> JsValue {
        member(&self.facts(), name)
    }

    /// The model, checked.
    pub fn model(&self) -> String {
        self.fact("model").as_string().unwrap_or_default()
    }

    /// Does it go through an AI Gateway?
    pub fn uses_gateway(&self) -> bool {
        self.fact("usesGateway").is_truthy()
    }

    /// The gateway that it goes through.
    pub fn gateway(&self) -> Option<String> {
        self.fact("gateway").as_string()
    }

    /// The option of this name.
    pub fn reject_if_busy(&self) -> bool {
        self.fact("rejectIfBusy").is_truthy()
    }

    /// The bound for replies, in bytes; may be infinite.
    pub fn max_response_bytes(&self) -> f64 {
        self.fact("maxResponseBytes").as_f64().unwrap_or(f64::INFINITY)
    }

    /// The bound for one event or message, in bytes; may be infinite.
    pub fn max_event_bytes(&self) -> f64 {
        self.fact("maxEventBytes").as_f64().unwrap_or(f64::INFINITY)
    }

    /// Waits for a promise, or for the end of the call. A rejection comes through as it is.
    pub fn until(&self, promise: &JsValue) -> Settled {
        outcome(self.begin_until(promise))
    }

    /// Sends, again where that may help, until a reply of success has its headers in. After it what is said of the reply counts.
    pub fn send(&self, outgoing: &Outgoing) -> Settled {
        outcome(self.begin_send(outgoing))
    }

    /// Sends again after a pause, where the body of a reply of success has reported a failure that may pass. Else it rejects: with that failure,
    /// or with `error` where the reply has reported none.
    pub fn again(&self, error: &JsValue) -> Settled {
        outcome(self.begin_again(error))
    }

    /// The one attempt of a WebSocket over HTTP that this module opens by itself: waits for the limiter's turn, begins the attempt and its
    /// limit of time, gets the token, plans, calls `rewrite`, and tells `onRequest`. Gives a [`Planned`].
    pub fn plan_socket(&self, outgoing: &Outgoing) -> Settled {
        outcome(self.begin_plan_socket(outgoing))
    }

    /// The status of the reply; none where a stand-in for the binding gave a value.
    pub fn status(&self) -> Option<u16> {
        member(&self.reply(), "status").as_f64().map(|status| status as u16)
    }

    /// What the reply's body is: see [`body_kind`].
    pub fn body_kind(&self) -> u32 {
        member(&self.reply(), "bodyKind").as_f64().unwrap_or_default() as u32
    }

    /// The reply as the door gave it, for instance for its `webSocket`.
    pub fn response(&self) -> JsValue {
        member(&self.reply(), "response")
    }

    /// All of a JSON reply, parsed: `{ whole, result }`, the second out of its envelope. Fails with the failure that it tells of; sends again
    /// before, where that may help.
    pub async fn answer(&self) -> Result<JsValue, JsValue> {
        loop {
            match self.answer_once().await {
                Err(error) => self.again(&error).await.map(drop)?,
                answer => return answer,
            }
        }
    }

    /// The same, for one who sends again by itself: with [`Call::again`].
    pub fn answer_once(&self) -> Settled {
        outcome(self.begin_answer())
    }

    /// The next bytes of the reply, `undefined` at its end; under the call's limits of time and size. A value of a stand-in comes as its
    /// JSON text. Not to be called again before it has settled.
    pub fn read(&self) -> Settled {
        outcome(self.begin_read())
    }

    /// The answer is all here: what is left of the reply is read in the background, so that its connection can be used again. Settles when that is so, or
    /// soon in any case; nothing reads the reply after that.
    pub fn drain(&self) -> Settled {
        outcome(self.begin_drain())
    }

    /// The reply as an `AIStream`, of typed events or of the service's own chunks. It owns the call.
    pub fn stream(&self, chunks: bool) -> Settled {
        outcome(self.begin_stream(chunks))
    }

    /// What `generateText` makes of an answer's JSON text, with an empty `meta`. It neither ends the call nor fails it: an answer of a batch
    /// is one of many.
    pub fn text_result(&self, json: &str) -> Settled {
        outcome(self.begin_text_result(json))
    }

    /// A failure of this call, for instance of an answer that is not what the model gives: the error to throw.
    pub fn failure(&self, error: &Error) -> JsValue {
        self.sign_failure(&to_js(error, None))
    }
}

/// What is in the envelope of an answer.
pub fn result(answer: JsValue) -> JsValue {
    member(&answer, "result")
}

/// What throws rejects: there is one way to fail.
#[inline(never)]
fn outcome(begun: Result<Promise, JsValue>) -> Settled {
    settled(&begun.unwrap_or_else(|error| Promise::reject(&error)))
}

/// Values of [`Call::body_kind`].
pub mod body_kind {
    /// JSON, or a finished value of a stand-in.
    pub const JSON: u32 = 0;
    /// Server-sent events, or a bare stream of a stand-in.
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

/// A call's reply of which the first chunks were read: they show what it is.
pub struct Begun<'a> {
    call: &'a Call,
    first: std::vec::IntoIter<Uint8Array>,
    /// What it is; none where it is empty.
    pub beginning: Option<Beginning>,
}

impl<'a> Begun<'a> {
    /// Reads so far.
    pub async fn read(call: &'a Call) -> Result<Self, JsValue> {
        let (mut first, mut seen) = (Vec::new(), Vec::new());
        let beginning = loop {
            let Some(chunk) = next_chunk(call).await? else {
                break if seen.is_empty() { None } else { Beginning::decided(&seen, true) };
            };
            seen.extend(chunk.to_vec());
            first.push(chunk);
            if let Some(beginning) = Beginning::decided(&seen, false) {
                break Some(beginning);
            }
        };
        Ok(Self { call, first: first.into_iter(), beginning })
    }

    /// Can it be JSON? Much white space before it decides nothing.
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

    /// The failure that it is where an answer was to come: it is no JSON.
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
