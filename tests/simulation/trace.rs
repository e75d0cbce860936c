//! What happened, in its order.

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
    /// A call begins: its limits of time start.
    Begun,
    /// It begins to send.
    Sending,
    /// The limits that the service has published could not be loaded.
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
    /// The host was asked for a random number.
    Random(f64),
    /// The caller's function was asked for a token, and how that went.
    Token(TokenOutcome),
    /// A request left, on a new connection.
    Sent { connection: usize, url: String },
    /// The head of its reply reached the client.
    Head(usize),
    /// It never got a reply.
    Broke(usize),
    /// A read of the body began.
    Read(usize),
    /// It brought so many bytes.
    Bytes(usize, usize),
    /// It brought the end of the body, or a failure.
    End(usize, bool),
    /// The client lets go of a reply.
    LetGo(usize),
    /// Requests of the call were aborted.
    Cancelled,
    /// The usage in a reply's bytes has passed by: tokens in total, where it said so.
    Usage(Option<f64>),
    /// The call's timer fired.
    TimerFired,
    /// The caller's signal was aborted.
    Aborted,
    /// The caller has dropped its futures.
    Dropped,
    /// The caller has given up a read.
    GaveUp,
    /// The caller does something else until then.
    Busy(f64),
    /// The outcome is there.
    Settled(Outcome),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TokenOutcome {
    Provided,
    Refused,
}

#[derive(Debug, Clone)]
pub enum Outcome {
    /// The reply: the bytes that were read, and whether its end was.
    Answer { bytes: usize, to_the_end: bool },
    /// An error, and whether it is the end of the call before its time.
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
