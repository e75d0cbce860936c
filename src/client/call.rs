//! The attempts of a call: sends the request, and retries it, until the head of a successful reply is
//! received.
//!
//! A request is retried if its failure may be temporary ([`crate::retry::Policy::decide`]) and its content
//! can be sent again. A request to an endpoint that is not idempotent is retried only after the service has
//! refused it by its rate limit. After a successful reply a request is never retried, whatever happens to its
//! body: it may have been billed. The one exception is a body that reports a failure in spite of its status
//! ([`Call::answer`]).

use std::cell::Cell;
use std::rc::Rc;

use super::failure::Failure;
use super::host::{Content, Event, Host, Moment, Reply};
use super::lifetime::{Ids, Lifetime};
use super::{Client, body};
use crate::error::{Code, Error};
use crate::headers as names;
use crate::limiter::{Cost, Pass, Turn, Want, in_reply};
use crate::model::Model;
use crate::options;
use crate::plan::base::From;
use crate::plan::base::account_id;
use crate::plan::rest::Request;
use crate::reply::Head;
use crate::retry::{self, Decision};
use crate::secret::Hidden;
use crate::text::{concat, decimal};
use crate::wire::dialect::Reading;

/// Limit of the bytes that are read of a failed reply.
const MAX_ERROR_BYTES: f64 = 1_048_576.0;
/// A status that implies that the request was not processed.
const TOO_MANY_REQUESTS: u16 = 429;

/// The target of a call.
#[derive(Debug, Clone)]
pub enum Target {
    /// A run of a model.
    Run(Model),
    /// Another endpoint.
    Endpoint(Box<Endpoint>),
}

impl Target {
    /// The model, if the call is for one.
    fn model(&self) -> Option<&str> {
        match self {
            Target::Run(model) => Some(model.as_str()),
            Target::Endpoint(endpoint) => endpoint.model.as_ref().map(Model::as_str),
        }
    }
}

/// An endpoint other than a run of a model.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Its name for hooks: `models.list`.
    pub name: String,
    /// The method of the request.
    pub method: String,
    /// The base of its path.
    pub from: From,
    /// Its path and query, with a leading slash.
    pub path: String,
    /// True if repeating the request has no further effect.
    pub idempotent: bool,
    /// True if the request goes through the gateway.
    pub gateway: bool,
    /// The model, if the endpoint runs one.
    pub model: Option<Model>,
    /// The binding's function for this endpoint; none if the model is run.
    pub member: Option<String>,
    /// The field and message of the error for a 404 that is not about a missing model.
    pub missing: Option<(String, String)>,
}

/// A call. Prepared once, sent as often as the retry policy allows.
pub struct Call<H: Host> {
    /// The client.
    pub client: Rc<Client<H>>,
    /// Its options, which override the client's.
    pub options: Rc<options::Call>,
    /// Its target.
    pub target: Target,
    /// Its timeouts, its cancellation, and its errors.
    pub lifetime: Rc<Lifetime<H>>,
    /// True if repeating the request has no further effect. If false, it is retried only after the service
    /// has refused it.
    pub idempotent: Cell<bool>,
    /// The properties of the input that determine how the answer is parsed.
    pub reading: Cell<Reading>,
    /// The API format for a model of another author on the binding: the path of an endpoint.
    pub format: Cell<Option<&'static str>>,
    /// True if a stream counts as an answer only once it has content, so that a fallback model can still
    /// replace it.
    pub replaceable: Cell<bool>,
    /// True if the latest attempt was refused before it was processed.
    turned_away: Cell<bool>,
}

impl<H: Host> Call<H> {
    /// Begins a call: its timeouts start now.
    pub fn new(client: &Rc<Client<H>>, options: Rc<options::Call>, target: Target) -> Self {
        let mut hidden = Hidden::default();
        options.secrets(&mut |secret| hidden.add(secret));
        if let options::TokenSource::Text(secret) = &client.token {
            hidden.add(secret.expose());
        }
        hidden.set_account(account_id(&client.config.door, None));
        let lifetime = Lifetime::new(&client.host, options.timeouts, hidden, target.model());
        let idempotent = match &target {
            Target::Run(_) => true,
            Target::Endpoint(endpoint) => endpoint.idempotent,
        };
        Self {
            client: Rc::clone(client),
            options,
            target,
            lifetime,
            idempotent: Cell::new(idempotent),
            reading: Cell::default(),
            format: Cell::default(),
            replaceable: Cell::default(),
            turned_away: Cell::new(false),
        }
    }

    /// The model, if the call is for one.
    pub fn model(&self) -> Option<&str> {
        self.target.model()
    }

    fn endpoint(&self) -> Option<&Endpoint> {
        match &self.target {
            Target::Run(_) => None,
            Target::Endpoint(endpoint) => Some(endpoint),
        }
    }

    /// Sends the request, with retries, and returns the reply once its head is received. With
    /// `returnRawResponse` a failed reply is returned as well.
    pub async fn send(&self, content: &H::Content) -> Result<H::Reply, Failure<H>> {
        let (lifetime, host) = (&*self.lifetime, &*self.client.host);
        loop {
            lifetime.check()?;
            let pass = self.wait_for_turn(content).await?;
            let sent_at = host.now();
            lifetime.begin_attempt(sent_at);
            host.notify(self.event(Moment::Request));
            let failure = match self.exchange(content).await {
                Ok(reply) => {
                    lifetime.set_ids(Ids {
                        request: reply.header(names::REQUEST_ID),
                        gateway_log: reply.header(names::GATEWAY_LOG_ID),
                    });
                    self.turned_away.set(reply.status() == Some(TOO_MANY_REQUESTS));
                    host.notify(Event {
                        status: reply.status(),
                        request_id: lifetime.ids().request,
                        duration_ms: Some(host.now() - sent_at),
                        ..self.event(Moment::Response)
                    });
                    if reply.is_success() || self.options.raw_response {
                        // The reply to a WebSocket handshake has no usage.
                        return Ok(if content.websocket() { reply } else { self.account(pass, reply) });
                    }
                    self.settle(pass, &Cost::NOTHING);
                    self.failure_of(reply).await
                }
                Err(failure) => {
                    self.turned_away.set(false);
                    failure
                }
            };
            self.again(failure, content).await?;
        }
    }

    /// Sends the request and parses the reply. A reply that reports a failure in spite of its status counts
    /// as a failed attempt.
    pub async fn answer<T>(
        &self,
        content: &H::Content,
        read: impl AsyncFn(H::Reply) -> Result<T, Failure<H>>,
    ) -> Result<T, Failure<H>> {
        loop {
            let reply = self.send(content).await?;
            match read(reply).await {
                Err(failure) if failure.is_reported() => self.again(failure, content).await?,
                outcome => return outcome,
            }
        }
    }

    /// Pauses before the next attempt; returns the failure if there is none.
    pub async fn again(&self, failure: Failure<H>, content: &H::Content) -> Result<(), Failure<H>> {
        let lifetime = &*self.lifetime;
        lifetime.check()?;
        let ms = match self.decide(&failure, content) {
            Decision::Wait(ms) => ms.floor(),
            Decision::Stop => return Err(self.explained(failure)),
            Decision::StopTooLong(ms) => return Err(too_long(self.explained(failure), ms)),
        };
        let error = failure.error();
        self.client.host.notify(Event {
            code: error.map(|error| error.code.as_str()),
            status: error.and_then(|error| error.status),
            request_id: error.and_then(|error| error.request_id.clone()).or_else(|| lifetime.ids().request),
            delay_ms: Some(ms),
            ..self.event(Moment::Retry)
        });
        lifetime.renew();
        lifetime.sleep(ms).await
    }

    /// Begins the single attempt of a WebSocket that the runtime opens, and plans its request.
    pub async fn begin_socket(&self, content: &H::Content) -> Result<Request, Failure<H>> {
        self.lifetime.check()?;
        self.wait_for_turn(content).await?;
        self.lifetime.begin_attempt(self.client.host.now());
        self.plan(content).await.map(|(request, _)| request)
    }

    /// Notifies the hook that the WebSocket is requested.
    pub fn socket_requested(&self) {
        self.client.host.notify(self.event(Moment::Request));
    }

    /// Notifies the hook that the WebSocket is open.
    pub fn socket_connected(&self) {
        let host = &*self.client.host;
        let duration_ms = Some(host.now() - self.lifetime.started_at);
        host.notify(Event { status: Some(101), duration_ms, ..self.event(Moment::Response) });
    }

    fn event(&self, moment: Moment) -> Event<'_> {
        Event {
            moment,
            attempt: self.lifetime.attempts(),
            door: self.client.config.door.as_str(),
            model: self.model(),
            endpoint: self.endpoint().map(|endpoint| endpoint.name.as_str()),
            code: None,
            status: None,
            request_id: None,
            duration_ms: None,
            delay_ms: None,
        }
    }

    /// True if the failure permits a retry, provided that the content can be sent again.
    pub fn may_retry(&self, failure: &Failure<H>) -> bool {
        !self.lifetime.is_over() && matches!(self.decision(failure, true), Decision::Wait(_))
    }

    fn decide(&self, failure: &Failure<H>, content: &H::Content) -> Decision {
        self.decision(failure, content.replayable())
    }

    fn decision(&self, failure: &Failure<H>, replayable: bool) -> Decision {
        let Some(error) = failure.error() else { return Decision::Stop };
        let harmless = self.idempotent.get() || self.turned_away.get();
        let facts = retry::Failure {
            code: error.code,
            retry_after_ms: error.retry_after_ms,
            attempts: self.lifetime.attempts(),
            elapsed_ms: self.client.host.now() - self.lifetime.started_at,
            replayable: harmless && replayable,
            reject_if_busy: self.options.reject_if_busy,
        };
        self.options.policy().decide(facts, self.client.host.random())
    }

    /// The failure that a failed reply reports.
    async fn failure_of(&self, reply: H::Reply) -> Failure<H> {
        let head = self.head(&reply);
        let bytes = match body::read_some(&*self.client.host, &self.lifetime, &reply, MAX_ERROR_BYTES).await {
            Ok(bytes) => bytes,
            // The call itself has ended.
            Err(failure) if self.lifetime.is_over() => return failure,
            // The status is still valid if the body breaks off.
            Err(_) => Vec::new(),
        };
        let error = head.failure(&bytes);
        if let (Some(limiter), Some(model)) = (self.client.limiter(), self.model())
            && error.code == Code::RateLimited
            && let Some(ms) = error.retry_after_ms.filter(|ms| *ms > 0.0)
        {
            limiter.borrow_mut().pause(model, self.client.host.now(), ms);
        }
        error.into()
    }

    /// The properties of a reply's head for errors; its ids are those stored by [`Lifetime::set_ids`].
    pub fn head(&self, reply: &H::Reply) -> Head {
        let host = &*self.client.host;
        let after = reply.header(names::RETRY_AFTER);
        let date = after.as_deref().map(|after| host.parse_date(after));
        let ms = reply.header(names::RETRY_AFTER_MS);
        let wait = match (&ms, &after) {
            (None, None) => None,
            _ => retry::retry_after(ms.as_deref(), after.as_deref(), date, host.date()),
        };
        let ids = self.lifetime.ids();
        Head {
            status: reply.status(),
            request_id: ids.request,
            gateway_log_id: ids.gateway_log,
            retry_after_ms: wait,
            rate_reset_ms: names::RATE_LIMIT.iter().find_map(|name| retry::rate_reset(&reply.header(name)?)),
        }
    }

    /// Replaces the error of a 404 that is not about a model.
    fn explained(&self, failure: Failure<H>) -> Failure<H> {
        let missing = self.endpoint().and_then(|endpoint| endpoint.missing.as_ref());
        let (Some((field, message)), Failure::Error(error, cause)) = (missing, &failure) else {
            return failure;
        };
        let unknown =
            error.code == Code::NotFound || (error.code == Code::ModelNotFound && error.status == Some(404));
        if !unknown {
            return failure;
        }
        let mut explained = Error::new(Code::NotFound, message).with_field(field);
        explained.status = Some(404);
        explained.internal_code = error.internal_code;
        explained.request_id = error.request_id.clone();
        Failure::Error(explained, cause.clone())
    }

    /// Waits until the client's own limiter admits the request.
    async fn wait_for_turn(&self, content: &H::Content) -> Result<Option<Pass>, Failure<H>> {
        let limiter = self.client.limiter.as_ref().map_err(Clone::clone)?;
        let (Some(limiter), Some(model)) = (limiter, self.model()) else { return Ok(None) };
        let host = &*self.client.host;
        if !limiter.borrow().knows(model) {
            let published = self.lifetime.until(host.published_limit(model)).await??;
            limiter.borrow_mut().learn(model, published);
        }
        let counts_tokens = limiter.borrow().counts_tokens();
        let (characters, max_tokens) = if counts_tokens { host.measure(content) } else { (0.0, None) };
        let want = Want { model, characters, max_tokens };
        let mut waiting = Waiting { limiter, model, ticket: 0 };
        loop {
            self.lifetime.check()?;
            let turn = limiter.borrow_mut().ask(waiting.ticket, &want, host.now());
            match turn {
                Turn::Go(pass) => {
                    waiting.ticket = 0;
                    return Ok(Some(pass));
                }
                Turn::Wait { ticket, ms } => {
                    waiting.ticket = ticket;
                    self.lifetime.sleep(ms).await?;
                }
                Turn::Full(name) => {
                    waiting.ticket = 0;
                    return Err(full(&name).into());
                }
            }
        }
    }

    fn settle(&self, pass: Option<Pass>, cost: &Cost) {
        if let (Some(limiter), Some(model), Some(pass)) = (self.client.limiter(), self.model(), pass) {
            limiter.borrow_mut().settle(pass, model, *cost);
        }
    }

    /// Reports the usage of a successful reply to the limiter.
    fn account(&self, pass: Option<Pass>, reply: H::Reply) -> H::Reply {
        let Some(pass) = pass.filter(|_| self.counts_tokens()) else { return reply };
        let (client, model) = (Rc::clone(&self.client), self.model().unwrap_or_default().to_owned());
        let report = move |usage: &str| {
            if let Some(limiter) = client.limiter() {
                limiter.borrow_mut().settle(pass, &model, in_reply(usage));
            }
        };
        self.client.host.watch_usage(reply, Box::new(report))
    }

    fn counts_tokens(&self) -> bool {
        let raw = self.options.raw_response || self.options.websocket;
        !raw && self.client.limiter().is_some_and(|limiter| limiter.borrow().counts_tokens())
    }
}

/// A place in the limiter's queue, released when the call stops waiting.
struct Waiting<'a> {
    limiter: &'a std::cell::RefCell<crate::limiter::Limiter>,
    model: &'a str,
    ticket: u32,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.ticket != 0 {
            self.limiter.borrow_mut().leave(self.ticket, self.model);
        }
    }
}

fn full(name: &str) -> Error {
    let message = [
        "The client's own limiter refused the call, nothing was sent: too many calls wait for the limit of ",
        name,
        " already. Make fewer calls at a time, or raise limiter.maxQueue.",
    ];
    Error::new(Code::RateLimited, concat(&message)).with_field("limiter.maxQueue")
}

fn too_long<H: Host>(failure: Failure<H>, ms: f64) -> Failure<H> {
    match failure {
        Failure::Error(mut error, cause) => {
            let seconds = decimal((ms / 1000.0).ceil() as i64);
            let why =
                [&error.message, " The service asks to wait ", &seconds, " s, which is not waited for."];
            error.message = concat(&why);
            Failure::Error(error, cause)
        }
        other => other,
    }
}
