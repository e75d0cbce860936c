//! The module with structured output and tools, which is loaded at first use.
//!
//! ```text
//! schema -> tasks::object::request -> Transport::ask (the core's client) -> tasks::object::answer -> schema's validator -> result
//! ```
//!
//! It has no state of a client: see [`super::remote`]. [`schema`] parses schemas of all libraries, and
//! validates values with them.

pub mod extract;
pub mod failure;
pub mod generate;
pub mod host;
pub mod input;
pub mod judge;
pub mod machine;
pub mod plan;
pub mod schema;
pub mod stream;
pub mod tools;

pub use super::remote::transport;
