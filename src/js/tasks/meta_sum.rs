//! Sums `meta` of several requests in one call of a method.

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

use super::task::with_members;
use super::transport::Transport;
use crate::js::value::{member, set};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// Sums of costs and counts; other fields are those of the last request.
#[derive(Debug)]
pub struct MetaSum {
    started_at: f64,
    last: Option<Object>,
    count: u32,
    attempts: f64,
    neurons: Option<f64>,
}

impl MetaSum {
    /// The call begins.
    pub fn start() -> Self {
        MetaSum { started_at: now(), last: None, count: 0, attempts: 0.0, neurons: None }
    }

    /// A request is over.
    pub fn add(&mut self, meta: Object) {
        self.count += 1;
        self.attempts += member(&meta, "attempts").as_f64().unwrap_or_default();
        if let Some(neurons) = member(&meta, "neurons").as_f64() {
            self.neurons = Some(self.neurons.unwrap_or_default() + neurons);
        }
        self.last = Some(meta);
    }

    /// The call is over.
    pub fn finish(self, transport: &Transport, model: &JsValue) -> Object {
        let meta = match self.last {
            Some(last) if self.count == 1 => return last,
            Some(last) => with_members(&last, &[]),
            // No request was necessary.
            None => with_members(
                &JsValue::UNDEFINED,
                &[("door", &JsValue::from_str(&transport.door())), ("model", model)],
            ),
        };
        set(&meta, "attempts", &self.attempts.into());
        set(&meta, "durationMs", &(now() - self.started_at).into());
        let _ = Reflect::delete_property(&meta, &JsValue::from_str("firstByteMs"));
        if let Some(neurons) = self.neurons {
            set(&meta, "neurons", &neurons.into());
        }
        meta
    }
}
