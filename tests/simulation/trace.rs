//! The recorded events, in order.

use workers_ai_wasm::client::host::Moment;
use workers_ai_wasm::error::{Code, Error};

#[derive(Debug)]
pub struct Entry {
    pub at: f64,
    pub call: usize,
    pub what: What,
}

#[derive(Debug)]
#[allow(dead_code, reason = "some of it is only printed")]
pub enum What {
    /// A call begins: its timeouts start.
    Begun,
    /// It begins to send.
    Sending,
    /// The published limits could not be loaded.
    Unpublished,
    /// They are loaded.
    Published,
    /// A hook was called.
    Notified {
        moment: Moment,
        attempt: u32,
        code: Option<&'static str>,
        status: Option<u16>,
        duration: Option<f64>,
        delay: Option<f64>,
    },
    /// The host returned a random number.
    Random(f64),
    /// The caller's token function was called, with this outcome.
    Token(TokenOutcome),
    /// A request was sent, on a new connection.
    Sent { connection: usize, url: String },
    /// The head of its reply was received.
    Head(usize),
    /// It failed without a reply.
    Broke(usize),
    /// A read of the body began.
    Read(usize),
    /// It returned this many bytes.
    Bytes(usize, usize),
    /// It reached the end of the body, or failed.
    End(usize, bool),
    /// The client has dropped a reply.
    LetGo(usize),
    /// Requests of the call were aborted.
    Cancelled,
    /// The usage in a reply's bytes was reported: tokens in total, if any.
    Usage(Option<f64>),
    /// The call's timer fired.
    TimerFired,
    /// The caller's signal was aborted.
    Aborted,
    /// The caller has dropped its futures.
    Dropped,
    /// The caller has dropped a read.
    GaveUp,
    /// The caller pauses until this time.
    Busy(f64),
    /// The outcome.
    Settled(Outcome),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TokenOutcome {
    Provided,
    Refused,
}

#[derive(Debug, Clone)]
pub enum Outcome {
    /// The reply: the number of bytes read, and whether its end was reached.
    Answer { bytes: usize, to_the_end: bool },
    /// An error, and whether it is the early end of the call.
    Failed { error: Error, ended: bool },
    /// A foreign value.
    Foreign,
}

impl Outcome {
    pub fn code(&self) -> Option<Code> {
        match self {
            Outcome::Failed { error, .. } => Some(error.code),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<u32> {
        match self {
            Outcome::Failed { error, .. } => error.internal_code,
            _ => None,
        }
    }

    pub fn status(&self) -> Option<u16> {
        match self {
            Outcome::Failed { error, .. } => error.status,
            _ => None,
        }
    }
}
