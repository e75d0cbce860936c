//! The public result of a run: its steps, its result, and the `partial` of its error.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::answer::Answer;
use super::host::{now, with_partial};
use super::runner::Runner;
use crate::client::tool_loop::{Action, End, Run, Step};
use crate::js::fields::Fields;
use crate::js::value::{copy, entries, member, set};
use crate::tasks::tools::choice::Choice;

/// The public form of a step.
pub fn step(runner: &Runner, step: &Step<Runner>, place: usize) -> Object {
    let answer = &step.answer;
    let fields = Fields::default();
    fields.number("index", Some(place as f64));
    fields.text("text", Some(&answer.text));
    some(&fields, "reasoning", &answer.result);
    fields.value("toolCalls", &answer.calls.iter().map(|call| call.describe()).collect::<Array>());
    let outputs = step.calls.iter().zip(&step.outputs);
    let results = outputs.filter_map(|(call, output)| Some(output.as_ref()?.describe(&call.id, &call.name)));
    fields.value("toolResults", &results.collect::<Array>());
    // The service has another finish reason for calls that were sent as text.
    if answer.calls.iter().any(|call| call.is_text) {
        fields.text("finishReason", Some("tool-calls"));
    } else {
        some(&fields, "finishReason", &answer.result);
    }
    if let Some(chosen) = chosen(runner, answer, place) {
        fields.value("toolChoice", &chosen);
    }
    fields.value("message", &answer.message(&runner.input));
    for name in ["usage", "raw", "meta"] {
        some(&fields, name, &answer.result);
    }
    fields.number("durationMs", Some(now() - answer.began_at));
    fields.done()
}

/// Copies a member of another object, if it is set.
fn some(fields: &Fields, name: &'static str, from: &JsValue) {
    let value = member(from, name);
    if !value.is_undefined() {
        fields.value(name, &value);
    }
}

/// The tool choice of the first step, how it was sent, and whether the model has followed it.
fn chosen(runner: &Runner, answer: &Answer, place: usize) -> Option<Object> {
    let choice = runner.input.choice;
    if choice == Choice::Auto || place > 0 && choice != Choice::None {
        return None;
    }
    let word = |choice: Choice| match choice {
        Choice::Tool(place) => runner.input.names.own(place).to_owned(),
        choice => choice.word().to_owned(),
    };
    let fields = Fields::default();
    fields.text("requested", Some(&word(choice)));
    let sent = answer.sent.choice.map_or_else(|| "auto".to_owned(), word);
    fields.text("sent", Some(if answer.sent.has_tools { &sent } else { "none" }));
    fields.flag("followed", answer.is_followed(choice));
    Some(fields.done())
}

/// The result of a run.
pub fn of(runner: &Runner, run: &Run<Runner>, outcome: Result<End, JsValue>) -> Result<JsValue, JsValue> {
    let steps = steps(runner, run);
    match outcome {
        Ok(end) => Ok(result(runner, run, &steps, end).into()),
        Err(error) => {
            let partial = Fields::default();
            partial.value("steps", &steps.iter().collect::<Array>());
            conversation(&partial, run);
            if let Some(usage) = sum(&steps, "usage") {
                partial.value("usage", &usage);
            }
            Err(with_partial(&error, &partial.done()))
        }
    }
}

/// The steps. A step that failed after its answer is added here.
fn steps(runner: &Runner, run: &Run<Runner>) -> Vec<Object> {
    let mut steps = runner.steps.take();
    for (place, own) in run.steps.iter().enumerate().skip(steps.len()) {
        steps.push(step(runner, own, place));
    }
    steps
}

fn conversation(fields: &Fields, run: &Run<Runner>) {
    fields.value("messages", &run.history.iter().collect::<Array>());
    if !run.dropped.is_empty() {
        fields.value("dropped", &run.dropped.iter().collect::<Array>());
    }
}

fn result(runner: &Runner, run: &Run<Runner>, steps: &[Object], end: End) -> Object {
    let last = steps.last().cloned().unwrap_or_default();
    let fields = Fields::default();
    for name in ["text", "reasoning", "finishReason"] {
        some(&fields, name, &last);
    }
    fields.text("endedBy", Some(end.name()));
    fields.value("steps", &steps.iter().collect::<Array>());
    conversation(&fields, run);
    if let Some(step) = run.steps.last() {
        let calls = step.answer.calls.iter().zip(&step.calls);
        let pending = calls.filter(|(_, call)| matches!(call.action, Action::Leave));
        let pending: Array = pending.map(|(called, _)| called.describe()).collect();
        if pending.length() > 0 {
            fields.value("pending", &pending);
        }
    }
    if let Some(usage) = sum(steps, "usage") {
        fields.value("usage", &usage);
    }
    fields.value("meta", &meta(runner, steps));
    fields.done()
}

/// Sums a numeric member of the steps.
fn sum(steps: &[Object], name: &'static str) -> Option<Object> {
    let total = Object::new();
    let mut any = false;
    for step in steps {
        for (name, value) in entries(&member(step, name)).unwrap_or_default() {
            let before =
                Reflect::get(&total, &name).ok().and_then(|before| before.as_f64()).unwrap_or_default();
            if let Some(value) = value.as_f64() {
                let _ = Reflect::set(&total, &name, &(before + value).into());
                any = true;
            }
        }
    }
    any.then_some(total)
}

/// `meta` of the last step, with the total cost of all.
fn meta(runner: &Runner, steps: &[Object]) -> Object {
    let metas: Vec<JsValue> = steps.iter().map(|step| member(step, "meta")).collect();
    let meta = copy(metas.last().unwrap_or(&JsValue::UNDEFINED));
    for name in ["attempts", "neurons"] {
        let known: Vec<f64> = metas.iter().filter_map(|meta| member(meta, name).as_f64()).collect();
        if !known.is_empty() {
            set(&meta, name, &known.iter().sum::<f64>().into());
        }
    }
    set(&meta, "durationMs", &(now() - runner.began_at).into());
    let first = metas.first().map(|meta| member(meta, "firstByteMs")).unwrap_or_default();
    if !first.is_undefined() {
        set(&meta, "firstByteMs", &first);
    }
    meta
}
