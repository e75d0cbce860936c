//! Converts a request for a Response to that of a chat.

use crate::error::Error;
use crate::serve::request::{copy, raw, whole, wrong};
use crate::text::{concat, decimal};
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// Members that are handled here, or that only OpenAI's own service uses.
const OWN: [&str; 25] = [
    "model",
    "input",
    "instructions",
    "max_output_tokens",
    "tools",
    "tool_choice",
    "text",
    "reasoning",
    "stream",
    "stream_options",
    "store",
    "metadata",
    "user",
    "include",
    "truncation",
    "previous_response_id",
    "conversation",
    "prompt",
    "background",
    "service_tier",
    "safety_identifier",
    "prompt_cache_key",
    "prompt_cache_retention",
    "max_tool_calls",
    "context_management",
];

/// The chat's input as JSON text.
pub fn chat(request: Value<'_>, streams: bool) -> Result<String, Error> {
    let turns = turns(request)?;
    let tools = tools(request)?;
    let choice = choice(request)?;
    let format = format(request)?;
    let most = whole(request, "max_output_tokens", 1, 1 << 32)?;
    let effort = request.get("reasoning").and_then(|reasoning| reasoning.get("effort"));
    let effort = effort.filter(|effort| effort.is_string());
    Ok(Writer::object(|out| {
        out.raw("messages", &concat(&["[", &turns.join(","), "]"]));
        out.some_number("max_completion_tokens", most);
        for (name, value) in [
            ("tools", tools),
            ("tool_choice", choice),
            ("response_format", format),
            ("reasoning_effort", effort.map(raw)),
        ] {
            if let Some(value) = value {
                out.raw(name, &value);
            }
        }
        if streams {
            out.raw("stream", "true");
        }
        copy(request, &OWN, out);
    }))
}

fn turns(request: Value<'_>) -> Result<Vec<String>, Error> {
    let mut turns = Turns::default();
    if let Some(instructions) = request.get("instructions").filter(|instructions| !instructions.is_null()) {
        let system = instructions.text().ok_or_else(|| wrong("instructions", "a string", instructions))?;
        turns.add("system", &crate::serve::allowed::quoted(&system));
    }
    match request.get("input") {
        Some(input) if input.is_string() => turns.add("user", &raw(input)),
        Some(input) if input.is_array() => {
            for (place, item) in input.items().enumerate() {
                turns.item(item, &concat(&["input.", &decimal(place as i64)]))?;
            }
        }
        _ => return Err(Error::invalid("input", "input must be a string or an array of items.")),
    }
    turns.flush();
    Ok(turns.all)
}

/// The messages of a chat. Text, reasoning and calls of the model are one message there, and several items
/// here.
#[derive(Default)]
struct Turns {
    all: Vec<String>,
    text: Option<String>,
    thoughts: String,
    calls: Vec<String>,
}

impl Turns {
    fn add(&mut self, role: &str, content: &str) {
        self.flush();
        self.all.push(Writer::object(|out| {
            out.text("role", role);
            out.raw("content", content);
        }));
    }

    /// Ends the model's turn.
    fn flush(&mut self) {
        let Turns { all, text, thoughts, calls } = self;
        if text.is_some() || !calls.is_empty() {
            all.push(Writer::object(|out| {
                out.text("role", "assistant");
                out.text("content", text.as_deref().unwrap_or(""));
                if !thoughts.is_empty() {
                    out.text("reasoning_content", thoughts);
                }
                if !calls.is_empty() {
                    out.raw("tool_calls", &concat(&["[", &calls.join(","), "]"]));
                }
            }));
        }
        *text = None;
        thoughts.clear();
        calls.clear();
    }

    fn item(&mut self, item: Value<'_>, field: &str) -> Result<(), Error> {
        let [kind, role, content] = item.pick_present(&["type", "role", "content"]);
        let is = |name: &str| kind.is_some_and(|kind| kind.is(name));
        if is("function_call") {
            let [id, name, arguments] = item.pick_present(&["call_id", "name", "arguments"]);
            self.calls.push(Writer::object(|out| {
                out.some_text("id", id.and_then(|id| id.text()).as_deref());
                out.text("type", "function");
                out.member("function", |out| {
                    out.some_text("name", name.and_then(|name| name.text()).as_deref());
                    out.raw(
                        "arguments",
                        &arguments.filter(Value::is_string).map_or_else(|| "\"{}\"".to_owned(), raw),
                    );
                });
            }));
            return Ok(());
        }
        if is("function_call_output") {
            self.flush();
            let [id, output] = item.pick_present(&["call_id", "output"]);
            let result_text = output.map_or(Ok(String::new()), |output| words(output, field))?;
            self.all.push(Writer::object(|out| {
                out.text("role", "tool");
                out.some_text("tool_call_id", id.and_then(|id| id.text()).as_deref());
                out.text("content", &result_text);
            }));
            return Ok(());
        }
        if is("reasoning") {
            if self.text.is_some() || !self.calls.is_empty() {
                self.flush();
            }
            let [summary, content] = item.pick_present(&["summary", "content"]);
            let parts = content.filter(|content| content.items().next().is_some()).or(summary);
            for part in parts.into_iter().flat_map(|parts| parts.items()) {
                self.thoughts.push_str(&part.get("text").and_then(|text| text.text()).unwrap_or_default());
            }
            return Ok(());
        }
        if kind.is_some_and(|kind| !kind.is("message")) {
            let kind = kind.and_then(|kind| kind.text()).unwrap_or_default();
            let why = concat(&[
                "Items of the type \"",
                crate::slip::clip(&kind),
                "\" are not taken here: there are message, function_call, function_call_output and reasoning.",
            ]);
            return Err(Error::invalid(field, &why));
        }
        let role = role.and_then(|role| role.text()).unwrap_or_default();
        let Some(content) = content else {
            return Err(Error::invalid(&concat(&[field, ".content"]), "A message needs a content."));
        };
        match role.as_str() {
            "assistant" => {
                if self.text.is_some() || !self.calls.is_empty() {
                    let thoughts = std::mem::take(&mut self.thoughts);
                    self.flush();
                    self.thoughts = thoughts;
                }
                self.text = Some(words(content, field)?);
            }
            "user" => self.add("user", &parts(content, field)?),
            "system" | "developer" => {
                let system = crate::serve::allowed::quoted(&words(content, field)?);
                self.add("system", &system);
            }
            _ => {
                let why = "role must be \"user\", \"assistant\", \"system\" or \"developer\".";
                return Err(Error::invalid(&concat(&[field, ".role"]), why));
            }
        }
        Ok(())
    }
}

/// The text of a string, or of text parts.
fn words(content: Value<'_>, field: &str) -> Result<String, Error> {
    if let Some(text) = content.text() {
        return Ok(text);
    }
    let mut texts = String::new();
    for part in content.items() {
        let [text, refusal] = part.pick_present(&["text", "refusal"]);
        match text.or(refusal).and_then(|text| text.text()) {
            Some(text) => texts.push_str(&text),
            None => return Err(unknown(part, field)),
        }
    }
    Ok(texts)
}

/// The content of a user as JSON text.
fn parts(content: Value<'_>, field: &str) -> Result<String, Error> {
    if content.is_string() {
        return Ok(raw(content));
    }
    let mut all = Vec::new();
    for part in content.items() {
        let [kind, text, image, audio] = part.pick_present(&["type", "text", "image_url", "input_audio"]);
        let is = |name: &str| kind.is_some_and(|kind| kind.is(name));
        all.push(match (text, image, audio) {
            (Some(text), ..) if is("input_text") || is("text") || is("output_text") => {
                Writer::object(|out| {
                    out.text("type", "text");
                    out.raw("text", &raw(text));
                })
            }
            (_, Some(image), _) if is("input_image") => Writer::object(|out| {
                out.text("type", "image_url");
                out.member("image_url", |out| out.raw("url", &raw(image)));
            }),
            (.., Some(_)) => raw(part),
            _ => return Err(unknown(part, field)),
        });
    }
    Ok(concat(&["[", &all.join(","), "]"]))
}

fn unknown(part: Value<'_>, field: &str) -> Error {
    let kind = part.get("type").and_then(|kind| kind.text()).unwrap_or_default();
    let why = concat(&[
        "Parts of the type \"",
        crate::slip::clip(&kind),
        "\" are not taken here: there are input_text, output_text and input_image with an image_url.",
    ]);
    Error::invalid(&concat(&[field, ".content"]), &why)
}

fn tools(request: Value<'_>) -> Result<Option<String>, Error> {
    let mut all = Vec::new();
    for (place, tool) in request.get("tools").into_iter().flat_map(|tools| tools.items()).enumerate() {
        if !tool.get("type").is_some_and(|kind| kind.is("function")) {
            let kind = tool.get("type").and_then(|kind| kind.text()).unwrap_or_default();
            let why = concat(&[
                "Tools of the type \"",
                crate::slip::clip(&kind),
                "\" are run by OpenAI's own service: only functions are taken here.",
            ]);
            return Err(Error::invalid(&concat(&["tools.", &decimal(place as i64)]), &why));
        }
        all.push(Writer::object(|out| {
            out.text("type", "function");
            out.member("function", |out| copy(tool, &["type"], out));
        }));
    }
    Ok((!all.is_empty()).then(|| concat(&["[", &all.join(","), "]"])))
}

fn choice(request: Value<'_>) -> Result<Option<String>, Error> {
    let Some(choice) = request.get("tool_choice").filter(|choice| !choice.is_null()) else { return Ok(None) };
    if choice.is_string() {
        return Ok(Some(raw(choice)));
    }
    match choice.get("name").filter(|_| choice.get("type").is_some_and(|kind| kind.is("function"))) {
        Some(name) => Ok(Some(Writer::object(|out| {
            out.text("type", "function");
            out.member("function", |out| out.raw("name", &raw(name)));
        }))),
        None => Err(wrong("tool_choice", "\"auto\", \"none\", \"required\" or a function", choice)),
    }
}

/// Converts `text.format` to the `response_format` of a chat.
fn format(request: Value<'_>) -> Result<Option<String>, Error> {
    let Some(format) =
        request.get("text").and_then(|text| text.get("format")).filter(|format| !format.is_null())
    else {
        return Ok(None);
    };
    match format.get("type") {
        Some(kind) if kind.is("text") => Ok(None),
        Some(kind) if kind.is("json_object") => Ok(Some(r#"{"type":"json_object"}"#.to_owned())),
        Some(kind) if kind.is("json_schema") => Ok(Some(Writer::object(|out| {
            out.text("type", "json_schema");
            out.member("json_schema", |out| copy(format, &["type"], out));
        }))),
        _ => Err(Error::invalid(
            "text.format",
            "text.format must be of the type \"text\", \"json_object\" or \"json_schema\".",
        )),
    }
}
