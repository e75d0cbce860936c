//! Reads the bytes of replies: framing, scanning, and the dialects of answers.
//!
//! ```text
//! chunk -> window -> sse -> reader -> template, or json + dialect -> records -> JavaScript
//!          (engine: one window for all streams)
//! ```

pub mod answer_events;
pub mod beginning;
pub mod dialect;
pub mod engine;
pub mod envelope;
pub mod failure_kind;
pub mod intern;
pub mod json;
pub mod media;
pub mod nesting;
pub mod openai;
pub mod opening;
pub mod partial_json;
pub mod reader;
pub mod record;
pub mod reported;
pub mod simd;
pub mod sse;
pub mod synthesize;
pub mod template;
pub mod window;
pub mod write;
