//! What the package's own JavaScript offers to a run of tools.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "./objects/tools.js")]
extern "C" {
    /// The end of a run before its time: by the caller's signal, by a limit of time, or by who leaves its stream.
    #[derive(Debug, Clone)]
    pub type RunEnd;
    /// `ms` of 0 is no limit.
    #[wasm_bindgen(constructor, catch)]
    pub fn new(signal: &JsValue, ms: f64) -> Result<RunEnd, JsValue>;
    /// Aborted when the run ends so; its reason is the error.
    #[wasm_bindgen(method, getter)]
    pub fn signal(this: &RunEnd) -> JsValue;
    /// The error; `undefined` while the run goes on.
    #[wasm_bindgen(method, getter)]
    pub fn error(this: &RunEnd) -> JsValue;
    /// A promise of that error.
    #[wasm_bindgen(method, getter)]
    pub fn ended(this: &RunEnd) -> Promise;
    /// Milliseconds that are left; 0 without a limit.
    #[wasm_bindgen(method)]
    pub fn left(this: &RunEnd) -> f64;
    /// The run is over: no timer and no listener is left.
    #[wasm_bindgen(method)]
    pub fn release(this: &RunEnd);

    /// The events of a run, on their way to who reads them.
    #[derive(Debug, Clone)]
    pub type Relay;
    /// Of a run that ends so.
    #[wasm_bindgen(constructor)]
    pub fn new(end: &RunEnd) -> Relay;
    /// A promise of the caller's stream: settled once the first answer has begun.
    #[wasm_bindgen(method)]
    pub fn ready(this: &Relay) -> Promise;
    /// Passes on what an `AIStream` says. Text that may be a call is held back. A promise of the stream's result.
    #[wasm_bindgen(method)]
    pub fn pipe(this: &Relay, stream: &JsValue) -> Promise;
    /// Passes on the text that was held back, or drops it since it was a call.
    #[wasm_bindgen(method)]
    pub fn held(this: &Relay, passes: bool);
    /// Passes on an event.
    #[wasm_bindgen(method)]
    pub fn push(this: &Relay, event: &JsValue);
    /// The run is over.
    #[wasm_bindgen(method)]
    pub fn end(this: &Relay, result: &JsValue);
    /// The run has failed.
    #[wasm_bindgen(method)]
    pub fn fail(this: &Relay, error: &JsValue);

    /// Calls a function of the caller's, at once: a promise of what it gives. Of what gives one thing after another it is the last one.
    #[wasm_bindgen(js_name = callHandler)]
    pub fn call_handler(function: &Function, this: &JsValue, arguments: &Array) -> Promise;
    /// The error of a call that was not run.
    #[wasm_bindgen(js_name = notRun)]
    pub fn not_run(words: &str) -> JsValue;
    /// What something thrown says, for the model.
    #[wasm_bindgen(js_name = wordsOf)]
    pub fn words_of(thrown: &JsValue) -> String;
    /// JSON text of any value; `undefined` where it has none.
    #[wasm_bindgen(js_name = jsonOf)]
    pub fn json_of(value: &JsValue) -> Option<String>;
    /// Sets a member of an error, hidden as the others that are not to be printed.
    #[wasm_bindgen(js_name = withPartial)]
    pub fn with_partial(error: &JsValue, partial: &JsValue) -> JsValue;
    /// Milliseconds of a clock that never goes back.
    pub fn now() -> f64;
}
