//! Limits the wait for the caller's own functions: validators and progress callbacks. The call's signal and
//! timeout end the wait whatever they do; their later results are ignored.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use wasm_bindgen::prelude::*;

use super::pause::{Paused, pause};
use super::transport::Transport;
use crate::client::lifetime::no_timer;
use crate::error::{Code, Error};
use crate::js::error::to_js;
use crate::js::promise::settled;
use crate::js::value::member;
use crate::text::{concat, decimal};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn now() -> f64;
}

/// See the module.
#[derive(Debug, Clone)]
pub struct CallWait {
    signal: JsValue,
    /// Milliseconds.
    limit: Option<f64>,
    /// The deadline; none if the limit applies to each wait.
    ends_at: Option<f64>,
}

/// The settled result of a promise, unless the call has ended before.
pub type Outcome = Result<Result<JsValue, JsValue>, JsValue>;

impl CallWait {
    /// For a call that begins now. A timeout in its options applies to all of it; the client's, which applies
    /// to each request, to each wait.
    pub fn of_call(transport: &Transport, options: &JsValue) -> Self {
        let own = total_of(options);
        let limit = own.or_else(|| transport.total_timeout());
        Self::new(options, limit, own.map(|own| now() + own))
    }

    /// For a job of many requests, each with its own timeout, which applies to each wait.
    pub fn of_job(transport: &Transport, options: &JsValue) -> Self {
        Self::new(options, total_of(options).or_else(|| transport.total_timeout()), None)
    }

    /// Without a timeout.
    pub fn by_signal(options: &JsValue) -> Self {
        Self::new(options, None, None)
    }

    fn new(options: &JsValue, limit: Option<f64>, ends_at: Option<f64>) -> Self {
        // Zero means no timeout.
        let limit = limit.filter(|limit| *limit > 0.0);
        Self { signal: member(options, "signal"), limit, ends_at: ends_at.filter(|_| limit.is_some()) }
    }

    /// Awaits the result of a function, which may be a promise.
    pub async fn until(&self, returned: &JsValue) -> Outcome {
        if !member(returned, "then").is_function() {
            return Ok(Ok(returned.clone()));
        }
        self.outlast(settled(returned)).await
    }

    /// Awaits a future.
    pub async fn outlast<T>(&self, work: impl Future<Output = T>) -> Result<T, JsValue> {
        // After the deadline the work is still polled once, since it may be complete.
        let left = self.ends_at.map_or(self.limit, |ends_at| Some((ends_at - now()).max(0.0)));
        let (mut work, mut end) = (pin!(work), pin!(pause(left, &self.signal)));
        poll_fn(|context| {
            if let Poll::Ready(done) = work.as_mut().poll(context) {
                return Poll::Ready(Ok(done));
            }
            end.as_mut().poll(context).map(|end| Err(self.error(end)))
        })
        .await
    }

    fn error(&self, end: Result<Paused, JsValue>) -> JsValue {
        match end {
            Ok(Paused::Aborted(reason)) => {
                to_js(&Error::new(Code::Aborted, "The call was aborted."), Some(&reason))
            }
            Ok(Paused::Over) => {
                let limit = decimal(self.limit.unwrap_or_default().ceil() as i64);
                let why = [
                    "A function of yours, or a schema, did not settle within ",
                    &limit,
                    " ms. Allow more with timeout.total, or have it settle.",
                ];
                to_js(&Error::new(Code::Timeout, concat(&why)), None)
            }
            Err(thrown) => to_js(&no_timer(), Some(&thrown)),
        }
    }
}

/// The timeout of a call's options for all of it, in milliseconds; 0 if they disable it.
fn total_of(options: &JsValue) -> Option<f64> {
    let timeout = member(options, "timeout");
    timeout.as_f64().or_else(|| member(&timeout, "total").as_f64())
}
