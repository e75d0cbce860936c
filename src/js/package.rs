//! Imports from the package's own JavaScript: classes that must be JavaScript's, and walks over the caller's
//! values, where a property access costs nanoseconds in JavaScript and a tenth of a microsecond across the
//! boundary. One block, since each block repeats the module's file name.

use js_sys::{Array, Function, Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::AbortController;

#[wasm_bindgen(raw_module = "./core.js")]
extern "C" {
    /// The error class of all failures.
    #[wasm_bindgen(extends = js_sys::Error)]
    pub type WorkersAIError;
    /// Creates one from its fields.
    #[wasm_bindgen(constructor)]
    pub fn new(fields: &Object) -> WorkersAIError;

    /// The public stream: written in JavaScript, since it runs in every step of the caller's loop.
    pub type AIStream;
    /// Creates one from a source: see `Source` in `crate::js::client::run`. Throws if its stream is locked.
    #[wasm_bindgen(constructor, catch)]
    pub fn new(source: &Object) -> Result<AIStream, JsValue>;
    /// Its public method: the complete result.
    #[wasm_bindgen(method, catch, js_name = final)]
    pub fn all(this: &AIStream) -> Result<JsValue, JsValue>;

    /// A reply's bytes as a stream under the limits of its call.
    #[wasm_bindgen(js_name = byteStream, catch)]
    pub fn byte_stream(source: &Object) -> Result<JsValue, JsValue>;
    /// The same bytes; `report` is called with the text of the last usage in them at their end.
    #[wasm_bindgen(js_name = watchUsage, catch)]
    pub fn watch_usage(body: &JsValue, report: &Function) -> Result<JsValue, JsValue>;

    /// Reads the rest of a body in the background, see pkg-template/stream/drain.js.
    pub fn drain(reader: &JsValue) -> Promise;

    /// Sets the line that `console.log` shows for a value, in runtimes that support it.
    #[wasm_bindgen(js_name = shown)]
    pub fn shown(target: &JsValue, text: &str);
    /// A deep copy of arrays and plain objects; other values are shared.
    #[wasm_bindgen(js_name = copyOf, catch)]
    pub fn copy_of(value: &JsValue) -> Result<JsValue, JsValue>;
    /// True if an input contains media, or members whose form differs between models. Otherwise it is sent
    /// unchanged.
    #[wasm_bindgen(js_name = needsPreparing, catch)]
    pub fn needs_preparing(model: &JsValue, input: &JsValue) -> Result<bool, JsValue>;
    /// Throws if an input has a cycle, is nested too deeply, expands without bound, or has a member that
    /// throws when it is read.
    #[wasm_bindgen(js_name = checkInput, catch)]
    pub fn check_input(input: &JsValue) -> Result<(), JsValue>;
    /// Throws if a value that is not an input has a cycle, is nested too deeply, or expands without bound.
    #[wasm_bindgen(js_name = checkReferences, catch)]
    pub fn check_references(value: &JsValue, field: &str) -> Result<(), JsValue>;
    /// True if an input contains something that can be read only once.
    #[wasm_bindgen(js_name = isReadOnce, catch)]
    pub fn is_read_once(input: &JsValue) -> Result<bool, JsValue>;
    /// The source of an input's strings, by its JSON text: the text, or a copy of the input, which is
    /// faster to read.
    #[wasm_bindgen(js_name = textSourceOf, catch)]
    pub fn text_source_of(input: &JsValue, text: &JsValue) -> Result<JsValue, JsValue>;
    /// Passes the texts of an input, a value or its JSON text, as UTF-8, many at a time: see `input_redaction::ENDS`
    /// in the crate.
    #[wasm_bindgen(js_name = textsOf, catch)]
    pub fn texts_of(input: &JsValue, take: &mut dyn FnMut(Uint8Array)) -> Result<(), JsValue>;
    /// `[characters, limit of the answer's tokens]`, the second NaN if there is none.
    #[wasm_bindgen(js_name = measure, catch)]
    pub fn measure(input: &JsValue) -> Result<Array, JsValue>;
    /// A member; undefined if the value is not an object, or if the getter throws.
    #[wasm_bindgen(js_name = read)]
    pub fn read(value: &JsValue, name: &JsValue) -> JsValue;
    /// The name of a getter of an object's class, which would not be sent.
    #[wasm_bindgen(js_name = computed, catch)]
    pub fn computed(value: &JsValue) -> Result<Option<String>, JsValue>;
    /// The name of a member of an object that throws when it is read.
    #[wasm_bindgen(js_name = unreadable)]
    pub fn unreadable(object: &JsValue) -> Option<String>;
    /// A shallow copy of an object with getters, its own or its class's, which are preserved.
    #[wasm_bindgen(js_name = copyWithGetters)]
    pub fn copy_with_getters(object: &JsValue) -> Object;
    /// Sets a member of an object of our own.
    #[wasm_bindgen(js_name = put)]
    pub fn put(object: &Object, name: &JsValue, value: &JsValue);
    /// The kind of a value: a `Kind` of `crate::js::value`.
    #[wasm_bindgen(js_name = kindNumber)]
    pub fn kind_number(value: &JsValue) -> u32;
    /// The contents of a list: `[kind, index, length]`, the kind 0 for mixed items, 1 for strings (with the
    /// index of the first empty one, or -1), 2 for numbers, 3 for bytes.
    #[wasm_bindgen(js_name = listKind)]
    pub fn list_kind(list: &Array) -> Array;

    /// A promise and the function that settles it.
    pub type Deferred;
    /// Creates a pending one.
    pub fn deferred() -> Deferred;
    /// The promise.
    #[wasm_bindgen(method, getter, structural)]
    pub fn promise(this: &Deferred) -> Promise;
    /// Rejects it with `value` if it failed, else resolves it.
    #[wasm_bindgen(method, structural)]
    pub fn settle(this: &Deferred, failed: bool, value: &JsValue);
    /// Calls `callback(at, uses, failed, value)` when a promise, or a value in place of one, has settled.
    pub fn watch(promise: &JsValue, callback: &Function, at: u32, uses: u32);

    /// Calls `callback(at, uses)` after a delay, unless this instance is lost before.
    #[wasm_bindgen(js_name = startTimer, catch)]
    pub fn start_timer(callback: &Function, ms: f64, at: u32, uses: u32) -> Result<JsValue, JsValue>;
    /// Stops it from keeping the process alive.
    #[wasm_bindgen(js_name = unref)]
    pub fn unref_timer(timer: &JsValue);
    /// Clears one.
    #[wasm_bindgen(js_name = stopTimer)]
    pub fn stop_timer(timer: &JsValue);

    /// Decodes bytes to a JavaScript string, which is not copied into the wasm.
    pub fn decode(bytes: &Uint8Array) -> JsValue;
    #[wasm_bindgen(js_name = later)]
    fn later(part: &str, name: &str, arguments: &Array) -> Promise;
    /// Aborts the controller when the signal aborts, while the body of the response can be read.
    #[wasm_bindgen(js_name = followSignal, catch)]
    pub fn follow_signal(
        controller: &AbortController,
        signal: &JsValue,
        response: &JsValue,
    ) -> Result<(), JsValue>;
    /// Ignores the rejection of a promise that no code awaits.
    #[wasm_bindgen(js_name = ignoreRejection)]
    pub fn ignore_rejection(promise: &JsValue);
    /// Cancels a reply that arrives after its call has ended.
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

/// Calls a function of such a module. The promise settles even if that module traps.
pub fn call_later(part: Part, name: &str, arguments: &Array) -> Promise {
    let part = match part {
        Part::Tasks => "tasks",
        Part::Objects => "objects",
    };
    later(part, name, arguments)
}

/// The same for the tasks module.
pub fn call_tasks(name: &str, arguments: &Array) -> Promise {
    call_later(Part::Tasks, name, arguments)
}
