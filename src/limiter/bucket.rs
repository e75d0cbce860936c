//! One limit: its usage in the window, and the waiting calls.

use super::Want;
use super::rules::Rule;
use super::usage::Cost;
use super::window::Window;

/// Longest interval between two requests for a turn. Earlier callers may have aborted, or used less than
/// estimated; and in Workers, where each call belongs to its own request, none can wake another.
pub const MOST_SLEEP_MS: f64 = 1_000.0;
/// A caller that has not asked for a turn for this long is dropped: its request was ended from outside.
const PATIENCE_MS: f64 = 10_000.0;
/// Longest pause that is kept on request of the service.
const MOST_PAUSE_MS: f64 = 60_000.0;
/// Characters per token, on the low side, so that the estimate is high.
const CHARACTERS_PER_TOKEN: f64 = 3.0;
/// Tokens of an answer until one has been received: the service's own default for `max_tokens`.
const USUAL_ANSWER: f64 = 256.0;
/// Weight of the latest answer in the average.
const LATEST: f64 = 0.2;

/// The admission of a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pass {
    /// The time of the admission.
    pub at: f64,
    /// The tokens that were counted.
    pub tokens: f64,
}

/// The result of asking for a turn.
#[derive(Debug, PartialEq)]
pub enum Turn {
    /// The request is admitted.
    Go(Pass),
    /// Ask again after a delay, with this ticket.
    Wait {
        /// From 1 on, in the order of arrival.
        ticket: u32,
        /// At most [`MOST_SLEEP_MS`].
        ms: f64,
    },
    /// The limit of waiting calls for this name is reached.
    Full(String),
}

#[derive(Debug)]
struct Waiting {
    ticket: u32,
    tokens: f64,
    seen: f64,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Bucket {
    rule: Rule,
    window: Window,
    /// Sorted by ticket.
    waiting: Vec<Waiting>,
    paused_until: f64,
    /// Average tokens of an answer.
    answer: Option<f64>,
}

impl Bucket {
    pub fn new(rule: Rule) -> Self {
        Self {
            rule,
            window: Window::default(),
            waiting: Vec::new(),
            paused_until: f64::NEG_INFINITY,
            answer: None,
        }
    }

    /// The task or model that it limits.
    pub fn name(&self) -> &str {
        &self.rule.name
    }

    /// An estimate of the tokens that a request will use.
    pub fn estimate(&self, want: &Want<'_>) -> f64 {
        let Some(limit) = self.rule.limit.tokens else { return 0.0 };
        let default = if self.rule.writes { USUAL_ANSWER } else { 0.0 };
        let answer = match (self.answer, want.max_tokens) {
            (Some(answer), Some(most)) => answer.min(most),
            (Some(answer), None) => answer,
            (None, most) => most.unwrap_or(default),
        };
        // A request above the limit is only sent alone.
        ((want.characters / CHARACTERS_PER_TOKEN).ceil() + answer.ceil()).min(limit)
    }

    pub fn ask(&mut self, ticket: u32, tokens: f64, now: f64, most_waiting: usize) -> Turn {
        self.waiting.retain(|other| other.ticket == ticket || other.seen + PATIENCE_MS > now);
        let place = self.waiting.binary_search_by_key(&ticket, |other| other.ticket);
        let before = &self.waiting[..place.unwrap_or_else(|place| place)];
        let (mut requests, mut all_tokens) = (1.0, tokens);
        for other in before {
            requests += 1.0;
            all_tokens += other.tokens;
        }
        // Earlier callers may take longer to ask again: there must be room for them as well.
        let wait = self.window.wait(now, requests, all_tokens, self.rule.limit).max(self.paused_until - now);
        if wait <= 0.0 {
            if let Ok(place) = place {
                self.waiting.remove(place);
            }
            self.window.add(now, tokens);
            return Turn::Go(Pass { at: now, tokens });
        }
        match place {
            Ok(place) => self.waiting[place].seen = now,
            Err(_) if self.waiting.len() >= most_waiting => return Turn::Full(self.rule.name.clone()),
            Err(place) => self.waiting.insert(place, Waiting { ticket, tokens, seen: now }),
        }
        Turn::Wait { ticket, ms: wait.ceil().min(MOST_SLEEP_MS) }
    }

    pub fn leave(&mut self, ticket: u32) {
        self.waiting.retain(|other| other.ticket != ticket);
    }

    pub fn settle(&mut self, pass: Pass, cost: Cost) {
        let Some(tokens) = cost.total else { return };
        self.window.amend(pass.at, tokens - pass.tokens);
        if let Some(latest) = cost.answer {
            self.answer = Some(self.answer.map_or(latest, |answer| answer + (latest - answer) * LATEST));
        }
    }

    pub fn pause(&mut self, now: f64, ms: f64) {
        self.paused_until = self.paused_until.max(now + ms.min(MOST_PAUSE_MS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limiter::window::{Limit, WINDOW_MS};

    const MOST: usize = 3;

    fn bucket(requests: Option<f64>, tokens: Option<f64>) -> Bucket {
        Bucket::new(Rule { name: "Text Generation".into(), limit: Limit { requests, tokens }, writes: true })
    }

    fn goes(turn: Turn) -> bool {
        matches!(turn, Turn::Go(_))
    }

    #[test]
    fn who_came_first_goes_first_whoever_asks_first() {
        let mut bucket = bucket(Some(2.0), None);
        assert!(goes(bucket.ask(1, 0.0, 0.0, MOST)) && goes(bucket.ask(2, 0.0, 0.0, MOST)));
        for ticket in [3, 4, 5] {
            assert!(!goes(bucket.ask(ticket, 0.0, 1.0, MOST)));
        }
        let later = 60_250.0;
        for ticket in [5, 4, 3] {
            // So that no caller is dropped.
            bucket.ask(ticket, 0.0, later - 1.0, MOST);
        }
        assert!(!goes(bucket.ask(5, 0.0, later, MOST)));
        // There is room for the caller before as well.
        assert!(goes(bucket.ask(4, 0.0, later, MOST)));
        assert!(!goes(bucket.ask(6, 0.0, later, MOST)));
        assert!(goes(bucket.ask(3, 0.0, later, MOST)));
        assert!(!goes(bucket.ask(5, 0.0, later, MOST)));
    }

    #[test]
    fn who_leaves_or_does_not_come_back_holds_nobody_up() {
        let mut bucket = bucket(Some(1.0), None);
        assert!(goes(bucket.ask(1, 0.0, 0.0, MOST)));
        for ticket in [2, 3, 4] {
            assert!(!goes(bucket.ask(ticket, 0.0, 0.0, MOST)));
        }
        bucket.leave(2);
        // The third caller does not ask again.
        assert!(!goes(bucket.ask(4, 0.0, 9_000.0, MOST)));
        assert!(goes(bucket.ask(4, 0.0, 61_000.0, MOST)));
        assert!(bucket.waiting.is_empty());
    }

    #[test]
    fn who_slept_too_long_gets_the_old_place_again() {
        let mut bucket = bucket(Some(1.0), None);
        assert!(goes(bucket.ask(1, 0.0, 0.0, MOST)));
        bucket.ask(2, 0.0, 0.0, MOST);
        bucket.ask(3, 0.0, 20_000.0, MOST);
        assert_eq!(bucket.waiting.iter().map(|other| other.ticket).collect::<Vec<_>>(), [3]);
        bucket.ask(2, 0.0, 20_000.0, MOST);
        assert_eq!(bucket.waiting.iter().map(|other| other.ticket).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn a_queue_has_an_end() {
        let mut bucket = bucket(Some(1.0), None);
        assert!(goes(bucket.ask(1, 0.0, 0.0, MOST)));
        for ticket in [2, 3, 4] {
            assert!(matches!(bucket.ask(ticket, 0.0, 0.0, MOST), Turn::Wait { .. }));
        }
        assert_eq!(bucket.ask(5, 0.0, 0.0, MOST), Turn::Full("Text Generation".into()));
        assert!(matches!(bucket.ask(4, 0.0, 1.0, MOST), Turn::Wait { ticket: 4, .. }));
    }

    #[test]
    fn waits_are_short_but_never_nothing() {
        let mut bucket = bucket(Some(1.0), None);
        assert!(goes(bucket.ask(1, 0.0, 0.0, MOST)));
        assert_eq!(bucket.ask(2, 0.0, 0.0, MOST), Turn::Wait { ticket: 2, ms: MOST_SLEEP_MS });
        assert_eq!(bucket.ask(2, 0.0, 60_249.5, MOST), Turn::Wait { ticket: 2, ms: 1.0 });
    }

    #[test]
    fn a_pause_holds_everybody_within_bounds() {
        let mut bucket = bucket(None, None);
        bucket.pause(0.0, 3_600_000.0);
        assert!(!goes(bucket.ask(1, 0.0, 59_999.0, MOST)));
        bucket.pause(0.0, 5.0);
        assert!(!goes(bucket.ask(1, 0.0, 59_999.0, MOST)));
        assert!(goes(bucket.ask(1, 0.0, 60_000.0, MOST)));
    }

    #[test]
    fn tokens_are_estimated_then_corrected() {
        let mut bucket = bucket(None, Some(1_000.0));
        let want = |characters, max_tokens| Want { model: "", characters, max_tokens };
        assert_eq!(bucket.estimate(&want(300.0, None)), 356.0);
        assert_eq!(bucket.estimate(&want(300.0, Some(20.0))), 120.0);
        assert_eq!(bucket.estimate(&want(1e9, None)), 1_000.0);
        let Turn::Go(pass) = bucket.ask(1, 900.0, 0.0, MOST) else { panic!("there is room") };
        assert!(!goes(bucket.ask(2, 200.0, 1.0, MOST)));
        bucket.settle(pass, Cost { total: Some(700.0), answer: Some(10.0) });
        assert!(goes(bucket.ask(2, 200.0, 2.0, MOST)));
        assert_eq!(bucket.estimate(&want(300.0, None)), 110.0);
        assert_eq!(bucket.estimate(&want(300.0, Some(4.0))), 104.0);
        bucket.settle(pass, Cost { total: Some(700.0), answer: Some(20.0) });
        assert_eq!(bucket.estimate(&want(300.0, None)), 112.0);
        bucket.settle(pass, Cost::default());
        assert_eq!(bucket.estimate(&want(300.0, None)), 112.0);
    }

    #[test]
    fn what_is_too_large_for_any_minute_goes_by_itself() {
        let mut bucket = bucket(None, Some(100.0));
        let huge = bucket.estimate(&Want { model: "", characters: 1e6, max_tokens: None });
        assert!(goes(bucket.ask(1, huge, 0.0, MOST)));
        assert!(!goes(bucket.ask(2, huge, 1.0, MOST)));
        assert!(goes(bucket.ask(2, huge, WINDOW_MS + 250.0, MOST)));
    }
}
