//! Records what has occurred in the seeds, to detect rules that are never exercised.

use std::collections::BTreeSet;

use workers_ai_wasm::client::host::Moment;
use workers_ai_wasm::codes;

use crate::scenario::{Abort, Aim, Door, Profile, Scenario};
use crate::trace::{Outcome, TokenOutcome, What};
use crate::world::World;

/// Texts in error messages.
const IN_MESSAGES: [&str; 7] = [
    "timeout.total",
    "timeout.idle",
    "timeout.firstByte",
    "which is not waited for",
    "[redacted]",
    "[input]",
    "redirects too often",
];

/// Records what has occurred in a seed.
pub fn note(world: &World, happened: &mut BTreeSet<String>) {
    let scenario = Scenario::new(world.seed);
    let calls = world.calls.borrow();
    let connections = world.connections.borrow();
    let mut sends = vec![0; calls.len()];
    for entry in world.trace.borrow().iter() {
        let facts = &calls[entry.call];
        let mut did = |what: &str| {
            if !happened.contains(what) {
                happened.insert(what.to_owned());
            }
        };
        match &entry.what {
            What::Notified { moment: Moment::Retry, code: Some(code), .. } => {
                did(&["a retry after ", code].concat());
                if let Aim::Endpoint { is_idempotent: false, .. } = facts.plan.target {
                    did("an endpoint that does more each time is called again");
                }
            }
            What::Token(TokenOutcome::Refused) => did("a token refused"),
            What::Sent { url, .. } => {
                sends[entry.call] += 1;
                if url.contains("other.example") {
                    did("a request to another origin");
                }
                if url.contains("/again") && facts.has_left.get() {
                    did("a request back from another origin");
                }
            }
            What::Head(connection) if connections[*connection].script.is_opaque => {
                did("a redirect that is hidden")
            }
            What::Usage(Some(_)) => did("usage"),
            What::GaveUp => did("a read given up"),
            What::Dropped => did("a call dropped"),
            What::Bytes(_, 0) => did("a chunk without bytes"),
            What::Aborted => did(match facts.plan.abort {
                Abort::In(moment, _) => match moment {
                    crate::scenario::Moments::Cancel => "an abort while requests are aborted",
                    crate::scenario::Moments::Send => "an abort while a request is made",
                    crate::scenario::Moments::Token => "an abort while a token is made",
                    crate::scenario::Moments::Read => "an abort while a body is read",
                    _ => "an abort in a hook",
                },
                Abort::Before => "an abort before the call",
                Abort::At(_) | Abort::Never => "an abort at any time",
            }),
            What::Settled(outcome) => {
                match outcome {
                    Outcome::Answer { to_the_end: true, .. } => did("a whole answer"),
                    Outcome::Answer { .. } => did("a part of an answer"),
                    Outcome::Foreign => did("a foreign value"),
                    Outcome::Failed { error, .. } => {
                        did(error.code.as_str());
                        for words in IN_MESSAGES {
                            if error.message.contains(words) {
                                did(words);
                            }
                        }
                        if let Some(field) = &error.field {
                            did(if field == "limiter.maxQueue" {
                                "a call refused by the limiter"
                            } else {
                                "an error with a field"
                            });
                        }
                    }
                }
                if scenario.profile == Profile::Limits && entry.at > facts.plan.starts_at + 60_000.0 {
                    did("a call that takes more than a minute");
                }
                if scenario.door == Door::Binding && facts.plan.target.is_member() {
                    did("a call of another function of the binding");
                }
            }
            _ => {}
        }
    }
}

/// Everything that must occur.
pub fn expected() -> Vec<String> {
    let mut expected: Vec<String> = codes::TABLE.iter().map(|row| row.code.as_str().to_owned()).collect();
    for code in ["CAPACITY", "RATE_LIMITED", "TIMEOUT", "SERVER", "NETWORK"] {
        expected.push(["a retry after ", code].concat());
    }
    let others = [
        "ABORTED",
        "TOO_LARGE",
        "UNKNOWN",
        "an endpoint that does more each time is called again",
        "a token refused",
        "a request to another origin",
        "a request back from another origin",
        "a redirect that is hidden",
        "usage",
        "a read given up",
        "a call dropped",
        "a chunk without bytes",
        "an abort while requests are aborted",
        "an abort while a request is made",
        "an abort while a token is made",
        "an abort while a body is read",
        "an abort in a hook",
        "an abort before the call",
        "an abort at any time",
        "a whole answer",
        "a part of an answer",
        "a foreign value",
        "a call refused by the limiter",
        "an error with a field",
        "a call that takes more than a minute",
        "a call of another function of the binding",
    ];
    expected.extend(IN_MESSAGES.into_iter().chain(others).map(str::to_owned));
    expected
}
