//! Sends data over a connection, in the order of the calls. Most data is sent at once; reading a stream takes
//! time, and later data waits for it.

use std::rc::Rc;

use js_sys::{JSON, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::shared::Shared;
use crate::client::connection::{LOOK_AGAIN_MS, NORMAL, closed, is_full};
use crate::error::Error;
use crate::js::chunks::{BlobLike, Chunk, ReaderLike, StreamLike, chunk};
use crate::js::error::{to_js, unreadable};
use crate::js::package::ignore_rejection;
use crate::js::promise::{promise, settled};
use crate::js::tasks::failure::Failure;
use crate::js::tasks::pause::pause;
use crate::js::value::{bytes, is_blob, is_list, is_response, is_stream, kind_of, member};
use crate::tasks::realtime::messages;
use crate::text::concat;

type Sent = Result<Promise, JsValue>;

/// Sends bytes, a text, a message, or the contents of a blob, a stream or a response.
pub fn send(shared: &Rc<Shared>, data: &JsValue) -> Sent {
    check_open(shared)?;
    if let Some(text) = data.as_string() {
        return put(shared, messages::text(shared.protocol, &text).into());
    }
    if let Some(bytes) = bytes(data) {
        // Copied if it is queued, since the caller may change it before.
        let payload = if shared.turns.is_idle() { bytes } else { bytes.slice(0, bytes.length()) };
        return put(shared, payload.into());
    }
    if is_blob(data) || is_stream(data) || is_response(data) {
        let (pumped, source) = (Rc::clone(shared), data.clone());
        return Ok(after(shared, async move { pump(&pumped, &source).await }));
    }
    if !data.is_object() || is_list(data) {
        let why = ["Send bytes, a text, or an object, not ", kind_of(data), "."];
        return Err(refusal(&concat(&why)));
    }
    let text = JSON::stringify(data).map_err(|cause| to_js(&unreadable(false), Some(&cause)))?;
    put(shared, text.into())
}

/// Requests the results that the model still withholds.
pub fn flush(shared: &Rc<Shared>) -> Sent {
    check_open(shared)?;
    let command = messages::flush(shared.protocol).map_err(|error| to_js(&error, None))?;
    put(shared, command.into())
}

/// Signals the end of the input.
pub fn end(shared: &Rc<Shared>) -> Sent {
    if !shared.is_open() {
        return Ok(done());
    }
    shared.set_complete();
    match messages::end(shared.protocol) {
        Some(command) => put(shared, command.into()),
        None => {
            let closed = Rc::clone(shared);
            Ok(after(shared, async move { closed.close(f64::from(NORMAL), &"".into()) }))
        }
    }
}

fn check_open(shared: &Shared) -> Result<(), JsValue> {
    if shared.is_open() { Ok(()) } else { Err(to_js(&closed(), None)) }
}

fn refusal(message: &str) -> JsValue {
    to_js(&Error::invalid("data", message), None)
}

fn done() -> Promise {
    Promise::resolve(&JsValue::UNDEFINED)
}

/// Sends at once, or after the queued data.
fn put(shared: &Rc<Shared>, payload: JsValue) -> Sent {
    let sender = Rc::clone(shared);
    if !shared.turns.is_idle() {
        return Ok(after(shared, async move { write(&sender, &payload) }));
    }
    write(shared, &payload)?;
    if !must_wait(shared) {
        return Ok(done());
    }
    Ok(promise(async move {
        wait_for_room(&sender).await?;
        Ok(JsValue::UNDEFINED)
    }))
}

fn write(shared: &Shared, payload: &JsValue) -> Result<(), JsValue> {
    if shared.is_open() { shared.socket.send(payload) } else { Ok(()) }
}

/// Runs work after all earlier work.
fn after(shared: &Rc<Shared>, work: impl Future<Output = Result<(), JsValue>> + 'static) -> Promise {
    let (turn, shared) = (shared.turns.take(), Rc::clone(shared));
    let promise = promise(async move {
        turn.begin().await;
        work.await?;
        wait_for_room(&shared).await?;
        Ok(JsValue::UNDEFINED)
    });
    // The caller need not handle a rejection.
    ignore_rejection(&promise);
    promise
}

async fn pump(shared: &Shared, source: &JsValue) -> Result<(), JsValue> {
    let stream = if is_response(source) {
        member(source, "body")
    } else if is_blob(source) {
        source.unchecked_ref::<BlobLike>().stream()?
    } else {
        source.clone()
    };
    if !is_stream(&stream) || member(&stream, "locked").is_truthy() {
        return Err(refusal("The stream was read by somebody else."));
    }
    let reader = stream.unchecked_ref::<StreamLike>().get_reader()?;
    let result = pump_from(shared, &reader).await;
    reader.cancel(&JsValue::UNDEFINED);
    result
}

async fn pump_from(shared: &Shared, reader: &ReaderLike) -> Result<(), JsValue> {
    while shared.is_open() {
        match chunk(&settled(&reader.read()?).await?)? {
            Chunk::End => return Ok(()),
            Chunk::Other => return Err(refusal("The stream has something else than bytes.")),
            Chunk::Bytes(bytes) => write(shared, &bytes)?,
        }
        wait_for_room(shared).await?;
    }
    Ok(())
}

fn must_wait(shared: &Shared) -> bool {
    shared.is_open() && is_full(shared.socket.unsent())
}

/// Waits for room in the send buffer, if the runtime has that information.
async fn wait_for_room(shared: &Shared) -> Result<(), JsValue> {
    while must_wait(shared) {
        pause(LOOK_AGAIN_MS, &JsValue::UNDEFINED).await.map_err(Failure::without_call)?;
    }
    Ok(())
}
