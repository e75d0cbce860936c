//! The rules as README.md and the typings state them, written down once more and without the client's own code: what has to follow a failure.

use workers_ai_wasm::error::Code;

use crate::scenario::Facts;

/// What became of an attempt that failed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Failure {
    pub code: Code,
    /// The status of the reply, where there was one.
    pub status: Option<u16>,
    /// The wait that the service asks for, in milliseconds.
    pub asks_to_wait: Option<f64>,
    /// Is it the end of the attempt because its first byte did not come?
    pub is_first_byte: bool,
}

impl Failure {
    pub fn of(code: Code) -> Self {
        Self { code, status: None, asks_to_wait: None, is_first_byte: false }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Next {
    /// Another attempt, after so many milliseconds.
    Again(f64),
    Stop,
    /// The service asks for more than is waited for.
    TooLong,
}

/// What follows a failure, `elapsed` milliseconds after the call began; `random` is the number that the pause is made of.
pub fn next(facts: &Facts, failure: &Failure, attempts: u32, elapsed: f64, random: f64) -> Next {
    let plan = &facts.plan;
    let passes = [Code::Capacity, Code::RateLimited, Code::Timeout, Code::Server, Code::Network]
        .contains(&failure.code);
    let wants_no_wait = plan.reject_if_busy && failure.code == Code::Capacity;
    // Whatever does more when it is asked twice is asked again only after it was turned away.
    let is_harmless = plan.target.is_idempotent() || failure.status == Some(429);
    if !passes || wants_no_wait || !is_harmless || !plan.is_replayable || attempts > plan.max_retries {
        return Next::Stop;
    }
    let wait = match failure.asks_to_wait {
        Some(wait) if wait > 60_000.0 => return Next::TooLong,
        Some(wait) => wait,
        None => {
            let (first, most) =
                if failure.code == Code::Capacity { (2_000.0, 30_000.0) } else { (500.0, 8_000.0) };
            let step: f64 = first * 2_f64.powi(attempts as i32 - 1);
            step.min(most) * random
        }
    };
    if facts.timeouts.total.is_some_and(|total| elapsed + wait >= total) {
        return Next::Stop;
    }
    Next::Again(wait.floor())
}

/// Another model may answer in the place of one that failed so.
pub fn may_another_model(code: Option<Code>, number: Option<u32>, status: Option<u16>) -> bool {
    let models = [
        Code::Capacity,
        Code::RateLimited,
        Code::ModelNotFound,
        Code::ModelDeprecated,
        Code::Timeout,
        Code::Server,
        Code::Truncated,
        Code::MalformedResponse,
        Code::PaymentRequired,
        Code::SpendLimit,
    ];
    models.iter().any(|own| Some(*own) == code)
        || number == Some(2009)
        || code == Some(Code::Network) && status.is_some()
}
