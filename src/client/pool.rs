//! Runs several jobs concurrently, and returns their results in order.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

/// A source of jobs.
pub trait Jobs {
    /// A job.
    type Job;
    /// The error of the source.
    type Error;

    /// The next job; `None` at the end. It is not polled again after that, nor after an error.
    fn poll_job(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Self::Job, Self::Error>>>;
}

/// Jobs from an iterator.
#[derive(Debug)]
pub struct Ready<I>(pub I);

impl<T, E, I: Iterator<Item = Result<T, E>>> Jobs for Ready<I> {
    type Job = T;
    type Error = E;

    fn poll_job(&mut self, _cx: &mut Context<'_>) -> Poll<Option<Result<T, E>>> {
        Poll::Ready(self.0.next())
    }
}

/// Runs up to `concurrency` jobs at a time, and returns their results in the order of the jobs.
///
/// Unread results count towards `concurrency`: a job is started only when there is room. The first failure,
/// of a job or of the source, ends the pool; later jobs are dropped, and a pending source is not awaited.
pub struct Pool<J, W, F: Future> {
    /// `None` at the end of the source.
    jobs: Option<J>,
    work: W,
    begun: VecDeque<Slot<F>>,
    concurrency: usize,
}

enum Slot<F: Future> {
    Running(Pin<Box<F>>),
    Done(F::Output),
}

impl<J, W, F, T, E> Pool<J, W, F>
where
    J: Jobs<Error = E>,
    W: FnMut(J::Job) -> F,
    F: Future<Output = Result<T, E>>,
{
    /// Nothing is started before the first call of `next`.
    pub fn new(jobs: J, concurrency: usize, work: W) -> Self {
        let concurrency = concurrency.max(1);
        Pool { jobs: Some(jobs), work, begun: VecDeque::with_capacity(concurrency), concurrency }
    }

    /// The next result in order; `None` after the last one and after a failure.
    pub async fn next(&mut self) -> Option<Result<T, E>> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, E>>> {
        self.begin(cx);
        for slot in &mut self.begun {
            if let Slot::Running(work) = slot
                && let Poll::Ready(result) = work.as_mut().poll(cx)
            {
                *slot = Slot::Done(result);
            }
        }
        match self.begun.pop_front() {
            Some(Slot::Done(result)) => {
                if result.is_err() {
                    self.jobs = None;
                    self.begun.clear();
                }
                Poll::Ready(Some(result))
            }
            Some(running) => {
                self.begun.push_front(running);
                Poll::Pending
            }
            None if self.jobs.is_none() => Poll::Ready(None),
            None => Poll::Pending,
        }
    }

    /// Starts jobs while there are some and there is room.
    fn begin(&mut self, cx: &mut Context<'_>) {
        while self.begun.len() < self.concurrency {
            let Some(jobs) = &mut self.jobs else { return };
            match jobs.poll_job(cx) {
                Poll::Pending => return,
                Poll::Ready(Some(Ok(job))) => {
                    let work = Box::pin((self.work)(job));
                    self.begun.push_back(Slot::Running(work));
                }
                Poll::Ready(Some(Err(error))) => {
                    self.jobs = None;
                    self.begun.push_back(Slot::Done(Err(error)));
                }
                Poll::Ready(None) => self.jobs = None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::pin::pin;
    use std::rc::Rc;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Wake, Waker};

    use super::*;

    /// Counts its wakeups.
    #[derive(Default)]
    struct Wakes(AtomicUsize);

    impl Wake for Wakes {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A service whose answers the test triggers.
    #[derive(Default)]
    struct Service {
        begun: Vec<usize>,
        dropped: Vec<usize>,
        answers: Vec<Option<Result<usize, &'static str>>>,
        waiting: Vec<Option<Waker>>,
    }

    #[derive(Clone, Default)]
    struct Shared(Rc<RefCell<Service>>);

    impl Shared {
        fn work(&self, job: usize) -> Request {
            let mut service = self.0.borrow_mut();
            service.begun.push(job);
            let size = service.answers.len().max(job + 1);
            service.answers.resize(size, None);
            service.waiting.resize(size, None);
            Request(self.clone(), job)
        }

        fn answer(&self, job: usize, answer: Result<usize, &'static str>) {
            let waker = {
                let mut service = self.0.borrow_mut();
                service.answers[job] = Some(answer);
                service.waiting[job].take()
            };
            waker.expect("somebody waits for it").wake();
        }

        fn begun(&self) -> Vec<usize> {
            self.0.borrow().begun.clone()
        }
    }

    struct Request(Shared, usize);

    impl Future for Request {
        type Output = Result<usize, &'static str>;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            let mut service = self.0.0.borrow_mut();
            service.waiting[self.1] = Some(cx.waker().clone());
            service.answers[self.1].map_or(Poll::Pending, Poll::Ready)
        }
    }

    impl Drop for Request {
        fn drop(&mut self) {
            self.0.0.borrow_mut().dropped.push(self.1);
        }
    }

    fn poll<T>(future: Pin<&mut impl Future<Output = T>>, wakes: &Arc<Wakes>) -> Poll<T> {
        future.poll(&mut Context::from_waker(&Waker::from(wakes.clone())))
    }

    fn poll_next<J: Jobs<Job = usize, Error = &'static str>, W: FnMut(usize) -> Request>(
        pool: &mut Pool<J, W, Request>,
        wakes: &Arc<Wakes>,
    ) -> Poll<Option<Result<usize, &'static str>>> {
        poll(pin!(pool.next()), wakes)
    }

    fn up_to(count: usize) -> Ready<impl Iterator<Item = Result<usize, &'static str>>> {
        Ready((0..count).map(Ok))
    }

    #[test]
    fn results_come_in_order_whichever_is_there_first() {
        let (service, wakes) = (Shared::default(), Arc::default());
        let mut pool = Pool::new(up_to(5), 3, |job| service.work(job));
        assert!(service.begun().is_empty());
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Pending);
        assert_eq!(service.begun(), [0, 1, 2]);
        for job in [2, 1] {
            service.answer(job, Ok(job * 10));
            assert_eq!(poll_next(&mut pool, &wakes), Poll::Pending);
        }
        // Two are done and unread: there is no room for another one.
        assert_eq!(service.begun(), [0, 1, 2]);
        service.answer(0, Ok(0));
        assert_eq!(wakes.0.load(Ordering::Relaxed), 3);
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Ready(Some(Ok(0))));
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Ready(Some(Ok(10))));
        assert_eq!(service.begun(), [0, 1, 2, 3]);
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Ready(Some(Ok(20))));
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Pending);
        assert_eq!(service.begun(), [0, 1, 2, 3, 4]);
        service.answer(3, Ok(3));
        service.answer(4, Ok(4));
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Ready(Some(Ok(3))));
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Ready(Some(Ok(4))));
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Ready(None));
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Ready(None));
    }

    #[test]
    fn the_first_failure_in_order_ends_it() {
        let (service, wakes) = (Shared::default(), Arc::default());
        let mut pool = Pool::new(up_to(9), 3, |job| service.work(job));
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Pending);
        service.answer(1, Err("one"));
        service.answer(2, Err("two"));
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Pending);
        service.answer(0, Ok(0));
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Ready(Some(Ok(0))));
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Ready(Some(Err("one"))));
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Ready(None));
        let mut dropped = service.0.borrow().dropped.clone();
        dropped.sort_unstable();
        assert_eq!(dropped, service.begun());
    }

    #[test]
    fn the_failure_of_the_source_comes_behind_what_was_begun() {
        let (service, wakes) = (Shared::default(), Arc::default());
        let jobs = Ready([Ok(0), Err("source"), Ok(1)].into_iter());
        let mut pool = Pool::new(jobs, 4, |job| service.work(job));
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Pending);
        assert_eq!(service.begun(), [0]);
        service.answer(0, Ok(7));
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Ready(Some(Ok(7))));
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Ready(Some(Err("source"))));
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Ready(None));
    }

    /// A source whose job the test provides.
    struct Slow(Rc<RefCell<(Option<usize>, Option<Waker>)>>);

    impl Jobs for Slow {
        type Job = usize;
        type Error = &'static str;

        fn poll_job(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<usize, &'static str>>> {
            let mut slow = self.0.borrow_mut();
            slow.1 = Some(cx.waker().clone());
            slow.0.take().map_or(Poll::Pending, |job| Poll::Ready(Some(Ok(job))))
        }
    }

    #[test]
    fn nobody_waits_for_a_slow_source_while_there_are_results() {
        let (service, wakes) = (Shared::default(), Arc::default());
        let source = Rc::new(RefCell::new((Some(0), None)));
        let mut pool = Pool::new(Slow(source.clone()), 2, |job| service.work(job));
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Pending);
        service.answer(0, Ok(5));
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Ready(Some(Ok(5))));
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Pending);
        // A later job wakes the waiting task.
        source.borrow_mut().0 = Some(1);
        let waker = source.borrow_mut().1.take().expect("it was polled");
        let before = wakes.0.load(Ordering::Relaxed);
        waker.wake();
        assert_eq!(wakes.0.load(Ordering::Relaxed), before + 1);
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Pending);
        assert_eq!(service.begun(), [0, 1]);
    }

    #[test]
    fn what_is_begun_is_dropped_with_the_pool() {
        let (service, wakes) = (Shared::default(), Arc::default());
        let mut pool = Pool::new(up_to(9), 2, |job| service.work(job));
        assert_eq!(poll_next(&mut pool, &wakes), Poll::Pending);
        drop(pool);
        assert_eq!(service.0.borrow().dropped, [0, 1]);
    }
}
