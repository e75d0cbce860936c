//! The usage of the last minute.

use std::collections::VecDeque;

/// The window of the limits, in milliseconds.
pub(super) const WINDOW_MS: f64 = 60_000.0;
/// Usage within this many milliseconds is stored together and dropped together, when the last of it is a
/// minute old: memory is bounded, and no minute ever exceeds the limit.
const GRAIN_MS: f64 = 250.0;

#[derive(Debug)]
struct Grain {
    /// Number of grains before it.
    number: f64,
    requests: u32,
    tokens: f64,
}

impl Grain {
    fn expires(&self) -> f64 {
        (self.number + 1.0) * GRAIN_MS + WINDOW_MS
    }
}

/// The limits of a minute.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Limit {
    pub requests: Option<f64>,
    pub tokens: Option<f64>,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Window {
    grains: VecDeque<Grain>,
    requests: f64,
    tokens: f64,
}

impl Window {
    /// Counts a request.
    pub fn add(&mut self, now: f64, tokens: f64) {
        let number = (now / GRAIN_MS).floor();
        self.requests += 1.0;
        self.tokens += tokens;
        match self.grains.back_mut() {
            // A clock that goes backwards does not make entries older.
            Some(last) if last.number >= number => {
                last.requests += 1;
                last.tokens += tokens;
            }
            _ => self.grains.push_back(Grain { number, requests: 1, tokens }),
        }
    }

    /// Corrects the tokens of a request that was counted at `at`, if it is still in the window.
    pub fn amend(&mut self, at: f64, more: f64) {
        let number = (at / GRAIN_MS).floor();
        if let Some(grain) = self.grains.iter_mut().find(|grain| grain.number == number) {
            // Never subtracts tokens of other requests.
            let more = more.max(-grain.tokens);
            grain.tokens += more;
            self.tokens += more;
        }
    }

    /// Milliseconds until there is room for these; 0 if there is.
    pub fn wait(&mut self, now: f64, requests: f64, tokens: f64, limit: Limit) -> f64 {
        self.forget(now);
        let over = |used: f64, wanted: f64, limit: Option<f64>| {
            limit.map_or(0.0, |limit| (used + wanted - limit).max(0.0))
        };
        let mut requests = over(self.requests, requests, limit.requests);
        let mut tokens = over(self.tokens, tokens, limit.tokens);
        if requests == 0.0 && tokens == 0.0 {
            return 0.0;
        }
        for grain in &self.grains {
            requests -= f64::from(grain.requests);
            tokens -= grain.tokens;
            if requests <= 0.0 && tokens <= 0.0 {
                return grain.expires() - now;
            }
        }
        // More than a whole minute allows.
        WINDOW_MS
    }

    fn forget(&mut self, now: f64) {
        while let Some(first) = self.grains.front()
            && first.expires() <= now
        {
            self.requests -= f64::from(first.requests);
            self.tokens -= first.tokens;
            self.grains.pop_front();
        }
        if self.grains.is_empty() {
            // Sums of fractions would drift.
            self.requests = 0.0;
            self.tokens = 0.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit { requests: Some(3.0), tokens: Some(100.0) };

    /// Admits a request as soon as possible, and returns the time.
    fn next(window: &mut Window, mut now: f64, tokens: f64) -> f64 {
        loop {
            let wait = window.wait(now, 1.0, tokens, LIMIT);
            if wait <= 0.0 {
                window.add(now, tokens);
                return now;
            }
            now += wait;
        }
    }

    #[test]
    fn no_minute_sees_more_than_the_limit() {
        let mut window = Window::default();
        let mut gone = Vec::new();
        let mut now = 0.0;
        for step in 0..200u32 {
            now = next(&mut window, now + f64::from(step * 7919 % 30_011), f64::from(step % 60));
            gone.push((now, f64::from(step % 60)));
        }
        for (index, (start, _)) in gone.iter().enumerate() {
            let minute: Vec<_> = gone[index..].iter().take_while(|(at, _)| at - start < WINDOW_MS).collect();
            assert!(minute.len() <= 3, "{minute:?}");
            assert!(minute.iter().map(|(_, tokens)| tokens).sum::<f64>() <= 100.0, "{minute:?}");
        }
    }

    #[test]
    fn nobody_waits_much_longer_than_needed() {
        let mut window = Window::default();
        for at in [10.0, 20.0, 30_000.0] {
            assert_eq!(next(&mut window, at, 0.0), at);
        }
        let fourth = next(&mut window, 30_001.0, 0.0);
        assert!((60_010.0..=60_010.0 + GRAIN_MS).contains(&fourth), "{fourth}");
    }

    #[test]
    fn tokens_are_corrected_where_they_were_counted() {
        let mut window = Window::default();
        window.add(0.0, 90.0);
        assert!(window.wait(1.0, 1.0, 20.0, LIMIT) > 0.0);
        window.amend(0.0, -60.0);
        assert_eq!(window.wait(1.0, 1.0, 70.0, LIMIT), 0.0);
        assert!(window.wait(1.0, 1.0, 71.0, LIMIT) > 0.0);
        window.amend(0.0, -1e9);
        assert_eq!(window.wait(1.0, 1.0, 100.0, LIMIT), 0.0);
        assert_eq!(window.wait(70_000.0, 3.0, 100.0, LIMIT), 0.0);
        // It has left the window: nothing is corrected, for it or for later ones.
        window.amend(0.0, 50.0);
        assert_eq!(window.wait(70_000.0, 3.0, 100.0, LIMIT), 0.0);
        window.add(70_000.0, 80.0);
        window.amend(0.0, -60.0);
        assert!(window.wait(70_001.0, 1.0, 21.0, LIMIT) > 0.0);
    }

    #[test]
    fn memory_is_bounded() {
        let mut window = Window::default();
        let none = Limit::default();
        for at in 0..1_000_000u32 {
            let now = f64::from(at);
            assert_eq!(window.wait(now, 1.0, 1.0, none), 0.0);
            window.add(now, 1.0);
        }
        assert!(window.grains.len() <= 242, "{}", window.grains.len());
    }

    #[test]
    fn a_clock_that_goes_backwards_does_no_harm() {
        let mut window = Window::default();
        window.add(10_000.0, 0.0);
        window.add(0.0, 0.0);
        window.add(0.0, 0.0);
        assert!(window.wait(0.0, 1.0, 0.0, LIMIT) > 60_000.0);
        assert_eq!(window.wait(71_000.0, 3.0, 0.0, LIMIT), 0.0);
    }
}
