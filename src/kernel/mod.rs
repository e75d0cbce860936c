//! The hot kernels: decode replies and encode bodies in pieces of [`scratch::PIECE`] bytes.
//!
//! ```text
//! reply bytes -> outline (finds the payload) -> floats, or base64 text -> numbers or bytes
//!                                           \-> the rest of the JSON, as text
//! media bytes -> base64, or numbers -> JSON text of a body
//! ```
//!
//! The caller writes a piece into the [`scratch`] memory, calls a [`reader`], and copies the output before
//! the next call: the only memory that grows with a body is the remaining JSON, which is small. The state of
//! a reply between its pieces is in its own reader; read that module first.

pub mod base64;
pub mod fault;
pub mod floats;
pub mod numbers;
pub mod outline;
pub mod reader;
pub mod scratch;
pub mod sniff;
