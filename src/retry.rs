//! Decides whether a request is retried, and after what delay. The code of the failure decides, not its
//! status.

use crate::error::Code;
use crate::text::split_first;
use crate::wire::json;

/// Longest delay before a retry. For a longer one the call fails at once, and the error has the requested
/// delay.
pub const MAX_WAIT_MS: f64 = 60_000.0;

/// Longer delays are reported as this one, 24 days: timers support no longer ones, and would fire at once.
pub const LONGEST_MS: f64 = 2_147_483_647.0;

/// From these values on a number is a Unix time, in seconds or in milliseconds: as a delay it would be over
/// 30 years or over 3 years.
const EPOCH_S: f64 = 1e9;
const EPOCH_MS: f64 = 1e11;

/// Default limit of retries.
pub const DEFAULT_MAX_RETRIES: u32 = 2;

/// First step and maximum of a back-off, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Backoff {
    first: f64,
    ceiling: f64,
}

/// The back-off for all codes but capacity.
const DEFAULT: Backoff = Backoff { first: 500.0, ceiling: 8_000.0 };
/// Capacity recovers more slowly than a rate limit.
const CAPACITY: Backoff = Backoff { first: 2_000.0, ceiling: 30_000.0 };

/// The retry policy of a call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Policy {
    /// Limit of retries.
    pub max_retries: u32,
    /// The timeout of the whole call, including delays, in milliseconds.
    pub total_ms: Option<f64>,
}

/// A failed attempt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Failure {
    /// Its code.
    pub code: Code,
    /// The delay that the service requests, in milliseconds.
    pub retry_after_ms: Option<f64>,
    /// The number of requests so far.
    pub attempts: u32,
    /// Time since the start of the call, in milliseconds.
    pub elapsed_ms: f64,
    /// True if the request's body can be sent again.
    pub replayable: bool,
    /// True if the caller prefers a failure to waiting for capacity.
    pub reject_if_busy: bool,
}

/// The decision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Decision {
    /// Retry after this many milliseconds.
    Wait(f64),
    /// Fail.
    Stop,
    /// Fail: the requested delay is too long to wait for.
    StopTooLong(f64),
}

impl Policy {
    /// Decides on a retry. `random` is in `0..1`.
    pub fn decide(&self, failure: Failure, random: f64) -> Decision {
        let refused = failure.reject_if_busy && failure.code == Code::Capacity;
        if refused || !failure.code.retryable() || !failure.replayable || failure.attempts > self.max_retries
        {
            return Decision::Stop;
        }
        let wait = match failure.retry_after_ms {
            Some(requested) if requested > MAX_WAIT_MS => return Decision::StopTooLong(requested),
            Some(requested) => requested,
            None => jittered(failure.code, failure.attempts, random),
        };
        match self.total_ms {
            Some(total) if failure.elapsed_ms + wait >= total => Decision::Stop,
            _ => Decision::Wait(wait),
        }
    }
}

/// Full jitter: a random part of the step, which doubles with each attempt.
fn jittered(code: Code, attempts: u32, random: f64) -> f64 {
    let Backoff { first, ceiling } = if code == Code::Capacity { CAPACITY } else { DEFAULT };
    let step = first * f64::from(1u32 << attempts.saturating_sub(1).min(16));
    step.min(ceiling) * random.clamp(0.0, 1.0)
}

/// The requested delay in milliseconds: from `retry-after-ms`, or from `retry-after` in seconds or as a date.
/// `date` is that text parsed as a date, in milliseconds like `now`. Some services send a time since 1970 as
/// a number, in seconds or milliseconds: then the delay is its difference from now.
pub fn retry_after(ms: Option<&str>, after: Option<&str>, date: Option<f64>, now: f64) -> Option<f64> {
    let wait = ms.and_then(decimal).map(|ms| if ms >= EPOCH_MS { ms - now } else { ms });
    let wait = wait.or_else(|| {
        let after = after?;
        // A bare number is never a date, though some date parsers read it as a year.
        let is_date = after.bytes().any(|byte| byte.is_ascii_alphabetic());
        let until = || date.filter(|date| is_date && date.is_finite()).map(|date| date - now);
        decimal(after).map(|seconds| after_seconds(seconds, now)).or_else(until)
    });
    wait.map(|wait| wait.clamp(0.0, LONGEST_MS))
}

fn after_seconds(seconds: f64, now: f64) -> f64 {
    if seconds >= EPOCH_MS {
        seconds - now
    } else if seconds >= EPOCH_S {
        seconds * 1000.0 - now
    } else {
        seconds * 1000.0
    }
}

/// The time until a rate limit's reset in milliseconds, from a header of the IETF drafts: bare seconds, or
/// `reset=` or `t=` of a limit that is used up (`r=0`), the longest of several. Headers of other names are
/// ignored: they have times, durations or seconds, which cannot be told apart.
pub fn rate_reset(header: &str) -> Option<f64> {
    let mut longest = decimal(header).unwrap_or(0.0);
    let (mut reset, mut is_left) = (0.0, false);
    let mut from = 0;
    for (at, byte) in header.bytes().chain([b',']).enumerate() {
        if !matches!(byte, b',' | b';') {
            continue;
        }
        let part = header.get(from..at).unwrap_or_default().trim_ascii();
        from = at + 1;
        if let Some((name, value)) = split_first(part, b'=')
            && let Some(number) = decimal(value)
        {
            match name {
                "r" => is_left = number > 0.0,
                "t" | "reset" => reset = number,
                _ => {}
            }
        }
        if byte == b',' {
            longest = if is_left { longest } else { longest.max(reset) };
            (reset, is_left) = (0.0, false);
        }
    }
    (longest > 0.0 && longest < EPOCH_S).then_some(longest * 1000.0)
}

/// A number with at most three decimals, at least 0.
pub fn decimal(text: &str) -> Option<f64> {
    const DECIMALS: usize = 3;
    let text = text.trim_ascii().as_bytes();
    let digits = text.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let point = text.iter().position(|byte| *byte == b'.').unwrap_or(text.len());
    let prefix = text.get(..point + 1 + DECIMALS).unwrap_or(text);
    let number = json::parse(prefix).ok().filter(|_| digits)?;
    // A number with more digits than can be parsed is large.
    Some(number.as_number().unwrap_or(f64::INFINITY))
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: Policy = Policy { max_retries: 2, total_ms: None };

    fn failure(code: Code) -> Failure {
        Failure {
            code,
            retry_after_ms: None,
            attempts: 1,
            elapsed_ms: 0.0,
            replayable: true,
            reject_if_busy: false,
        }
    }

    #[test]
    fn only_passing_failures_are_retried() {
        for code in [Code::Capacity, Code::RateLimited, Code::Server, Code::Network, Code::Timeout] {
            assert!(matches!(POLICY.decide(failure(code), 0.5), Decision::Wait(_)), "{code:?}");
        }
        for code in [
            Code::DailyQuota,
            Code::Auth,
            Code::InvalidInput,
            Code::ModelDeprecated,
            Code::Aborted,
            Code::MalformedResponse,
        ] {
            assert_eq!(POLICY.decide(failure(code), 0.5), Decision::Stop, "{code:?}");
        }
    }

    #[test]
    fn retries_are_counted() {
        let third = Failure { attempts: 3, ..failure(Code::Server) };
        assert_eq!(POLICY.decide(third, 0.5), Decision::Stop);
        let none = Policy { max_retries: 0, ..POLICY };
        assert_eq!(none.decide(failure(Code::Server), 0.5), Decision::Stop);
    }

    #[test]
    fn capacity_backs_off_longer_and_steps_double_up_to_a_ceiling() {
        assert_eq!(POLICY.decide(failure(Code::Server), 1.0), Decision::Wait(500.0));
        assert_eq!(POLICY.decide(failure(Code::Capacity), 1.0), Decision::Wait(2000.0));
        let many = Policy { max_retries: 99, ..POLICY };
        assert_eq!(
            many.decide(Failure { attempts: 3, ..failure(Code::Server) }, 1.0),
            Decision::Wait(2000.0)
        );
        assert_eq!(
            many.decide(Failure { attempts: 90, ..failure(Code::Server) }, 1.0),
            Decision::Wait(8000.0)
        );
        assert_eq!(
            many.decide(Failure { attempts: 90, ..failure(Code::Capacity) }, 0.5),
            Decision::Wait(15000.0)
        );
        assert_eq!(POLICY.decide(failure(Code::Server), 0.0), Decision::Wait(0.0));
    }

    #[test]
    fn what_the_service_requests_wins_within_bounds() {
        let after = |ms| Failure { retry_after_ms: Some(ms), ..failure(Code::RateLimited) };
        assert_eq!(POLICY.decide(after(1234.0), 0.9), Decision::Wait(1234.0));
        assert_eq!(POLICY.decide(after(0.0), 0.9), Decision::Wait(0.0));
        assert_eq!(POLICY.decide(after(60_000.0), 0.9), Decision::Wait(60_000.0));
        assert_eq!(POLICY.decide(after(60_001.0), 0.9), Decision::StopTooLong(60_001.0));
    }

    #[test]
    fn a_wait_never_passes_the_deadline() {
        let policy = Policy { max_retries: 5, total_ms: Some(1000.0) };
        let late = Failure { elapsed_ms: 900.0, ..failure(Code::Server) };
        assert_eq!(policy.decide(late, 1.0), Decision::Stop);
        assert_eq!(policy.decide(late, 0.1), Decision::Wait(50.0));
    }

    #[test]
    fn a_stream_body_is_not_replayed() {
        assert_eq!(
            POLICY.decide(Failure { replayable: false, ..failure(Code::Server) }, 0.1),
            Decision::Stop
        );
    }

    #[test]
    fn who_wants_to_be_refused_is_not_made_to_wait_for_capacity() {
        let busy = Failure { reject_if_busy: true, ..failure(Code::Capacity) };
        assert_eq!(POLICY.decide(busy, 0.1), Decision::Stop);
        assert!(matches!(POLICY.decide(Failure { code: Code::Server, ..busy }, 0.1), Decision::Wait(_)));
    }

    #[test]
    fn when_a_rate_comes_back() {
        for (header, wait) in [
            ("30", Some(30_000.0)),
            ("limit=100, remaining=0, reset=50", Some(50_000.0)),
            (r#""default";r=0;t=30"#, Some(30_000.0)),
            (r#""burst"; r=0; t=5, "daily"; r=3; t=8000, "hourly";t=7"#, Some(7_000.0)),
            ("0", None),
            (r#""default";r=9;t=30"#, None),
            ("1763712030", None),
            ("6m0s", None),
            ("", None),
        ] {
            assert_eq!(rate_reset(header), wait, "{header}");
        }
    }

    #[test]
    fn every_form_of_retry_after() {
        let read = |ms, after| retry_after(ms, after, Some(5_000.0), 1_000.0);
        assert_eq!(read(Some("250"), Some("9")), Some(250.0));
        assert_eq!(read(None, Some("2")), Some(2000.0));
        assert_eq!(read(None, Some(" 0.5 ")), Some(500.0));
        assert_eq!(read(None, Some("Sat, 21 Nov 2026 10:00:00 GMT")), Some(4000.0));
        assert_eq!(retry_after(None, Some("Sat, past"), Some(5_000.0), 9_000.0), Some(0.0));
        assert_eq!(retry_after(None, Some("soon"), None, 9_000.0), None);
        for bad in ["", "-1", "2026-11", "..", "1."] {
            assert_eq!(read(None, Some(bad)), None, "{bad}");
        }
        assert_eq!(read(Some("x"), Some("1")), Some(1000.0));
        assert_eq!(read(Some("0.30000000000000004"), None), Some(0.3));
        assert_eq!(read(None, Some("1.23456789012345678901")), Some(1234.0));
        for large in ["99999999999999999", "9999999999999999999999999"] {
            assert_eq!(read(None, Some(large)), Some(LONGEST_MS), "{large}");
        }
        assert_eq!(retry_after(None, Some("Fri, 9999"), Some(253_402_300_799_000.0), 0.0), Some(LONGEST_MS));
        assert_eq!(read(None, None), None);
        let now = 1_763_712_000_000.0;
        for (ms, after, wait) in [
            (None, Some("1763712030"), 30_000.0),
            (None, Some("1763712030.5"), 30_500.0),
            (None, Some("1763712000"), 0.0),
            (None, Some("1763711999"), 0.0),
            (None, Some("1763712030000"), 30_000.0),
            (Some("1763712030000"), None, 30_000.0),
            (Some("1763711000000"), None, 0.0),
        ] {
            assert_eq!(retry_after(ms, after, None, now), Some(wait), "{ms:?} {after:?}");
        }
    }
}
