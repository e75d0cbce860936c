//! One call's limits of time and its cancellation: the caller's signal, the timers, and the signal that goes to the
//! transport, which is aborted with a `WorkersAIError` whoever aborts it.
//!
//! Read [`Guard`] first: the owner that the call holds. [`GuardHandle`] is the same thing in JavaScript's hands, for
//! the stream that outlives the call. When the last of them goes, timers and listeners go with it.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Poll, Waker};

use js_sys::{Function, JsString, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::convert::{get, invoke, now, promise, stringify};
use super::error::Failure;
use crate::error::{Code, Error};
use crate::options::Timeouts;
use crate::secret::{Secret, withhold};

#[wasm_bindgen]
extern "C" {
    type AbortController;
    #[wasm_bindgen(constructor)]
    fn new() -> AbortController;
    #[wasm_bindgen(method, getter)]
    fn signal(this: &AbortController) -> JsValue;
    #[wasm_bindgen(method)]
    fn abort(this: &AbortController, reason: &JsValue);

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, ms: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: &JsValue);
}

/// Which limit was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    Total,
    FirstByte,
    Idle,
}

/// Why the guard ended the call.
#[derive(Debug, Clone)]
struct Ended {
    code: Code,
    limit: Option<Limit>,
    reason: JsValue,
}

/// A timer that is cleared when it is dropped.
struct Timer {
    id: JsValue,
    _callback: Closure<dyn Fn()>,
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.id);
    }
}

/// The ear on the caller's signal, which is taken off when it is dropped.
struct Listener {
    signal: JsValue,
    heard: Closure<dyn Fn()>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _gone = invoke(&self.signal, "removeEventListener", &[&"abort".into(), self.heard.as_ref()]);
    }
}

struct Inner {
    controller: RefCell<AbortController>,
    limits: Timeouts,
    total: RefCell<Option<Timer>>,
    first_byte: RefCell<Option<Timer>>,
    idle: RefCell<Option<Timer>>,
    listener: RefCell<Option<Listener>>,
    ended: RefCell<Option<Ended>>,
    waker: RefCell<Option<Waker>>,
    attempts: Cell<u32>,
    first_byte_at: Cell<Option<f64>>,
    request_id: RefCell<Option<String>>,
    secrets: RefCell<Vec<Secret>>,
    input: RefCell<JsValue>,
}

/// A call's limits. See the module.
#[derive(Clone)]
pub struct Guard(Rc<Inner>);

impl Guard {
    /// Begins a call. A signal that is aborted already ends it at once.
    pub fn begin(limits: Timeouts, signal: &JsValue) -> Self {
        let guard = Self(Rc::new(Inner {
            controller: RefCell::new(AbortController::new()),
            limits,
            total: RefCell::default(),
            first_byte: RefCell::default(),
            idle: RefCell::default(),
            listener: RefCell::default(),
            ended: RefCell::default(),
            waker: RefCell::default(),
            attempts: Cell::new(0),
            first_byte_at: Cell::new(None),
            request_id: RefCell::default(),
            secrets: RefCell::default(),
            input: RefCell::new(JsValue::UNDEFINED),
        }));
        guard.listen(signal);
        guard.start(&guard.0.total, Limit::Total);
        guard
    }

    /// Begins an attempt and returns its number.
    pub fn attempt(&self) -> u32 {
        self.0.attempts.set(self.0.attempts.get() + 1);
        self.start(&self.0.first_byte, Limit::FirstByte);
        self.0.attempts.get()
    }

    /// Ends a failed attempt that another one follows. After a first byte that did not come in time that one has a fresh
    /// signal.
    pub fn between_attempts(&self) {
        stop(&self.0.first_byte);
        self.0.first_byte_at.set(None);
        if self.reason().is_some() && !self.end_is_final() {
            self.0.ended.replace(None);
            self.0.controller.replace(AbortController::new());
        }
    }

    /// Requests made so far.
    pub fn attempts(&self) -> u32 {
        self.0.attempts.get()
    }

    /// The signal for the transport.
    pub fn signal(&self) -> JsValue {
        self.0.controller.borrow().signal()
    }

    /// The `WorkersAIError` that ended the call, if one has.
    pub fn reason(&self) -> Option<JsValue> {
        self.0.ended.borrow().as_ref().map(|ended| ended.reason.clone())
    }

    /// May the call go on after it was ended? Only a first byte that did not come may come next time.
    pub fn end_is_final(&self) -> bool {
        self.0.ended.borrow().as_ref().is_some_and(|ended| ended.limit != Some(Limit::FirstByte))
    }

    /// The kind of failure that ended the call.
    pub fn end_code(&self) -> Option<Code> {
        self.0.ended.borrow().as_ref().map(|ended| ended.code)
    }

    /// Bytes of the body have come; the first of them count.
    pub fn first_byte(&self) {
        if self.0.first_byte_at.get().is_none() {
            self.0.first_byte_at.set(Some(now()));
            stop(&self.0.first_byte);
        }
    }

    /// When the first byte of the body came.
    pub fn first_byte_at(&self) -> Option<f64> {
        self.0.first_byte_at.get()
    }

    /// Remembers the service's id, for errors that come later.
    pub fn note_request_id(&self, id: Option<String>) {
        self.0.request_id.replace(id);
    }

    /// Remembers what must not be shown.
    pub fn hide(&self, secrets: impl IntoIterator<Item = Secret>) {
        self.0.secrets.borrow_mut().extend(secrets);
    }

    /// Remembers the input, JSON text or an object, which no message may repeat.
    pub fn keep_input(&self, input: JsValue) {
        self.0.input.replace(input);
    }

    fn input_text(&self) -> Option<String> {
        /// A larger one is mostly media, and would make the memory grow for good.
        const MAX_LEN: u32 = 4 << 20;
        let input = self.0.input.borrow().clone();
        let text = match input.dyn_into::<JsString>() {
            Ok(text) => Some(text),
            Err(input) if input.is_object() => stringify(&input).ok().flatten(),
            Err(_) => None,
        };
        text.filter(|text| text.length() <= MAX_LEN).map(String::from)
    }

    /// A failure as JavaScript sees it: with attempts and the id, without secrets.
    pub fn fail(&self, mut failure: Failure) -> JsValue {
        let error = &mut failure.error;
        error.attempts = error.attempts.or(Some(self.attempts()).filter(|attempts| *attempts > 0));
        error.request_id = error.request_id.take().or_else(|| self.0.request_id.borrow().clone());
        if let Some(input) = self.input_text() {
            error.message = withhold(&error.message, input.as_bytes());
        }
        let secrets = self.0.secrets.borrow().clone();
        failure.into_js(&secrets)
    }

    /// The error for a body that broke off while it was read.
    pub fn broken(&self, thrown: JsValue) -> JsValue {
        let error = Error::new(Code::Network, "The connection broke while the reply was read. Try again.");
        self.reason().unwrap_or_else(|| self.fail(Failure::caused(error, thrown)))
    }

    /// Ends the call because the caller wants it.
    pub fn abort(&self, reason: JsValue) {
        let cause = if reason.is_undefined() { None } else { Some(reason) };
        self.end(Error::new(Code::Aborted, "The call was aborted."), None, cause);
    }

    /// Waits for a promise, or for the end of the call. The error is the promise's own or the guard's reason.
    pub async fn until(&self, awaited: &JsValue) -> Result<JsValue, JsValue> {
        let mut future = JsFuture::from(promise(awaited));
        poll_fn(|context| {
            if let Some(reason) = self.reason() {
                return Poll::Ready(Err(reason));
            }
            match Pin::new(&mut future).poll(context) {
                Poll::Ready(result) => Poll::Ready(result),
                Poll::Pending => {
                    self.0.waker.replace(Some(context.waker().clone()));
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// Waits for bytes: an idle connection ends the call.
    pub async fn until_read(&self, read: &JsValue) -> Result<JsValue, JsValue> {
        self.start(&self.0.idle, Limit::Idle);
        let result = self.until(read).await;
        stop(&self.0.idle);
        result
    }

    /// Sleeps, abortably.
    pub async fn sleep(&self, ms: f64) -> Result<(), JsValue> {
        let id = Rc::new(RefCell::new(JsValue::UNDEFINED));
        let slot = Rc::clone(&id);
        let slept = Promise::new(&mut |resolve, _| {
            slot.replace(set_timeout(&resolve, ms));
        });
        let result = self.until(&slept).await;
        clear_timeout(&id.borrow());
        result.map(|_| ())
    }

    /// Stops timers and listening. What was aborted stays aborted.
    pub fn release(&self) {
        stop(&self.0.total);
        stop(&self.0.first_byte);
        stop(&self.0.idle);
        self.stop_listening();
        self.keep_input(JsValue::UNDEFINED);
    }

    fn listen(&self, signal: &JsValue) {
        if !signal.is_object() {
            return;
        }
        if get(signal, "aborted").is_truthy() {
            return self.abort(get(signal, "reason"));
        }
        let weak = Rc::downgrade(&self.0);
        let source = signal.clone();
        let heard =
            Closure::<dyn Fn()>::new(move || with(&weak, |guard| guard.abort(get(&source, "reason"))));
        if invoke(signal, "addEventListener", &[&"abort".into(), heard.as_ref()]).is_ok() {
            self.0.listener.replace(Some(Listener { signal: signal.clone(), heard }));
        }
    }

    fn stop_listening(&self) {
        // Taken out first, so that nothing is borrowed while JavaScript runs.
        let listener = self.0.listener.take();
        drop(listener);
    }

    fn start(&self, slot: &RefCell<Option<Timer>>, limit: Limit) {
        let ms = match limit {
            Limit::Total => self.0.limits.total,
            Limit::FirstByte => self.0.limits.first_byte,
            Limit::Idle => self.0.limits.idle,
        };
        let Some(ms) = ms.filter(|_| self.reason().is_none()) else { return };
        let weak = Rc::downgrade(&self.0);
        let callback = Closure::<dyn Fn()>::new(move || with(&weak, |guard| guard.expire(limit)));
        let id = set_timeout(callback.as_ref().unchecked_ref(), ms);
        slot.replace(Some(Timer { id, _callback: callback }));
    }

    fn expire(&self, limit: Limit) {
        let (option, ms, what) = match limit {
            Limit::Total => ("timeout.total", self.0.limits.total, "The call was not finished"),
            Limit::FirstByte => ("timeout.firstByte", self.0.limits.first_byte, "The answer did not begin"),
            Limit::Idle => ("timeout.idle", self.0.limits.idle, "No bytes came"),
        };
        let within = ms.map(|ms| format!(" within {} ms", ms as u64)).unwrap_or_default();
        let message =
            format!("{what}{within}. Allow more with {option}, ask for fewer tokens, or try again.");
        self.end(Error::new(Code::Timeout, &message), Some(limit), None);
    }

    /// Ends the call once; whatever comes after is too late.
    fn end(&self, error: Error, limit: Option<Limit>, cause: Option<JsValue>) {
        if self.0.ended.borrow().is_some() {
            return;
        }
        let code = error.code;
        let reason = self.fail(Failure { error, cause, partial: None });
        self.0.ended.replace(Some(Ended { code, limit, reason: reason.clone() }));
        stop(&self.0.first_byte);
        stop(&self.0.idle);
        if limit != Some(Limit::FirstByte) {
            stop(&self.0.total);
            self.stop_listening();
        }
        let controller = self.0.controller.borrow().clone();
        controller.unchecked_ref::<AbortController>().abort(&reason);
        let waker = self.0.waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

fn with(guard: &Weak<Inner>, work: impl FnOnce(Guard)) {
    if let Some(inner) = guard.upgrade() {
        work(Guard(inner));
    }
}

fn stop(slot: &RefCell<Option<Timer>>) {
    drop(slot.take());
}

/// The guard in JavaScript's hands.
#[wasm_bindgen(js_name = Guard, skip_typescript)]
pub struct GuardHandle {
    pub(super) inner: Guard,
}

impl From<Guard> for GuardHandle {
    fn from(inner: Guard) -> Self {
        Self { inner }
    }
}

#[wasm_bindgen(js_class = Guard)]
impl GuardHandle {
    /// The signal that the transport was given.
    #[wasm_bindgen(getter, skip_typescript)]
    pub fn signal(&self) -> JsValue {
        self.inner.signal()
    }

    /// Ends the call because the caller wants it.
    #[wasm_bindgen(skip_typescript)]
    pub fn abort(&self, reason: JsValue) {
        self.inner.abort(reason);
    }

    /// Ends the call because a limit was reached: `"total"`, `"firstByte"` or `"idle"`.
    #[wasm_bindgen(skip_typescript)]
    pub fn expire(&self, kind: JsValue) {
        self.inner.expire(match kind.as_string().as_deref() {
            Some("idle") => Limit::Idle,
            Some("firstByte") => Limit::FirstByte,
            _ => Limit::Total,
        });
    }

    /// The first byte of the body has come.
    #[wasm_bindgen(js_name = firstByte, skip_typescript)]
    pub fn first_byte(&self) {
        self.inner.first_byte();
    }

    /// The error for a body that broke off: `NETWORK`, or the reason for which the call was ended before.
    #[wasm_bindgen(skip_typescript)]
    pub fn broken(&self, thrown: JsValue) -> JsValue {
        self.inner.broken(thrown)
    }

    /// The call is over: no timer and no listener is left.
    #[wasm_bindgen(skip_typescript)]
    pub fn release(&self) {
        self.inner.release();
    }
}
