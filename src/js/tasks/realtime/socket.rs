//! The runtime's WebSocket, by its shape: the classes of Workers and pages differ, and a program may install
//! its own.

use js_sys::{Function, Object};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use crate::js::value::member;

#[wasm_bindgen]
extern "C" {
    /// A WebSocket.
    #[derive(Debug, Clone)]
    #[wasm_bindgen(js_name = WebSocket)]
    pub type Socket;
    /// Opens one with subprotocols, or with the runtime's own argument in their place.
    #[wasm_bindgen(constructor, catch, js_class = "WebSocket")]
    pub fn new(url: &str, more: &JsValue) -> Result<Socket, JsValue>;
    /// Accepts a socket from a reply.
    #[wasm_bindgen(method, structural, catch)]
    pub fn accept(this: &Socket) -> Result<(), JsValue>;
    /// Sends a text or bytes.
    #[wasm_bindgen(method, structural, catch)]
    pub fn send(this: &Socket, payload: &JsValue) -> Result<(), JsValue>;
    /// Closes it.
    #[wasm_bindgen(method, structural, catch)]
    pub fn close(this: &Socket) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = close)]
    pub fn close_with(this: &Socket, code: f64, reason: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, setter, structural, catch, js_name = binaryType)]
    fn set_binary_type(this: &Socket, kind: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = addEventListener)]
    fn add_event_listener(this: &Socket, name: &str, listener: &Function) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = removeEventListener)]
    fn remove_event_listener(this: &Socket, name: &str, listener: &Function) -> Result<(), JsValue>;

    /// `JSON.parse` of a JavaScript string, without copying it into the wasm.
    #[wasm_bindgen(js_namespace = JSON, js_name = parse, catch)]
    pub fn parse_json(text: &JsValue) -> Result<JsValue, JsValue>;

    /// `{ value, done }`
    #[wasm_bindgen(extends = Object)]
    type Step;
    #[wasm_bindgen(method, setter, structural)]
    fn set_value(this: &Step, value: &JsValue);
    #[wasm_bindgen(method, setter, structural)]
    fn set_done(this: &Step, done: bool);
}

impl Socket {
    /// Bytes in the send buffer, if the runtime has that information.
    pub fn unsent(&self) -> f64 {
        member(self, "bufferedAmount").as_f64().unwrap_or(0.0)
    }
}

/// A listener of a socket or a signal.
pub type Listener = Closure<dyn Fn(JsValue)>;

/// The listeners of a socket, until dropped.
pub struct Listeners {
    socket: Socket,
    listeners: [(&'static str, Listener); 4],
}

impl Listeners {
    /// Adds listeners. Requests binary messages as `ArrayBuffer`.
    pub fn new(socket: Socket, listeners: [(&'static str, Listener); 4]) -> Result<Self, JsValue> {
        let _ = socket.set_binary_type("arraybuffer");
        for (name, listener) in &listeners {
            socket.add_event_listener(name, listener.as_ref().unchecked_ref())?;
        }
        Ok(Listeners { socket, listeners })
    }
}

impl Drop for Listeners {
    fn drop(&mut self) {
        for (name, listener) in &self.listeners {
            let _ = self.socket.remove_event_listener(name, listener.as_ref().unchecked_ref());
        }
    }
}

/// A result of an async iterator; `None` at its end.
pub fn step(value: Option<&JsValue>) -> JsValue {
    let step = Object::new().unchecked_into::<Step>();
    step.set_value(value.unwrap_or(&JsValue::UNDEFINED));
    step.set_done(value.is_none());
    step.into()
}
