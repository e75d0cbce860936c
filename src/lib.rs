//! The map of the crate.
//!
//! ```text
//! options + input -> encode -> Plan -> transport (fetch or binding) -> Reply -> decode -> typed result
//!                                                                           \-> SSE -> events -> async iterator
//! ```
//!
//! Everything outside `js` is pure: it takes bytes and values, gives bytes and values, and is tested by plain
//! `cargo test`. `js` is the boundary, over which go numbers and JSON text; it converts, calls, converts, and never
//! decides. What is JavaScript's own (`fetch`, signals, promises) is handled by JavaScript, in `pkg-template/client`, which asks here.

pub mod catalog;
pub mod client;
pub mod codes;
pub mod error;
pub mod headers;
pub mod kernel;
pub mod limiter;
pub mod model;
pub mod options;
pub mod plan;
pub mod reply;
pub mod retry;
pub mod secret;
pub mod service;
pub mod tasks;
pub mod text;
pub mod value;
pub mod vectors;
pub mod wire;
pub mod withhold;

#[cfg(all(target_arch = "wasm32", feature = "package"))]
pub mod js;

#[cfg(all(target_arch = "wasm32", feature = "package"))]
mod allocator;
