//! Promises of what is exported, and futures of the runtime's promises.
//!
//! wasm-bindgen-futures runs the tasks. Its `future_to_promise` and `JsFuture` would do the rest, but make two closures of the wasm for every
//! promise, each with an entry in a registry of finalizers, and a state machine around every future. Here closures of JavaScript's own name a
//! place by its number, and one function makes all promises.

use std::cell::{OnceCell, RefCell};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use js_sys::{Function, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::package::{deferred, watch};

type Outcome = Result<JsValue, JsValue>;

/// A promise of a future's outcome. The future is first polled when the caller's own code has come to its end.
pub fn promise(future: impl Future<Output = Outcome> + 'static) -> Promise {
    boxed(Box::pin(future))
}

#[inline(never)]
fn boxed(future: Pin<Box<dyn Future<Output = Outcome>>>) -> Promise {
    let deferred = deferred();
    let promise = deferred.promise();
    spawn_local(async move {
        let (failed, value) = match future.await {
            Ok(value) => (false, value),
            Err(error) => (true, error),
        };
        deferred.settle(failed, &value);
    });
    promise
}

/// A promise that a future waits for.
struct Place {
    /// How often the place was used: what settles late finds that nobody waits.
    uses: u32,
    state: State,
}

enum State {
    Free,
    Waiting(Option<Waker>),
    Settled(Outcome),
}

thread_local! {
    static PLACES: RefCell<Vec<Place>> = const { RefCell::new(Vec::new()) };
    static CALLBACK: OnceCell<Function> = const { OnceCell::new() };
}

const PLACE_BITS: u32 = 16;

/// Waits for a promise, or for whatever is there in the place of one.
#[inline(never)]
pub fn settled(promise: &JsValue) -> Settled {
    let id = PLACES.with(|places| {
        let mut places = places.borrow_mut();
        let free = places.iter().position(|place| matches!(place.state, State::Free));
        let at = free.unwrap_or_else(|| {
            places.push(Place { uses: 0, state: State::Free });
            places.len() - 1
        });
        let Some(place) = places.get_mut(at) else { return u32::MAX };
        place.uses = place.uses.wrapping_add(1) & ((1 << (32 - PLACE_BITS)) - 1);
        place.state = State::Waiting(None);
        (place.uses << PLACE_BITS) | at as u32
    });
    CALLBACK.with(|callback| {
        let make = || Closure::<dyn Fn(u32, bool, JsValue)>::new(on_settled).into_js_value().unchecked_into();
        watch(promise, callback.get_or_init(make), id);
    });
    Settled(id)
}

fn with_place<T>(id: u32, work: impl FnOnce(&mut Place) -> T) -> Option<T> {
    PLACES.with(|places| {
        let mut places = places.borrow_mut();
        let place = places.get_mut((id & ((1 << PLACE_BITS) - 1)) as usize)?;
        (place.uses == id >> PLACE_BITS).then(|| work(place))
    })
}

fn on_settled(id: u32, failed: bool, value: JsValue) {
    let outcome = if failed { Err(value) } else { Ok(value) };
    let state = with_place(id, |place| match place.state {
        State::Waiting(_) => std::mem::replace(&mut place.state, State::Settled(outcome)),
        _ => State::Free,
    });
    // Out of the cell first: a waker may run what waits.
    if let Some(State::Waiting(Some(waker))) = state {
        waker.wake();
    }
}

/// The future of a promise. Dropped, it waits no more.
pub struct Settled(u32);

impl Future for Settled {
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        let polled = with_place(self.0, |place| match std::mem::replace(&mut place.state, State::Free) {
            State::Settled(outcome) => Poll::Ready(outcome),
            State::Waiting(_) => {
                place.state = State::Waiting(Some(context.waker().clone()));
                Poll::Pending
            }
            State::Free => Poll::Pending,
        });
        polled.unwrap_or(Poll::Pending)
    }
}

impl Drop for Settled {
    fn drop(&mut self) {
        // What was dropped is dropped outside of the cell.
        let _state = with_place(self.0, |place| {
            place.uses = place.uses.wrapping_add(1) & ((1 << (32 - PLACE_BITS)) - 1);
            std::mem::replace(&mut place.state, State::Free)
        });
    }
}
