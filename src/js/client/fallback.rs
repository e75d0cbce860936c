//! The option `fallback` for all methods; see `crate::client::fallback`.

use std::rc::Rc;

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::JsClient;
use super::call::{parse_model, read_options, rejection};
use super::dispatch::{Arguments, Method, call_once};
use crate::client::Failure;
use crate::client::fallback::{Failed, first_answer};
use crate::client::host::Host;
use crate::error::{Code, Error};
use crate::js::fields::Fields;
use crate::js::package::{call_tasks, copy_of, is_read_once};
use crate::js::promise::{promise, settled};
use crate::js::value::{copy, member, set, with};
use crate::options::read::Caller;

/// Calls a method until a model answers. A stream with content is an answer: a later failure is thrown to the
/// caller.
pub fn call(client: &Rc<JsClient>, method: Method, arguments: Arguments) -> Promise {
    match prepare(client, arguments) {
        Ok(prepared) => {
            let client = Rc::clone(client);
            promise(async move { prepared.run(&client, method).await })
        }
        Err(error) => Promise::reject(&error),
    }
}

struct Prepared {
    /// A promise of the models' ids.
    models: Promise,
    input: JsValue,
    options: JsValue,
    /// The timeout for all models together.
    total: Option<f64>,
}

fn prepare(client: &Rc<JsClient>, arguments: Arguments) -> Result<Prepared, JsValue> {
    let Arguments { model, input, options, .. } = arguments;
    parse_model(model).map_err(|error| rejection(error.into()))?;
    let fallback = member(options, "fallback");
    let options = copy(options);
    Reflect::delete_property(&options, &"fallback".into())?;
    let read = read_options(client, &options, Caller::Checked).map_err(rejection)?;
    // An input that can be read only once can be sent only once.
    let foreign = |error| rejection(Failure::Foreign(error));
    let once = is_read_once(input).map_err(foreign)?;
    let input = if once { input.clone() } else { copy_of(input).map_err(foreign)? };
    let has = |name| !member(&input, name).is_undefined();
    let is_responses = has("input") && !has("messages") && !has("prompt");
    let models =
        call_tasks("fallbackModels", &Array::of4(model, &fallback, &once.into(), &is_responses.into()));
    Ok(Prepared { models, input, options: options.into(), total: read.timeouts.total })
}

impl Prepared {
    async fn run(self, client: &Rc<JsClient>, method: Method) -> Result<JsValue, JsValue> {
        let models: Array = settled(&self.models).await?.unchecked_into();
        let models: Vec<String> = models.iter().filter_map(|model| model.as_string()).collect();
        let ask = |model: String, left: Option<f64>| {
            let (model, options) = (model.into(), within(&self.options, left));
            let arguments =
                Arguments { model: &model, input: &self.input, options: &options, replaceable: true };
            let answer = call_once(client, method, arguments);
            async move { settled(&answer).await.map_err(failed) }
        };
        let turns = first_answer(&models, self.total, || client.host.now(), ask).await;
        let before = turns.attempts_before();
        let tried: Array =
            turns.before.iter().map(|(model, failed)| turn(model, Some(&failed.error))).collect();
        match turns.outcome {
            Some(Ok(answer)) => {
                let meta = member(&answer, "meta");
                if member(&meta, "door").is_string() {
                    add(&meta, before);
                    tried.push(&turn(&turns.model, None));
                    set(meta.unchecked_ref(), "tried", &tried);
                }
                Ok(answer)
            }
            Some(Err(Failed { error, .. })) => {
                add(&error, before);
                tried.push(&turn(&turns.model, Some(&error)));
                if error.is_object() {
                    set(error.unchecked_ref(), "tried", &tried);
                }
                Err(error)
            }
            None => Err(rejection(Error::invalid("fallback", "Name at least one model.").into())),
        }
    }
}

/// An entry of `tried`: its error is reduced to text and numbers, so that it can be logged.
fn turn(model: &str, error: Option<&JsValue>) -> JsValue {
    let fields = Fields::default();
    fields.text("model", Some(model));
    for name in ["code", "message"] {
        let text = error.and_then(|error| member(error, name).as_string());
        fields.text(name, text.as_deref());
    }
    fields.done().into()
}

fn failed(error: JsValue) -> Failed<JsValue> {
    let code = member(&error, "code").as_string().and_then(|code| Code::named(&code));
    let number = |name| member(&error, name).as_f64();
    let (own, attempts) = (number("internalCode"), number("attempts"));
    Failed {
        code,
        number: own.map(|own| own as u32),
        replied: number("status").is_some(),
        attempts: attempts.unwrap_or(0.0) as u32,
        error,
    }
}

/// Adds the requests for earlier models to `attempts`.
fn add(to: &JsValue, before: u32) {
    if let Some(own) = member(to, "attempts").as_f64() {
        set(to.unchecked_ref(), "attempts", &(own + f64::from(before)).into());
    }
}

/// Options with the rest of the timeout for the whole call.
fn within(options: &JsValue, left: Option<f64>) -> JsValue {
    let Some(left) = left else { return options.clone() };
    let timeout = member(options, "timeout");
    let limits = if timeout.is_object() { timeout } else { Object::new().into() };
    with(options, "timeout", &with(&limits, "total", &left.into()))
}
