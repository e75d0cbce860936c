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

#[derive(Default)]
struct Places {
    all: Vec<Place>,
    /// Those that nobody uses.
    free: Vec<u32>,
}

thread_local! {
    static PLACES: RefCell<Places> = RefCell::default();
    static CALLBACK: OnceCell<Function> = const { OnceCell::new() };
}

/// One use of a place.
#[derive(Clone, Copy)]
struct Id {
    at: u32,
    uses: u32,
}

impl Places {
    fn occupy(&mut self) -> Id {
        let at = self.free.pop().unwrap_or_else(|| {
            self.all.push(Place { uses: 0, state: State::Free });
            self.all.len() as u32 - 1
        });
        let mut id = Id { at, uses: 0 };
        if let Some(place) = self.all.get_mut(at as usize) {
            place.state = State::Waiting(None);
            id.uses = place.uses;
        }
        id
    }

    fn get(&mut self, id: Id) -> Option<&mut Place> {
        self.all.get_mut(id.at as usize).filter(|place| place.uses == id.uses)
    }

    fn leave(&mut self, id: Id) -> Option<State> {
        let place = self.get(id)?;
        place.uses = place.uses.wrapping_add(1);
        let state = std::mem::replace(&mut place.state, State::Free);
        self.free.push(id.at);
        Some(state)
    }
}

fn with_places<T>(work: impl FnOnce(&mut Places) -> T) -> T {
    PLACES.with(|places| work(&mut places.borrow_mut()))
}

/// Waits for a promise, or for whatever is there in the place of one.
#[inline(never)]
pub fn settled(promise: &JsValue) -> Settled {
    let id = with_places(Places::occupy);
    CALLBACK.with(|callback| {
        let make =
            || Closure::<dyn Fn(u32, u32, bool, JsValue)>::new(on_settled).into_js_value().unchecked_into();
        watch(promise, callback.get_or_init(make), id.at, id.uses);
    });
    Settled(id)
}

fn on_settled(at: u32, uses: u32, failed: bool, value: JsValue) {
    let outcome = if failed { Err(value) } else { Ok(value) };
    let waker = with_places(|places| {
        let place = places.get(Id { at, uses })?;
        match std::mem::replace(&mut place.state, State::Settled(outcome)) {
            State::Waiting(waker) => waker,
            _ => None,
        }
    });
    // Out of the cell first: a waker may run what waits.
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// The future of a promise. Dropped, it waits no more.
pub struct Settled(Id);

impl Future for Settled {
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        with_places(|places| {
            let Some(place) = places.get(self.0) else { return Poll::Pending };
            match std::mem::replace(&mut place.state, State::Free) {
                State::Settled(outcome) => Poll::Ready(outcome),
                State::Waiting(_) => {
                    place.state = State::Waiting(Some(context.waker().clone()));
                    Poll::Pending
                }
                State::Free => Poll::Pending,
            }
        })
    }
}

impl Drop for Settled {
    fn drop(&mut self) {
        // What was kept there is dropped outside of the cell.
        let _state = with_places(|places| places.leave(self.0));
    }
}
