//! The chat dialect: `choices[].delta` in streams, `choices[].message` in answers, `choices[].text` in completions.

use super::{Dialect, Failure, Sink, tools};
use crate::wire::json::Value;

/// Reads the first choice; others (`n` above 1) are alternatives, not more of the same text. Returns whether there was text or reasoning.
pub(super) fn choices(
    dialect: &mut Dialect,
    choices: Value<'_>,
    sink: &mut dyn Sink,
) -> Result<bool, Failure> {
    let mut emitted = false;
    for choice in choices.items() {
        let [index, message, delta, text, reason] =
            choice.pick(&["index", "message", "delta", "text", "finish_reason"]);
        if index.and_then(|index| index.as_i64()).unwrap_or(0) != 0 {
            continue;
        }
        let message = message.filter(Value::is_object).or(delta);
        if let Some(message) = message {
            dialect.recognised |= message.is_object();
            emitted |= self::message(dialect, message, sink)?;
        }
        if let Some(text) = text {
            emitted |= dialect.emit_text(text, sink);
        }
        if let Some(reason) = reason {
            dialect.note_finish(reason);
        }
    }
    Ok(emitted)
}

fn message(dialect: &mut Dialect, message: Value<'_>, sink: &mut dyn Sink) -> Result<bool, Failure> {
    let [content, refusal, calls, function_call, reasoning_content, reasoning] = message.pick(&[
        "content",
        "refusal",
        "tool_calls",
        "function_call",
        "reasoning_content",
        "reasoning",
    ]);
    // Two names for one channel; where both are sent they are equal.
    let not_empty = |value: &Value<'_>| value.body().is_some_and(|body| !body.is_empty());
    let thinking = reasoning.filter(not_empty).or(reasoning_content.filter(not_empty));
    if let Some(thinking) = thinking {
        dialect.emit_reasoning(thinking, sink);
    }
    let mut emitted = thinking.is_some();
    for value in [content, refusal] {
        let Some(value) = value else { continue };
        emitted |= match value.is_array() {
            true => parts(dialect, value, sink),
            false => dialect.emit_text(value, sink),
        };
    }
    if let Some(calls) = calls {
        tools::read(dialect, calls, sink)?;
    }
    if let Some(call) = function_call.filter(Value::is_object) {
        tools::read_one(dialect, call, 0, sink)?;
    }
    Ok(emitted)
}

/// Reads content that comes in parts.
#[inline(never)]
pub(super) fn parts(dialect: &mut Dialect, parts: Value<'_>, sink: &mut dyn Sink) -> bool {
    let mut emitted = false;
    for part in parts.items() {
        for text in part.pick(&["text", "refusal"]) {
            emitted |= text.is_some_and(|text| dialect.emit_text(text, sink));
        }
    }
    emitted
}
