//! The chat dialect: `choices[].delta` in streams, `choices[].message` in answers, `choices[].text` in
//! completions.

use super::finish::word_of;
use super::{Annotation, Channels, Dialect, Failure, Sink, annotation, tools};
use crate::wire::json::{Kind, Value};

/// Reads the first choice, whatever its index; further choices (`n` above 1) are alternatives. Returns
/// whether there was text or reasoning.
///
/// A repetition counts once. A `message` that follows deltas, in the same chunk or later, repeats their
/// text, reasoning and calls (MiniMax closes a stream with the whole message): if it continues what the
/// deltas contain, the rest is added; if it differs, it is ignored, because the deltas were already passed
/// on. For messages without deltas see [`Dialect::add_message`]. `text` repeats a delta or message beside it.
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

/// Reads a delta or a message. Returns whether there was text or reasoning, repetitions included.
pub(super) fn message(
    dialect: &mut Dialect,
    message: Value<'_>,
    sink: &mut dyn Sink,
) -> Result<bool, Failure> {
    let mut repeated = if dialect.in_message { dialect.in_deltas } else { Channels::default() };
    repeated.reasoning |= repeated.text && dialect.reading.reasoning_is_text;
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
        audio,
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
        "audio",
    ]);
    // The text of a spoken answer.
    let transcript = audio.and_then(|audio| audio.get("transcript")).filter(Value::is_string);
    let content = content.filter(|content| !content.is_null() && !content.is("")).or(transcript).or(content);
    let calls = calls.or(calls_elsewhere).or(camel_calls);
    let mut emitted = repeated.text || repeated.reasoning;
    // Several names for reasoning. Services that send more than one send equal values.
    let is_one_of_many = dialect.in_message && !dialect.is_whole;
    let is_text = |value: &Value<'_>| value.is_string() && !value.is("");
    let mut values = [reasoning, reasoning_content, thinking, details].into_iter().flatten();
    if repeated.reasoning {
        if let Some(whole) = values.find(|value| value.is_string()) {
            dialect.continue_from(false, whole, sink);
        }
    } else if is_one_of_many && let Some(text) = values.clone().find(is_text) {
        emitted |= dialect.add_message(dialect.reading.reasoning_is_text, text, sink);
    } else {
        emitted |= values.any(|value| self::reasoning(dialect, value, sink));
    }
    // A reasoning part of the content repeats such a member.
    dialect.has_reasoning = emitted;
    if repeated.text {
        if let Some(whole) = content.filter(Value::is_string) {
            dialect.continue_from(true, whole, sink);
        }
    } else {
        let text = content.filter(|content| is_one_of_many && content.is_string());
        if let Some(text) = text {
            emitted |= dialect.add_message(true, text, sink);
        }
        for value in [content.filter(|_| text.is_none()), refusal].into_iter().flatten() {
            // In a whole message without anything else, an empty list is an answer in JSON.
            let has_calls = calls.is_some_and(|calls| !calls.is_null() && !is_empty_list(calls));
            let is_none = is_empty_list(value) && !(dialect.in_message && !has_calls && !emitted);
            emitted |= !is_none && self::content(dialect, value, sink);
        }
    }
    dialect.has_reasoning = false;
    dialect.has_calls |= repeated.calls;
    match calls {
        Some(calls) if repeated.calls => tools::read_rest(dialect, calls, sink)?,
        Some(calls) => tools::read(dialect, calls, sink)?,
        None => {}
    }
    // The older form repeats the newer one.
    if let Some(call) = function_call.filter(|call| call.is_object() && !dialect.has_calls) {
        tools::read_one(dialect, call, Some(0), sink)?;
    }
    Ok(emitted)
}

/// Reads reasoning in any form: a text; a number or a boolean, which is a token like any other; an object
/// with a text; or a list of these. Returns whether there was any.
#[inline(never)]
fn reasoning(dialect: &mut Dialect, value: Value<'_>, sink: &mut dyn Sink) -> bool {
    match value.kind() {
        Kind::Null => false,
        Kind::String if value.is("") => false,
        Kind::Object => {
            let mut texts = value.pick(&["text", "content", "summary", "thinking"]).into_iter().flatten();
            texts.any(|text| reasoning(dialect, text, sink))
        }
        Kind::Array => {
            let mut emitted = false;
            for part in value.items() {
                emitted |= reasoning(dialect, part, sink);
            }
            emitted
        }
        _ => {
            dialect.emit_reasoning(value, sink);
            true
        }
    }
}

/// Reads content in any form. Returns whether there was text or reasoning in it.
pub(super) fn content(dialect: &mut Dialect, content: Value<'_>, sink: &mut dyn Sink) -> bool {
    match content.kind() {
        Kind::Array if is_parts(content) => parts(dialect, content, sink),
        // One part without a list around it.
        Kind::Object if is_known(content) && content.get("text").is_some_and(|text| text.is_string()) => {
            part(dialect, content, sink)
        }
        _ => dialect.emit_text(content, sink),
    }
}

/// Reads content in parts.
#[inline(never)]
pub(super) fn parts(dialect: &mut Dialect, parts: Value<'_>, sink: &mut dyn Sink) -> bool {
    let mut emitted = false;
    for part in parts.items() {
        let said = self::part(dialect, part, sink);
        // A part of an unknown kind: its JSON text is passed on, so that nothing is lost.
        emitted |= said || !is_known(part) && part.get("text").is_none() && dialect.emit_text(part, sink);
    }
    emitted
}

/// Reads one part. Returns whether there was text or reasoning in it.
#[inline(never)]
pub(super) fn part(dialect: &mut Dialect, part: Value<'_>, sink: &mut dyn Sink) -> bool {
    let [text, refusal, thinking, signature, data, kind, reasoning, summary] =
        part.pick(&["text", "refusal", "thinking", "signature", "data", "type", "reasoning", "summary"]);
    let is = |kinds: &[&str]| kind.is_some_and(|kind| kinds.iter().any(|known| kind.is(known)));
    let thinks = is(&THOUGHTS);
    let mut emitted = false;
    for text in [text, refusal].into_iter().flatten().filter(|_| !thinks) {
        emitted |= dialect.emit_text(text, sink);
    }
    // A text, or parts with a text each.
    let own = [reasoning, text, summary].into_iter().filter(|_| thinks);
    if !dialect.has_reasoning {
        let mut values = std::iter::once(thinking).chain(own).flatten();
        emitted |= values.any(|value| self::reasoning(dialect, value, sink));
    }
    annotation(Annotation::Signature, signature, sink);
    annotation(Annotation::Redacted, data.filter(|_| is(&["redacted_thinking"])), sink);
    emitted
}

/// The kinds of parts that contain text of the answer.
const TEXTS: [&str; 5] = ["text", "output_text", "input_text", "refusal", "text_delta"];
/// The kinds of parts that contain reasoning.
const THOUGHTS: [&str; 9] = [
    "thinking",
    "reasoning",
    "reasoning_text",
    "reasoning_content",
    "summary_text",
    "thought",
    "thinking_delta",
    "signature_delta",
    "redacted_thinking",
];
/// The kinds of parts without text, and the endings of the names of such kinds.
const SILENT: [&str; 13] = [
    "image",
    "image_url",
    "audio",
    "audio_url",
    "video",
    "video_url",
    "file",
    "document",
    "reference",
    "citation",
    "source",
    "executable_code",
    "annotation",
];
const SILENT_ENDS: [&str; 11] = [
    "_image",
    "_audio",
    "_video",
    "_file",
    "_document",
    "tool_use",
    "tool_call",
    "function_call",
    "_result",
    "_citation",
    "_delta",
];

/// True if a part has a known kind.
fn is_known(part: Value<'_>) -> bool {
    let kind = part.get("type").and_then(|kind| kind.body()).unwrap_or_default();
    let is = |known: &&str| kind == known.as_bytes();
    let ends = |end: &&str| kind.ends_with(end.as_bytes());
    TEXTS.iter().any(is) || THOUGHTS.iter().any(is) || SILENT.iter().any(is) || SILENT_ENDS.iter().any(ends)
}

/// True for a list of content parts: all items are objects with a `type`, and at least one `type` is known.
/// Any other list is an answer in JSON that the service has parsed. Among known parts, one of an unknown
/// kind counts as text.
pub(super) fn is_parts(value: Value<'_>) -> bool {
    has_types(value) && value.items().any(is_known)
}

/// True for a list whose items all have a `type`, including an empty list.
pub(super) fn has_types(value: Value<'_>) -> bool {
    value.is_array() && value.items().all(|part| part.get("type").is_some_and(|kind| kind.is_string()))
}

/// True for an empty list.
pub fn is_empty_list(value: Value<'_>) -> bool {
    value.is_array() && value.items().next().is_none()
}
