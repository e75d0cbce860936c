//! Converts an answer in another dialect to a Response. Events of Responses are passed on unchanged. A
//! failure in a stream is passed on too, and nothing after it: the consumer creates the error.

use super::answer::{End, items, response};
use super::stream::EventEncoder;
use super::{Head, common};
use crate::error::Error;
use crate::reply::open_answer;
use crate::serve::Clock;
use crate::serve::stream::StreamEncoder;
use crate::serve::whole_answer::{WholeAnswer, random_id, reading};
use crate::text::find;
use crate::wire::answer_events::{Step, judge_end, step};
use crate::wire::dialect::{Dialect, Reading};
use crate::wire::envelope::Wrapping;
use crate::wire::json::{self, Value};
use crate::wire::openai::collected::Collected;
use crate::wire::openai::conversion::{self, Output, Rewriter};
use crate::wire::openai::responses;

/// The properties of a request.
#[derive(Debug, Clone)]
pub struct Request {
    head: Head,
    reading: Reading,
}

impl Request {
    /// For a model; `request` is the JSON text of the members that the Response repeats.
    pub fn new(model: &str, request: &str, clock: Clock) -> Self {
        let request = json::parse(request.as_bytes()).ok();
        let repeated = |request: Value<'_>| common(request, model, clock);
        let empty = || json::parse(b"{}").map_or_else(|_| String::new(), repeated);
        let most = request.and_then(|request| request.get("max_output_tokens")?.as_i64());
        let max_tokens = most.and_then(|most| u32::try_from(most).ok()).unwrap_or(0);
        Request {
            head: Head { id: random_id("resp_", clock), common: request.map_or_else(empty, repeated), clock },
            reading: Reading { max_tokens, ..reading(model, "{}") },
        }
    }

    /// Converts a whole answer in another dialect to a Response.
    pub fn whole(&self, answer: Value<'_>) -> Result<String, Error> {
        let whole = WholeAnswer::of(answer, self.reading, self.head.clock)?;
        let end = End { reason: Some(whole.reason), usage: Some(&whole.usage), error: None };
        Ok(response(&self.head, &items(&whole, self.head.clock), end))
    }
}

/// See the module documentation.
pub type Conversion = conversion::Conversion<Events>;

impl Conversion {
    /// A conversion without any input.
    pub fn new(request: Request, max_event_bytes: f64) -> Self {
        let events = Events {
            encoder: EventEncoder::new(request.head.clone()),
            dialect: Dialect::new(request.reading),
            collected: Collected::default(),
            passes: None,
            has_chunks: false,
            request,
            output: Output::default(),
        };
        Conversion::by(events, max_event_bytes)
    }
}

/// Converts the events.
pub struct Events {
    encoder: EventEncoder,
    dialect: Dialect,
    collected: Collected,
    /// True if the events are those of Responses; `None` until an event has decided it.
    passes: Option<bool>,
    has_chunks: bool,
    request: Request,
    output: Output,
}

impl Rewriter for Events {
    fn convert(&mut self, name: Option<&[u8]>, data: &[u8]) {
        match step(name, data, self.output.is_last) {
            Step::Nothing => {}
            Step::End => self.close(),
            Step::Failed(_) => {
                self.output.pass(name, data);
                self.output.is_over = true;
            }
            Step::Chunk(chunk) => {
                let is_response = || {
                    let kind = chunk.get("type").and_then(|kind| kind.text()).unwrap_or_default();
                    find(&kind, "response.", 0) == Some(0)
                };
                self.has_chunks = true;
                self.collected.begin();
                let read = self.dialect.read(chunk, &mut self.collected);
                if self.passes.is_none() && self.dialect.is_recognised() || is_response() {
                    self.passes = self.passes.or(Some(is_response()));
                }
                if self.passes == Some(true) || read.is_err() {
                    self.output.pass(name, data);
                    self.output.is_over = read.is_err();
                } else {
                    self.write(Some(chunk));
                }
                if self.dialect.is_closed() && !self.output.is_over {
                    self.close();
                }
            }
        }
    }

    fn output(&mut self) -> &mut Output {
        &mut self.output
    }

    /// A reply that is not an answer is passed on unchanged.
    fn whole(&self, answer: Vec<u8>) -> Vec<u8> {
        let Ok((answer_bytes, _)) = open_answer(&answer, Wrapping::Enveloped, None) else { return answer };
        let Ok(value) = json::parse(answer_bytes) else { return answer };
        if value.get("output").is_some_and(|output| output.is_array()) {
            return responses::event_stream(&crate::text::lossy(answer_bytes));
        }
        match self.request.whole(value) {
            Ok(response) => responses::event_stream(&response),
            Err(_) => answer,
        }
    }

    fn end(&mut self) {
        if !self.output.is_over && self.dialect.is_complete() {
            self.close();
        }
    }
}

impl Events {
    /// The service has ended the stream. If the answer is incomplete, no closing events are written, only
    /// the end marker. It follows calls without a name, which make the consumer fail.
    fn close(&mut self) {
        if self.passes != Some(true) {
            if judge_end(&self.dialect, self.has_chunks).is_ok() {
                self.collected.begin();
                self.dialect.end(&mut self.collected);
                self.write(None);
                // It cannot fail, because the end was checked.
                let _ = self.encoder.end(&self.collected, &self.dialect, &mut self.output.bytes);
            } else {
                self.encoder.release_calls(&mut self.output.bytes);
            }
        }
        self.output.close();
    }

    fn write(&mut self, chunk: Option<Value<'_>>) {
        // It cannot fail, because the items of a Response may be open at once.
        let _ = self.encoder.chunk(chunk, &mut self.collected, &self.dialect, &mut self.output.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::openai::Converter;
    use crate::wire::window::Window;

    fn converted(pieces: &[&[u8]]) -> String {
        let clock = Clock { now: 7, random: || 0.5 };
        let request = Request::new("m", r#"{"max_output_tokens":9}"#, clock);
        let mut conversion = Conversion::new(request, 1e6);
        let (mut window, mut out) = (Window::default(), Vec::new());
        for piece in pieces {
            out.extend(conversion.feed(&mut window, piece));
        }
        out.extend(conversion.finish(&mut window));
        assert!(conversion.is_over());
        String::from_utf8(out).unwrap()
    }

    /// Converts a stream, cut at every position.
    fn everywhere(stream: &str) -> String {
        let bytes = stream.as_bytes();
        let whole = converted(&[bytes]);
        for cut in 1..bytes.len() {
            assert_eq!(converted(&[&bytes[..cut], &bytes[cut..]]), whole, "cut at {cut}");
        }
        assert_eq!(converted(&bytes.chunks(1).collect::<Vec<_>>()), whole);
        whole
    }

    fn kinds(stream: &str) -> Vec<String> {
        let kind = |event: &str| {
            let data = event.lines().find_map(|line| line.strip_prefix("data: "))?;
            json::parse(data.as_bytes()).ok()?.get("type")?.text()
        };
        stream.split("\n\n").filter_map(kind).collect()
    }

    #[test]
    fn chunks_of_a_chat_become_events() {
        let chat = concat!(
            "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n",
            "data: {\"choices\":[{\"delta\":{\"content\":\"He\"}}]}\n\n",
            "data: {\"choices\":[{\"delta\":{\"content\":\"llo\"},\"finish_reason\":\"length\"}]}\n\n",
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}\n\n",
            "data: [DONE]\n\n",
        );
        let stream = everywhere(chat);
        assert_eq!(
            kinds(&stream),
            [
                "response.created",
                "response.in_progress",
                "response.output_item.added",
                "response.content_part.added",
                "response.output_text.delta",
                "response.output_text.delta",
                "response.output_text.done",
                "response.content_part.done",
                "response.output_item.done",
                "response.incomplete"
            ]
        );
        assert!(stream.contains(r#""max_output_tokens":9"#) && stream.contains(r#""input_tokens":1"#));
        assert!(stream.ends_with("data: [DONE]\n\n"));
        let older = everywhere("data: {\"response\":\"a\"}\n\ndata: [DONE]\n\n");
        assert!(older.contains("response.completed"), "{older}");
    }

    #[test]
    fn events_of_a_response_go_through_as_they_came() {
        let stream = concat!(
            "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"output\":[]}}\n\n",
            "data: {\"type\":\"response.output_text.delta\",\"delta\":\"a\"}\n\n",
            "data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":[]}}\n\n",
        );
        assert_eq!(everywhere(stream), [stream, "data: [DONE]\n\n"].concat());
        let done = [stream, "data: [DONE]\n\n"].concat();
        assert_eq!(everywhere(&done), done);
    }

    #[test]
    fn what_is_wrong_goes_through_and_has_no_end() {
        let chat = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
        let error = "data: {\"errors\":[{\"code\":3040}]}\n\n";
        assert!(everywhere(&[chat, error].concat()).ends_with(error));
        assert_eq!(everywhere(error), error);
        let named = "event: error\ndata: {\"message\":\"x\"}\n\n";
        assert_eq!(everywhere(named), named);
        assert_eq!(kinds(&everywhere(chat)).last().unwrap(), "response.output_text.delta");
        assert_eq!(everywhere("data: [DONE]\n\n"), "data: [DONE]\n\n");
        assert_eq!(everywhere("<html>"), "<");
        assert_eq!(everywhere("error code: 1031"), "error code: 1031");
    }

    #[test]
    fn an_answer_in_the_place_of_events() {
        let stream = everywhere(r#"{"result":{"response":"a"},"success":true}"#);
        assert!(stream.contains(r#""delta":"a""#) && stream.contains("response.completed"), "{stream}");
        let failure = r#"{"error":{"message":"no"}}"#;
        assert_eq!(everywhere(failure), failure);
    }
}
