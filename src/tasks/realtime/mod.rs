//! `connect`: models that use a WebSocket. Its target ([`parameters`], [`address`]), its messages
//! ([`messages`]), and the interpretation of its end ([`closing`]).

pub mod address;
pub mod closing;
pub mod messages;
pub mod parameters;
