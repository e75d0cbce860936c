//! Timers. All of them share one callback, since making one costs more than starting a timer does: it gets the number of its call's place.

use std::cell::{OnceCell, RefCell};
use std::rc::Weak;

use js_sys::Function;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::JsHost;
use crate::client::Lifetime;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, ms: f64, id: u32) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
}

/// A running timer; dropped, it is cleared.
pub struct Timer {
    timer: JsValue,
    id: u32,
}

/// A place and how often it was used: a callback that comes late finds that its timer is gone.
struct Place {
    uses: u32,
    call: Option<Weak<Lifetime<JsHost>>>,
}

thread_local! {
    static PLACES: RefCell<Vec<Place>> = const { RefCell::new(Vec::new()) };
    static CALLBACK: OnceCell<Function> = const { OnceCell::new() };
}

const PLACE_BITS: u32 = 16;

/// Starts a timer. Timers count whole milliseconds, and a limit below one still is a limit.
pub fn start(ms: f64, call: Weak<Lifetime<JsHost>>) -> Timer {
    let id = PLACES.with(|places| {
        let mut places = places.borrow_mut();
        let free = places.iter().position(|place| place.call.is_none());
        let at = free.unwrap_or_else(|| {
            places.push(Place { uses: 0, call: None });
            places.len() - 1
        });
        let Some(place) = places.get_mut(at) else { return u32::MAX };
        place.uses = place.uses.wrapping_add(1) & ((1 << (32 - PLACE_BITS)) - 1);
        place.call = Some(call);
        (place.uses << PLACE_BITS) | at as u32
    });
    let timer = CALLBACK.with(|callback| {
        let callback =
            callback.get_or_init(|| Closure::<dyn Fn(u32)>::new(fired).into_js_value().unchecked_into());
        set_timeout(callback, ms.ceil(), id)
    });
    Timer { timer, id }
}

fn fired(id: u32) {
    // Out of the cell first: the call may start another timer.
    let call = with_place(id, |place| place.call.clone()).flatten();
    if let Some(call) = call.and_then(|call| call.upgrade()) {
        call.on_timer();
    }
}

fn with_place<T>(id: u32, work: impl FnOnce(&mut Place) -> T) -> Option<T> {
    PLACES.with(|places| {
        let mut places = places.borrow_mut();
        let place = places.get_mut((id & ((1 << PLACE_BITS) - 1)) as usize)?;
        (place.uses == id >> PLACE_BITS).then(|| work(place))
    })
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.timer);
        // The reference is dropped outside of the cell.
        let _call = with_place(self.id, |place| place.call.take());
    }
}
