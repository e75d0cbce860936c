//! Timers of the tasks' own. A runtime may refuse them: Cloudflare Workers do outside of a request.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::failure::Failure;
use crate::client::lifetime::no_timer;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout, catch)]
    fn set_timeout(callback: &Function, ms: f64) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = clearTimeout, catch)]
    fn clear_timeout(timer: &JsValue) -> Result<(), JsValue>;
}

/// A timer; dropped, it is cleared.
pub struct Timeout(JsValue);

impl Timeout {
    /// Calls `callback` after so many milliseconds.
    pub fn start(callback: &Function, ms: f64) -> Result<Self, Failure> {
        set_timeout(callback, ms).map(Self).map_err(|thrown| Failure::Caused(no_timer(), thrown))
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        // Refused, the timer fires later: into a promise that is settled.
        let _ = clear_timeout(&self.0);
    }
}
