//! `detectTurn`: has a speaker finished?

use serde::Serialize;

use super::answer::malformed;
use super::media;
use super::request::{Plan, TaskRequest};
use crate::catalog::InputShape;
use crate::error::Error;
use crate::value::Value;

/// `{ audio, dtype? }`
pub fn plan<V: Value>(request: &TaskRequest<'_, V>) -> Result<Plan<V>, Error> {
    media::plan(request, InputShape::TurnSmartTurn)
}

/// What `detectTurn` gives.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Turn {
    /// Has the speaker finished?
    pub is_complete: bool,
    /// How probable that is.
    pub probability: f64,
}

/// Decodes `{ is_complete, probability }`. The service promises neither: an answer with one of them gives the other.
pub fn decode<V: Value>(answer: &V) -> Result<Turn, Error> {
    let probability = answer.get("probability").and_then(|probability| probability.number());
    let is_complete = answer.get("is_complete").and_then(|complete| complete.boolean());
    let is_complete = is_complete
        .or(probability.map(|probability| probability > 0.5))
        .ok_or_else(|| malformed("is_complete"))?;
    Ok(Turn { is_complete, probability: probability.unwrap_or(if is_complete { 1.0 } else { 0.0 }) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::testing::answered;

    #[test]
    fn one_of_the_two_gives_the_other() {
        let read = |text: &str| answered(text, decode).map_err(|error| error.code);
        for (answer, expected) in [
            (r#"{"is_complete":true,"probability":0.10}"#, r#"{"isComplete":true,"probability":0.1}"#),
            (r#"{"probability":0.7}"#, r#"{"isComplete":true,"probability":0.7}"#),
            (r#"{"is_complete":false}"#, r#"{"isComplete":false,"probability":0}"#),
        ] {
            assert_eq!(read(answer).as_deref(), Ok(expected));
        }
        assert!(read("{}").is_err());
    }
}
