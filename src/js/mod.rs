//! The boundary to JavaScript: the only room that names its values. It converts, calls, converts, and decides nothing.
//!
//! Which library is here for what:
//! - wasm-bindgen: the exported classes and functions, and typed imports of the runtime's and the package's own.
//! - wasm-bindgen-futures: a method's promise is one owned future; a promise of the runtime's is awaited.
//! - js-sys, web-sys: values, typed arrays, `Response`, `Headers`, `AbortController`, `FormData`, `URL`.
//! - serde-wasm-bindgen: answers and results of tasks, in the module with the tasks.
//! - gloo-net: see `tasks`.
//!
//! A feature selects which module's exports are made: see `[features]` in Cargo.toml. What all modules use is here, each other room belongs
//! to one of them.

pub mod error;
pub mod fields;
pub mod outgoing;
pub mod package;
pub mod promise;
pub mod value;

#[cfg(not(any(feature = "tasks", feature = "vectors")))]
pub mod client;
#[cfg(not(any(feature = "tasks", feature = "vectors")))]
pub mod host;
#[cfg(not(any(feature = "tasks", feature = "vectors")))]
pub mod stream;
#[cfg(not(any(feature = "tasks", feature = "vectors")))]
pub mod transport;
#[cfg(not(any(feature = "tasks", feature = "vectors")))]
pub mod typings;

#[cfg(feature = "tasks")]
pub mod tasks;

#[cfg(feature = "vectors")]
pub mod vectors;
