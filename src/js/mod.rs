//! The boundary to JavaScript: the only module that uses its values. It converts arguments, calls, and
//! converts results; it contains no rules.
//! The packages and their purpose:
//! - wasm-bindgen: the exported classes and functions, and typed imports of the runtime's and the package's own. Its glue is used as it is.
//! - wasm-bindgen-futures: `spawn_local` runs the one owned future behind a method's promise ([`promise`]).
//! - js-sys: values, arrays, typed arrays, `JSON`, `Reflect`.
//! - web-sys: `Response`, `RequestInit`, `AbortController`, `FormData`, `Blob`, `URL`.
//! - serde, serde-wasm-bindgen: the results of tasks, in the tasks module.
//! - gloo-net: its `ResponseBuilder` creates the `Response` of `returnRawResponse` if a substitute for the
//!   binding returned a complete answer or a stream. Its `send` is not used, since it supports neither the
//!   caller's `fetch` nor `duplex`; nor are its WebSocket and `QueryParams`, for the reasons in
//!   `tasks::realtime`.
//! - talc: the allocator.
//!
//! A feature selects the module whose exports are compiled: see `[features]` in Cargo.toml. Code for all
//! modules is in this module; each submodule belongs to one of them.

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
