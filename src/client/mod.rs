//! The client: a call from its options to its outcome, in plain async Rust over a [`Host`]. No JavaScript
//! type is used here, so everything can be tested natively, in simulated time (`tests/simulation/`).
//!
//! ```text
//! Call::new ── limits of time start ── Call::send ┬─ limiter's turn ── request ── reply's head ─┬─ success: the reply, its body unread
//!                                                 └───── pause ◄── retry::Policy ◄── failure ◄──┘
//! ```
//!
//! - [`host`]: the interface of a runtime: send, read, timers, clock, randomness.
//! - [`lifetime`]: the timeouts and the cancellation of one call.
//! - [`call`]: the attempts of a call; [`exchange`]: one attempt, redirects included.
//! - [`body`]: reads a reply's bytes, under the limits of the call.
//! - [`fallback`]: replaces a model that cannot answer with another one.
//! - [`opening`]: reads the beginning of a stream, until which a fallback is possible.
//! - [`pool`]: concurrent calls, their results in order.
//! - [`poll`]: repeats a call until its result is complete.
//! - [`resume`]: reconnects a broken stream.
//! - [`tool_loop`]: calls a model and its tools in turn, until it answers.
//! - [`failure`]: the failures of a call.
//! - [`connection`]: the messages and readers of a WebSocket; [`turns`]: the order of asynchronous sends.

pub mod body;
pub mod call;
pub mod connection;
pub mod exchange;
pub mod failure;
pub mod fallback;
pub mod host;
pub mod lifetime;
pub mod opening;
pub mod poll;
pub mod pool;
pub mod resume;
pub mod tool_loop;
pub mod turns;

use std::cell::RefCell;
use std::rc::Rc;

pub use call::{Call, Endpoint, Target};
pub use failure::Failure;
pub use host::Host;
pub use lifetime::Lifetime;

use crate::error::Error;
use crate::limiter::Limiter;
use crate::options::{self, Config, TokenSource};

/// A client: its validated options, and the state that its calls share.
pub struct Client<H: Host> {
    /// The validated options.
    pub config: Config,
    /// The options of a call that sets none.
    pub default_call: Rc<options::Call>,
    /// The source of the token.
    pub token: TokenSource,
    /// True in a web page or its workers, where redirects are hidden.
    pub browser: bool,
    /// The client's own limiter, if configured. An invalid option is reported by the first call.
    pub limiter: Result<Option<RefCell<Limiter>>, Error>,
    /// The runtime.
    pub host: Rc<H>,
}

impl<H: Host> Client<H> {
    /// The client's own limiter, if configured.
    pub fn limiter(&self) -> Option<&RefCell<Limiter>> {
        self.limiter.as_ref().ok()?.as_ref()
    }
}
