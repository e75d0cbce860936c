//! Messages of a conversation, for requests and for the caller.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use crate::js::fields::Fields;
use crate::js::value::{Js, member};
use crate::tasks::tools::tokens;
use crate::tasks::tools::trim::{Measured, Role};
use crate::value::Value;

/// A text message.
pub fn turn(role: &str, content: &JsValue) -> JsValue {
    let fields = Fields::default();
    fields.text("role", Some(role));
    fields.value("content", content);
    fields.done().into()
}

/// A call in a model's message; its arguments are JSON text. `extra` is data that the model requires back, or
/// `undefined`.
pub fn call(id: &str, name: &str, arguments: &str, extra: &JsValue) -> JsValue {
    let function = Fields::default();
    function.text("name", Some(name));
    function.text("arguments", Some(arguments));
    let fields = Fields::default();
    fields.text("id", Some(id));
    fields.text("type", Some("function"));
    fields.value("function", &function.done());
    if !extra.is_undefined() {
        fields.value("extra_content", extra);
    }
    fields.done().into()
}

/// The model's message. `original` is the client's, if there is one: its members besides text and calls are
/// kept, such as reasoning that the model requires back.
pub fn assistant(original: &JsValue, text: &str, calls: &[JsValue]) -> JsValue {
    let message = if original.is_object() {
        Object::assign(&Object::new(), original.unchecked_ref())
    } else {
        Object::new()
    };
    let set = |name: &str, value: &JsValue| {
        let _ = Reflect::set(&message, &name.into(), value);
    };
    set("role", &"assistant".into());
    set("content", &text.into());
    let _ = Reflect::delete_property(&message, &"tool_calls".into());
    if !calls.is_empty() {
        set("tool_calls", &calls.iter().collect::<Array>());
    }
    message.into()
}

/// The result of a call.
pub fn result(id: &str, name: &str, content: &JsValue) -> JsValue {
    let fields = Fields::default();
    fields.text("role", Some("tool"));
    fields.text("tool_call_id", Some(id));
    fields.text("name", Some(name));
    fields.value("content", content);
    fields.done().into()
}

/// The ids of a message's calls.
pub fn ids(message: &JsValue) -> Vec<String> {
    let calls = Js(member(message, "tool_calls")).items();
    calls.iter().filter_map(|Js(call)| member(call, "id").as_string()).collect()
}

/// The length of a message.
pub fn measured(message: &JsValue) -> Measured {
    let role = Role::named(&member(message, "role").as_string().unwrap_or_default());
    Measured { role, tokens: tokens::of_message(&Js(message.clone())) }
}
