//! Runs the loop with the client, the caller's schemas and the caller's functions.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Function, Object};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::answer::{Answer, recovered};
use super::host::{Relay, RunEnd, call_handler, now, words_of};
use super::input::Input;
use super::output::Output;
use super::tool::ApprovalRule;
use super::{conversation, result};
use crate::client::tool_loop::{Action, Agent, Approval, Call, Reply, Run};
use crate::error::{Code, Error};
use crate::js::error::to_js;
use crate::js::fields::Fields;
use crate::js::objects::failure::refused_by;
use crate::js::objects::schema::Verdict;
use crate::js::objects::transport::Transport;
use crate::js::package::{Part, call_later};
use crate::js::promise::settled;
use crate::js::remote::call_wait::CallWait;
use crate::js::value::{Js, copy, list, member, set, with};
use crate::tasks::tools::affinity::session_of;
use crate::tasks::tools::calls::Ids;
use crate::tasks::tools::choice::{self, Choice};
use crate::tasks::tools::trim::Measured;
use crate::tasks::tools::{declare, reports};
use crate::text::concat;
use crate::value::Tree;

/// Limit of the lines about invalid arguments.
const MOST_ISSUES: usize = 10;

/// See the module.
pub struct Runner {
    transport: Transport,
    model: JsValue,
    /// The caller's input.
    pub input: Input,
    /// `tools` of a request.
    tools: JsValue,
    end: RunEnd,
    /// Limits the caller's functions by the client's timeout, if the run has none. The end of the run takes
    /// precedence, see [`Agent::ended`].
    call_wait: CallWait,
    /// The relay of events, if the caller requests a stream.
    pub relay: Option<Relay>,
    ids: RefCell<Ids>,
    /// The public objects of the completed steps.
    pub steps: RefCell<Vec<Object>>,
    /// The start time.
    pub began_at: f64,
    session: Option<String>,
    /// True if the last request failed before anything of an answer was received.
    is_empty: Cell<bool>,
}

/// True if a text may still turn out to be tool calls only. For the relay.
#[wasm_bindgen(js_name = mayBeCall, skip_typescript)]
pub fn may_be_call(text: &str) -> bool {
    crate::tasks::tools::text_calls::may_become(text)
}

impl Runner {
    /// Creates the runner of an input.
    pub fn new(transport: &Transport, model: &JsValue, input: Input) -> Result<Self, JsValue> {
        let id = model.as_string().unwrap_or_default();
        let declared: Vec<_> = input.tools.iter().map(|tool| tool.declared.clone()).collect();
        let tools = to_js_value(&declare::tools(&id, &input.names, &declared))?;
        let limit = member(&input.options, "timeout");
        let limit = limit.as_f64().or_else(|| member(&limit, "total").as_f64()).unwrap_or(0.0);
        let end = RunEnd::new(&member(&input.options, "signal"), limit)?;
        let relay = input.streams.then(|| Relay::new(&end));
        let mut ids = Ids::default();
        input.history.iter().flat_map(conversation::ids).for_each(|id| ids.note(&id));
        // Only the service's own models have such sessions.
        let uses_session = id.starts_with("@cf/") && member(&input.options, "sessionAffinity").is_undefined();
        let messages: Vec<Js> = input.history.iter().cloned().map(Js).collect();
        let session = uses_session.then(|| session_of(&messages));
        Ok(Self {
            transport: transport.clone(),
            model: model.clone(),
            input,
            tools,
            end,
            call_wait: CallWait::of_job(transport, &JsValue::UNDEFINED),
            relay,
            ids: RefCell::new(ids),
            steps: RefCell::default(),
            began_at: now(),
            session,
            is_empty: Cell::new(false),
        })
    }

    /// Releases the run.
    pub fn release(&self) {
        self.end.release();
    }

    fn options(&self) -> JsValue {
        let options = copy(&self.input.options);
        set(&options, "signal", &self.end.signal());
        let left = self.end.left();
        if left > 0.0 {
            let timeout = member(&self.input.options, "timeout");
            let limits = if timeout.is_object() { timeout } else { Object::new().into() };
            set(&options, "timeout", &with(&limits, "total", &left.into()));
        }
        if let Some(session) = &self.session {
            set(&options, "sessionAffinity", &session.as_str().into());
        }
        options.into()
    }

    /// The input of one request, and how the tool choice is sent.
    fn request(&self, step: usize, history: &[JsValue]) -> (JsValue, choice::Sent) {
        let model = self.model.as_string().unwrap_or_default();
        let has_calls = history.iter().any(|message| !conversation::ids(message).is_empty());
        let sent = choice::sent(self.input.choice, &model, self.input.tools.len(), step, has_calls);
        let request = copy(&self.input.rest);
        set(&request, "messages", &history.iter().collect::<Array>());
        if sent.has_tools {
            set(&request, "tools", &self.tools);
        }
        if let Some(choice) = sent.choice {
            set(
                &request,
                "tool_choice",
                &to_js_value(&choice.to_tree(&self.input.names)).unwrap_or_default(),
            );
        }
        (request.into(), sent)
    }

    /// Determines how a call is handled; its arguments are converted by the schema. `Err`: the schema did not
    /// settle in time.
    async fn action(
        &self,
        call: &mut super::answer::Called,
        choice: Option<Choice>,
    ) -> Result<Action<JsValue>, JsValue> {
        if let Some(wrong) = &call.wrong {
            return Ok(Action::Report(wrong.clone()));
        }
        let Some(tool) = call.tool.and_then(|place| self.input.tools.get(place)) else {
            return Ok(Action::Report(reports::unknown(&call.name, &self.input.names.list())));
        };
        if choice == Some(Choice::None) || self.input.choice == Choice::None {
            return Ok(Action::Report(reports::not_now()));
        }
        if let Some(schema) = &tool.schema {
            match schema.judged(&call.arguments, &self.call_wait).await {
                Ok(Verdict::Fits(value)) => call.arguments = value,
                Ok(Verdict::Issues(issues)) => {
                    let words = reports::unfit(&lines(&issues));
                    call.wrong = Some(words.clone());
                    return Ok(Action::Report(words));
                }
                // Not an error that the model could correct.
                Err(error)
                    if member(&error, "code").as_string().as_deref() == Some(Code::Timeout.as_str()) =>
                {
                    return Err(error);
                }
                // Schemas may throw on unexpected arguments.
                Err(error) => {
                    let cause = member(&error, "cause");
                    let words = reports::unfit(&words_of(if cause.is_undefined() { &error } else { &cause }));
                    call.wrong = Some(words.clone());
                    return Ok(Action::Report(words));
                }
            }
        }
        Ok(if tool.execute.is_none() { Action::Leave } else { Action::Run(call.arguments.clone()) })
    }

    fn tool_of(&self, call: &Call<JsValue>) -> Option<&super::tool::Tool> {
        self.input.names.find(&call.name).and_then(|place| self.input.tools.get(place))
    }

    fn push(&self, event: &JsValue) {
        if let Some(relay) = &self.relay {
            relay.push(event);
        }
    }

    /// Calls a function of the caller that is not a tool; an exception ends the run.
    async fn call_callback(
        &self,
        name: &'static str,
        function: &Function,
        arguments: &Array,
    ) -> Result<JsValue, JsValue> {
        let outcome = settled(&call_handler(function, &JsValue::UNDEFINED, arguments)).await;
        outcome
            .map_err(|cause| refused_by(name, &concat(&[name, " has thrown; cause has its error."]), &cause))
    }
}

impl Agent for Runner {
    type Message = JsValue;
    type Answer = Answer;
    type Arguments = JsValue;
    type Output = Output;
    type Error = JsValue;

    fn check(&self) -> Result<(), JsValue> {
        let error = self.end.error();
        if error.is_undefined() { Ok(()) } else { Err(error) }
    }

    async fn ended(&self) -> JsValue {
        match settled(&self.end.ended()).await {
            Ok(error) | Err(error) => error,
        }
    }

    async fn ask(&self, step: usize, history: &[JsValue]) -> Result<Reply<Self>, JsValue> {
        let began_at = now();
        let (request, sent) = self.request(step, history);
        let streams = self.relay.is_some();
        let answered =
            self.transport.ask(streams, &self.model, &request, &JsValue::UNDEFINED, &self.options()).await;
        let outcome = match (&self.relay, answered) {
            (Some(relay), Ok(stream)) => settled(&relay.pipe(&stream)).await,
            (_, answered) => answered,
        };
        let result = match outcome {
            Ok(result) => result,
            Err(error) => match recovered(&error).filter(|_| sent.has_tools) {
                Some(result) => result,
                None => {
                    let text = member(&member(&error, "partial"), "text").as_string();
                    self.is_empty.set(text.is_none_or(|text| text.is_empty()));
                    return Err(error);
                }
            },
        };
        let mut answer = Answer::read(&self.input, sent, result, &mut self.ids.borrow_mut(), began_at);
        if let Some(relay) = &self.relay {
            relay.held(answer.calls.iter().all(|call| !call.is_text));
        }
        let mut calls = Vec::new();
        for call in &mut answer.calls {
            let action = self.action(call, sent.choice).await?;
            if self.relay.is_some() {
                let event = call.describe();
                set(event.unchecked_ref(), "type", &"tool-call".into());
                self.push(&event);
            }
            calls.push(Call { id: call.id.clone(), name: call.name.clone(), action });
        }
        let message = answer.message(&self.input);
        Ok(Reply { answer, message, calls })
    }

    fn is_overflow(&self, error: &JsValue) -> bool {
        let code = member(error, "code").as_string();
        self.is_empty.get() && code.as_deref() == Some(Code::ContextExceeded.as_str())
    }

    fn measure(&self, message: &JsValue) -> Measured {
        conversation::measured(message)
    }

    async fn room(&self) -> Option<f64> {
        // The catalogue is in the tasks module. Without it the conversation is shortened by a quarter each
        // time.
        let window = settled(&call_later(Part::Tasks, "contextWindowOf", &Array::of1(&self.model))).await;
        let window = window.ok()?.as_f64()?;
        let reserve = member(&self.input.rest, "max_tokens").as_f64();
        let tools = crate::tasks::tools::tokens::of_json(&Js(self.tools.clone()));
        Some(window - reserve.unwrap_or(super::RESERVE) - tools)
    }

    async fn approve(&self, call: &Call<JsValue>) -> Result<Approval, JsValue> {
        let approval = self.tool_of(call).map_or(ApprovalRule::Default, |tool| tool.approval);
        let (Some(approve), false) = (&self.input.approve, approval == ApprovalRule::Never) else {
            return Ok(Approval::Granted);
        };
        let Action::Run(arguments) = &call.action else { return Ok(Approval::Granted) };
        let described = Fields::default();
        described.text("id", Some(&call.id));
        described.text("name", Some(&call.name));
        described.value("arguments", arguments);
        let context = Fields::default();
        context.value("signal", &self.end.signal());
        let decided =
            self.call_callback("approve", approve, &Array::of2(&described.done(), &context.done())).await?;
        match (decided.as_bool(), decided.as_string()) {
            (Some(true), _) => Ok(Approval::Granted),
            (Some(false), _) => Ok(Approval::Refused(None)),
            (_, Some(reason)) => Ok(Approval::Refused(Some(reason))),
            _ => {
                let why = "approve must give true, false, or a string with the reason of a refusal.";
                Err(to_js(&Error::invalid("approve", why), None))
            }
        }
    }

    async fn run(&self, call: &Call<JsValue>, arguments: &JsValue, history: &[JsValue]) -> Output {
        let began_at = now();
        let Some((tool, execute)) = self.tool_of(call).and_then(|tool| Some((tool, tool.execute.as_ref()?)))
        else {
            return Output::report(&reports::unknown(&call.name, &self.input.names.list()));
        };
        let context = Fields::default();
        context.value("signal", &self.end.signal());
        // The AI SDK's name for it.
        context.value("abortSignal", &self.end.signal());
        context.text("toolCallId", Some(&call.id));
        context.value("messages", &history.iter().collect::<Array>());
        let context: JsValue = context.done().into();
        let handler = call_handler(execute, &tool.value, &super::tool::arguments(arguments, &context));
        let outcome = settled(&handler).await;
        Output::of(outcome, now() - began_at)
    }

    fn report(&self, _call: &Call<JsValue>, words: &str) -> Output {
        Output::report(words)
    }

    fn settled(&self, call: &Call<JsValue>, output: &Output) {
        if self.relay.is_some() {
            let event = output.describe(&call.id, &call.name);
            set(&event, "type", &"tool-result".into());
            self.push(&event.into());
        }
    }

    fn message(&self, call: &Call<JsValue>, output: &Output) -> JsValue {
        let name = self.input.names.find(&call.name).map(|place| self.input.names.sent(place));
        conversation::result(&call.id, name.unwrap_or(&call.name), &output.content)
    }

    async fn step(&self, run: &Run<Self>) -> Result<bool, JsValue> {
        let Some(step) = run.steps.last() else { return Ok(true) };
        let object = result::step(self, step, run.steps.len() - 1);
        self.steps.borrow_mut().push(object.clone());
        if self.relay.is_some() {
            let event = Fields::default();
            event.text("type", Some("step-finish"));
            event.value("step", &object);
            self.push(&event.done().into());
        }
        let Some(on_step) = &self.input.on_step else { return Ok(true) };
        let verdict = self.call_callback("onStep", on_step, &Array::of1(&object)).await?;
        Ok(verdict.as_string().as_deref() != Some("stop"))
    }
}

/// The violations of a verdict, one per line.
fn lines(issues: &Array) -> String {
    let mut lines = Vec::new();
    for issue in issues.iter().take(MOST_ISSUES) {
        let path =
            list(&member(&issue, "path")).unwrap_or_default().join(".").as_string().unwrap_or_default();
        let message = member(&issue, "message").as_string().unwrap_or_default();
        lines.push(if path.is_empty() { message } else { concat(&[&path, ": ", &message]) });
    }
    crate::text::join(&lines.iter().map(String::as_str).collect::<Vec<_>>(), "\n")
}

/// Converts a tree without media to a JavaScript value.
fn to_js_value(tree: &Tree<Js>) -> Result<JsValue, JsValue> {
    Ok(match tree {
        Tree::Value(Js(value)) => value.clone(),
        Tree::Media(media) => media.value.0.clone(),
        Tree::Boolean(flag) => (*flag).into(),
        Tree::Number(number) => (*number).into(),
        Tree::Text(text) => text.as_str().into(),
        Tree::List(items) => items.iter().map(to_js_value).collect::<Result<Array, JsValue>>()?.into(),
        Tree::Object(members) => {
            let object = Object::new();
            for (name, member) in members {
                js_sys::Reflect::set(&object, &name.as_str().into(), &to_js_value(member)?)?;
            }
            object.into()
        }
    })
}
