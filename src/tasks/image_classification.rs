//! `classifyImage`: classifies an image.

use super::media;
use super::request::{Plan, TaskRequest};
use crate::catalog::InputShape;
use crate::error::Error;
use crate::value::Value;

/// `{ image }`
pub fn plan<V: Value>(request: &TaskRequest<'_, V>) -> Result<Plan<V>, Error> {
    media::plan(request, InputShape::VisionClassify)
}
