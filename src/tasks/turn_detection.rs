//! `detectTurn`: has a speaker finished?

use super::answer::{malformed, number};
use super::media;
use super::request::{Ask, Plan};
use crate::catalog::{InputShape, OutputShape};
use crate::error::Error;
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// `{ audio, dtype? }`
pub fn plan(ask: &Ask<'_>) -> Result<Plan, Error> {
    media::plan(ask, InputShape::TurnSmartTurn, OutputShape::TurnProbability)
}

/// `{ isComplete, probability }`. The service promises neither: an answer with one of them gives the other.
pub fn result(answer: Value<'_>) -> Result<String, Error> {
    let probability = number(answer.get("probability"));
    let complete = answer.get("is_complete").and_then(|complete| complete.as_bool());
    let likely = probability.and_then(|probability| probability.parse::<f64>().ok()).map(|value| value > 0.5);
    let complete = complete.or(likely).ok_or_else(|| malformed("is_complete"))?;
    let probability = probability.unwrap_or(if complete { "1" } else { "0" });
    Ok(Writer::object(|out| {
        out.raw("isComplete", if complete { "true" } else { "false" });
        out.raw("probability", probability);
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    #[test]
    fn one_of_the_two_gives_the_other() {
        let read = |text: &str| result(json::parse(text.as_bytes()).unwrap()).map_err(|error| error.code);
        for (answer, expected) in [
            (r#"{"is_complete":true,"probability":0.10}"#, r#"{"isComplete":true,"probability":0.10}"#),
            (r#"{"probability":0.7}"#, r#"{"isComplete":true,"probability":0.7}"#),
            (r#"{"is_complete":false}"#, r#"{"isComplete":false,"probability":0}"#),
        ] {
            assert_eq!(read(answer).as_deref(), Ok(expected));
        }
        assert!(read("{}").is_err());
    }
}
