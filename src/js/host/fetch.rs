//! The doors over HTTP: `fetch(url, init)` through the caller's function or the global one, in the form that
//! all substitutes support.

use js_sys::{Function, Object};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{RequestInit, RequestRedirect};

use super::content::JsContent;
use super::reply::{JsReply, Kind};
use super::{Canceller, JsHost, Pending, own};
use crate::client::Failure;
use crate::error::Error;
use crate::headers::Headers;
use crate::js::outgoing::Planned;
use crate::js::package::put;
use crate::js::value::{is_stream, member, set};
use crate::text::decimal;

#[wasm_bindgen]
extern "C" {
    // Looked up at each call, so that a later replacement is used, and called on its owner, which some
    // runtimes require.
    #[wasm_bindgen(js_namespace = globalThis, js_name = fetch, catch)]
    fn global_fetch(url: &str, init: &RequestInit) -> Result<JsValue, JsValue>;
}

/// Sends one request.
pub async fn send(
    host: &JsHost,
    method: &str,
    url: &str,
    headers: &Headers,
    redirect: &str,
    content: &JsContent,
    canceller: &Canceller,
) -> Result<JsReply, Failure<JsHost>> {
    let init = RequestInit::new();
    init.set_method(method);
    let mut url = std::borrow::Cow::Borrowed(url);
    let mut headers = record(headers, content);
    if let Some(rewrite) = &content.rewrite {
        let planned = rewritten(rewrite, &url, &headers)?;
        url = planned.url().into();
        headers = planned.headers();
    }
    init.set_headers(&headers);
    let body = content.body()?;
    if !body.is_undefined() {
        init.set_body(&body);
    }
    init.set_signal(canceller.signal().as_ref());
    init.set_redirect(if redirect == "follow" { RequestRedirect::Follow } else { RequestRedirect::Manual });
    // Required by the standard if the body is a stream.
    if is_stream(&body) {
        set(&init, "duplex", &"half".into());
    }
    let pending = call(host.fetch.as_ref(), &url, &init)?;
    let reply = JsReply::new(Pending::new(pending).reply().await.map_err(Failure::Foreign)?);
    match &reply.kind {
        // A redirect that is not followed has no status either.
        Kind::Response(response)
            if member(response, "status").as_f64() == Some(0.0)
                && member(response, "type").as_string().as_deref() != Some("opaqueredirect") =>
        {
            let cause = js_sys::TypeError::new("fetch gave Response.error(), a network error.");
            Err(Failure::Foreign(cause.into()))
        }
        Kind::Response(_) => Ok(reply),
        _ => Err(Error::config("fetch", "fetch did not give a Response.").into()),
    }
}

fn call(own: Option<&Function>, url: &str, init: &RequestInit) -> Result<JsValue, Failure<JsHost>> {
    let pending = match own {
        Some(fetch) => fetch.call2(&JsValue::UNDEFINED, &url.into(), init),
        None if !member(&js_sys::global(), "fetch").is_function() => {
            return Err(Error::config("fetch", "There is no global fetch: pass one as fetch.").into());
        }
        None => global_fetch(url, init),
    };
    pending.map_err(Failure::Foreign)
}

/// Calls a module's function that adjusts a planned request.
pub fn rewritten(rewrite: &Function, url: &str, headers: &Object) -> Result<Planned, Failure<JsHost>> {
    let planned = Object::new().unchecked_into::<Planned>();
    planned.set_url(url);
    planned.set_headers(headers);
    let rewritten = rewrite.call1(&JsValue::UNDEFINED, &planned).map_err(own)?;
    Ok(rewritten.unchecked_into())
}

/// Headers as a plain object.
pub fn record(headers: &Headers, content: &JsContent) -> Object {
    let record = Object::new();
    let put = |name: &str, value: &str| put(&record, &name.into(), &value.into());
    headers.iter().for_each(|(name, value)| put(name, value));
    if let Some(length) = content.content_length {
        put("content-length", &decimal(length as i64));
    }
    record
}
