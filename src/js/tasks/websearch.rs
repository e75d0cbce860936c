//! `webSearch`: searches the web through an AI Gateway.

use js_sys::{Array, JSON, Object, Promise};
use wasm_bindgen::prelude::*;

use super::endpoint::{Answer, EndpointCall, Member, Request, to_json};
use super::failure::Failure;
use super::promise::{promise, rejected};
use super::serialize::to_object;
use super::transport::Transport;
use crate::js::value::{Js, member, set};
use crate::plan::endpoint::WEB_SEARCH;
use crate::service::websearch::{OPTIONS, Search, found};

/// The default gateway.
const DEFAULT_GATEWAY: &str = "default";

/// Searches.
#[wasm_bindgen(js_name = webSearch, skip_typescript)]
pub fn web_search(transport: &Transport, query: &JsValue, options: &JsValue) -> Promise {
    match begin(transport, query, options) {
        Ok(call) => promise(async move { call.answer_with_meta(read).await.map(JsValue::from) }),
        Err(failure) => rejected(failure),
    }
}

fn begin(transport: &Transport, query: &JsValue, options: &JsValue) -> Result<EndpointCall, Failure> {
    let search = to_object(&Search::read(&Js(query.clone()), &Js(options.clone()))?)?;
    // The binding's request and that of the REST API have the gateway in different members.
    let of_binding = search.clone();
    let arguments = move |options: &JsValue| {
        let gateway = member(&member(options, "gateway"), "id");
        let gateway = if gateway.is_string() { gateway } else { DEFAULT_GATEWAY.into() };
        let request = Object::assign(&Object::new(), &of_binding);
        set(&request, "gatewayId", &gateway);
        let headers = Object::new();
        let own = member(options, "extraHeaders");
        if own.is_object() {
            set(&headers, "extraHeaders", &own);
        }
        Array::of2(&request, &headers)
    };
    let request = Request {
        body: Some(to_json(&search)?),
        member: Some(Member { method: None, arguments: Box::new(arguments) }),
        options: OPTIONS,
        ..Request::new(&WEB_SEARCH)
    };
    let mut call = EndpointCall::begin(transport, request, options)?;
    if !transport.is_binding() {
        let id = call.call().gateway().unwrap_or_else(|| DEFAULT_GATEWAY.to_owned());
        let (gateway, nested) = (Object::new(), Object::new());
        set(&gateway, "id", &id.into());
        set(&nested, "gateway", &gateway);
        set(&search, "options", &nested);
        call.set_body(&to_json(&search)?);
    }
    Ok(call)
}

fn read(answer: Answer) -> Result<Object, Failure> {
    let result = to_object(&found(&answer.result)?)?;
    // A copy, which is not shared.
    set(&result, "raw", &JSON::parse(&String::from(JSON::stringify(&answer.whole.0)?))?);
    Ok(result)
}
