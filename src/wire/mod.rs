//! The bytes on the wire: how replies are framed, scanned and understood.

pub mod envelope;
pub mod json;
