//! `connect`: models that are spoken to over a WebSocket. What opens it ([`parameters`], [`address`]), what is said over it
//! ([`messages`]), and what its end means ([`closing`]).

pub mod address;
pub mod closing;
pub mod messages;
pub mod parameters;
