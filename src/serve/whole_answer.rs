//! A whole answer in any dialect, read.

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
    /// Its id; made up where the model gave none.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// JSON text.
    pub arguments: String,
}

/// What an answer says.
#[derive(Debug)]
pub struct WholeAnswer {
    /// Its text.
    pub text: String,
    /// The thinking before it.
    pub reasoning: String,
    /// The thinking's signature.
    pub signature: String,
    /// Thinking that nobody else can read.
    pub redacted: Vec<String>,
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
            id: call.id.clone().filter(|id| !id.is_empty()).unwrap_or_else(|| made_up("call_", clock)),
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

/// An id that is not likely to come again.
pub fn made_up(begin: &str, clock: Clock) -> String {
    concat(&[begin, &random_word(clock.random, 24)])
}

/// Before and behind what is no object in the place of one, such as the text that a custom tool gets.
pub const AROUND_INPUT: [&str; 2] = ["{\"input\":", "}"];

/// The object that the arguments of a call are, or are in.
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
