//! Serializes asynchronous work in the order in which it was begun.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// See the module.
#[derive(Debug, Default)]
pub struct Turns(Rc<RefCell<Queue>>);

#[derive(Debug, Default)]
struct Queue {
    last: u64,
    /// The numbers of the turns that are not over, and the waker of each one that waits.
    turns: VecDeque<(u64, Option<Waker>)>,
}

/// A place in the order. The next turn begins when it is dropped.
#[derive(Debug)]
pub struct Turn {
    queue: Rc<RefCell<Queue>>,
    number: u64,
}

impl Turns {
    /// True if no turn is active.
    pub fn is_idle(&self) -> bool {
        self.0.borrow().turns.is_empty()
    }

    /// Adds a turn at the end.
    pub fn take(&self) -> Turn {
        let mut queue = self.0.borrow_mut();
        queue.last += 1;
        let number = queue.last;
        queue.turns.push_back((number, None));
        Turn { queue: Rc::clone(&self.0), number }
    }
}

impl Turn {
    /// Waits until all earlier turns are over.
    pub async fn begin(&self) {
        poll_fn(|context| {
            let mut queue = self.queue.borrow_mut();
            match queue.turns.iter_mut().position(|(number, _)| *number == self.number) {
                None | Some(0) => Poll::Ready(()),
                Some(at) => {
                    if let Some((_, waker)) = queue.turns.get_mut(at) {
                        *waker = Some(context.waker().clone());
                    }
                    Poll::Pending
                }
            }
        })
        .await;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let first = {
            let mut queue = self.queue.borrow_mut();
            queue.turns.retain(|(number, _)| *number != self.number);
            queue.turns.front_mut().and_then(|(_, waker)| waker.take())
        };
        // The woken task may reenter.
        if let Some(waker) = first {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Wake};

    #[derive(Default)]
    struct Counter(AtomicUsize);

    impl Wake for Counter {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn turns_come_in_their_order_whoever_is_dropped_first() {
        let counter = Arc::new(Counter::default());
        let waker = Waker::from(Arc::clone(&counter));
        let mut context = Context::from_waker(&waker);
        let turns = Turns::default();
        assert!(turns.is_idle());
        let [first, second, third, fourth] = std::array::from_fn(|_| turns.take());
        {
            let mut begin = pin!(fourth.begin());
            assert!(pin!(first.begin()).poll(&mut context).is_ready());
            assert!(begin.as_mut().poll(&mut context).is_pending());
            // A dropped turn does not change the order of the others.
            drop(second);
            assert!(begin.as_mut().poll(&mut context).is_pending());
            drop(first);
            assert_eq!(counter.0.load(Ordering::Relaxed), 0, "the third has not begun to wait");
            assert!(pin!(third.begin()).poll(&mut context).is_ready());
            drop(third);
            assert_eq!(counter.0.load(Ordering::Relaxed), 1);
            assert!(begin.as_mut().poll(&mut context).is_ready());
        }
        assert!(!turns.is_idle());
        drop(fourth);
        assert!(turns.is_idle());
    }
}
