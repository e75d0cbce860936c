//! The tasks' module: the methods that are loaded when they are first used.
//!
//! ```text
//! a caller's input -> tasks::request::plan -> encode -> Transport (the core's client) -> decode -> result
//! ```
//!
//! It keeps no state of a client: see [`transport`].

pub mod bytes;
pub mod failure;
pub mod kernel;
pub mod transport;
