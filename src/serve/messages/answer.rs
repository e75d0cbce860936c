//! A whole answer as a message.

use super::{Head, stop_reason, write_usage};
use crate::error::Error;
use crate::serve::said::{Said, object_of};
use crate::wire::write::Writer;

/// As JSON text.
pub fn message(said: &Said, head: &Head) -> Result<String, Error> {
    let mut inputs = Vec::new();
    for call in &said.calls {
        inputs.push(object_of(&call.arguments)?);
    }
    Ok(Writer::object(|out| {
        out.text("id", &head.id);
        out.text("type", "message");
        out.text("role", "assistant");
        out.text("model", &head.model);
        out.list("content", |out| {
            if head.thinks && !said.reasoning.is_empty() {
                out.item(|out| {
                    out.text("type", "thinking");
                    out.text("thinking", &said.reasoning);
                    out.text("signature", "");
                });
            }
            if !said.text.is_empty() || said.calls.is_empty() {
                out.item(|out| {
                    out.text("type", "text");
                    out.text("text", &said.text);
                    out.raw("citations", "null");
                });
            }
            for (call, input) in said.calls.iter().zip(&inputs) {
                out.item(|out| {
                    out.text("type", "tool_use");
                    out.text("id", &call.id);
                    out.text("name", &call.name);
                    out.raw("input", input);
                });
            }
        });
        out.text("stop_reason", stop_reason(said.reason));
        out.raw("stop_sequence", "null");
        out.member("usage", |out| write_usage(&said.usage, out));
    }))
}
