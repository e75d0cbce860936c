//! The members that are sent in addition to the caller's input, as JSON text.

use super::mode::Mode;
use super::root::wrapped;
use crate::error::Error;
use crate::text::{concat, is_all_word};
use crate::wire::write::Writer;

/// The default name of the schema and of the tool.
pub const NAME: &str = "answer";
/// The default description of the tool: older models reject a tool without one.
const DESCRIPTION: &str = "Give the answer.";

/// The requested form.
#[derive(Debug, Clone, Copy)]
pub struct Form<'a> {
    /// The way.
    pub mode: Mode,
    /// The JSON Schema, as text.
    pub schema: &'a str,
    /// True if the value is wrapped in an object; see [`super::root`].
    pub is_wrapped: bool,
    /// The schema's name.
    pub name: &'a str,
    /// Its description for the model.
    pub description: Option<&'a str>,
}

/// Validates a name: OpenAI's rule for schemas and tools.
pub fn check_name(name: &str) -> Result<(), Error> {
    if name.is_empty() || name.len() > 64 || !is_all_word(name, b"_-") {
        let why = "schemaName must be 1 to 64 letters, digits, _ or -.";
        return Err(Error::invalid("schemaName", why));
    }
    Ok(())
}

/// Members that are sent in addition to the input's own.
pub fn members(form: &Form) -> String {
    let own;
    let schema = if form.is_wrapped {
        own = wrapped(form.schema);
        &own
    } else {
        form.schema
    };
    Writer::object(|out| match form.mode {
        Mode::Schema | Mode::SchemaUnstreamed => {
            out.member("response_format", |out| {
                out.text("type", "json_schema");
                out.raw("json_schema", schema);
            });
            if form.mode == Mode::SchemaUnstreamed {
                out.raw("stream", "false");
            }
        }
        Mode::OpenaiSchema => out.member("response_format", |out| {
            out.text("type", "json_schema");
            out.member("json_schema", |out| named(out, form, schema));
        }),
        Mode::ResponsesSchema => out.member("text", |out| {
            out.member("format", |out| {
                out.text("type", "json_schema");
                named(out, form, schema);
            });
        }),
        Mode::GuidedJson => out.raw("guided_json", schema),
        Mode::GuidedJsonUnstreamed => {
            out.raw("guided_json", schema);
            out.raw("stream", "false");
        }
        Mode::Tool => {
            out.list("tools", |out| {
                out.item(|out| {
                    out.text("type", "function");
                    out.member("function", |out| {
                        out.text("name", form.name);
                        out.text("description", form.description.unwrap_or(DESCRIPTION));
                        out.raw("parameters", schema);
                    });
                });
            });
            out.raw(
                "tool_choice",
                &concat(&[r#"{"type":"function","function":{"name":""#, form.name, r#""}}"#]),
            );
        }
    })
}

fn named(out: &mut Writer, form: &Form, schema: &str) {
    out.text("name", form.name);
    out.some_text("description", form.description);
    out.raw("schema", schema);
}

/// Parameters that structured output sets itself: the caller's would contradict them.
pub const OWN: [&str; 7] =
    ["response_format", "guided_json", "tools", "tool_choice", "functions", "stream", "text"];

/// Limit of the lines of a complaint: examples of the violations suffice.
const MOST_LINES: usize = 10;

/// The message to the model about an invalid answer, in the repair request.
pub fn complaint(issues: &[String]) -> String {
    let mut text = String::from("That is not the JSON value that was asked for.");
    for issue in issues.iter().take(MOST_LINES) {
        text.push_str(&concat(&["\n- ", issue]));
    }
    text.push_str("\nAnswer again, with nothing but the JSON value, put right.");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = r#"{"type":"object"}"#;

    fn form(mode: Mode) -> Form<'static> {
        Form { mode, schema: SCHEMA, is_wrapped: false, name: NAME, description: None }
    }

    #[test]
    fn each_way_has_its_members() {
        let bare = r#"{"response_format":{"type":"json_schema","json_schema":{"type":"object"}}"#;
        for (mode, expected) in [
            (Mode::Schema, concat(&[bare, "}"])),
            (Mode::SchemaUnstreamed, concat(&[bare, r#","stream":false}"#])),
            (
                Mode::OpenaiSchema,
                r#"{"response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object"}}}}"#.into(),
            ),
            (
                Mode::ResponsesSchema,
                r#"{"text":{"format":{"type":"json_schema","name":"answer","schema":{"type":"object"}}}}"#.into(),
            ),
            (Mode::GuidedJson, r#"{"guided_json":{"type":"object"}}"#.into()),
            (Mode::GuidedJsonUnstreamed, r#"{"guided_json":{"type":"object"},"stream":false}"#.into()),
            (
                Mode::Tool,
                r#"{"tools":[{"type":"function","function":{"name":"answer","description":"Give the answer.","parameters":{"type":"object"}}}],"tool_choice":{"type":"function","function":{"name":"answer"}}}"#.into(),
            ),
        ] {
            assert_eq!(members(&form(mode)), expected, "{mode:?}");
        }
        let described = Form { name: "city", description: Some("A \"city\"."), ..form(Mode::OpenaiSchema) };
        assert!(members(&described).contains(r#""name":"city","description":"A \"city\".","schema""#));
        let list = Form { schema: r#"{"type":"array"}"#, is_wrapped: true, ..form(Mode::Tool) };
        assert!(
            members(&list)
                .contains(r#""parameters":{"type":"object","properties":{"value":{"type":"array"}}"#)
        );
    }

    #[test]
    fn a_name_is_a_word() {
        for name in ["a", "City_2-b", &"x".repeat(64)] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "a b", "ä", &"x".repeat(65), "a\"b"] {
            assert_eq!(check_name(name).unwrap_err().field.as_deref(), Some("schemaName"), "{name}");
        }
    }
}
