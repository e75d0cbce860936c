//! The failures of a call.

use super::Host;
use crate::error::{Code, Error};

/// See the module.
pub enum Failure<H: Host> {
    /// An error of the client or the service, and the foreign value that caused it.
    Error(Error, Option<H::Cause>),
    /// An error object that exists already: the one that has ended the call, which all its waiters share, or
    /// one that a function of ours has thrown.
    Thrown(Error, H::Thrown),
    /// A foreign value that is passed on unchanged.
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
    /// The error's fields, unless it is foreign.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Failure::Error(error, _) | Failure::Thrown(error, _) => Some(error),
            Failure::Foreign(_) => None,
        }
    }

    /// True if the service has reported it in its own words; false for a broken connection or a malformed
    /// reply.
    pub fn is_reported(&self) -> bool {
        matches!(self, Failure::Error(error, _) if error.quoted.is_some())
    }

    /// A malformed reply.
    pub fn malformed(message: &str) -> Self {
        Error::new(Code::MalformedResponse, message).into()
    }
}
