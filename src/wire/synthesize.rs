//! A stream made of a whole answer, for a service that answered a streaming request with JSON.

use super::json::{self, Kind};

/// The answer as `text/event-stream`, in its own dialect: one event, then the end.
pub fn event_stream(answer: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(answer.len() + 32);
    out.extend_from_slice(b"data: ");
    let from = out.len();
    match json::parse(answer) {
        Ok(value) if value.get("choices").is_some_and(|choices| choices.kind() == Kind::Array) => {
            as_chunk(value, &mut out);
        }
        _ => out.extend_from_slice(answer),
    }
    // JSON may be laid out in lines; a line feed between its values means as little as a space.
    for byte in &mut out[from..] {
        if matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
    out.extend_from_slice(b"\n\ndata: [DONE]\n\n");
    out
}

/// Writes one member of an object, by its name and value.
type WriteMember<'a> = dyn Fn(&[u8], json::Value<'_>, &mut Vec<u8>) + 'a;

/// Writes a `chat.completion` as the chunk that it would have been: `message` is named `delta` there.
fn as_chunk(answer: json::Value<'_>, out: &mut Vec<u8>) {
    write_object(answer, out, &|name, value, out| match name {
        b"object" if value.raw() == b"\"chat.completion\"" => {
            write_member(b"object", b"\"chat.completion.chunk\"", out);
        }
        b"choices" => {
            out.extend_from_slice(b"\"choices\":[");
            for (position, choice) in value.items().enumerate() {
                if position > 0 {
                    out.push(b',');
                }
                write_object(choice, out, &|name, value, out| {
                    write_member(if name == b"message" { b"delta" } else { name }, value.raw(), out);
                });
            }
            out.push(b']');
        }
        _ => write_member(name, value.raw(), out),
    });
}

#[inline(never)]
fn write_object(object: json::Value<'_>, out: &mut Vec<u8>, member: &WriteMember<'_>) {
    out.push(b'{');
    for (position, (key, value)) in object.entries().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        member(key.raw(), value, out);
    }
    out.push(b'}');
}

#[inline(never)]
fn write_member(name: &[u8], value: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(name);
    out.extend_from_slice(b"\":");
    out.extend_from_slice(value);
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
