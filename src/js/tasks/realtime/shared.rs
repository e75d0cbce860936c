//! A connection's socket and its events. The listeners keep it alive until the socket has ended, whether or
//! not the public object is still referenced.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Object, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::socket::{Listener, Listeners, Socket, parse_json, step};
use crate::client::connection::{self, ABNORMAL, Connection, NORMAL, Next, Received};
use crate::client::turns::Turns;
use crate::error::{Code, Error};
use crate::js::error::to_js;
use crate::js::tasks::held::Held;
use crate::js::value::{Js, bytes, member, set};
use crate::tasks::realtime::closing;
use crate::tasks::realtime::messages::{self, Protocol};
use crate::value::{Shape, Value};

#[wasm_bindgen(raw_module = "./tasks/realtime.js")]
extern "C" {
    /// Registers an active socket: if this instance is lost it is closed, and its end is reported.
    #[wasm_bindgen(js_name = keepSocket)]
    fn keep_socket(socket: &Socket, settle_closed: &Function);
    /// Removes a socket that has ended.
    #[wasm_bindgen(js_name = forgetSocket)]
    fn forget_socket(socket: &Socket);
}

/// The functions that settle a promise.
pub struct Reader {
    resolve: Function,
    reject: Function,
}

/// See the module.
pub struct Shared {
    call: Rc<Held>,
    /// The model's protocol.
    pub protocol: Protocol,
    /// The socket.
    pub socket: Socket,
    /// The order of sends.
    pub turns: Turns,
    state: RefCell<Connection<JsValue, JsValue, Reader>>,
    listeners: RefCell<Option<Listeners>>,
    abort: RefCell<Option<(AbortSignal, Listener)>>,
    opening: RefCell<Option<Reader>>,
    /// Settles at the end.
    pub closed: Promise,
    settle_closed: Function,
    meta: OnceCell<Object>,
    /// True if the caller has signalled the end of the input.
    complete: Cell<bool>,
}

impl Shared {
    /// Attaches to a socket that is opening, or waits to be accepted.
    pub fn attach(call: &Rc<Held>, socket: Socket) -> Result<Rc<Self>, JsValue> {
        let (closed, settle) = promise();
        let shared = Rc::new(Shared {
            protocol: Protocol::of(&call.model()),
            socket: socket.clone(),
            turns: Turns::default(),
            state: RefCell::default(),
            listeners: RefCell::default(),
            abort: RefCell::default(),
            opening: RefCell::default(),
            closed,
            settle_closed: settle.resolve,
            meta: OnceCell::new(),
            complete: Cell::new(false),
            call: Rc::clone(call),
        });
        let signal = shared.call.signal();
        let aborted = shared.listener(|shared, _| shared.fail(shared.call.signal().reason()));
        signal.add_event_listener_with_callback("abort", aborted.as_ref().unchecked_ref())?;
        shared.abort.replace(Some((signal.clone(), aborted)));
        let listeners = [
            ("open", shared.listener(|shared, _| shared.resolve_opening())),
            ("message", shared.listener(|shared, event| shared.receive(&member(&event, "data")))),
            ("close", shared.listener(|shared, event| shared.ended(&event))),
            ("error", shared.listener(|shared, event| shared.broke(&event))),
        ];
        shared.listeners.replace(Some(Listeners::new(socket, listeners)?));
        keep_socket(&shared.socket, &shared.settle_closed);
        if signal.aborted() {
            shared.fail(signal.reason());
        }
        Ok(shared)
    }

    fn listener(self: &Rc<Self>, work: impl Fn(&Self, JsValue) + 'static) -> Listener {
        let shared = Rc::clone(self);
        Closure::new(move |event| work(&shared, event))
    }

    /// A promise of the socket's opening.
    pub fn opening(&self) -> Promise {
        let (promise, settle) = promise();
        self.opening.replace(Some(settle));
        promise
    }

    /// The caller has signalled the end of the input: the service may close the connection when it is done.
    pub fn set_complete(&self) {
        self.complete.set(true);
    }

    /// The metadata of the handshake.
    pub fn meta(&self) -> JsValue {
        self.meta.get().map_or(JsValue::UNDEFINED, JsValue::from)
    }

    /// Sets it, once.
    pub fn set_meta(&self, meta: Object) {
        let _ = self.meta.set(meta);
    }

    /// True if it has not ended.
    pub fn is_open(&self) -> bool {
        self.state.borrow().is_open()
    }

    /// A promise of the next message, for one reader.
    pub fn next(&self) -> Promise {
        let next = self.state.borrow_mut().read();
        match next {
            Some(Next::Message(message)) => Promise::resolve(&step(Some(&message))),
            Some(Next::Failure(error)) => Promise::reject(&error),
            Some(Next::Done) => Promise::resolve(&step(None)),
            None => {
                let (promise, reader) = promise();
                self.state.borrow_mut().wait(reader);
                promise
            }
        }
    }

    /// Closes it; queued messages can still be read.
    pub fn close(&self, code: f64, reason: &JsValue) -> Result<(), JsValue> {
        connection::check_code(code).map_err(|error| to_js(&error, None))?;
        self.finish(None);
        // It is closed already, or was never open.
        let _ = self.socket.close_with(code, reason);
        Ok(())
    }

    fn resolve_opening(&self) {
        if let Some(opening) = self.opening.take() {
            call(&opening.resolve, &JsValue::UNDEFINED);
        }
    }

    fn reject_opening(&self, error: &JsValue) {
        if let Some(opening) = self.opening.take() {
            call(&opening.reject, error);
        }
    }

    fn receive(&self, data: &JsValue) {
        if !self.is_open() {
            return;
        }
        let (message, size) = match self.decode(data) {
            Ok(decoded) => decoded,
            Err(error) => return self.fail(error),
        };
        let received = self.state.borrow_mut().receive(message, size);
        match received {
            Received::For(reader, message) => call(&reader.resolve, &step(Some(&message))),
            Received::Full => self.fail(to_js(&connection::unread(), None)),
            Received::Kept | Received::Late => {}
        }
    }

    /// The public form of a message, and its size.
    fn decode(&self, data: &JsValue) -> Result<(JsValue, usize), JsValue> {
        let refused = |error: Error| to_js(&error, None);
        let most = self.call.max_event_bytes();
        if let Shape::Text(length) = Js(data.clone()).shape() {
            connection::check_size(length, most).map_err(refused)?;
            messages::check(&data.as_string().unwrap_or_default()).map_err(refused)?;
            return Ok((parse_json(data)?, length));
        }
        let Some(bytes) = bytes(data) else {
            let why = "A message is neither text nor bytes.";
            return Err(refused(Error::new(Code::MalformedResponse, why)));
        };
        let length = bytes.byte_length() as usize;
        connection::check_size(length, most).map_err(refused)?;
        Ok((bytes.into(), length))
    }

    /// The other side has ended it.
    fn ended(&self, event: &JsValue) {
        let code = member(event, "code").as_f64().unwrap_or(f64::from(ABNORMAL));
        let reason = member(event, "reason").as_string().unwrap_or_default();
        self.over(code, &reason);
        if self.is_open() {
            let failure =
                closing::judge(code as u16, &reason, self.complete.get()).map(|error| to_js(&error, None));
            self.reject_opening(&to_js(&connection::not_established(), None));
            self.finish(failure);
            // Some runtimes do not answer the close frame themselves.
            let _ = self.socket.close();
        }
    }

    fn broke(&self, event: &JsValue) {
        let texts = ["error", "message"].map(|name| member(event, name));
        let is_cause = |cause: &&JsValue| !cause.is_undefined() && !cause.is_null();
        let cause = texts.iter().find(is_cause).filter(|cause| cause.as_string().as_deref() != Some(""));
        self.reject_opening(&to_js(&connection::not_established(), cause));
        if self.is_open() {
            self.finish(Some(to_js(&connection::broke(), cause)));
            self.over(f64::from(ABNORMAL), "");
        }
    }

    /// Ends it because of an error on this side; queued messages are dropped.
    fn fail(&self, error: JsValue) {
        self.reject_opening(&error);
        let readers = self.state.borrow_mut().fail(error);
        if readers.is_some() {
            self.end_reads(readers);
            // It is closed already, or was never open.
            let _ = self.socket.close_with(f64::from(NORMAL), &"".into());
            // Does not wait for the other side's close frame, which may never arrive.
            self.over(f64::from(ABNORMAL), "");
        }
    }

    fn finish(&self, failure: Option<JsValue>) {
        let readers = self.state.borrow_mut().finish(failure);
        self.end_reads(readers);
    }

    /// Ends the call, and settles its readers.
    fn end_reads(&self, readers: Option<Vec<(Reader, Next<JsValue, JsValue>)>>) {
        let Some(readers) = readers else { return };
        self.call.release();
        if let Some((signal, listener)) = self.abort.take() {
            let _ = signal.remove_event_listener_with_callback("abort", listener.as_ref().unchecked_ref());
        }
        for (reader, next) in readers {
            match next {
                Next::Message(message) => call(&reader.resolve, &step(Some(&message))),
                Next::Failure(error) => call(&reader.reject, &error),
                Next::Done => call(&reader.resolve, &step(None)),
            }
        }
    }

    /// The socket has ended. The first code counts.
    fn over(&self, code: f64, reason: &str) {
        let end = Object::new();
        set(&end, "code", &code.into());
        set(&end, "reason", &reason.into());
        call(&self.settle_closed, &end);
        forget_socket(&self.socket);
        // The listeners hold the last references to `self`; the caller has one too.
        drop(self.listeners.take());
    }
}

fn promise() -> (Promise, Reader) {
    let mut ends = None;
    let promise = Promise::new(&mut |resolve, reject| ends = Some(Reader { resolve, reject }));
    // The executor function has run before the constructor returned.
    let ends = ends.unwrap_or_else(|| Reader { resolve: Function::default(), reject: Function::default() });
    (promise, ends)
}

/// Settles a promise, which never throws.
fn call(settle: &Function, value: &JsValue) {
    let _ = settle.call1(&JsValue::UNDEFINED, value);
}
