//! One call's limits of time and its cancellation.
//!
//! All limits share one timer, which is set for the earliest of them and looks again when it fires: moving a limit further away, as each
//! read of a body does, costs nothing. What aborts requests is made when a request first needs it.
//!
//! The call may end at any moment: by the caller, or by a limit. Its end is one error, made once; every wait of the call gets it.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

use super::failure::Failure;
use super::host::Host;
use crate::error::{Code, Error};
use crate::options::Timeouts;
use crate::secret::Hidden;
use crate::text::{concat, decimal, split_first};
use crate::withhold::Withholder;

/// Who has ended a call before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The limit of the whole call.
    Total,
    /// The limit until the first byte. It ends an attempt; the next one may do better.
    FirstByte,
    /// The limit between two reads.
    Idle,
    /// The caller.
    Caller,
    /// The runtime, which starts no timer: without one, no limit would be kept.
    Runtime,
}

/// Platforms fire timers up to this many milliseconds early.
const EARLY_MS: f64 = 1.0;
const NEVER: f64 = f64::INFINITY;

/// When each limit is reached.
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

/// A read that is pending.
struct PendingRead<'a, H: Host>(&'a Lifetime<H>);

impl<H: Host> Drop for PendingRead<'_, H> {
    fn drop(&mut self) {
        self.0.edit(|deadlines| deadlines.idle = NEVER);
    }
}

/// See the module.
pub struct Lifetime<H: Host> {
    own: Weak<Lifetime<H>>,
    host: Rc<H>,
    limits: Cell<Timeouts>,
    deadlines: Cell<Deadlines>,
    /// The running timer and when it fires.
    timer: RefCell<Option<(f64, H::Timer)>>,
    canceller: RefCell<Option<H::Canceller>>,
    ended: RefCell<Option<(By, Error, H::Thrown)>>,
    wakers: RefCell<Vec<Waker>>,
    subscription: RefCell<Option<H::Subscription>>,
    released: Cell<bool>,
    handed_over: Cell<bool>,
    /// When the call began.
    pub started_at: f64,
    attempts: Cell<u32>,
    first_byte_at: Cell<Option<f64>>,
    ids: RefCell<Ids>,
    hidden: RefCell<Hidden>,
    texts: RefCell<Option<H::Texts>>,
    /// The model of the call: a name, which is shown even if the input has it too.
    model: Option<String>,
}

/// The ids of the request under way, for errors that come later.
#[derive(Debug, Clone, Default)]
pub struct Ids {
    /// The service's.
    pub request: Option<String>,
    /// That of the gateway's log entry.
    pub gateway_log: Option<String>,
}

impl<H: Host> Lifetime<H> {
    /// Begins a call, of a model where there is one.
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
        // The limits that begin later are counted in: they will hardly be earlier than this, and then the timer need not be set again.
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

    /// Limits the time until the first byte, unless a limit for that or for the whole call is set. Before the first attempt.
    pub fn limit_first_byte(&self, ms: f64) {
        let limits = self.limits.get();
        if limits.total.is_none() && limits.first_byte.is_none() {
            self.limits.set(Timeouts { first_byte: Some(ms), ..limits });
        }
    }

    /// Signs errors as this call does, and has no limits: for a part of an answer that is read by itself.
    pub fn detached(&self) -> Rc<Self> {
        let none = Timeouts { total: None, first_byte: None, idle: None };
        let detached = Self::new(&self.host, none, self.hidden.borrow().clone(), self.model.as_deref());
        detached.attempts.set(self.attempts.get());
        detached.set_ids(self.ids());
        detached
    }

    /// What aborts the requests of this call. It stays the same until an attempt is given up for its first byte.
    pub fn canceller(&self) -> H::Canceller {
        if let Some(canceller) = &*self.canceller.borrow() {
            return canceller.clone();
        }
        let canceller = self.host.canceller();
        *self.canceller.borrow_mut() = Some(canceller.clone());
        // Out of the cell first: whoever observes it may come back in here.
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

    /// Has it ended for good? An attempt whose first byte did not come is no end of the call.
    pub fn is_over(&self) -> bool {
        self.ended_by().is_some_and(|by| by != By::FirstByte)
    }

    /// Fails once the call has ended for good.
    pub fn check(&self) -> Result<(), Failure<H>> {
        match self.end() {
            Some(end) if self.is_over() => Err(end),
            _ => Ok(()),
        }
    }

    fn ended_by(&self) -> Option<By> {
        self.ended.borrow().as_ref().map(|(by, ..)| *by)
    }

    /// Begins an attempt; `now` is the time.
    pub fn begin_attempt(&self, now: f64) {
        self.attempts.set(self.attempts.get() + 1);
        self.first_byte_at.set(None);
        self.ids.take();
        if let Some(ms) = self.limits.get().first_byte {
            self.set_deadlines(|deadlines| deadlines.first_byte = now + ms, now);
        }
    }

    /// Requests made so far.
    pub fn attempts(&self) -> u32 {
        self.attempts.get()
    }

    /// When the first byte of the body came.
    pub fn first_byte_at(&self) -> Option<f64> {
        self.first_byte_at.get()
    }

    /// The ids of the latest reply.
    pub fn ids(&self) -> Ids {
        self.ids.borrow().clone()
    }

    /// Keeps the ids of a reply. A service that repeats what it was sent may do so there as well.
    pub fn set_ids(&self, ids: Ids) {
        let clean = |id: Option<String>| id.map(|id| self.hidden.borrow().out_of(&id));
        *self.ids.borrow_mut() = Ids { request: clean(ids.request), gateway_log: clean(ids.gateway_log) };
    }

    /// Where the input's strings are, which no message may repeat.
    pub fn set_texts(&self, texts: Option<H::Texts>) {
        *self.texts.borrow_mut() = texts;
    }

    /// Hides one more secret.
    pub fn hide(&self, secret: &str) {
        self.hidden.borrow_mut().add(secret);
    }

    /// Waits for something, or for the end of the call or of the attempt.
    pub async fn until<T>(&self, work: impl Future<Output = T>) -> Result<T, Failure<H>> {
        let mut work = pin!(work);
        poll_fn(|context| {
            if let Some(end) = self.end() {
                return Poll::Ready(Err(end));
            }
            let polled = work.as_mut().poll(context);
            // What the work has set off may have ended the call meanwhile, before anybody could be woken: then the end counts.
            match (self.end(), polled) {
                (Some(end), _) => Poll::Ready(Err(end)),
                (None, Poll::Ready(outcome)) => Poll::Ready(Ok(outcome)),
                (None, Poll::Pending) => self.wait(context),
            }
        })
        .await
    }

    /// Waits for bytes: a connection without any ends the call.
    pub async fn until_read<T>(&self, work: impl Future<Output = T>) -> Result<T, Failure<H>> {
        if let Some(ms) = self.limits.get().idle {
            let now = self.host.now();
            self.set_deadlines(|deadlines| deadlines.idle = now + ms, now);
        }
        // A reader may give up a read: the limit counts only while one is pending.
        let _pending = PendingRead(self);
        self.until(work).await
    }

    /// Pauses, abortably.
    pub async fn sleep(&self, ms: f64) -> Result<(), Failure<H>> {
        self.check()?;
        let until = self.host.now() + ms;
        self.set_deadlines(|deadlines| deadlines.pause = until, until - ms);
        let outcome = poll_fn(|context| match self.end() {
            Some(end) => Poll::Ready(Err(end)),
            None if self.deadlines.get().pause == NEVER => Poll::Ready(Ok(())),
            None => self.wait(context),
        })
        .await;
        self.edit(|deadlines| deadlines.pause = NEVER);
        outcome
    }

    /// Between two attempts: one whose first byte did not come in time is over, the next one gets a canceller of its own.
    pub fn renew(&self) {
        if self.ended_by() == Some(By::FirstByte) {
            self.ended.take();
            self.canceller.take();
        }
        self.edit(|deadlines| deadlines.first_byte = NEVER);
    }

    fn wait<T>(&self, context: &Context<'_>) -> Poll<T> {
        let mut wakers = self.wakers.borrow_mut();
        if !wakers.iter().any(|waker| waker.will_wake(context.waker())) {
            wakers.push(context.waker().clone());
        }
        Poll::Pending
    }

    fn wake(&self) {
        // Out of the cell first: a waker may run what waits.
        let wakers = self.wakers.take();
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Bytes of the body have come; the first of them count.
    pub fn first_byte(&self) {
        if self.first_byte_at.get().is_none() {
            self.first_byte_at.set(Some(self.host.now()));
            self.edit(|deadlines| deadlines.first_byte = NEVER);
        }
    }

    /// Ends the call because the caller wants it.
    pub fn abort(&self, cause: Option<&H::Cause>) {
        self.finish(By::Caller, Error::new(Code::Aborted, "The call was aborted."), cause);
    }

    /// Ends the call because a limit was reached.
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

    /// The failure of a body that broke off, or the reason for which it was broken off.
    pub fn broken(&self, cause: H::Cause) -> Failure<H> {
        let message = "The connection broke while the reply was read. Try again.";
        self.end().unwrap_or_else(|| Failure::Error(Error::new(Code::Network, message), Some(cause)))
    }

    /// What the caller gets for a failure: an error with what is known of the call, and without anything private. `Err`: a foreign value,
    /// passed on.
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

    /// An error with what is known of the call, and without anything private in it.
    pub fn signed(&self, mut error: Error) -> Error {
        let ids = self.ids();
        error.attempts = error.attempts.or(Some(self.attempts.get()).filter(|attempts| *attempts > 0));
        error.request_id = error.request_id.take().or(ids.request);
        error.gateway_log_id = error.gateway_log_id.take().or(ids.gateway_log);
        let hidden = self.hidden.borrow();
        // The advice is our own: it repeats nothing, and must not be taken for something that does.
        let quoted = error.quoted.unwrap_or_default();
        let (words, advice) = error.message.split_at_checked(quoted).unwrap_or((&error.message, ""));
        let (words, advice) = (hidden.out_of(words), hidden.out_of(advice));
        error.field = error.field.take().map(|field| hidden.out_of(&field));
        error.message = advice;
        if error.quoted.is_none() {
            error.message = concat(&[&words, &error.message]);
            return error;
        }
        // A line each: no field has a line's end, and no text of the input goes over one.
        let field = error.field.take();
        let public = concat(&[&words, "\n", field.as_deref().unwrap_or_default()]);
        let mut withholder = Withholder::new(&public);
        if let Some(texts) = &*self.texts.borrow() {
            self.host.withhold(texts, &mut withholder);
            self.model.iter().for_each(|model| withholder.add_name(model));
        }
        let clean = withholder.finish();
        let (words, clean_field) = split_first(&clean, b'\n').unwrap_or((&clean, ""));
        error.message = concat(&[words, &error.message]);
        error.field = field.map(|_| clean_field.to_owned());
        error
    }

    /// The caller has the reply, whose bytes he may read or not: until he does, no limit of time keeps a process alive. What is under way before
    /// that is waited for.
    pub fn hand_over(&self) {
        self.handed_over.set(true);
        if let Some((_, timer)) = &*self.timer.borrow() {
            self.host.unref_timer(timer);
        }
    }

    /// The limits of time are over; the caller's signal still counts.
    pub fn release_timers(&self) {
        self.deadlines.set(Deadlines { total: NEVER, first_byte: NEVER, idle: NEVER, pause: NEVER });
        let timer = self.timer.take();
        drop(timer);
    }

    /// Takes the observation of the caller's signal, for a reply that outlives the call.
    pub fn take_subscription(&self) -> Option<H::Subscription> {
        self.subscription.take()
    }

    /// The call is over: no timer and no subscription is left. What was aborted stays aborted. More than once is harmless.
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

    /// Has the timer fire at a time, or earlier. One that is too early is left running.
    fn set_timer(&self, at: f64, now: f64) {
        let early_enough = self.timer.borrow().as_ref().is_some_and(|(fires, _)| *fires <= at);
        if at == NEVER || early_enough || self.released.get() {
            return;
        }
        // The old one first: platforms keep as few as possible.
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

    /// Ends the call once; whatever comes after is too late. The end of an attempt is not the end of the call.
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
        // Out of the cell first: whoever observes it may come back in here.
        let canceller = self.canceller.borrow().clone();
        if let Some(canceller) = canceller {
            self.host.cancel(&canceller, &thrown);
        }
        self.wake();
    }
}

/// Cloudflare Workers, for one, start no timer while a Worker's global scope runs.
pub fn no_timer() -> Error {
    let message = "The runtime started no timer, so no limit of time could be kept. In a Worker, make calls inside a request handler, \
                   not in global scope.";
    Error::new(Code::Config, message)
}
