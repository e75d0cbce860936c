//! The bytes on the wire: how replies are framed, scanned and understood.

pub mod answer;
pub mod dialect;
pub mod envelope;
pub mod json;
pub mod media;
