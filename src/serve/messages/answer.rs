//! Encodes a whole answer as a message of Anthropic's API.

use super::{Head, stop_reason, write_redacted, write_usage};
use crate::error::Error;
use crate::serve::whole_answer::{WholeAnswer, object_of};
use crate::wire::write::Writer;

/// The message as JSON text.
pub fn message(answer: &WholeAnswer, head: &Head) -> Result<String, Error> {
    let mut inputs = Vec::new();
    for call in &answer.calls {
        inputs.push(object_of(&call.arguments)?);
    }
    Ok(Writer::object(|out| {
        out.text("id", &head.id);
        out.text("type", "message");
        out.text("role", "assistant");
        out.text("model", &head.model);
        out.list("content", |out| {
            if head.thinks && !(answer.reasoning.is_empty() && answer.signature.is_empty()) {
                out.item(|out| {
                    out.text("type", "thinking");
                    out.text("thinking", &answer.reasoning);
                    out.text("signature", &answer.signature);
                });
            }
            for data in answer.redacted.iter().filter(|_| head.thinks) {
                out.item(|out| write_redacted(data, out));
            }
            if !answer.text.is_empty() || answer.calls.is_empty() {
                out.item(|out| {
                    out.text("type", "text");
                    out.text("text", &answer.text);
                    out.raw("citations", "null");
                });
            }
            for (call, input) in answer.calls.iter().zip(&inputs) {
                out.item(|out| {
                    out.text("type", "tool_use");
                    out.text("id", &call.id);
                    out.text("name", &call.name);
                    out.raw("input", input);
                });
            }
        });
        out.text("stop_reason", stop_reason(answer.reason));
        out.raw("stop_sequence", "null");
        out.member("usage", |out| write_usage(&answer.usage, out));
    }))
}
