//! The door over HTTP: `fetch(url, init)` through the caller's function or the global one.

use js_sys::{Function, Object, Promise};
use wasm_bindgen::prelude::*;

use super::convert::{apply, construct, get, get_function, get_string, invoke, is_response, is_stream, set};
use super::error::Failure;
use super::guard::Guard;
use super::input::Body;
use super::options::{Parts, Token};
use super::reply::Reply;
use crate::error::Error;
use crate::headers::Headers;
use crate::model::Model;
use crate::options::{Call, GivenToken, check_token};
use crate::plan::{Request, redirect, rest};
use crate::secret::Secret;

/// Sends one request, and follows where it is redirected to.
pub async fn send(
    parts: &Parts,
    call: &Call,
    model: &Model,
    body: &Body,
    guard: &Guard,
) -> Result<Reply, Failure> {
    let token = token(&parts.token, guard).await?;
    let Request { mut url, mut headers, sensitive } =
        rest::run(&parts.config, call, model, token.as_ref(), &body.facts)?;
    let mode = redirect::mode(parts.browser, sensitive);
    let mut hops = 0;
    loop {
        let response = fetch(parts.fetch.as_ref(), &url, &init(&headers, body, mode, guard), guard).await?;
        let reply = Reply::of(response);
        let hidden = get_string(reply.value(), "type").is_some_and(|kind| kind == "opaqueredirect");
        let status = reply.status().unwrap_or(0);
        if !hidden && !redirect::is_redirect(status) {
            return Ok(reply);
        }
        let to = reply.header("location").and_then(|location| resolve(&location, &url));
        let step = redirect::Step {
            status,
            from: redirect::origin(&url),
            to: to.as_deref().map(redirect::origin),
            hops,
            replayable: body.replayable,
        };
        headers = redirect::follow(step, &headers)?;
        reply.discard();
        hops += 1;
        url = to.unwrap_or(url);
    }
}

/// The token for this request. A function may give another one each time, so each is checked and hidden.
async fn token(token: &Token, guard: &Guard) -> Result<Option<Secret>, Failure> {
    let function = match token {
        Token::None => return Ok(None),
        Token::Fixed(secret) => return Ok(Some(secret.clone())),
        Token::Asked(function) => function,
    };
    let refuse = |why: &str| Error::config(format!("The function apiToken {why}.")).with_field("apiToken");
    let failed = |thrown| Failure::caused(refuse("failed; cause has its error"), thrown);
    let given = function.call0(&JsValue::UNDEFINED).map_err(failed)?;
    let given = guard.until(&given).await.map_err(failed)?;
    let text = given.as_string().ok_or_else(|| refuse("did not give a string"))?;
    let secret = Secret::new(text.trim());
    guard.hide([secret.clone()]);
    check_token(GivenToken::Text(secret.clone()), "apiToken")?;
    Ok(Some(secret))
}

fn init(headers: &Headers, body: &Body, mode: &str, guard: &Guard) -> Object {
    let plain = Object::new();
    for (name, value) in headers.iter() {
        set(&plain, name, &value.into());
    }
    let init = Object::new();
    set(&init, "method", &"POST".into());
    set(&init, "headers", &plain);
    set(&init, "body", &body.value);
    set(&init, "signal", &guard.signal());
    set(&init, "redirect", &mode.into());
    if is_stream(&body.value) {
        // Demanded by the standard for a body that is a stream.
        set(&init, "duplex", &"half".into());
    }
    init
}

async fn fetch(own: Option<&Function>, url: &str, init: &Object, guard: &Guard) -> Result<JsValue, Failure> {
    // The global one is looked up at each call, so that one that was put there later counts, and called on its owner:
    // some runtimes refuse another receiver.
    let global: JsValue = js_sys::global().into();
    let (function, receiver) = match own {
        Some(own) => (own.clone(), JsValue::UNDEFINED),
        None => (get_function(&global, "fetch").ok_or_else(no_fetch)?, global),
    };
    let lost = |thrown: JsValue| {
        let reason = get_string(&get(&thrown, "cause"), "code").or_else(|| get_string(&thrown, "code"));
        Failure::caused(Error::unreachable(redirect::origin(url), reason.as_deref()), thrown)
    };
    let sent = apply(&function, &receiver, &[&url.into(), init]).map_err(lost)?;
    let response = guard.until(&sent).await.map_err(lost)?;
    if guard.reason().is_none() && !is_response(&response) {
        let why = "fetch did not give a Response. Check the function that was passed as fetch.";
        return Err(Error::config(why).with_field("fetch").into());
    }
    Ok(response)
}

fn no_fetch() -> Error {
    Error::config("This runtime has no global fetch: pass one with the option fetch.").with_field("fetch")
}

/// An address relative to another.
fn resolve(location: &str, base: &str) -> Option<String> {
    let url = construct("URL", &[&location.into(), &base.into()]).ok()?;
    get_string(&url, "href")
}

/// Cancels a body that nobody wants, so that its connection is free again.
pub fn cancel(body: &JsValue, reason: &JsValue) {
    if let Ok(promise) = invoke(body, "cancel", &[reason]).and_then(|value| value.dyn_into::<Promise>()) {
        wasm_bindgen_futures::spawn_local(async move {
            // Nobody waits for it, and there is nobody to tell.
            let _ignored = wasm_bindgen_futures::JsFuture::from(promise).await;
        });
    }
}
