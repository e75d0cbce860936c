//! A caller: makes a call like the package, and reads its reply.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use workers_ai_wasm::client::body::{Reader, read_all, read_some};
use workers_ai_wasm::client::fallback::{Failed, first_answer};
use workers_ai_wasm::client::host::{Chunk as _, Reply as _};
use workers_ai_wasm::client::{Call, Client, Failure, Host};
use workers_ai_wasm::options::Timeouts;

use crate::host::{Content, Reply, SimulatedHost, Subscription, Thrown};
use crate::scenario::{Abort, Facts, Leaving, Plan, Signal, Taking, Wait};
use crate::trace::{Outcome, What};
use crate::world::{As, World};

pub struct Caller {
    pub id: usize,
    pub plan: Rc<Plan>,
    pub client: Rc<Client<SimulatedHost>>,
    pub signal: Rc<Signal>,
}

/// An active call; if dropped before it is settled, that is its outcome.
struct Live {
    world: Rc<World>,
    facts: Rc<Facts>,
    is_settled: Cell<bool>,
}

impl Live {
    fn new(world: &Rc<World>, facts: &Rc<Facts>) -> Self {
        facts.signal.begin(facts.id);
        Self { world: Rc::clone(world), facts: Rc::clone(facts), is_settled: Cell::new(false) }
    }

    fn settle(&self) {
        self.is_settled.set(true);
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.facts.signal.end(self.facts.id);
        if !self.is_settled.get() {
            self.world.record_of(self.facts.id, What::Dropped);
        }
    }
}

/// The bytes that were read of a reply, and whether its end was reached.
type Taken = (usize, bool);

impl Caller {
    pub async fn run(self) {
        let (world, plan) = (Rc::clone(&self.client.host.world), Rc::clone(&self.plan));
        world.until(plan.starts_at).await;
        if plan.abort == Abort::Before {
            self.signal.abort(&world);
        }
        match (plan.jobs, &plan.models[..]) {
            _ if let Some(polls) = plan.polls => crate::polls::run(&self, polls).await,
            (Some(jobs), _) => crate::jobs::run(&self, jobs).await,
            (None, [model]) => drop(self.call(*model, plan.timeouts).await),
            (None, _) => self.fall_back().await,
        }
        // Concurrent waiters have been woken as well, but may not have been polled yet.
        world.until(world.now() + 1.0).await;
        let calls = world.calls.borrow().clone();
        for facts in calls.iter().filter(|facts| facts.caller == self.id && facts.is_over.get()) {
            if facts.watchers.get() > 0 {
                world.problem(format!(
                    "call {} is over, and who waits beside it does not hear of it",
                    facts.id
                ));
            }
        }
        world.drop_tasks(self.id);
    }

    async fn fall_back(&self) {
        let (host, timeouts) = (&self.client.host, self.plan.timeouts);
        let models: Vec<String> = self.plan.models.iter().map(usize::to_string).collect();
        let attempts = RefCell::new(Vec::new());
        let started_at = host.now();
        let ask = async |model: String, left: Option<f64>| {
            let timeouts = Timeouts { total: left.or(timeouts.total), ..timeouts };
            let (outcome, count) = self.call(model.parse().unwrap_or(0), timeouts).await;
            attempts.borrow_mut().push(count);
            match outcome {
                Outcome::Answer { .. } => Ok(()),
                outcome => Err(Failed {
                    code: outcome.code(),
                    number: outcome.number(),
                    replied: outcome.status().is_some(),
                    error: (),
                    attempts: count,
                }),
            }
        };
        let turns = first_answer(&models, timeouts.total, || host.now(), ask).await;
        let (attempts, before) = (attempts.take(), turns.attempts_before());
        if turns.before.len() + 1 != attempts.len() || models[turns.before.len()] != turns.model {
            host.world.problem("the models that were tried are not those that were asked");
        }
        if turns.outcome.is_none() {
            host.world.problem("no model was asked");
        }
        if before != attempts[..attempts.len() - 1].iter().sum::<u32>() {
            host.world.problem("the requests of the models that were asked before are not counted right");
        }
        let busy = self.plan.taking_takes_time();
        let late =
            host.now() - started_at - (timeouts.total.unwrap_or(f64::INFINITY) + 1.0 + host.world.late());
        if !busy && late > 0.0 {
            host.world.problem("the models together take longer than the limit of the whole call");
        }
    }

    pub async fn call(&self, model: usize, timeouts: Timeouts) -> (Outcome, u32) {
        let (world, scenario) = (&self.client.host.world, &self.client.host.scenario);
        let id = world.calls.borrow().len();
        let facts = Rc::new(Facts::new(id, self.id, &self.plan, model, timeouts, &self.signal, scenario));
        world.calls.borrow_mut().push(Rc::clone(&facts));
        As { world: Rc::clone(world), call: id, future: Box::pin(self.make(facts)) }.await
    }

    async fn make(&self, facts: Rc<Facts>) -> (Outcome, u32) {
        let host = &self.client.host;
        let world = &host.world;
        world.record(What::Begun);
        let live = Live::new(world, &facts);
        let options = Rc::new(facts.options(&host.scenario));
        let call = Call::new(&self.client, options, facts.target());
        let lifetime = &call.lifetime;
        lifetime.set_texts(Some(Rc::clone(&self.plan.texts)));
        if self.signal.is_aborted.get() {
            world.record(What::Aborted);
            lifetime.abort(Some(&self.signal.cause));
        } else {
            self.signal.subscribe(facts.id, lifetime);
            lifetime.observe(Subscription { facts: Rc::clone(&facts) });
        }
        for _ in 0..self.plan.watchers {
            self.watch(&call, &facts);
        }
        let content = Content {
            is_replayable: self.plan.is_replayable,
            characters: self.plan.characters,
            max_tokens: self.plan.max_tokens,
        };
        world.record(What::Sending);
        let taken = match call.send(&content).await {
            Ok(reply) if self.plan.is_raw => {
                lifetime.release_timers();
                Ok(self.take_raw(&reply).await)
            }
            Ok(reply) => self.take(&call, &facts, reply).await,
            Err(failure) => Err(failure),
        };
        let ended = matches!(taken, Err(Failure::Thrown(..)));
        let thrown = taken.map_err(|failure| lifetime.thrown(failure));
        if let Some(Failure::Thrown(_, first)) = lifetime.end()
            && let Err(Ok(thrown)) = &thrown
            && ended
            && !Rc::ptr_eq(&first.0, &thrown.0)
        {
            world.problem("the end of the call is more than one error");
        }
        let outcome = match thrown {
            Ok((bytes, to_the_end)) => Outcome::Answer { bytes, to_the_end },
            Err(Ok(Thrown(error))) => Outcome::Failed { error: (*error).clone(), ended },
            Err(Err(_)) => Outcome::Foreign,
        };
        facts.is_over.set(lifetime.is_over());
        lifetime.release();
        self.check_released(&facts);
        world.record(What::Settled(outcome.clone()));
        live.settle();
        let attempts = lifetime.attempts();
        if let Outcome::Failed { error, .. } = &outcome
            && error.attempts.unwrap_or(0) != attempts
        {
            world.problem(format!(
                "call {}: the error counts {:?} attempts of {attempts}",
                facts.id, error.attempts
            ));
        }
        (outcome, attempts)
    }

    /// Awaits the end of the call concurrently: all waiters must get the same error.
    fn watch(&self, call: &Call<SimulatedHost>, facts: &Rc<Facts>) {
        let (lifetime, world, id) = (Rc::clone(&call.lifetime), Rc::clone(&self.client.host.world), facts.id);
        let watchers = Rc::clone(facts);
        facts.watchers.set(facts.watchers.get() + 1);
        self.client.host.world.spawn(self.id, async move {
            let watcher =
                As { world: Rc::clone(&world), call: id, future: Box::pin(lifetime.until(pending::<()>())) };
            let watched = watcher.await;
            watchers.watchers.set(watchers.watchers.get() - 1);
            let Err(Failure::Thrown(_, thrown)) = watched else {
                return world.problem("what never comes has come");
            };
            // An attempt may have ended, and the next one begun.
            if let Some(Failure::Thrown(_, first)) = lifetime.end()
                && !Rc::ptr_eq(&first.0, &thrown.0)
            {
                world.problem("who waits beside the call gets another error than the call");
            }
        });
    }

    fn check_released(&self, facts: &Facts) {
        let world = &self.client.host.world;
        if world.timers_of(facts.id) > 0 {
            world.problem(format!("call {}: a timer is left", facts.id));
        }
        if facts.signal.listens(facts.id) {
            world.problem(format!("call {}: the caller's signal is still observed", facts.id));
        }
        let is_open = |connection: &&Rc<_>| {
            let connection: &crate::host::Connection = connection;
            connection.call == facts.id && connection.is_left_open()
        };
        if let Some(connection) = world.connections.borrow().iter().find(is_open) {
            world
                .problem(format!("call {}: the body of connection {} is left open", facts.id, connection.id));
        }
    }

    async fn take(
        &self,
        call: &Call<SimulatedHost>,
        facts: &Facts,
        reply: Reply,
    ) -> Result<Taken, Failure<SimulatedHost>> {
        let (host, lifetime) = (&*self.client.host, &*call.lifetime);
        match self.plan.taking {
            Taking::Discard => {
                reply.discard();
                Ok((0, false))
            }
            Taking::Whole(limit) => {
                let mut chunks = Vec::new();
                read_all(host, lifetime, &reply, limit, |chunk| chunks.push(chunk)).await?;
                Ok((chunks.iter().map(|chunk| chunk.len()).sum(), true))
            }
            Taking::Some(limit) => Ok((read_some(host, lifetime, &reply, limit).await?.len(), false)),
            Taking::Stream { busy, leaves, how } => {
                let mut reader = Reader::open(host, &reply, f64::INFINITY)?;
                let (mut bytes, mut chunks) = (0, 0);
                loop {
                    if leaves == Some(chunks) {
                        if how == Leaving::Abort {
                            self.signal.abort(&host.world);
                        }
                        return Ok((bytes, false));
                    }
                    let Some(chunk) = reader.next(host, lifetime).await? else { return Ok((bytes, true)) };
                    bytes += chunk.len();
                    chunks += 1;
                    if busy > 0 {
                        self.do_something_else(host.world.dice().ms(busy)).await;
                    }
                }
            }
            Taking::Impatient(patience) => {
                let mut reader = Reader::open(host, &reply, f64::INFINITY)?;
                let mut bytes = 0;
                loop {
                    let next = {
                        let until = host.world.now() + patience;
                        host.world.record(What::Busy(until));
                        let mut later = pin!(host.world.until(until));
                        let mut next = pin!(reader.next(host, lifetime));
                        poll_fn(|context| match next.as_mut().poll(context) {
                            Poll::Ready(next) => Poll::Ready(Some(next)),
                            Poll::Pending => later.as_mut().poll(context).map(|()| None),
                        })
                        .await
                    };
                    match next {
                        Some(next) => match next? {
                            Some(chunk) => bytes += chunk.len(),
                            None => return Ok((bytes, true)),
                        },
                        None => {
                            if facts.waits.replace(None) == Some(Wait::Body) {
                                return Ok((bytes, false));
                            }
                            host.world.record(What::GaveUp);
                            self.do_something_else(host.world.dice().ms(5_000)).await;
                        }
                    }
                }
            }
        }
    }

    /// Reads a raw reply, which only the caller's signal ends.
    async fn take_raw(&self, reply: &Reply) -> Taken {
        let (host, mut bytes) = (&*self.client.host, 0);
        let Ok(Some(body)) = host.open(reply) else { return (0, true) };
        loop {
            match host.read(&body).await {
                Ok(Some(chunk)) => bytes += chunk.len(),
                Ok(None) => return (bytes, true),
                Err(_) => return (bytes, false),
            }
        }
    }

    async fn do_something_else(&self, ms: f64) {
        let world = &self.client.host.world;
        let until = world.now() + ms;
        world.record(What::Busy(until));
        world.until(until).await;
    }
}
