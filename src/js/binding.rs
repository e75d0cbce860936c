//! The door of a Worker: any object with a function `run`.
//!
//! The binding is always asked for its raw response: content types are seen, ids come from the reply's own headers, and
//! concurrent calls cannot cross. The fields that the binding keeps of its last call are never read. A stand-in may
//! ignore the question and give an object or a stream; that is taken as well.

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

use super::convert::{invoke, set, set_some};
use super::error::{Failure, words_of};
use super::guard::Guard;
use super::input;
use super::options::Parts;
use super::reply::Reply;
use crate::error::Error;
use crate::model::Model;
use crate::options::{Call, Setting, SettingValue};
use crate::plan::binding as plan;

/// Makes one call.
pub async fn send(
    parts: &Parts,
    call: &Call,
    model: &Model,
    snapshot: &JsValue,
    guard: &Guard,
) -> Result<Reply, Failure> {
    let options = options(&plan::plan(call)?, guard);
    let inputs = input::binding(snapshot)?;
    let thrown = |thrown: JsValue| {
        let (name, message) = words_of(&thrown);
        Failure::caused(Error::from_thrown(&name, &message), thrown)
    };
    let called =
        invoke(&parts.binding, "run", &[&model.as_str().into(), &inputs, &options]).map_err(thrown)?;
    guard.until(&called).await.map(Reply::of).map_err(thrown)
}

fn options(planned: &plan::BindingOptions, guard: &Guard) -> Object {
    let options = Object::new();
    set(&options, "returnRawResponse", &JsValue::TRUE);
    set(&options, "signal", &guard.signal());
    if let Some(id) = &planned.gateway_id {
        set(&options, "gateway", &gateway(id, &planned.gateway));
    }
    let headers = Object::new();
    for (name, value) in planned.headers.iter() {
        set(&headers, name, &value.into());
    }
    set_some(&options, "extraHeaders", Some(headers).filter(|headers| Object::keys(headers).length() > 0));
    let tags: Array = planned.tags.iter().map(|tag| JsValue::from_str(tag)).collect();
    set_some(&options, "tags", Some(tags).filter(|tags| tags.length() > 0));
    for (name, is_set) in [
        ("rejectIfBusy", planned.reject_if_busy),
        ("queueRequest", planned.queue_request),
        ("websocket", planned.websocket),
    ] {
        set_some(&options, name, is_set.then_some(true));
    }
    set_some(&options, "prefix", planned.prefix.as_deref());
    options
}

fn gateway(id: &str, settings: &[(&'static Setting, SettingValue)]) -> Object {
    let gateway = Object::new();
    set(&gateway, "id", &id.into());
    let retries = Object::new();
    for (setting, value) in settings {
        let target = if setting.group.is_some() { &retries } else { &gateway };
        set(
            target,
            setting.option,
            &match value {
                SettingValue::Text(text) => text.as_str().into(),
                SettingValue::Number(number, _) => (*number).into(),
                SettingValue::Flag(flag) => (*flag).into(),
                SettingValue::Json(json) => js_sys::JSON::parse(json).unwrap_or(JsValue::UNDEFINED),
            },
        );
    }
    set_some(&gateway, "retries", Some(retries).filter(|retries| Object::keys(retries).length() > 0));
    gateway
}
