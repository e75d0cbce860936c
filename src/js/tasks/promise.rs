//! Promises of what is exported. One function makes them all, so that there is one state machine around a future's own and not one for
//! each method.

use std::future::Future;
use std::pin::Pin;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::failure::Failure;

/// A promise of a future's result.
pub fn promise(future: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    boxed(Box::pin(future))
}

fn boxed(future: Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>) -> Promise {
    future_to_promise(future)
}

/// A promise that is rejected before there is a call.
pub fn rejected(failure: impl Into<Failure>) -> Promise {
    Promise::reject(&failure.into().without_call())
}
