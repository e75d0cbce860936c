//! The hot kernels: what a reply or a body is made of, read and written in pieces of [`scratch::PIECE`] bytes.
//!
//! ```text
//! reply bytes -> outline (finds the payload) -> floats, or base64 text -> numbers or bytes
//!                                           \-> the rest of the JSON, as text
//! media bytes -> base64, or numbers -> JSON text of a body
//! ```
//!
//! The caller writes a piece into the [`scratch`], calls a [`reader`], and copies the output before the next call: nothing here grows with
//! a body but the rest of the JSON, which is small. What one reply needs between its pieces is in its own reader; read that first.

pub mod base64;
pub mod fault;
pub mod floats;
pub mod numbers;
pub mod outline;
pub mod reader;
pub mod scratch;
pub mod sniff;
