//! Checks the recorded events against the rules, one by one.

use std::rc::Rc;

use workers_ai_wasm::client::host::Moment;
use workers_ai_wasm::error::Code;

use crate::host::Connection;
use crate::limits::{Bucket, Pass};
use crate::rules::{self, Failure, Next};
use crate::scenario::{Facts, Scenario, Taking};
use crate::service::EPOCH;
use crate::trace::{Entry, Outcome, TokenOutcome, What};
use crate::world::World;

/// Platforms fire timers up to this many milliseconds early.
const EARLY: f64 = 1.0;
/// Tolerance for rounding errors.
const EXACT: f64 = 1e-6;

#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    Total,
    Idle,
    FirstByte,
    Caller,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase {
    New,
    /// Waits for the limiter; `None` while the published limits are loaded.
    Waiting(Option<f64>),
    /// The request hook has been called.
    Requested,
    Sent(usize),
    /// A redirect that may be followed.
    Redirected,
    /// The head has been received.
    Headed(usize),
    /// The failed reply is read.
    Reading(usize),
    Failed(Failure),
    /// Pauses until this time, after a failure.
    Pausing(f64),
    /// A successful reply, or any reply if the caller requested it raw.
    Replied(usize),
    Settled,
    Dropped,
}

struct Call {
    facts: Rc<Facts>,
    phase: Phase,
    started_at: f64,
    attempts: u32,
    requested_at: f64,
    responded_at: f64,
    sends: u32,
    end: Option<(End, f64)>,
    read_since: Option<f64>,
    has_byte: bool,
    bytes: usize,
    /// True if the body has ended, false if it broke.
    body_end: Option<bool>,
    random: Option<f64>,
    busy_until: f64,
    outcome: Option<Outcome>,
}

impl Call {
    fn new(facts: &Rc<Facts>) -> Self {
        Self {
            facts: Rc::clone(facts),
            phase: Phase::New,
            started_at: f64::NAN,
            attempts: 0,
            requested_at: f64::NAN,
            responded_at: f64::NAN,
            sends: 0,
            end: None,
            read_since: None,
            has_byte: false,
            bytes: 0,
            body_end: None,
            random: None,
            busy_until: 0.0,
            outcome: None,
        }
    }

    fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Settled | Phase::Dropped)
            || self.end.is_some_and(|(end, _)| end != End::FirstByte)
    }

    fn is_attempting(&self) -> bool {
        matches!(
            self.phase,
            Phase::Requested | Phase::Sent(_) | Phase::Redirected | Phase::Headed(_) | Phase::Reading(_)
        )
    }

    /// True if the raw reply was returned to the caller.
    fn is_free(&self) -> bool {
        matches!(self.phase, Phase::Replied(_)) && self.facts.plan.is_raw
    }

    fn waits_for_first_byte(&self) -> bool {
        !self.has_byte && (self.is_attempting() || matches!(self.phase, Phase::Replied(_)) && !self.is_free())
    }
}

pub struct Check<'a> {
    world: &'a World,
    scenario: &'a Scenario,
    connections: Vec<Rc<Connection>>,
    calls: Vec<Call>,
    /// Models whose published limits are loaded.
    known: [bool; 3],
    buckets: [Bucket; 2],
}

type Checked = Result<(), String>;

fn wrong(text: impl Into<String>) -> Checked {
    Err(text.into())
}

/// Returns the first violation of a rule.
pub fn check(world: &World, scenario: &Scenario) -> Checked {
    let calls = world.calls.borrow().iter().map(Call::new).collect();
    let connections = world.connections.borrow().clone();
    let buckets = [Bucket::new(scenario), Bucket::new(scenario)];
    let mut check = Check { world, scenario, connections, calls, known: [false; 3], buckets };
    for (place, entry) in world.trace.borrow().iter().enumerate() {
        check.entry(entry).map_err(|problem| format!("entry {place}, call {}: {problem}", entry.call))?;
    }
    for call in &check.calls {
        if !matches!(call.phase, Phase::Settled | Phase::Dropped) {
            return wrong(format!("call {} never settles ({:?})", call.facts.id, call.phase));
        }
    }
    check.fallbacks()
}

impl Check<'_> {
    fn entry(&mut self, entry: &Entry) -> Checked {
        let (at, late) = (entry.at, self.world.late());
        for bucket in &mut self.buckets {
            bucket.time(at, late)?;
        }
        self.overdue(entry)?;
        let id = entry.call;
        let before = self.waiting_in(id);
        self.step(entry)?;
        let after = self.waiting_in(id);
        if let Some(bucket) = self.calls[id].facts.bucket()
            && before != after
        {
            self.buckets[bucket].waits(id, after, at);
        }
        Ok(())
    }

    /// The time since which a call waits for the limiter.
    fn waiting_in(&self, id: usize) -> Option<f64> {
        match self.calls[id].phase {
            Phase::Waiting(since) if !self.calls[id].is_over() => since,
            _ => None,
        }
    }

    /// Detects a timeout that has passed without effect.
    fn overdue(&self, entry: &Entry) -> Checked {
        let call = &self.calls[entry.call];
        if call.end.is_some() || call.is_over() || call.phase == Phase::New || call.is_free() {
            return Ok(());
        }
        let passed = |since: f64, limit: Option<f64>| {
            limit.is_some_and(|limit| entry.at > since + limit + self.world.late() + EXACT)
        };
        let timeouts = call.facts.timeouts;
        if passed(call.started_at, timeouts.total) {
            return wrong("the limit of the whole call has passed");
        }
        if call.waits_for_first_byte() && passed(call.requested_at, timeouts.first_byte) {
            return wrong("the limit until the first byte has passed");
        }
        if call.read_since.is_some_and(|since| passed(since, timeouts.idle)) {
            return wrong("the limit of an idle connection has passed");
        }
        match call.phase {
            Phase::Pausing(until) if entry.at > until + self.world.late() + EXACT => {
                wrong("the pause has passed")
            }
            _ => Ok(()),
        }
    }

    fn limits(&self, call: &Call) -> Option<usize> {
        call.facts.bucket().filter(|_| self.scenario.limits.is_some())
    }

    fn step(&mut self, entry: &Entry) -> Checked {
        let (at, id) = (entry.at, entry.call);
        match &entry.what {
            What::Begun => self.calls[id].started_at = at,
            What::Sending => {
                let is_limited = self.limits(&self.calls[id]).is_some();
                let is_known = self.calls[id].facts.model.is_none_or(|model| self.known[model]);
                self.calls[id].phase = Phase::Waiting((!is_limited || is_known).then_some(at));
            }
            What::Published => {
                let call = &mut self.calls[id];
                if let Some(model) = call.facts.model {
                    self.known[model] = true;
                }
                call.phase = Phase::Waiting(Some(at));
            }
            What::Unpublished => self.calls[id].phase = Phase::Failed(Failure::of(Code::Internal)),
            What::Notified { moment: Moment::Request, attempt, .. } => return self.request(id, at, *attempt),
            What::Notified { moment: Moment::Response, status, duration, .. } => {
                return self.response(id, at, *status, *duration);
            }
            What::Notified { moment: Moment::Retry, code, delay, attempt, .. } => {
                return self.retry(id, at, *code, *delay, *attempt);
            }
            What::Random(random) => self.calls[id].random = Some(*random),
            What::Token(TokenOutcome::Refused) => {
                let call = &mut self.calls[id];
                if !call.is_over() && call.phase == Phase::Requested {
                    call.phase = Phase::Failed(Failure::of(Code::Config));
                }
            }
            What::Token(TokenOutcome::Provided) => {}
            What::Sent { connection, url } => return self.sent(id, *connection, url),
            What::Head(connection) => return self.head(id, *connection),
            What::Broke(connection) => {
                let code = self.connections[*connection].script.code.unwrap_or(Code::Unknown);
                let call = &mut self.calls[id];
                if call.phase == Phase::Sent(*connection) && !call.is_over() {
                    call.phase = Phase::Failed(Failure::of(code));
                }
            }
            What::Read(_) => self.calls[id].read_since = Some(at),
            What::GaveUp => self.calls[id].read_since = None,
            What::Bytes(_, count) => {
                let call = &mut self.calls[id];
                call.read_since = None;
                call.has_byte |= *count > 0;
                call.bytes += count;
            }
            What::End(_, is_whole) => {
                let call = &mut self.calls[id];
                call.read_since = None;
                call.body_end = Some(*is_whole);
            }
            What::LetGo(_) => self.calls[id].read_since = None,
            What::Cancelled => {}
            What::Usage(total) => {
                if let Some(bucket) = self.limits(&self.calls[id]) {
                    self.buckets[bucket].settle(id, *total, at);
                }
            }
            What::TimerFired => self.timer(id, at),
            What::Aborted => {
                let call = &mut self.calls[id];
                if !call.is_over() {
                    call.end = Some((End::Caller, at));
                }
            }
            What::Dropped => {
                if self.calls[id].phase != Phase::Settled {
                    self.calls[id].phase = Phase::Dropped;
                }
            }
            What::Busy(until) => self.calls[id].busy_until = self.calls[id].busy_until.max(*until),
            What::Settled(outcome) => return self.settled(id, at, outcome),
        }
        Ok(())
    }

    fn timer(&mut self, id: usize, at: f64) {
        let call = &mut self.calls[id];
        if call.is_over() || call.is_free() {
            return;
        }
        let reached = |since: f64, limit: Option<f64>| limit.is_some_and(|limit| at >= since + limit - EARLY);
        let timeouts = call.facts.timeouts;
        if reached(call.started_at, timeouts.total) {
            call.end = Some((End::Total, at));
        } else if call.read_since.is_some_and(|since| reached(since, timeouts.idle)) {
            call.end = Some((End::Idle, at));
        } else if call.waits_for_first_byte()
            && call.end.is_none()
            && reached(call.requested_at, timeouts.first_byte)
        {
            call.end = Some((End::FirstByte, at));
            match call.phase {
                Phase::Reading(_) | Phase::Replied(_) => {}
                _ => {
                    call.phase = Phase::Failed(Failure { is_first_byte: true, ..Failure::of(Code::Timeout) })
                }
            }
        } else if let Phase::Pausing(until) = call.phase
            && at >= until - EARLY
        {
            call.phase = Phase::Waiting(Some(at));
        }
    }

    fn request(&mut self, id: usize, at: f64, attempt: u32) -> Checked {
        let limits = self.limits(&self.calls[id]);
        let call = &mut self.calls[id];
        let Phase::Waiting(Some(since)) = call.phase else {
            return wrong(format!("a request at a wrong time ({:?})", call.phase));
        };
        if call.is_over() {
            return wrong("a request after the end of the call");
        }
        if limits.is_none() && at > since.max(call.busy_until) {
            return wrong("a request goes out late");
        }
        call.attempts += 1;
        if call.attempts != attempt || attempt > call.facts.plan.max_retries + 1 {
            return wrong(format!(
                "attempt {attempt} of {} with {} retries",
                call.attempts, call.facts.plan.max_retries
            ));
        }
        (call.phase, call.requested_at, call.sends, call.has_byte) = (Phase::Requested, at, 0, false);
        (call.bytes, call.body_end, call.random) = (0, None, None);
        if let Some(bucket) = limits {
            let tokens = self.buckets[bucket].estimate(&call.facts.plan);
            self.buckets[bucket].pass(Pass { call: id, since, at, tokens })?;
        }
        Ok(())
    }

    fn sent(&mut self, id: usize, connection: usize, url: &str) -> Checked {
        let call = &mut self.calls[id];
        if call.is_over() {
            return wrong("something is sent after the end of the call");
        }
        let may = matches!(call.phase, Phase::Requested | Phase::Redirected);
        if !may || url.is_empty() {
            return wrong(format!("something is sent at a wrong time ({:?})", call.phase));
        }
        call.sends += 1;
        if call.sends > 6 {
            return wrong("redirects are followed without an end");
        }
        call.phase = Phase::Sent(connection);
        Ok(())
    }

    fn head(&mut self, id: usize, connection: usize) -> Checked {
        let script = &self.connections[connection].script;
        let call = &mut self.calls[id];
        if call.phase != Phase::Sent(connection) {
            return wrong(format!("a reply reaches a call that does not wait for it ({:?})", call.phase));
        }
        if !script.is_redirect() {
            call.phase = Phase::Headed(connection);
            return Ok(());
        }
        let leads =
            script.header("location").is_some_and(|to| to.starts_with('/') || to.starts_with("https://"));
        let may = matches!(script.status, Some(307 | 308))
            && leads
            && call.sends <= 5
            && call.facts.plan.is_replayable;
        call.phase = if may {
            Phase::Redirected
        } else {
            Phase::Failed(Failure { status: script.status, ..Failure::of(Code::Config) })
        };
        Ok(())
    }

    fn response(&mut self, id: usize, at: f64, status: Option<u16>, duration: Option<f64>) -> Checked {
        let limits = self.limits(&self.calls[id]);
        let call = &mut self.calls[id];
        let Phase::Headed(connection) = call.phase else {
            return wrong(format!("a response at a wrong time ({:?})", call.phase));
        };
        let script = &self.connections[connection].script;
        if call.is_over() || status != script.status || duration != Some(at - call.requested_at) {
            return wrong("the hook hears another response than there was");
        }
        if script.is_success() || call.facts.plan.is_raw {
            call.phase = Phase::Replied(connection);
        } else {
            call.phase = Phase::Reading(connection);
            call.responded_at = at;
            if let Some(bucket) = limits {
                // A rejected request costs nothing.
                self.buckets[bucket].settle(id, Some(0.0), at);
            }
        }
        Ok(())
    }

    /// The failure of an attempt.
    fn failure(&self, call: &Call) -> Option<Failure> {
        match call.phase {
            Phase::Failed(failure) => Some(failure),
            Phase::Reading(connection) => {
                let script = &self.connections[connection].script;
                let is_read = call.body_end == Some(true);
                Some(Failure {
                    code: if is_read { script.code } else { script.code_of_status }.unwrap_or(Code::Unknown),
                    status: script.status,
                    asks_to_wait: match script.asks_until {
                        Some(date) => Some((date - (EPOCH + call.responded_at)).max(0.0)),
                        None => script.asks_to_wait,
                    },
                    is_first_byte: false,
                })
            }
            _ => None,
        }
    }

    fn next(&self, call: &Call, failure: &Failure, at: f64) -> Next {
        rules::next(&call.facts, failure, call.attempts, at - call.started_at, call.random.unwrap_or(1.0))
    }

    /// The limiter waits for the delay that the service has requested.
    fn slow_down(&mut self, id: usize, at: f64, failure: &Failure) {
        if let Some(bucket) = self.limits(&self.calls[id])
            && failure.code == Code::RateLimited
            && let Some(ms) = failure.asks_to_wait
        {
            self.buckets[bucket].pause(at + ms.min(60_000.0), at);
        }
    }

    fn retry(&mut self, id: usize, at: f64, code: Option<&str>, delay: Option<f64>, attempt: u32) -> Checked {
        let call = &self.calls[id];
        if call.is_over() {
            return wrong("a retry after the end of the call");
        }
        let Some(failure) = self.failure(call) else {
            return wrong(format!("a retry without a failure ({:?})", call.phase));
        };
        let (next, delay) = (self.next(call, &failure, at), delay.unwrap_or(f64::NAN));
        let is_right = match next {
            // Dates lose the fractions of the clock.
            Next::Again(ms) => (delay - ms).abs() <= if failure.asks_to_wait.is_some() { 1.0 } else { 0.0 },
            Next::Stop | Next::TooLong => false,
        };
        if !is_right {
            return wrong(format!("a pause of {delay} ms after {failure:?}, where the rules say {next:?}"));
        }
        if code != Some(failure.code.as_str()) || attempt != call.attempts {
            return wrong(format!("the hook hears {code:?} at attempt {attempt} of {failure:?}"));
        }
        self.slow_down(id, at, &failure);
        let call = &mut self.calls[id];
        call.phase = Phase::Pausing(at + delay);
        call.end = None;
        Ok(())
    }

    fn settled(&mut self, id: usize, at: f64, outcome: &Outcome) -> Checked {
        self.outcome(id, at, outcome)?;
        let call = &self.calls[id];
        if let Outcome::Failed { ended: false, .. } = outcome
            && let Some(failure) = self.failure(call)
        {
            self.slow_down(id, at, &failure);
        }
        let call = &mut self.calls[id];
        (call.phase, call.outcome) = (Phase::Settled, Some(outcome.clone()));
        Ok(())
    }

    fn outcome(&self, id: usize, at: f64, outcome: &Outcome) -> Checked {
        let call = &self.calls[id];
        if call.phase == Phase::Settled {
            return wrong("a call settles twice");
        }
        if let Some((_, ended_at)) = call.end
            && at > ended_at.max(call.busy_until)
            && !call.is_free()
        {
            return wrong(format!("the call ended at {ended_at}, and settles at {at}"));
        }
        match outcome {
            Outcome::Failed { error, ended: true } => {
                let (code, words) = match call.end.map(|(end, _)| end) {
                    Some(End::Caller) => (Code::Aborted, "aborted"),
                    Some(End::Total) => (Code::Timeout, "timeout.total"),
                    Some(End::Idle) => (Code::Timeout, "timeout.idle"),
                    Some(End::FirstByte) => (Code::Timeout, "timeout.firstByte"),
                    None => return wrong(format!("the call ends for no reason: {error:?}")),
                };
                if error.code != code || !error.message.contains(words) {
                    return wrong(format!("the call ended by {:?}, and the error is {error:?}", call.end));
                }
                if let Phase::Failed(failure) = call.phase
                    && !call.is_over()
                    && self.next(call, &failure, at) != Next::Stop
                {
                    return wrong(format!("no retry after {failure:?}"));
                }
                Ok(())
            }
            _ if call.is_over() && !self.may_settle_otherwise(call, outcome) => {
                wrong(format!("the call ended by {:?}, and its outcome is {outcome:?}", call.end))
            }
            Outcome::Failed { error, ended: false } => match call.phase {
                Phase::Replied(_) => {
                    let is_large =
                        matches!(call.facts.plan.taking, Taking::Whole(limit) if call.bytes as f64 > limit);
                    let code = if is_large { Code::TooLarge } else { Code::Network };
                    let is_right = error.code == code && (is_large || call.body_end == Some(false));
                    if is_right {
                        Ok(())
                    } else {
                        wrong(format!("the body ended with {:?}, and the error is {error:?}", call.body_end))
                    }
                }
                Phase::Waiting(Some(_)) => self.refused(call, at, error),
                _ => self.stopped(call, at, error),
            },
            Outcome::Foreign => match call.phase {
                Phase::Replied(connection) if self.connections[connection].script.is_locked => Ok(()),
                phase => wrong(format!("a foreign value is passed on ({phase:?})")),
            },
            Outcome::Answer { bytes, to_the_end } => self.answered(call, *bytes, *to_the_end),
        }
    }

    /// Nothing is awaiting the call any more, so the end is not observed.
    fn may_settle_otherwise(&self, call: &Call, outcome: &Outcome) -> bool {
        let Phase::Replied(connection) = call.phase else { return false };
        let script = &self.connections[connection].script;
        let had_to_read = matches!(outcome, Outcome::Answer { to_the_end: true, .. });
        call.facts.plan.is_raw || script.is_empty || script.is_locked || !had_to_read
    }

    /// The limiter has rejected the call.
    fn refused(&self, call: &Call, at: f64, error: &workers_ai_wasm::error::Error) -> Checked {
        let limits = self.scenario.limits.filter(|_| {
            error.field.as_deref() == Some("limiter.maxQueue") && error.code == Code::RateLimited
        });
        let (Some(limits), Some(bucket)) = (limits, self.limits(call)) else {
            return wrong(format!("nothing was sent, and the error is {error:?}"));
        };
        let waiting = self.buckets[bucket].waiting(call.facts.id);
        if waiting < limits.queue {
            return wrong(format!("refused at {at}, where {waiting} wait and {} may", limits.queue));
        }
        Ok(())
    }

    fn stopped(&self, call: &Call, at: f64, error: &workers_ai_wasm::error::Error) -> Checked {
        let Some(failure) = self.failure(call) else {
            return wrong(format!("{error:?} without a failure ({:?})", call.phase));
        };
        let next = self.next(call, &failure, at);
        let is_explained =
            matches!(call.facts.plan.target, crate::scenario::Aim::Endpoint { is_explained: true, .. });
        let is_missing = failure.code == Code::NotFound
            || failure.code == Code::ModelNotFound && failure.status == Some(404);
        let code = if is_explained && is_missing { Code::NotFound } else { failure.code };
        if error.code != code {
            return wrong(format!("the error is {error:?} after {failure:?}"));
        }
        let says_too_long = error.message.contains("which is not waited for");
        match next {
            Next::Again(_) => wrong(format!("no retry after {failure:?}")),
            Next::TooLong if !says_too_long => {
                wrong("the error does not say how long the service asks to wait")
            }
            Next::Stop if says_too_long => wrong("the error says that the service asks to wait too long"),
            _ => Ok(()),
        }
    }

    fn answered(&self, call: &Call, bytes: usize, to_the_end: bool) -> Checked {
        let Phase::Replied(connection) = call.phase else {
            return wrong(format!("an answer without a reply ({:?})", call.phase));
        };
        let script = &self.connections[connection].script;
        if to_the_end
            && !script.is_empty
            && call.body_end != Some(true)
            && !(call.facts.plan.is_raw && script.is_locked)
        {
            return wrong("the answer is whole, its body was not");
        }
        let may_be_less = matches!(call.facts.plan.taking, Taking::Some(_)) && !call.facts.plan.is_raw;
        if bytes > call.bytes || bytes < call.bytes && !may_be_less {
            return wrong(format!("{} bytes came, {bytes} were given", call.bytes));
        }
        Ok(())
    }

    /// Models are called in order, the next one only after a failure that permits it.
    fn fallbacks(&self) -> Checked {
        for (caller, plan) in self
            .scenario
            .plans
            .iter()
            .enumerate()
            .filter(|(_, plan)| plan.jobs.is_none() && plan.polls.is_none())
        {
            let calls: Vec<&Call> = self.calls.iter().filter(|call| call.facts.caller == caller).collect();
            if calls.len() > plan.models.len() {
                return wrong("more models are asked than there are");
            }
            for (place, call) in calls.iter().enumerate() {
                if call.facts.model.is_some_and(|model| model != plan.models[place]) {
                    return wrong("the models are asked in another order");
                }
                let Some(outcome) = &call.outcome else { continue };
                let is_last = place + 1 == calls.len();
                let may = rules::may_another_model(outcome.code(), outcome.number(), outcome.status());
                if !is_last && !may {
                    return wrong(format!("another model is asked after {outcome:?}"));
                }
                let has_more = place + 1 < plan.models.len() && plan.timeouts.total.is_none();
                let is_dropped = plan.drops_at.is_some();
                if is_last && may && has_more && !is_dropped {
                    return wrong(format!("no other model is asked after {outcome:?}"));
                }
            }
        }
        Ok(())
    }
}
