//! Converts answers of all dialects to OpenAI's chat completions and Responses. Input and output are JSON
//! text, without an intermediate representation. What is in OpenAI's format already stays unchanged.

mod calls;
pub mod chunks;
pub mod collected;
pub mod completion;
pub mod conversion;
pub mod gathered;
pub mod names;
mod renamed;
pub mod repair;
pub mod responses;
pub mod stream;

use super::dialect::{Reading, meant_by, name_and_arguments, word};
use super::json::{Kind, Value};
use super::window::Window;
use super::write::{Writer, quote};
use crate::text::{concat, lossy};

/// The members that all chunks of an answer have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The id of the completion.
    pub id: String,
    /// Seconds since 1970.
    pub created: i64,
    /// The model's id.
    pub model: String,
}

impl Head {
    /// `request_id` is the service's, if it sent one.
    pub fn new(request_id: Option<String>, created: i64, model: String, random: Random) -> Self {
        let id = request_id.unwrap_or_else(|| random_word(random, 10));
        Head { id: concat(&["chatcmpl-", &id]), created, model }
    }
}

/// The properties of a request that affect the format of its answer.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Settings {
    /// True if a last chunk without choices contains the usage.
    pub include_usage: bool,
    /// How the answer is read.
    pub reading: Reading,
}

/// Converts the bytes of a stream, piece by piece. `window` is scratch space that is empty between calls.
pub trait Converter {
    /// True if there will be no more output, whatever the input.
    fn is_over(&mut self) -> bool;
    /// Converts bytes.
    fn feed(&mut self, window: &mut Window, bytes: &[u8]) -> Vec<u8>;
    /// Ends the stream and returns the rest of the output. An event that the end cut off before its blank
    /// line counts if it is complete.
    fn finish(&mut self, window: &mut Window) -> Vec<u8>;
}

/// Returns a number from 0 to below 1.
pub type Random = fn() -> f64;

/// A random word of letters and digits, for ids.
pub fn random_word(random: Random, length: usize) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let digit = |_| {
        let at = (random() * DIGITS.len() as f64) as usize;
        char::from(DIGITS.get(at).copied().unwrap_or(b'0'))
    };
    (0..length).map(digit).collect()
}

/// A text as a JSON string.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    quote(text, &mut out);
    out
}

/// The JSON text of a value.
fn raw(value: Value<'_>) -> String {
    lossy(value.raw())
}

/// A `response` of the legacy dialect, which may be any type, as a JSON string.
fn content(response: Option<Value<'_>>) -> Option<String> {
    let response = response.filter(|response| !response.is_null())?;
    Some(if response.is_string() { raw(response) } else { quoted(&raw(response)) })
}

/// A tool call in OpenAI's format: the arguments are a string.
struct ToolCall {
    id: String,
    function: String,
}

impl ToolCall {
    /// Reads the `tool_calls` of an answer in the legacy dialect.
    fn list(calls: Option<Value<'_>>, random: Random) -> Vec<ToolCall> {
        let calls = calls.into_iter().flat_map(|calls| calls.items());
        calls.filter(Value::is_object).map(|call| ToolCall::of(call, random)).collect()
    }

    fn of(call: Value<'_>, random: Random) -> Self {
        let [id, function] = call.pick_present(&["id", "function"]);
        let [name, arguments] = name_and_arguments(function.unwrap_or(call));
        let meant = arguments.and_then(meant_by);
        let arguments = match arguments {
            _ if meant.is_some() => quoted(&meant.unwrap_or_default()),
            Some(arguments) if arguments.is_string() && !arguments.is("") => raw(arguments),
            Some(arguments) if !arguments.is_null() && !arguments.is("") => quoted(&raw(arguments)),
            _ => quoted("{}"),
        };
        ToolCall {
            id: match id.map(|id| (id.kind(), id)) {
                Some((Kind::String, id)) => raw(id),
                Some((Kind::Number, id)) => quoted(&raw(id)),
                _ => quoted(&concat(&["call_", &random_word(random, 9)])),
            },
            function: Writer::object(|out| {
                if let Some(name) = name {
                    out.raw("name", &raw(name));
                }
                out.raw("arguments", &arguments);
            }),
        }
    }

    /// Writes the call, with an index if it is part of a chunk.
    fn write(&self, out: &mut Writer, index: Option<usize>) {
        out.item(|out| {
            out.some_number("index", index.map(|index| index as i64));
            out.raw("id", &self.id);
            out.text("type", "function");
            out.raw("function", &self.function);
        });
    }
}

/// The finish reason of an answer in the legacy dialect, which has none.
fn finish_reason(has_tools: bool, usage: Option<Value<'_>>, settings: Settings) -> &'static str {
    let spent = || usage?.get("completion_tokens")?.as_number();
    let most = settings.reading.max_tokens;
    if has_tools {
        "tool_calls"
    } else if most > 0 && spent().is_some_and(|spent| spent >= f64::from(most)) {
        "length"
    } else {
        "stop"
    }
}

/// True if a finish reason is not null or empty.
fn is_reason(reason: Option<Value<'_>>) -> bool {
    reason.and_then(word).is_some()
}

/// Appends a JSON text to `text/event-stream` as one event.
pub fn write_event(json: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b"data: ");
    // A line feed between the values of JSON is insignificant, but would end the event's line.
    if json.contains(&b'\n') || json.contains(&b'\r') {
        out.extend(json.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte }));
    } else {
        out.extend_from_slice(json);
    }
    out.extend_from_slice(b"\n\n");
}

/// The end of a stream.
const DONE: &[u8] = b"data: [DONE]\n\n";

#[cfg(test)]
pub(super) fn half() -> f64 {
    0.5
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    #[test]
    fn made_up_ids() {
        assert_eq!(random_word(half, 3), "iii");
        assert_eq!(random_word(|| 0.999, 2), "zz");
        let head = |id: Option<&str>| Head::new(id.map(str::to_owned), 1, "m".to_owned(), half).id;
        assert_eq!(
            (head(Some("r")), head(None)),
            ("chatcmpl-r".to_owned(), "chatcmpl-iiiiiiiiii".to_owned())
        );
    }

    #[test]
    fn reasons() {
        let usage = json::parse(br#"{"completion_tokens":5}"#).unwrap();
        let most = |max_tokens| {
            let reading = Reading { max_tokens, ..Reading::default() };
            Settings { reading, ..Settings::default() }
        };
        assert_eq!(finish_reason(true, Some(usage), most(5)), "tool_calls");
        assert_eq!(finish_reason(false, Some(usage), most(5)), "length");
        assert_eq!(finish_reason(false, Some(usage), most(6)), "stop");
        assert_eq!(finish_reason(false, Some(usage), most(0)), "stop");
        assert_eq!(finish_reason(false, None, most(5)), "stop");
        let is = |text: &str| is_reason(json::parse(text.as_bytes()).ok());
        assert!(
            is(r#""stop""#)
                && !is(r#""""#)
                && !is("null")
                && !is("false")
                && !is(r#""null""#)
                && is(r#"{"type":"length"}"#)
                && !is_reason(None)
        );
    }
}
