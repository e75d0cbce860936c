//! The map of the crate.
//!
//! ```text
//! options + input -> encode -> Plan -> transport (fetch or binding) -> Reply -> decode -> typed result
//!                                                                           \-> SSE -> events -> async iterator
//! ```
//!
//! Everything outside [`js`] is pure: it takes bytes and values, gives bytes and values, and is tested by plain
//! `cargo test`. Only [`js`] says `JsValue`; it converts, calls, converts, and never decides.

pub mod codes;
pub mod error;
pub mod headers;
pub mod model;
pub mod options;
pub mod plan;
pub mod retry;
pub mod secret;
pub mod tasks;
pub mod text;
pub mod wire;

#[cfg(target_arch = "wasm32")]
pub mod js;
