//! The Responses dialect: an `output` array in answers, events named `response.…` in streams.

use super::tools::{self, ResponseItem};
use super::{Dialect, Failure, FinishReason, Malformed, Sink, chat};
use crate::wire::json::Value;

/// What an event brings.
#[derive(Clone, Copy)]
enum Event {
    Text,
    TextWhole,
    Reasoning,
    ReasoningWhole,
    Arguments,
    ArgumentsWhole,
    Item,
    End,
    Failed,
}

/// The events that bring something.
const EVENTS: [(&str, Event); 16] = [
    ("response.output_text.delta", Event::Text),
    ("response.refusal.delta", Event::Text),
    ("response.output_text.done", Event::TextWhole),
    ("response.refusal.done", Event::TextWhole),
    ("response.reasoning_text.delta", Event::Reasoning),
    ("response.reasoning_summary_text.delta", Event::Reasoning),
    ("response.reasoning_text.done", Event::ReasoningWhole),
    ("response.function_call_arguments.delta", Event::Arguments),
    ("response.function_call_arguments.done", Event::ArgumentsWhole),
    ("response.output_item.added", Event::Item),
    ("response.output_item.done", Event::Item),
    ("response.completed", Event::End),
    ("response.incomplete", Event::End),
    ("response.failed", Event::Failed),
    ("response.cancelled", Event::Failed),
    ("response.error", Event::Failed),
];

/// Is a member `type` that of an event of this dialect?
pub(super) fn is_event(kind: &Value<'_>) -> bool {
    kind.body().is_some_and(|kind| kind.starts_with(b"response."))
}

/// Reads one event of a stream.
pub(super) fn event(
    dialect: &mut Dialect,
    kind: Value<'_>,
    event: Value<'_>,
    sink: &mut dyn Sink,
) -> Result<(), Failure> {
    dialect.recognised = true;
    let [delta, output_index, item, response, text, refusal, arguments, name] =
        event.pick(&["delta", "output_index", "item", "response", "text", "refusal", "arguments", "name"]);
    let Some((_, brings)) = EVENTS.iter().find(|(known, _)| kind.is(known)) else { return Ok(()) };
    // A server that sends no deltas still sends the whole at the end.
    let text = match brings {
        Event::Text | Event::Reasoning => delta,
        Event::TextWhole => text.or(refusal).filter(|_| !dialect.text_seen),
        Event::ReasoningWhole => text.filter(|_| !dialect.reasoning_seen),
        _ => None,
    };
    match (brings, text) {
        (Event::Text | Event::TextWhole, Some(text)) => {
            dialect.emit_text(text, sink);
        }
        (Event::Reasoning | Event::ReasoningWhole, Some(text)) => dialect.emit_reasoning(text, sink),
        (Event::Arguments, _) => {
            let item = ResponseItem { arguments: delta, is_delta: true, ..Default::default() };
            tools::read_item(dialect, tools::place(output_index), item, sink)?;
        }
        (Event::ArgumentsWhole, _) => {
            let item = ResponseItem { arguments, name, ..Default::default() };
            tools::read_item(dialect, tools::place(output_index), item, sink)?;
        }
        (Event::Item, _) => {
            if let Some(item) = item.filter(is_function_call) {
                tools::read_item(dialect, tools::place(output_index), function_call(item), sink)?;
            }
        }
        (Event::End | Event::Failed, _) => {
            dialect.completed = true;
            let mut error = None;
            if let Some(response) = response {
                let [output, reported] = response.pick(&["output", "error"]);
                error = reported;
                answer(dialect, response, output.unwrap_or(response), sink)?;
            }
            if matches!(brings, Event::Failed) {
                return Err(Failure::at(error.unwrap_or(event)));
            }
        }
        _ => {}
    }
    Ok(())
}

/// Reads a whole response; of one that closes a stream, only what the stream has not sent.
pub(super) fn answer(
    dialect: &mut Dialect,
    response: Value<'_>,
    output: Value<'_>,
    sink: &mut dyn Sink,
) -> Result<(), Failure> {
    dialect.recognised = true;
    let (text_seen, reasoning_seen) = (dialect.text_seen, dialect.reasoning_seen);
    for (position, item) in output.items().enumerate() {
        let [kind, content, summary] = item.pick(&["type", "content", "summary"]);
        let is = |name: &str| kind.is_some_and(|kind| kind.is(name));
        if is_function_call(&item) {
            // Emitted already when its item was added.
            tools::read_item(dialect, i64::try_from(position).ok(), function_call(item), sink)?;
        } else if is("message") && !text_seen {
            content.map(|content| chat::content(dialect, content, sink));
        } else if is("reasoning") && !reasoning_seen {
            let _ = reasoning(dialect, content, sink) || reasoning(dialect, summary, sink);
        }
    }
    let [usage, status, error, details] = response.pick(&["usage", "status", "error", "incomplete_details"]);
    if let Some(usage) = usage {
        dialect.emit_usage(usage, sink);
    }
    let is = |name: &str| status.is_some_and(|status| status.is(name));
    if is("failed") || is("cancelled") {
        let error = error.filter(|error| !error.is_null());
        return Err(Failure::at(error.unwrap_or(response)));
    }
    if is("in_progress") || is("queued") {
        return Err(Failure::Malformed(Malformed::NoAnswer));
    }
    if is("incomplete") {
        let reason = details.and_then(|details| details.get("reason"));
        dialect.finish = Some(reason.map_or(FinishReason::Other, FinishReason::of));
    } else if is("completed") {
        dialect.finish = Some(FinishReason::Stop);
    }
    Ok(())
}

fn is_function_call(item: &Value<'_>) -> bool {
    item.get("type").is_some_and(|kind| kind.is("function_call"))
}

fn function_call(item: Value<'_>) -> ResponseItem<'_> {
    let [call_id, id, name, arguments] = item.pick(&["call_id", "id", "name", "arguments"]);
    ResponseItem { id: call_id.or(id), name, arguments, is_delta: false }
}

/// Reads the parts of a reasoning item; returns whether there were any.
fn reasoning(dialect: &mut Dialect, parts: Option<Value<'_>>, sink: &mut dyn Sink) -> bool {
    let Some(parts) = parts else { return false };
    let mut emitted = false;
    for part in parts.items() {
        if let Some(text) = part.get("text") {
            dialect.emit_reasoning(text, sink);
            emitted = true;
        }
    }
    emitted
}
