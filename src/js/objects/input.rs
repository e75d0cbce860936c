//! The input of a method with structured output.

use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::schema::Schema;
use crate::error::Error;
use crate::js::error::{refusal, to_js, unreadable};
use crate::js::model::model_id;
use crate::js::value::{Kind, entries, kind_of, list, member};
use crate::slip::{Aliases, meant, sentence};
use crate::tasks::object::answer::Expected;
use crate::tasks::object::mode::{self, Mode};
use crate::tasks::object::request::{Form, NAME, OWN, check_name, members};
use crate::text::concat;

/// Members of the input that are parameters of this method, not of the model.
const OURS: [&str; 5] = ["schema", "jsonSchema", "schemaName", "schemaDescription", "repair"];

/// Other clients' names for them.
const ALIASES: &Aliases = &[
    ("outputschema responseschema zodschema output", "schema"),
    ("repairs retry retries maxretries experimentalrepairtext repairtext", "repair"),
];

/// A parsed input.
#[derive(Debug)]
pub struct Input {
    /// The schema of the answer.
    pub schema: Schema,
    /// How the model is made to follow it.
    pub mode: Mode,
    /// True if the value is wrapped in an object on the wire.
    pub is_wrapped: bool,
    /// The name of the schema, and of the tool.
    pub name: String,
    /// True if an invalid answer may be repaired by a second request.
    pub repair: bool,
    /// The model's own input.
    pub rest: Object,
    /// Further members of the request.
    pub more: JsValue,
}

impl Input {
    /// Parses an input for a model, which is validated by the client.
    pub fn read(model: &JsValue, input: &JsValue, streamed: bool) -> Result<Self, JsValue> {
        let model = model_id(model).map_err(|error| to_js(&error, None))?;
        if Kind::of(input) != Kind::Object {
            let why = [
                "The input must be an object with schema, and prompt or messages, not ",
                kind_of(input),
                ".",
            ];
            return Err(refusal("input", &concat(&why)));
        }
        let rest = rest_of(input)?;
        let schema =
            Schema::read(&member(input, "schema"), &member(input, "jsonSchema"), "schema", "jsonSchema")?;
        let text = |name: &'static str| match member(input, name) {
            value if value.is_undefined() => Ok(None),
            value => match value.as_string() {
                Some(text) => Ok(Some(text)),
                None => Err(refusal(name, &concat(&[name, " must be a string, not ", kind_of(&value), "."]))),
            },
        };
        let name = text("schemaName")?.unwrap_or_else(|| NAME.to_owned());
        check_name(&name).map_err(|error| to_js(&error, None))?;
        let description = text("schemaDescription")?;
        let repair = repair_of(&member(input, "repair"), streamed).map_err(|error| to_js(&error, None))?;
        let mode = mode::of(&model, streamed, !member(&rest, "input").is_undefined());
        let is_wrapped = !schema.root.is_object && (mode == Mode::Tool || mode::wants_objects(&model));
        let form =
            Form { mode, schema: &schema.json, is_wrapped, name: &name, description: description.as_deref() };
        let more = JSON::parse(&members(&form))?;
        Ok(Self { schema, mode, is_wrapped, name, repair, rest, more })
    }

    /// The properties of the value that is searched for in an answer.
    pub fn expected(&self) -> Expected<'_> {
        Expected { root: self.schema.root, is_wrapped: self.is_wrapped, tool: self.tool() }
    }

    /// The tool that the model has to call, in that mode.
    pub fn tool(&self) -> Option<&str> {
        (self.mode == Mode::Tool).then_some(&self.name)
    }
}

fn rest_of(input: &JsValue) -> Result<Object, JsValue> {
    let rest = Object::new();
    let thrown = |cause| to_js(&unreadable(false), Some(&cause));
    for (name, value) in entries(input).map_err(thrown)? {
        let own = name.as_string().unwrap_or_default();
        if OURS.contains(&own.as_str()) {
            continue;
        }
        if OWN.contains(&own.as_str()) && !value.is_undefined() {
            let why = [&own, " is made of schema by this method: leave it out, or use generateText."];
            return Err(refusal(&own, &concat(&why)));
        }
        if let Some(meant) = meant(&own, &OURS, ALIASES) {
            return Err(refusal(&own, &sentence(&own, "parameter of this method", Some(meant), &[])));
        }
        // Cannot fail on a plain object.
        let _ = Reflect::set(&rest, &name, &value);
    }
    Ok(rest)
}

fn repair_of(repair: &JsValue, streamed: bool) -> Result<bool, Error> {
    let times = match repair.as_f64() {
        _ if repair.is_undefined() => 0.0,
        Some(times) if times == 0.0 || times == 1.0 => times,
        _ => return Err(Error::invalid("repair", "repair must be 0 or 1.")),
    };
    if streamed && times > 0.0 {
        let why = "What was streamed cannot be taken back: repair is for generateObject.";
        return Err(Error::invalid("repair", why));
    }
    Ok(times > 0.0)
}

/// The conversation of an input with two more messages: the model's answer, and its errors.
pub fn conversation(rest: &Object, answer: &str, complaint: &str) -> Object {
    let next = Object::assign(&Object::new(), rest);
    let name = if member(rest, "input").is_undefined() { "messages" } else { "input" };
    let turns = Array::new();
    let before = member(rest, name);
    match list(&before) {
        Some(before) => {
            before.iter().for_each(|turn| {
                turns.push(&turn);
            });
        }
        None => {
            let text = if before.is_undefined() { member(rest, "prompt") } else { before };
            turns.push(&turn("user", &text));
        }
    }
    if !answer.trim().is_empty() {
        turns.push(&turn("assistant", &answer.into()));
    }
    turns.push(&turn("user", &complaint.into()));
    let _ = Reflect::delete_property(&next, &"prompt".into());
    let _ = Reflect::set(&next, &name.into(), &turns);
    next
}

fn turn(role: &str, content: &JsValue) -> JsValue {
    let turn = Object::new();
    let _ = Reflect::set(&turn, &"role".into(), &role.into());
    let _ = Reflect::set(&turn, &"content".into(), content);
    turn.into()
}
