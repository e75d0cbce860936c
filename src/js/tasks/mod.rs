//! The tasks module: the methods that are loaded at first use.
//!
//! ```text
//! a caller's input -> tasks::request::plan -> encode -> Transport (the core's client) -> decode -> result
//! ```
//!
//! It has no state of a client: see [`super::remote`]. [`methods`] are its exports, [`task`] is their common
//! part.

pub mod abort;
pub mod batch;
pub mod bytes;
pub mod each;
pub mod embed_many;
pub mod encode;
pub mod endpoint;
pub mod failure;
pub mod file;
pub mod finetunes;
pub mod gateway;
pub mod kernel;
pub mod known;
pub mod linked;
pub mod long_audio;
pub mod lookup;
pub mod markdown;
pub mod media_in;
pub mod media_out;
pub mod meta_sum;
pub mod methods;
pub mod models;
pub mod openai;
pub mod pause;
pub mod prepare;
pub mod promise;
pub mod readable;
pub mod realtime;
pub mod requests;
pub mod resume;
pub mod serialize;
pub mod spawn;
pub mod task;
pub mod vectors;
pub mod warn;
pub mod websearch;
pub mod whole_number;

pub use super::remote::{held, transport};
