//! Concurrent calls, as `embedMany` makes them.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::task::{Context, Poll};

use workers_ai_wasm::client::pool::{self, Pool};

use crate::caller::Caller;
use crate::scenario;
use crate::trace::{Outcome, What};
use crate::world::Until;

/// The failed party.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Failed {
    /// A call.
    Job(usize),
    /// The source of jobs.
    Source,
}

/// The source of jobs.
struct Source<'a> {
    caller: &'a Caller,
    jobs: scenario::Jobs,
    next: usize,
    pause: Option<Pin<Box<Until>>>,
    is_over: bool,
}

impl pool::Jobs for Source<'_> {
    type Job = usize;
    type Error = Failed;

    fn poll_job(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<usize, Failed>>> {
        let world = &self.caller.client.host.world;
        if self.is_over {
            world.problem("a source that is over is asked for more");
        }
        if self.jobs.slow > 0 {
            let ms = world.dice().ms(self.jobs.slow);
            let pause = self.pause.get_or_insert_with(|| Box::pin(world.until(world.now() + ms)));
            if pause.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.pause = None;
        }
        if self.jobs.breaks_at == Some(self.next) {
            self.is_over = true;
            return Poll::Ready(Some(Err(Failed::Source)));
        }
        if self.next == self.jobs.count {
            self.is_over = true;
            return Poll::Ready(None);
        }
        self.next += 1;
        Poll::Ready(Some(Ok(self.next - 1)))
    }
}

/// A running job.
struct Running<'a>(&'a Cell<usize>);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// Makes the calls and reads their results.
pub async fn run(caller: &Caller, jobs: scenario::Jobs) {
    let world = &caller.client.host.world;
    let (running, begun, done) = (Cell::new(0), Cell::new(0), RefCell::new(Vec::new()));
    let mut taken = 0;
    let mut failed = None;
    {
        let source = Source { caller, jobs, next: 0, pause: None, is_over: false };
        let mut pool = Pool::new(source, jobs.concurrency, async |job: usize| {
            begun.set(begun.get() + 1);
            running.set(running.get() + 1);
            let _running = Running(&running);
            if running.get() > jobs.concurrency.max(1) {
                world.problem("more calls at a time than are allowed");
            }
            let (outcome, _) = caller.call(caller.plan.models[0], caller.plan.timeouts).await;
            let result = match outcome {
                Outcome::Answer { .. } => Ok(job),
                _ => Err(Failed::Job(job)),
            };
            done.borrow_mut().push(result);
            result
        });
        while taken < jobs.takes {
            match pool.next().await {
                Some(Ok(job)) if job != taken => {
                    world.problem("the results come in another order than the jobs")
                }
                Some(Ok(_)) => taken += 1,
                Some(Err(why)) => {
                    failed = Some(why);
                    if running.get() > 0 {
                        world.problem("a failure does not end the other calls");
                    }
                    break;
                }
                None => break,
            }
            if jobs.busy > 0 {
                let until = world.now() + world.dice().ms(jobs.busy);
                for call in caller.signal.live() {
                    world.record_of(call, What::Busy(until));
                }
                world.until(until).await;
            }
        }
        if taken < jobs.takes && pool.next().await.is_some() {
            world.problem("something comes after the end");
        }
        if begun.get() > taken + jobs.concurrency.max(1) + usize::from(failed.is_some()) {
            world.problem("calls are begun whose results have no room");
        }
    }
    if running.get() > 0 {
        world.problem("a call goes on although its caller has gone");
    }
    let expected = match failed {
        Some(Failed::Source) => jobs.breaks_at == Some(taken),
        Some(Failed::Job(job)) => job == taken && done.borrow().contains(&Err(Failed::Job(job))),
        None => taken == jobs.count.min(jobs.takes),
    };
    if !expected {
        world.problem(format!("{taken} results of {jobs:?}, and then {failed:?}"));
    }
}
