//! A stream made of a whole answer, for a service that answered a streaming request with JSON.

use super::json::{self, Value};

/// The answer as `text/event-stream`, in its own dialect: one event, then the end.
pub fn event_stream(answer: &[u8]) -> Vec<u8> {
    let mut out = Splice { answer, copied: 0, out: b"data: ".to_vec() };
    if let Ok(value) = json::parse(answer) {
        as_chunk(value, &mut out);
    }
    out.copy_to(answer.len());
    let mut out = out.out;
    // JSON may be laid out in lines; a line feed between its values is insignificant.
    for byte in &mut out {
        if matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
    out.extend_from_slice(b"\n\ndata: [DONE]\n\n");
    out
}

/// An answer with parts replaced.
struct Splice<'a> {
    answer: &'a [u8],
    /// How much of it has been copied or replaced.
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

/// Makes a `chat.completion` the chunk that it would have been: `message` is named `delta` there.
fn as_chunk(answer: Value<'_>, out: &mut Splice<'_>) {
    for (key, value) in answer.entries() {
        if key.is("object") && value.raw() == b"\"chat.completion\"" {
            out.replace(value.span(), b"\"chat.completion.chunk\"");
        } else if key.is("choices") {
            for message in value.items().filter_map(|choice| choice.get("message")) {
                // Its key is what the last quotes before it are around.
                let before =
                    |end: usize| out.answer[..end].iter().rposition(|byte| *byte == b'"').unwrap_or_default();
                let end = before(message.span().0);
                let start = before(end) + 1;
                out.replace((start, end), b"delta");
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
    fn a_chat_answer_becomes_a_chunk() {
        assert_eq!(
            of(
                r#"{"id":"x","object":"chat.completion","choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"},{}],"usage":null}"#
            ),
            "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"},{}],\"usage\":null}\n\ndata: [DONE]\n\n"
        );
    }
}
