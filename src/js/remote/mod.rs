//! The core's client, as the modules that are loaded later meet it. It keeps all state; they convert, or wait through it.

pub mod held;
pub mod patience;
pub mod pause;
pub mod transport;
