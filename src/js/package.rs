//! What the package's own JavaScript offers to the wasm: classes that have to be JavaScript's, and walks over the caller's values, where a
//! member costs nanoseconds there and a tenth of a microsecond over the boundary. One block, since each names its file once more.

use js_sys::{Array, Function, Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::AbortController;

#[wasm_bindgen(raw_module = "./core.js")]
extern "C" {
    /// The one class of every failure.
    #[wasm_bindgen(extends = js_sys::Error)]
    pub type WorkersAIError;
    /// Of its fields.
    #[wasm_bindgen(constructor)]
    pub fn new(fields: &Object) -> WorkersAIError;

    /// The stream that callers hold: hand-written, since every step of it is a step of the caller's loop.
    pub type AIStream;
    /// Of a source: what `Source` in `crate::js::client::run` sets. Throws where its stream lets nobody read it.
    #[wasm_bindgen(constructor, catch)]
    pub fn new(source: &Object) -> Result<AIStream, JsValue>;
    /// Its public method: everything that it says, put together.
    #[wasm_bindgen(method, catch, js_name = final)]
    pub fn all(this: &AIStream) -> Result<JsValue, JsValue>;

    /// A reply's bytes as a stream under the limits of its call.
    #[wasm_bindgen(js_name = byteStream, catch)]
    pub fn byte_stream(source: &Object) -> Result<JsValue, JsValue>;
    /// The same bytes; `report` gets the text of the last usage in them when they end.
    #[wasm_bindgen(js_name = watchUsage, catch)]
    pub fn watch_usage(body: &JsValue, report: &Function) -> Result<JsValue, JsValue>;

    /// Reads what is left of a body in the background, see pkg-template/stream/drain.js.
    pub fn drain(reader: &JsValue) -> Promise;

    /// Has a value shown as this line by `console.log`, where the runtime asks for one.
    #[wasm_bindgen(js_name = shown)]
    pub fn shown(target: &JsValue, text: &str);
    /// A copy of arrays and plain objects, all the way down; anything else is what it is.
    #[wasm_bindgen(js_name = copyOf, catch)]
    pub fn copy_of(value: &JsValue) -> Result<JsValue, JsValue>;
    /// Has an input media in it, or members that models take in different forms? One that has not is sent as it is.
    #[wasm_bindgen(js_name = needsPreparing, catch)]
    pub fn needs_preparing(model: &JsValue, input: &JsValue) -> Result<bool, JsValue>;
    /// Throws where an input holds itself, is nested too deeply, repeats itself without end, or has a member that throws when it is read.
    #[wasm_bindgen(js_name = checkInput, catch)]
    pub fn check_input(input: &JsValue) -> Result<(), JsValue>;
    /// Throws where a value that is none of an input holds itself, is nested too deeply, or repeats itself without end.
    #[wasm_bindgen(js_name = checkReferences, catch)]
    pub fn check_references(value: &JsValue, field: &str) -> Result<(), JsValue>;
    /// Has an input something in it that can be read only once?
    #[wasm_bindgen(js_name = isReadOnce, catch)]
    pub fn is_read_once(input: &JsValue) -> Result<bool, JsValue>;
    /// What has the strings of an input, of which this is the JSON text: the text, or a copy of the input, which is read faster.
    #[wasm_bindgen(js_name = textSourceOf, catch)]
    pub fn text_source_of(input: &JsValue, text: &JsValue) -> Result<JsValue, JsValue>;
    /// Gives the texts of an input, a value or its JSON text, as UTF-8, many at a time: see `withhold::ENDS` in the crate.
    #[wasm_bindgen(js_name = textsOf, catch)]
    pub fn texts_of(input: &JsValue, take: &mut dyn FnMut(Uint8Array)) -> Result<(), JsValue>;
    /// `[characters, most tokens of the answer]`, the second NaN where the input does not say.
    #[wasm_bindgen(js_name = measure, catch)]
    pub fn measure(input: &JsValue) -> Result<Array, JsValue>;
    /// A member; undefined of what is no object, and where it throws.
    #[wasm_bindgen(js_name = read)]
    pub fn read(value: &JsValue, name: &JsValue) -> JsValue;
    /// The name of a member that an object's class computes, and that would not be sent.
    #[wasm_bindgen(js_name = computed, catch)]
    pub fn computed(value: &JsValue) -> Result<Option<String>, JsValue>;
    /// The name of a member of an object that throws when it is read.
    #[wasm_bindgen(js_name = unreadable)]
    pub fn unreadable(object: &JsValue) -> Option<String>;
    /// A shallow copy of an object with getters, its own or its class's, which stay such.
    #[wasm_bindgen(js_name = copyWithGetters)]
    pub fn copy_with_getters(object: &JsValue) -> Object;
    /// Sets a member of an object of our own.
    #[wasm_bindgen(js_name = put)]
    pub fn put(object: &Object, name: &JsValue, value: &JsValue);
    /// What a value is: a `Kind` of `crate::js::value`.
    #[wasm_bindgen(js_name = kindNumber)]
    pub fn kind_number(value: &JsValue) -> u32;
    /// What is in a list: `[kind, place, length]`, the kind 0 for mixed items, 1 for strings (then the place of the first empty one, or -1), 2 for
    /// numbers, 3 for bytes.
    #[wasm_bindgen(js_name = listKind)]
    pub fn list_kind(list: &Array) -> Array;

    /// A promise and what settles it.
    pub type Deferred;
    /// A pending one.
    pub fn deferred() -> Deferred;
    /// The promise.
    #[wasm_bindgen(method, getter, structural)]
    pub fn promise(this: &Deferred) -> Promise;
    /// Rejects it with `value` if it failed, else fulfils it.
    #[wasm_bindgen(method, structural)]
    pub fn settle(this: &Deferred, failed: bool, value: &JsValue);
    /// Calls `callback(at, uses, failed, value)` when a promise, or what is there in the place of one, has settled.
    pub fn watch(promise: &JsValue, callback: &Function, at: u32, uses: u32);

    /// Calls `callback(at, uses)` after so many milliseconds, unless this instance is lost before.
    #[wasm_bindgen(js_name = startTimer, catch)]
    pub fn start_timer(callback: &Function, ms: f64, at: u32, uses: u32) -> Result<JsValue, JsValue>;
    /// Has it keep no process alive.
    #[wasm_bindgen(js_name = unref)]
    pub fn unref_timer(timer: &JsValue);
    /// Clears one.
    #[wasm_bindgen(js_name = stopTimer)]
    pub fn stop_timer(timer: &JsValue);

    /// Bytes as a string of JavaScript's, which never comes into the wasm.
    pub fn decode(bytes: &Uint8Array) -> JsValue;
    #[wasm_bindgen(js_name = later)]
    fn later(part: &str, name: &str, arguments: &Array) -> Promise;
    /// Aborts the controller when the signal is aborted, as long as the body of the response may be read.
    #[wasm_bindgen(js_name = followSignal, catch)]
    pub fn follow_signal(
        controller: &AbortController,
        signal: &JsValue,
        response: &JsValue,
    ) -> Result<(), JsValue>;
    /// Has the rejection of a promise that nobody waits for ignored.
    #[wasm_bindgen(js_name = ignoreRejection)]
    pub fn ignore_rejection(promise: &JsValue);
    /// Lets go of a reply that comes after its call has ended.
    #[wasm_bindgen(js_name = discardLate)]
    pub fn discard_late(pending: &JsValue);
}

/// A module that is loaded when one of its functions is first called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The tasks.
    Tasks,
    /// Structured output and tools.
    Objects,
}

/// Calls a function of such a module. The promise settles even if that module fails inside.
pub fn call_later(part: Part, name: &str, arguments: &Array) -> Promise {
    let part = match part {
        Part::Tasks => "tasks",
        Part::Objects => "objects",
    };
    later(part, name, arguments)
}

/// The same of the tasks.
pub fn call_tasks(name: &str, arguments: &Array) -> Promise {
    call_later(Part::Tasks, name, arguments)
}
