//! Repeated calls, as `batch.wait` makes them.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use workers_ai_wasm::client::Host;
use workers_ai_wasm::client::poll::{Clock, Look, Schedule, until_done};
use workers_ai_wasm::error::{Code, Error};
use workers_ai_wasm::options::Timeouts;

use crate::caller::Caller;
use crate::scenario::Polls;
use crate::trace::Outcome;

/// Tolerance for rounding errors of the sums.
const EXACT: f64 = 1e-6;

impl Clock for &Caller {
    type Error = Error;

    fn now(&self) -> f64 {
        self.client.host.now()
    }

    fn random(&self) -> f64 {
        self.client.host.world.dice().unit()
    }

    async fn sleep(&self, ms: f64) -> Result<(), Error> {
        let world = &self.client.host.world;
        let mut until = pin!(world.until(world.now() + ms));
        poll_fn(|context| {
            if self.signal.is_aborted.get() {
                return Poll::Ready(Err(Error::new(Code::Aborted, "The wait was aborted.")));
            }
            self.signal.wakes(context.waker());
            until.as_mut().poll(context).map(Ok)
        })
        .await
    }
}

/// Makes the calls.
pub async fn run(caller: &Caller, polls: Polls) {
    let world = &caller.client.host.world;
    let schedule = Schedule { interval_ms: polls.interval_ms, total_ms: polls.total_ms };
    let started_at = world.now();
    let (looks, ended_at) = (Cell::new(0), Cell::new(started_at));
    let look = async |Look { attempt, left_ms }: Look| {
        looks.set(looks.get() + 1);
        let pause = world.now() - ended_at.get();
        let (least, most) = match (attempt, polls.interval_ms) {
            (1, _) => (0.0, 0.0),
            (_, Some(ms)) => (ms, ms),
            (_, None) => {
                // One second, growing by a factor of 1.5 up to 15 seconds; at least half of that.
                let step = (1_000.0 * 1.5_f64.powi(attempt as i32 - 2)).min(15_000.0);
                (step / 2.0, step.ceil())
            }
        };
        if attempt != looks.get() || pause < least - EXACT || pause > most + EXACT {
            world.problem(format!("look {attempt} after {pause} ms, where {least} to {most} are right"));
        }
        let elapsed = world.now() - started_at;
        let left = polls.total_ms.map(|total| total - elapsed);
        if left.is_some_and(|left| left < -EXACT) || left_ms != left.map(|left| left.max(1.0)) {
            world.problem(format!("look {attempt} with {left_ms:?} ms left, of {left:?}"));
        }
        let timeouts = Timeouts { total: left_ms.or(caller.plan.timeouts.total), ..caller.plan.timeouts };
        let (outcome, _) = caller.call(caller.plan.models[0], timeouts).await;
        ended_at.set(world.now());
        match outcome {
            Outcome::Answer { .. } => Ok((attempt == polls.done_at).then_some(attempt)),
            Outcome::Failed { error, .. } => Err(error),
            Outcome::Foreign => Err(Error::new(Code::Unknown, "A foreign value.")),
        }
    };
    let outcome = until_done(&caller, schedule, look).await;
    let elapsed = world.now() - started_at;
    match outcome {
        Ok(attempt) if attempt == polls.done_at => {}
        Ok(attempt) => world.problem(format!("done at look {attempt}, not {}", polls.done_at)),
        Err(error) if error.message.starts_with("The batch was not completed") => {
            // The last pause ends at the timeout; a last poll may get one millisecond.
            let total = polls.total_ms.unwrap_or(f64::INFINITY);
            let last = ended_at.get() - started_at;
            let is_in_time = elapsed >= total - EXACT && elapsed <= total.max(last) + EXACT;
            if error.code != Code::Timeout || !is_in_time {
                world.problem(format!("not completed after {elapsed} ms of {total}"));
            }
        }
        Err(error) if error.message == "The wait was aborted." => {
            if !caller.signal.is_aborted.get() {
                world.problem("a wait is aborted by nobody");
            }
        }
        Err(_) => {}
    }
}
