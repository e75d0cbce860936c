//! The boundary to JavaScript: numbers and JSON text go over it, nothing else.
//!
//! JavaScript (`pkg-template/client/`) holds what only it can: the caller's objects, `fetch`, the binding, signals, timers, promises. It
//! asks here what to do and does it. So no value of JavaScript's lives in wasm, nothing waits here, and a panic is an exception in
//! the call that caused it, never a promise that does not settle. It also keeps the module a third of the size that bindings for
//! values, promises and closures would give it.
//!
//! A feature selects which module's exports are made: see `[features]` in Cargo.toml.

#[cfg(not(feature = "vectors"))]
mod ask;

#[cfg(not(any(feature = "tasks", feature = "vectors")))]
pub mod core;
#[cfg(not(any(feature = "tasks", feature = "vectors")))]
pub mod stream;
#[cfg(not(any(feature = "tasks", feature = "vectors")))]
pub mod typings;

#[cfg(feature = "tasks")]
pub mod endpoints;
#[cfg(feature = "tasks")]
pub mod kernel;
#[cfg(feature = "tasks")]
pub mod limiter;
#[cfg(feature = "tasks")]
pub mod tasks;

pub mod thrown;
pub mod value;

#[cfg(feature = "vectors")]
pub mod vectors;
