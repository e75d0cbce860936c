//! Converts the bytes of a streamed answer in any dialect to a stream of chat completion chunks.
//!
//! Failures are left to the consumer of the converted stream. An event that is not JSON, or that reports a
//! failure, is passed on unchanged, and nothing after it; so is the start of an event that is too large. A
//! stream that ends early stays without an end marker. Therefore one place creates the errors, with the
//! part of the answer that was received.

use super::chunks::Chunks;
use super::collected::Collected;
use super::completion::{completion, event_stream, has_unreadable_calls};
use super::conversion::{self, Output, Rewriter};
use super::{Head, Random, Settings};
use crate::reply::open_answer;
use crate::wire::answer_events::{Step, step};
use crate::wire::dialect::{Dialect, Sink};
use crate::wire::envelope::Wrapping;
use crate::wire::json;

/// See the module documentation.
pub type Conversion = conversion::Conversion<Events>;

impl Conversion {
    /// A conversion without any input.
    pub fn new(head: &Head, settings: Settings, max_event_bytes: f64, random: Random) -> Self {
        let events = Events {
            chunks: Chunks::new(head, settings, random),
            dialect: Dialect::new(settings.reading),
            collected: Collected::default(),
            head: head.clone(),
            settings,
            random,
            output: Output::default(),
        };
        Conversion::by(events, max_event_bytes)
    }
}

/// Converts the events.
pub struct Events {
    chunks: Chunks,
    /// Detects whether the answer is complete, and whether a chunk reports a failure.
    dialect: Dialect,
    collected: Collected,
    head: Head,
    settings: Settings,
    random: Random,
    output: Output,
}

impl Events {
    /// The service has ended the stream. Without any part of an answer no chunk is generated, because an
    /// end marker alone is not an answer.
    fn close(&mut self) {
        self.hand_out(Dialect::end);
        if self.dialect.is_recognised() {
            self.chunks.finish(&mut self.output.bytes);
        }
        self.output.close();
    }

    /// Writes text that the dialect had held back.
    fn hand_out(&mut self, take: fn(&mut Dialect, &mut dyn Sink)) {
        self.collected.begin();
        take(&mut self.dialect, &mut self.collected);
        self.chunks.more(&mut self.collected, &mut self.output.bytes);
    }

    /// Passes on an event that ends the stream as a failure.
    fn fail(&mut self, name: Option<&[u8]>, data: &[u8]) {
        self.hand_out(Dialect::abandon);
        self.chunks.release(&mut self.output.bytes);
        self.output.pass(name, data);
        self.output.is_over = true;
    }
}

impl Rewriter for Events {
    fn convert(&mut self, name: Option<&[u8]>, data: &[u8]) {
        self.collected.begin();
        match step(name, data, self.output.is_last) {
            Step::Nothing => {}
            Step::End => self.close(),
            Step::Chunk(chunk) if self.dialect.read(chunk, &mut self.collected).is_ok() => {
                self.chunks.convert(chunk, &mut self.collected, &self.dialect, &mut self.output.bytes);
                if self.dialect.is_closed() {
                    self.close();
                }
            }
            Step::Chunk(_) | Step::Failed(_) => self.fail(name, data),
        }
    }

    fn output(&mut self) -> &mut Output {
        &mut self.output
    }

    /// A failure is passed on unchanged; a reply that is not an answer is dropped.
    fn whole(&self, answer: Vec<u8>) -> Vec<u8> {
        let Ok((unwrapped, _)) = open_answer(&answer, Wrapping::Enveloped, None) else { return answer };
        if json::parse(unwrapped).is_ok_and(has_unreadable_calls) {
            return answer;
        }
        match completion(unwrapped, &self.head, self.settings, self.random) {
            Ok(completion) => event_stream(&completion, self.settings),
            Err(_) => Vec::new(),
        }
    }

    fn end(&mut self) {
        if !self.output.is_over && self.dialect.is_complete() {
            self.close();
        }
        self.chunks.release(&mut self.output.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Converter, half};
    use super::*;
    use crate::wire::window::Window;

    fn conversion(max_event_bytes: f64) -> Conversion {
        let head = Head { id: "i".to_owned(), created: 7, model: "m".to_owned() };
        let settings = Settings { include_usage: true, ..Settings::default() };
        Conversion::new(&head, settings, max_event_bytes, half)
    }

    fn converted(pieces: &[&[u8]]) -> String {
        let mut conversion = conversion(1e6);
        let mut window = Window::default();
        let mut out = Vec::new();
        for piece in pieces {
            out.extend(conversion.feed(&mut window, piece));
        }
        out.extend(conversion.finish(&mut window));
        assert!(conversion.is_over());
        String::from_utf8(out).unwrap()
    }

    fn chunk(delta: &str, reason: &str) -> String {
        [
            r#"data: {"id":"i","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":0,"delta":"#,
            delta,
            r#","logprobs":null,"finish_reason":"#,
            reason,
            "}]}\n\n",
        ]
        .concat()
    }

    #[test]
    fn wherever_the_bytes_are_cut() {
        let stream = concat!(
            ": hello\r\n\r\ndata: {\"response\":\"a\u{e9}\"}\r\n\r\ndata: {\"response\":\ndata: \"b\"}\n\n",
            "data: {\"response\":\"\",\"usage\":{\"total_tokens\":1}}\n\ndata: [DONE]\n\ndata: {\"response\":\"c\"}\n\n"
        );
        let expected = [
            chunk("{\"content\":\"a\u{e9}\",\"role\":\"assistant\"}", "null").as_str(),
            &chunk(r#"{"content":"b"}"#, "null"),
            &chunk("{}", r#""stop""#),
            r#"data: {"id":"i","object":"chat.completion.chunk","created":7,"model":"m","choices":[],"usage":{"total_tokens":1}}"#,
            "\n\ndata: [DONE]\n\n",
        ]
        .concat();
        let bytes = stream.as_bytes();
        assert_eq!(converted(&[bytes]), expected);
        for cut in 1..bytes.len() {
            assert_eq!(converted(&[&bytes[..cut], &bytes[cut..]]), expected, "cut at {cut}");
        }
        assert_eq!(converted(&bytes.iter().map(std::slice::from_ref).collect::<Vec<_>>()), expected);
    }

    #[test]
    fn a_stream_that_ends_early_has_no_end() {
        let chat =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"a\"}}]}\n\n";
        assert_eq!(converted(&[chat.as_bytes()]), chat);
        assert_eq!(converted(&[b""]), "");
        let half = [chat, "data: {\"choices\":[{\"index\":0,\"delta\":{\"cont"].concat();
        assert_eq!(converted(&[half.as_bytes()]), chat);
        let older = chunk(r#"{"content":"a","role":"assistant"}"#, "null");
        assert_eq!(converted(&[b"data: {\"response\":\"a\"}\n\n"]), older);
    }

    #[test]
    fn a_finish_reason_ends_it_if_there_was_an_answer() {
        let chat = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"},\"finish_reason\":\"stop\"}]}\n\n";
        assert_eq!(converted(&[chat.as_bytes()]), [chat, "data: [DONE]\n\n"].concat());
        // Without its blank line.
        assert_eq!(converted(&[chat.trim_end().as_bytes()]), [chat, "data: [DONE]\n\n"].concat());
        let unknown = "data: {\"description\":\"a\",\"usage\":{\"total_tokens\":1}}\n\n";
        assert_eq!(converted(&[unknown.as_bytes()]), "");
        assert_eq!(converted(&[unknown.as_bytes(), b"data: [DONE]\n\n"]), "data: [DONE]\n\n");
        let empty = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"a\"},\"finish_reason\":\"\"}]}\n\n";
        assert_eq!(converted(&[empty.as_bytes()]), empty);
    }

    #[test]
    fn failures_go_through_as_they_came() {
        let first = "data: {\"response\":\"a\"}\n\n";
        let older = chunk(r#"{"content":"a","role":"assistant"}"#, "null");
        for failure in [
            "data: {\n\n",
            "data: {\"errors\":[{\"code\":3040}]}\n\n",
            "data: {\"error\":\"no\"}\n\n",
            "event: error\ndata: {\"message\":\"no\"}\n\n",
            "event: Exception\ndata: {\"reason\":\"no\"}\n\n",
            "data: {\"message\":\"no\"}\n\n",
            "data: {\"choices\":[{\"finish_reason\":\"error\"}]}\n\n",
            "data: {\"tool_calls\":[{\"index\":4000,\"name\":\"f\"}]}\n\n",
            "data: {x\ndata: y\n\n",
        ] {
            let stream = [first, failure, first].concat();
            assert_eq!(converted(&[stream.as_bytes()]), [&older, failure].concat(), "{failure}");
        }
    }

    #[test]
    fn events_of_other_dialects() {
        let anthropic = [
            r#"{"type":"message_start","message":{"content":[],"usage":{"input_tokens":25,"output_tokens":1}}}"#,
            r#"{"type":"ping"}"#,
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"#,
            r#"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"a"}}"#,
            r#"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}"#,
            r#"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#,
            r#"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":15}}"#,
            r#"{"type":"message_stop"}"#,
        ];
        let stream: String = anthropic.iter().map(|event| ["data: ", event, "\n\n"].concat()).collect();
        let expected = [
            chunk(r#"{"reasoning_content":"hm","role":"assistant"}"#, "null").as_str(),
            &chunk(r#"{"content":"a"}"#, "null"),
            &chunk(
                r#"{"tool_calls":[{"index":0,"id":"t","type":"function","function":{"name":"f","arguments":"{}"}}]}"#,
                "null",
            ),
            &chunk("{}", r#""tool_calls""#),
            r#"data: {"id":"i","object":"chat.completion.chunk","created":7,"model":"m","choices":[],"usage":{"prompt_tokens":25,"completion_tokens":15,"total_tokens":40}}"#,
            "\n\ndata: [DONE]\n\n",
        ]
        .concat();
        assert_eq!(converted(&[stream.as_bytes()]), expected);
        let responses = concat!(
            "data: {\"type\":\"response.output_text.delta\",\"delta\":\"a\"}\n\n",
            "data: {\"type\":\"response.incomplete\",\"response\":{\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_output_tokens\"},\"output\":[]}}\n\n"
        );
        let expected = [
            chunk(r#"{"content":"a","role":"assistant"}"#, "null").as_str(),
            &chunk("{}", r#""length""#),
            "data: [DONE]\n\n",
        ]
        .concat();
        assert_eq!(converted(&[responses.as_bytes()]), expected);
    }

    #[test]
    fn json_in_the_place_of_events() {
        let answer = r#" {"result":{"response":"a"},"success":true}"#;
        let expected = [
            chunk(r#"{"role":"assistant","content":"a","refusal":null}"#, "null").as_str(),
            &chunk("{}", r#""stop""#),
            "data: [DONE]\n\n",
        ]
        .concat();
        let members = |text: &str| text.matches(r#""content":"a""#).count();
        for cut in 1..answer.len() {
            let stream = converted(&[&answer.as_bytes()[..cut], &answer.as_bytes()[cut..]]);
            assert_eq!((stream.lines().count(), members(&stream)), (expected.lines().count(), 1), "{stream}");
        }
        for failure in [r#"{"error":{"message":"no"}}"#, "{\"response\":"] {
            assert_eq!(converted(&[failure.as_bytes()]), failure);
        }
        // Of a page, only its start.
        for page in [&[b"<html>".as_slice()], [b" <".as_slice(), b"html>"].as_slice()] {
            assert_eq!(converted(page), "<");
        }
        assert_eq!(converted(&[br#"{"usage":{}}"#]), "");
    }

    #[test]
    fn an_event_that_is_too_large_is_not_kept() {
        let mut conversion = conversion(20.0);
        let mut window = Window::default();
        assert_eq!(conversion.feed(&mut window, b"data: {\"response\":"), b"");
        assert_eq!(conversion.feed(&mut window, b"\"more"), b"data: {\"response\":\"more");
        assert!(conversion.is_over());
        assert_eq!(conversion.feed(&mut window, b"\"}\n\n"), b"");
        assert_eq!(conversion.finish(&mut window), b"");
    }
}
