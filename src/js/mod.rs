//! The boundary to JavaScript, the only room that names its types. It converts, calls, converts, and decides nothing.
//!
//! A feature selects which module's exports are made: see `[features]` in Cargo.toml.

pub mod outgoing;
pub mod thrown;
pub mod value;

#[cfg(not(any(feature = "tasks", feature = "vectors")))]
pub mod stream;
#[cfg(not(any(feature = "tasks", feature = "vectors")))]
pub mod typings;

#[cfg(feature = "tasks")]
pub mod kernel;
#[cfg(feature = "tasks")]
pub mod tasks;

#[cfg(feature = "vectors")]
pub mod vectors;
