//! Parses the tool calls of a model's answer.

use js_sys::{Array, JSON};
use wasm_bindgen::prelude::*;

use super::conversation;
use super::host::json_of;
use super::input::Input;
use crate::error::Code;
use crate::js::fields::Fields;
use crate::js::value::{Js, Kind, list, member};
use crate::tasks::tools::arguments::Repair;
use crate::tasks::tools::calls::{Form, Ids, RawCall, Read, read};
use crate::tasks::tools::choice::{Choice, Sent};
use crate::tasks::tools::text_calls::{self, Known};
use crate::value::Value;
use crate::wire::json;

/// A model's answer.
#[derive(Debug)]
pub struct Answer {
    /// `generateText`'s result, or the partial result of an answer with malformed arguments.
    pub result: JsValue,
    /// The text; empty if it was tool calls.
    pub text: String,
    /// The tool calls.
    pub calls: Vec<Called>,
    /// The requested tool choice of this step, and how it was sent.
    pub sent: Sent,
    /// The start time of the step.
    pub began_at: f64,
}

/// A tool call.
#[derive(Debug)]
pub struct Called {
    /// Unique in the conversation.
    pub id: String,
    /// The tool, if it exists.
    pub tool: Option<usize>,
    /// The tool's name.
    pub name: String,
    /// The arguments: converted by the schema if they are valid, else unchanged.
    pub arguments: JsValue,
    /// Their JSON text for the history.
    pub json: String,
    /// True if they are the answer's, without repairs.
    pub is_unchanged: bool,
    /// The repairs.
    pub repairs: Vec<Repair>,
    /// True if the call was sent as text.
    pub is_text: bool,
    /// The error for the model if they are invalid.
    pub wrong: Option<String>,
}

/// The partial result in the error of an answer with malformed arguments.
pub fn recovered(error: &JsValue) -> Option<JsValue> {
    let partial = member(error, "partial");
    let is_malformed = member(error, "code").as_string().as_deref() == Some(Code::MalformedResponse.as_str());
    // A stream that was cut off has no complete call.
    if !is_malformed || member(&partial, "finishReason").is_undefined() {
        return None;
    }
    let calls = Js(member(&partial, "toolCalls")).items();
    if !calls.iter().any(|Js(call)| member(call, "arguments").is_string()) {
        return None;
    }
    let result = Fields::default();
    for name in ["text", "reasoning", "toolCalls", "finishReason", "usage"] {
        let value = member(&partial, name);
        if !value.is_undefined() {
            result.value(name, &value);
        }
    }
    let meta = Fields::default();
    for name in ["requestId", "gatewayLogId", "attempts"] {
        let value = member(error, name);
        if !value.is_undefined() {
            meta.value(name, &value);
        }
    }
    result.value("meta", &meta.done());
    Some(result.done().into())
}

impl Answer {
    /// Parses an answer to a request of a run.
    pub fn read(input: &Input, sent: Sent, result: JsValue, ids: &mut Ids, began_at: f64) -> Self {
        let mut text = member(&result, "text").as_string().unwrap_or_default();
        let mut raw = raw_calls(&member(&result, "toolCalls"));
        let mut is_text = false;
        if raw.is_empty()
            && sent.has_tools
            && let Some(calls) = written(input, sent, &text)
        {
            raw = calls;
            is_text = true;
            text = String::new();
        }
        let reason = member(&result, "finishReason").as_string();
        let is_cut = reason.is_some_and(|reason| !["stop", "tool-calls"].contains(&reason.as_str()));
        let calls = read(raw, &input.names, is_cut, ids);
        let spelt = if is_text { Vec::new() } else { spelt(&result) };
        let is_same = spelt.len() == calls.len();
        let calls = calls.into_iter().enumerate().map(|(place, call)| {
            let mut called = called(call, is_text);
            if let Some(json) = spelt.get(place).filter(|_| is_same && called.is_unchanged) {
                called.json.clone_from(json);
            }
            called
        });
        let calls = calls.collect();
        Self { result, text, calls, sent, began_at }
    }

    /// The model's message in the history.
    pub fn message(&self, input: &Input) -> JsValue {
        let call = |(place, call): (usize, &Called)| {
            let name = call.tool.map_or(call.name.as_str(), |place| input.names.sent(place));
            conversation::call(&call.id, name, &call.json, &self.extra(place))
        };
        let calls: Vec<JsValue> = self.calls.iter().enumerate().map(call).collect();
        conversation::assistant(&member(&self.result, "message"), &self.text, &calls)
    }

    /// Data that a model of another author requires back with a call.
    fn extra(&self, place: usize) -> JsValue {
        let calls = list(&member(&member(&self.result, "message"), "tool_calls"));
        member(&calls.map(|calls| calls.get(place as u32)).unwrap_or_default(), "extra_content")
    }

    /// True if the model has followed the tool choice.
    pub fn is_followed(&self, choice: Choice) -> bool {
        let called: Vec<Option<usize>> = self.calls.iter().map(|call| call.tool).collect();
        choice.is_followed(&called)
    }
}

/// The calls of a result.
fn raw_calls(calls: &JsValue) -> Vec<RawCall<JsValue>> {
    let calls = list(calls).unwrap_or_default();
    let one = |call: JsValue| {
        let arguments = member(&call, "arguments");
        let arguments = match Kind::of(&arguments) {
            Kind::Object => Form::Object(arguments),
            Kind::Text => Form::Text(arguments.as_string().unwrap_or_default()),
            Kind::Undefined => Form::Text(String::new()),
            _ => Form::Text(json_of(&arguments).unwrap_or_default()),
        };
        let name = member(&call, "name").as_string().unwrap_or_default();
        RawCall { id: member(&call, "id").as_string(), name, arguments }
    };
    calls.iter().map(one).collect()
}

/// The JSON texts of the calls' arguments as the model has sent them: parsing loses digits of large numbers.
/// Empty if one of them is not the text of a JSON object.
fn spelt(result: &JsValue) -> Vec<String> {
    let calls = list(&member(&member(result, "message"), "tool_calls")).unwrap_or_default();
    let spelt = calls.iter().map(|call| {
        let text = member(&member(&call, "function"), "arguments").as_string()?;
        json::parse(text.as_bytes()).is_ok_and(|value| value.is_object()).then_some(text)
    });
    spelt.collect::<Option<_>>().unwrap_or_default()
}

/// The tool calls that a text consists of.
fn written(input: &Input, sent: Sent, text: &str) -> Option<Vec<RawCall<JsValue>>> {
    let is_text =
        |place: usize, parameter: &str| input.tools.get(place).is_some_and(|tool| tool.is_text(parameter));
    let forced = match sent.choice {
        Some(Choice::Tool(place)) => Some(place),
        _ => None,
    };
    let calls = text_calls::read(text, &Known { names: &input.names, forced, is_text: &is_text })?;
    let one = |call: text_calls::TextCall| RawCall {
        // Kimi's ids are the names.
        id: None,
        name: call.name,
        arguments: Form::Text(call.arguments),
    };
    Some(calls.into_iter().map(one).collect())
}

fn called(call: Read<JsValue>, is_text: bool) -> Called {
    let Read { id, tool, name, arguments, repairs } = call;
    let is_unchanged = repairs.is_empty() && matches!(arguments, Ok(Form::Object(_)));
    let (arguments, json, wrong) = match arguments {
        Ok(Form::Object(value)) => {
            let json = json_of(&value).unwrap_or_else(|| "{}".to_owned());
            (value, json, None)
        }
        Ok(Form::Text(json)) => (JSON::parse(&json).unwrap_or_default(), json, None),
        // Servers parse the arguments in the history, so they must be JSON.
        Err(wrong) => (JsValue::UNDEFINED, "{}".to_owned(), Some(wrong)),
    };
    Called { id, tool, name, arguments, json, is_unchanged, repairs, is_text, wrong }
}

impl Called {
    /// `{ id, name, arguments, … }`
    pub fn describe(&self) -> JsValue {
        let fields = Fields::default();
        fields.text("id", Some(&self.id));
        fields.text("name", Some(&self.name));
        fields.value("arguments", &self.arguments);
        if !self.repairs.is_empty() {
            let repairs: Array = self.repairs.iter().map(|repair| JsValue::from_str(repair.name())).collect();
            fields.value("repaired", &repairs);
        }
        if self.is_text {
            fields.flag("fromText", true);
        }
        if let Some(wrong) = &self.wrong {
            fields.text("invalid", Some(wrong));
        }
        fields.done().into()
    }
}
