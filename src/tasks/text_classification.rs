//! `classifyText`: labels of a text.

use super::check::check;
use super::request::{Ask, Plan};
use super::template::pass;
use crate::catalog::{InputShape, OutputShape};
use crate::error::Error;
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// The model's own fields.
pub fn plan(ask: &Ask<'_>) -> Result<Plan, Error> {
    let input = ask.fields()?;
    check(input, ask.shape(InputShape::ClassificationText))?;
    let body = Writer::object(|out| pass(out, input, &[]));
    Ok(Plan::json(body, ask.output(OutputShape::ClassificationLabels)))
}

/// `{ labels: [{ label, score }] }`
pub fn result(answer: Value<'_>) -> Result<String, Error> {
    super::labels::result(answer)
}
