//! The body of a gateway's run that is resumed when its connection breaks; see [`crate::client::resume`].

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Math, Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;

use super::endpoint::{EndpointCall, Request};
use super::held::Held;
use super::pause::pause;
use super::promise::promise;
use super::readable::{Controller, readable};
use super::transport::{Call, Transport, next_chunk};
use crate::client::resume::{Resumed, Wire};
use crate::error::Code;
use crate::js::error::to_js;
use crate::js::value::{Js, member, set};
use crate::plan::endpoint::{RUN_RESUME, without_member};
use crate::value::Tree;

/// The current source of bytes.
enum Link {
    /// The call itself.
    First(Held),
    /// The run's events from an offset on.
    Later(EndpointCall),
}

impl Link {
    fn call(&self) -> &Call {
        match self {
            Link::First(call) => call,
            Link::Later(call) => call.call(),
        }
    }
}

/// The state that the stream's two functions share.
struct Shared {
    /// Taken while it reads, and when the stream has ended.
    resumed: RefCell<Option<Resumed<Run>>>,
    /// The call whose reply is being read.
    reading: RefCell<Call>,
    /// The consumer has cancelled.
    cancelled: Cell<bool>,
}

/// A run of a gateway.
struct Run {
    transport: Transport,
    link: Link,
    gateway: JsValue,
    id: JsValue,
    /// Options of the calls that resume it: the end of the first call ends them too.
    options: Object,
    shared: std::rc::Weak<Shared>,
}

impl Wire for Run {
    type Error = JsValue;

    async fn read(&mut self) -> Result<Option<Vec<u8>>, JsValue> {
        Ok(next_chunk(self.link.call()).await?.map(|chunk| chunk.to_vec()))
    }

    fn is_broken(&self, error: &JsValue) -> bool {
        member(error, "code").as_string().as_deref() == Some(Code::Network.as_str())
    }

    async fn connect(&mut self, events: u64) -> Result<(), JsValue> {
        let is_wanted = |shared: &Rc<Shared>| !shared.cancelled.get();
        let Some(shared) = self.shared.upgrade().filter(is_wanted) else { return Err(JsValue::UNDEFINED) };
        let request = Request {
            ids: vec![("gateway", Js(self.gateway.clone())), ("runId", Js(self.id.clone()))],
            query: vec![("from".to_owned(), Tree::Number(events as f64))],
            ..Request::new(&RUN_RESUME)
        };
        let call = EndpointCall::begin(&self.transport, request, &self.options)
            .map_err(|failure| failure.without_call())?;
        *shared.reading.borrow_mut() = call.call().clone();
        call.open().await?;
        self.link = Link::Later(call);
        Ok(())
    }

    async fn sleep(&mut self, ms: f64) -> bool {
        pause(ms, &member(&self.options, "signal")).await.is_ok()
    }

    fn random(&self) -> f64 {
        Math::random()
    }
}

/// The source of the stream.
#[wasm_bindgen(skip_typescript)]
pub struct ResumedBody(Rc<Shared>);

#[wasm_bindgen]
impl ResumedBody {
    /// The consumer pulls.
    #[wasm_bindgen(skip_typescript)]
    pub fn pull(&self, controller: Controller) -> Promise {
        let shared = Rc::clone(&self.0);
        promise(async move {
            let current = shared.resumed.borrow_mut().take();
            let Some(mut resumed) = current else { return Ok(JsValue::UNDEFINED) };
            match resumed.next().await? {
                _ if shared.cancelled.get() => {}
                Some(bytes) => {
                    controller.enqueue(&Uint8Array::from(bytes.as_slice()))?;
                    *shared.resumed.borrow_mut() = Some(resumed);
                }
                None => controller.close()?,
            }
            Ok(JsValue::UNDEFINED)
        })
    }

    /// The consumer cancels; a pending read ends.
    #[wasm_bindgen(skip_typescript)]
    pub fn cancel(&self) {
        self.0.cancelled.set(true);
        let reading = self.0.reading.borrow().clone();
        // A call that has ended reports it.
        let _ = reading.stop_reading();
        let resumed = self.0.resumed.borrow_mut().take();
        drop(resumed);
    }
}

/// The body of a call's reply, which is a run of a gateway: a stream of whole events. `timeout` has the
/// limits of the calls that resume it.
#[wasm_bindgen(js_name = resumedBody, skip_typescript)]
pub fn resumed_body(
    transport: &Transport,
    call: Call,
    gateway: JsValue,
    id: JsValue,
    timeout: &JsValue,
) -> Result<JsValue, JsValue> {
    if !member(&transport.binding(), "fetch").is_function() {
        return Err(to_js(&without_member("fetch"), None));
    }
    let options = Object::new();
    set(&options, "signal", &call.signal());
    set(&options, "timeout", timeout);
    let shared = Rc::new_cyclic(|shared| Shared {
        reading: RefCell::new(call.clone()),
        cancelled: Cell::new(false),
        resumed: RefCell::new(Some(Resumed::new(Run {
            transport: transport.clone(),
            link: Link::First(Held::new(call)),
            gateway,
            id,
            options,
            shared: shared.clone(),
        }))),
    });
    readable(&ResumedBody(shared).into())
}
