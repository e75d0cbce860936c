//! OpenAI's HTTP interface, and Anthropic's, over the client's own methods: bytes of a request in, bytes of a reply out.
//!
//! ```text
//! method, path, body -> route -> plan (which method of the client, with what) -> [JavaScript calls it]
//!     a finished value -> answer -> JSON of the dialect
//!     a stream's bytes -> stream -> server-sent events of the dialect
//!     an error         -> refusal -> status, headers and body that the dialect's SDK understands
//! ```
//!
//! Read [`exchange`] first. One file a route: it says what is called, and what the answer becomes. Nothing here waits or names a value of
//! JavaScript's.

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

/// What is made up for answers: ids, and the time.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// Seconds since 1970.
    pub now: i64,
    /// Gives a number from 0 to below 1.
    pub random: Random,
}

#[cfg(test)]
pub(crate) mod testing;
