//! Promises of exported functions, and futures of JavaScript promises.
//!
//! wasm-bindgen-futures runs the tasks. Its `future_to_promise` and `JsFuture` would create two wasm closures
//! per promise, each with an entry in a FinalizationRegistry, and a state machine around every future. Here
//! JavaScript closures refer to a slot by its number, and one function creates all promises.

use std::cell::{OnceCell, RefCell};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use js_sys::{Function, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::package::{deferred, watch};
use crate::slots::{Id, Slots};

type Outcome = Result<JsValue, JsValue>;

/// A promise of a future's outcome. The future is first polled after the caller's synchronous code.
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

/// The state of a promise that a future awaits.
enum State {
    /// The future has taken the result.
    Taken,
    Waiting(Option<Waker>),
    Settled(Outcome),
}

thread_local! {
    static PLACES: RefCell<Slots<State>> = const { RefCell::new(Slots::new()) };
    static CALLBACK: OnceCell<Function> = const { OnceCell::new() };
}

fn with_places<T>(work: impl FnOnce(&mut Slots<State>) -> T) -> T {
    PLACES.with(|places| work(&mut places.borrow_mut()))
}

/// Awaits a promise, or a value in place of one.
#[inline(never)]
pub fn settled(promise: &JsValue) -> Settled {
    let id = with_places(|places| places.insert(State::Waiting(None)));
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
        let state = places.get_mut(Id { at, uses })?;
        match std::mem::replace(state, State::Settled(outcome)) {
            State::Waiting(waker) => waker,
            _ => None,
        }
    });
    // Taken out of the cell first: a waker may run its task.
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// The future of a promise. Dropping it ends the wait.
pub struct Settled(Id);

impl Future for Settled {
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        with_places(|places| {
            let Some(state) = places.get_mut(self.0) else { return Poll::Pending };
            match std::mem::replace(state, State::Taken) {
                State::Settled(outcome) => Poll::Ready(outcome),
                State::Waiting(_) => {
                    *state = State::Waiting(Some(context.waker().clone()));
                    Poll::Pending
                }
                State::Taken => Poll::Pending,
            }
        })
    }
}

impl Drop for Settled {
    fn drop(&mut self) {
        // The state is dropped outside of the cell.
        let _state = with_places(|places| places.remove(self.0));
    }
}
