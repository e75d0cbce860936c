//! `classifyImage`: what an image shows.

use super::media;
use super::request::{Ask, Plan};
use crate::catalog::{InputShape, OutputShape};
use crate::error::Error;
use crate::wire::json::Value;

/// `{ image }`
pub fn plan(ask: &Ask<'_>) -> Result<Plan, Error> {
    media::plan(ask, InputShape::VisionClassify, OutputShape::ClassificationLabels)
}

/// `{ labels: [{ label, score }] }`
pub fn result(answer: Value<'_>) -> Result<String, Error> {
    super::labels::result(answer)
}
