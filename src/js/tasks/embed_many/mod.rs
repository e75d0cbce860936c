//! `embedMany`: converts any number of texts to vectors, in as many requests as necessary.

mod collect;
mod options;
mod source;

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use self::options::Options;
use self::source::Batches;
use super::each::each;
use super::failure::define_hidden;
use super::linked::Linked;
use super::spawn::{Spawned, spawn};
use super::task::{Answered, begin, with_members};
use super::transport::Transport;
use super::vectors::Answer;
use crate::catalog::Method;
use crate::client::pool::Pool;
use crate::error::{Code, Error};
use crate::js::error::{is_ours, to_js};
use crate::js::promise::promise;
use crate::js::remote::call_wait::CallWait;
use crate::js::value::{Js, set};
use crate::tasks::text_batches::Batch;
use crate::text::{concat, decimal};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Object)]
    type Rows;
    #[wasm_bindgen(method, setter, structural)]
    fn set_offset(this: &Rows, offset: f64);
    #[wasm_bindgen(method, setter, structural)]
    fn set_rows(this: &Rows, rows: &Array);
}

/// A chunk of vectors and its position.
struct Chunk {
    offset: usize,
    /// The number of its texts.
    texts: usize,
    vectors: Answer,
    /// The result, for its usage.
    result: Object,
    raw: JsValue,
    meta: Object,
}

type Answers = Spawned<Result<Chunk, JsValue>>;
type Work = Box<dyn FnMut(Batch<Js>) -> Answers>;

/// The vectors of all chunks, in order.
struct Chunks {
    pool: Option<Pool<Batches, Work, Answers>>,
    linked: Option<Rc<Linked>>,
    /// The caller's options, on which `onProgress` is called.
    options: JsValue,
    on_progress: JsValue,
    call_wait: CallWait,
    /// True if the texts are read asynchronously.
    waits: bool,
    total: Option<f64>,
    done: f64,
    /// True if progress of the last chunk has not been reported.
    unreported: bool,
    /// The dimensions of the vectors of earlier chunks.
    dimensions: Option<u32>,
}

impl Chunks {
    /// The next chunk; none at the end. The error of a failure contains the offset from which to continue.
    async fn next(&mut self) -> Result<Option<Chunk>, JsValue> {
        let next = self.advance().await;
        if !matches!(next, Ok(Some(_))) {
            self.close();
        }
        next.map_err(|error| {
            let partial = Object::new();
            set(&partial, "offset", &self.done.into());
            resumable(error, &partial)
        })
    }

    async fn advance(&mut self) -> Result<Option<Chunk>, JsValue> {
        if std::mem::take(&mut self.unreported) {
            self.tell().await?;
        }
        let Some(pool) = &mut self.pool else { return Ok(None) };
        let next = if self.waits {
            // A wait for texts has no request that the signal could abort.
            CallWait::by_signal(&self.options).outlast(pool.next()).await?
        } else {
            pool.next().await
        };
        let Some(chunk) = next else { return Ok(None) };
        let chunk = chunk?;
        self.check(&chunk)?;
        self.done = chunk.offset as f64 + f64::from(chunk.vectors.count);
        self.unreported = true;
        Ok(Some(chunk))
    }

    /// Compares the number and dimensions of the vectors with the texts and with earlier chunks. If they
    /// differ, later vectors could not be assigned to their texts.
    fn check(&mut self, chunk: &Chunk) -> Result<(), JsValue> {
        let Answer { count, dimensions, .. } = chunk.vectors;
        let before = *self.dimensions.get_or_insert(dimensions);
        let why = if count as usize != chunk.texts {
            concat(&[
                "The service gave ",
                &decimal(i64::from(count)),
                " vectors for ",
                &decimal(chunk.texts as i64),
                " texts.",
            ])
        } else if dimensions != before {
            concat(&[
                "The service gave vectors of ",
                &decimal(i64::from(dimensions)),
                " numbers after those of ",
                &decimal(i64::from(before)),
                ".",
            ])
        } else {
            return Ok(());
        };
        Err(to_js(&Error::new(Code::MalformedResponse, why), None))
    }

    /// Reports progress, once the chunk has been read.
    async fn tell(&self) -> Result<(), JsValue> {
        let Some(on_progress) = self.on_progress.dyn_ref::<Function>() else { return Ok(()) };
        let progress = Object::new();
        set(&progress, "done", &self.done.into());
        if let Some(total) = self.total {
            set(&progress, "total", &total.into());
        }
        let returned = on_progress.call1(&self.options, &progress)?;
        self.call_wait.until(&returned).await?.map(drop)
    }

    /// Cancels the pending requests.
    fn close(&mut self) {
        self.pool = None;
        self.linked = None;
    }
}

/// Adds the offset from which to continue to an error of the service.
fn resumable(error: JsValue, partial: &Object) -> JsValue {
    if is_ours(&error) {
        define_hidden(&error, "partial", partial);
    }
    error
}

/// The job, before it is started.
#[wasm_bindgen(skip_typescript)]
pub struct EmbedMany(Rc<Job>);

struct Job {
    transport: Transport,
    model: JsValue,
    options: Options,
    texts: JsValue,
}

/// Validates texts and options; throws if they are invalid.
#[wasm_bindgen(js_name = embedMany, skip_typescript)]
pub fn embed_many(
    transport: &Transport,
    model: &JsValue,
    texts: &JsValue,
    options: &JsValue,
) -> Result<EmbedMany, JsValue> {
    let read = Options::read(model, options).and_then(|options| source::check(texts).map(|()| options));
    let options = read.map_err(|failure| failure.without_call())?;
    let (transport, model, texts) = (transport.clone(), model.clone(), texts.clone());
    Ok(EmbedMany(Rc::new(Job { transport, model, options, texts })))
}

#[wasm_bindgen]
impl EmbedMany {
    /// An async iterator of `{ offset, rows }`.
    #[wasm_bindgen(skip_typescript)]
    pub fn each(&self) -> JsValue {
        each(Steps(Rc::new(RefCell::new(Some(self.0.chunks())))).into())
    }

    /// A promise of all vectors.
    #[wasm_bindgen(skip_typescript)]
    pub fn all(&self) -> Promise {
        promise(collect::all(self.0.clone()))
    }
}

impl Job {
    fn chunks(&self) -> Chunks {
        let linked = Rc::new(Linked::new(&self.options.original));
        let work = self.work(linked.clone());
        let batches = Batches::new(&self.texts, self.options.limits, self.options.from);
        Chunks {
            pool: Some(Pool::new(batches, self.options.concurrency, work)),
            linked: Some(linked),
            options: self.options.original.clone(),
            on_progress: self.options.on_progress.clone(),
            call_wait: CallWait::of_job(&self.transport, &self.options.original),
            waits: source::waits(&self.texts),
            total: source::total(&self.texts),
            done: self.options.from as f64,
            unreported: false,
            dimensions: None,
        }
    }

    /// Makes the request of a batch of texts.
    fn work(&self, linked: Rc<Linked>) -> Work {
        let (transport, model) = (self.transport.clone(), self.model.clone());
        let parameters = self.options.parameters.clone();
        Box::new(move |Batch { offset, texts }| {
            let count = texts.len();
            let texts = texts.into_iter().map(|text| text.0).collect::<Array>();
            let input = with_members(&parameters, &[("text", &texts)]);
            let begun = begin(&transport, Method::Embed, &model, &input, linked.options(), options::NAMES);
            spawn(async move {
                let (Answered { result, raw, vectors }, meta) = begun?.run().await?;
                let vectors = vectors.unwrap_or_else(|| Answer::of(&result, Default::default()));
                Ok(Chunk { offset, texts: count, vectors, result, raw, meta })
            })
        })
    }
}

/// Yields the chunks, for the iterator.
#[wasm_bindgen(skip_typescript)]
pub struct Steps(Rc<RefCell<Option<Chunks>>>);

#[wasm_bindgen]
impl Steps {
    /// A promise of the next chunk, `undefined` at the end. It must not be called again before it has
    /// settled.
    #[wasm_bindgen(skip_typescript)]
    pub fn next(&self) -> Promise {
        let place = self.0.clone();
        promise(async move {
            let Some(mut chunks) = place.borrow_mut().take() else { return Ok(JsValue::UNDEFINED) };
            let next = chunks.next().await;
            *place.borrow_mut() = Some(chunks);
            let Some(chunk) = next? else { return Ok(JsValue::UNDEFINED) };
            let rows = Object::new().unchecked_into::<Rows>();
            rows.set_offset(chunk.offset as f64);
            rows.set_rows(&chunk.vectors.rows());
            Ok(rows.into())
        })
    }
}
