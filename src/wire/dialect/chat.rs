//! The chat dialect: `choices[].delta` in streams, `choices[].message` in answers, `choices[].text` in completions.

use super::finish::word_of;
use super::{Aside, Channels, Dialect, Failure, Sink, aside, tools};
use crate::wire::json::{Kind, Value};

/// Reads the first choice, whatever its number; others (`n` above 1) are alternatives, not more of the same text. Returns whether there was text or
/// reasoning.
///
/// Where the same is there twice, it counts once: a `message` behind deltas repeats of text, reasoning and calls what they have brought, in the same
/// chunk or before (MiniMax closes a stream with the whole message); `text` repeats what a delta or a message beside it says.
pub(super) fn choices(
    dialect: &mut Dialect,
    choices: Value<'_>,
    sink: &mut dyn Sink,
) -> Result<bool, Failure> {
    let mut emitted = false;
    let number = |choice: Value<'_>| choice.get("index").and_then(|index| index.as_i64()).unwrap_or(0);
    if dialect.choice.is_none() {
        let numbers = || choices.items().map(number);
        dialect.choice = numbers().find(|number| *number == 0).or_else(|| numbers().next());
    }
    for choice in choices.items() {
        let [delta, message, text, usage, reason, camel_reason, stop_reason] = choice.pick(&[
            "delta",
            "message",
            "text",
            "usage",
            "finish_reason",
            "finishReason",
            "stop_reason",
        ]);
        if dialect.choice != Some(number(choice)) {
            continue;
        }
        let mut has_text = false;
        for (part, is_message) in [(delta, false), (message, true)] {
            let Some(part) = part else { continue };
            dialect.in_message = is_message;
            let read = self::message(dialect, part, sink);
            dialect.in_message = false;
            has_text |= read?;
        }
        if let Some(text) = text.filter(|_| !has_text) {
            has_text = dialect.emit_text(text, sink);
        }
        emitted |= has_text;
        if let Some(usage) = usage {
            dialect.emit_usage(usage, sink);
        }
        if let Some(word) = word_of([reason, camel_reason, stop_reason]) {
            dialect.note_finish(word, sink);
        }
    }
    Ok(emitted)
}

/// Reads a delta or a message; returns whether there was text or reasoning, be it a repetition.
pub(super) fn message(
    dialect: &mut Dialect,
    message: Value<'_>,
    sink: &mut dyn Sink,
) -> Result<bool, Failure> {
    let repeated = if dialect.in_message { dialect.in_deltas } else { Channels::default() };
    if message.is_string() && !repeated.text {
        return Ok(dialect.emit_text(message, sink));
    }
    dialect.recognised |= message.is_object();
    let [
        content,
        refusal,
        calls,
        calls_elsewhere,
        camel_calls,
        function_call,
        reasoning,
        reasoning_content,
        thinking,
        details,
    ] = message.pick(&[
        "content",
        "refusal",
        "tool_calls",
        "function_calls",
        "toolCalls",
        "function_call",
        "reasoning",
        "reasoning_content",
        "thinking",
        "reasoning_details",
    ]);
    let mut emitted = repeated.text || repeated.reasoning;
    if !repeated.reasoning {
        // Several names for one channel; where more than one is sent they are equal.
        let mut thoughts = [reasoning, reasoning_content, thinking, details].into_iter().flatten();
        emitted |= thoughts.any(|thoughts| self::thoughts(dialect, thoughts, sink));
    }
    for value in [content, refusal].into_iter().flatten().filter(|_| !repeated.text) {
        emitted |= self::content(dialect, value, sink);
    }
    dialect.has_calls |= repeated.calls;
    if let Some(calls) = calls.or(calls_elsewhere).or(camel_calls).filter(|_| !repeated.calls) {
        tools::read(dialect, calls, sink)?;
    }
    // The older form repeats the newer one.
    if let Some(call) = function_call.filter(|call| call.is_object() && !dialect.has_calls) {
        tools::read_one(dialect, call, Some(0), sink)?;
    }
    Ok(emitted)
}

/// Reads thinking in whichever form: a text, a number or a boolean, which are tokens as any other; an object with a text, a list of them. Returns
/// whether there was any.
#[inline(never)]
fn thoughts(dialect: &mut Dialect, value: Value<'_>, sink: &mut dyn Sink) -> bool {
    match value.kind() {
        Kind::Null => false,
        Kind::String if value.is("") => false,
        Kind::Object => {
            let mut texts = value.pick(&["text", "content", "summary", "thinking"]).into_iter().flatten();
            texts.any(|text| thoughts(dialect, text, sink))
        }
        Kind::Array => {
            let mut emitted = false;
            for part in value.items() {
                emitted |= thoughts(dialect, part, sink);
            }
            emitted
        }
        _ => {
            dialect.emit_reasoning(value, sink);
            true
        }
    }
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
    let [text, refusal, thinking, signature, data, kind] =
        part.pick(&["text", "refusal", "thinking", "signature", "data", "type"]);
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
    aside(Aside::Signature, signature, sink);
    aside(Aside::Redacted, data.filter(|_| kind.is_some_and(|kind| kind.is("redacted_thinking"))), sink);
    emitted
}

/// Is it a list of parts? One whose members are objects with a `type`; any other is an answer in JSON, which the service has parsed. An empty one
/// is no part, and no answer either.
pub(super) fn is_parts(value: Value<'_>) -> bool {
    value.is_array() && value.items().all(|part| part.get("type").is_some_and(|kind| kind.is_string()))
}
