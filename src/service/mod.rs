//! What the service has besides runs of models: its catalogue, finetunes, the gateway's logs, documents to Markdown. What each takes is
//! checked here, and what it answers is read. Where each lies is in [`crate::plan::endpoint`].

pub mod fields;
pub mod finetunes;
pub mod logs;
pub mod markdown;
pub mod models;
pub mod websearch;

use crate::error::Error;
use crate::value::Value;

/// Refuses an answer of success that tells of a failure, where nothing else is read of it.
pub fn check_done<V: Value>(result: &V) -> Result<(), Error> {
    match result.member("success").and_then(|success| success.boolean()) {
        Some(false) => Err(fields::failure(result)),
        _ => Ok(()),
    }
}
