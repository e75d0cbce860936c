//! `classifyText`: classifies a text.

use super::check::check;
use super::request::{Plan, TaskRequest};
use crate::catalog::InputShape;
use crate::error::Error;
use crate::value::Value;

/// The model's own fields.
pub fn plan<V: Value>(request: &TaskRequest<'_, V>) -> Result<Plan<V>, Error> {
    request.check_object()?;
    check(&request.input, request.shape(InputShape::ClassificationText))?;
    Ok(Plan::json(request, super::pass(&request.input, &[])))
}
