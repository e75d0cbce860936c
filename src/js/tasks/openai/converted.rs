//! Reads a reply's stream through a conversion.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;

use super::super::held::Held;
use super::super::promise::promise;
use super::super::readable::{Controller, readable};
use super::super::transport::{Call, next_chunk};
use crate::wire::openai::Converter;
use crate::wire::window::Window;

/// Bytes that are read after the end of the answer, at most, so that the connection can be reused. Usually
/// there are none. A service that sends more is disconnected; if the connection stays open without further
/// bytes, the consumer's cancellation ends it.
const MOST_BEHIND: f64 = 65_536.0;

thread_local! {
    /// Scratch space: a conversion leaves nothing in it between two chunks.
    static WINDOW: RefCell<Window> = RefCell::new(Window::default());
}

/// The source of a `ReadableStream`: a call's reply, converted while it is read.
#[wasm_bindgen(skip_typescript)]
pub struct ConvertedReply {
    /// `None` while a chunk is awaited, and after the end of the stream.
    reading: Rc<RefCell<Option<Reading>>>,
    call: Call,
}

struct Reading {
    call: Held,
    conversion: Box<dyn Converter>,
}

#[wasm_bindgen]
impl ConvertedReply {
    /// Called when the stream needs more bytes.
    #[wasm_bindgen(skip_typescript)]
    pub fn pull(&self, controller: Controller) -> Promise {
        let place = self.reading.clone();
        promise(async move {
            let current = place.borrow_mut().take();
            let Some(mut reading) = current else { return Ok(JsValue::UNDEFINED) };
            let Reading { call, conversion } = &mut reading;
            let mut left = MOST_BEHIND;
            loop {
                let chunk = next_chunk(call).await?;
                if conversion.is_over() {
                    left -= chunk.as_ref().map_or(f64::INFINITY, |chunk| f64::from(chunk.length()));
                    if left < 0.0 {
                        call.stop_reading()?;
                        // A stream that was cancelled meanwhile is already closed.
                        let _ = controller.close();
                        return Ok(JsValue::UNDEFINED);
                    }
                    continue;
                }
                let converted = WINDOW.with(|window| {
                    let window = &mut *window.borrow_mut();
                    match &chunk {
                        Some(chunk) => conversion.feed(window, &chunk.to_vec()),
                        None => conversion.finish(window),
                    }
                });
                if !converted.is_empty() {
                    controller.enqueue(&Uint8Array::from(converted.as_slice()))?;
                }
                if chunk.is_none() {
                    controller.close()?;
                    return Ok(JsValue::UNDEFINED);
                }
                if !converted.is_empty() {
                    break;
                }
            }
            *place.borrow_mut() = Some(reading);
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Called when the stream is cancelled. A read that is in progress ends.
    #[wasm_bindgen(skip_typescript)]
    pub fn cancel(&self) -> Result<(), JsValue> {
        let reading = self.reading.borrow_mut().take();
        match reading {
            Some(reading) => reading.call.stop_reading(),
            // A call that has already ended reports so.
            None => self.call.stop_reading().or(Ok(())),
        }
    }
}

/// The reply of a call as a converted stream. Reading starts on demand.
pub fn converted(call: Held, conversion: impl Converter + 'static) -> Result<JsValue, JsValue> {
    let conversion = Box::new(conversion);
    let handle = (*call).clone();
    let reading = Rc::new(RefCell::new(Some(Reading { call, conversion })));
    let source = ConvertedReply { reading, call: handle };
    readable(&source.into())
}
