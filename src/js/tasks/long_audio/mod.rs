//! `transcribe` of recordings that are too long for one request: in pieces, several at a time. Only the
//! pieces of pending requests are in memory.

mod feed;
mod options;

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use self::feed::Feed;
pub use self::options::NAMES as OPTIONS;
use self::options::Options;
use super::failure::{Failure, define_hidden};
use super::linked::Linked;
use super::meta_sum::MetaSum;
use super::serialize::to_object;
use super::spawn::{Spawned, spawn};
use super::task::{Answered, begin, start, with_members, written_out};
use super::transport::Transport;
use crate::audio::Piece;
use crate::catalog::Method;
use crate::client::pool::Pool;
use crate::js::error::is_ours;
use crate::js::promise::{promise, settled};
use crate::js::remote::call_wait::CallWait;
use crate::js::value::{Js, bytes, is_blob, member, set};
use crate::tasks::speech_recognition::{self, Transcription};

/// Size from which a recording is split, unless the options determine it: the service does not publish its
/// limit, and rejects much larger ones.
const LONG_BYTES: f64 = 20.0 * 1024.0 * 1024.0;

struct Part {
    transcription: Transcription,
    start: f64,
    end: f64,
    raw: JsValue,
    meta: Object,
}

type Parts = Spawned<Result<Part, JsValue>>;

/// Transcribes a recording, in one request or in several.
pub fn transcribe(transport: &Transport, model: &JsValue, input: &JsValue, options: &JsValue) -> Promise {
    match prepare(transport, model, input, options) {
        Ok(Some(job)) => promise(job.run()),
        Ok(None) => start(transport, Method::Transcribe, model, input, options),
        Err(failure) => Promise::reject(&failure.without_call()),
    }
}

struct Job {
    transport: Transport,
    model: JsValue,
    /// The whole input, in case it is sent in one request.
    input: JsValue,
    /// The model's other parameters.
    parameters: Object,
    options: Options,
    feed: Feed,
}

fn prepare(
    transport: &Transport,
    model: &JsValue,
    input: &JsValue,
    options: &JsValue,
) -> Result<Option<Job>, Failure> {
    let Some(options) = Options::read(options)? else { return Ok(None) };
    let written = written_out(Method::Transcribe, input)?;
    let audio = member(&written, "audio");
    let body = if audio.is_object() { member(&audio, "body") } else { JsValue::UNDEFINED };
    let audio = if is_plain_body(&audio, &body) { body } else { audio };
    if !options.requested && !is_long(&audio) {
        return Ok(None);
    }
    let parameters = with_members(&written, &[]);
    Reflect::delete_property(&parameters, &"audio".into())?;
    let feed = Feed::open(&audio)?;
    let (transport, model, input) = (transport.clone(), model.clone(), input.clone());
    Ok(Some(Job { transport, model, input, parameters, options, feed }))
}

/// True for `{ body, contentType }`, but not for a response, which has a body as well.
fn is_plain_body(audio: &JsValue, body: &JsValue) -> bool {
    !body.is_undefined() && !crate::js::value::is_response(audio)
}

fn is_long(audio: &JsValue) -> bool {
    let size = match bytes(audio) {
        Some(bytes) => Some(f64::from(bytes.length())),
        None if is_blob(audio) => member(audio, "size").as_f64(),
        None => None,
    };
    size.is_some_and(|size| size > LONG_BYTES)
}

impl Job {
    async fn run(self) -> Result<JsValue, JsValue> {
        let Job { transport, model, input, parameters, options, mut feed } = self;
        let linked = Rc::new(Linked::new(&options.own));
        feed.follow(&member(linked.options(), "signal"));
        if !feed.begin(options.limits, options.earlier.end()).await? {
            if options.requested {
                return Err(feed::unknown().without_call());
            }
            return settled(&start(&transport, Method::Transcribe, &model, &input, &options.own)).await;
        }
        let mut joined = options.earlier;
        let mut sum = MetaSum::start();
        let raw = Array::new();
        let total = feed.total();
        let work = work(&transport, &model, parameters, Rc::clone(&linked));
        let mut pool = Pool::new(feed, options.concurrency, work);
        let mut pieces = 0;
        let call_wait = CallWait::of_job(&transport, &options.own);
        let outcome = loop {
            match pool.next().await {
                Some(Ok(part)) => {
                    joined.add(part.transcription, part.start, part.end);
                    raw.push(&part.raw);
                    sum.add(part.meta);
                    pieces += 1;
                }
                None => break Ok(()),
                Some(Err(error)) => break Err(error),
            }
            if let Some(on_progress) = options.on_progress.dyn_ref::<Function>() {
                let progress = Object::new();
                set(&progress, "seconds", &joined.end().into());
                if let Some(total) = total.borrow().as_ref() {
                    set(&progress, "totalSeconds", &(*total).into());
                }
                set(&progress, "pieces", &pieces.into());
                let shown = match on_progress.call1(&options.own, &progress) {
                    Ok(returned) => call_wait.until(&returned).await,
                    Err(thrown) => Err(thrown),
                };
                if let Err(thrown) | Ok(Err(thrown)) = shown {
                    break Err(thrown);
                }
            }
        };
        let result = to_object(&joined.transcription()).map_err(Failure::without_call)?;
        if let Err(error) = outcome {
            // Keeps the transcript of the pieces that were billed.
            if is_ours(&error) {
                define_hidden(&error, "partial", &result);
            }
            return Err(error);
        }
        set(&result, "raw", &raw);
        set(&result, "meta", &sum.finish(&transport, &model));
        Ok(result.into())
    }
}

/// Makes the request of a piece.
fn work(
    transport: &Transport,
    model: &JsValue,
    parameters: Object,
    linked: Rc<Linked>,
) -> impl FnMut(Piece) -> Parts {
    let (transport, model) = (transport.clone(), model.clone());
    move |Piece { bytes, start, end }| {
        let audio = Uint8Array::from(bytes.as_slice());
        drop(bytes);
        let input = with_members(&parameters, &[("audio", &audio)]);
        let begun = begin(&transport, Method::Transcribe, &model, &input, linked.options(), OPTIONS);
        spawn(async move {
            let (Answered { raw, .. }, meta) = begun?.run().await?;
            let transcription = speech_recognition::decode(&Js(raw.clone())).map_err(Failure::from);
            let transcription = transcription.map_err(Failure::without_call)?;
            Ok(Part { transcription, start, end, raw, meta })
        })
    }
}

/// The duration of the recording, once known.
type Total = Rc<RefCell<Option<f64>>>;
