//! Validates a model's answer: returns the requested value, or the reason why there is none.

use js_sys::{Array, JSON, Object};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::failure::NoObject;
use super::input::Input;
use super::schema::Verdict;
use crate::error::Code;
use crate::js::fields::Fields;
use crate::js::remote::call_wait::CallWait;
use crate::js::value::{Kind, list, member, set};
use crate::tasks::object::answer::{Expected, find};
use crate::tasks::object::root::WRAPPED;
use crate::text::number;

/// An answer without a valid value.
pub struct Missed {
    /// The model's text.
    pub text: String,
    /// The violations of the schema.
    pub issues: Array,
    /// True if it was cut off, which a repetition would not change.
    pub is_cut: bool,
    /// The error for the caller, if there is no repair.
    pub error: JsValue,
    /// The usage and the `meta` of the answer.
    pub cost: Cost,
}

/// The usage and attempts of an answer.
#[derive(Debug, Clone, Default)]
pub struct Cost {
    usage: JsValue,
    meta: JsValue,
}

impl Cost {
    /// The duration of the answer in milliseconds.
    pub fn duration(&self) -> f64 {
        member(&self.meta, "durationMs").as_f64().unwrap_or_default()
    }
}

/// The valid value, and the method's result with it.
pub struct Judged {
    /// The result for the caller.
    pub result: Object,
    /// The value from the model, before the schema has converted it.
    pub value: JsValue,
    /// True if it is the first value in the answer.
    pub is_first: bool,
}

impl Input {
    /// Converts a result of `generateText`; or returns the reason why it has no value. Other failures are
    /// thrown to the caller.
    pub async fn judged(
        &self,
        answer: Result<JsValue, JsValue>,
        call_wait: &CallWait,
    ) -> Result<Result<Judged, Missed>, JsValue> {
        let result = match answer {
            Ok(result) => result,
            Err(error) => return self.missed_by(error).map(Err),
        };
        let answer = Answer::of(&result, &self.expected());
        let mut fitting: Option<(JsValue, JsValue, bool)> = None;
        let mut issues = None;
        for (place, value) in answer.values.iter().enumerate() {
            match self.schema.judged(value, call_wait).await? {
                Verdict::Fits(object) => match &fitting {
                    None => fitting = Some((object, value.clone(), place == 0)),
                    Some((_, first, _)) if json_of(first) == json_of(value) => {}
                    Some(_) => {
                        let issue = Fields::default();
                        issue.value("path", &Array::new());
                        issue.text("message", Some(SEVERAL_FIT));
                        let issues = Array::of1(&issue.done());
                        return Ok(Err(missed(SEVERAL, answer.text, issues, &result)));
                    }
                },
                // The violations of the first value are reported.
                Verdict::Issues(own) => issues = issues.or(Some(own)),
            }
        }
        if let Some((object, value, is_first)) = fitting {
            let result = self.result(&result, &answer.text, &object);
            return Ok(Ok(Judged { result, value, is_first }));
        }
        let why = match &issues {
            _ if answer.is_cut => CUT,
            None => NO_JSON,
            Some(_) => DOES_NOT_FIT,
        };
        Ok(Err(missed(why, answer.text, issues.unwrap_or_default(), &result)))
    }

    fn result(&self, result: &JsValue, text: &str, object: &JsValue) -> Object {
        let fields = Fields::default();
        fields.value("object", object);
        fields.text("text", Some(text));
        let reasoning = member(result, "reasoning");
        if !reasoning.is_undefined() {
            fields.value("reasoning", &reasoning);
        }
        fields.value("finishReason", &finish_reason(result));
        let usage = member(result, "usage");
        if !usage.is_undefined() {
            fields.value("usage", &usage);
        }
        // A stream has none.
        let raw = member(result, "raw");
        if !raw.is_undefined() {
            fields.value("raw", &raw);
        }
        let meta = member(result, "meta");
        set(meta.unchecked_ref(), "objectMode", &self.mode.name().into());
        fields.value("meta", &meta);
        fields.done()
    }

    /// Converts a failure that means a missing value: one that the service itself reports so, and malformed
    /// arguments of the tool. Others are returned.
    pub fn missed_by(&self, error: JsValue) -> Result<Missed, JsValue> {
        let code = member(&error, "code").as_string().and_then(|code| Code::named(&code));
        let partial = member(&error, "partial");
        let cost = Cost { usage: member(&partial, "usage"), meta: error.clone() };
        if code == Some(Code::NoObject) {
            return Ok(Missed { text: String::new(), issues: Array::new(), is_cut: false, error, cost });
        }
        let call = list(&member(&partial, "toolCalls")).map(|calls| calls.get(0)).unwrap_or_default();
        if code != Some(Code::MalformedResponse) || self.tool().is_none() || call.is_undefined() {
            return Err(error);
        }
        let result = Fields::default();
        for name in ["finishReason", "usage"] {
            result.value(name, &member(&partial, name));
        }
        result.value("meta", &error);
        let is_cut = is_cut(&partial);
        let text = member(&call, "arguments").as_string().unwrap_or_default();
        Ok(missed(if is_cut { CUT } else { NO_JSON }, text, Array::new(), &result.done()))
    }
}

const CUT: &str =
    "The answer was cut off at its limit of tokens before the object was complete: raise max_tokens.";
const NO_JSON: &str = "The model's answer holds no such object (text has the answer). Ask again, allow repair: 1, or use another model.";
const SEVERAL: &str = "The model's answer holds several objects that fit the schema and differ (text has them), so nobody can tell which one is meant. Ask for one, allow repair: 1, or use another model.";
/// For the repair request.
const SEVERAL_FIT: &str = "There are several objects, and they differ: give one.";
const DOES_NOT_FIT: &str = "The model's answer does not fit the schema (issues says where, text has it). Ask again, allow repair: 1, or use another model.";

fn missed(why: &str, text: String, issues: Array, result: &JsValue) -> Missed {
    let cost = Cost { usage: member(result, "usage"), meta: member(result, "meta") };
    let no_object = NoObject { message: why.to_owned(), text, issues, result: result.clone() };
    let error = no_object.thrown();
    Missed { text: no_object.text, issues: no_object.issues, is_cut: is_cut(result), error, cost }
}

fn is_cut(result: &JsValue) -> bool {
    member(result, "finishReason").as_string().as_deref() == Some("length")
}

/// The tool call is the form of the answer, not the reason why the model stopped.
fn finish_reason(result: &JsValue) -> JsValue {
    let reason = member(result, "finishReason");
    if reason.as_string().as_deref() == Some("tool-calls") { "stop".into() } else { reason }
}

/// A parsed answer.
struct Answer {
    /// The text with the value in it; for a tool call its arguments.
    text: String,
    /// The candidate values.
    values: Vec<JsValue>,
    is_cut: bool,
}

impl Answer {
    fn of(result: &JsValue, expected: &Expected) -> Self {
        let is_cut = is_cut(result);
        if let Some((text, values)) = expected.tool.and_then(|_| called(result, expected)) {
            return Self { text, values, is_cut };
        }
        let text = member(result, "text").as_string().unwrap_or_default();
        let values = if text.trim().is_empty() {
            // Some models label all their text as reasoning.
            found(&member(result, "reasoning").as_string().unwrap_or_default(), expected)
        } else {
            found(&text, expected)
        };
        Self { values, text, is_cut }
    }
}

/// The candidate values in a text.
fn found(text: &str, expected: &Expected) -> Vec<JsValue> {
    find(text, expected).iter().filter_map(|json| JSON::parse(json).ok()).collect()
}

fn json_of(value: &JsValue) -> Option<String> {
    JSON::stringify(value).ok()?.as_string()
}

/// The arguments of the tool's calls, as the text of the first one and as candidate values. If the tool was
/// not called, the arguments of another one: models misspell its name.
fn called(result: &JsValue, expected: &Expected) -> Option<(String, Vec<JsValue>)> {
    let calls = list(&member(result, "toolCalls"))?;
    let named = |call: &JsValue| member(call, "name").as_string().as_deref() == expected.tool;
    let own: Vec<JsValue> = calls.iter().filter(named).collect();
    let calls = if own.is_empty() { calls.iter().take(1).collect() } else { own };
    let mut read = calls.iter().filter_map(|call| arguments_of(call, expected));
    let (text, mut values) = read.next()?;
    values.extend(read.flat_map(|(_, values)| values));
    Some((text, values))
}

fn arguments_of(call: &JsValue, expected: &Expected) -> Option<(String, Vec<JsValue>)> {
    let arguments = member(call, "arguments");
    if Kind::of(&arguments) == Kind::Object {
        let inner = member(&arguments, WRAPPED);
        let value = if expected.is_wrapped && !inner.is_undefined() { inner } else { arguments.clone() };
        return Some((json_of(&value).unwrap_or_default(), vec![value]));
    }
    // JSON text, possibly quoted twice; or a value without the object around it.
    let text = match arguments.as_string() {
        Some(text) => text,
        None => json_of(&arguments)?,
    };
    let values = found(&text, expected);
    Some((text, values))
}

/// The violations, one per line.
pub fn lines(issues: &Array) -> Vec<String> {
    let line = |issue: JsValue| {
        let path = list(&member(&issue, "path")).unwrap_or_default();
        let step = |step: JsValue| step.as_string().or_else(|| step.as_f64().map(number)).unwrap_or_default();
        let path: Vec<String> = path.iter().map(step).collect();
        let message = member(&issue, "message").as_string().unwrap_or_default();
        [path.join("."), message].join(": ")
    };
    issues.iter().map(line).collect()
}

/// Adds the cost of an earlier answer to a result or an error.
pub fn add_cost(to: &JsValue, earlier: &Cost) {
    let meta = member(to, "meta");
    // An error has `attempts` itself.
    let target = if meta.is_undefined() { to.clone() } else { meta };
    for name in ["attempts", "neurons", "durationMs"] {
        add_number(&target, name, &earlier.meta);
    }
    let usage = member(to, "usage");
    if !usage.is_object() {
        return;
    }
    for name in
        ["promptTokens", "completionTokens", "totalTokens", "cachedTokens", "reasoningTokens", "neurons"]
    {
        add_number(&usage, name, &earlier.usage);
    }
}

fn add_number(to: &JsValue, name: &'static str, from: &JsValue) {
    if let (Some(own), Some(more)) = (member(to, name).as_f64(), member(from, name).as_f64()) {
        set(to.unchecked_ref(), name, &(own + more).into());
    }
}
