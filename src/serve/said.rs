//! A whole answer in any dialect: what it says.

use super::Clock;
use crate::error::{Code, Error};
use crate::quirks;
use crate::text::{concat, lossy};
use crate::wire::dialect::{Dialect, FinishReason, Reading, Usage};
use crate::wire::failure_kind::FailureKind;
use crate::wire::json::{self, Value};
use crate::wire::openai::collected::Collected;
use crate::wire::openai::random_word;

/// A tool call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its id; made up where the model gave none.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// JSON text.
    pub arguments: String,
}

/// What an answer says.
#[derive(Debug)]
pub struct Said {
    /// Its text.
    pub text: String,
    /// The thinking before it.
    pub reasoning: String,
    /// The tools that it calls.
    pub calls: Vec<Call>,
    /// Why it ended.
    pub reason: FinishReason,
    /// Its tokens.
    pub usage: Usage,
}

/// What of a chat's input, which is JSON text, decides how its answer is read.
pub fn reading(id: &str, input: &str) -> Reading {
    let Ok(input) = json::parse(input.as_bytes()) else { return Reading::default() };
    let [most, older, thinks, template] =
        input.pick(&["max_completion_tokens", "max_tokens", "enable_thinking", "chat_template_kwargs"]);
    let within = template.and_then(|template| template.get("enable_thinking"));
    let is_off = [thinks, within].into_iter().flatten().any(|thinks| thinks.as_bool() == Some(false));
    Reading {
        max_tokens: most.or(older).and_then(|most| u32::try_from(most.as_i64()?).ok()).unwrap_or(0),
        reasoning_is_text: is_off && quirks::ANSWER_AS_REASONING.holds_for(id),
    }
}

impl Said {
    /// Reads an answer.
    pub fn of(answer: Value<'_>, reading: Reading, clock: Clock) -> Result<Self, Error> {
        let (mut dialect, mut said) = (Dialect::new(reading), Collected::default());
        dialect
            .read(answer, &mut said)
            .map_err(|failure| FailureKind::from(failure).to_error(answer.raw(), 0))?;
        if !dialect.is_recognised() {
            return Err(FailureKind::NoAnswer.to_error(b"", 0));
        }
        let calls = said.calls.iter().map(|call| Call {
            id: call.id.clone().filter(|id| !id.is_empty()).unwrap_or_else(|| made_up("call_", clock)),
            name: call.name.clone().unwrap_or_default(),
            arguments: call
                .arguments
                .clone()
                .filter(|text| !text.is_empty())
                .unwrap_or_else(|| "{}".to_owned()),
        });
        Ok(Said {
            text: lossy(&said.text),
            reasoning: lossy(&said.reasoning),
            calls: calls.collect(),
            reason: dialect.final_reason(),
            usage: said.usage.unwrap_or_default(),
        })
    }
}

/// An id that is not likely to come again.
pub fn made_up(begin: &str, clock: Clock) -> String {
    concat(&[begin, &random_word(clock.random, 24)])
}

/// The object that the arguments of a call are.
pub fn object_of(arguments: &str) -> Result<&str, Error> {
    let text = arguments.trim();
    match json::parse(text.as_bytes()) {
        _ if text.is_empty() => Ok("{}"),
        Ok(value) if value.is_object() => Ok(text),
        Ok(value) if value.is_null() => Ok("{}"),
        _ => Err(Error::new(
            Code::MalformedResponse,
            "The model's tool arguments are not a JSON object. Ask again, or raise max_tokens.",
        )),
    }
}
