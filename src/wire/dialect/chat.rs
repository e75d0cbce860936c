//! The chat dialect: `choices[].delta` in streams, `choices[].message` in answers, `choices[].text` in completions.

use super::{Dialect, Failure, Sink, tools};
use crate::wire::json::{Kind, Value};

/// Reads the first choice; others (`n` above 1) are alternatives, not more of the same text. Tells whether there was text.
pub(super) fn choices<S: Sink + ?Sized>(
    dialect: &mut Dialect,
    choices: Value<'_>,
    sink: &mut S,
) -> Result<bool, Failure> {
    let mut said = false;
    for choice in choices.items() {
        let mut first = true;
        let (mut message, mut text, mut reason) = (None, None, None);
        for (key, member) in choice.entries() {
            match key.raw() {
                b"index" => first = member.as_i64().is_none_or(|index| index == 0),
                b"delta" | b"message" => message = Some(member),
                b"text" => text = Some(member),
                b"finish_reason" => reason = Some(member),
                _ => {}
            }
        }
        if !first {
            continue;
        }
        if let Some(message) = message {
            said |= self::message(dialect, message, sink)?;
        }
        if let Some(text) = text {
            said |= dialect.say_text(text, sink);
        }
        if let Some(reason) = reason {
            dialect.say_finish(reason)?;
        }
    }
    Ok(said)
}

fn message<S: Sink + ?Sized>(
    dialect: &mut Dialect,
    message: Value<'_>,
    sink: &mut S,
) -> Result<bool, Failure> {
    let (mut content, mut refusal, mut calls, mut function_call) = (None, None, None, None);
    let (mut reasoning, mut reasoning_content) = (None, None);
    for (key, member) in message.entries() {
        match key.raw() {
            b"content" => content = Some(member),
            b"refusal" => refusal = Some(member),
            b"reasoning" => reasoning = Some(member),
            b"reasoning_content" => reasoning_content = Some(member),
            b"tool_calls" => calls = Some(member),
            b"function_call" => function_call = Some(member),
            _ => {}
        }
    }
    // Two names for one channel; where both are sent they say the same.
    let thinking = [reasoning_content, reasoning].into_iter().flatten();
    if let Some(thinking) =
        thinking.filter(|value| value.kind() == Kind::String && value.raw() != b"\"\"").last()
    {
        dialect.say_reasoning(thinking, sink);
    }
    let mut said = false;
    for value in [content, refusal].into_iter().flatten() {
        said |= match value.kind() {
            Kind::Array => parts(dialect, value, sink),
            _ => dialect.say_text(value, sink),
        };
    }
    if let Some(calls) = calls {
        tools::read(dialect, calls, sink)?;
    }
    if let Some(call) = function_call.filter(|call| call.kind() == Kind::Object) {
        tools::read_one(dialect, call, 0, sink)?;
    }
    Ok(said)
}

fn parts<S: Sink + ?Sized>(dialect: &mut Dialect, parts: Value<'_>, sink: &mut S) -> bool {
    let mut said = false;
    for part in parts.items() {
        for name in ["text", "refusal"] {
            if let Some(text) = part.get(name) {
                said |= dialect.say_text(text, sink);
            }
        }
    }
    said
}
