//! The source of the texts of `embedMany`: any sync or async iterable.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use js_sys::{Reflect, Symbol};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use crate::client::pool::Jobs;
use crate::error::Error;
use crate::js::error::to_js;
use crate::js::package::ignore_rejection;
use crate::js::promise::{Settled, settled};
use crate::js::tasks::failure::Failure;
use crate::js::value::{Js, is_list, kind_of, member};
use crate::tasks::text_batches::{Batch, BatchLimits, Batcher};
use crate::text::concat;

#[wasm_bindgen]
extern "C" {
    /// A sync or async iterator.
    #[derive(Clone)]
    type Iterator;
    #[wasm_bindgen(method, structural, catch)]
    fn next(this: &Iterator) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = return)]
    fn end(this: &Iterator) -> Result<JsValue, JsValue>;
}

/// Rejects values that are not iterable.
pub fn check(texts: &JsValue) -> Result<(), Failure> {
    if texts.is_string() {
        return Err(Error::invalid("texts", "texts must be several: use embed for one text.").into());
    }
    if method_of(texts, &Symbol::async_iterator()).or_else(|| method_of(texts, &Symbol::iterator())).is_some()
    {
        return Ok(());
    }
    let what = ["texts must be an array or an iterable of strings, not ", kind_of(texts), "."];
    Err(Error::invalid("texts", &concat(&what)).into())
}

/// The number of texts, if known.
pub fn total(texts: &JsValue) -> Option<f64> {
    let name = if is_list(texts) { "length" } else { "size" };
    member(texts, name).as_f64()
}

fn method_of(texts: &JsValue, name: &Symbol) -> Option<js_sys::Function> {
    if !texts.is_object() && !texts.is_function() {
        return None;
    }
    Reflect::get(texts, name).ok()?.dyn_into::<js_sys::Function>().ok()
}

/// Batches of the texts.
pub struct Batches {
    texts: JsValue,
    iterator: Option<Iterator>,
    waits: bool,
    pending: Option<Settled>,
    batcher: Batcher<Js>,
    over: bool,
}

impl Batches {
    /// Nothing is read before the first batch is requested.
    pub fn new(texts: &JsValue, limits: BatchLimits, from: usize) -> Self {
        Batches {
            texts: texts.clone(),
            iterator: None,
            waits: false,
            pending: None,
            batcher: Batcher::new(limits, from),
            over: false,
        }
    }

    /// The next text; none at the end.
    fn poll_text(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<JsValue>, JsValue>> {
        let item = match &mut self.pending {
            Some(pending) => {
                let item = ready!(Pin::new(pending).poll(cx));
                self.pending = None;
                item?
            }
            None => {
                let item = self.iterator()?.next()?;
                if self.waits {
                    self.pending = Some(settled(&item));
                    return self.poll_text(cx);
                }
                item
            }
        };
        let done = member(&item, "done").is_truthy();
        Poll::Ready(Ok((!done).then(|| member(&item, "value"))))
    }

    fn iterator(&mut self) -> Result<Iterator, JsValue> {
        if let Some(iterator) = &self.iterator {
            return Ok(iterator.clone());
        }
        let waits = method_of(&self.texts, &Symbol::async_iterator());
        self.waits = waits.is_some();
        let begin = waits.or_else(|| method_of(&self.texts, &Symbol::iterator()));
        let iterator = match begin {
            Some(begin) => begin.call0(&self.texts)?.unchecked_into::<Iterator>(),
            None => return Err(JsValue::UNDEFINED),
        };
        self.iterator = Some(iterator.clone());
        Ok(iterator)
    }
}

/// True if the texts are read asynchronously.
pub fn waits(texts: &JsValue) -> bool {
    method_of(texts, &Symbol::async_iterator()).is_some()
}

impl Jobs for Batches {
    type Job = Batch<Js>;
    type Error = JsValue;

    fn poll_job(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Batch<Js>, JsValue>>> {
        while !self.over {
            match ready!(self.poll_text(cx)) {
                // An iterator that has thrown is finished.
                Err(cause) => {
                    self.iterator = None;
                    let why = "texts threw when a text was read; cause has its error.";
                    return Poll::Ready(Some(Err(to_js(&Error::invalid("texts", why), Some(&cause)))));
                }
                Ok(None) => {
                    self.over = true;
                    self.iterator = None;
                }
                Ok(Some(text)) => match self.batcher.push(Js(text)) {
                    Ok(None) => {}
                    Ok(Some(batch)) => return Poll::Ready(Some(Ok(batch))),
                    Err(error) => {
                        return Poll::Ready(Some(Err(Failure::from(error).without_call())));
                    }
                },
            }
        }
        Poll::Ready(self.batcher.finish().map(Ok))
    }
}

impl Drop for Batches {
    /// Does not wait for a pending text.
    fn drop(&mut self) {
        if let Some(iterator) = self.iterator.take()
            && member(&iterator, "return").is_function()
        {
            // Exceptions of `return()` are ignored.
            let _ = iterator.end().map(|ended| ignore_rejection(&ended));
        }
    }
}
