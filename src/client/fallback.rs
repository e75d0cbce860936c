//! The option `fallback`: when a model cannot answer, the next one is called.

use crate::error::Code;

/// In less time nobody answers; and timers may be a little early.
const LEAST_MS: f64 = 2.0;

/// May another model do better after this failure? Not where the caller is at fault, or the whole account.
pub fn helps(code: Code) -> bool {
    matches!(
        code,
        Code::Capacity | Code::ModelNotFound | Code::ModelDeprecated | Code::Timeout | Code::Server
    )
}

/// What one model's turn came to.
pub struct Failed<E> {
    /// What the caller gets if it is the last.
    pub error: E,
    /// Its kind, where it is known.
    pub code: Option<Code>,
    /// The requests that were made.
    pub attempts: u32,
}

/// Calls models one after the other until one answers: `ask(model, left)` makes a call, `left` being what is left of the limit of time for
/// all of them together, in milliseconds. Gives the outcome of the last call made, and the requests that those before it made.
pub async fn first_answer<T, E, F: Future<Output = Result<T, Failed<E>>>>(
    models: &[String],
    total: Option<f64>,
    now: impl Fn() -> f64,
    ask: impl Fn(String, Option<f64>) -> F,
) -> (Option<Result<T, Failed<E>>>, u32) {
    let started_at = now();
    let mut before = 0;
    for (place, model) in models.iter().enumerate() {
        let elapsed = now() - started_at;
        let left = total.filter(|_| elapsed >= 1.0).map(|total| (total - elapsed).max(1.0));
        let failed = match ask(model.clone(), left).await {
            Ok(answer) => return (Some(Ok(answer)), before),
            Err(failed) => failed,
        };
        let is_last = place + 1 == models.len();
        let is_over = total.is_some_and(|total| total - (now() - started_at) < LEAST_MS);
        if is_last || is_over || !failed.code.is_some_and(helps) {
            return (Some(Err(failed)), before);
        }
        before += failed.attempts;
    }
    (None, before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_another_model_may_do_better() {
        assert!([Code::Capacity, Code::Server, Code::Timeout].into_iter().all(helps));
        let useless = [Code::InvalidInput, Code::Auth, Code::DailyQuota, Code::Aborted, Code::Network];
        assert!(!useless.into_iter().any(helps));
    }
}
