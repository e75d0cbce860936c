//! The public class of a connection; see `src/tasks/realtime.d.ts`.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::sending;
use super::shared::Shared;
use super::socket::step;
use crate::client::connection::NORMAL;

/// An open connection.
#[wasm_bindgen(skip_typescript)]
pub struct RealtimeConnection {
    shared: Rc<Shared>,
}

impl RealtimeConnection {
    pub(super) fn new(shared: Rc<Shared>) -> Self {
        RealtimeConnection { shared }
    }
}

#[wasm_bindgen]
impl RealtimeConnection {
    /// Sends data; resolves when there is room for more.
    pub fn send(&self, data: &JsValue) -> Result<Promise, JsValue> {
        sending::send(&self.shared, data)
    }

    /// Requests the results that the model still withholds.
    pub fn flush(&self) -> Result<Promise, JsValue> {
        sending::flush(&self.shared)
    }

    /// Signals the end of the input.
    pub fn end(&self) -> Result<Promise, JsValue> {
        sending::end(&self.shared)
    }

    /// Closes it at once.
    pub fn close(&self, code: &JsValue, reason: &JsValue) -> Result<(), JsValue> {
        let code = if code.is_undefined() { f64::from(NORMAL) } else { code.as_f64().unwrap_or(f64::NAN) };
        let reason = if reason.is_undefined() { &JsValue::from_str("") } else { reason };
        self.shared.close(code, reason)
    }

    /// Settles when the connection has ended.
    #[wasm_bindgen(getter)]
    pub fn closed(&self) -> Promise {
        self.shared.closed.clone()
    }

    /// The metadata of the handshake.
    #[wasm_bindgen(getter)]
    pub fn meta(&self) -> JsValue {
        self.shared.meta()
    }

    /// Its messages.
    #[wasm_bindgen(js_name = "[Symbol.asyncIterator]")]
    pub fn messages(&self) -> RealtimeMessages {
        RealtimeMessages { shared: Rc::clone(&self.shared) }
    }
}

/// The messages of a connection, as an async iterator. Several iterators share the messages.
#[wasm_bindgen(skip_typescript)]
pub struct RealtimeMessages {
    shared: Rc<Shared>,
}

#[wasm_bindgen]
impl RealtimeMessages {
    /// The next message.
    pub fn next(&self) -> Promise {
        self.shared.next()
    }

    /// Leaving the loop closes the connection.
    #[wasm_bindgen(js_name = "return")]
    pub fn leave(&self) -> Promise {
        match self.shared.close(f64::from(NORMAL), &"".into()) {
            Ok(()) => Promise::resolve(&step(None)),
            Err(error) => Promise::reject(&error),
        }
    }
}
