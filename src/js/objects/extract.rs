//! `extract`: typed fields from a text. The request is one of `decide`, made by the tasks module.

use js_sys::{Array, JSON, Object, Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::failure::NoObject;
use super::schema::{Schema, Verdict};
use super::transport::Transport;
use crate::error::Error;
use crate::js::error::{refusal, to_js, unreadable};
use crate::js::fields::Fields;
use crate::js::model::model_id;
use crate::js::package::call_tasks;
use crate::js::promise::{Settled, promise, settled};
use crate::js::remote::call_wait::CallWait;
use crate::js::value::{Js, Kind, entries, kind_of, member, set, with};
use crate::tasks::extraction::{check, from_schema};
use crate::text::concat;

/// Members of an answer that are renamed here.
const RENAMED: [(&str, &str); 3] = [("p_null", "pNull"), ("p_below", "pBelow"), ("p_above", "pAbove")];
/// Members of the usage that are renamed.
const USAGE: [(&str, &str); 4] = [
    ("passes", "passes"),
    ("state_tokens", "stateTokens"),
    ("image_tokens", "imageTokens"),
    ("schema_tokens", "schemaTokens"),
];
const DOES_NOT_FIT: &str = "What was extracted does not fit the schema (issues says where): have members that a text may lack be optional, or give fields.";

/// See `extract` in `src/tasks/object/extract.d.ts`.
#[wasm_bindgen(skip_typescript)]
pub fn extract(transport: &Transport, model: &JsValue, input: &JsValue, options: &JsValue) -> Promise {
    match begin(transport, model, input, options) {
        Ok((schema, names, answer)) => {
            promise(finish(schema, names, answer, CallWait::of_call(transport, options)))
        }
        Err(error) => Promise::reject(&error),
    }
}

fn begin(
    transport: &Transport,
    model: &JsValue,
    input: &JsValue,
    options: &JsValue,
) -> Result<(Option<Schema>, Vec<JsValue>, Settled), JsValue> {
    let ours = |error: Error| to_js(&error, None);
    model_id(model).map_err(ours)?;
    if Kind::of(input) != Kind::Object {
        let why = ["The input must be an object with state and fields, not ", kind_of(input), "."];
        return Err(refusal("input", &concat(&why)));
    }
    let fields = member(input, "fields");
    // Fields are objects, so a string here is the type of a JSON Schema.
    let is_schema = fields.is_object() || fields.is_function();
    let is_schema =
        is_schema && (member(&fields, "~standard").is_object() || member(&fields, "type").is_string());
    let mut input = input.clone();
    let mut schema = None;
    if is_schema {
        let read = Schema::read(&fields, &member(&input, "jsonSchema"), "fields", "jsonSchema")?;
        let fields = JSON::parse(&from_schema(&read.json).map_err(ours)?)?;
        input = with(&input, "fields", &fields);
        // Not a parameter of the model.
        let _ = Reflect::delete_property(input.unchecked_ref::<Object>(), &"jsonSchema".into());
        schema = Some(read);
    } else {
        check(&Js(fields)).map_err(ours)?;
    }
    let names = entries(&member(&input, "fields")).unwrap_or_default().into_iter().map(|(name, _)| name);
    let names = names.collect();
    let answer = call_tasks("decide", &Array::of4(transport, model, &input, options));
    Ok((schema, names, settled(&answer)))
}

async fn finish(
    schema: Option<Schema>,
    names: Vec<JsValue>,
    answer: Settled,
    call_wait: CallWait,
) -> Result<JsValue, JsValue> {
    let decided = answer.await?;
    let thrown = |cause| to_js(&unreadable(true), Some(&cause));
    let (values, answers, missing) = (Object::new(), Object::new(), Array::new());
    let decisions = entries(&member(&decided, "answers")).map_err(thrown)?;
    for name in names {
        // Cannot fail on a plain object. Fields that were not requested are in `raw` only.
        let answer = decisions.iter().find(|(own, answer)| *own == name && !answer.is_null());
        let answer = answer.map(|(_, answer)| answer);
        let value = answer.map(|answer| member(answer, "value")).filter(|value| !value.is_undefined());
        let _ = Reflect::set(&values, &name, &value.unwrap_or(JsValue::NULL));
        match answer {
            Some(answer) => drop(Reflect::set(&answers, &name, &renamed(answer).map_err(thrown)?.into())),
            None => drop(missing.push(&name)),
        }
    }
    let raw = member(&decided, "raw");
    let result = Fields::default();
    if let Some(schema) = schema {
        result.value("object", &object_of(&schema, &values, &decided, &call_wait).await?);
    }
    result.value("values", &values);
    result.value("answers", &answers);
    if missing.length() > 0 {
        result.value("missing", &missing);
    }
    result.flag("truncated", member(&raw, "truncated").is_truthy());
    result.text("stateText", member(&raw, "state_text").as_string().as_deref());
    let usage = member(&decided, "usage");
    if usage.is_object() {
        for (theirs, ours) in USAGE {
            let count = member(&member(&raw, "usage"), theirs);
            if !count.is_undefined() {
                set(usage.unchecked_ref(), ours, &count);
            }
        }
        result.value("usage", &usage);
    }
    result.value("raw", &raw);
    result.value("meta", &member(&decided, "meta"));
    Ok(result.done().into())
}

/// The values validated by the schema; fields that the text does not contain are omitted.
async fn object_of(
    schema: &Schema,
    values: &Object,
    decided: &JsValue,
    call_wait: &CallWait,
) -> Result<JsValue, JsValue> {
    let present = Object::new();
    for (name, value) in entries(values).unwrap_or_default() {
        if !value.is_null() && !value.is_undefined() {
            let _ = Reflect::set(&present, &name, &value);
        }
    }
    match schema.judged(&present, call_wait).await? {
        Verdict::Fits(object) => Ok(object),
        Verdict::Issues(issues) => {
            let text = JSON::stringify(values).ok().and_then(|text| text.as_string()).unwrap_or_default();
            let message = DOES_NOT_FIT.to_owned();
            Err(NoObject { message, text, issues, result: decided.clone() }.thrown())
        }
    }
}

/// An answer with this package's names.
fn renamed(answer: &JsValue) -> Result<Object, JsValue> {
    let renamed = Object::new();
    for (name, value) in entries(answer)? {
        let theirs = name.as_string().unwrap_or_default();
        let ours = RENAMED.iter().find(|(own, _)| *own == theirs).map_or(theirs.as_str(), |(_, ours)| ours);
        let _ = Reflect::set(&renamed, &ours.into(), &value);
    }
    Ok(renamed)
}
