//! A tool of the caller: in our own form, the AI SDK's, or a plain object with the same members.

use js_sys::{Array, Function, JSON};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use crate::js::error::{refusal, to_js};
use crate::js::objects::schema::Schema;
use crate::js::value::{Js, Kind, kind_of, member};
use crate::slip::{Aliases, meant, sentence};
use crate::tasks::tools::declare::{Declared, check_schema};
use crate::text::concat;
use crate::wire::json;

/// A tool.
#[derive(Debug)]
pub struct Tool {
    /// The caller's object; the handler is called on it.
    pub value: JsValue,
    /// The handler; none if the caller runs the tool itself.
    pub execute: Option<Function>,
    /// The schema of its arguments; none if it has none.
    pub schema: Option<Schema>,
    /// Whether its calls require approval.
    pub approval: ApprovalRule,
    /// Its description for the model.
    pub declared: Declared<Js>,
}

/// Whether calls require approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalRule {
    /// If the run has an approval function.
    Default,
    /// Always: without an approval function it is not run.
    Always,
    /// Never.
    Never,
}

/// Names of the schema member: our own, those of the AI SDK and MCP, OpenAI's.
const SCHEMA: [&str; 3] = ["input", "inputSchema", "parameters"];

impl Tool {
    /// Parses the tool of this name.
    pub fn read(name: &str, value: &JsValue) -> Result<Self, JsValue> {
        let field = concat(&["tools.", name]);
        if Kind::of(value) != Kind::Object {
            let why =
                [&field, " must be an object with description, input and execute, not ", kind_of(value), "."];
            return Err(refusal(&field, &concat(&why)));
        }
        if member(value, "function").is_object() {
            let why = [
                &field,
                " is OpenAI's form of a tool. Here it is { description, input, execute }, its name that of the member, and input the JSON Schema that is parameters there.",
            ];
            return Err(refusal(&field, &concat(&why)));
        }
        check_members(&field, value)?;
        let execute = member(value, "execute");
        let execute = match execute.is_undefined() || execute.is_null() {
            true => None,
            false => Some(execute.dyn_into::<Function>().map_err(|other| {
                refusal(&field, &concat(&[&field, ".execute must be a function, not ", kind_of(&other), "."]))
            })?),
        };
        let (schema, parameters) = match Self::schema_of(name, value)? {
            Some(schema) => {
                let json = JSON::parse(&schema.json)?;
                check_schema(name, &Js(json.clone())).map_err(|error| to_js(&error, None))?;
                (Some(schema), Some(Js(json)))
            }
            None => (None, None),
        };
        let description = member(value, "description").as_string();
        Ok(Self {
            value: value.clone(),
            execute,
            schema,
            approval: approval_of(value),
            declared: Declared { description, parameters },
        })
    }

    fn schema_of(name: &str, value: &JsValue) -> Result<Option<Schema>, JsValue> {
        let found =
            SCHEMA.iter().find_map(|name| Some(member(value, name)).filter(|value| !value.is_undefined()));
        let Some(mut schema) = found.filter(|schema| !schema.is_null()) else { return Ok(None) };
        // The AI SDK supports lazily created schemas.
        if let Some(make) = schema.dyn_ref::<Function>()
            && member(&schema, "~standard").is_undefined()
            && let Ok(made) = make.call0(&JsValue::UNDEFINED)
        {
            schema = made;
        }
        let field = concat(&["tools.", name, ".input"]);
        Schema::read(&schema, &member(value, "jsonSchema"), &field, "jsonSchema").map(Some)
    }

    /// True if a parameter must be a string.
    pub fn is_text(&self, parameter: &str) -> bool {
        let Some(schema) = &self.schema else { return false };
        let Ok(schema) = json::parse(schema.json.as_bytes()) else { return false };
        let property = schema.get("properties").and_then(|properties| properties.get(parameter));
        property.and_then(|property| property.get("type")).is_some_and(|kind| kind.is("string"))
    }
}

fn approval_of(value: &JsValue) -> ApprovalRule {
    // The AI SDK's functions that decide by the arguments count as "approval required".
    let theirs = member(value, "needsApproval");
    match member(value, "approve").as_bool() {
        Some(true) => ApprovalRule::Always,
        Some(false) => ApprovalRule::Never,
        None if theirs.is_truthy() => ApprovalRule::Always,
        None => ApprovalRule::Default,
    }
}

/// The members that are read.
const MEMBERS: &[&str] = &[
    "description",
    "input",
    "inputSchema",
    "parameters",
    "jsonSchema",
    "execute",
    "approve",
    "needsApproval",
];
/// Other clients' names for them. A handler under another name would leave every call to the caller, and an
/// approval under another name would be ignored.
const ALIASES: &Aliases = &[
    ("handler function run call invoke func fn callback action", "execute"),
    (
        "approval approved requireapproval requiresapproval requireconfirmation requiresconfirmation needsconfirmation confirm",
        "approve",
    ),
    ("desc summary", "description"),
    ("schema args arguments params inputs argsschema", "input"),
];

/// Rejects misspelt members, and an approval setting that is neither true nor false.
fn check_members(field: &str, value: &JsValue) -> Result<(), JsValue> {
    for name in crate::js::value::keys(value).iter().filter_map(|name| name.as_string()) {
        if MEMBERS.contains(&name.as_str()) {
            continue;
        }
        if let Some(meant) = meant(&name, MEMBERS, ALIASES) {
            return Err(refusal(field, &sentence(&name, &concat(&["member of ", field]), Some(meant), &[])));
        }
    }
    for name in ["approve", "needsApproval"] {
        let kind = Kind::of(&member(value, name));
        let is_known = matches!(kind, Kind::Undefined | Kind::Boolean)
            || name == "needsApproval" && kind == Kind::Function;
        if !is_known {
            let why = [
                field,
                ".",
                name,
                " must be true or false, not ",
                kind_of(&member(value, name)),
                ": approve of runTools is the function that decides.",
            ];
            return Err(refusal(field, &concat(&why)));
        }
    }
    Ok(())
}

/// The argument list of a handler.
pub fn arguments(input: &JsValue, context: &JsValue) -> Array {
    Array::of2(input, context)
}
