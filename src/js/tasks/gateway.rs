//! `gateway(id)`: the log entries of an AI Gateway, and its URL.

use js_sys::{Array, Date, JSON, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

use super::endpoint::{Answer, EndpointCall, Member, Request, to_json};
use super::failure::Failure;
use super::promise::{promise, rejected};
use super::serialize::to_object;
use super::task::with_members;
use super::transport::Transport;
use crate::js::value::{Js, member, set};
use crate::plan::endpoint::{self, GATEWAY_GET_LOG, GATEWAY_PATCH_LOG, GATEWAY_URL};
use crate::service::check_done;
use crate::service::logs::{self, Metadata, Patch};

/// A method of the object that the binding returns for a gateway.
fn method(gateway: &JsValue, name: &'static str, path: &'static str, arguments: Array) -> Option<Member> {
    Some(Member {
        method: Some((Array::of1(gateway), name, path)),
        arguments: Box::new(move |_| arguments.clone()),
    })
}

fn ids(gateway: &JsValue, log_id: &JsValue) -> Vec<(&'static str, Js)> {
    vec![("gateway", Js(gateway.clone())), ("logId", Js(log_id.clone()))]
}

/// One log entry.
#[wasm_bindgen(js_name = gateway_getLog, skip_typescript)]
pub fn gateway_get_log(
    transport: &Transport,
    gateway: &JsValue,
    log_id: &JsValue,
    options: &JsValue,
) -> Promise {
    let request = Request {
        ids: ids(gateway, log_id),
        member: method(gateway, "getLog", "gateway(id).getLog", Array::of1(log_id)),
        ..Request::new(&GATEWAY_GET_LOG)
    };
    match EndpointCall::begin(transport, request, options) {
        Ok(call) => promise(async move { call.answer(log_entry).await }),
        Err(failure) => rejected(failure),
    }
}

fn log_entry(answer: Answer) -> Result<JsValue, Failure> {
    let metadata = match logs::metadata(&answer.result)? {
        None => None,
        Some(Metadata::Value(Js(metadata))) => Some(metadata),
        Some(Metadata::Json(text)) => Some(JSON::parse(&text)?),
    };
    let entry = with_members(&answer.result.0, &[]);
    // Moved to the end.
    Reflect::delete_property(&entry, &"metadata".into())?;
    if let Some(metadata) = metadata {
        set(&entry, "metadata", &metadata);
    }
    let created_at = member(&entry, "created_at");
    if !created_at.is_undefined() && !created_at.is_null() {
        let date = Date::new(&created_at);
        if !date.get_time().is_nan() {
            set(&entry, "created_at", &date);
        }
    }
    Ok(entry.into())
}

/// Adds a score, feedback or metadata to a log entry.
#[wasm_bindgen(js_name = gateway_patchLog, skip_typescript)]
pub fn gateway_patch_log(
    transport: &Transport,
    gateway: &JsValue,
    log_id: &JsValue,
    patch: &JsValue,
    options: &JsValue,
) -> Promise {
    let begin = || {
        let is_there = !patch.is_undefined() && !patch.is_null();
        let patch = if is_there { patch.clone() } else { Object::new().into() };
        let body = to_json(&to_object(&Patch::read(&Js(patch))?)?)?;
        // A copy, without references to the caller's objects.
        let change = JSON::parse(&body)?;
        let request = Request {
            ids: ids(gateway, log_id),
            body: Some(body),
            member: method(gateway, "patchLog", "gateway(id).patchLog", Array::of2(log_id, &change)),
            ..Request::new(&GATEWAY_PATCH_LOG)
        };
        EndpointCall::begin(transport, request, options)
    };
    match begin() {
        Ok(call) => promise(async move {
            call.answer(|answer| Ok(check_done(&answer.result)?)).await?;
            Ok(JsValue::UNDEFINED)
        }),
        Err(failure) => rejected(failure),
    }
}

/// The URL of the gateway, for a provider's own client.
#[wasm_bindgen(js_name = gateway_url, skip_typescript)]
pub fn gateway_url(transport: &Transport, gateway: &JsValue, provider: &JsValue) -> Promise {
    let begin = || -> Result<Result<EndpointCall, String>, Failure> {
        let id = endpoint::gateway_id(Some(&Js(gateway.clone())))?;
        let name = endpoint::provider(Some(&Js(provider.clone())))?;
        if !transport.is_binding() {
            return Ok(Err(endpoint::gateway_url(transport.account_id().as_deref(), &id, &name)?));
        }
        let is_there = !provider.is_undefined() && !provider.is_null();
        let named = if is_there { provider.clone() } else { "universal".into() };
        let request = Request {
            ids: vec![("gateway", Js(gateway.clone())), ("provider", Js(named))],
            member: method(gateway, "getUrl", "gateway(id).getUrl", Array::of1(provider)),
            ..Request::new(&GATEWAY_URL)
        };
        EndpointCall::begin(transport, request, &JsValue::UNDEFINED).map(Ok)
    };
    match begin() {
        Ok(Ok(call)) => {
            promise(async move { call.answer(|answer| Ok(logs::url(&answer.result)?.into())).await })
        }
        Ok(Err(url)) => Promise::resolve(&JsValue::from(url)),
        Err(failure) => rejected(failure),
    }
}
