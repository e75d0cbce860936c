//! Helpers for the tests of all routes.

use super::Clock;
use super::exchange::{Exchange, Facts};

/// A constant clock.
pub const CLOCK: Clock = Clock { now: 7, random: half };

fn half() -> f64 {
    0.5
}

/// An exchange, and the plan of its request or the refusal.
pub fn planned(method: &str, path: &str, body: &str) -> (Exchange, Result<String, String>) {
    let anthropic = path.ends_with("/messages");
    let facts = Facts { method: method.to_owned(), path: path.to_owned(), anthropic, ..Facts::default() };
    let mut exchange = Exchange::new(facts, CLOCK);
    let plan = exchange.plan(body.as_bytes());
    let plan = plan.map(|plan| plan.to_json());
    (exchange, plan)
}

/// The same with other facts, as JSON text.
pub fn planned_with(facts: &[u8], body: &[u8]) -> (Exchange, Result<String, String>) {
    let mut exchange = Exchange::new(Facts::read(facts), CLOCK);
    let plan = exchange.plan(body).map(|plan| plan.to_json());
    (exchange, plan)
}

/// Converts a stream that is cut at these positions; returns status and body.
pub fn streamed(path: &str, body: &str, bytes: &[u8], cuts: &[usize]) -> (u16, String) {
    let (mut exchange, plan) = planned("POST", path, body);
    assert!(plan.is_ok(), "{plan:?}");
    let mut out = Vec::new();
    let mut at = 0;
    for cut in cuts.iter().copied().chain([bytes.len()]) {
        out.extend(exchange.feed(&bytes[at..cut]));
        at = cut;
    }
    out.extend(exchange.finish());
    assert!(exchange.is_over());
    (exchange.head().status, String::from_utf8(out).unwrap())
}

/// A stream with two calls whose names arrive in parts: `get_weather`, followed by arguments, and
/// `get_time`.
pub fn pieces_of_names() -> String {
    let tool = |call: &str| format!("data: {{\"choices\":[{{\"delta\":{{\"tool_calls\":[{call}]}}}}]}}\n\n");
    [
        tool(r#"{"index":0,"id":"x","function":{"name":"get_","arguments":""}}"#),
        tool(r#"{"index":0,"function":{"name":"weather"}}"#),
        tool(r#"{"index":0,"function":{"arguments":"{}"}}"#),
        tool(r#"{"index":1,"id":"y","function":{"name":"get_"}}"#),
        tool(r#"{"index":1,"function":{"name":"time"}}"#),
        "data: [DONE]\n\n".to_owned(),
    ]
    .concat()
}
