//! Answers in any dialect in OpenAI's shapes: however a stream is cut, its conversion is the same; what is
//! made of a whole answer is JSON.

use super::cuts::cut;
use super::json::is_json;
use super::source::Source;
use workers_ai_wasm::value::json::Json;
use workers_ai_wasm::wire::dialect::Reading;
use workers_ai_wasm::wire::openai::Converter;
use workers_ai_wasm::wire::openai::stream::Conversion;
use workers_ai_wasm::wire::openai::{Head, Settings, completion, responses};
use workers_ai_wasm::wire::window::Window;

fn half() -> f64 {
    0.5
}

/// Input: two bytes for the cuts, a byte of flags, and the answer.
pub fn check(data: &[u8]) {
    let mut source = Source::new(data);
    let seed = source.number();
    let bits = source.byte();
    let answer = source.rest();
    let max_tokens = if bits & 2 == 2 { 2 } else { 0 };
    let reading = Reading { max_tokens, reasoning_is_text: bits & 4 == 4, ..Reading::default() };
    let settings = Settings { include_usage: bits & 1 == 1, reading };
    let head = Head::new(None, 7, "@cf/a/b".to_owned(), half);

    let whole = converted(&[answer], &head, settings);
    assert_eq!(converted(&cut(answer, seed), &head, settings), whole, "cut as {seed}");

    if let Ok(completed) = completion::completion(answer, &head, settings, half) {
        assert!(is_json(&completed), "a completion is JSON: {completed}");
        events_are_json(&completion::event_stream(&completed, settings));
    }
    if let Ok(response) = Json::parse(answer)
        && responses::output_text(&response).is_ok()
    {
        events_are_json(&responses::event_stream(&String::from_utf8_lossy(answer)));
    }
}

fn converted(pieces: &[&[u8]], head: &Head, settings: Settings) -> Vec<u8> {
    let mut conversion = Conversion::new(head, settings, f64::INFINITY, half);
    let mut window = Window::default();
    let mut out = Vec::new();
    for piece in pieces {
        out.extend(conversion.feed(&mut window, piece));
    }
    out.extend(conversion.finish(&mut window));
    assert!(conversion.is_over());
    out
}

fn events_are_json(stream: &[u8]) {
    let stream = String::from_utf8_lossy(stream);
    let events = stream.strip_suffix("data: [DONE]\n\n").expect("the end of a stream");
    for event in events.split_terminator("\n\n") {
        let json = event.strip_prefix("data: ").expect("one line");
        assert!(is_json(json), "an event is JSON: {json}");
    }
}
