//! Structured output: how a model is brought to answer with a value of a JSON Schema, and how that value is found in what it says.
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
