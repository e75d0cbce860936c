//! The guarantees of the client's own limits: no minute exceeds them, and no call waits while there is room.

use crate::scenario::{Limits, Plan, Scenario};

/// The window of the limits, and the tolerance for requests at its end, in milliseconds.
const MINUTE: f64 = 60_000.0;
const GRAIN: f64 = 250.0;
/// Maximum interval between two checks of a waiting call.
const SLEEP: f64 = 1_000.0;
/// Tolerance for rounding errors of the sums.
const EXACT: f64 = 1e-6;

/// A request that was admitted.
pub struct Pass {
    pub call: usize,
    /// When it began to wait.
    pub since: f64,
    pub at: f64,
    pub tokens: f64,
}

/// The requests that are counted together.
pub struct Bucket {
    limits: Option<Limits>,
    passes: Vec<Pass>,
    paused_until: f64,
    /// Waiting calls, and the start of each wait.
    queue: Vec<(usize, f64)>,
    /// The time of the last change.
    changed_at: f64,
    tokens: f64,
}

impl Bucket {
    pub fn new(scenario: &Scenario) -> Self {
        let limits = scenario.limits;
        let mut bucket = Self {
            limits,
            passes: Vec::new(),
            paused_until: 0.0,
            queue: Vec::new(),
            changed_at: 0.0,
            tokens: 0.0,
        };
        bucket.tokens = scenario.plans.first().map_or(0.0, |plan| bucket.estimate(plan));
        bucket
    }

    /// One token per three characters, plus the answer's limit. A request above the limit is sent alone.
    pub fn estimate(&self, plan: &Plan) -> f64 {
        let Some(most) = self.limits.and_then(|limits| limits.tokens) else { return 0.0 };
        ((plan.characters / 3.0).ceil() + plan.max_tokens.unwrap_or(0.0)).min(most)
    }

    pub fn waiting(&self, but: usize) -> usize {
        self.queue.iter().filter(|(call, _)| *call != but).count()
    }

    /// A call starts or stops waiting.
    pub fn waits(&mut self, call: usize, since: Option<f64>, at: f64) {
        self.queue.retain(|(own, _)| *own != call);
        self.queue.extend(since.map(|since| (call, since)));
        self.changed_at = at;
    }

    pub fn pause(&mut self, until: f64, at: f64) {
        if until > at {
            self.paused_until = self.paused_until.max(until);
        }
    }

    pub fn pass(&mut self, pass: Pass) -> Result<(), String> {
        let Some(limits) = self.limits else { return Ok(()) };
        if pass.at < self.paused_until - EXACT {
            return Err(format!(
                "a request at {} although the service has asked to wait until {}",
                pass.at, self.paused_until
            ));
        }
        let minute = || self.passes.iter().filter(|other| other.at > pass.at - MINUTE);
        let (requests, tokens) =
            (minute().count() as f64 + 1.0, minute().map(|other| other.tokens).sum::<f64>() + pass.tokens);
        if requests > limits.requests {
            return Err(format!("{requests} requests in a minute, where {} are allowed", limits.requests));
        }
        if limits.tokens.is_some_and(|most| tokens > most + EXACT) {
            return Err(format!("{tokens} tokens in a minute, where {:?} are allowed", limits.tokens));
        }
        // An earlier call may check later, but keeps its room.
        let before = self.queue.iter().filter(|(_, since)| *since < pass.since).count() as f64;
        let has_room = requests + before <= limits.requests
            && limits.tokens.is_none_or(|most| tokens + before * self.tokens <= most + EXACT);
        if before > 0.0 && !has_room {
            return Err("a call overtakes another one that has waited longer".to_owned());
        }
        self.passes.push(pass);
        Ok(())
    }

    /// The usage of a call's latest request is known.
    pub fn settle(&mut self, call: usize, tokens: Option<f64>, at: f64) {
        if let Some(pass) = self.passes.iter_mut().rev().find(|pass| pass.call == call)
            && let Some(tokens) = tokens
            && self.limits.is_some_and(|limits| limits.tokens.is_some())
        {
            pass.tokens = tokens;
            self.changed_at = at;
        }
    }

    /// Advances the time.
    pub fn time(&mut self, at: f64, late: f64) -> Result<(), String> {
        let Some(limits) = self.limits else { return Ok(()) };
        let waiting = self.queue.iter().filter(|(_, since)| *since < at).count();
        if waiting > limits.queue {
            return Err(format!("{waiting} calls wait for the limiter, where {} may", limits.queue));
        }
        let Some(since) = self.queue.iter().map(|(_, since)| *since).reduce(f64::min) else { return Ok(()) };
        let room = self.room(limits).max(since).max(self.changed_at);
        if at > room + SLEEP + late + EXACT {
            return Err(format!(
                "at {at} a call waits for the limiter, although there has been room since {room}"
            ));
        }
        Ok(())
    }

    /// The time at which there is room for one more request.
    fn room(&self, limits: Limits) -> f64 {
        let (mut requests, mut tokens) = (1.0, self.tokens);
        let mut room = self.paused_until;
        // From the latest: those that do not fit beside them have to wait until these leave the window.
        for pass in self.passes.iter().rev() {
            requests += 1.0;
            tokens += pass.tokens;
            if requests > limits.requests || limits.tokens.is_some_and(|most| tokens > most + EXACT) {
                return room.max(pass.at + MINUTE + GRAIN);
            }
        }
        room = room.max(0.0);
        room
    }
}
