//! Schemas of callers: a JSON Schema, a schema of a library that follows Standard Schema (Zod, Valibot,
//! ArkType and others), or one of the AI SDK. Each is converted to a JSON Schema for the request, and
//! validates values.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, Function, JSON, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::failure::refused_by;
use super::host::issues_of;
use crate::js::error::{refusal, to_js};
use crate::js::fields::Fields;
use crate::js::package::check_references;
use crate::js::promise::settled;
use crate::js::remote::call_wait::CallWait;
use crate::js::value::{Kind, copy, entries, is_list, items_of, kind_of, member};
use crate::tasks::object::keywords;
use crate::tasks::object::root::Root;
use crate::text::concat;
use crate::wire::json;

/// The requested dialect of JSON Schema, and an older one that some libraries still generate.
const TARGETS: [&str; 2] = ["draft-2020-12", "draft-07"];

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON, catch, js_name = stringify)]
    fn stringify(value: &JsValue) -> Result<JsValue, JsValue>;
}

/// A schema.
#[derive(Debug, Clone)]
pub struct Schema {
    /// The JSON Schema, as text.
    pub json: Rc<str>,
    /// The types allowed at the root.
    pub root: Root,
    judge: Judge,
}

/// The validator.
#[derive(Debug, Clone)]
enum Judge {
    /// The schema's own library: `validate` of this `~standard`.
    Library(JsValue, Function),
    /// The validator for this JSON Schema.
    JsonSchema(JsValue),
}

/// The result of a validation.
#[derive(Debug)]
pub enum Verdict {
    /// Valid. The value may be a converted one: libraries convert, and fill in defaults.
    Fits(JsValue),
    /// Invalid: an array of `{ path, message }`.
    Issues(Array),
}

impl Schema {
    /// Parses the schema in the input `field`. `json` is its JSON Schema if the caller passes one separately,
    /// in the input `json_field`; else `undefined`.
    pub fn read(schema: &JsValue, json: &JsValue, field: &str, json_field: &str) -> Result<Self, JsValue> {
        if !schema.is_object() && !schema.is_function() || is_list(schema) {
            let why = [
                field,
                " must be a JSON Schema, or a schema of Zod, Valibot, ArkType or another library that follows Standard Schema, not ",
                kind_of(schema),
                ".",
            ];
            return Err(refusal(field, &concat(&why)));
        }
        let standard = member(schema, "~standard");
        let validate = member(&standard, "validate").dyn_into::<Function>().ok();
        let (judge, json) = match validate {
            Some(validate) => {
                let json = if json.is_object() {
                    json.clone()
                } else {
                    written(schema, &standard, field, json_field)?
                };
                (Some(Judge::Library(standard, validate)), json)
            }
            // The AI SDK has it there.
            None => {
                let inner = member(schema, "jsonSchema");
                (None, if Kind::of(&inner) == Kind::Object { inner } else { schema.clone() })
            }
        };
        if json.is_function() || Kind::of(&json) != Kind::Object {
            let why = [field, " is neither a JSON Schema nor a schema that follows Standard Schema."];
            return Err(refusal(field, &concat(&why)));
        }
        check_references(&json, field)?;
        let is_written = judge.is_none();
        if is_written {
            check_shape(&json, field)?;
        }
        let cause = |cause| {
            refused_by(field, &concat(&[field, " cannot be written as JSON; cause says why."]), &cause)
        };
        if let Some(judge) = judge {
            let text = stringify(&without_mark(&json)).map_err(cause)?.as_string().unwrap_or_default();
            let root = root_of(&text, field)?;
            return Ok(Self { json: text.into(), root, judge });
        }
        let whole = stringify(&json).map_err(cause)?.as_string().unwrap_or_default();
        if let Some(known) = recent(|schemas| schemas.find(&whole)) {
            return Ok(known);
        }
        // A copy, so that later changes by the caller have no effect. `$schema` determines its draft.
        let copy = JSON::parse(&whole)?;
        let text = stringify(&without_mark(&copy)).map_err(cause)?.as_string().unwrap_or_default();
        keywords::check(field, &text).map_err(|error| to_js(&error, None))?;
        let root = root_of(&text, field)?;
        let schema = Self { json: text.into(), root, judge: Judge::JsonSchema(copy) };
        recent(|schemas| schemas.keep(whole, &schema));
        Ok(schema)
    }

    /// Validates a value, unless the call ends before. Exceptions of the library are the cause of an error.
    pub async fn judged(&self, value: &JsValue, call_wait: &CallWait) -> Result<Verdict, JsValue> {
        match &self.judge {
            Judge::JsonSchema(schema) => {
                let issues: Array = settled(&issues_of(schema, value)).await?.unchecked_into();
                Ok(if issues.length() == 0 { Verdict::Fits(value.clone()) } else { Verdict::Issues(issues) })
            }
            Judge::Library(standard, validate) => {
                let thrown = |cause| {
                    refused_by(
                        "schema",
                        "The schema has thrown when it was to check a value; cause has its error.",
                        &cause,
                    )
                };
                let result = validate.call1(standard, value).map_err(thrown)?;
                let result = call_wait.until(&result).await?.map_err(thrown)?;
                let issues = member(&result, "issues");
                if !issues.is_object() {
                    return Ok(Verdict::Fits(member(&result, "value")));
                }
                Ok(Verdict::Issues(
                    items_of(&issues).map_err(thrown)?.iter().map(|issue| plain(&issue)).collect(),
                ))
            }
        }
    }
}

fn root_of(text: &str, field: &str) -> Result<Root, JsValue> {
    match json::parse(text.as_bytes()) {
        Ok(schema) => Ok(Root::of(schema)),
        Err(_) => Err(refusal(field, &concat(&[field, " is nested too deeply."]))),
    }
}

/// Cache of parsed JSON Schemas by their text: programs reuse a few of them, and validating one and creating
/// its validator takes longer than opening a stream.
#[derive(Default)]
struct Recent(VecDeque<(String, Schema)>);

/// Limits of the cache: number of schemas, and bytes of a schema.
const MOST_KEPT: usize = 16;
const LONGEST_KEPT: usize = 16 * 1024;

impl Recent {
    fn find(&self, whole: &str) -> Option<Schema> {
        self.0.iter().find(|(text, _)| text == whole).map(|(_, schema)| schema.clone())
    }

    fn keep(&mut self, whole: String, schema: &Schema) {
        if whole.len() > LONGEST_KEPT {
            return;
        }
        self.0.truncate(MOST_KEPT - 1);
        self.0.push_front((whole, schema.clone()));
    }
}

fn recent<T>(work: impl FnOnce(&mut Recent) -> T) -> T {
    thread_local!(static RECENT: RefCell<Recent> = RefCell::default());
    RECENT.with(|recent| work(&mut recent.borrow_mut()))
}

/// Rejects values that resemble a JSON Schema: an object of a library's schemas, or a schema in the envelope
/// that services accept.
fn check_shape(json: &JsValue, field: &str) -> Result<(), JsValue> {
    for (_, value) in entries(json).unwrap_or_default() {
        if member(&value, "~standard").is_object() {
            let why = [
                field,
                " is an object of schemas: make one schema of it by the library's own function, such as z.object(…).",
            ];
            return Err(refusal(field, &concat(&why)));
        }
    }
    for name in ["schema", "json_schema"] {
        let is_alone = ["type", "properties", "$ref", "anyOf", "oneOf", "allOf", "enum", "const"]
            .iter()
            .all(|keyword| member(json, keyword).is_undefined());
        if is_alone && Kind::of(&member(json, name)) == Kind::Object {
            let why = [field, " must be the JSON Schema itself, which is in its member ", name, "."];
            return Err(refusal(field, &concat(&why)));
        }
    }
    Ok(())
}

/// The JSON Schema that a library generates from its schema, for values before their conversion.
fn written(schema: &JsValue, standard: &JsValue, field: &str, json_field: &str) -> Result<JsValue, JsValue> {
    let mut failed = None;
    let writer = member(standard, "jsonSchema");
    if let Ok(write) = member(&writer, "input").dyn_into::<Function>() {
        for target in TARGETS {
            match write.call1(&writer, &options("target", target)) {
                Ok(json) => return Ok(json),
                Err(cause) => failed = failed.or(Some(cause)),
            }
        }
    }
    // Older versions have it as a method.
    for name in ["toJSONSchema", "toJsonSchema"] {
        if let Ok(write) = member(schema, name).dyn_into::<Function>() {
            match write.call1(schema, &options("io", "input")) {
                Ok(json) => return Ok(json),
                Err(cause) => failed = failed.or(Some(cause)),
            }
        }
    }
    let vendor = member(standard, "vendor").as_string().unwrap_or_default();
    match failed {
        Some(cause) => {
            let why = [
                field,
                " cannot be written as a JSON Schema by its library (cause says why): leave out what has no form in JSON, or give ",
                json_field,
                " beside it.",
            ];
            Err(refused_by(field, &concat(&why), &cause))
        }
        None => {
            let why = [
                field,
                " has no JSON Schema of its own: give ",
                json_field,
                " beside it",
                if vendor == "valibot" {
                    ", made by toJsonSchema of @valibot/to-json-schema, or wrap it by that package's toStandardJsonSchema."
                } else {
                    ", or use a version of its library that follows Standard JSON Schema."
                },
            ];
            Err(refusal(json_field, &concat(&why)))
        }
    }
}

fn options(name: &'static str, value: &str) -> JsValue {
    let fields = Fields::default();
    fields.text(name, Some(value));
    fields.done().into()
}

/// The same without `$schema`, which services reject.
fn without_mark(json: &JsValue) -> JsValue {
    let copy = copy(json);
    let _ = Reflect::delete_property(&copy, &"$schema".into());
    copy.into()
}

/// Converts an issue of any library to a plain object.
fn plain(issue: &JsValue) -> JsValue {
    let path = items_of(&member(issue, "path")).unwrap_or_default();
    let step = |step: JsValue| {
        let key = member(&step, "key");
        let step = if key.is_undefined() { step } else { key };
        // A symbol has no JSON form.
        if step.is_symbol() { "symbol".into() } else { step }
    };
    let fields = Fields::default();
    fields.value("path", &path.iter().map(step).collect::<Array>());
    fields.text("message", member(issue, "message").as_string().as_deref());
    fields.done().into()
}
