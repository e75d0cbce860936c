//! Timers. They share one callback, which receives the id of its call, since creating a closure costs more
//! than starting a timer.

use std::cell::{OnceCell, RefCell};
use std::rc::Weak;

use js_sys::Function;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::JsHost;
use crate::client::Lifetime;
use crate::js::package::{start_timer, stop_timer, unref_timer};
use crate::slots::{Id, Slots};

/// A running timer; dropped, it is cleared.
pub struct Timer {
    timer: JsValue,
    id: Id,
}

type Call = Weak<Lifetime<JsHost>>;

thread_local! {
    static CALLS: RefCell<Slots<Call>> = const { RefCell::new(Slots::new()) };
    static CALLBACK: OnceCell<Function> = const { OnceCell::new() };
}

fn with_calls<T>(work: impl FnOnce(&mut Slots<Call>) -> T) -> T {
    CALLS.with(|calls| work(&mut calls.borrow_mut()))
}

/// The difference of two clock readings may be too large by rounding.
const ROUNDING_MS: f64 = 1e-3;

/// Starts a timer. Delays are rounded to whole milliseconds, and are at least one.
pub fn start(ms: f64, call: Call) -> Result<Timer, JsValue> {
    let id = with_calls(|calls| calls.insert(call));
    let timer = CALLBACK.with(|callback| {
        let callback =
            callback.get_or_init(|| Closure::<dyn Fn(u32, u32)>::new(fired).into_js_value().unchecked_into());
        start_timer(callback, (ms - ROUNDING_MS).ceil().max(0.0), id.at, id.uses)
    });
    match timer {
        Ok(timer) => Ok(Timer { timer, id }),
        Err(thrown) => {
            let _call = with_calls(|calls| calls.remove(id));
            Err(thrown)
        }
    }
}

fn fired(at: u32, uses: u32) {
    // Copied out of the cell first: the call may start another timer.
    let call = with_calls(|calls| calls.get_mut(Id { at, uses }).cloned());
    if let Some(call) = call.and_then(|call| call.upgrade()) {
        call.on_timer();
    }
}

impl Timer {
    /// Lets the process end before the timer fires.
    pub fn unref(&self) {
        unref_timer(&self.timer);
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        stop_timer(&self.timer);
        // The reference is dropped outside of the cell.
        let _call = with_calls(|calls| calls.remove(self.id));
    }
}
