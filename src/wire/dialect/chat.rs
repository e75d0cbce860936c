//! The chat dialect: `choices[].delta` in streams, `choices[].message` in answers, `choices[].text` in completions.

use super::{Dialect, Failure, Sink, tools};
use crate::wire::json::{Kind, Value};

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
    let [content, refusal, calls, calls_elsewhere, camel_calls, function_call, reasoning_content, reasoning] =
        message.pick(&[
            "content",
            "refusal",
            "tool_calls",
            "function_calls",
            "toolCalls",
            "function_call",
            "reasoning_content",
            "reasoning",
        ]);
    // Two names for one channel; where both are sent they are equal. A number or a boolean is a token as any other.
    let not_empty = |value: &Value<'_>| match value.kind() {
        Kind::String => value.body().is_some_and(|body| !body.is_empty()),
        kind => matches!(kind, Kind::Number | Kind::Bool),
    };
    let thinking = reasoning.filter(not_empty).or(reasoning_content.filter(not_empty));
    if let Some(thinking) = thinking {
        dialect.emit_reasoning(thinking, sink);
    }
    let mut emitted = thinking.is_some();
    for value in [content, refusal] {
        let Some(value) = value else { continue };
        emitted |= self::content(dialect, value, sink);
    }
    if let Some(calls) = calls.or(calls_elsewhere).or(camel_calls) {
        tools::read(dialect, calls, sink)?;
    }
    if let Some(call) = function_call.filter(Value::is_object) {
        tools::read_one(dialect, call, Some(0), sink)?;
    }
    Ok(emitted)
}

/// Reads content in whichever form; returns whether there was text or reasoning in it.
pub(super) fn content(dialect: &mut Dialect, content: Value<'_>, sink: &mut dyn Sink) -> bool {
    if is_parts(content) { parts(dialect, content, sink) } else { dialect.emit_text(content, sink) }
}

/// Reads content that comes in parts.
#[inline(never)]
pub(super) fn parts(dialect: &mut Dialect, parts: Value<'_>, sink: &mut dyn Sink) -> bool {
    let mut emitted = false;
    for part in parts.items() {
        emitted |= self::part(dialect, part, sink);
    }
    emitted
}

/// Reads one part; returns whether there was text or reasoning in it.
#[inline(never)]
pub(super) fn part(dialect: &mut Dialect, part: Value<'_>, sink: &mut dyn Sink) -> bool {
    let [text, refusal, thinking] = part.pick(&["text", "refusal", "thinking"]);
    let mut emitted = false;
    for text in [text, refusal].into_iter().flatten() {
        emitted |= dialect.emit_text(text, sink);
    }
    // A text, or parts with one each.
    for thought in thinking.into_iter() {
        let is_list = thought.is_array();
        let texts = thought.items().filter_map(|part| part.get("text"));
        for text in texts.chain((!is_list).then_some(thought)) {
            dialect.emit_reasoning(text, sink);
            emitted = true;
        }
    }
    emitted
}

/// Is it a list of parts? One whose members are objects with a `type`; any other is an answer in JSON, which the service has parsed. An empty one
/// is no part, and no answer either.
fn is_parts(value: Value<'_>) -> bool {
    value.is_array() && value.items().all(|part| part.get("type").is_some_and(|kind| kind.is_string()))
}
