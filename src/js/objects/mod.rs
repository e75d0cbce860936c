//! The module with structured output and tools: the methods that are loaded when they are first used.
//!
//! ```text
//! schema -> tasks::object::request -> Transport::ask (the core's client) -> tasks::object::answer -> schema's validator -> result
//! ```
//!
//! It keeps no state of a client: see [`super::remote`]. [`schema`] reads schemas of every kind, and has values judged by them.

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
