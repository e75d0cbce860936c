//! A call of a method that makes one request per text.

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

use super::failure::define_hidden;
use super::held::Held;
use super::linked::Linked;
use super::meta_sum::MetaSum;
use super::spawn::spawn;
use super::task::{Task, begin_with};
use super::transport::Transport;
use crate::client::pool::{Pool, Ready};
use crate::js::error::is_ours;
use crate::js::value::{Js, member, set};
use crate::tasks::request::Content;

const CONCURRENCY: usize = 4;

/// Several requests of one task.
pub struct Several {
    transport: Transport,
    model: JsValue,
    linked: Linked,
    task: Task,
    contents: Vec<Content<Js>>,
    meta: MetaSum,
}

impl Several {
    /// Nothing is sent yet.
    pub fn new(
        transport: &Transport,
        model: &JsValue,
        options: &JsValue,
        task: Task,
        contents: Vec<Content<Js>>,
    ) -> Self {
        Several {
            transport: transport.clone(),
            model: model.clone(),
            linked: Linked::new(options),
            task,
            contents,
            meta: MetaSum::start(),
        }
    }

    /// The texts of all answers; the first failure ends it, with the earlier texts as `partial`.
    pub async fn run(self) -> Result<JsValue, JsValue> {
        let Several { transport, model, linked, task, contents, mut meta } = self;
        let mut pool = Pool::new(Ready(contents.into_iter().map(Ok)), CONCURRENCY, |content| {
            let begun = transport
                .call(&model, linked.options(), &[])
                .and_then(|call| begin_with(&transport, Held::new(call), task.another(), content));
            spawn(async move { begun?.run().await })
        });
        let (texts, raw) = (Array::new(), Array::new());
        while let Some(answer) = pool.next().await {
            let (answered, of_request) = answer.inspect_err(|error| {
                // Keeps the answers that were billed.
                if is_ours(error) {
                    let partial = Object::new();
                    set(&partial, "texts", &texts);
                    define_hidden(error, "partial", &partial);
                }
            })?;
            texts.push(&member(&answered.result, "text"));
            raw.push(&answered.raw);
            meta.add(of_request);
        }
        drop(pool);
        let result = Object::new();
        set(&result, "texts", &texts);
        set(&result, "raw", &raw);
        set(&result, "meta", &meta.finish(&transport, &model));
        Ok(result.into())
    }
}
