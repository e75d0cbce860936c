//! The rules of retries, restated from README.md and the typings, without the client's code.

use workers_ai_wasm::error::Code;

use crate::scenario::Facts;

/// A failed attempt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Failure {
    pub code: Code,
    /// The status of the reply, if there was one.
    pub status: Option<u16>,
    /// The delay that the service requests, in milliseconds.
    pub asks_to_wait: Option<f64>,
    /// True if the attempt ended by its first-byte timeout.
    pub is_first_byte: bool,
}

impl Failure {
    pub fn of(code: Code) -> Self {
        Self { code, status: None, asks_to_wait: None, is_first_byte: false }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Next {
    /// Another attempt after this many milliseconds.
    Again(f64),
    Stop,
    /// The service requests a longer delay than is waited for.
    TooLong,
}

/// The consequence of a failure, `elapsed` milliseconds after the start of the call; `random` is the random
/// number of the pause.
pub fn next(facts: &Facts, failure: &Failure, attempts: u32, elapsed: f64, random: f64) -> Next {
    let plan = &facts.plan;
    let passes = [Code::Capacity, Code::RateLimited, Code::Timeout, Code::Server, Code::Network]
        .contains(&failure.code);
    let wants_no_wait = plan.reject_if_busy && failure.code == Code::Capacity;
    // A request that is not idempotent is retried only after it was rejected.
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

/// True if a fallback model may be called after this failure.
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
