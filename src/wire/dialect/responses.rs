//! The Responses dialect: an `output` array in answers, events named `response.…` in streams.

use super::tools::{self, ResponseItem};
use super::{Dialect, Failure, FinishReason, Sink};
use crate::wire::json::Value;

/// Reads one event of a stream.
pub(super) fn event<S: Sink + ?Sized>(
    dialect: &mut Dialect,
    kind: &str,
    event: Value<'_>,
    sink: &mut S,
) -> Result<(), Failure> {
    dialect.recognised = true;
    let (mut delta, mut output_index, mut item, mut response) = (None, None, None, None);
    let (mut text, mut arguments, mut name) = (None, None, None);
    for (key, member) in event.entries() {
        match key.raw() {
            b"delta" => delta = Some(member),
            b"output_index" => output_index = Some(member),
            b"item" => item = Some(member),
            b"response" => response = Some(member),
            b"text" | b"refusal" => text = Some(member),
            b"arguments" => arguments = Some(member),
            b"name" => name = Some(member),
            _ => {}
        }
    }
    match kind {
        "response.output_text.delta" | "response.refusal.delta" => {
            delta.map(|delta| dialect.say_text(delta, sink));
        }
        "response.reasoning_text.delta" | "response.reasoning_summary_text.delta" => {
            delta.into_iter().for_each(|delta| dialect.say_reasoning(delta, sink));
        }
        // A server that sends no deltas still says the whole at the end.
        "response.output_text.done" | "response.refusal.done" if !dialect.text_seen => {
            text.map(|text| dialect.say_text(text, sink));
        }
        "response.reasoning_text.done" if !dialect.reasoning_seen => {
            text.into_iter().for_each(|text| dialect.say_reasoning(text, sink));
        }
        "response.function_call_arguments.delta" => {
            let item = ResponseItem { arguments: delta, is_delta: true, ..Default::default() };
            tools::read_item(dialect, output_index, item, sink)?;
        }
        "response.function_call_arguments.done" => {
            let item = ResponseItem { arguments, name, ..Default::default() };
            tools::read_item(dialect, output_index, item, sink)?;
        }
        "response.output_item.added" | "response.output_item.done" => {
            if let Some(item) = item {
                output_item(dialect, item, output_index, sink)?;
            }
        }
        "response.completed" | "response.incomplete" | "response.failed" => {
            dialect.completed = true;
            if let Some(response) = response {
                let output = response.get("output").unwrap_or(response);
                answer(dialect, response, output, sink)?;
            }
            if kind == "response.failed" {
                let (start, end) =
                    response.and_then(|response| response.get("error")).unwrap_or(event).span();
                return Err(Failure::Service(start, end));
            }
        }
        _ => {}
    }
    Ok(())
}

/// Reads a whole response; of one that closes a stream, only what the stream has not said.
pub(super) fn answer<S: Sink + ?Sized>(
    dialect: &mut Dialect,
    response: Value<'_>,
    output: Value<'_>,
    sink: &mut S,
) -> Result<(), Failure> {
    dialect.recognised = true;
    let (text_seen, reasoning_seen) = (dialect.text_seen, dialect.reasoning_seen);
    for (position, item) in output.items().enumerate() {
        let kind = item.get("type").and_then(|kind| kind.as_str());
        match kind.as_deref() {
            Some("function_call") => call(dialect, item, position, sink)?,
            Some("message") if !text_seen => {
                for part in item.get("content").into_iter().flat_map(|content| content.items()) {
                    for name in ["text", "refusal"] {
                        part.get(name).map(|text| dialect.say_text(text, sink));
                    }
                }
            }
            Some("reasoning") if !reasoning_seen => reasoning(dialect, item, sink),
            _ => {}
        }
    }
    if let Some(usage) = response.get("usage") {
        dialect.say_usage(usage, sink);
    }
    let status = response.get("status").and_then(|status| status.as_str());
    match status.as_deref() {
        Some("failed") => {
            let (start, end) = response.get("error").unwrap_or(response).span();
            return Err(Failure::Service(start, end));
        }
        Some("incomplete") => {
            let details = response.get("incomplete_details").and_then(|details| details.get("reason"));
            let reason = details.and_then(|reason| reason.as_str());
            dialect.finish =
                Some(reason.map_or(FinishReason::Other, |reason| FinishReason::from_wire(&reason)));
        }
        Some("completed") => dialect.finish = Some(FinishReason::Stop),
        _ => {}
    }
    Ok(())
}

fn output_item<S: Sink + ?Sized>(
    dialect: &mut Dialect,
    item: Value<'_>,
    output_index: Option<Value<'_>>,
    sink: &mut S,
) -> Result<(), Failure> {
    if item.get("type").and_then(|kind| kind.as_str()).as_deref() != Some("function_call") {
        return Ok(());
    }
    tools::read_item(dialect, output_index, function_call(item), sink)
}

/// A call of a whole response: told already when the stream opened it.
fn call<S: Sink + ?Sized>(
    dialect: &mut Dialect,
    item: Value<'_>,
    position: usize,
    sink: &mut S,
) -> Result<(), Failure> {
    let place = position.to_string();
    let place = crate::wire::json::parse(place.as_bytes()).ok();
    tools::read_item(dialect, place, function_call(item), sink)
}

fn function_call(item: Value<'_>) -> ResponseItem<'_> {
    ResponseItem {
        id: item.get("call_id").or_else(|| item.get("id")),
        name: item.get("name"),
        arguments: item.get("arguments"),
        is_delta: false,
    }
}

fn reasoning<S: Sink + ?Sized>(dialect: &mut Dialect, item: Value<'_>, sink: &mut S) {
    let parts = |name| item.get(name).into_iter().flat_map(|parts: Value<'_>| parts.items());
    let mut said = false;
    for text in parts("content").filter_map(|part| part.get("text")) {
        dialect.say_reasoning(text, sink);
        said = true;
    }
    if !said {
        for text in parts("summary").filter_map(|part| part.get("text")) {
            dialect.say_reasoning(text, sink);
        }
    }
}
