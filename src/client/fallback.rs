//! The option `fallback`: when a model cannot answer, the next one is called.

use crate::error::Code;

/// In less time nobody answers; and timers may be a little early.
const LEAST_MS: f64 = 2.0;
/// The gateway's number for a provider's credential: another provider has another one.
const PROVIDER_CREDENTIAL: u32 = 2009;

/// May another model do better after this failure? Not where the caller is at fault, or the whole account.
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

/// What one model's turn came to.
pub struct Failed<E> {
    /// What the caller gets if it is the last.
    pub error: E,
    /// Its kind, where it is known.
    pub code: Option<Code>,
    /// The service's own number.
    pub number: Option<u32>,
    /// Was there a reply, which has failed on its way? Where none came, the next model is not reached either.
    pub replied: bool,
    /// The requests that were made.
    pub attempts: u32,
}

impl<E> Failed<E> {
    fn is_models(&self) -> bool {
        self.code.is_some_and(helps)
            || self.number == Some(PROVIDER_CREDENTIAL)
            || self.replied && self.code == Some(Code::Network)
    }
}

/// What became of all turns.
pub struct Turns<T, E> {
    /// The outcome of the last call made; none where there was none to make.
    pub outcome: Option<Result<T, Failed<E>>>,
    /// The model that it was made of.
    pub model: String,
    /// Those before it, and what each came to.
    pub before: Vec<(String, Failed<E>)>,
}

impl<T, E> Turns<T, E> {
    /// The requests of the models before the last one.
    pub fn attempts_before(&self) -> u32 {
        self.before.iter().map(|(_, failed)| failed.attempts).sum()
    }
}

/// Calls models one after the other until one answers: `ask(model, left)` makes a call, `left` being what is left of the limit of time for
/// all of them together, in milliseconds.
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
