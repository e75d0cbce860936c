//! Serves the HTTP APIs of OpenAI and Anthropic with the methods of the client: converts requests and
//! replies.
//!
//! ```text
//! method, path, body -> route -> plan (a method of the client, with its arguments) -> [JavaScript calls it]
//!     a value          -> answer -> JSON of the dialect
//!     a stream's bytes -> stream -> server-sent events of the dialect
//!     an error         -> refusal -> status, headers and body that the dialect's SDK expects
//! ```
//!
//! Read [`exchange`] first. Each route is one file, which plans the call and encodes its answer. Nothing
//! here waits or uses values of JavaScript.

pub mod allowed;
pub mod captions;
pub mod chat;
pub mod decimal;
pub mod embeddings;
pub mod exchange;
pub mod form;
pub mod images;
pub mod messages;
pub mod models;
pub mod plan;
pub mod refusal;
pub mod request;
pub mod rerank;
pub mod responses;
pub mod route;
pub mod speech;
pub mod stream;
pub mod transcription;
pub mod whole_answer;

use crate::wire::openai::Random;

/// The time, and random numbers for ids.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// Seconds since 1970.
    pub now: i64,
    /// Returns a number from 0 to below 1.
    pub random: Random,
}

#[cfg(test)]
pub(crate) mod testing;
