//! The client's waiting and deciding, without any type of JavaScript's.

pub mod pool;
