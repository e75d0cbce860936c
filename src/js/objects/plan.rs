//! Structured output for adapters that are built on the client: see [`crate::tasks::object::plan`].

use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use crate::js::fields::Fields;
use crate::js::value::{list, member, set};
use crate::tasks::object::answer::{Expected, find};
use crate::tasks::object::plan::{PlanRequest, plan};
use crate::tasks::object::root::Root;
use crate::tasks::tools::choice::{self, Choice};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON, catch, js_name = stringify)]
    fn stringify(value: &JsValue) -> Result<JsValue, JsValue>;
}

/// `{ members, streams, tool, wrapped, array, scalar }`: the input's members with those that request the
/// value. `format` is `{ schema, name, description }`; `tools` and `tool_choice` of the input are kept.
#[wasm_bindgen(js_name = planObject, skip_typescript)]
pub fn plan_object(
    model: &JsValue,
    streamed: bool,
    format: &JsValue,
    input: &JsValue,
) -> Result<Object, JsValue> {
    let schema = member(format, "schema");
    let schema = if schema.is_object() { stringify(&schema)?.as_string() } else { None };
    let (name, description) = (member(format, "name").as_string(), member(format, "description").as_string());
    let tools = list(&member(input, "tools")).unwrap_or_default();
    let names: Vec<String> =
        tools.iter().filter_map(|tool| member(&member(&tool, "function"), "name").as_string()).collect();
    let request = PlanRequest {
        schema: schema.as_deref(),
        name: name.as_deref(),
        description: description.as_deref(),
        tools: &names,
        streamed,
    };
    let plan = plan(&model.as_string().unwrap_or_default(), &request);
    let members: Object = JSON::parse(&plan.members)?.unchecked_into();
    if plan.tool.is_some() && tools.length() > 0 {
        beside(&members, &tools, &member(input, "tool_choice"));
    }
    let fields = Fields::default();
    fields.value("members", &members);
    fields.flag("streams", plan.streams);
    fields.text("tool", plan.tool.as_deref());
    fields.flag("wrapped", plan.is_wrapped);
    fields.flag("array", plan.root.array);
    fields.flag("scalar", plan.root.scalar);
    Ok(fields.done())
}

/// Adds the answer's tool to the caller's. Unless the caller has set a choice, the model has to call one of
/// them.
fn beside(members: &Object, tools: &Array, choice: &JsValue) {
    let own = list(&member(members, "tools")).unwrap_or_default();
    set(members, "tools", &tools.concat(&own));
    if choice.is_undefined() {
        set(members, "tool_choice", &"required".into());
    } else {
        let _ = Reflect::delete_property(members, &"tool_choice".into());
    }
}

/// The JSON text of the value in a model's text, by its plan; the text itself if there is none, or if there
/// are several different ones.
#[wasm_bindgen(js_name = findObject, skip_typescript)]
pub fn find_object(text: &JsValue, plan: &JsValue) -> JsValue {
    let flag = |name| member(plan, name).is_truthy();
    let (array, scalar) = (flag("array"), flag("scalar"));
    let tool = member(plan, "tool").as_string();
    let expected = Expected {
        root: Root { is_object: !array && !scalar, array, scalar },
        is_wrapped: flag("wrapped"),
        tool: tool.as_deref(),
    };
    let answer = text.as_string().unwrap_or_default();
    match find(&answer, &expected).as_slice() {
        [json] => json.into(),
        _ => text.clone(),
    }
}

/// True if tools are sent that must not be called. See [`choice::sent`].
#[wasm_bindgen(js_name = sendsUncalledTools, skip_typescript)]
pub fn sends_uncalled_tools(model: &JsValue, has_calls: bool) -> bool {
    choice::sent(Choice::None, &model.as_string().unwrap_or_default(), 1, 0, has_calls).has_tools
}
