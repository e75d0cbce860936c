//! Structured output for adapters that validate the value themselves, and may have tools beside it:
//! interfaces of other SDKs.
//!
//! The value is requested in the family's mode, as by `generateObject`. With tools that is impossible for the
//! service's own models, where a JSON Schema constrains each token of the answer, including those of a call:
//! there the value is the argument of an additional tool, and a tool call is required.

use super::mode::{self, Mode};
use super::request::{Form, NAME, check_name, members};
use super::root::Root;
use crate::precheck::is_foreign;
use crate::wire::json;
use crate::wire::write::Writer;

/// The schema if the value may be any object.
const ANY_OBJECT: &str = r#"{"type":"object"}"#;

/// How a value is requested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Members that are sent in addition to the input's own, as JSON text.
    pub members: String,
    /// True if it is streamed; otherwise the answer is received at once.
    pub streams: bool,
    /// The tool whose argument is the value.
    pub tool: Option<String>,
    /// True if the value is wrapped in an object on the wire.
    pub is_wrapped: bool,
    /// The types allowed at its root.
    pub root: Root,
}

/// The requested value, and the tools beside it.
#[derive(Debug, Clone, Copy)]
pub struct PlanRequest<'a> {
    /// The JSON Schema, as text; none for any object.
    pub schema: Option<&'a str>,
    /// The schema's name, if any. A name that the service would reject is not used.
    pub name: Option<&'a str>,
    /// Its description for the model.
    pub description: Option<&'a str>,
    /// The names of the caller's own tools.
    pub tools: &'a [String],
    /// True if a stream is requested.
    pub streamed: bool,
}

/// The plan for a model.
pub fn plan(model: &str, request: &PlanRequest) -> Plan {
    let has_tools = !request.tools.is_empty();
    let mode = match mode::of(model, request.streamed, false) {
        _ if has_tools && !is_foreign(model) => Mode::Tool,
        mode => mode,
    };
    let schema = request.schema.unwrap_or(ANY_OBJECT);
    let root = json::parse(schema.as_bytes())
        .map_or(Root { is_object: true, array: false, scalar: false }, Root::of);
    let is_wrapped = !root.is_object && (mode == Mode::Tool || mode::wants_objects(model));
    let mut name = request.name.filter(|name| check_name(name).is_ok()).unwrap_or(NAME).to_owned();
    while mode == Mode::Tool && request.tools.contains(&name) {
        name.push('_');
    }
    let is_whole = matches!(mode, Mode::SchemaUnstreamed | Mode::GuidedJsonUnstreamed);
    // Never streamed: the caller requests the whole answer.
    let sent = match mode {
        Mode::SchemaUnstreamed => Mode::Schema,
        Mode::GuidedJsonUnstreamed => Mode::GuidedJson,
        mode => mode,
    };
    let form = Form { mode: sent, schema, is_wrapped, name: &name, description: request.description };
    let members = match sent {
        Mode::Schema | Mode::OpenaiSchema if request.schema.is_none() => any_object(),
        _ => members(&form),
    };
    Plan {
        members,
        streams: !is_whole && !is_wrapped,
        tool: (mode == Mode::Tool).then_some(name),
        is_wrapped,
        root,
    }
}

/// JSON mode without a schema.
fn any_object() -> String {
    Writer::object(|out| out.member("response_format", |out| out.text("type", "json_object")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = r#"{"type":"object","properties":{"a":{"type":"string"}}}"#;
    const LLAMA: &str = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
    const OLD: &str = "@cf/meta/llama-3.1-8b-instruct-fast";
    const KIMI: &str = "@cf/moonshotai/kimi-k2.6";
    const MISTRAL: &str = "@cf/mistralai/mistral-small-3.1-24b-instruct";

    fn request(schema: Option<&str>) -> PlanRequest<'_> {
        PlanRequest { schema, name: None, description: None, tools: &[], streamed: false }
    }

    #[test]
    fn a_schema_is_requested_in_the_familys_way() {
        for (model, streamed, streams, says) in [
            (LLAMA, false, true, r#""json_schema":{"type":"object""#),
            (LLAMA, true, true, r#""tool_choice""#),
            (OLD, true, false, r#""json_schema":{"type":"object""#),
            (KIMI, true, true, r#""json_schema":{"name":"answer""#),
            (MISTRAL, false, true, r#""tool_choice""#),
        ] {
            let plan = plan(model, &PlanRequest { streamed, ..request(Some(SCHEMA)) });
            assert_eq!(plan.streams, streams, "{model}");
            assert!(plan.members.contains(says), "{model}: {}", plan.members);
            assert!(!plan.members.contains(r#""stream""#), "{model}: {}", plan.members);
        }
    }

    #[test]
    fn beside_tools_the_value_is_the_argument_of_one_more() {
        let tools = ["weather".to_owned(), "answer".to_owned()];
        let own = plan(KIMI, &PlanRequest { tools: &tools, ..request(Some(SCHEMA)) });
        assert_eq!(own.tool.as_deref(), Some("answer_"));
        let foreign = plan("openai/gpt-5.2", &PlanRequest { tools: &tools, ..request(Some(SCHEMA)) });
        assert_eq!(foreign.tool, None);
    }

    #[test]
    fn any_object_has_no_schema() {
        for model in [LLAMA, KIMI, "openai/gpt-5.2"] {
            assert_eq!(plan(model, &request(None)).members, r#"{"response_format":{"type":"json_object"}}"#);
        }
        assert!(plan(MISTRAL, &request(None)).members.contains(r#""parameters":{"type":"object"}"#));
        assert!(plan("@cf/google/gemma-3-12b-it", &request(None)).members.contains("guided_json"));
    }

    #[test]
    fn a_name_that_would_be_refused_is_not_used() {
        let named = |name| plan(KIMI, &PlanRequest { name: Some(name), ..request(Some(SCHEMA)) }).members;
        assert!(named("city").contains(r#""name":"city""#));
        assert!(named("a city").contains(r#""name":"answer""#));
    }

    #[test]
    fn what_is_no_object_is_wrapped_where_only_one_may_stand() {
        let list = plan(MISTRAL, &request(Some(r#"{"type":"array"}"#)));
        assert!(list.is_wrapped && !list.streams && list.root.array);
        assert!(!plan(KIMI, &request(Some(r#"{"type":"array"}"#))).is_wrapped);
    }
}
