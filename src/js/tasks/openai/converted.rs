//! A reply's stream while it is read as another one.

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

/// Bytes that are read behind the end of the answer, so that the connection can be used again. Usually there are none; who sends more is cut off,
/// and who sends none by the reader of this stream.
const MOST_BEHIND: f64 = 65_536.0;

thread_local! {
    /// Room to work in: a conversion leaves nothing in it between two chunks.
    static WINDOW: RefCell<Window> = RefCell::new(Window::default());
}

/// The source of a `ReadableStream`: a call's reply, converted as it is read.
#[wasm_bindgen(skip_typescript)]
pub struct ConvertedReply {
    /// Out of its place while a chunk is waited for, and when the stream is over.
    reading: Rc<RefCell<Option<Reading>>>,
    call: Call,
}

struct Reading {
    call: Held,
    conversion: Box<dyn Converter>,
}

#[wasm_bindgen]
impl ConvertedReply {
    /// The stream wants more.
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
                        // Whoever has cancelled the stream meanwhile has closed it.
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

    /// Nobody wants more. It may be in the middle of a read, which then ends.
    #[wasm_bindgen(skip_typescript)]
    pub fn cancel(&self) -> Result<(), JsValue> {
        let reading = self.reading.borrow_mut().take();
        match reading {
            Some(reading) => reading.call.stop_reading(),
            // A call that is over already says so.
            None => self.call.stop_reading().or(Ok(())),
        }
    }
}

/// The reply of a call as a stream of other bytes. Nothing is read before somebody reads it.
pub fn converted(call: Held, conversion: impl Converter + 'static) -> Result<JsValue, JsValue> {
    let conversion = Box::new(conversion);
    let handle = (*call).clone();
    let reading = Rc::new(RefCell::new(Some(Reading { call, conversion })));
    let source = ConvertedReply { reading, call: handle };
    readable(&source.into())
}
