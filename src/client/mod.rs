//! The client: a call from its options to its outcome, in plain async Rust over a [`Host`]. No JavaScript type is named here, so all of it
//! runs natively, in simulated time (`tests/simulation/`).
//!
//! ```text
//! Call::new ── limits of time start ── Call::send ┬─ limiter's turn ── request ── reply's head ─┬─ success: the reply, its body unread
//!                                                 └───── pause ◄── retry::Policy ◄── failure ◄──┘
//! ```
//!
//! - [`host`]: what a runtime has to offer: send, read, timers, clock, randomness.
//! - [`lifetime`]: one call's limits of time and its cancellation.
//! - [`call`]: the attempts of a call; [`exchange`]: one attempt, redirects included.
//! - [`body`]: a reply's bytes, under the limits of the call.
//! - [`fallback`]: other models in the place of one that cannot answer.
//! - [`opening`]: the beginning of a stream whose place another model may take.
//! - [`pool`]: several calls at a time, their results in order.
//! - [`poll`]: one call again and again, until what it polls is done.
//! - [`resume`]: a stream that goes on over another connection.
//! - [`tool_loop`]: a model that calls tools, until it answers.
//! - [`failure`]: what stops a call.
//! - [`connection`]: what comes over a WebSocket, and who waits for it; [`turns`]: the order of what takes time to send.

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

/// A client: options that were checked, and the state that its calls share.
pub struct Client<H: Host> {
    /// The checked options.
    pub config: Config,
    /// The options of a call that sets none.
    pub default_call: Rc<options::Call>,
    /// Where the token comes from.
    pub token: TokenSource,
    /// Does it run in a web page or a page's worker? A page sees nothing of a redirect.
    pub browser: bool,
    /// The client's own limits, where it has any. What is wrong with the option is said at the first call.
    pub limiter: Result<Option<RefCell<Limiter>>, Error>,
    /// The runtime.
    pub host: Rc<H>,
}

impl<H: Host> Client<H> {
    /// The client's own limits, where it has any.
    pub fn limiter(&self) -> Option<&RefCell<Limiter>> {
        self.limiter.as_ref().ok()?.as_ref()
    }
}
