//! Converts a request of Anthropic's API to that of a chat.

use crate::error::Error;
use crate::serve::request::{raw, text, whole, wrong};
use crate::text::{concat, decimal};
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// Members that are handled here, or that only Anthropic's own service uses.
const OWN: [&str; 18] = [
    "model",
    "messages",
    "system",
    "max_tokens",
    "stop_sequences",
    "tools",
    "tool_choice",
    "thinking",
    "metadata",
    "service_tier",
    "stream",
    "betas",
    "container",
    "context_management",
    "mcp_servers",
    "output_config",
    "output_format",
    "cache_control",
];

/// The chat's input as JSON text.
pub fn chat(request: Value<'_>, streams: bool, is_own: bool) -> Result<String, Error> {
    let Some(messages) = request.get("messages").filter(|messages| messages.is_array()) else {
        return Err(Error::invalid("messages", "messages must be an array of messages."));
    };
    let Some(most) = whole(request, "max_tokens", 1, 1 << 32)? else {
        return Err(Error::invalid("max_tokens", "max_tokens is missing."));
    };
    let mut turns = Vec::new();
    if let Some(system) = request.get("system").filter(|system| !system.is_null()) {
        let words = words(system, "system")?;
        turns.push(Writer::object(|out| {
            out.text("role", "system");
            out.text("content", &words);
        }));
    }
    for (place, message) in messages.items().enumerate() {
        let field = concat(&["messages.", &decimal(place as i64)]);
        match message.get("role") {
            Some(role) if role.is("user") => user(message, &field, &mut turns)?,
            Some(role) if role.is("assistant") => turns.push(assistant(message, &field, is_own)?),
            Some(role) if role.is("system") => {
                let words = words(message.get("content").unwrap_or(message), &field)?;
                turns.push(Writer::object(|out| {
                    out.text("role", "system");
                    out.text("content", &words);
                }));
            }
            _ => {
                return Err(Error::invalid(
                    &concat(&[&field, ".role"]),
                    "role must be \"user\" or \"assistant\".",
                ));
            }
        }
    }
    let tools = tools(request)?;
    let choice = choice(request)?;
    let stops = request.get("stop_sequences").filter(|stops| stops.items().next().is_some());
    Ok(Writer::object(|out| {
        out.raw("messages", &concat(&["[", &turns.join(","), "]"]));
        // Models of other authors use the newer name.
        out.number(if is_own { "max_tokens" } else { "max_completion_tokens" }, most);
        if let Some(stops) = stops {
            out.raw("stop", &raw(stops));
        }
        if let Some(tools) = tools {
            out.raw("tools", &tools);
        }
        if let Some(choice) = choice {
            out.raw("tool_choice", &choice);
        }
        if streams {
            out.raw("stream", "true");
        }
        crate::serve::request::copy(request, &OWN, out);
    }))
}

/// The text of a string, or of text blocks.
fn words(content: Value<'_>, field: &str) -> Result<String, Error> {
    if let Some(text) = content.text() {
        return Ok(text);
    }
    let mut texts = Vec::new();
    for block in content.items() {
        match block.get("text").and_then(|text| text.text()) {
            Some(text) => texts.push(text),
            None => return Err(unknown(block, field)),
        }
    }
    Ok(texts.join("\n"))
}

/// Converts a user's turn: tool results, which become messages of their own, then the rest.
fn user(message: Value<'_>, field: &str, turns: &mut Vec<String>) -> Result<(), Error> {
    let Some(content) = message.get("content") else {
        return Err(Error::invalid(&concat(&[field, ".content"]), "content is missing."));
    };
    if content.is_string() {
        turns.push(turn("user", &raw(content)));
        return Ok(());
    }
    let mut parts = Vec::new();
    for block in content.items() {
        match block.get("type") {
            Some(kind) if kind.is("tool_result") => {
                // Content before the results becomes a turn before them.
                flush(&mut parts, turns);
                result(block, field, turns, &mut parts)?;
            }
            _ => parts.push(part(block, field)?),
        }
    }
    flush(&mut parts, turns);
    Ok(())
}

fn flush(parts: &mut Vec<String>, turns: &mut Vec<String>) {
    if !parts.is_empty() {
        turns.push(turn("user", &concat(&["[", &parts.join(","), "]"])));
        parts.clear();
    }
}

fn turn(role: &str, content: &str) -> String {
    Writer::object(|out| {
        out.text("role", role);
        out.raw("content", content);
    })
}

/// Converts a tool result. Images in it become content of the user, because the message of a tool has none.
fn result(
    block: Value<'_>,
    field: &str,
    turns: &mut Vec<String>,
    parts: &mut Vec<String>,
) -> Result<(), Error> {
    let [id, content, is_error] = block.pick(&["tool_use_id", "content", "is_error"]);
    let mut texts = Vec::new();
    match content {
        Some(content) if content.is_array() => {
            for block in content.items() {
                match block.get("text").and_then(|text| text.text()) {
                    Some(text) => texts.push(text),
                    None => parts.push(part(block, field)?),
                }
            }
        }
        Some(content) => texts.extend(content.text()),
        None => {}
    }
    let mut result_text = texts.join("\n");
    if is_error.and_then(|is_error| is_error.as_bool()) == Some(true) && result_text.is_empty() {
        result_text.push_str("The tool failed.");
    }
    turns.push(Writer::object(|out| {
        out.text("role", "tool");
        out.some_text("tool_call_id", id.and_then(|id| id.text()).as_deref());
        out.text("content", &result_text);
    }));
    Ok(())
}

/// Converts a block of the user to a part of a message.
fn part(block: Value<'_>, field: &str) -> Result<String, Error> {
    let kind = block.get("type");
    let is = |name: &str| kind.is_some_and(|kind| kind.is(name));
    if is("text") {
        let text = block.get("text").map_or_else(|| "\"\"".to_owned(), raw);
        return Ok(Writer::object(|out| {
            out.text("type", "text");
            out.raw("text", &text);
        }));
    }
    let source = block.get("source").filter(|_| is("image"));
    let Some(source) = source else { return Err(unknown(block, field)) };
    let text = |name: &str| source.get(name).and_then(|value| value.text());
    let url = match (text("url"), text("media_type"), text("data")) {
        (Some(url), ..) => url,
        (None, Some(media_type), Some(data)) => concat(&["data:", &media_type, ";base64,", &data]),
        _ => return Err(unknown(block, field)),
    };
    Ok(Writer::object(|out| {
        out.text("type", "image_url");
        out.member("image_url", |out| out.text("url", &url));
    }))
}

/// Converts the model's turn. Signed thinking is returned to models of other authors, which have signed it.
fn assistant(message: Value<'_>, field: &str, is_own: bool) -> Result<String, Error> {
    let content = message.get("content");
    let (mut texts, mut thoughts, mut calls) = (Vec::new(), Vec::new(), Vec::new());
    let mut signed = Vec::new();
    match content {
        Some(content) if content.is_string() => texts.extend(content.text()),
        Some(content) => {
            for block in content.items() {
                let text = |name: &str| block.get(name).and_then(|value| value.text()).unwrap_or_default();
                match block.get("type").and_then(|kind| kind.text()).as_deref() {
                    Some("text") => texts.push(text("text")),
                    Some("thinking") if !is_own && !text("signature").is_empty() => signed.push(raw(block)),
                    Some("thinking") => thoughts.push(text("thinking")),
                    Some("redacted_thinking") if !is_own => signed.push(raw(block)),
                    // Only Anthropic's service can read it.
                    Some("redacted_thinking") => {}
                    Some("tool_use") => calls.push(call(block)),
                    _ => return Err(unknown(block, field)),
                }
            }
        }
        None => return Err(Error::invalid(&concat(&[field, ".content"]), "content is missing.")),
    }
    Ok(Writer::object(|out| {
        out.text("role", "assistant");
        if signed.is_empty() {
            out.text("content", &texts.join(""));
        } else {
            signed.extend(texts.iter().map(|text| {
                Writer::object(|out| {
                    out.text("type", "text");
                    out.text("text", text);
                })
            }));
            out.raw("content", &concat(&["[", &signed.join(","), "]"]));
        }
        if !thoughts.is_empty() {
            out.text("reasoning_content", &thoughts.join("\n"));
        }
        if !calls.is_empty() {
            out.raw("tool_calls", &concat(&["[", &calls.join(","), "]"]));
        }
    }))
}

fn call(block: Value<'_>) -> String {
    let [id, name, input] = block.pick(&["id", "name", "input"]);
    Writer::object(|out| {
        out.some_text("id", id.and_then(|id| id.text()).as_deref());
        out.text("type", "function");
        out.member("function", |out| {
            out.some_text("name", name.and_then(|name| name.text()).as_deref());
            out.text("arguments", &input.map_or_else(|| "{}".to_owned(), raw));
        });
    })
}

fn tools(request: Value<'_>) -> Result<Option<String>, Error> {
    let mut all = Vec::new();
    for (place, tool) in request.get("tools").into_iter().flat_map(|tools| tools.items()).enumerate() {
        let [kind, name, description, schema] =
            tool.pick_present(&["type", "name", "description", "input_schema"]);
        let field = concat(&["tools.", &decimal(place as i64)]);
        if kind.is_some_and(|kind| !kind.is("custom")) {
            return Err(Error::invalid(
                &field,
                "Tools that Anthropic's own service runs are not run here: declare it with input_schema.",
            ));
        }
        let (Some(name), Some(schema)) = (name, schema) else {
            return Err(Error::invalid(&field, "A tool needs a name and an input_schema."));
        };
        all.push(Writer::object(|out| {
            out.text("type", "function");
            out.member("function", |out| {
                out.raw("name", &raw(name));
                // Some models require one.
                out.raw("description", &description.map_or_else(|| "\"\"".to_owned(), raw));
                out.raw("parameters", &raw(schema));
            });
        }));
    }
    Ok((!all.is_empty()).then(|| concat(&["[", &all.join(","), "]"])))
}

fn choice(request: Value<'_>) -> Result<Option<String>, Error> {
    let Some(choice) = request.get("tool_choice").filter(|choice| !choice.is_null()) else { return Ok(None) };
    let kind = text(choice, "type")?;
    Ok(Some(match kind.as_deref() {
        Some("auto") => "\"auto\"".to_owned(),
        Some("any") => "\"required\"".to_owned(),
        Some("none") => "\"none\"".to_owned(),
        Some("tool") => {
            let name = choice.get("name").map_or_else(|| "\"\"".to_owned(), raw);
            Writer::object(|out| {
                out.text("type", "function");
                out.member("function", |out| out.raw("name", &name));
            })
        }
        _ => {
            return Err(wrong(
                "tool_choice",
                "an object of the type \"auto\", \"any\", \"tool\" or \"none\"",
                choice,
            ));
        }
    }))
}

fn unknown(block: Value<'_>, field: &str) -> Error {
    let kind = block.get("type").and_then(|kind| kind.text()).unwrap_or_default();
    let why = concat(&[
        "Blocks of the type \"",
        crate::slip::clip(&kind),
        "\" are not taken here: there are text, image, tool_use, tool_result and thinking.",
    ]);
    Error::invalid(&concat(&[field, ".content"]), &why)
}
