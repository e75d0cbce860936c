//! Reads a whole answer in any dialect.

use super::Clock;
use crate::error::{Code, Error};
use crate::quirks;
use crate::text::{concat, lossy};
use crate::wire::answer_events::judge_end;
use crate::wire::dialect::{Dialect, FinishReason, Reading, Usage};
use crate::wire::failure_kind::FailureKind;
use crate::wire::json::{self, Value};
use crate::wire::openai::collected::Collected;
use crate::wire::openai::random_word;

/// A tool call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The id; generated if the model sent none.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// The arguments as JSON text.
    pub arguments: String,
}

/// The contents of an answer.
#[derive(Debug)]
pub struct WholeAnswer {
    /// Its text.
    pub text: String,
    /// The reasoning before it.
    pub reasoning: String,
    /// The signature of the reasoning.
    pub signature: String,
    /// Encrypted reasoning.
    pub redacted: Vec<String>,
    /// The tool calls.
    pub calls: Vec<Call>,
    /// The finish reason.
    pub reason: FinishReason,
    /// The token usage.
    pub usage: Usage,
}

/// The properties of a chat's input, given as JSON text, that affect how its answer is read.
pub fn reading(id: &str, input: &str) -> Reading {
    let Ok(input) = json::parse(input.as_bytes()) else { return Reading::default() };
    let [most, older, thinks, template] =
        input.pick(&["max_completion_tokens", "max_tokens", "enable_thinking", "chat_template_kwargs"]);
    let within = template.and_then(|template| template.get("enable_thinking"));
    let is_off = [thinks, within].into_iter().flatten().any(|thinks| thinks.as_bool() == Some(false));
    Reading {
        max_tokens: most.or(older).and_then(|most| u32::try_from(most.as_i64()?).ok()).unwrap_or(0),
        reasoning_is_text: is_off && quirks::ANSWER_AS_REASONING.holds_for(id),
        thinking: quirks::thinking(id, |name| {
            input.get(name).is_some_and(|value| !value.is_null() && value.as_bool() != Some(false))
        }),
    }
}

impl WholeAnswer {
    /// Reads an answer.
    pub fn of(answer: Value<'_>, reading: Reading, clock: Clock) -> Result<Self, Error> {
        let (mut dialect, mut collected) = (Dialect::new(reading), Collected::default());
        dialect.set_whole();
        dialect
            .read(answer, &mut collected)
            .map_err(|failure| FailureKind::from(failure).to_error(answer.raw(), 0))?;
        judge_end(&dialect, true).map_err(|kind| kind.to_error(b"", 0))?;
        dialect.end(&mut collected);
        let calls = collected.calls.iter().map(|call| Call {
            id: call.id.clone().filter(|id| !id.is_empty()).unwrap_or_else(|| random_id("call_", clock)),
            name: call.name.clone().unwrap_or_default(),
            arguments: call
                .arguments
                .clone()
                .filter(|text| !text.is_empty())
                .unwrap_or_else(|| "{}".to_owned()),
        });
        Ok(WholeAnswer {
            text: lossy(&collected.text),
            reasoning: lossy(&collected.reasoning),
            signature: lossy(&collected.signature),
            redacted: collected.redacted.clone(),
            calls: calls.collect(),
            reason: dialect.final_reason(),
            usage: collected.tokens().unwrap_or_default(),
        })
    }
}

/// A random id with a prefix.
pub fn random_id(begin: &str, clock: Clock) -> String {
    concat(&[begin, &random_word(clock.random, 24)])
}

/// The text before and after a value that is not an object, such as the input of a custom tool, to make it
/// one.
pub const AROUND_INPUT: [&str; 2] = ["{\"input\":", "}"];

/// The arguments of a call as an object, which may be encoded in a string.
pub fn object_of(arguments: &str) -> Result<String, Error> {
    let text = arguments.trim();
    match json::parse(text.as_bytes()) {
        _ if text.is_empty() => Ok("{}".to_owned()),
        Ok(value) if value.is_object() => Ok(text.to_owned()),
        Ok(value) if value.is_null() => Ok("{}".to_owned()),
        Ok(_) => Ok(concat(&[AROUND_INPUT[0], text, AROUND_INPUT[1]])),
        Err(_) => Err(Error::new(
            Code::MalformedResponse,
            "The model's tool arguments are not JSON. Ask again, or raise max_tokens.",
        )),
    }
}
