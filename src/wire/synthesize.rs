//! Creates a stream from a whole answer, for a service that answers a streaming request with JSON.

use super::beginning::Beginning;
use super::dialect::is_empty_list;
use super::json::{self, Value};
use super::sse::is_end_marker;

/// The answer as `text/event-stream` in its own dialect: one event and the end marker. JSON Lines become
/// one event each; other bytes are unchanged.
pub fn event_stream(answer: &[u8]) -> Vec<u8> {
    let Ok(value) = json::parse(answer) else { return of_lines(answer) };
    let mut out = Splice { answer, copied: 0, out: b"data: ".to_vec() };
    as_chunk(value, &mut out);
    out.copy_to(answer.len());
    let mut out = out.out;
    // JSON may span lines. A line feed between its values is insignificant.
    for byte in &mut out {
        if matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
    out.extend_from_slice(b"\n\ndata: [DONE]\n\n");
    out
}

fn of_lines(text: &[u8]) -> Vec<u8> {
    if Beginning::of(text) != Some(Beginning::Events) {
        return text.to_vec();
    }
    let mut out = Vec::with_capacity(text.len() + text.len() / 8);
    for line in text.split(|byte| matches!(byte, b'\n' | b'\r')).map(<[u8]>::trim_ascii) {
        if line.starts_with(b"{") || is_end_marker(line) {
            out.extend_from_slice(b"data: ");
        }
        if !line.is_empty() {
            out.extend_from_slice(line);
            out.extend_from_slice(b"\n\n");
        }
    }
    out
}

/// An answer in which parts are replaced.
struct Splice<'a> {
    answer: &'a [u8],
    /// The offset up to which the answer was copied or replaced.
    copied: usize,
    out: Vec<u8>,
}

impl Splice<'_> {
    fn copy_to(&mut self, to: usize) {
        self.out.extend_from_slice(self.answer.get(self.copied..to).unwrap_or_default());
        self.copied = to;
    }

    #[inline(never)]
    fn replace(&mut self, (start, end): (usize, usize), with: &[u8]) {
        self.copy_to(start);
        self.out.extend_from_slice(with);
        self.copied = end;
    }
}

/// Turns a `chat.completion` into a chunk, where `message` is named `delta`.
fn as_chunk(answer: Value<'_>, out: &mut Splice<'_>) {
    for (key, value) in answer.entries() {
        if key.is("object") && value.raw() == b"\"chat.completion\"" {
            out.replace(value.span(), b"\"chat.completion.chunk\"");
        } else if key.is("choices") {
            for message in value.items().filter_map(|choice| choice.get("message")) {
                // The key is the text between the last two quotes before it.
                let before =
                    |end: usize| out.answer[..end].iter().rposition(|byte| *byte == b'"').unwrap_or_default();
                let end = before(message.span().0);
                let start = before(end) + 1;
                out.replace((start, end), b"delta");
                // An empty list that is the whole answer. In a delta it would be ignored.
                let [content, calls] = message.pick_present(&["content", "tool_calls"]);
                if let Some(content) =
                    content.filter(|content| calls.is_none_or(is_empty_list) && is_empty_list(*content))
                {
                    out.replace(content.span(), b"\"[]\"");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::event_stream;

    fn of(answer: &str) -> String {
        String::from_utf8(event_stream(answer.as_bytes())).unwrap()
    }

    #[test]
    fn a_legacy_answer_is_a_chunk_already() {
        assert_eq!(of("{\"response\":\n\"a\"}"), "data: {\"response\": \"a\"}\n\ndata: [DONE]\n\n");
    }

    #[test]
    fn an_empty_list_is_a_text_there() {
        let of_message = |more: &str| of(&format!(r#"{{"choices":[{{"message":{{"content":[]{more}}}}}]}}"#));
        assert!(
            of_message("").starts_with(r#"data: {"choices":[{"delta":{"content":"[]"}}]}"#),
            "{}",
            of_message("")
        );
        assert!(of_message(r#","tool_calls":[{"name":"f"}]"#).contains(r#""content":[],"#));
    }

    #[test]
    fn lines_are_events_and_what_is_no_json_stays() {
        let events = "data: {\"response\":\"a\"}\n\ndata: {\"response\":\"b\"}\n\ndata: [DONE]\n\n";
        for lines in [
            "{\"response\":\"a\"}\n{\"response\":\"b\"}\n[DONE]\n",
            "{\"response\":\"a\"}\r\n\r\n {\"response\":\"b\"}\r\ndata: [DONE]",
        ] {
            assert_eq!(of(lines), events, "{lines}");
        }
        assert_eq!(of("{\"response\":\"a\"}\n{\"resp"), "data: {\"response\":\"a\"}\n\ndata: {\"resp\n\n");
        assert_eq!(of("{\"resp"), "{\"resp");
    }

    #[test]
    fn a_chat_answer_becomes_a_chunk() {
        assert_eq!(
            of(
                r#"{"id":"x","object":"chat.completion","choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"},{}],"usage":null}"#
            ),
            "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"},{}],\"usage\":null}\n\ndata: [DONE]\n\n"
        );
    }
}
