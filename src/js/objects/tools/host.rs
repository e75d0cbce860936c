//! Imports from this package's JavaScript, for a run of tools.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "./objects/tools.js")]
extern "C" {
    /// Abort and timeout of a run: by the caller's signal, by the timeout, or by leaving its stream.
    #[derive(Debug, Clone)]
    pub type RunEnd;
    /// `ms` of 0 is no timeout.
    #[wasm_bindgen(constructor, catch)]
    pub fn new(signal: &JsValue, ms: f64) -> Result<RunEnd, JsValue>;
    /// Aborted at that time; its reason is the error.
    #[wasm_bindgen(method, getter)]
    pub fn signal(this: &RunEnd) -> JsValue;
    /// The error; `undefined` while the run continues.
    #[wasm_bindgen(method, getter)]
    pub fn error(this: &RunEnd) -> JsValue;
    /// A promise of that error.
    #[wasm_bindgen(method, getter)]
    pub fn ended(this: &RunEnd) -> Promise;
    /// Milliseconds until the timeout; 0 without one.
    #[wasm_bindgen(method)]
    pub fn left(this: &RunEnd) -> f64;
    /// Removes the timer and the listener.
    #[wasm_bindgen(method)]
    pub fn release(this: &RunEnd);

    /// Passes the events of a run to their reader.
    #[derive(Debug, Clone)]
    pub type Relay;
    /// For a run with this end.
    #[wasm_bindgen(constructor)]
    pub fn new(end: &RunEnd) -> Relay;
    /// A promise of the public stream: resolves once the first answer has begun.
    #[wasm_bindgen(method)]
    pub fn ready(this: &Relay) -> Promise;
    /// Forwards the events of an `AIStream`. Text that may be a tool call is withheld. Returns a promise of
    /// the stream's result.
    #[wasm_bindgen(method)]
    pub fn pipe(this: &Relay, stream: &JsValue) -> Promise;
    /// Emits the withheld text, or drops it because it was a call.
    #[wasm_bindgen(method)]
    pub fn held(this: &Relay, passes: bool);
    /// Emits an event.
    #[wasm_bindgen(method)]
    pub fn push(this: &Relay, event: &JsValue);
    /// Ends the stream.
    #[wasm_bindgen(method)]
    pub fn end(this: &Relay, result: &JsValue);
    /// Ends the stream with an error.
    #[wasm_bindgen(method)]
    pub fn fail(this: &Relay, error: &JsValue);

    /// Calls a function of the caller, synchronously: a promise of its result. For an async iterable the
    /// result is its last value.
    #[wasm_bindgen(js_name = callHandler)]
    pub fn call_handler(function: &Function, this: &JsValue, arguments: &Array) -> Promise;
    /// The error of a call that was not executed.
    #[wasm_bindgen(js_name = notRun)]
    pub fn not_run(words: &str) -> JsValue;
    /// The message of a thrown value, for the model.
    #[wasm_bindgen(js_name = wordsOf)]
    pub fn words_of(thrown: &JsValue) -> String;
    /// The JSON text of any value; `undefined` if it has none.
    #[wasm_bindgen(js_name = jsonOf)]
    pub fn json_of(value: &JsValue) -> Option<String>;
    /// Sets `partial` of an error, not enumerable like the other private members.
    #[wasm_bindgen(js_name = withPartial)]
    pub fn with_partial(error: &JsValue, partial: &JsValue) -> JsValue;
    /// A monotonic clock in milliseconds.
    pub fn now() -> f64;
}
