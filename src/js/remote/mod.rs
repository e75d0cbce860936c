//! The core's client as an external type of the lazily loaded modules. It has all state; they convert, or
//! wait through it.

pub mod call_wait;
pub mod held;
pub mod pause;
pub mod transport;
