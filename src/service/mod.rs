//! Endpoints of the service other than runs of models: its catalogue, finetunes, the gateway's logs,
//! documents to Markdown. Validates their inputs, and decodes their answers. Their paths are in
//! [`crate::plan::endpoint`].

pub mod fields;
pub mod finetunes;
pub mod logs;
pub mod markdown;
pub mod models;
pub mod websearch;

use crate::error::Error;
use crate::value::Value;

/// Rejects a successful answer that reports a failure, for endpoints without a result.
pub fn check_done<V: Value>(result: &V) -> Result<(), Error> {
    match result.member("success").and_then(|success| success.boolean()) {
        Some(false) => Err(fields::failure(result)),
        _ => Ok(()),
    }
}
