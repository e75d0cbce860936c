//! `summarize`: a short text for a long one.

use super::answer::malformed;
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
    check(input, ask.shape(InputShape::SummaryBart))?;
    let body = Writer::object(|out| pass(out, input, &[]));
    Ok(Plan::json(body, ask.output(OutputShape::SummaryText)))
}

/// `{ summary }`
pub fn result(answer: Value<'_>) -> Result<String, Error> {
    let summary = answer.get("summary").and_then(|summary| summary.text());
    let summary = summary.ok_or_else(|| malformed("summary"))?;
    Ok(Writer::object(|out| out.text("summary", &summary)))
}
