//! What stops a call.

use super::Host;
use crate::error::{Code, Error};

/// See the module.
pub enum Failure<H: Host> {
    /// An error of the client's or the service's, and the foreign value that it came from.
    Error(Error, Option<H::Cause>),
    /// An error that was made already: the end of the call before its time, of which all who wait get the same object; or one that a
    /// function of our own has thrown.
    Thrown(Error, H::Thrown),
    /// A foreign value that is passed on as it is.
    Foreign(H::Cause),
}

impl<H: Host> Clone for Failure<H> {
    fn clone(&self) -> Self {
        match self {
            Failure::Error(error, cause) => Failure::Error(error.clone(), cause.clone()),
            Failure::Thrown(error, thrown) => Failure::Thrown(error.clone(), thrown.clone()),
            Failure::Foreign(cause) => Failure::Foreign(cause.clone()),
        }
    }
}

impl<H: Host> From<Error> for Failure<H> {
    fn from(error: Error) -> Self {
        Failure::Error(error, None)
    }
}

impl<H: Host> Failure<H> {
    /// What is known of it.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Failure::Error(error, _) | Failure::Thrown(error, _) => Some(error),
            Failure::Foreign(_) => None,
        }
    }

    /// Has the service reported it, in its own words? What was wrong with the connection or the reply's form is none of these.
    pub fn is_reported(&self) -> bool {
        matches!(self, Failure::Error(error, _) if error.quoted.is_some())
    }

    /// A reply that cannot be understood.
    pub fn malformed(message: &str) -> Self {
        Error::new(Code::MalformedResponse, message).into()
    }
}
