//! Base64: media inside JSON.

mod alphabet;
mod blocks;
mod decode;
mod encode;
pub mod reply;

pub use alphabet::{group, value_of};
pub use decode::Decoder;
pub use encode::{encode, encoded_len};
