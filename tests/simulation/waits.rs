//! The waits of one call, each in a task of its own, as a body is read chunk by chunk.

use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use workers_ai_wasm::client::Lifetime;
use workers_ai_wasm::options::Timeouts;
use workers_ai_wasm::secret::Hidden;

use crate::host::SimulatedHost;
use crate::scenario::{Facts, Scenario, Signal};
use crate::world::World;

/// A task that counts how often it is woken.
#[derive(Default)]
struct Task(AtomicUsize);

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn the_end_of_a_call_wakes_pending_waits_alone() {
    let scenario = Rc::new(Scenario::new(0));
    let world = World::new(0, scenario.skew);
    let (plan, signal) = (&scenario.plans[0], Signal::new());
    let facts = Facts::new(0, 0, plan, 0, Timeouts::default(), &signal, &scenario);
    world.calls.borrow_mut().push(Rc::new(facts));
    let host = SimulatedHost { world, scenario: Rc::clone(&scenario) };
    let lifetime = Lifetime::new(&Rc::new(host), Timeouts::default(), Hidden::default(), None);
    let tasks: Vec<Arc<Task>> = (0..3).map(|_| Arc::default()).collect();
    let waker = |task: &Arc<Task>| Waker::from(Arc::clone(task));

    // The first wait is over, the second one dropped, the third one pending.
    let mut polls = 0;
    let mut over = pin!(lifetime.until(poll_fn(|_| {
        polls += 1;
        if polls == 1 { Poll::Pending } else { Poll::Ready(()) }
    })));
    let first = waker(&tasks[0]);
    assert!(over.as_mut().poll(&mut Context::from_waker(&first)).is_pending());
    assert!(over.as_mut().poll(&mut Context::from_waker(&first)).is_ready());
    {
        let dropped = pin!(lifetime.until(std::future::pending::<()>()));
        assert!(dropped.poll(&mut Context::from_waker(&waker(&tasks[1]))).is_pending());
    }
    let mut pending = pin!(lifetime.until(std::future::pending::<()>()));
    let third = waker(&tasks[2]);
    for _ in 0..2 {
        assert!(pending.as_mut().poll(&mut Context::from_waker(&third)).is_pending());
    }

    lifetime.abort(None);
    let woken: Vec<usize> = tasks.iter().map(|task| task.0.load(Ordering::Relaxed)).collect();
    assert_eq!(woken, [0, 0, 1]);
    assert!(matches!(pending.poll(&mut Context::from_waker(&third)), Poll::Ready(Err(_))));
}
