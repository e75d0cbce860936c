//! Promises that are rejected before there is a call.

use js_sys::Promise;

use super::failure::Failure;
pub use crate::js::promise::promise;

/// A promise that is rejected before there is a call.
pub fn rejected(failure: impl Into<Failure>) -> Promise {
    Promise::reject(&failure.into().without_call())
}
