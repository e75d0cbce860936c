//! Facts of the catalogue for the core's client, which does not contain it.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;

use super::failure::define_hidden;
use super::promise::{promise, rejected};
use crate::catalog::{self, Task};
use crate::js::model::model_id;
use crate::js::value::{Js, member};
use crate::limiter::Published;
use crate::tasks::{fallback, nearest};
use crate::text::concat;

/// `[index of the task, requests per minute]`, the second one absent if the model has no limit of its own.
#[wasm_bindgen(js_name = publishedLimit, skip_typescript)]
pub fn published_limit(model: &str) -> Array {
    let published = Published::of(model);
    let task = Task::ALL.iter().position(|task| *task == published.task).unwrap_or(0);
    let requests = published.requests_per_minute.map_or(JsValue::UNDEFINED, JsValue::from);
    Array::of2(&(task as u32).into(), &requests)
}

/// The context window of a model in tokens; `undefined` if it is unknown.
#[wasm_bindgen(js_name = contextWindowOf, skip_typescript)]
pub fn context_window_of(model: &str) -> Option<u32> {
    catalog::find(model)?.context_window
}

/// The ids of the models to call in order; only the first one if the input can be sent only once.
#[wasm_bindgen(js_name = fallbackModels, skip_typescript)]
pub fn fallback_models(model: &JsValue, list: &JsValue, once: bool, is_responses: bool) -> Promise {
    match model_id(model).and_then(|first| fallback::models(&first, &Js(list.clone()), is_responses)) {
        Ok(models) => {
            let models = models.iter().take(if once { 1 } else { usize::MAX });
            let models: Array = models.map(JsValue::from).collect();
            promise(async move { Ok(models.into()) })
        }
        Err(error) => rejected(error),
    }
}

/// Adds the most similar model id to the error of an unknown one.
#[wasm_bindgen(js_name = suggestModel, skip_typescript)]
pub fn suggest_model(id: &str, error: &JsValue) {
    let message = member(error, "message").as_string().unwrap_or_default();
    if let Some(more) = nearest::sentence(id).filter(|more| !message.contains(more.as_str())) {
        let message = concat(&[&message, " ", &more]);
        define_hidden(error, "message", &message.into());
    }
}
