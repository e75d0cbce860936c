//! Tools on the wire: their declaration, the tool choice, and the interpretation of calls in any notation.
//!
//! ```text
//! the caller's tools -> names, declare, choice -> request
//! answer -> calls (arguments, text_calls) -> what to do with each -> client::tool_loop
//! ```

pub mod affinity;
pub mod arguments;
pub mod calls;
pub mod choice;
pub mod declare;
pub mod names;
pub mod python_calls;
pub mod reports;
pub mod text_calls;
pub mod tokens;
pub mod trim;
pub mod words;
