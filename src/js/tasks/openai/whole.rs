//! Reads a whole answer of a language model as JSON text, because parsing would change the spelling of its
//! numbers. If a model streams although no stream was requested, its answer is read to the end.

use super::super::failure::Failure;
use super::super::transport::{Call, body_kind, next_chunk};
use super::random;
use crate::error::{Code, Error};
use crate::reply::open_answer;
use crate::text::lossy;
use crate::wire::beginning::Beginning;
use crate::wire::envelope::Wrapping;
use crate::wire::failure_kind::{FailureKind, PAGE};
use crate::wire::openai::gathered::{Arrived, BrokenStream, Gathered, Incoming};
use crate::wire::openai::{Head, Settings, completion};

/// The chat completion of a reply, as JSON text.
pub async fn completed(
    call: &Call,
    wrapping: Wrapping,
    head: &Head,
    settings: Settings,
) -> Result<String, Failure> {
    match arrived(call, settings).await? {
        Arrived::Stream(gathered) => Ok(completion::of_stream(&of_call(call, *gathered)?, head, random)),
        Arrived::Bytes(bytes) => of_answer(call, &bytes, wrapping, head, settings),
    }
}

/// Reads the reply up to the end of its answer, or of its connection.
pub async fn arrived(call: &Call, settings: Settings) -> Result<Arrived, Failure> {
    let mut incoming = Incoming::new(settings);
    while let Some(chunk) = next_chunk(call).await? {
        if incoming.feed(&chunk.to_vec()) {
            let _ = call.drain().await;
            break;
        }
    }
    match incoming.finish() {
        Arrived::Bytes(bytes) if call.body_kind() == body_kind::EVENTS && is_cut(&bytes) => {
            Err(FailureKind::Empty.to_error(b"", 0).into())
        }
        Arrived::Bytes(bytes) if is_page(&bytes) => Err(Error::new(Code::MalformedResponse, PAGE).into()),
        arrived => Ok(arrived),
    }
}

/// True if there are no bytes, or less than the beginning of an event.
fn is_cut(bytes: &[u8]) -> bool {
    Beginning::of(bytes.trim_ascii()).is_none()
}

fn is_page(bytes: &[u8]) -> bool {
    matches!(Beginning::of(bytes), Some(Beginning::Page | Beginning::Markup))
}

/// The completion of an answer's bytes.
pub fn of_answer(
    call: &Call,
    bytes: &[u8],
    wrapping: Wrapping,
    head: &Head,
    settings: Settings,
) -> Result<String, Failure> {
    // The call handles a failure that the answer reports, because it may retry.
    call.open(&lossy(bytes))?;
    let (answer, _) = open_answer(bytes, wrapping, None)?;
    Ok(completion::completion(answer, head, settings, random)?)
}

/// The contents of a stream. The call handles a failure that the stream reports instead.
pub fn of_call(call: &Call, gathered: Result<Gathered, BrokenStream>) -> Result<Gathered, Failure> {
    gathered.or_else(|broken| {
        if broken.kind == FailureKind::Service && !broken.has_begun {
            call.open(&lossy(&broken.text))?;
        }
        Err(broken.kind.to_error(&broken.text, 0).into())
    })
}
