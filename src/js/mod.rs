//! The boundary to JavaScript: the only module that names its values. It converts, calls, converts, and decides nothing.
//!
//! Which package is here for what:
//! - wasm-bindgen: the exported classes and functions, and typed imports of the runtime's and the package's own. Its glue is used as it is.
//! - wasm-bindgen-futures: `spawn_local` runs the one owned future behind a method's promise ([`promise`]).
//! - js-sys: values, arrays, typed arrays, `JSON`, `Reflect`.
//! - web-sys: `Response`, `RequestInit`, `AbortController`, `FormData`, `Blob`, `URL`.
//! - serde, serde-wasm-bindgen: the results of tasks, in the module with the tasks.
//! - gloo-net: its `ResponseBuilder` makes the `Response` of `returnRawResponse` where a stand-in for the binding gave a finished answer
//!   or a stream. Not its `send`, which takes neither the caller's `fetch` nor `duplex`; nor its WebSocket and `QueryParams`, for the reasons
//!   that `tasks::realtime` gives.
//! - talc: the allocator.
//!
//! A feature selects which module's exports are made: see `[features]` in Cargo.toml. What all modules use is here, each other module of
//! Rust here belongs to one of them.

pub mod chunks;
pub mod error;
pub mod fields;
pub mod outgoing;
pub mod package;
pub mod promise;
pub mod value;

#[cfg(core_module)]
pub mod client;
#[cfg(core_module)]
pub mod host;
#[cfg(core_module)]
pub mod stream;
#[cfg(core_module)]
pub mod transport;
#[cfg(core_module)]
pub mod typings;

#[cfg(any(core_module, feature = "tasks", feature = "objects"))]
pub mod model;

#[cfg(any(feature = "tasks", feature = "objects"))]
pub mod remote;

#[cfg(feature = "tasks")]
pub mod tasks;

#[cfg(feature = "objects")]
pub mod objects;

#[cfg(feature = "openai")]
pub mod openai;

#[cfg(feature = "vectors")]
pub mod vectors;
