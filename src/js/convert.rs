//! Small, safe steps between JavaScript's values and ours. Nothing here can throw or trap.

use js_sys::{Array, Function, JSON, JsString, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

/// A member, or `undefined` where there is none or reading it throws.
#[inline(never)]
pub fn get(target: &JsValue, key: &str) -> JsValue {
    if !target.is_object() && !target.is_function() {
        return JsValue::UNDEFINED;
    }
    Reflect::get(target, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A member that is a string.
#[inline(never)]
pub fn get_string(target: &JsValue, key: &str) -> Option<String> {
    get(target, key).as_string()
}

/// A member that is a function.
#[inline(never)]
pub fn get_function(target: &JsValue, key: &str) -> Option<Function> {
    get(target, key).dyn_into().ok()
}

/// Sets a member of an object that we made.
#[inline(never)]
pub fn set(target: &Object, key: &str, value: &JsValue) {
    // Defining a property, so that a key such as `__proto__` is only ever a key.
    let descriptor = Object::new();
    for (name, value) in [
        ("value", value),
        ("writable", &JsValue::TRUE),
        ("enumerable", &JsValue::TRUE),
        ("configurable", &JsValue::TRUE),
    ] {
        let _fresh = Reflect::set(&descriptor, &name.into(), value);
    }
    let _ours = Reflect::define_property(target, &key.into(), &descriptor);
}

/// Sets a member if there is something to set.
pub fn set_some(target: &Object, key: &str, value: Option<impl Into<JsValue>>) {
    if let Some(value) = value {
        set(target, key, &value.into());
    }
}

/// Calls a method by name; a missing one is an error like one that throws.
#[inline(never)]
pub fn invoke(target: &JsValue, method: &str, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    let Some(function) = get_function(target, method) else {
        return Err(js_sys::TypeError::new(&format!("{method} is not a function")).into());
    };
    apply(&function, target, arguments)
}

/// Calls a function with a receiver.
#[inline(never)]
pub fn apply(function: &Function, receiver: &JsValue, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    function.apply(receiver, &list(arguments))
}

fn list(values: &[&JsValue]) -> Array {
    let list = Array::new();
    for value in values {
        list.push(value);
    }
    list
}

/// Is it `undefined` or `null`?
pub fn is_nothing(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}

/// Is it a `ReadableStream`, of whatever realm?
pub fn is_stream(value: &JsValue) -> bool {
    get_function(value, "getReader").is_some()
}

/// Is it a `Response`, of whatever realm or make?
pub fn is_response(value: &JsValue) -> bool {
    get(value, "status").as_f64().is_some() && get_function(&get(value, "headers"), "get").is_some()
}

/// Has it one of these tags, as in `[object Blob]`? That holds across realms, unlike `instanceof`.
#[inline(never)]
pub fn has_tag(value: &JsValue, tags: &[&str]) -> bool {
    if !value.is_object() {
        return false;
    }
    // `toString` of the prototype, since an object may bring its own or none.
    let prototype = get(&get(&js_sys::global(), "Object"), "prototype");
    let shown =
        get_function(&prototype, "toString").and_then(|to_string| to_string.call0(value).ok()?.as_string());
    let name = shown.as_deref().and_then(|shown| shown.strip_prefix("[object ")?.strip_suffix(']'));
    name.is_some_and(|name| tags.contains(&name))
}

/// Bytes in any of their forms, as a view without a copy.
#[inline(never)]
pub fn bytes_of(value: &JsValue) -> Option<Uint8Array> {
    if has_tag(value, &["ArrayBuffer", "SharedArrayBuffer"]) {
        return Some(Uint8Array::new(value));
    }
    if !js_sys::ArrayBuffer::is_view(value) {
        return None;
    }
    let number = |key| get(value, key).as_f64().map(|number| number as u32);
    Some(Uint8Array::new_with_byte_offset_and_length(
        &get(value, "buffer"),
        number("byteOffset")?,
        number("byteLength")?,
    ))
}

/// `JSON.stringify`; the error is what it threw. What has no JSON, such as a function, is `None`.
pub fn stringify(value: &JsValue) -> Result<Option<JsString>, JsValue> {
    JSON::stringify(value).map(|text| text.dyn_into().ok())
}

/// The names of an object's own enumerable members.
#[inline(never)]
pub fn names(value: &JsValue) -> Vec<String> {
    if !value.is_object() {
        return Vec::new();
    }
    let keys = Object::keys(value.unchecked_ref::<Object>());
    keys.iter().filter_map(|name| name.as_string()).collect()
}

/// Makes an instance of a global class.
#[inline(never)]
pub fn construct(class: &str, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    let Some(constructor) = get_function(&js_sys::global(), class) else {
        return Err(js_sys::TypeError::new(&format!("{class} is not a constructor")).into());
    };
    Reflect::construct(&constructor, &list(arguments))
}

/// A copy of an object's own enumerable members.
pub fn shallow_copy(value: &JsValue) -> Object {
    let copy = Object::new();
    for name in names(value) {
        set(&copy, &name, &get(value, &name));
    }
    copy
}

#[wasm_bindgen]
extern "C" {
    type TextDecoder;
    #[wasm_bindgen(constructor)]
    fn new() -> TextDecoder;
    #[wasm_bindgen(method, catch)]
    fn decode(this: &TextDecoder, bytes: &Uint8Array) -> Result<JsString, JsValue>;

    #[wasm_bindgen(js_namespace = JSON, js_name = parse, catch)]
    fn parse_text(text: &JsString) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = String)]
    fn string(value: f64) -> String;

    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// The text of UTF-8 bytes, without a byte order mark. It never enters wasm memory, which never shrinks.
pub fn decode(bytes: &Uint8Array) -> Result<JsString, JsValue> {
    TextDecoder::new().decode(bytes)
}

/// `JSON.parse`
pub fn parse(text: &JsString) -> Result<JsValue, JsValue> {
    parse_text(text)
}

/// A number's text, as JavaScript writes it.
pub fn text_of(number: f64) -> String {
    string(number)
}

/// Milliseconds on a clock that is never set back: `performance.now()`.
pub fn now() -> f64 {
    performance_now()
}

/// A promise of a value, whatever it is.
pub fn promise(value: &JsValue) -> Promise {
    Promise::resolve(value)
}
