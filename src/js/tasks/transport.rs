//! The client, as the module with the tasks meets it: an object of the core module. All state of a client and of its calls is the core's
//! (`crate::js::transport`); this module encodes, waits and decodes.

use js_sys::{Object, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::js::promise::settled;

pub use crate::js::outgoing::{Outgoing, Planned};

#[wasm_bindgen]
extern "C" {
    /// A client that calls can be made with.
    #[derive(Debug, Clone)]
    pub type Transport;

    /// `"binding"`, `"rest"` or `"proxy"`.
    #[wasm_bindgen(method, getter, structural)]
    pub fn door(this: &Transport) -> String;
    /// Is the caller a web page? Most browsers send no body that is a stream.
    #[wasm_bindgen(method, getter, structural, js_name = isPage)]
    pub fn is_page(this: &Transport) -> bool;
    /// Does the `fetch` of this client take bodies that are streams of a stated length?
    #[wasm_bindgen(method, getter, structural, js_name = takesStreams)]
    pub fn takes_streams(this: &Transport) -> bool;
    /// The binding itself; `undefined` on the other doors.
    #[wasm_bindgen(method, getter, structural)]
    pub fn binding(this: &Transport) -> JsValue;
    /// The address that requests start from, without a slash at its end: `"ai"` for `…/accounts/{id}/ai` or what stands in for it,
    /// `"account"` for `…/accounts/{id}`. Throws where the door has none.
    #[wasm_bindgen(method, structural, catch)]
    pub fn base(this: &Transport, from: &str) -> Result<String, JsValue>;

    /// The account that the client speaks for, where its address, the option or the variable names it.
    #[wasm_bindgen(method, getter, structural, js_name = accountId)]
    pub fn account_id(this: &Transport) -> Option<String>;

    /// Begins a call of a model: reads the options, starts its limits of time. Throws what is wrong with them. `model` may be anything.
    #[wasm_bindgen(method, structural, catch)]
    pub fn call(this: &Transport, model: &JsValue, options: &JsValue) -> Result<Call, JsValue>;
    /// Begins a call of an endpoint that is no run of a model.
    #[wasm_bindgen(method, structural, catch, js_name = callEndpoint)]
    pub fn call_endpoint(this: &Transport, endpoint: &Endpoint, options: &JsValue) -> Result<Call, JsValue>;

    /// A call under way. Whatever throws here throws a `WorkersAIError` that is signed with the call's ids and free of secrets and input;
    /// it is passed on as it is.
    #[derive(Debug, Clone)]
    pub type Call;

    /// The model, checked.
    #[wasm_bindgen(method, getter, structural)]
    pub fn model(this: &Call) -> String;
    /// Aborted when the call ends before its time.
    #[wasm_bindgen(method, getter, structural)]
    pub fn signal(this: &Call) -> AbortSignal;
    /// Does it go through an AI Gateway?
    #[wasm_bindgen(method, getter, structural, js_name = usesGateway)]
    pub fn uses_gateway(this: &Call) -> bool;
    /// The option of this name.
    #[wasm_bindgen(method, getter, structural, js_name = rejectIfBusy)]
    pub fn reject_if_busy(this: &Call) -> bool;
    /// The bound for replies, in bytes; may be infinite.
    #[wasm_bindgen(method, getter, structural, js_name = maxResponseBytes)]
    pub fn max_response_bytes(this: &Call) -> f64;

    /// The bound for one event or message, in bytes; may be infinite.
    #[wasm_bindgen(method, getter, structural, js_name = maxEventBytes)]
    pub fn max_event_bytes(this: &Call) -> f64;
    /// Does sending twice do no more than sending once? True unless it is set. If not, it is sent again only after a 429.
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_idempotent(this: &Call, idempotent: bool);
    /// Sets the limit until the first byte, unless the options have it or a total. Before anything is sent.
    #[wasm_bindgen(method, structural, js_name = limitOpening)]
    pub fn limit_opening(this: &Call, ms: f64);

    #[wasm_bindgen(method, structural, catch, js_name = until)]
    fn begin_until(this: &Call, promise: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = sleep)]
    fn begin_sleep(this: &Call, ms: f64) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = send)]
    fn begin_send(this: &Call, outgoing: &Outgoing) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = planSocket)]
    fn begin_plan_socket(this: &Call, outgoing: &Outgoing) -> Result<JsValue, JsValue>;
    /// That WebSocket is open: tells `onResponse` of a status of 101.
    #[wasm_bindgen(method, structural, js_name = socketOpened)]
    pub fn socket_opened(this: &Call);

    /// The status of the reply; none where a stand-in for the binding gave a value.
    #[wasm_bindgen(method, getter, structural)]
    pub fn status(this: &Call) -> Option<u16>;
    /// What the reply's body is: see [`body_kind`].
    #[wasm_bindgen(method, getter, structural, js_name = bodyKind)]
    pub fn body_kind(this: &Call) -> u32;
    /// A header that is there and not empty.
    #[wasm_bindgen(method, structural)]
    pub fn header(this: &Call, name: &str) -> Option<String>;
    /// The reply as the door gave it, for instance for its `webSocket`.
    #[wasm_bindgen(method, getter, structural)]
    pub fn response(this: &Call) -> JsValue;
    #[wasm_bindgen(method, structural, catch, js_name = answer)]
    fn begin_answer(this: &Call) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = wholeAnswer)]
    fn begin_whole_answer(this: &Call) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = read)]
    fn begin_read(this: &Call) -> Result<JsValue, JsValue>;
    /// What [`Call::answer`] makes of the reply's JSON text, for one who has read it by himself.
    #[wasm_bindgen(method, structural, catch)]
    pub fn open(this: &Call, text: &str) -> Result<JsValue, JsValue>;
    /// What [`Call::answer`] makes of parsed JSON text, the numbers of which are JavaScript's.
    #[wasm_bindgen(method, structural, catch, js_name = openWhole)]
    pub fn open_whole(this: &Call, text: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = stream)]
    fn begin_stream(this: &Call, chunks: bool) -> Result<JsValue, JsValue>;
    /// An `AIStream` of the service's own chunks out of a stream of other bytes that were made of this call's reply. Its limits of time are
    /// those of [`Call::read`]; where the stream of bytes fails with a `WorkersAIError`, that is the failure.
    #[wasm_bindgen(method, structural, catch, js_name = streamOf)]
    pub fn stream_of(this: &Call, body: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = textResult)]
    fn begin_text_result(this: &Call, json: &str) -> Result<JsValue, JsValue>;

    /// No more of the reply is read: its sender is told.
    #[wasm_bindgen(method, structural, catch, js_name = stopReading)]
    pub fn stop_reading(this: &Call) -> Result<(), JsValue>;

    /// Throws away the body of a reply that nobody will read.
    #[wasm_bindgen(method, structural)]
    pub fn discard(this: &Call);

    /// `meta` of a call that is over, or of a connection that is open.
    #[wasm_bindgen(method, structural)]
    pub fn meta(this: &Call) -> Object;
    /// A failure of this call, for instance of an answer that is not what the model gives: the error to throw.
    #[wasm_bindgen(method, structural)]
    pub fn failure(this: &Call, code: &str, message: &str, field: Option<&str>) -> JsValue;
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
    /// What hooks are told: `"models.list"`.
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

/// What takes its time. Each promise of the core's is waited for here, with one kind of future.
impl Call {
    /// Waits for a promise, or for the end of the call. A rejection comes through as it is.
    pub async fn until(&self, promise: &JsValue) -> Result<JsValue, JsValue> {
        settled(&self.begin_until(promise)?).await
    }

    /// Waits so many milliseconds, or for the end of the call.
    pub async fn sleep(&self, ms: f64) -> Result<JsValue, JsValue> {
        settled(&self.begin_sleep(ms)?).await
    }

    /// Sends, again where that may help, until a reply of success has its headers in. After it the getters below have their values.
    pub async fn send(&self, outgoing: &Outgoing) -> Result<JsValue, JsValue> {
        settled(&self.begin_send(outgoing)?).await
    }

    /// The one attempt of a WebSocket over HTTP that this module opens by itself: waits for the limiter's turn, begins the attempt and its
    /// limit of time, gets the token, plans, calls `rewrite`, and tells `onRequest`.
    pub async fn plan_socket(&self, outgoing: &Outgoing) -> Result<Planned, JsValue> {
        settled(&self.begin_plan_socket(outgoing)?).await.map(JsCast::unchecked_into)
    }

    /// All of a JSON reply, parsed, out of its envelope; throws the failure that it tells of.
    pub async fn answer(&self) -> Result<JsValue, JsValue> {
        settled(&self.begin_answer()?).await
    }

    /// The same with the envelope kept: `{ whole, result }`.
    pub async fn whole_answer(&self) -> Result<JsValue, JsValue> {
        settled(&self.begin_whole_answer()?).await
    }

    /// The next bytes of the reply, `undefined` at its end; under the call's limits of time and size. A value of a stand-in comes as its
    /// JSON text. Not to be called again before it has settled.
    pub async fn read(&self) -> Result<JsValue, JsValue> {
        settled(&self.begin_read()?).await
    }

    /// The reply as an `AIStream`, of typed events or of the service's own chunks. It owns the call.
    pub async fn stream(&self, chunks: bool) -> Result<JsValue, JsValue> {
        settled(&self.begin_stream(chunks)?).await
    }

    /// What `generateText` makes of an answer's JSON text, with an empty `meta`. It neither ends the call nor fails it: an answer of a batch is one
    /// of many.
    pub async fn text_result(&self, json: &str) -> Result<JsValue, JsValue> {
        settled(&self.begin_text_result(json)?).await
    }
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
