//! OpenAI's HTTP interface, and Anthropic's: no request, answer or stream makes it panic; what it plans and
//! replies is JSON; and a stream's reply is the same however the stream is cut.

use super::cuts::cut;
use super::json::is_json;
use super::source::Source;
use workers_ai_wasm::serve::Clock;
use workers_ai_wasm::serve::exchange::{Exchange, Facts};

const CLOCK: Clock = Clock { now: 7, random: half };

fn half() -> f64 {
    0.5
}

/// Routes, each with a request that has an answer.
const ROUTES: [(&str, &str, &str); 12] = [
    ("POST", "/v1/chat/completions", r#"{"model":"m","messages":[],"max_tokens":5}"#),
    ("POST", "/v1/responses", r#"{"model":"m","input":"a"}"#),
    ("POST", "/v1/messages", r#"{"model":"m","messages":[],"max_tokens":5,"thinking":{"type":"enabled"}}"#),
    (
        "POST",
        "/v1/embeddings",
        r#"{"model":"@cf/google/embeddinggemma-300m","input":["a","b"],"dimensions":3}"#,
    ),
    ("GET", "/v1/models", ""),
    ("GET", "/v1/models/a", ""),
    ("POST", "/v1/images/generations", r#"{"model":"m","prompt":"a","n":2}"#),
    ("POST", "/v1/audio/speech", r#"{"model":"@cf/deepgram/aura-1","input":"a","voice":"b"}"#),
    (
        "POST",
        "/v1/audio/transcriptions",
        r#"{"model":"m","file":{"$file":0},"response_format":"verbose_json"}"#,
    ),
    ("POST", "/v1/audio/transcriptions", r#"{"model":"m","file":{"$file":0},"response_format":"srt"}"#),
    ("POST", "/v1/rerank", r#"{"model":"m","query":"a","documents":["b"]}"#),
    ("POST", "/v1/responses", r#"{"model":"@cf/openai/gpt-oss-20b","input":"a"}"#),
];
/// The first of them stream.
const STREAMS: usize = 3;

/// Input: two bytes for the cuts, a byte that says what is fuzzed, a byte for the route; the request's
/// body, the answer or the stream.
pub fn check(data: &[u8]) {
    let mut source = Source::new(data);
    let seed = source.number();
    let what = source.byte();
    let route = usize::from(source.byte());
    let rest = source.rest();
    match what % 3 {
        0 => request(route, rest),
        1 => answer(route, rest),
        _ => stream(route % STREAMS, rest, seed),
    }
}

fn exchange(route: usize) -> (Exchange, &'static str) {
    let (method, path, body) = ROUTES[route % ROUTES.len()];
    let facts = Facts { method: method.to_owned(), path: path.to_owned(), ..Facts::default() };
    (Exchange::new(facts, CLOCK), body)
}

fn request(route: usize, body: &[u8]) {
    let (mut exchange, _) = exchange(route);
    match exchange.plan(body) {
        Ok(plan) => assert!(is_json(&plan.to_json()), "a plan is JSON: {}", plan.to_json()),
        Err(reply) => assert!(is_json(&reply), "a reply is JSON: {reply}"),
    }
    assert!(is_json(&exchange.head().to_json()));
    let facts = Facts::read(body);
    assert!(facts.path.len() <= body.len() * 3);
}

fn answer(route: usize, answer: &[u8]) {
    let (mut exchange, body) = exchange(route);
    let _ = exchange.plan(body.as_bytes());
    let reply = exchange.answer(answer);
    let head = exchange.head();
    assert!(head.status == 200 || (400..600).contains(&head.status), "{}", head.status);
    if head.headers.iter().any(|(_, value)| value == "application/json") {
        assert!(is_json(&reply), "a reply is JSON: {reply}");
    }
}

fn stream(route: usize, bytes: &[u8], seed: u16) {
    let whole = replied(route, &[bytes]);
    assert_eq!(replied(route, &cut(bytes, seed)), whole, "cut as {seed}");
    let (status, reply) = whole;
    if status != 200 {
        assert!((400..600).contains(&status) && is_json(&reply), "{status} {reply}");
        return;
    }
    let events = reply.strip_suffix("\n\n").expect("the end of an event");
    for event in events.split("\n\n") {
        let data = event.lines().find_map(|line| line.strip_prefix("data: ")).expect("data");
        assert!(data == "[DONE]" || is_json(data), "an event is JSON: {data}");
        assert!(event.lines().count() <= 2, "a name and a line: {event}");
    }
}

fn replied(route: usize, pieces: &[&[u8]]) -> (u16, String) {
    let (mut exchange, body) = exchange(route);
    let body = body.replacen('{', r#"{"stream":true,"#, 1);
    assert!(exchange.plan(body.as_bytes()).is_ok());
    let mut out = Vec::new();
    for piece in pieces {
        out.extend(exchange.feed(piece));
    }
    out.extend(exchange.finish());
    assert!(exchange.is_over());
    (exchange.head().status, String::from_utf8(out).expect("UTF-8"))
}
