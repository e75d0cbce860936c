//! The bytes of a streamed answer in any dialect, as the bytes of a stream of chat completion chunks.
//!
//! What is wrong with the stream is left to whoever reads its conversion: an event that is no JSON, or that reports a failure, goes
//! through as it came, and nothing behind it; so does the beginning of an event that is too large. A stream that ends early stays without
//! an end. So there is one place that makes errors of such things, with the part of the answer that came.

use super::chunks::Chunks;
use super::{DONE, Head, Random, Settings, write_event};
use crate::wire::dialect::{Dialect, Piece, Sink, ToolDelta};
use crate::wire::json;
use crate::wire::sse::{Event, Framing, Listener, Next, Span};
use crate::wire::window::Window;

/// See the module.
pub struct Conversion {
    framing: Framing,
    /// The beginning of an event whose end has not come.
    rest: Vec<u8>,
    /// A longer one is too large, in bytes.
    max_event_bytes: f64,
    events: Events,
}

impl Conversion {
    /// A conversion of a stream of which nothing has come.
    pub fn new(head: &Head, settings: Settings, max_event_bytes: f64, random: Random) -> Self {
        Conversion {
            framing: Framing::default(),
            rest: Vec::new(),
            max_event_bytes,
            events: Events {
                chunks: Chunks::new(head, settings, random),
                dialect: Dialect::default(),
                begun: false,
                over: false,
                last: false,
                out: Vec::new(),
            },
        }
    }

    /// Nothing more will come out, whatever goes in.
    pub fn is_over(&self) -> bool {
        self.events.over
    }

    /// What these bytes become. The window is room to work in; nothing is left in it.
    pub fn feed(&mut self, window: &mut Window, bytes: &[u8]) -> Vec<u8> {
        self.run(window, bytes);
        if self.rest.len() as f64 > self.max_event_bytes && !self.events.over {
            self.events.out.append(&mut self.rest);
            self.events.over = true;
        }
        std::mem::take(&mut self.events.out)
    }

    /// What comes behind the last bytes. An event that the end cut off before its blank line counts if it is whole.
    pub fn finish(&mut self, window: &mut Window) -> Vec<u8> {
        self.events.last = true;
        self.run(window, b"\n\n");
        self.events.end();
        std::mem::take(&mut self.events.out)
    }

    fn run(&mut self, window: &mut Window, bytes: &[u8]) {
        if self.events.over {
            return;
        }
        window.clear();
        window.append(&self.rest);
        window.append(bytes);
        self.framing.run(window, &mut self.events);
        let from = self.framing.needed_from();
        self.rest.clear();
        self.rest.extend_from_slice(window.slice(from, window.len() - from));
        self.framing.moved(from);
        window.clear();
        window.compact(0, 0);
    }
}

/// Who converts the events.
struct Events {
    chunks: Chunks,
    /// Knows whether the answer is complete, and whether a chunk reports a failure.
    dialect: Dialect,
    begun: bool,
    over: bool,
    /// The event was cut off by the end of the stream.
    last: bool,
    out: Vec<u8>,
}

impl Events {
    /// The service has ended the stream.
    fn close(&mut self) {
        for chunk in self.chunks.finish() {
            write_event(&chunk, &mut self.out);
        }
        self.out.extend_from_slice(DONE);
        self.over = true;
    }

    /// The bytes are over.
    fn end(&mut self) {
        // Chunks of a task that is not text generation have no end that could be known.
        let unknown = self.begun && !self.dialect.is_recognised();
        if !self.over && (self.dialect.is_complete() || unknown) {
            self.close();
        }
        self.over = true;
    }

    /// An event that ends the stream as a failure.
    fn fail(&mut self, name: Option<&[u8]>, data: &[u8]) {
        if let Some(name) = name {
            self.out.extend_from_slice(b"event: ");
            self.out.extend_from_slice(name);
            self.out.push(b'\n');
        }
        for line in data.split(|byte| *byte == b'\n') {
            self.out.extend_from_slice(b"data: ");
            self.out.extend_from_slice(line);
            self.out.push(b'\n');
        }
        self.out.push(b'\n');
        self.over = true;
    }

    fn convert(&mut self, name: Option<&[u8]>, data: &[u8]) {
        match data.trim_ascii() {
            b"" => return,
            b"[DONE]" => return self.close(),
            _ => {}
        }
        let parsed = json::parse(data);
        if self.last && parsed.is_err() {
            return;
        }
        self.begun = true;
        match parsed {
            Ok(chunk)
                if name != Some(b"error".as_slice()) && self.dialect.read(chunk, &mut Nobody).is_ok() =>
            {
                if let Some(chunk) = self.chunks.convert(chunk) {
                    write_event(&chunk, &mut self.out);
                }
            }
            _ => self.fail(name, data),
        }
    }
}

impl Listener for Events {
    fn event(&mut self, window: &Window, event: Event) -> Next {
        let name = event.name.map(|(at, len)| window.slice(at, len));
        self.convert(name, window.slice(event.data.0, event.data.1));
        if self.over { Next::Pause } else { Next::Continue }
    }

    fn known(&mut self, _window: &Window, at: usize) -> (usize, Next) {
        (at, Next::Continue)
    }

    fn takes_ids(&self) -> bool {
        false
    }

    fn id(&mut self, _window: &Window, _id: Span) {}
}

/// Discards what a chunk has.
struct Nobody;

impl Sink for Nobody {
    fn text(&mut self, _piece: Piece<'_>) {}
    fn reasoning(&mut self, _piece: Piece<'_>) {}
    fn tool(&mut self, _delta: ToolDelta<'_>) {}
    fn usage(&mut self, _usage: Piece<'_>) {}
}

#[cfg(test)]
mod tests {
    use super::super::half;
    use super::*;

    fn conversion(max_event_bytes: f64) -> Conversion {
        let head = Head { id: "i".to_owned(), created: 7, model: "m".to_owned() };
        let settings = Settings { include_usage: true, max_tokens: None };
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
        let chat = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";
        assert_eq!(converted(&[chat.as_bytes()]), chat);
        assert_eq!(converted(&[b""]), "");
        let half = [chat, "data: {\"choices\":[{\"index\":0,\"delta\":{\"cont"].concat();
        assert_eq!(converted(&[half.as_bytes()]), chat);
        let older = chunk(r#"{"content":"a","role":"assistant"}"#, "null");
        assert_eq!(converted(&[b"data: {\"response\":\"a\"}\n\n"]), older);
    }

    #[test]
    fn a_finish_reason_or_an_unknown_task_ends_it() {
        let chat = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
        assert_eq!(converted(&[chat.as_bytes()]), [chat, "data: [DONE]\n\n"].concat());
        // Without its blank line.
        assert_eq!(converted(&[chat.trim_end().as_bytes()]), [chat, "data: [DONE]\n\n"].concat());
        let unknown = converted(&[b"data: {\"description\":\"a\"}\n\n"]);
        assert!(unknown.contains(r#""finish_reason":"stop""#) && unknown.ends_with("data: [DONE]\n\n"));
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
            "data: {\"choices\":[{\"finish_reason\":\"error\"}]}\n\n",
            "data: {\"tool_calls\":[{\"index\":4000,\"name\":\"f\"}]}\n\n",
            "data: {x\ndata: y\n\n",
        ] {
            let stream = [first, failure, first].concat();
            assert_eq!(converted(&[stream.as_bytes()]), [&older, failure].concat(), "{failure}");
        }
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
