//! OpenAI's Responses: the members that clients add, and conversion of a whole Response to the events of
//! its stream.

use super::{DONE, raw, write_event};
use crate::error::{Code, Error};
use crate::text::{concat, decimal};
use crate::value::{Shape, Value as AnyValue};
use crate::wire::json::{self, Value};
use crate::wire::write::Writer;

/// True if a model on the binding can answer with a Response. The binding has no endpoint that translates,
/// so a model of Cloudflare has to support the format itself.
/// speak the dialect.
pub fn is_supported(model: &str) -> bool {
    let own = model.starts_with("@cf/") || model.starts_with("@hf/");
    !own || crate::text::find(model, "/gpt-oss-", 0).is_some()
}

/// Parameters of chat completions that have another name in Responses, where they would be ignored.
const CHAT_PARAMETERS: [(&str, &str); 6] = [
    ("max_tokens", "max_output_tokens"),
    ("max_completion_tokens", "max_output_tokens"),
    ("messages", "input"),
    ("response_format", "text: { format }"),
    ("reasoning_effort", "reasoning: { effort }"),
    ("functions", "tools"),
];

/// Rejects parameters of a chat completion in a request for a Response.
pub fn check_names<V: AnyValue>(request: &V) -> Result<(), Error> {
    for (name, meant) in CHAT_PARAMETERS {
        if request.get(name).is_some() {
            let why = crate::slip::sentence(name, "parameter of a Response", Some(meant), &[]);
            return Err(Error::invalid(name, &why));
        }
    }
    Ok(())
}

/// The whole text of a Response, which clients add as `output_text`; `None` if the service has added it.
pub fn output_text<V: AnyValue>(response: &V) -> Result<Option<String>, Error> {
    let output = response
        .member("output")
        .filter(|output| matches!(output.shape(), Shape::List(_) | Shape::Texts(..) | Shape::Numbers(..)));
    let Some(output) = output.filter(|_| response.is_object()) else {
        let why = "The answer is no Response. Does the model speak this dialect?";
        return Err(Error::new(Code::MalformedResponse, why));
    };
    check_status(response, output.items().is_empty())?;
    if response.member("output_text").is_some_and(|text| matches!(text.shape(), Shape::Text(_))) {
        return Ok(None);
    }
    let is = |value: &V, kind: &str| value.member("type").is_some_and(|own| own.is_text(kind));
    let mut whole = String::new();
    for message in output.items().iter().filter(|item| is(item, "message")) {
        let content = message.member("content").map(|content| content.items()).unwrap_or_default();
        for part in content.iter().filter(|part| is(part, "output_text")) {
            whole.push_str(&part.member("text").and_then(|text| text.text()).unwrap_or_default());
        }
    }
    Ok(Some(whole))
}

/// Rejects a Response that failed, or that is incomplete and empty, unless it was requested in the
/// background.
fn check_status<V: AnyValue>(response: &V, is_empty: bool) -> Result<(), Error> {
    let Some(status) = response.member("status").and_then(|status| status.text()) else { return Ok(()) };
    let is_background = response.member("background").and_then(|flag| flag.boolean()) == Some(true);
    match status.as_str() {
        "failed" | "cancelled" | "expired" => {
            let why = concat(&["The service has not said why the Response is ", &status, ". Ask again."]);
            Err(Error::new(Code::Server, why))
        }
        "in_progress" | "queued" if is_empty && !is_background => {
            let why = concat(&["The Response is ", &status, " and has no output yet. Ask again."]);
            Err(Error::new(Code::MalformedResponse, why))
        }
        _ => Ok(()),
    }
}

/// A Response as the events of its stream, for a client that requested a stream.
pub fn event_stream(response: &str) -> Vec<u8> {
    let mut stream = Vec::new();
    let mut number = 0;
    let mut write = |kind: &str, fill: &dyn Fn(&mut Writer)| {
        let event = Writer::object(|out| {
            out.text("type", kind);
            out.number("sequence_number", number);
            fill(out);
        });
        number += 1;
        write_event(event.as_bytes(), &mut stream);
    };
    if let Ok(response) = json::parse(response.as_bytes()) {
        write("response.created", &|out| out.member("response", |out| started(response, out)));
        let output = response.get("output");
        for (place, item) in output.into_iter().flat_map(|output| output.items()).enumerate() {
            for (at, part) in parts(item).enumerate() {
                if !is(part, "output_text") {
                    continue;
                }
                write("response.output_text.delta", &|out| {
                    if let Some(id) = item.get("id") {
                        out.raw("item_id", &raw(id));
                    }
                    out.raw("output_index", &decimal(place as i64));
                    out.raw("content_index", &decimal(at as i64));
                    if let Some(text) = part.get("text") {
                        out.raw("delta", &raw(text));
                    }
                });
            }
            write("response.output_item.done", &|out| {
                out.raw("output_index", &decimal(place as i64));
                out.raw("item", &raw(item));
            });
        }
        let is_incomplete = response.get("status").is_some_and(|status| status.is("incomplete"));
        let end = if is_incomplete { "response.incomplete" } else { "response.completed" };
        write(end, &|out| out.member("response", |out| completed(response, out)));
    }
    stream.extend_from_slice(DONE);
    stream
}

/// A Response at its start.
fn started(response: Value<'_>, out: &mut Writer) {
    let own = [("status", "\"in_progress\""), ("output", "[]")];
    for (key, value) in response.entries().filter(|(key, _)| !key.is("output_text")) {
        match own.iter().find(|(name, _)| key.is(name)) {
            Some((_, value)) => out.raw_key(key, value),
            None => out.raw_key(key, &raw(value)),
        }
    }
    for (name, value) in own.iter().filter(|(name, _)| response.get(name).is_none()) {
        out.raw(name, value);
    }
}

/// A complete Response; the members that clients add are at its end.
fn completed(response: Value<'_>, out: &mut Writer) {
    for (key, value) in response.entries().filter(|(key, _)| !key.is("output_text")) {
        out.raw_key(key, &raw(value));
    }
    if let Some(text) = response.get("output_text") {
        out.raw("output_text", &raw(text));
    }
}

fn is(value: Value<'_>, kind: &str) -> bool {
    value.get("type").is_some_and(|own| own.is(kind))
}

/// The parts of a message.
fn parts(item: Value<'_>) -> impl Iterator<Item = Value<'_>> {
    let content = if is(item, "message") { item.get("content") } else { None };
    content.into_iter().flat_map(|content| content.items())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json::Json;

    const OUTPUT: &str = concat!(
        r#"[{"type":"reasoning","content":[{"type":"output_text","text":"no"}]},"#,
        r#"{"type":"message","id":"m","content":[{"type":"output_text","text":"a"},{"type":"refusal"},{"type":"output_text","text":"b"}]},"#,
        r#"{"type":"message"}]"#
    );

    #[test]
    fn which_models_speak_it() {
        for (model, expected) in [
            ("@cf/openai/gpt-oss-20b", true),
            ("@cf/meta/llama-3.1-8b-instruct", false),
            ("@hf/a/b", false),
            ("openai/gpt-5", true),
        ] {
            assert_eq!(is_supported(model), expected, "{model}");
        }
    }

    #[test]
    fn the_text_is_joined() {
        let text = |response: &str| output_text(&Json::sample(response));
        assert_eq!(text(&[r#"{"output":"#, OUTPUT, "}"].concat()), Ok(Some("ab".to_owned())));
        assert_eq!(text(r#"{"output":[]}"#), Ok(Some(String::new())));
        assert_eq!(text(r#"{"output":[],"output_text":"x"}"#), Ok(None));
        assert_eq!(text(r#"{"output":[],"output_text":null}"#), Ok(Some(String::new())));
        for (status, code) in [
            ("failed", Code::Server),
            ("cancelled", Code::Server),
            ("expired", Code::Server),
            ("in_progress", Code::MalformedResponse),
            ("queued", Code::MalformedResponse),
        ] {
            let error = text(&[r#"{"output":[],"status":""#, status, r#""}"#].concat()).unwrap_err();
            assert_eq!(error.code, code, "{status}");
            assert!(error.message.contains(status), "{}", error.message);
        }
        assert_eq!(text(r#"{"output":[],"status":"queued","background":true}"#), Ok(Some(String::new())));
        for wrong in ["{}", "null", "[]", r#"{"output":"a"}"#] {
            assert_eq!(text(wrong).unwrap_err().code, Code::MalformedResponse, "{wrong}");
        }
    }

    #[test]
    fn a_response_as_events() {
        let response =
            [r#"{"id":"r","output_text":"ab","output":"#, OUTPUT, r#","status":"completed"}"#].concat();
        let stream = String::from_utf8(event_stream(&response)).unwrap();
        let item = |place: &str, number: &str, item: &str| {
            [
                r#"data: {"type":"response.output_item.done","sequence_number":"#,
                number,
                r#","output_index":"#,
                place,
                r#","item":"#,
                item,
                "}",
            ]
            .concat()
        };
        let delta = |number: &str, at: &str, text: &str| {
            [
                r#"data: {"type":"response.output_text.delta","sequence_number":"#,
                number,
                r#","item_id":"m","output_index":1,"content_index":"#,
                at,
                r#","delta":""#,
                text,
                r#""}"#,
            ]
            .concat()
        };
        let items = json::parse(OUTPUT.as_bytes()).unwrap().items().map(raw).collect::<Vec<_>>();
        let expected = [
            r#"data: {"type":"response.created","sequence_number":0,"response":{"id":"r","output":[],"status":"in_progress"}}"#,
            &item("0", "1", &items[0]),
            &delta("2", "0", "a"),
            &delta("3", "2", "b"),
            &item("1", "4", &items[1]),
            &item("2", "5", &items[2]),
            &[
                r#"data: {"type":"response.completed","sequence_number":6,"response":{"id":"r","output":"#,
                OUTPUT,
                r#","status":"completed","output_text":"ab"}}"#,
            ]
            .concat(),
            "data: [DONE]",
        ];
        assert_eq!(stream.split_terminator("\n\n").collect::<Vec<_>>(), expected);
        let cut = String::from_utf8(event_stream(r#"{"output":[],"status":"incomplete"}"#)).unwrap();
        assert!(cut.contains(r#"{"type":"response.incomplete","#) && !cut.contains("response.completed"));
        let bare = String::from_utf8(event_stream(r#"{"output":[]}"#)).unwrap();
        assert!(bare.contains(r#""response":{"output":[],"status":"in_progress"}"#), "{bare}");
    }
}
