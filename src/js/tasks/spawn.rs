//! Futures that run even if they are not awaited.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use wasm_bindgen_futures::spawn_local;

struct State<T> {
    result: Option<T>,
    waiting: Option<Waker>,
}

/// The result of a spawned future. Dropping it does not stop the future.
pub struct Spawned<T>(Rc<RefCell<State<T>>>);

/// Spawns a future.
pub fn spawn<T: 'static>(future: impl Future<Output = T> + 'static) -> Spawned<T> {
    let state = Rc::new(RefCell::new(State { result: None, waiting: None }));
    let shared = state.clone();
    spawn_local(async move {
        let result = future.await;
        let waiting = {
            let mut state = shared.borrow_mut();
            state.result = Some(result);
            state.waiting.take()
        };
        if let Some(waker) = waiting {
            waker.wake();
        }
    });
    Spawned(state)
}

impl<T> Future for Spawned<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let mut state = self.0.borrow_mut();
        match state.result.take() {
            Some(result) => Poll::Ready(result),
            None => {
                state.waiting = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}
