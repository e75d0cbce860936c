//! `summarize`: summarizes a text.

use serde::Serialize;

use super::answer::malformed;
use super::check::check;
use super::request::{Plan, TaskRequest};
use crate::catalog::InputShape;
use crate::error::Error;
use crate::value::{Value, member};

/// The model's own fields.
pub fn plan<V: Value>(request: &TaskRequest<'_, V>) -> Result<Plan<V>, Error> {
    request.check_object()?;
    check(&request.input, request.shape(InputShape::SummaryBart))?;
    Ok(Plan::json(request, super::pass(&request.input, &[])))
}

/// The result of `summarize`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// The summary.
    pub summary: String,
}

/// Decodes `{ summary }`.
pub fn decode<V: Value>(answer: &V) -> Result<Summary, Error> {
    let summary = member(answer, "summary");
    Ok(Summary { summary: summary.ok_or_else(|| malformed("summary"))? })
}
