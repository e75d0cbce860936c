//! The client's own rate limits: requests and tokens per minute, and the queue of waiting calls.
//!
//! ```text
//! option -> rules::Rules -> the limit of a model -> bucket::Bucket: window (usage of the last minute) + queue
//! ```
//!
//! This module reads no clock and never waits: the caller passes the time, and the result is an admission, or the
//! delay before the next request for a turn. Read [`Limiter`] first.

mod bucket;
mod rules;
mod usage;
mod window;

pub use bucket::{MOST_SLEEP_MS, Pass, Turn};
pub use rules::{Published, Rules};
pub use usage::{Cost, in_reply};

use bucket::Bucket;

/// The properties of a request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Want<'a> {
    /// The model.
    pub model: &'a str,
    /// Characters of text in the input.
    pub characters: f64,
    /// The limit of the answer's tokens, if the request has one.
    pub max_tokens: Option<f64>,
}

/// The limits of one client and their usage.
#[derive(Debug)]
pub struct Limiter {
    rules: Rules,
    /// The published limits of the models that were called.
    published: Vec<(String, Published)>,
    /// By task or model. There are only as many as the catalogue and the option name.
    buckets: Vec<Bucket>,
    tickets: u32,
}

impl Limiter {
    /// A limiter without usage.
    pub fn new(rules: Rules) -> Self {
        Self { rules, published: Vec::new(), buckets: Vec::new(), tickets: 0 }
    }

    /// True if there is a limit of tokens.
    pub fn counts_tokens(&self) -> bool {
        self.rules.count_tokens()
    }

    /// True if the published limits of a model are stored. If not, call [`Limiter::learn`] before
    /// [`Limiter::ask`].
    pub fn knows(&self, model: &str) -> bool {
        self.published.iter().any(|(known, _)| known == model)
    }

    /// Stores the published limits of a model.
    pub fn learn(&mut self, model: &str, published: Published) {
        if !self.knows(model) {
            self.published.push((model.to_owned(), published));
        }
    }

    /// Asks for a turn. `ticket` is 0 at first, and then that of the last result.
    pub fn ask(&mut self, ticket: u32, want: &Want<'_>, now: f64) -> Turn {
        let most_waiting = self.rules.most_waiting;
        let ticket = if ticket == 0 { self.new_ticket() } else { ticket };
        let bucket = self.bucket(want.model);
        let tokens = bucket.estimate(want);
        bucket.ask(ticket, tokens, now, most_waiting)
    }

    /// Removes the ticket of a call that has stopped waiting.
    pub fn leave(&mut self, ticket: u32, model: &str) {
        self.bucket(model).leave(ticket);
    }

    /// Reports the cost of an admitted request.
    pub fn settle(&mut self, pass: Pass, model: &str, cost: Cost) {
        self.bucket(model).settle(pass, cost);
    }

    /// Pauses the limit for the delay that the service has requested.
    pub fn pause(&mut self, model: &str, now: f64, ms: f64) {
        self.bucket(model).pause(now, ms);
    }

    fn new_ticket(&mut self) -> u32 {
        self.tickets = self.tickets.checked_add(1).unwrap_or(1);
        self.tickets
    }

    fn bucket(&mut self, model: &str) -> &mut Bucket {
        let published =
            self.published.iter().find(|(known, _)| known == model).map(|(_, published)| *published);
        // Unknown models count as text generation, which has the lowest limit.
        let unknown = Published { task: crate::catalog::Task::TextGeneration, requests_per_minute: None };
        let rule = self.rules.of(model, published.unwrap_or(unknown));
        let place = self.buckets.iter().position(|bucket| bucket.name() == rule.name);
        let place = place.unwrap_or_else(|| {
            self.buckets.push(Bucket::new(rule));
            self.buckets.len() - 1
        });
        &mut self.buckets[place]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json::Json;

    const CHAT: &str = "@cf/meta/llama-3.1-8b-instruct";
    const EMBED: &str = "@cf/baai/bge-m3";
    const PAID: &str = "@cf/zai-org/glm-5.2";

    fn limiter(option: &str) -> Limiter {
        let mut limiter = Limiter::new(Rules::read(&Json::sample(option)).unwrap());
        for model in [CHAT, EMBED, PAID, "@cf/openai/gpt-oss-20b", "@cf/deepgram/aura-2-en"] {
            limiter.learn(model, Published::of(model));
        }
        limiter
    }

    fn goes(limiter: &mut Limiter, model: &str, now: f64) -> bool {
        matches!(limiter.ask(0, &Want { model, ..Want::default() }, now), Turn::Go(_))
    }

    #[test]
    fn each_task_and_each_model_with_a_limit_of_its_own_counts_for_itself() {
        let mut limiter = limiter("true");
        let gone = |limiter: &mut Limiter, model| (0..400).filter(|_| goes(limiter, model, 0.0)).count();
        assert_eq!(gone(&mut limiter, PAID), 20);
        assert_eq!(gone(&mut limiter, CHAT), 300);
        assert_eq!(gone(&mut limiter, "@cf/openai/gpt-oss-20b"), 0, "of the same task");
        assert_eq!(gone(&mut limiter, EMBED), 400);
        assert_eq!(gone(&mut limiter, "@cf/deepgram/aura-2-en"), 400, "no limit is published");
    }

    #[test]
    fn a_call_that_waits_keeps_its_ticket() {
        let mut limiter = limiter(r#"{"requestsPerMinute":1}"#);
        let want = Want { model: CHAT, ..Want::default() };
        assert!(goes(&mut limiter, CHAT, 0.0));
        let Turn::Wait { ticket, .. } = limiter.ask(0, &want, 1.0) else { panic!("it waits") };
        let Turn::Wait { ticket: other, .. } = limiter.ask(0, &want, 2.0) else { panic!("it waits") };
        assert_ne!(ticket, other);
        let mut now = 2.0;
        while now < 60_250.0 {
            assert!(matches!(limiter.ask(ticket, &want, now), Turn::Wait { .. }), "{now}");
            assert!(matches!(limiter.ask(other, &want, now), Turn::Wait { .. }), "{now}");
            now += 1_000.0;
        }
        assert!(matches!(limiter.ask(other, &want, now), Turn::Wait { .. }), "it is not its turn");
        assert!(matches!(limiter.ask(ticket, &want, now), Turn::Go(_)));
        now += 60_250.0;
        assert!(matches!(limiter.ask(other, &want, now), Turn::Go(_)));
    }

    #[test]
    fn a_pause_is_for_one_limit() {
        let mut limiter = limiter("true");
        limiter.pause(CHAT, 0.0, 5_000.0);
        assert!(!goes(&mut limiter, CHAT, 4_999.0));
        assert!(goes(&mut limiter, EMBED, 0.0));
    }
}
