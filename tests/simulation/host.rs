//! A runtime in virtual time.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::{Rc, Weak};
use std::task::{Poll, Waker};

use workers_ai_wasm::client::host::{self, Event, Moment, Request, Route};
use workers_ai_wasm::client::{Failure, Host, Lifetime};
use workers_ai_wasm::error::{Code, Error, thrown};
use workers_ai_wasm::input_redaction::InputRedactor;
use workers_ai_wasm::limiter::Published;
use workers_ai_wasm::wire::write::Writer;

use crate::dice::Dice;
use crate::scenario::{Facts, Moments, Scenario, TokenKind, Wait};
use crate::service::{self, EPOCH, Ending, Head, Script};
use crate::trace::{TokenOutcome, What};
use crate::world::World;

/// A foreign exception.
#[derive(Clone)]
pub struct Cause(Rc<(String, String)>);

impl Cause {
    pub fn new(name: &str, message: &str) -> Self {
        Self(Rc::new((name.to_owned(), message.to_owned())))
    }
}

/// An error for callers, with an identity.
#[derive(Clone)]
pub struct Thrown(pub Rc<Error>);

pub struct Content {
    pub is_replayable: bool,
    pub characters: f64,
    pub max_tokens: Option<f64>,
}

impl host::Content for Content {
    fn content_type(&self) -> Option<String> {
        Some("application/json".to_owned())
    }

    fn query(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    fn replayable(&self) -> bool {
        self.is_replayable
    }
}

type Report = Box<dyn FnOnce(&str)>;

/// One request and its reply.
pub struct Connection {
    pub id: usize,
    pub call: usize,
    world: Rc<World>,
    pub script: Script,
    sent_at: f64,
    pub is_cancelled: Cell<bool>,
    /// True if its head was received, and its body has neither ended nor been dropped.
    is_open: Cell<bool>,
    next: Cell<usize>,
    waker: RefCell<Option<Waker>>,
    report: RefCell<Option<Report>>,
}

impl Connection {
    fn is_broken_off(&self) -> bool {
        self.is_cancelled.get() && !self.script.ignores_abort
    }

    fn let_go(&self) {
        if self.is_open.replace(false) {
            self.world.record_of(self.call, What::LetGo(self.id));
        }
    }

    /// True if its body has neither ended, nor been dropped, nor aborted.
    pub fn is_left_open(&self) -> bool {
        self.is_open.get() && !self.is_cancelled.get()
    }

    fn cancel(&self) {
        self.is_cancelled.set(true);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    pub fn tear_down(&self) {
        self.waker.take();
        self.report.take();
    }

    pub fn forget_waker(&self) {
        self.waker.take();
    }

    /// Waits until a time, or until the request is aborted, in which case it returns `false`.
    async fn until(&self, at: f64) -> bool {
        let mut scheduled = false;
        poll_fn(|context| {
            if self.is_broken_off() {
                return Poll::Ready(false);
            }
            if self.world.now() >= at {
                return Poll::Ready(true);
            }
            if !scheduled {
                scheduled = true;
                if at.is_finite() {
                    self.world.wake_at(at, context.waker().clone());
                }
                if self.script.wakes_early {
                    self.world
                        .wake_at(self.world.now() + self.script.head_after / 2.0, context.waker().clone());
                }
            }
            *self.waker.borrow_mut() = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }
}

/// The head of a reply; dropping it drops the body, unless that is being read.
pub struct Reply(pub Rc<Connection>);

impl host::Reply for Reply {
    fn status(&self) -> Option<u16> {
        self.0.script.status
    }

    fn header(&self, name: &str) -> Option<String> {
        self.0.script.header(name).map(str::to_owned)
    }

    fn is_opaque_redirect(&self) -> bool {
        self.0.script.is_opaque
    }

    fn discard(&self) {
        self.0.let_go();
    }
}

pub struct Body(Rc<Connection>);

impl Drop for Body {
    fn drop(&mut self) {
        self.0.let_go();
    }
}

pub struct Chunk(Vec<u8>);

impl host::Chunk for Chunk {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn append_to(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.0);
    }
}

pub struct Aborter {
    is_aborted: Cell<bool>,
    connections: RefCell<Vec<Weak<Connection>>>,
}

pub struct Timer {
    world: Rc<World>,
    place: usize,
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.world.clear_timer(self.place);
    }
}

pub struct Subscription {
    pub facts: Rc<Facts>,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.facts.signal.unsubscribe(self.facts.id);
    }
}

pub struct SimulatedHost {
    pub world: Rc<World>,
    pub scenario: Rc<Scenario>,
}

impl SimulatedHost {
    /// Waits for another party; a wait without end is recorded.
    async fn pause(&self, facts: &Facts, ms: f64, of: Wait) {
        if ms.is_infinite() {
            facts.waits.set(Some(of));
        }
        self.world.until(self.world.now() + ms).await;
        facts.waits.set(None);
    }

    fn check_request(&self, facts: &Facts, request: &Request<'_, Self>) -> (String, bool) {
        let world = &self.world;
        if request.canceller.is_aborted.get() {
            world.problem("a request leaves with a signal that is aborted");
        }
        let Route::Http { url, headers, redirect, .. } = &request.route else {
            if let Route::Binding { options, .. } | Route::Member { options } = &request.route {
                let written = Writer::object(|out| options.write(out));
                if let Some(token) = &self.scenario.gateway_token
                    && written.contains(token.as_str())
                {
                    world.problem("the binding gets the gateway's token");
                }
            }
            return ("binding".to_owned(), false);
        };
        let is_home = url.starts_with(self.scenario.origin());
        if !is_home || facts.has_left.get() {
            facts.has_left.set(true);
            if headers.iter().any(|(name, _)| name != "content-type") {
                world.problem(format!("another origin gets headers: {url}"));
            }
        } else {
            let token = facts.token.borrow();
            let right = headers.get("authorization").map(str::to_owned)
                == token.as_ref().map(|token| format!("Bearer {token}"));
            if !right {
                world.problem("the request carries another token than the one that was given for it");
            }
        }
        ((*url).to_owned(), *redirect == "manual")
    }
}

impl Host for SimulatedHost {
    type Cause = Cause;
    type Thrown = Thrown;
    type Content = Content;
    type Reply = Reply;
    type Body = Body;
    type Chunk = Chunk;
    type Canceller = Rc<Aborter>;
    type Timer = Timer;
    type Subscription = Subscription;
    type Texts = Rc<Vec<String>>;

    fn now(&self) -> f64 {
        self.world.now()
    }

    fn date(&self) -> f64 {
        EPOCH + self.world.now()
    }

    fn parse_date(&self, text: &str) -> f64 {
        text.split(' ').nth(1).and_then(|date| date.parse().ok()).unwrap_or(f64::NAN)
    }

    fn random(&self) -> f64 {
        let random = if self.world.dice().chance(5) { 0.0 } else { self.world.dice().unit() };
        self.world.record(What::Random(random));
        random
    }

    fn start_timer(&self, ms: f64, of: Weak<Lifetime<Self>>) -> Result<Timer, Self::Cause> {
        let timer = Timer { world: Rc::clone(&self.world), place: self.world.start_timer(ms, of) };
        if self.world.timers_of(self.world.current.get()) > 1 {
            self.world.problem("a call has more than one timer");
        }
        Ok(timer)
    }

    // No process ends in the simulation.
    fn unref_timer(&self, _timer: &Timer) {}

    fn canceller(&self) -> Rc<Aborter> {
        Rc::new(Aborter { is_aborted: Cell::new(false), connections: RefCell::default() })
    }

    fn cancel(&self, canceller: &Rc<Aborter>, _reason: &Thrown) {
        let facts = self.world.facts();
        canceller.is_aborted.set(true);
        self.world.record(What::Cancelled);
        for connection in canceller.connections.borrow().iter().filter_map(Weak::upgrade) {
            connection.cancel();
        }
        if facts.plan.abort.is_now(Moments::Cancel, 0) {
            facts.signal.abort(&self.world);
        }
    }

    fn throw(&self, error: &Error, _cause: Option<&Cause>) -> Thrown {
        self.world.facts().check_text(&self.world, &error.message, "message");
        self.world.facts().check_text(&self.world, error.field.as_deref().unwrap_or_default(), "field");
        self.world.facts().check_text(
            &self.world,
            error.request_id.as_deref().unwrap_or_default(),
            "requestId",
        );
        Thrown(Rc::new(error.clone()))
    }

    async fn send(&self, request: Request<'_, Self>) -> Result<Reply, Failure<Self>> {
        let (world, facts) = (&self.world, self.world.facts());
        let nth = facts.sends.replace(facts.sends.get() + 1);
        let (url, is_manual) = self.check_request(&facts, &request);
        if nth > 0 && !request.content.is_replayable {
            world.problem("a body that is a stream is sent twice");
        }
        let dice = Dice::new(world.seed, (1_000 * (facts.id + 1) + nth) as u64);
        let script = service::answer(&dice, &self.scenario, &facts, world.now(), is_manual);
        let connection = Rc::new(Connection {
            id: world.connections.borrow().len(),
            call: facts.id,
            world: Rc::clone(world),
            script,
            sent_at: world.now(),
            is_cancelled: Cell::new(false),
            is_open: Cell::new(false),
            next: Cell::new(0),
            waker: RefCell::default(),
            report: RefCell::default(),
        });
        world.record(What::Sent { connection: connection.id, url });
        world.connections.borrow_mut().push(Rc::clone(&connection));
        request.canceller.connections.borrow_mut().push(Rc::downgrade(&connection));
        if facts.plan.abort.is_now(Moments::Send, nth) {
            facts.signal.abort(world);
        }
        let never = matches!(connection.script.head, Head::Never);
        let at = if never { f64::INFINITY } else { world.now() + connection.script.head_after };
        if never {
            facts.waits.set(Some(Wait::Head));
        }
        let came = connection.until(at).await;
        facts.waits.set(None);
        match &connection.script.head {
            Head::Comes if came => {
                connection.is_open.set(!connection.script.is_empty);
                world.record(What::Head(connection.id));
                Ok(Reply(connection))
            }
            Head::Throws(name, message) if came => {
                world.record(What::Broke(connection.id));
                Err(Failure::Foreign(Cause::new(name, message)))
            }
            _ => Err(Failure::Foreign(Cause::new("AbortError", "aborted"))),
        }
    }

    fn describe(&self, cause: &Cause, origin: Option<&str>) -> Error {
        match origin {
            Some(origin) => Error::unreachable(origin, None),
            None => Error::from_thrown(&[thrown_by(cause)]),
        }
    }

    fn describe_member(&self, cause: &Cause, member: &str) -> Error {
        Error::from_member(member, &[thrown_by(cause)])
    }

    async fn prepare(&self, _content: &Content) -> Result<(), Cause> {
        let (facts, dice) = (self.world.facts(), self.world.dice());
        if dice.chance(10) {
            self.pause(&facts, dice.ms(50), Wait::Head).await;
        }
        Ok(())
    }

    async fn token(&self) -> Result<String, Result<String, Cause>> {
        let (world, facts) = (&self.world, self.world.facts());
        let TokenKind::Function { fails, stalls } = self.scenario.token else {
            return Err(Ok("nothing".to_owned()));
        };
        let nth = facts.tokens.replace(facts.tokens.get() + 1);
        let dice = Dice::new(world.seed, (500_000 + 1_000 * (facts.id + 1) + nth) as u64);
        if facts.plan.abort.is_now(Moments::Token, nth) {
            facts.signal.abort(world);
        }
        if dice.chance(stalls) {
            self.pause(&facts, f64::INFINITY, Wait::Head).await;
        } else if dice.chance(60) {
            self.pause(&facts, dice.ms(3_000), Wait::Head).await;
        }
        if dice.chance(fails) {
            world.record(What::Token(TokenOutcome::Refused));
            return match dice.below(4) {
                0 => Err(Ok("a number".to_owned())),
                1 => Err(Err(Cause::new("Error", "no token"))),
                2 => Ok("Bearer tok_of_a_function".to_owned()),
                _ => Ok(String::new()),
            };
        }
        let token = format!("tok_fn_{}_{nth}_{}", facts.id, dice.next());
        facts.secrets.borrow_mut().push(token.clone());
        *facts.token.borrow_mut() = Some(token.clone());
        facts.has_left.set(false);
        world.record(What::Token(TokenOutcome::Provided));
        Ok(token)
    }

    fn resolve(&self, location: &str, base: &str) -> Option<String> {
        let origin = workers_ai_wasm::plan::redirect::origin(base);
        match location.as_bytes() {
            [b'/', ..] => Some(format!("{origin}{location}")),
            _ => location.starts_with("https://").then(|| location.to_owned()),
        }
    }

    fn open(&self, reply: &Reply) -> Result<Option<Body>, Failure<Self>> {
        let script = &reply.0.script;
        if script.is_locked {
            // Another reader has the body.
            reply.0.let_go();
            return Err(Failure::Foreign(Cause::new("TypeError", "locked")));
        }
        Ok((!script.is_empty).then(|| Body(Rc::clone(&reply.0))))
    }

    async fn read(&self, body: &Body) -> Result<Option<Chunk>, Failure<Self>> {
        let (world, facts, connection) = (&self.world, self.world.facts(), &body.0);
        let nth = facts.reads.replace(facts.reads.get() + 1);
        world.record(What::Read(connection.id));
        if facts.plan.abort.is_now(Moments::Read, nth) {
            facts.signal.abort(world);
        }
        let (script, place) = (&connection.script, connection.next.get());
        let head_at = connection.sent_at + script.head_after;
        let chunk = script.chunks.get(place);
        let at = match (chunk, script.ending) {
            (Some((after, _)), _) => head_at + after,
            (None, Ending::Stalls) => f64::INFINITY,
            (None, _) => head_at + script.ends_after,
        };
        if at.is_infinite() {
            facts.waits.set(Some(Wait::Body));
        }
        let came = connection.until(at).await;
        facts.waits.set(None);
        let broken = || Failure::Foreign(Cause::new("TypeError", "terminated"));
        if !came {
            return Err(broken());
        }
        if let Some((_, bytes)) = chunk {
            connection.next.set(place + 1);
            world.record(What::Bytes(connection.id, bytes.len()));
            return Ok(Some(Chunk(bytes.clone())));
        }
        if script.ending == Ending::Breaks {
            connection.is_open.set(false);
            world.record(What::End(connection.id, false));
            return Err(broken());
        }
        if let Some(report) = connection.report.take() {
            let usage = script.usage.map(|(total, answer)| {
                format!(r#""usage":{{"total_tokens":{total},"completion_tokens":{answer}}}"#)
            });
            world.record(What::Usage(script.usage.map(|(total, _)| total)));
            report(&usage.unwrap_or_default());
        }
        connection.is_open.set(false);
        world.record(What::End(connection.id, true));
        Ok(None)
    }

    fn stop(&self, body: &Body, _reason: Option<&Failure<Self>>) {
        body.0.let_go();
    }

    fn notify(&self, event: Event<'_>) {
        let (world, facts) = (&self.world, self.world.facts());
        facts.check_text(world, event.request_id.as_deref().unwrap_or_default(), "hook's requestId");
        world.record(What::Notified {
            moment: event.moment,
            attempt: event.attempt,
            code: event.code,
            status: event.status,
            duration: event.duration_ms,
            delay: event.delay_ms,
        });
        facts.waits.set(None);
        let moment = match event.moment {
            Moment::Request => {
                facts.has_left.set(false);
                Moments::OnRequest
            }
            Moment::Response => Moments::OnResponse,
            Moment::Retry => Moments::OnRetry,
        };
        if facts.plan.abort.is_now(moment, event.attempt as usize - 1) {
            facts.signal.abort(world);
        }
    }

    fn redact_input(&self, texts: &Rc<Vec<String>>, redactor: &mut InputRedactor<'_>) {
        for text in texts.iter() {
            redactor.add(format!("{text}\u{10FFFF}").as_bytes());
        }
    }

    async fn published_limit(&self, model: &str) -> Result<Published, Failure<Self>> {
        let (facts, dice) = (self.world.facts(), self.world.dice());
        if dice.chance(30) {
            let ms = if dice.chance(2) { f64::INFINITY } else { dice.ms(400) };
            self.pause(&facts, ms, Wait::Limits).await;
        }
        if dice.chance(1) {
            self.world.record(What::Unpublished);
            return Err(Error::new(Code::Internal, "It could not be loaded.").into());
        }
        self.world.record(What::Published);
        Ok(self.scenario.published(model))
    }

    fn watch_usage(&self, reply: Reply, report: Report) -> Reply {
        *reply.0.report.borrow_mut() = Some(report);
        reply
    }

    fn measure(&self, content: &Content) -> (f64, Option<f64>) {
        (content.characters, content.max_tokens)
    }
}

fn thrown_by(cause: &Cause) -> thrown::Thrown {
    let (name, message) = (cause.0.0.clone(), cause.0.1.clone());
    thrown::Thrown { name, message, ..thrown::Thrown::default() }
}
