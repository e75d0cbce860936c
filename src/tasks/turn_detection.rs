//! `detectTurn`: detects whether a speaker has finished.

use serde::Serialize;

use super::answer::{malformed, number};
use super::media;
use super::request::{Plan, TaskRequest};
use crate::catalog::InputShape;
use crate::error::Error;
use crate::service::fields::flag;
use crate::value::Value;

/// `{ audio, dtype? }`
pub fn plan<V: Value>(request: &TaskRequest<'_, V>) -> Result<Plan<V>, Error> {
    media::plan(request, InputShape::TurnSmartTurn)
}

/// The result of `detectTurn`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Turn {
    /// True if the speaker has finished.
    pub is_complete: bool,
    /// The probability of that.
    pub probability: f64,
}

/// Decodes `{ is_complete, probability }`. The service guarantees neither: if one is absent it is derived
/// from the other. A member that is present but invalid is not replaced.
pub fn decode<V: Value>(answer: &V) -> Result<Turn, Error> {
    let mut probability = None;
    if let Some(stated) = answer.get("probability") {
        let stated = number(&stated).filter(|probability| (0.0..=1.0).contains(probability));
        probability = Some(stated.ok_or_else(|| malformed("probability from 0 to 1"))?);
    }
    let is_complete = match answer.get("is_complete") {
        Some(stated) => Some(flag(&stated).ok_or_else(|| malformed("is_complete"))?),
        None => None,
    };
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
        assert_eq!(
            read(r#"{"is_complete":true,"probability":" 0.3"}"#).as_deref(),
            Ok(r#"{"isComplete":true,"probability":0.3}"#)
        );
        for answer in [
            "{}",
            r#"{"is_complete":true,"probability":"often"}"#,
            r#"{"is_complete":true,"probability":7}"#,
            r#"{"is_complete":"perhaps","probability":0.7}"#,
            r#"{"probability":1e999}"#,
        ] {
            assert!(read(answer).is_err(), "{answer}");
        }
    }
}
