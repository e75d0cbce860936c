//! The client for the lazily loaded modules: exports the type whose import, with the documentation of its
//! members, is `crate::js::remote::transport`.

#![allow(missing_docs, reason = "every member is described at its other side, crate::js::remote::transport")]

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;

use js_sys::{Function, Object, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::chunks::ReaderLike;
use super::client::call::{begin, parse_model, read_options, rejection, start, thrown};
use super::client::dispatch::{Arguments, Method, call};
use super::client::meta::meta_at_end;
use super::client::run::{ask, encoded, resumed};
use super::client::{JsCall, JsClient, open_stream, parse_task_answer, stream_over};
use super::client::{open_text, text_result};
use super::error::{read_error, sign};
use super::host::body::JsBody;
use super::host::fetch::{record, rewritten};
use super::host::{Bytes, JsContent, JsHost, JsReply, platform};
use super::package::drain;
use super::promise::{promise, settled};
use super::value::{member, set};
use crate::client::body::Reader;
use crate::client::host::Reply;
use crate::client::{Endpoint, Failure, Target};
use crate::options;
use crate::options::read::Caller;
use crate::plan::base::{From, account_id, base};

/// A client that can begin calls.
#[wasm_bindgen(skip_typescript)]
pub struct Transport(Rc<JsClient>, bool);

impl Transport {
    /// For a client; `replaceable` if a fallback model may replace the one that is called.
    pub fn new(client: &Rc<JsClient>, replaceable: bool) -> Self {
        Self(Rc::clone(client), replaceable)
    }
}

#[wasm_bindgen]
impl Transport {
    pub fn facts(&self) -> Object {
        let (config, host) = (&self.0.config, &self.0.host);
        // `fetch` of Node, Bun and Deno does, over every version of HTTP; the caller's may not.
        let takes_streams = host.fetch.is_none() && !platform::is_worker() && platform::is_node();
        let account_id = account_id(&config.door, host.account_id.as_deref());
        object_of([
            ("door", config.door.as_str().into()),
            ("isPage", self.0.browser.into()),
            ("takesStreams", takes_streams.into()),
            ("binding", host.binding.as_ref().map_or(JsValue::UNDEFINED, JsValue::from)),
            ("accountId", account_id.into()),
            ("timeout", config.timeouts.total.into()),
        ])
    }

    #[wasm_bindgen(js_name = checkBase)]
    pub fn check_base(&self, from: &str) -> Result<(), JsValue> {
        let base = base(&self.0.config.door, From::named(from));
        base.map(drop).map_err(|error| rejection(error.into()))
    }

    pub fn call(&self, model: &JsValue, options: &JsValue) -> Result<TaskCall, JsValue> {
        let call = begin(&self.0, model, options, Caller::Checked).map_err(rejection)?;
        call.replaceable.set(self.1);
        Ok(TaskCall::new(&call, None))
    }

    pub fn ask(
        &self,
        streams: bool,
        model: &JsValue,
        input: &JsValue,
        more: &JsValue,
        options: &JsValue,
    ) -> Promise {
        let method = if streams { Method::StreamText } else { Method::GenerateText };
        let arguments = Arguments { model, input, options, replaceable: self.1 };
        // Members in one model's own form are invalid for others.
        if more.is_undefined() {
            call(&self.0, method, arguments)
        } else {
            ask(&self.0, method, arguments, more)
        }
    }

    #[wasm_bindgen(js_name = callEndpoint)]
    pub fn call_endpoint(&self, endpoint: &JsValue, options: &JsValue) -> Result<TaskCall, JsValue> {
        let call = self.begin_endpoint(endpoint, options).map_err(rejection)?;
        Ok(TaskCall::new(&call, member(endpoint, "onBinding").dyn_into().ok()))
    }
}

impl Transport {
    fn begin_endpoint(&self, endpoint: &JsValue, options: &JsValue) -> Result<Rc<JsCall>, Failure<JsHost>> {
        let text = |name| text_of(endpoint, name);
        let flag = |name| member(endpoint, name).is_truthy();
        let model = member(endpoint, "model");
        let model = if model.is_undefined() { None } else { Some(parse_model(&model)?) };
        let missing = text("missingField").zip(text("missingMessage"));
        let endpoint = Endpoint {
            name: text("name").unwrap_or_default(),
            method: text("method").unwrap_or_default(),
            from: From::named(&text("from").unwrap_or_default()),
            path: text("path").unwrap_or_default(),
            idempotent: flag("idempotent"),
            gateway: flag("gateway"),
            model,
            member: text("member"),
            missing,
        };
        let mut read: options::Call = (*read_options(&self.0, options, Caller::Checked)?).clone();
        if !endpoint.gateway {
            read.gateway = None;
        }
        if endpoint.model.is_none() {
            read.session_affinity = None;
            read.queue_request = false;
        }
        start(&self.0, Rc::new(read), Target::Endpoint(Box::new(endpoint)), options)
    }
}

#[inline(never)]
fn text_of(object: &JsValue, name: &'static str) -> Option<String> {
    member(object, name).as_string()
}

fn object_of<const N: usize>(members: [(&'static str, JsValue); N]) -> Object {
    let object = Object::new();
    for (name, value) in &members {
        set(&object, name, value);
    }
    object
}

/// A call under way.
#[wasm_bindgen(skip_typescript)]
pub struct TaskCall(Rc<State>);

struct State {
    call: Rc<JsCall>,
    /// The function that is called on the binding, see `Endpoint` in the import.
    on_binding: Option<Function>,
    /// The content that was sent, for a retry.
    content: RefCell<Option<Rc<JsContent>>>,
    /// The failure that the body of a successful reply has reported.
    reported: RefCell<Option<Failure<JsHost>>>,
    reply: RefCell<Option<JsReply>>,
    reader: RefCell<Option<Reader<JsHost>>>,
    /// The reader of a pending read.
    under_way: RefCell<Option<ReaderLike>>,
    /// True if a stream of the call was returned: it releases the call itself.
    handed_over: Cell<bool>,
}

type Done = Result<JsValue, Failure<JsHost>>;

impl TaskCall {
    /// For a call.
    pub fn new(call: &Rc<JsCall>, on_binding: Option<Function>) -> Self {
        Self(Rc::new(State {
            call: Rc::clone(call),
            on_binding,
            content: RefCell::default(),
            reported: RefCell::default(),
            reply: RefCell::default(),
            reader: RefCell::default(),
            under_way: RefCell::default(),
            handed_over: Cell::default(),
        }))
    }

    /// For a call with a reply, for code that only reads it: it does not end the call.
    pub fn replied(call: &Rc<JsCall>, reply: JsReply) -> Self {
        let own = Self::new(call, None);
        *own.0.reply.borrow_mut() = Some(reply);
        own.0.handed_over.set(true);
        own
    }

    /// The promise of a piece of work; its failure is an error of the call.
    fn promise<F: Future<Output = Done> + 'static>(&self, work: impl FnOnce(Rc<State>) -> F) -> Promise {
        let (state, work) = (Rc::clone(&self.0), work(Rc::clone(&self.0)));
        signed(state, Box::pin(work))
    }
}

/// Not generic, so that the state machine around the work exists once.
fn signed(state: Rc<State>, work: Pin<Box<dyn Future<Output = Done>>>) -> Promise {
    promise(async move { work.await.map_err(|failure| thrown(&state.call, failure)) })
}

impl State {
    fn current(&self) -> Result<JsReply, Failure<JsHost>> {
        self.reply.borrow().clone().ok_or_else(|| Failure::malformed("There is no reply yet."))
    }

    fn signed(&self, done: Done) -> Result<JsValue, JsValue> {
        done.map_err(|failure| thrown(&self.call, failure))
    }

    /// Stores the failure that a reply's body reports, for [`TaskCall::again`].
    fn kept<T>(&self, read: Result<T, Failure<JsHost>>) -> Result<T, Failure<JsHost>> {
        if let Err(failure) = &read
            && failure.is_reported()
        {
            *self.reported.borrow_mut() = Some(failure.clone());
        }
        read
    }

    async fn send(&self, content: &JsContent) -> Done {
        let received = self.call.send(content).await?;
        *self.reply.borrow_mut() = Some(received);
        *self.reader.borrow_mut() = None;
        Ok(JsValue::UNDEFINED)
    }
}

#[wasm_bindgen]
impl TaskCall {
    pub fn facts(&self) -> Object {
        let call = &self.0.call;
        let bounds = &call.client.config.bounds;
        object_of([
            ("model", call.model().unwrap_or_default().into()),
            ("usesGateway", call.options.gateway.is_some().into()),
            ("gateway", call.options.gateway.as_ref().and_then(|gateway| gateway.id.clone()).into()),
            ("rejectIfBusy", call.options.reject_if_busy.into()),
            ("maxResponseBytes", bounds.response.into()),
            ("maxEventBytes", bounds.event.into()),
        ])
    }

    pub fn signal(&self) -> Option<AbortSignal> {
        self.0.call.lifetime.canceller().signal()
    }

    #[wasm_bindgen(js_name = setIdempotent)]
    pub fn set_idempotent(&self, idempotent: bool) {
        self.0.call.idempotent.set(idempotent);
    }

    #[wasm_bindgen(js_name = limitOpening)]
    pub fn limit_opening(&self, ms: f64) {
        self.0.call.lifetime.limit_first_byte(ms);
    }

    #[wasm_bindgen(js_name = planSocket)]
    pub fn plan_socket(&self, outgoing: JsValue) -> Promise {
        let content = encoded(&self.0.call, outgoing);
        self.promise(async move |state| {
            let request = state.call.begin_socket(&content).await?;
            let headers = record(&request.headers, &content);
            let Some(rewrite) = &content.rewrite else {
                return Err(Failure::malformed("There is no rewrite."));
            };
            let planned = rewritten(rewrite, &request.url, &headers)?;
            state.call.socket_requested();
            Ok(planned.into())
        })
    }

    #[wasm_bindgen(js_name = socketConnected)]
    pub fn socket_connected(&self) {
        self.0.call.socket_connected();
    }

    pub fn until(&self, promise: &JsValue) -> Promise {
        let (work, state) = (settled(promise), Rc::clone(&self.0));
        super::promise::promise(async move {
            // A rejection is interpreted by the caller.
            state.call.lifetime.until(work).await.map_err(|failure| thrown(&state.call, failure))?
        })
    }

    pub fn send(&self, outgoing: JsValue) -> Promise {
        let mut content = encoded(&self.0.call, outgoing);
        content.on_binding = self.0.on_binding.clone();
        let content = Rc::new(content);
        *self.0.content.borrow_mut() = Some(Rc::clone(&content));
        self.promise(async move |state| state.send(&content).await)
    }

    pub fn again(&self, error: JsValue) -> Promise {
        self.promise(async move |state| {
            let reported = state.reported.borrow_mut().take();
            let content = state.content.borrow().clone();
            let (Some(failure), Some(content)) = (reported, content) else {
                return Err(Failure::Foreign(error));
            };
            state.call.again(failure, &content).await?;
            state.send(&content).await
        })
    }

    pub fn reply(&self) -> Object {
        let reply = self.0.current().ok();
        let reply = reply.as_ref();
        object_of([
            ("status", reply.and_then(Reply::status).into()),
            ("bodyKind", reply.map_or(0, |reply| reply.media() as u32).into()),
            ("response", reply.map_or(JsValue::UNDEFINED, JsReply::original)),
        ])
    }

    pub fn header(&self, name: &str) -> Option<String> {
        self.0.reply.borrow().as_ref()?.header(name)
    }

    pub fn answer(&self) -> Promise {
        self.promise(async move |state| {
            let answer = state.kept(parse_task_answer(&state.call, &state.current()?).await)?;
            Ok(object_of([("whole", answer.whole), ("result", answer.result)]).into())
        })
    }

    pub fn read(&self) -> Promise {
        self.promise(async move |state| {
            let client = &state.call.client;
            // Taken out of the cell during the wait.
            let reader = state.reader.borrow_mut().take();
            let mut reader = match reader {
                Some(reader) => reader,
                None => Reader::open(&*client.host, &state.current()?, client.config.bounds.response)?,
            };
            if let Some(JsBody::Stream(source)) = reader.body() {
                *state.under_way.borrow_mut() = Some((**source).clone());
            }
            let chunk = reader.next(&*client.host, &state.call.lifetime).await;
            *state.under_way.borrow_mut() = None;
            *state.reader.borrow_mut() = Some(reader);
            Ok(chunk?.map_or(JsValue::UNDEFINED, |Bytes(chunk): Bytes| chunk.into()))
        })
    }

    pub fn open(&self, text: &str) -> Result<JsValue, JsValue> {
        let state = &*self.0;
        state.signed(state.current().and_then(|reply| state.kept(open_text(&state.call, &reply, text))))
    }

    pub fn stream(&self, chunks: bool) -> Promise {
        self.promise(async move |state| {
            let reply = resumed(&state.call, state.current()?).await?;
            let stream = state.kept(open_stream(&state.call, &reply, chunks).await)?;
            state.handed_over.set(true);
            Ok(stream.into())
        })
    }

    #[wasm_bindgen(js_name = streamOf)]
    pub fn stream_of(&self, body: JsValue) -> Result<JsValue, JsValue> {
        let state = &*self.0;
        let stream = state.current().and_then(|reply| stream_over(&state.call, &reply, body));
        state.signed(stream.map(|stream| {
            state.handed_over.set(true);
            stream.into()
        }))
    }

    #[wasm_bindgen(js_name = textResult)]
    pub fn text_result(&self, json: String) -> Promise {
        // A failure of one answer of many is not a failure of this call.
        self.promise(async move |state| text_result(&state.call, &json).await.map_err(Failure::Foreign))
    }

    pub fn drain(&self) -> Promise {
        let reader = self.0.reader.borrow_mut().take();
        match reader.and_then(Reader::into_body) {
            Some(JsBody::Stream(reader)) => drain(&reader),
            _ => Promise::resolve(&JsValue::UNDEFINED),
        }
    }

    pub fn stop(&self) {
        // Taken out of the cells first: cancelling may reenter. A pending read ends as at the end of the
        // reply.
        let under_way = self.0.under_way.borrow_mut().take();
        if let Some(source) = under_way {
            source.cancel(&JsValue::UNDEFINED);
        }
        let reader = self.0.reader.borrow_mut().take();
        if let Some(mut reader) = reader {
            reader.stop(&*self.0.call.client.host);
            *self.0.reader.borrow_mut() = Some(reader);
        }
    }

    pub fn discard(&self) {
        if let Ok(reply) = self.0.current() {
            reply.discard();
        }
    }

    pub fn meta(&self) -> Object {
        let reply = self.0.current().unwrap_or_else(|_| JsReply::new(JsValue::UNDEFINED));
        meta_at_end(&self.0.call, &reply)
    }

    pub fn unreadable(&self, cause: JsValue) -> JsValue {
        thrown(&self.0.call, Failure::Foreign(cause))
    }

    pub fn failure(&self, error: &JsValue) -> JsValue {
        thrown(&self.0.call, read_error(error).into())
    }

    pub fn sign(&self, error: JsValue) -> JsValue {
        sign(&self.0.call, error)
    }

    pub fn release(&self) {
        if !self.0.handed_over.get() {
            self.0.call.lifetime.release();
        }
    }

    #[wasm_bindgen(js_name = releaseTimers)]
    pub fn release_timers(&self) {
        self.0.call.lifetime.release_timers();
    }
}
