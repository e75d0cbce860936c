//! `generateObject`: a whole answer as a value of a schema.

use js_sys::{Array, JSON, Object, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::failure::NoObject;
use super::input::{Input, conversation};
use super::schema::Verdict;
use super::transport::Transport;
use crate::error::Code;
use crate::js::fields::Fields;
use crate::js::package::copy_of;
use crate::js::promise::{Settled, promise};
use crate::js::value::{Kind, list, member, set};
use crate::tasks::object::answer::{Wanted, find};
use crate::tasks::object::request::complaint;
use crate::tasks::object::root::WRAPPED;
use crate::text::number;

/// See `generateObject` in `src/tasks/object/object.d.ts`. Everything that is the caller's is read before this returns.
#[wasm_bindgen(js_name = generateObject, skip_typescript)]
pub fn generate_object(
    transport: &Transport,
    model: &JsValue,
    input: &JsValue,
    options: &JsValue,
) -> Promise {
    match begin(transport, model, input, options) {
        Ok((asking, answer)) => promise(asking.run(answer)),
        Err(error) => Promise::reject(&error),
    }
}

fn begin(
    transport: &Transport,
    model: &JsValue,
    input: &JsValue,
    options: &JsValue,
) -> Result<(Asking, Settled), JsValue> {
    let mut input = Input::read(model, input, false)?;
    let answer = transport.ask(false, model, &input.rest, &input.more, options);
    if input.repair {
        // What has been sent was read already; it is needed once more.
        input.rest = copy_of(&input.rest)?.unchecked_into();
    }
    let (transport, model, options) = (transport.clone(), model.clone(), options.clone());
    Ok((Asking { transport, model, options, input }, answer))
}

/// A call under way.
struct Asking {
    transport: Transport,
    model: JsValue,
    options: JsValue,
    input: Input,
}

/// An answer that is not the value.
struct Missed {
    /// What the model has said.
    text: String,
    issues: Array,
    /// Was it cut off? Then it would be again.
    is_cut: bool,
    /// What the caller gets, if it stays so.
    error: JsValue,
    /// The usage and the `meta` of the answer.
    cost: Cost,
}

/// What an answer has cost.
#[derive(Debug, Clone, Default)]
struct Cost {
    usage: JsValue,
    meta: JsValue,
}

impl Asking {
    async fn run(self, answer: Settled) -> Result<JsValue, JsValue> {
        let missed = match self.read(answer.await).await? {
            Ok(result) => return Ok(result.into()),
            Err(missed) => missed,
        };
        if !self.input.repair || missed.is_cut {
            return Err(missed.error);
        }
        let next = conversation(&self.input.rest, &missed.text, &complaint(&lines(&missed.issues)));
        let answer = self.transport.ask(false, &self.model, &next, &self.input.more, &self.options);
        match self.read(answer.await).await? {
            Ok(result) => {
                add_cost(&result, &missed.cost);
                Ok(result.into())
            }
            Err(again) => {
                add_cost(again.error.unchecked_ref(), &missed.cost);
                Err(again.error)
            }
        }
    }

    /// What `generateText` has given, as the result; or why it is none. Other failures are the caller's to see.
    async fn read(&self, answer: Result<JsValue, JsValue>) -> Result<Result<Object, Missed>, JsValue> {
        let result = match answer {
            Ok(result) => result,
            Err(error) => return self.of_failure(error).map(Err),
        };
        let said = Said::of(&result, &self.input.wanted());
        let Some(value) = &said.value else {
            let why = if said.is_cut { CUT } else { NO_JSON };
            return Ok(Err(missed(why, said.text, Array::new(), &result)));
        };
        match self.input.schema.judged(value).await? {
            Verdict::Fits(object) => Ok(Ok(self.result(&result, &said.text, &object))),
            Verdict::Issues(issues) => {
                Ok(Err(missed(if said.is_cut { CUT } else { DOES_NOT_FIT }, said.text, issues, &result)))
            }
        }
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
        fields.value("raw", &member(result, "raw"));
        let meta = member(result, "meta");
        set(meta.unchecked_ref(), "objectMode", &self.input.mode.name().into());
        fields.value("meta", &meta);
        fields.done()
    }

    /// A failure that is an answer that was missed: what the service itself calls so, and arguments of the tool that are no JSON.
    fn of_failure(&self, error: JsValue) -> Result<Missed, JsValue> {
        let code = member(&error, "code").as_string().and_then(|code| Code::named(&code));
        let partial = member(&error, "partial");
        let cost = Cost { usage: member(&partial, "usage"), meta: error.clone() };
        if code == Some(Code::NoObject) {
            return Ok(Missed { text: String::new(), issues: Array::new(), is_cut: false, error, cost });
        }
        let call = list(&member(&partial, "toolCalls")).map(|calls| calls.get(0)).unwrap_or_default();
        if code != Some(Code::MalformedResponse) || self.input.tool().is_none() || call.is_undefined() {
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

/// That a tool was called is how the object came, not why the model stopped.
fn finish_reason(result: &JsValue) -> JsValue {
    let reason = member(result, "finishReason");
    if reason.as_string().as_deref() == Some("tool-calls") { "stop".into() } else { reason }
}

/// An answer, looked through.
struct Said {
    /// The text with the value in it: of a tool call its arguments.
    text: String,
    value: Option<JsValue>,
    is_cut: bool,
}

impl Said {
    fn of(result: &JsValue, wanted: &Wanted) -> Self {
        let is_cut = is_cut(result);
        if let Some((text, value)) = wanted.tool.and_then(|_| called(result, wanted)) {
            return Self { text, value, is_cut };
        }
        let text = member(result, "text").as_string().unwrap_or_default();
        // Some models label all that they say as reasoning.
        let spoken = if text.trim().is_empty() {
            member(result, "reasoning").as_string().unwrap_or_default()
        } else {
            text.clone()
        };
        let value = find(&spoken, wanted).and_then(|json| JSON::parse(&json).ok());
        Self { text, value, is_cut }
    }
}

/// The arguments of the tool's call, as text and as a value.
fn called(result: &JsValue, wanted: &Wanted) -> Option<(String, Option<JsValue>)> {
    let calls = list(&member(result, "toolCalls"))?;
    let named = |call: &JsValue| member(call, "name").as_string().as_deref() == wanted.tool;
    let call = calls.iter().find(named).or_else(|| (calls.length() > 0).then(|| calls.get(0)))?;
    let arguments = member(&call, "arguments");
    if Kind::of(&arguments) == Kind::Object {
        let inner = member(&arguments, WRAPPED);
        let value = if wanted.is_wrapped && !inner.is_undefined() { inner } else { arguments.clone() };
        let text = JSON::stringify(&value).ok().and_then(|text| text.as_string()).unwrap_or_default();
        return Some((text, Some(value)));
    }
    // JSON text, once more in quotes; or what should have been in an object.
    let text = match arguments.as_string() {
        Some(text) => text,
        None => JSON::stringify(&arguments).ok()?.as_string()?,
    };
    let value = find(&text, wanted).and_then(|json| JSON::parse(&json).ok());
    Some((text, value))
}

/// The issues, a line each.
fn lines(issues: &Array) -> Vec<String> {
    let line = |issue: JsValue| {
        let path = list(&member(&issue, "path")).unwrap_or_default();
        let step = |step: JsValue| step.as_string().or_else(|| step.as_f64().map(number)).unwrap_or_default();
        let path: Vec<String> = path.iter().map(step).collect();
        let message = member(&issue, "message").as_string().unwrap_or_default();
        [path.join("."), message].join(": ")
    };
    issues.iter().map(line).collect()
}

/// Adds what an earlier answer has cost to a result, or to an error.
fn add_cost(to: &JsValue, earlier: &Cost) {
    let meta = member(to, "meta");
    // An error has the attempts itself.
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
