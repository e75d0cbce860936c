//! Declares tools in a request: nested, with a description and a schema of an object, which all models with
//! tool support accept. Some newer ones reject the flat form, a tool without a description, or one without
//! parameters; the oldest require the flat form.

use super::names::Names;
use crate::error::Error;
use crate::text::concat;
use crate::value::{Tree, Value};

/// A tool, without its handler.
#[derive(Debug, Clone)]
pub struct Declared<V> {
    /// What it does.
    pub description: Option<String>,
    /// The JSON Schema of its arguments.
    pub parameters: Option<V>,
}

/// Models that support only the flat form.
const FLAT: [&str; 1] = ["@hf/nousresearch/hermes-2-pro-mistral-7b"];

/// The member `tools` of a request.
pub fn tools<V: Value>(model: &str, names: &Names, tools: &[Declared<V>]) -> Tree<V> {
    let is_flat = FLAT.contains(&model);
    let one = |(place, tool): (usize, &Declared<V>)| {
        let description = tool.description.as_deref().filter(|text| !text.trim_ascii().is_empty());
        let parameters = match &tool.parameters {
            Some(parameters) => Tree::Value(parameters.clone()),
            None => Tree::object([
                ("type", Tree::Text("object".into())),
                ("properties", Tree::Object(Vec::new())),
            ]),
        };
        let function = Tree::object([
            ("name", Tree::Text(names.sent(place).to_owned())),
            ("description", Tree::Text(description.unwrap_or_else(|| names.own(place)).to_owned())),
            ("parameters", parameters),
        ]);
        if is_flat {
            return function;
        }
        Tree::object([("type", Tree::Text("function".into())), ("function", function)])
    };
    Tree::List(tools.iter().enumerate().map(one).collect())
}

/// Rejects a schema that is invalid for arguments, which are an object.
pub fn check_schema<V: Value>(name: &str, schema: &V) -> Result<(), Error> {
    let field = concat(&["tools.", name, ".input"]);
    let refuse = |why: &str| Err(Error::invalid(&field, &concat(&[&field, why])));
    if !schema.is_object() {
        return refuse(&concat(&[" must be a JSON Schema or a Standard Schema, not ", &schema.kind(), "."]));
    }
    // `type` is optional beside `anyOf`, `$ref` and the like.
    match schema.get("type").and_then(|kind| kind.text()) {
        Some(kind) if kind != "object" => {
            let kind: String = kind.chars().take(40).collect();
            refuse(&concat(&[
                " must describe an object, since the arguments of a tool are one, not \"",
                &kind,
                "\". Put it into a property.",
            ]))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{self, Capability, InputShape};
    use crate::tasks::testing::tree;
    use crate::value::json::Json;

    #[test]
    fn what_is_missing_is_filled_in() {
        let names = Names::new(["get.weather", "now"]);
        let declared = [
            Declared {
                description: Some("The weather.".into()),
                parameters: Some(Json::sample(r#"{"type":"object"}"#)),
            },
            Declared { description: Some(" ".into()), parameters: None },
        ];
        let nested = concat!(
            r#"[{"type":"function","function":{"name":"get_weather","description":"The weather.","parameters":{"type":"object"}}},"#,
            r#"{"type":"function","function":{"name":"now","description":"now","parameters":{"type":"object","properties":{}}}}]"#
        );
        for model in
            ["@cf/zai-org/glm-4.7-flash", "@cf/meta/llama-3.3-70b-instruct-fp8-fast", "@cf/nobody/new"]
        {
            assert_eq!(tree(&tools(model, &names, &declared)), nested, "{model}");
        }
        for entry in catalog::all().iter().filter(|entry| entry.can(Capability::FunctionCalling)) {
            let is_flat = tree(&tools(entry.id, &names, &declared)).starts_with(r#"[{"name":"get_weather","#);
            assert_eq!(is_flat, entry.input == InputShape::TextLegacyOld, "{}", entry.id);
        }
    }

    #[test]
    fn arguments_are_an_object() {
        for schema in [r#"{"type":"object"}"#, "{}", r##"{"$ref":"#/a"}"##] {
            assert!(check_schema("f", &Json::sample(schema)).is_ok(), "{schema}");
        }
        for schema in [r#"{"type":"string"}"#, "[]", "null", r#""object""#] {
            let error = check_schema("f", &Json::sample(schema)).unwrap_err();
            assert_eq!(error.field.as_deref(), Some("tools.f.input"));
        }
    }
}
