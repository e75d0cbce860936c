//! Anthropic's dialect, which third-party models answer in regardless of the request: a message with
//! content blocks, or events with parts of one.

use super::tools::{self, ResponseItem};
use super::{Dialect, Failure, Sink, chat};
use crate::wire::json::Value;

/// The meaning of an event.
#[derive(Clone, Copy)]
enum Event {
    Message,
    Block,
    Delta,
    End,
    Stop,
    Nothing,
}

/// The events, by their `type`. An `error` is a failure in every dialect.
const EVENTS: [(&str, Event); 7] = [
    ("message_start", Event::Message),
    ("content_block_start", Event::Block),
    ("content_block_delta", Event::Delta),
    ("content_block_stop", Event::Nothing),
    ("message_delta", Event::End),
    ("message_stop", Event::Stop),
    ("ping", Event::Nothing),
];

/// Reads an event or a whole message of this dialect. Returns whether it was one.
pub(super) fn read(
    dialect: &mut Dialect,
    kind: Value<'_>,
    value: Value<'_>,
    sink: &mut dyn Sink,
) -> Result<bool, Failure> {
    if kind.is("message") {
        let content = value.get("content").filter(|content| content.is_array() || content.is_string());
        return content.map_or(Ok(false), |_| message(dialect, value, sink).map(|()| true));
    }
    let Some((_, brings)) = EVENTS.iter().find(|(known, _)| kind.is(known)) else { return Ok(false) };
    let [index, inner, block, delta, usage] =
        value.pick(&["index", "message", "content_block", "delta", "usage"]);
    match brings {
        Event::Message => {
            if let Some(inner) = inner {
                message(dialect, inner, sink)?;
            }
        }
        Event::Block => {
            if let Some(block) = block {
                self::block(dialect, tools::place(index), block, false, sink)?;
            }
        }
        Event::Delta => {
            if let Some(delta) = delta {
                self::block(dialect, tools::place(index), delta, true, sink)?;
            }
        }
        Event::End => {
            if let Some(reason) = delta.and_then(|delta| delta.get("stop_reason")) {
                dialect.note_finish(reason, sink);
            }
            if let Some(usage) = usage {
                // The last event has counts that the first one lacks, and not always the others.
                dialect.emit_more_usage(usage, sink);
            }
        }
        Event::Stop => dialect.completed = true,
        Event::Nothing => {}
    }
    Ok(true)
}

fn message(dialect: &mut Dialect, message: Value<'_>, sink: &mut dyn Sink) -> Result<(), Failure> {
    dialect.recognised = true;
    let [content, reason, usage] = message.pick(&["content", "stop_reason", "usage"]);
    if let Some(text) = content.filter(Value::is_string) {
        dialect.emit_text(text, sink);
    }
    for (place, block) in content.into_iter().flat_map(|content| content.items()).enumerate() {
        self::block(dialect, i64::try_from(place).ok(), block, false, sink)?;
    }
    if let Some(usage) = usage {
        dialect.emit_usage(usage, sink);
    }
    if let Some(reason) = reason {
        dialect.note_finish(reason, sink);
    }
    Ok(())
}

/// Reads a content block, or a delta of one.
fn block(
    dialect: &mut Dialect,
    place: Option<i64>,
    block: Value<'_>,
    is_delta: bool,
    sink: &mut dyn Sink,
) -> Result<(), Failure> {
    let [kind, id, name, input, partial_json] = block.pick(&["type", "id", "name", "input", "partial_json"]);
    let is = |known: &str| kind.is_some_and(|kind| kind.is(known));
    if is("input_json_delta") {
        // The input of a tool that the service runs itself.
        if place.is_some() && dialect.service_tool == place {
            return Ok(());
        }
    } else if !is_delta {
        let is_service = kind.and_then(|kind| kind.body()).is_some_and(|kind| kind.ends_with(b"_tool_use"));
        dialect.service_tool = place.filter(|_| is_service);
    }
    if is("tool_use") || is("input_json_delta") {
        // A streamed call begins with an empty input, which is a placeholder.
        let input = input.filter(|input| input.entries().next().is_some());
        let item = ResponseItem { id, name, arguments: input.or(partial_json), is_delta, is_text: false };
        return tools::read_item(dialect, place, item, sink);
    }
    chat::part(dialect, block, sink);
    Ok(())
}
