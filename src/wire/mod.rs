//! The bytes on the wire: how replies are framed, scanned and understood.
//!
//! ```text
//! chunk -> window -> sse -> reader -> template, or json + dialect -> records -> JavaScript
//!          (engine: one window for all streams)
//! ```

#[cfg(test)]
mod answer;
pub mod dialect;
pub mod engine;
pub mod envelope;
pub mod intern;
pub mod json;
pub mod media;
pub mod openai;
pub mod reader;
pub mod record;
pub mod simd;
pub mod sse;
pub mod synthesize;
pub mod template;
pub mod trouble;
pub mod window;
pub mod write;
