//! The limits and errors of a call, as an object for `pkg-template/stream/`, which reads the bytes of
//! streams.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::AbortController;

use crate::client::lifetime::By;
use crate::client::{Failure, Lifetime};
use crate::js::error::is_ours;
use crate::js::host::JsHost;
use crate::wire::failure_kind::FailureKind;

/// See the module.
#[wasm_bindgen(js_name = Guard, skip_typescript)]
pub struct StreamGuard(Rc<Lifetime<JsHost>>);

impl StreamGuard {
    /// For a call whose reply is returned to the caller.
    pub fn new(call: Rc<Lifetime<JsHost>>) -> Self {
        call.hand_over();
        Self(call)
    }

    fn thrown(&self, failure: Failure<JsHost>) -> JsValue {
        match self.0.thrown(failure) {
            Ok(error) | Err(error) => error,
        }
    }
}

#[wasm_bindgen(js_class = Guard)]
impl StreamGuard {
    /// The controller that aborts the requests when the call is ended; it is the same for the whole stream.
    /// Exposed so that a stream can be ended after this instance is lost.
    #[wasm_bindgen(getter)]
    pub fn controller(&self) -> Option<AbortController> {
        self.0.canceller().controller().cloned()
    }

    /// The time of the first byte, on the clock of `performance`.
    #[wasm_bindgen(getter, js_name = firstByteAt)]
    pub fn first_byte_at(&self) -> Option<f64> {
        self.0.first_byte_at()
    }

    /// The caller aborts.
    pub fn abort(&self, reason: JsValue) {
        self.0.abort((!reason.is_undefined()).then_some(&reason));
    }

    /// The idle timeout has expired, the only one that a stream enforces itself.
    pub fn expire(&self, _kind: JsValue) {
        self.0.expire(By::Idle);
    }

    /// Bytes have been received.
    #[wasm_bindgen(js_name = firstByte)]
    pub fn first_byte(&self) {
        self.0.first_byte();
    }

    /// The error of a broken body.
    pub fn broken(&self, cause: JsValue) -> JsValue {
        // A stream that is derived from a reply fails with that reply's error.
        if is_ours(&cause) {
            return cause;
        }
        self.thrown(self.0.broken(cause))
    }

    /// The error of a failed stream; see `crate::wire::failure_kind`.
    pub fn failure(&self, kind: u32, text: &str, limit: u32) -> JsValue {
        let error = FailureKind::from_number(kind).to_error(text.as_bytes(), limit);
        self.thrown(error.into())
    }

    /// The call is over.
    pub fn release(&self) {
        self.0.release();
    }
}
