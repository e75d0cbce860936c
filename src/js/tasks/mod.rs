//! The exports of the module with the tasks.

pub mod realtime;
pub mod transport;
