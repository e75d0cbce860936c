//! The option `fallback`: when a model cannot answer, the next one is called.

use crate::error::Code;

/// With less time left no further call is made; timers may fire a little early.
const LEAST_MS: f64 = 2.0;
/// The gateway's error number for a provider's credential, which does not affect other providers.
const PROVIDER_CREDENTIAL: u32 = 2009;

/// True if another model may succeed after this failure; false for errors of the caller or the account.
pub fn helps(code: Code) -> bool {
    matches!(
        code,
        Code::Capacity
            | Code::RateLimited
            | Code::ModelNotFound
            | Code::ModelDeprecated
            | Code::Timeout
            | Code::Server
            | Code::Truncated
            | Code::MalformedResponse
            | Code::PaymentRequired
            | Code::SpendLimit
    )
}

/// The failed call of one model.
pub struct Failed<E> {
    /// The error that the caller receives if it is the last model.
    pub error: E,
    /// Its code, if known.
    pub code: Option<Code>,
    /// The service's own number.
    pub number: Option<u32>,
    /// True if there was a reply that failed while it was read. Without a reply the next model is not
    /// reachable either.
    pub replied: bool,
    /// The number of requests.
    pub attempts: u32,
}

impl<E> Failed<E> {
    fn is_models(&self) -> bool {
        self.code.is_some_and(helps)
            || self.number == Some(PROVIDER_CREDENTIAL)
            || self.replied && self.code == Some(Code::Network)
    }
}

/// The outcome of all calls.
pub struct Turns<T, E> {
    /// The outcome of the last call; none if there was no model to call.
    pub outcome: Option<Result<T, Failed<E>>>,
    /// The model of that call.
    pub model: String,
    /// The models before it, and their failures.
    pub before: Vec<(String, Failed<E>)>,
}

impl<T, E> Turns<T, E> {
    /// The number of requests for the models before the last one.
    pub fn attempts_before(&self) -> u32 {
        self.before.iter().map(|(_, failed)| failed.attempts).sum()
    }
}

/// Calls models in order until one answers. `ask(model, left)` makes a call; `left` is the rest of the common
/// timeout in milliseconds.
pub async fn first_answer<T, E, F: Future<Output = Result<T, Failed<E>>>>(
    models: &[String],
    total: Option<f64>,
    now: impl Fn() -> f64,
    ask: impl Fn(String, Option<f64>) -> F,
) -> Turns<T, E> {
    let started_at = now();
    let mut turns = Turns { outcome: None, model: String::new(), before: Vec::new() };
    for (place, model) in models.iter().enumerate() {
        let elapsed = now() - started_at;
        let left = total.filter(|_| elapsed >= 1.0).map(|total| (total - elapsed).max(1.0));
        let outcome = ask(model.clone(), left).await;
        let is_last = place + 1 == models.len();
        let is_over = total.is_some_and(|total| total - (now() - started_at) < LEAST_MS);
        match outcome {
            Err(failed) if !is_last && !is_over && failed.is_models() => {
                turns.before.push((model.clone(), failed));
            }
            outcome => {
                turns.outcome = Some(outcome);
                turns.model.clone_from(model);
                break;
            }
        }
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_another_model_may_do_better() {
        assert!([Code::Capacity, Code::Server, Code::Timeout, Code::Truncated].into_iter().all(helps));
        let useless = [Code::InvalidInput, Code::Auth, Code::DailyQuota, Code::Aborted, Code::Network];
        assert!(!useless.into_iter().any(helps));
    }

    #[test]
    fn a_providers_credential_and_a_reply_that_broke_are_that_models() {
        let failed =
            |code, number, replied| Failed { error: (), code: Some(code), number, replied, attempts: 1 };
        assert!(failed(Code::Auth, Some(2009), true).is_models());
        assert!(!failed(Code::Auth, Some(10_000), true).is_models());
        assert!(failed(Code::Network, None, true).is_models());
        assert!(!failed(Code::Network, None, false).is_models());
    }
}
