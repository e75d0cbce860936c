//! The timeouts and the cancellation of one call.
//!
//! All timeouts share one timer, which is set for the earliest deadline and checks all of them when it fires.
//! Extending a deadline, as each read of a body does, therefore costs nothing. The canceller is created when
//! a request first needs it.
//!
//! The call may be ended at any time, by the caller or by a timeout. The end is one error object, created
//! once, which every pending wait of the call receives.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

use super::failure::Failure;
use super::host::Host;
use crate::error::{Code, Error};
use crate::input_redaction::InputRedactor;
use crate::options::Timeouts;
use crate::secret::Hidden;
use crate::text::{concat, decimal, split_first};

/// The reason of an early end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The timeout of the whole call.
    Total,
    /// The timeout until the first byte. It ends an attempt only, so a retry may succeed.
    FirstByte,
    /// The timeout of a read.
    Idle,
    /// The caller.
    Caller,
    /// The runtime, which could not start a timer: no timeout could be enforced.
    Runtime,
}

/// Platforms fire timers up to this many milliseconds early.
const EARLY_MS: f64 = 1.0;
const NEVER: f64 = f64::INFINITY;

/// The deadlines.
#[derive(Debug, Clone, Copy)]
struct Deadlines {
    total: f64,
    first_byte: f64,
    idle: f64,
    /// The end of a pause.
    pause: f64,
}

impl Deadlines {
    fn earliest(&self) -> f64 {
        self.total.min(self.first_byte).min(self.idle).min(self.pause)
    }
}

/// A pending read.
struct PendingRead<'a, H: Host>(&'a Lifetime<H>);

impl<H: Host> Drop for PendingRead<'_, H> {
    fn drop(&mut self) {
        self.0.edit(|deadlines| deadlines.idle = NEVER);
    }
}

/// One wait. Its waker is removed when it is over or dropped: a body is read in any number of waits, each of which
/// may be a task of its own.
struct Wait<'a, H: Host> {
    lifetime: &'a Lifetime<H>,
    number: u32,
}

impl<'a, H: Host> Wait<'a, H> {
    fn new(lifetime: &'a Lifetime<H>) -> Self {
        let number = lifetime.waits.get().wrapping_add(1);
        lifetime.waits.set(number);
        Self { lifetime, number }
    }

    fn pending<T>(&self, context: &Context<'_>) -> Poll<T> {
        let mut wakers = self.lifetime.wakers.borrow_mut();
        match wakers.iter_mut().find(|(number, _)| *number == self.number) {
            Some((_, waker)) => waker.clone_from(context.waker()),
            None => wakers.push((self.number, context.waker().clone())),
        }
        Poll::Pending
    }
}

impl<H: Host> Drop for Wait<'_, H> {
    fn drop(&mut self) {
        let mut wakers = self.lifetime.wakers.borrow_mut();
        let place = wakers.iter().position(|(number, _)| *number == self.number);
        let waker = place.map(|place| wakers.remove(place));
        // Dropped outside of the cell: it may free its task.
        drop(wakers);
        drop(waker);
    }
}

/// See the module.
pub struct Lifetime<H: Host> {
    own: Weak<Lifetime<H>>,
    host: Rc<H>,
    limits: Cell<Timeouts>,
    deadlines: Cell<Deadlines>,
    /// The running timer and the time at which it fires.
    timer: RefCell<Option<(f64, H::Timer)>>,
    canceller: RefCell<Option<H::Canceller>>,
    ended: RefCell<Option<(By, Error, H::Thrown)>>,
    /// The wakers of all pending waits, by the number of the wait.
    wakers: RefCell<Vec<(u32, Waker)>>,
    /// Number of waits so far.
    waits: Cell<u32>,
    subscription: RefCell<Option<H::Subscription>>,
    released: Cell<bool>,
    handed_over: Cell<bool>,
    /// The start of the call.
    pub started_at: f64,
    attempts: Cell<u32>,
    first_byte_at: Cell<Option<f64>>,
    ids: RefCell<Ids>,
    hidden: RefCell<Hidden>,
    texts: RefCell<Option<H::Texts>>,
    /// The model of the call. It is a name, so it is not removed from messages even if the input contains
    /// it.
    model: Option<String>,
}

/// The ids of the current request, for later errors.
#[derive(Debug, Clone, Default)]
pub struct Ids {
    /// The service's.
    pub request: Option<String>,
    /// That of the gateway's log entry.
    pub gateway_log: Option<String>,
}

impl<H: Host> Lifetime<H> {
    /// Begins a call, for a model if there is one.
    pub fn new(host: &Rc<H>, limits: Timeouts, hidden: Hidden, model: Option<&str>) -> Rc<Self> {
        let started_at = host.now();
        let after = |limit: Option<f64>| limit.map_or(NEVER, |ms| started_at + ms);
        let deadlines =
            Deadlines { total: after(limits.total), first_byte: NEVER, idle: NEVER, pause: NEVER };
        let lifetime = Rc::new_cyclic(|own| Self {
            own: own.clone(),
            host: Rc::clone(host),
            limits: Cell::new(limits),
            deadlines: Cell::new(deadlines),
            timer: RefCell::new(None),
            canceller: RefCell::new(None),
            ended: RefCell::new(None),
            wakers: RefCell::new(Vec::new()),
            waits: Cell::new(0),
            subscription: RefCell::new(None),
            released: Cell::new(false),
            handed_over: Cell::new(false),
            started_at,
            attempts: Cell::new(0),
            first_byte_at: Cell::new(None),
            ids: RefCell::new(Ids::default()),
            hidden: RefCell::new(hidden),
            texts: RefCell::new(None),
            model: model.map(str::to_owned),
        });
        // Includes the deadlines that begin later, which will hardly be earlier, so that the timer need not
        // be reset for them.
        let first = deadlines.total.min(after(limits.first_byte)).min(after(limits.idle));
        lifetime.set_timer(first, started_at);
        lifetime
    }

    /// Observes the caller's signal until the call is over.
    pub fn observe(&self, subscription: H::Subscription) {
        if !self.released.get() {
            *self.subscription.borrow_mut() = Some(subscription);
        }
    }

    /// Sets a timeout until the first byte, unless one for that or for the whole call is set. Called before
    /// the first attempt.
    pub fn limit_first_byte(&self, ms: f64) {
        let limits = self.limits.get();
        if limits.total.is_none() && limits.first_byte.is_none() {
            self.limits.set(Timeouts { first_byte: Some(ms), ..limits });
        }
    }

    /// A lifetime without timeouts that adds the same metadata to errors: for a part of an answer that is
    /// parsed separately.
    pub fn detached(&self) -> Rc<Self> {
        let none = Timeouts { total: None, first_byte: None, idle: None };
        let detached = Self::new(&self.host, none, self.hidden.borrow().clone(), self.model.as_deref());
        detached.attempts.set(self.attempts.get());
        detached.set_ids(self.ids());
        detached
    }

    /// The canceller of the current requests. It is replaced only after an attempt has timed out before its
    /// first byte.
    pub fn canceller(&self) -> H::Canceller {
        if let Some(canceller) = &*self.canceller.borrow() {
            return canceller.clone();
        }
        let canceller = self.host.canceller();
        *self.canceller.borrow_mut() = Some(canceller.clone());
        // Copied out of the cell first: abort listeners may call this method again.
        let ended = self.ended.borrow().as_ref().map(|(.., thrown)| thrown.clone());
        if let Some(thrown) = ended {
            self.host.cancel(&canceller, &thrown);
        }
        canceller
    }

    /// The end, if the call has ended.
    pub fn end(&self) -> Option<Failure<H>> {
        let ended = self.ended.borrow();
        ended.as_ref().map(|(_, error, thrown)| Failure::Thrown(error.clone(), thrown.clone()))
    }

    /// True if the call has ended. A first-byte timeout ends an attempt, not the call.
    pub fn is_over(&self) -> bool {
        self.ended_by().is_some_and(|by| by != By::FirstByte)
    }

    /// Fails if the call has ended.
    pub fn check(&self) -> Result<(), Failure<H>> {
        match self.end() {
            Some(end) if self.is_over() => Err(end),
            _ => Ok(()),
        }
    }

    fn ended_by(&self) -> Option<By> {
        self.ended.borrow().as_ref().map(|(by, ..)| *by)
    }

    /// Begins an attempt at the time `now`.
    pub fn begin_attempt(&self, now: f64) {
        self.attempts.set(self.attempts.get() + 1);
        self.first_byte_at.set(None);
        self.ids.take();
        if let Some(ms) = self.limits.get().first_byte {
            self.set_deadlines(|deadlines| deadlines.first_byte = now + ms, now);
        }
    }

    /// The number of requests so far.
    pub fn attempts(&self) -> u32 {
        self.attempts.get()
    }

    /// The time of the body's first byte.
    pub fn first_byte_at(&self) -> Option<f64> {
        self.first_byte_at.get()
    }

    /// The ids of the latest reply.
    pub fn ids(&self) -> Ids {
        self.ids.borrow().clone()
    }

    /// Stores the ids of a reply. They are redacted like a message, since a service may echo the input in
    /// them.
    pub fn set_ids(&self, ids: Ids) {
        let clean = |id: Option<String>| id.map(|id| self.hidden.borrow().out_of(&id));
        *self.ids.borrow_mut() = Ids { request: clean(ids.request), gateway_log: clean(ids.gateway_log) };
    }

    /// Sets the source of the input's strings, which messages must not repeat.
    pub fn set_texts(&self, texts: Option<H::Texts>) {
        *self.texts.borrow_mut() = texts;
    }

    /// Adds a secret to redact.
    pub fn hide(&self, secret: &str) {
        self.hidden.borrow_mut().add(secret);
    }

    /// Waits for a future, or for the end of the call or of the attempt.
    pub async fn until<T>(&self, work: impl Future<Output = T>) -> Result<T, Failure<H>> {
        let mut work = pin!(work);
        let wait = Wait::new(self);
        poll_fn(|context| {
            if let Some(end) = self.end() {
                return Poll::Ready(Err(end));
            }
            let polled = work.as_mut().poll(context);
            // Polling may have ended the call before a waker was registered: the end takes precedence.
            match (self.end(), polled) {
                (Some(end), _) => Poll::Ready(Err(end)),
                (None, Poll::Ready(outcome)) => Poll::Ready(Ok(outcome)),
                (None, Poll::Pending) => wait.pending(context),
            }
        })
        .await
    }

    /// Waits for bytes, with the idle timeout.
    pub async fn until_read<T>(&self, work: impl Future<Output = T>) -> Result<T, Failure<H>> {
        if let Some(ms) = self.limits.get().idle {
            let now = self.host.now();
            self.set_deadlines(|deadlines| deadlines.idle = now + ms, now);
        }
        // A read may be dropped: the timeout applies only while one is pending.
        let _pending = PendingRead(self);
        self.until(work).await
    }

    /// Pauses; the end of the call interrupts it.
    pub async fn sleep(&self, ms: f64) -> Result<(), Failure<H>> {
        self.check()?;
        let until = self.host.now() + ms;
        self.set_deadlines(|deadlines| deadlines.pause = until, until - ms);
        let wait = Wait::new(self);
        let outcome = poll_fn(|context| match self.end() {
            Some(end) => Poll::Ready(Err(end)),
            None if self.deadlines.get().pause == NEVER => Poll::Ready(Ok(())),
            None => wait.pending(context),
        })
        .await;
        self.edit(|deadlines| deadlines.pause = NEVER);
        outcome
    }

    /// Called between two attempts: an attempt that timed out before its first byte is over, and the next one
    /// gets a new canceller.
    pub fn renew(&self) {
        if self.ended_by() == Some(By::FirstByte) {
            self.ended.take();
            self.canceller.take();
        }
        self.edit(|deadlines| deadlines.first_byte = NEVER);
    }

    fn wake(&self) {
        // Taken out of the cell first: a waker may run its task synchronously.
        let wakers = self.wakers.take();
        wakers.into_iter().for_each(|(_, waker)| waker.wake());
    }

    /// Bytes of the body have been received; stores the time of the first ones.
    pub fn first_byte(&self) {
        if self.first_byte_at.get().is_none() {
            self.first_byte_at.set(Some(self.host.now()));
            self.edit(|deadlines| deadlines.first_byte = NEVER);
        }
    }

    /// Ends the call on behalf of the caller.
    pub fn abort(&self, cause: Option<&H::Cause>) {
        self.finish(By::Caller, Error::new(Code::Aborted, "The call was aborted."), cause);
    }

    /// Ends the call because of a timeout.
    pub fn expire(&self, by: By) {
        let limits = self.limits.get();
        let (option, what, limit) = match by {
            By::FirstByte => ("timeout.firstByte", "The answer did not begin", limits.first_byte),
            By::Idle => ("timeout.idle", "No bytes came", limits.idle),
            By::Total | By::Caller | By::Runtime => {
                ("timeout.total", "The call was not finished", limits.total)
            }
        };
        let limit = decimal(limit.unwrap_or(0.0).ceil() as i64);
        let message = [what, " within ", &limit, " ms. Allow more with ", option, ", or try again."];
        self.finish(by, Error::new(Code::Timeout, concat(&message)), None);
    }

    /// The failure of a broken body: the error that ended the call, or that of the connection.
    pub fn broken(&self, cause: H::Cause) -> Failure<H> {
        let message = "The connection broke while the reply was read. Try again.";
        self.end().unwrap_or_else(|| Failure::Error(Error::new(Code::Network, message), Some(cause)))
    }

    /// The value that is thrown to the caller: an error with the call's metadata and without private data.
    /// `Err`: a foreign value, unchanged.
    pub fn thrown(&self, failure: Failure<H>) -> Result<H::Thrown, H::Cause> {
        match failure {
            Failure::Error(error, cause) => Ok(self.throw(error, cause.as_ref())),
            Failure::Thrown(_, thrown) => Ok(thrown),
            Failure::Foreign(cause) => Err(cause),
        }
    }

    fn throw(&self, error: Error, cause: Option<&H::Cause>) -> H::Thrown {
        self.host.throw(&self.signed(error), cause)
    }

    /// Adds the call's metadata to an error, and removes private data from it.
    pub fn signed(&self, mut error: Error) -> Error {
        let ids = self.ids();
        error.attempts = error.attempts.or(Some(self.attempts.get()).filter(|attempts| *attempts > 0));
        error.request_id = error.request_id.take().or(ids.request);
        error.gateway_log_id = error.gateway_log_id.take().or(ids.gateway_log);
        let hidden = self.hidden.borrow();
        // The advice is our own text: it is excluded from redaction.
        let quoted = error.quoted.unwrap_or_default();
        let (words, advice) = error.message.split_at_checked(quoted).unwrap_or((&error.message, ""));
        let (words, advice) = (hidden.out_of(words), hidden.out_of(advice));
        error.field = error.field.take().map(|field| hidden.out_of(&field));
        error.message = advice;
        if error.quoted.is_none() {
            error.message = concat(&[&words, &error.message]);
            return error;
        }
        // Redacted line by line: a field contains no line break, and no text of the input matches across one.
        let field = error.field.take();
        let public = concat(&[&words, "\n", field.as_deref().unwrap_or_default()]);
        let mut redactor = InputRedactor::new(&public);
        if let Some(texts) = &*self.texts.borrow() {
            self.host.redact_input(texts, &mut redactor);
            self.model.iter().for_each(|model| redactor.add_name(model));
        }
        let clean = redactor.finish();
        let (words, clean_field) = split_first(&clean, b'\n').unwrap_or((&clean, ""));
        error.message = concat(&[words, &error.message]);
        error.field = field.map(|_| clean_field.to_owned());
        error
    }

    /// The caller has the reply, and may never read its body: until it does, timeouts do not keep the process
    /// alive. Before that, and during a read, they do.
    pub fn hand_over(&self) {
        self.handed_over.set(true);
        if let Some((_, timer)) = &*self.timer.borrow() {
            self.host.unref_timer(timer);
        }
    }

    /// Ends the timeouts; the caller's signal stays observed.
    pub fn release_timers(&self) {
        self.deadlines.set(Deadlines { total: NEVER, first_byte: NEVER, idle: NEVER, pause: NEVER });
        let timer = self.timer.take();
        drop(timer);
    }

    /// Takes the observation of the caller's signal, for a reply that outlives the call.
    pub fn take_subscription(&self) -> Option<H::Subscription> {
        self.subscription.take()
    }

    /// Ends the call: clears the timer and the subscription. An abort is not undone. Repeated calls are
    /// ignored.
    pub fn release(&self) {
        if self.released.replace(true) {
            return;
        }
        self.release_timers();
        let subscription = self.subscription.take();
        drop(subscription);
    }

    /// The timer has fired.
    pub fn on_timer(&self) {
        let timer = self.timer.take();
        drop(timer);
        let now = self.host.now();
        let deadlines = self.deadlines.get();
        let reached = |deadline: f64| deadline <= now + EARLY_MS;
        if reached(deadlines.total) {
            return self.expire(By::Total);
        }
        if reached(deadlines.idle) {
            return self.expire(By::Idle);
        }
        if reached(deadlines.first_byte) {
            self.edit(|deadlines| deadlines.first_byte = NEVER);
            self.expire(By::FirstByte);
        }
        if reached(deadlines.pause) {
            self.edit(|deadlines| deadlines.pause = NEVER);
            self.wake();
        }
        self.set_timer(self.deadlines.get().earliest(), now);
    }

    fn edit(&self, change: impl FnOnce(&mut Deadlines)) {
        let mut deadlines = self.deadlines.get();
        change(&mut deadlines);
        self.deadlines.set(deadlines);
    }

    fn set_deadlines(&self, change: impl FnOnce(&mut Deadlines), now: f64) {
        self.edit(change);
        self.set_timer(self.deadlines.get().earliest(), now);
    }

    /// Sets the timer to fire at a time or earlier. A running timer that fires earlier is kept.
    fn set_timer(&self, at: f64, now: f64) {
        let early_enough = self.timer.borrow().as_ref().is_some_and(|(fires, _)| *fires <= at);
        if at == NEVER || early_enough || self.released.get() {
            return;
        }
        // Clears the old timer first: platforms limit the number of timers.
        let old = self.timer.take();
        drop(old);
        match self.host.start_timer((at - now).max(0.0), self.own.clone()) {
            Ok(timer) => {
                if self.handed_over.get() {
                    self.host.unref_timer(&timer);
                }
                *self.timer.borrow_mut() = Some((at, timer));
            }
            Err(cause) => self.finish(By::Runtime, no_timer(), Some(&cause)),
        }
    }

    /// Ends the call once; later ends are ignored. A first-byte timeout can be followed by the end of the
    /// call.
    fn finish(&self, by: By, error: Error, cause: Option<&H::Cause>) {
        match self.ended_by() {
            None => {}
            Some(By::FirstByte) if by != By::FirstByte => {}
            Some(_) => return,
        }
        let error = self.signed(error);
        let thrown = self.host.throw(&error, cause);
        *self.ended.borrow_mut() = Some((by, error, thrown.clone()));
        if by != By::FirstByte {
            self.release();
        }
        // Copied out of the cell first: abort listeners may reenter.
        let canceller = self.canceller.borrow().clone();
        if let Some(canceller) = canceller {
            self.host.cancel(&canceller, &thrown);
        }
        self.wake();
    }
}

/// Cloudflare Workers, for one, start no timers in a Worker's global scope.
pub fn no_timer() -> Error {
    let message = "The runtime started no timer, so no limit of time could be kept. In a Worker, make calls inside a request handler, \
                   not in global scope.";
    Error::new(Code::Config, message)
}
