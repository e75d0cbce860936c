//! A whole answer of a language model as JSON text: parsed, its numbers would lose their spelling. A model that streams unasked is read to its end.

use super::super::failure::Failure;
use super::super::transport::{Call, next_chunk};
use super::random;
use crate::error::{Code, Error};
use crate::reply::open_answer;
use crate::text::lossy;
use crate::wire::beginning::Beginning;
use crate::wire::envelope::Wrapping;
use crate::wire::failure_kind::{FailureKind, PAGE};
use crate::wire::openai::{Head, Settings, completion};

/// The chat completion that a reply is, as JSON text.
pub async fn completed(
    call: &Call,
    wrapping: Wrapping,
    head: &Head,
    settings: Settings,
) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = next_chunk(call).await? {
        bytes.extend(chunk.to_vec());
    }
    match Beginning::of(&bytes) {
        Some(Beginning::Events) => of_events(call, &bytes, head, settings),
        Some(Beginning::Page | Beginning::Markup) => Err(Error::new(Code::MalformedResponse, PAGE).into()),
        _ => of_answer(call, &bytes, wrapping, head, settings),
    }
}

/// The completion of the bytes of an answer.
pub fn of_answer(
    call: &Call,
    bytes: &[u8],
    wrapping: Wrapping,
    head: &Head,
    settings: Settings,
) -> Result<String, Failure> {
    // What it reports is for the call to say, which may ask again.
    call.open(&lossy(bytes))?;
    let (answer, _) = open_answer(bytes, wrapping, None)?;
    Ok(completion::completion(answer, head, settings, random)?)
}

fn of_events(call: &Call, bytes: &[u8], head: &Head, settings: Settings) -> Result<String, Failure> {
    completion::of_events(bytes, head, settings, random).or_else(|broken| {
        if broken.kind == FailureKind::Service && !broken.has_begun {
            call.open(&lossy(&broken.said))?;
        }
        Err(broken.kind.to_error(&broken.said, 0).into())
    })
}
