//! Polls until a result is complete.

use crate::error::{Code, Error};
use crate::text::{concat, decimal};
use crate::value::Value;

/// The first interval in milliseconds; each further one is 1.5 times as long.
const FIRST_MS: f64 = 1000.0;
/// The longest interval.
const CEILING_MS: f64 = 15_000.0;
/// The longest delay that a timer supports.
const LONGEST_MS: f64 = 2_147_483_647.0;
/// From this step on the interval is the longest.
const LAST_STEP: u32 = 30;

/// The interface of the runtime.
#[expect(async_fn_in_trait, reason = "all of it lives on one thread: no future has to be Send")]
pub trait Clock {
    /// The error of an aborted pause or a failed poll.
    type Error: From<Error>;

    /// A monotonic clock in milliseconds.
    fn now(&self) -> f64;
    /// A random number in [0, 1).
    fn random(&self) -> f64;
    /// Waits, unless the caller aborts.
    async fn sleep(&self, ms: f64) -> Result<(), Self::Error>;
}

/// The schedule of the polls.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Schedule {
    /// Milliseconds between two polls; by default they grow.
    pub interval_ms: Option<f64>,
    /// Timeout of all polls together, in milliseconds.
    pub total_ms: Option<f64>,
}

/// One poll.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Counted from 1.
    pub attempt: u32,
    /// Milliseconds until the timeout; at least 1.
    pub left_ms: Option<f64>,
}

/// Validates the caller's `intervalMs`.
pub fn interval<V: Value>(value: Option<&V>) -> Result<Option<f64>, Error> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(None) };
    match value.number().filter(|ms| (0.0..=LONGEST_MS).contains(ms)) {
        Some(ms) => Ok(Some(ms)),
        None => Err(Error::invalid("intervalMs", "intervalMs must be milliseconds, 0 or more.")),
    }
}

impl Schedule {
    /// Milliseconds to wait after a poll. A growing interval is randomized down to a half, so that many
    /// clients do not poll at the same time, and none polls continuously.
    pub fn pause(&self, attempt: u32, random: f64) -> f64 {
        self.interval_ms.unwrap_or_else(|| {
            let step = (FIRST_MS * 1.5f64.powi(attempt.min(LAST_STEP) as i32 - 1)).min(CEILING_MS);
            (step * (0.5 + random.clamp(0.0, 1.0) / 2.0)).ceil()
        })
    }
}

/// Polls until there is a result. The first poll is made at once, and none after the timeout; a poll receives
/// the time that is left.
pub async fn until_done<C: Clock, T>(
    clock: &C,
    schedule: Schedule,
    mut look: impl AsyncFnMut(Look) -> Result<Option<T>, C::Error>,
) -> Result<T, C::Error> {
    let ends_at = schedule.total_ms.map(|ms| clock.now() + ms);
    let left = || ends_at.map(|ends_at| ends_at - clock.now());
    for attempt in 1.. {
        let left_ms = left().map(|ms| ms.max(1.0));
        if let Some(result) = look(Look { attempt, left_ms }).await? {
            return Ok(result);
        }
        let pause = schedule.pause(attempt, clock.random());
        let left = left().unwrap_or(f64::INFINITY);
        clock.sleep(pause.min(left).max(0.0)).await?;
        if left < pause {
            break;
        }
    }
    let total = decimal(schedule.total_ms.unwrap_or_default() as i64);
    let why =
        ["The batch was not completed within ", &total, " ms. It goes on: wait again with its requestId."];
    Err(Error::new(Code::Timeout, concat(&why)).into())
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::value::json::Json;

    /// A clock on which a pause is over at once.
    #[derive(Default)]
    struct Virtual {
        now: Cell<f64>,
        pauses: RefCell<Vec<f64>>,
        aborted_at: Option<f64>,
    }

    impl Clock for Virtual {
        type Error = Error;

        fn now(&self) -> f64 {
            self.now.get()
        }

        fn random(&self) -> f64 {
            1.0
        }

        async fn sleep(&self, ms: f64) -> Result<(), Error> {
            let then = self.now() + ms;
            if let Some(at) = self.aborted_at.filter(|at| *at < then) {
                self.now.set(at);
                return Err(Error::new(Code::Aborted, "aborted"));
            }
            self.now.set(then);
            self.pauses.borrow_mut().push(ms);
            Ok(())
        }
    }

    /// Polls until the one with this number; each takes 10 ms.
    fn run(clock: &Virtual, schedule: Schedule, done_at: u32) -> (Result<u32, Code>, Vec<Look>) {
        let mut looks = Vec::new();
        let result = {
            let look = async |look: Look| {
                looks.push(look);
                clock.now.set(clock.now() + 10.0);
                Ok((look.attempt == done_at).then_some(look.attempt))
            };
            let mut waiting = pin!(until_done(clock, schedule, look));
            match waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(result) => result.map_err(|error| error.code),
                Poll::Pending => panic!("nothing here waits"),
            }
        };
        (result, looks)
    }

    #[test]
    fn it_looks_at_once_and_ever_more_seldom() {
        let clock = Virtual::default();
        let (result, looks) = run(&clock, Schedule::default(), 9);
        assert_eq!(result, Ok(9));
        assert!(looks.iter().all(|look| look.left_ms.is_none()));
        assert_eq!(
            *clock.pauses.borrow(),
            [1000.0, 1500.0, 2250.0, 3375.0, 5063.0, 7594.0, 11_391.0, 15_000.0]
        );
        assert_eq!(run(&Virtual::default(), Schedule::default(), 1).0, Ok(1));
        let schedule = Schedule::default();
        assert_eq!((schedule.pause(1, 0.0), schedule.pause(99, 1.0)), (500.0, 15_000.0));
    }

    #[test]
    fn an_interval_of_the_callers() {
        let clock = Virtual::default();
        let schedule = Schedule { interval_ms: Some(250.0), total_ms: None };
        assert_eq!(run(&clock, schedule, 4).0, Ok(4));
        assert_eq!(*clock.pauses.borrow(), [250.0; 3]);
        let interval = |text: &str| interval(Some(&Json::sample(text))).map_err(|error| error.field.clone());
        assert_eq!((interval("0"), interval("null")), (Ok(Some(0.0)), Ok(None)));
        for bad in ["-1", r#""5""#, r#"{"$":"NaN"}"#, r#"{"$":"Infinity"}"#] {
            assert_eq!(interval(bad), Err(Some("intervalMs".to_owned())), "{bad}");
        }
    }

    #[test]
    fn the_limit_is_for_all_looks_together() {
        let clock = Virtual::default();
        let schedule = Schedule { interval_ms: Some(100.0), total_ms: Some(250.0) };
        let (result, looks) = run(&clock, schedule, 9);
        assert_eq!(result, Err(Code::Timeout));
        assert_eq!(
            looks.iter().map(|look| look.left_ms).collect::<Vec<_>>(),
            [Some(250.0), Some(140.0), Some(30.0)]
        );
        assert_eq!(*clock.pauses.borrow(), [100.0, 100.0, 20.0]);
        assert_eq!(clock.now(), 250.0);
    }

    #[test]
    fn a_look_that_takes_longer_than_the_limit_is_the_last() {
        let clock = Virtual::default();
        let schedule = Schedule { interval_ms: Some(0.0), total_ms: Some(5.0) };
        let (result, looks) = run(&clock, schedule, 9);
        assert_eq!((result, looks.len()), (Err(Code::Timeout), 1));
        assert_eq!(*clock.pauses.borrow(), [0.0]);
    }

    #[test]
    fn a_pause_can_be_broken_off() {
        let clock = Virtual { aborted_at: Some(1500.0), ..Virtual::default() };
        let (result, looks) = run(&clock, Schedule::default(), 9);
        assert_eq!((result, looks.len(), clock.now()), (Err(Code::Aborted), 2, 1500.0));
    }
}
