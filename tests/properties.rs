//! What must hold for any input, on many of them: waits, redirects, headers and secrets. All random numbers
//! come from fixed seeds.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "these are tests")]

#[path = "fuzz/src/cuts.rs"]
#[allow(dead_code, reason = "of the generator's file only the dice are needed")]
mod cuts;

use cuts::Dice;
use workers_ai_wasm::error::Code;
use workers_ai_wasm::headers::Headers;
use workers_ai_wasm::plan::redirect;
use workers_ai_wasm::retry::{Decision, Failure, MAX_WAIT_MS, Policy, retry_after};
use workers_ai_wasm::secret::{REDACTED, Secret, redact};

const ROUNDS: u16 = 20_000;

const CODES: [Code; 9] = [
    Code::Capacity,
    Code::RateLimited,
    Code::Timeout,
    Code::Server,
    Code::Network,
    Code::Auth,
    Code::InvalidInput,
    Code::DailyQuota,
    Code::Unknown,
];

fn pick<'t, T: ?Sized>(dice: &mut Dice, from: &[&'t T]) -> &'t T {
    from[dice.below(from.len())]
}

/// Some pieces of a list, one after the other.
fn text(dice: &mut Dice, pieces: &[&str], most: usize) -> String {
    (0..dice.below(most + 1)).map(|_| pick(dice, pieces)).collect()
}

fn failure(dice: &mut Dice) -> Failure {
    Failure {
        code: CODES[dice.below(CODES.len())],
        retry_after_ms: (dice.below(2) == 0).then(|| dice.below(80_000) as f64),
        attempts: 1 + dice.below(40) as u32,
        elapsed_ms: dice.below(100_000) as f64,
        replayable: dice.below(5) > 0,
        reject_if_busy: dice.below(5) == 0,
    }
}

#[test]
fn a_wait_is_within_its_bounds() {
    let mut waits = 0;
    for seed in 0..ROUNDS {
        let mut dice = Dice::new(seed);
        let failure = failure(&mut dice);
        let policy = Policy {
            max_retries: dice.below(45) as u32,
            total_ms: (dice.below(2) == 0).then(|| dice.below(150_000) as f64),
        };
        let random = dice.below(1_000_000) as f64 / 1e6;
        let how = format!("{policy:?}, {failure:?}, {random}");
        match policy.decide(failure, random) {
            Decision::Wait(ms) => {
                waits += 1;
                assert!(!failure.reject_if_busy || failure.code != Code::Capacity, "{how}");
                assert!(failure.code.retryable() && failure.replayable, "{how}");
                assert!(failure.attempts <= policy.max_retries, "{how}");
                assert!((0.0..=MAX_WAIT_MS).contains(&ms), "{how}: {ms}");
                assert!(policy.total_ms.is_none_or(|total| failure.elapsed_ms + ms < total), "{how}: {ms}");
                match failure.retry_after_ms {
                    Some(requested) => assert_eq!(ms, requested, "{how}"),
                    None if failure.code == Code::Capacity => assert!(ms <= 30_000.0, "{how}: {ms}"),
                    None => assert!(ms <= 8_000.0, "{how}: {ms}"),
                }
            }
            Decision::StopTooLong(requested) => {
                assert!(requested > MAX_WAIT_MS && failure.retry_after_ms == Some(requested), "{how}");
            }
            Decision::Stop => {
                let refused = failure.reject_if_busy && failure.code == Code::Capacity;
                let may = failure.code.retryable()
                    && failure.replayable
                    && failure.attempts <= policy.max_retries
                    && !refused;
                assert!(!may || policy.total_ms.is_some(), "{how}: stopped without a reason");
            }
        }
    }
    assert!(waits > 1000, "{waits}");
}

#[test]
fn a_call_ends_in_time_and_after_so_many_requests() {
    for seed in 0..ROUNDS {
        let mut dice = Dice::new(seed);
        let total = 1 + dice.below(200_000);
        let policy = Policy { max_retries: dice.below(12) as u32, total_ms: Some(total as f64) };
        let (mut now, mut requests) = (0.0, 0);
        loop {
            requests += 1;
            // The request itself takes time, but is cut off at the limit by a timer.
            now += dice.below(20_000) as f64;
            let failure = Failure { attempts: requests, elapsed_ms: now, ..failure(&mut dice) };
            let Decision::Wait(ms) = policy.decide(failure, dice.below(1000) as f64 / 1000.0) else { break };
            now += ms;
            assert!(now < total as f64, "seed {seed}: a request begins at {now} of {total}");
        }
        assert!(requests <= policy.max_retries + 1, "seed {seed}: {requests} requests");
    }
}

#[test]
fn what_a_reply_asks_for_is_never_negative_or_endless() {
    let pieces = [
        "0",
        "1",
        "9",
        "12",
        ".",
        "-",
        " ",
        "e",
        "+",
        "Wed, 21 Oct",
        "\t",
        "é",
        "inf",
        "NaN",
        "999999999999",
    ];
    for seed in 0..ROUNDS {
        let mut dice = Dice::new(seed);
        let (ms, after) = (text(&mut dice, &pieces, 4), text(&mut dice, &pieces, 4));
        let dates = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1e300, 0.0, 5e11, 1.8e12];
        let date = Some(dates[dice.below(dates.len())]).filter(|_| dice.below(4) > 0);
        let requested = retry_after((dice.below(2) == 0).then_some(&ms), Some(&after), date, 1e12);
        assert!(
            requested.is_none_or(|requested| requested.is_finite() && requested >= 0.0),
            "{ms:?}, {after:?}, {date:?}: {requested:?}"
        );
    }
}

/// Scheme, host and port in the plainest way.
fn parts(url: &str) -> (&str, &str) {
    let (scheme, rest) = url.split_once("://").unwrap();
    (scheme, rest.split(['/', '?', '#']).next().unwrap())
}

#[test]
fn credentials_never_survive_a_change_of_origin() {
    let schemes = ["https", "http"];
    let hosts =
        ["a.example", "b.example", "a.example.b.example", "A.example", "[::1]", "a.example.", "xn--a"];
    let ports = ["", "", ":8443", ":443", ":80"];
    let rests =
        ["", "/", "/ai", "?x=https://a.example", "#https://a.example/", "/https://a.example", "?@a.example"];
    let users = ["", "", "", "u@", "a.example:443@"];
    let mut kept = 0;
    for seed in 0..ROUNDS {
        let mut dice = Dice::new(seed);
        let address = |dice: &mut Dice| {
            let origin =
                [pick(dice, &schemes), "://", pick(dice, &users), pick(dice, &hosts), pick(dice, &ports)]
                    .concat();
            [origin.as_str(), pick(dice, &rests)].concat()
        };
        let from = address(&mut dice);
        let to = if dice.below(3) == 0 {
            [redirect::origin(&from), "/other"].concat()
        } else {
            address(&mut dice)
        };
        let status = [301, 302, 303, 307, 308, 200][dice.below(6)];
        let hops = dice.below(7) as u32;
        let replayable = dice.below(4) > 0;
        let how = format!("{status} from {from} to {to} after {hops}");
        let (old, new) = (redirect::origin(&from), Some(redirect::origin(&to)));
        match redirect::follow(redirect::Step { status, from: old, to: new, hops, replayable }) {
            Ok(keeps) => {
                assert_eq!(keeps, parts(&from) == parts(&to), "{how}");
                assert!(matches!(status, 307 | 308) && hops < 5 && replayable, "{how}");
                assert!(!parts(&to).1.contains('@'), "{how}");
                kept += usize::from(keeps);
            }
            Err(error) => {
                assert_eq!(error.field.as_deref(), Some("baseURL"), "{how}");
                // What stands after the origin may be a secret: login pages carry tokens there.
                assert!(
                    !error.message.contains("/other") && !error.message.contains("?x="),
                    "{how}: {}",
                    error.message
                );
            }
        }
    }
    assert!(kept > 100, "{kept}");
}

#[test]
fn no_header_brings_another() {
    let pieces = [
        "a", "x-b", "Z", "0", "-", "_", "!", "~", ":", " ", "\t", "\r", "\n", "\0", "\r\nx: y", "\u{7f}",
        "\u{85}", "\u{80}", "é", "ÿ", "Ā", "語", "\u{2028}", "/", "(", "\"", ",", ";", "=",
    ];
    let (mut taken, mut refused) = (0, 0);
    for seed in 0..ROUNDS {
        let mut dice = Dice::new(seed);
        let (name, value) = (text(&mut dice, &pieces, 3), text(&mut dice, &pieces, 6));
        let mut headers = Headers::default();
        match headers.set(&name, &value, "headers") {
            Ok(()) => {
                taken += 1;
                assert!(!name.is_empty() && name.is_ascii(), "{name:?}");
                assert!(
                    !name.contains([':', ' ', '\t', '\r', '\n', '\0', '(', '"', ',', ';', '=', '/']),
                    "{name:?}"
                );
                assert!(
                    value.chars().all(|char| char == '\t' || !char.is_control() && char <= 'ÿ'),
                    "{value:?}"
                );
                let sent: Vec<_> = headers.iter().collect();
                assert_eq!(sent, [(name.to_ascii_lowercase().as_str(), value.as_str())]);
            }
            Err(error) => {
                refused += 1;
                assert_eq!(headers.iter().count(), 0, "{name:?}: {value:?}");
                assert_eq!(error.field.as_deref(), Some("headers"));
                // Its value may be a secret.
                assert!(value.len() < 4 || !error.message.contains(&value), "{}", error.message);
            }
        }
        assert_eq!(
            headers.remove(&name, "headers").is_ok(),
            Headers::default().set(&name, "", "headers").is_ok()
        );
    }
    assert!(taken > 500 && refused > 500, "{taken}, {refused}");
}

#[test]
fn a_secret_is_found_wherever_it_stands() {
    let letters = ["k", "q", "0", "-", "_", ".", "é", "K", "\"", "\\", " "];
    let words = ["", " ", "Bearer ", "bearer", "the ", "…", "é", "\"", "k", "kq", "tok_", "[", "=", "\n"];
    let mut hidden = 0;
    for seed in 0..ROUNDS {
        let mut dice = Dice::new(seed);
        let mut secrets: Vec<String> = (0..1 + dice.below(3)).map(|_| text(&mut dice, &letters, 9)).collect();
        // One may be part of another.
        let longer = [secrets[0].as_str(), pick(&mut dice, &letters), secrets[0].as_str()].concat();
        secrets.insert(dice.below(secrets.len() + 1), longer);
        let message: String = (0..dice.below(8))
            .map(|_| match dice.below(2) {
                0 => secrets[dice.below(secrets.len())].clone(),
                _ => pick(&mut dice, &words).to_owned(),
            })
            .collect();
        let known: Vec<Secret> = secrets.iter().map(Secret::new).collect();
        let shown = redact(&message, &known);
        for secret in secrets.iter().filter(|secret| secret.len() >= 4) {
            assert!(!shown.contains(secret.as_str()), "{secret:?} of {secrets:?} in {message:?}: {shown:?}");
            hidden += usize::from(message.contains(secret.as_str()));
        }
        let nothing = !secrets.iter().any(|secret| secret.len() >= 4 && message.contains(secret.as_str()));
        if nothing && !message.to_ascii_lowercase().contains("bearer ") {
            assert_eq!(shown, message);
        }
        assert!(shown == message || shown.contains(REDACTED), "{shown:?}");
    }
    assert!(hidden > 1000, "{hidden}");
}
