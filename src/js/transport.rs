//! The client, as the module with the tasks meets it: its other side is `crate::js::tasks::transport`, where each member is described.

#![allow(missing_docs, reason = "every member is described at its other side, crate::js::tasks::transport")]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Object, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::client::call::{Raw, begin, parse_model, read_options, rejection, start, thrown};
use super::client::meta::meta_at_end;
use super::client::run::{encoded, judge, not_json, open_text, text_result};
use super::client::{JsCall, JsClient, open_stream, parse_answer, stream_over};
use super::error::sign;
use super::host::fetch::{record, rewritten};
use super::host::{Bytes, JsHost, JsReply, parse_json, platform};
use super::promise::{promise, settled};
use super::value::{member, set};
use crate::client::body::Reader;
use crate::client::host::Reply;
use crate::client::{Endpoint, Failure, Target};
use crate::error::{Code, Error};
use crate::options;
use crate::plan::base::{From, account_id, base};

/// A client that calls can be made with.
#[wasm_bindgen(skip_typescript)]
pub struct Transport(Rc<JsClient>);

impl Transport {
    /// Of a client.
    pub fn new(client: &Rc<JsClient>) -> Self {
        Self(Rc::clone(client))
    }
}

#[wasm_bindgen]
impl Transport {
    #[wasm_bindgen(getter)]
    pub fn door(&self) -> String {
        self.0.config.door.as_str().to_owned()
    }

    #[wasm_bindgen(getter, js_name = isPage)]
    pub fn is_page(&self) -> bool {
        self.0.browser
    }

    /// Those of Node, Bun and Deno do, over every version of HTTP; one of the caller's own may not.
    #[wasm_bindgen(getter, js_name = takesStreams)]
    pub fn takes_streams(&self) -> bool {
        self.0.host.fetch.is_none() && !platform::is_worker() && platform::is_node()
    }

    #[wasm_bindgen(getter)]
    pub fn binding(&self) -> JsValue {
        self.0.host.binding.as_ref().map_or(JsValue::UNDEFINED, JsValue::from)
    }

    #[wasm_bindgen(getter, js_name = accountId)]
    pub fn account_id(&self) -> Option<String> {
        account_id(&self.0.config.door, self.0.host.account_id.as_deref())
    }

    pub fn base(&self, from: &str) -> Result<String, JsValue> {
        let base = base(&self.0.config.door, From::named(from));
        base.map(str::to_owned).map_err(|error| rejection(error.into()))
    }

    pub fn call(&self, model: &JsValue, options: &JsValue) -> Result<TaskCall, JsValue> {
        let call = begin(&self.0, model, options, Raw::Ignored).map_err(rejection)?;
        Ok(TaskCall::new(&call))
    }

    #[wasm_bindgen(js_name = callEndpoint)]
    pub fn call_endpoint(&self, endpoint: &JsValue, options: &JsValue) -> Result<TaskCall, JsValue> {
        let call = self.begin_endpoint(endpoint, options).map_err(rejection)?;
        let own = TaskCall::new(&call);
        *own.on_binding.borrow_mut() = member(endpoint, "onBinding").dyn_into().ok();
        Ok(own)
    }
}

impl Transport {
    fn begin_endpoint(&self, endpoint: &JsValue, options: &JsValue) -> Result<Rc<JsCall>, Failure<JsHost>> {
        let text = |name| member(endpoint, name).as_string();
        let flag = |name| member(endpoint, name).as_bool().unwrap_or(false);
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
        let mut read: options::Call = (*read_options(&self.0, options, Raw::Ignored)?).clone();
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

/// A call under way.
#[wasm_bindgen(skip_typescript)]
pub struct TaskCall {
    call: Rc<JsCall>,
    reply: Rc<RefCell<Option<JsReply>>>,
    reader: Rc<RefCell<Option<Reader<JsHost>>>>,
    on_binding: RefCell<Option<Function>>,
    /// Was a stream of the call given away? It releases the call by itself.
    given_away: Rc<Cell<bool>>,
}

impl TaskCall {
    /// Of a call.
    pub fn new(call: &Rc<JsCall>) -> Self {
        Self {
            call: Rc::clone(call),
            reply: Rc::default(),
            reader: Rc::default(),
            on_binding: RefCell::new(None),
            given_away: Rc::default(),
        }
    }

    /// The promise of a piece of work; what stops it is an error of the call.
    fn promise(&self, work: impl Future<Output = Result<JsValue, Failure<JsHost>>> + 'static) -> Promise {
        let call = Rc::clone(&self.call);
        promise(async move { work.await.map_err(|failure| thrown(&call, failure)) })
    }

    fn current(&self) -> Result<JsReply, Failure<JsHost>> {
        current(&self.reply)
    }
}

fn current(reply: &RefCell<Option<JsReply>>) -> Result<JsReply, Failure<JsHost>> {
    reply.borrow().clone().ok_or_else(|| Failure::malformed("There is no reply yet."))
}

#[wasm_bindgen]
impl TaskCall {
    #[wasm_bindgen(getter)]
    pub fn model(&self) -> String {
        self.call.model().unwrap_or_default().to_owned()
    }

    #[wasm_bindgen(getter)]
    pub fn signal(&self) -> Option<AbortSignal> {
        self.call.lifetime.canceller().signal()
    }

    #[wasm_bindgen(getter, js_name = usesGateway)]
    pub fn uses_gateway(&self) -> bool {
        self.call.options.gateway.is_some()
    }

    #[wasm_bindgen(getter, js_name = rejectIfBusy)]
    pub fn reject_if_busy(&self) -> bool {
        self.call.options.reject_if_busy
    }

    #[wasm_bindgen(getter, js_name = maxResponseBytes)]
    pub fn max_response_bytes(&self) -> f64 {
        self.call.client.config.bounds.response
    }

    #[wasm_bindgen(getter, js_name = maxEventBytes)]
    pub fn max_event_bytes(&self) -> f64 {
        self.call.client.config.bounds.event
    }

    #[wasm_bindgen(setter)]
    pub fn set_idempotent(&self, idempotent: bool) {
        self.call.idempotent.set(idempotent);
    }

    #[wasm_bindgen(js_name = limitOpening)]
    pub fn limit_opening(&self, ms: f64) {
        self.call.lifetime.limit_first_byte(ms);
    }

    #[wasm_bindgen(js_name = planSocket)]
    pub fn plan_socket(&self, outgoing: JsValue) -> Promise {
        let call = Rc::clone(&self.call);
        let content = encoded(&call, outgoing);
        self.promise(async move {
            let request = call.begin_socket(&content).await?;
            let headers = record(&request.headers, &content);
            let Some(rewrite) = &content.rewrite else {
                return Err(Failure::malformed("There is no rewrite."));
            };
            let planned = rewritten(rewrite, &request.url, &headers)?;
            call.socket_requested();
            Ok(planned.into())
        })
    }

    #[wasm_bindgen(js_name = socketOpened)]
    pub fn socket_opened(&self) {
        self.call.socket_opened();
    }

    pub fn until(&self, promise: &JsValue) -> Promise {
        let (call, work) = (Rc::clone(&self.call), settled(promise));
        self.promise(async move { call.lifetime.until(work).await?.map_err(Failure::Foreign) })
    }

    pub fn sleep(&self, ms: f64) -> Promise {
        let call = Rc::clone(&self.call);
        self.promise(async move { call.lifetime.sleep(ms).await.map(|()| JsValue::UNDEFINED) })
    }

    pub fn send(&self, outgoing: JsValue) -> Promise {
        let (call, reply) = (Rc::clone(&self.call), Rc::clone(&self.reply));
        let mut content = encoded(&call, outgoing);
        content.on_binding = self.on_binding.borrow().clone();
        self.promise(async move {
            let received = call.send(&content).await?;
            *reply.borrow_mut() = Some(received);
            Ok(JsValue::UNDEFINED)
        })
    }

    #[wasm_bindgen(getter)]
    pub fn status(&self) -> Option<u16> {
        self.reply.borrow().as_ref()?.status()
    }

    #[wasm_bindgen(getter, js_name = bodyKind)]
    pub fn body_kind(&self) -> u32 {
        self.reply.borrow().as_ref().map_or(0, |reply| reply.media() as u32)
    }

    pub fn header(&self, name: &str) -> Option<String> {
        self.reply.borrow().as_ref()?.header(name)
    }

    #[wasm_bindgen(getter)]
    pub fn response(&self) -> JsValue {
        self.reply.borrow().as_ref().map_or(JsValue::UNDEFINED, JsReply::original)
    }

    pub fn answer(&self) -> Promise {
        let (call, reply) = (Rc::clone(&self.call), Rc::clone(&self.reply));
        self.promise(async move {
            let reply = current(&reply)?;
            Ok(parse_answer(&call, &reply).await?.result)
        })
    }

    #[wasm_bindgen(js_name = wholeAnswer)]
    pub fn whole_answer(&self) -> Promise {
        let (call, reply) = (Rc::clone(&self.call), Rc::clone(&self.reply));
        self.promise(async move {
            let reply = current(&reply)?;
            let answer = parse_answer(&call, &reply).await?;
            let both = Object::new();
            set(&both, "whole", &answer.whole);
            set(&both, "result", &answer.result);
            Ok(both.into())
        })
    }

    pub fn read(&self) -> Promise {
        let (call, reply, cell) = (Rc::clone(&self.call), Rc::clone(&self.reply), Rc::clone(&self.reader));
        self.promise(async move {
            let host = &*call.client.host;
            // Out of the cell while it waits.
            let reader = cell.borrow_mut().take();
            let mut reader = match reader {
                Some(reader) => reader,
                None => Reader::open(host, &current(&reply)?, call.client.config.bounds.response)?,
            };
            let chunk = reader.next(host, &call.lifetime).await;
            *cell.borrow_mut() = Some(reader);
            Ok(chunk?.map_or(JsValue::UNDEFINED, |Bytes(chunk): Bytes| chunk.into()))
        })
    }

    pub fn open(&self, text: &str) -> Result<JsValue, JsValue> {
        let opened = self.current().and_then(|reply| open_text(&self.call, &reply, text));
        opened.map_err(|failure| thrown(&self.call, failure))
    }

    #[wasm_bindgen(js_name = openWhole)]
    pub fn open_whole(&self, text: &str) -> Result<JsValue, JsValue> {
        let opened = self.current().and_then(|reply| {
            let whole = parse_json(text).map_err(not_json)?;
            judge(&self.call, &reply, whole)
        });
        opened.map(|answer| answer.result).map_err(|failure| thrown(&self.call, failure))
    }

    pub fn stream(&self, chunks: bool) -> Promise {
        let (call, reply, given_away) =
            (Rc::clone(&self.call), Rc::clone(&self.reply), Rc::clone(&self.given_away));
        self.promise(async move {
            let reply = current(&reply)?;
            let stream = open_stream(&call, &reply, chunks).await?;
            given_away.set(true);
            Ok(stream.into())
        })
    }

    #[wasm_bindgen(js_name = streamOf)]
    pub fn stream_of(&self, body: JsValue) -> Result<JsValue, JsValue> {
        let reply = self.current().map_err(|failure| thrown(&self.call, failure))?;
        self.given_away.set(true);
        Ok(stream_over(&self.call, &reply, body).into())
    }

    #[wasm_bindgen(js_name = textResult)]
    pub fn text_result(&self, json: String) -> Promise {
        let call = Rc::clone(&self.call);
        promise(async move { text_result(&call, &json).await })
    }

    #[wasm_bindgen(js_name = stopReading)]
    pub fn stop_reading(&self) {
        // Out of the cell first: whoever sends may come back in here. A read under way holds it: it ends with the call.
        let reader = self.reader.borrow_mut().take();
        if let Some(mut reader) = reader {
            reader.stop(&*self.call.client.host);
            *self.reader.borrow_mut() = Some(reader);
        }
    }

    pub fn discard(&self) {
        if let Ok(reply) = self.current() {
            reply.discard();
        }
    }

    pub fn meta(&self) -> JsValue {
        match self.current() {
            Ok(reply) => meta_at_end(&self.call, &reply).into(),
            Err(_) => meta_at_end(&self.call, &JsReply::new(JsValue::UNDEFINED)).into(),
        }
    }

    pub fn failure(&self, code: &str, message: &str, field: Option<String>) -> JsValue {
        let mut error = Error::new(Code::named(code).unwrap_or(Code::Unknown), message);
        error.field = field;
        thrown(&self.call, error.into())
    }

    pub fn sign(&self, error: JsValue) -> JsValue {
        sign(&self.call, error)
    }

    pub fn release(&self) {
        if !self.given_away.get() {
            self.call.lifetime.release();
        }
    }

    #[wasm_bindgen(js_name = releaseTimers)]
    pub fn release_timers(&self) {
        self.call.lifetime.release_timers();
    }
}
