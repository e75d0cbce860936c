//! Structured output: requests a value of a JSON Schema from a model, and finds it in the answer.
//!
//! ```text
//! model -> mode::of -> request::members (beside the caller's input) -> answer -> answer::find -> JSON text
//! ```

pub mod answer;
pub mod keywords;
pub mod mode;
pub mod plan;
pub mod request;
pub mod root;
