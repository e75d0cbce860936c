//! Divides many texts into batches that fit one request each, by number and by tokens.

use crate::error::Error;
use crate::text::{concat, decimal};
use crate::value::Value;

/// The limits of one request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BatchLimits {
    /// Texts, at most.
    pub texts: usize,
    /// Tokens of all texts, at most.
    pub tokens: usize,
    /// Tokens that count per text: the model truncates longer texts.
    pub tokens_per_text: usize,
    /// True if the model accepts an empty text.
    pub empty_allowed: bool,
}

/// Consecutive texts of one request.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch<V> {
    /// The number of texts before them.
    pub offset: usize,
    /// The texts.
    pub texts: Vec<V>,
}

/// Divides texts that arrive one by one.
#[derive(Debug)]
pub struct Batcher<V> {
    limits: BatchLimits,
    /// The number of texts that were already embedded.
    from: usize,
    /// The number of texts received.
    count: usize,
    texts: Vec<V>,
    tokens: usize,
}

impl<V: Value> Batcher<V> {
    /// The first `from` texts are skipped.
    pub fn new(limits: BatchLimits, from: usize) -> Self {
        Batcher { limits, from, count: 0, texts: Vec::new(), tokens: 0 }
    }

    /// Adds a text. Returns the batch that is full without it.
    pub fn push(&mut self, text: V) -> Result<Option<Batch<V>>, Error> {
        let index = self.count;
        self.count += 1;
        if index < self.from {
            return Ok(None);
        }
        let tokens = self.tokens_of(&text, index)?;
        let full = self.texts.len() >= self.limits.texts
            || (!self.texts.is_empty() && self.tokens.saturating_add(tokens) > self.limits.tokens);
        let batch = if full { self.take(index) } else { None };
        self.texts.push(text);
        self.tokens = self.tokens.saturating_add(tokens);
        Ok(batch)
    }

    /// Returns the last batch, after all texts were added.
    pub fn finish(&mut self) -> Option<Batch<V>> {
        self.take(self.count)
    }

    fn take(&mut self, end: usize) -> Option<Batch<V>> {
        self.tokens = 0;
        let texts = std::mem::take(&mut self.texts);
        let offset = end - texts.len();
        (!texts.is_empty()).then_some(Batch { offset, texts })
    }

    fn tokens_of(&self, text: &V, index: usize) -> Result<usize, Error> {
        let at = || decimal(index as i64);
        let Some(words) = text.text() else {
            let what = ["texts must be strings; the one at ", &at(), " is ", &text.kind(), "."];
            return Err(Error::invalid("texts", &concat(&what)));
        };
        if words.is_empty() && !self.limits.empty_allowed {
            return Err(Error::invalid("texts", &concat(&["texts has an empty string at ", &at(), "."])));
        }
        Ok(tokens_in(&words).min(self.limits.tokens_per_text))
    }
}

/// Estimates the tokens of a text, rather too high than too low: one per three bytes, where characters
/// outside the basic plane count as six bytes, and two for the ends.
fn tokens_in(text: &str) -> usize {
    let outside = text.bytes().filter(|byte| *byte >= 0xF0).count();
    (text.len() + 2 * outside).div_ceil(3) + 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json::Json;

    const LIMITS: BatchLimits =
        BatchLimits { texts: 3, tokens: 30, tokens_per_text: 12, empty_allowed: false };

    fn batches(limits: BatchLimits, from: usize, texts: &str) -> Result<Vec<(usize, usize)>, String> {
        let mut batcher = Batcher::new(limits, from);
        let mut batches = Vec::new();
        for text in Json::sample(texts).items() {
            let batch = batcher.push(text).map_err(|error| error.message.clone())?;
            batches.extend(batch.map(|batch| (batch.offset, batch.texts.len())));
        }
        batches.extend(batcher.finish().map(|batch| (batch.offset, batch.texts.len())));
        assert_eq!(batcher.finish(), None);
        Ok(batches)
    }

    #[test]
    fn batches_are_bounded_by_number_and_by_tokens() {
        let ok = |from, texts: &str| batches(LIMITS, from, texts).expect("texts");
        assert_eq!(ok(0, "[]"), []);
        assert_eq!(ok(0, r#"["a","b","c"]"#), [(0, 3)]);
        assert_eq!(ok(0, r#"["a","b","c","d"]"#), [(0, 3), (3, 1)]);
        assert_eq!(ok(2, r#"["a","b","c","d"]"#), [(2, 2)]);
        assert_eq!(ok(9, r#"["a","b"]"#), []);
        // 24 bytes are 10 tokens; of the longer one only 12 count.
        let long = "x".repeat(24);
        let longer = "x".repeat(2400);
        assert_eq!(ok(0, &format!(r#"["{long}","{long}","{long}","a"]"#)), [(0, 3), (3, 1)]);
        assert_eq!(ok(0, &format!(r#"["{longer}","{longer}","{longer}"]"#)), [(0, 2), (2, 1)]);
        let narrow = BatchLimits { tokens: 5, ..LIMITS };
        assert_eq!(batches(narrow, 0, &format!(r#"["{long}","{long}"]"#)), Ok(vec![(0, 1), (1, 1)]));
    }

    #[test]
    fn tokens_are_rather_too_many() {
        assert_eq!(tokens_in(""), 2);
        assert_eq!(tokens_in("abcd"), 4);
        assert_eq!(tokens_in("日本語"), 5);
        assert_eq!(tokens_in("😀"), 4);
    }

    #[test]
    fn what_is_no_text_is_refused_by_its_place() {
        assert_eq!(
            batches(LIMITS, 0, r#"["a",1]"#),
            Err("texts must be strings; the one at 1 is a number.".into())
        );
        assert_eq!(batches(LIMITS, 0, r#"["a","b",""]"#), Err("texts has an empty string at 2.".into()));
        let lenient = BatchLimits { empty_allowed: true, ..LIMITS };
        assert_eq!(batches(lenient, 0, r#"["",""]"#), Ok(vec![(0, 2)]));
        // Texts that were already embedded are not validated.
        assert_eq!(batches(LIMITS, 1, r#"[1,"a"]"#), Ok(vec![(1, 1)]));
    }
}
