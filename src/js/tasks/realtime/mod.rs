//! `connect`: a WebSocket to a model, through the binding or over HTTP.
//!
//! | door | how the socket is opened |
//! |---|---|
//! | binding | `run` with the option `websocket`; the reply has the socket |
//! | HTTP, in Workers | `fetch` of a GET that requests an upgrade; the reply has the socket |
//! | HTTP, elsewhere | `new WebSocket`, with headers if the runtime's supports them |
//!
//! The rules are elsewhere: parameters, URLs and messages in [`crate::tasks::realtime`], the queue of
//! messages and its end in [`crate::client::connection`]. This module has the socket (`socket`), its events
//! (`shared`), sending (`sending`) and the public class (`connection`).
//!
//! `gloo_net::websocket` is not used, not even in pages: its queue of messages is unbounded; `close` consumes
//! the socket and replaces the other side's close event by one of its own, so `closed` could not have the
//! real code; bytes are sent as a `Blob` of a copy; the cause of an error event is lost; a message that is
//! neither a string nor an `ArrayBuffer` of the same realm is a panic, which loses the wasm's whole state;
//! every message is copied into the wasm and out again. Nor is `gloo_net::http::QueryParams`: it encodes a
//! space as `+`, which not all servers decode, and the core has the encoding of all other URLs.

mod connection;
mod inputs;
mod opener;
mod sending;
mod shared;
mod socket;

use std::rc::Rc;

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::held::Held;
use super::transport::{Call, Outgoing, Planned, Transport};
use crate::catalog::Method;
use crate::client::connection::{NORMAL, OPENING_MS};
use crate::error::{Code, Error};
use crate::js::error::to_js;
use crate::js::promise::promise;
use crate::js::value::{Js, member, set};
use crate::tasks::realtime::address::{Address, Opener, address};
use crate::tasks::realtime::parameters::{Parameters, parameters};
use crate::tasks::request::{Door, Route, TaskRequest};
use connection::RealtimeConnection;
use shared::Shared;
use socket::Socket;

/// Opens a connection; a promise of a `RealtimeConnection`.
#[wasm_bindgen(skip_typescript)]
pub fn connect(transport: &Transport, model: &JsValue, input: &JsValue, options: &JsValue) -> Promise {
    let call = match transport.call(model, options, &[]) {
        Ok(call) => Rc::new(Held::new(call)),
        Err(error) => return Promise::reject(&error),
    };
    // Before the future runs, since the caller may change the input later.
    let request = Request::new(transport, &call, input);
    promise(async move {
        let shared = request?.open(&call).await?;
        call.release_timers();
        Ok(RealtimeConnection::new(shared).into())
    })
}

struct Request {
    outgoing: Outgoing,
    /// None on the binding.
    opener: Option<Opener>,
}

impl Request {
    fn new(transport: &Transport, call: &Call, input: &JsValue) -> Result<Self, JsValue> {
        let refused = |error: Error| to_js(&error, None);
        call.limit_opening(OPENING_MS);
        let is_binding = transport.is_binding();
        let mut route = Route::new(if is_binding { Door::Binding } else { Door::Http });
        route.gateway = call.uses_gateway();
        let input = if input.is_undefined() { Object::new().into() } else { input.clone() };
        let model = call.model();
        let request = TaskRequest::new(Method::Connect, &model, route, Js(input)).map_err(refused)?;
        let Parameters { query, inputs } = parameters(&request).map_err(refused)?;
        let inputs = inputs::to_js(&inputs);
        let body = if is_binding { inputs.clone() } else { JsValue::UNDEFINED };
        let outgoing = Outgoing::new(&body);
        outgoing.set_texts(&inputs);
        let pair = |(name, text): &(String, String)| Array::of2(&name.into(), &text.into());
        outgoing.set_query(&query.iter().map(pair).collect());
        outgoing.set_websocket(true);
        let opener = if is_binding { None } else { Some(opener::of_runtime().map_err(refused)?) };
        Ok(Request { outgoing, opener })
    }

    async fn open(&self, call: &Rc<Held>) -> Result<Rc<Shared>, JsValue> {
        let Some(opener) = self.opener else { return self.open_by_reply(call).await };
        let model = call.model();
        let rewrite = Closure::<dyn Fn(Planned) -> Result<Planned, JsValue>>::new(move |planned| {
            rewritten(opener, &model, &planned)
        });
        self.outgoing.set_rewrite(rewrite.as_ref().unchecked_ref());
        match opener {
            Opener::Fetch => self.open_by_reply(call).await,
            Opener::Headers | Opener::Plain => self.open_by_socket(call, opener).await,
        }
    }

    /// Opens it through a reply that contains the socket.
    async fn open_by_reply(&self, call: &Rc<Held>) -> Result<Rc<Shared>, JsValue> {
        call.send(&self.outgoing).await?;
        let socket = member(&call.response(), "webSocket");
        if !member(&socket, "accept").is_function() {
            call.discard();
            let message = "The service gave no WebSocket. Is it a realtime model?";
            return Err(call.failure(&Error::new(Code::MalformedResponse, message)));
        }
        let socket = socket.unchecked_into::<Socket>();
        let shared = Shared::attach(call, socket.clone())?;
        shared.set_meta(call.meta());
        socket.accept()?;
        Ok(shared)
    }

    /// Opens it through the runtime's WebSocket.
    async fn open_by_socket(&self, call: &Rc<Held>, opener: Opener) -> Result<Rc<Shared>, JsValue> {
        let planned = call.plan_socket(&self.outgoing).await?.unchecked_into::<Planned>();
        let protocols = planned.protocols().unwrap_or_default();
        let more: JsValue = match opener {
            Opener::Headers => {
                let options = Object::new();
                set(&options, "headers", &planned.headers());
                set(&options, "protocols", &protocols);
                options.into()
            }
            _ => protocols.into(),
        };
        let socket = Socket::new(&planned.url(), &more).map_err(|cause| {
            let error = Error::config("baseURL", "The address of the service is none for a WebSocket.");
            to_js(&error, Some(&cause))
        })?;
        let shared = Shared::attach(call, socket)?;
        if let Err(error) = call.until(&shared.opening()).await {
            shared.close(f64::from(NORMAL), &"".into())?;
            return Err(error);
        }
        call.socket_connected();
        shared.set_meta(call.meta());
        Ok(shared)
    }
}

/// Adjusts the URL of the model's request over HTTP for the connection.
fn rewritten(opener: Opener, model: &str, planned: &Planned) -> Result<Planned, JsValue> {
    let text = |value: JsValue| value.as_string().unwrap_or_default();
    let headers = Object::entries(&planned.headers());
    let headers = headers.iter().map(|entry| {
        let entry = entry.unchecked_into::<Array>();
        (text(entry.get(0)), text(entry.get(1)))
    });
    let Address { url, headers, protocols } =
        address(opener, model, planned.url(), headers.collect()).map_err(|error| to_js(&error, None))?;
    let members = Object::new();
    for (name, value) in headers {
        Reflect::set(&members, &name.into(), &value.into())?;
    }
    if opener == Opener::Fetch {
        set(&members, "upgrade", &"websocket".into());
    }
    let rewritten = Object::new().unchecked_into::<Planned>();
    rewritten.set_url(&url);
    rewritten.set_headers(&members);
    rewritten.set_protocols(&protocols.iter().map(JsValue::from).collect());
    Ok(rewritten)
}
