//! The options of `embedMany`, in addition to those of each of its calls.

use wasm_bindgen::prelude::*;

use crate::error::Error;
use crate::js::model::model_id;
use crate::js::package::copy_of;
use crate::js::tasks::failure::Failure;
use crate::js::tasks::transport::check_readable;
use crate::js::tasks::whole_number::{MAX_SAFE_INTEGER, whole_number as whole};
use crate::js::value::{function, kind_of, member};
use crate::tasks::text_batches::BatchLimits;
use crate::tasks::text_embeddings;
use crate::text::concat;

/// Their names.
pub const NAMES: &[&str] =
    &["from", "concurrency", "batchSize", "maxTokensPerBatch", "parameters", "onProgress"];

const CONCURRENCY: f64 = 4.0;
const MOST_AT_ONCE: f64 = 64.0;

/// See the module.
pub struct Options {
    /// The caller's object, for each call.
    pub original: JsValue,
    /// The number of texts that are done already.
    pub from: usize,
    /// Limit of concurrent requests.
    pub concurrency: usize,
    /// Limits of one request.
    pub limits: BatchLimits,
    /// The dimensions of the model's vectors, if known.
    pub dimensions: Option<u32>,
    /// Other inputs of each request.
    pub parameters: JsValue,
    /// Called when a chunk is done.
    pub on_progress: JsValue,
}

impl Options {
    /// Parses and validates them.
    pub fn read(model: &JsValue, options: &JsValue) -> Result<Self, Failure> {
        check_readable(options)?;
        let id = model_id(model)?;
        let limits = text_embeddings::limits(&id)?;
        let parameters = member(options, "parameters");
        if !parameters.is_undefined() && !parameters.is_object() {
            let what = ["parameters must be an object, not ", kind_of(&parameters), "."];
            return Err(Error::invalid("parameters", &concat(&what)).into());
        }
        let (items, tokens) = (f64::from(limits.items), f64::from(limits.tokens));
        let from = whole(options, "from", 0.0, 0.0, MAX_SAFE_INTEGER)?;
        let concurrency = whole(options, "concurrency", CONCURRENCY, 1.0, MOST_AT_ONCE)?;
        let texts = whole(options, "batchSize", items, 1.0, items)?;
        let tokens = whole(options, "maxTokensPerBatch", tokens, 1.0, MAX_SAFE_INTEGER)?;
        Ok(Options {
            original: options.clone(),
            from: from as usize,
            concurrency: concurrency as usize,
            limits: BatchLimits {
                texts: texts as usize,
                tokens: tokens as usize,
                tokens_per_text: limits.tokens_per_text.map_or(usize::MAX, |tokens| tokens as usize),
                empty_allowed: limits.may_be_empty,
            },
            dimensions: limits.dimensions,
            parameters: copy_of(&parameters)?,
            on_progress: function(options, "onProgress")?,
        })
    }
}
