//! Conversions, run by a real JavaScript engine with the smallest host there can be: the error class is `Error` with the
//! same members. What the client does as a whole is tested from JavaScript, on the built package.

use js_sys::{JSON, Object};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::convert::{bytes_of, get, get_string, set, shallow_copy};
use super::error::{Failure, to_js};
use super::fields::Fields;
use super::guard::Guard;
use super::input;
use super::options;
use crate::error::{Code, Error};
use crate::model::Model;
use crate::options::{Call, Config, Door, Timeouts};
use crate::secret::Secret;

const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";

/// An object from its JSON text.
fn object(json: &str) -> JsValue {
    match JSON::parse(json) {
        Ok(value) => value,
        Err(_) => panic!("not JSON: {json}"),
    }
}

/// A value that only JavaScript can make.
fn evaluate(source: &str) -> JsValue {
    match js_sys::Function::new_no_args(&format!("return {source}")).call0(&JsValue::UNDEFINED) {
        Ok(value) => value,
        Err(thrown) => panic!("{source}: {thrown:?}"),
    }
}

fn text(value: &JsValue) -> String {
    match JSON::stringify(value) {
        Ok(text) => String::from(text),
        Err(thrown) => panic!("no JSON: {thrown:?}"),
    }
}

fn config() -> Config {
    let given = object(&format!(
        r#"{{"accountId":"{ACCOUNT}","apiToken":"tok-en","gateway":{{"id":"main","token":"gate"}}}}"#
    ));
    match options::client(&given) {
        Ok(parts) => parts.config,
        Err(error) => panic!("refused: {error:?}"),
    }
}

/// The field and the code of a refusal.
fn refused<T>(result: Result<T, Error>) -> (String, Code) {
    match result {
        Ok(_) => panic!("accepted"),
        Err(error) => (error.field.clone().unwrap_or_default(), error.code),
    }
}

#[wasm_bindgen_test]
fn five_kinds_of_nothing_are_told_apart() {
    let given = evaluate(r#"({ a: undefined, b: null, c: 0, d: false, e: "" })"#);
    let Ok(fields) = Fields::of(&given, "options", "", Code::Config) else { panic!("refused") };
    assert_eq!(fields.string("a"), Ok(None));
    assert_eq!(fields.string("missing"), Ok(None));
    assert_eq!(refused(fields.string("b")), ("b".to_owned(), Code::Config));
    assert_eq!(fields.number("c"), Ok(Some(0.0)));
    assert_eq!(fields.flag("d"), Ok(Some(false)));
    assert_eq!(fields.string("e"), Ok(Some(String::new())));
    assert!(fields.names("a") && !fields.names("missing"));
}

#[wasm_bindgen_test]
fn a_getter_that_throws_is_a_refusal() {
    let given = evaluate("({ get timeout() { throw 1; } })");
    assert_eq!(refused(options::call(&given, &config())).0, "timeout");
}

#[wasm_bindgen_test]
fn a_wrong_option_is_named() {
    for (given, field) in [
        ("{ accountId: 5 }", "accountId"),
        ("{ apiToken: null }", "apiToken"),
        ("{ baseURL: {} }", "baseURL"),
        ("{ binding: undefined }", "binding"),
        ("{ binding: { run: 5 } }", "binding"),
        ("{ accountId: A, apiToken: 't-o-k', timeout: { idle: '5' } }", "timeout.idle"),
        ("{ accountId: A, apiToken: 't-o-k', maxRetries: -1 }", "maxRetries"),
        ("{ accountId: A, apiToken: 't-o-k', fetch: {} }", "fetch"),
        ("{ accountId: A, apiToken: 't-o-k', gateway: { cacheTtl: 5 } }", "gateway.id"),
        ("{ accountId: A, apiToken: 't-o-k', gateway: { id: 'g', metadata: 5 } }", "gateway.metadata"),
        ("{ accountId: A, apiToken: 't-o-k', headers: { a: 5 } }", "headers"),
        ("{ accountId: A, apiToken: 't-o-k', maxEventBytes: 0 }", "maxEventBytes"),
    ] {
        let source = format!("({})", given.replace("A,", &format!("'{ACCOUNT}',")));
        assert_eq!(refused(options::client(&evaluate(&source))), (field.to_owned(), Code::Config), "{given}");
    }
}

#[wasm_bindgen_test]
fn headers_come_in_every_form_that_fetch_takes() {
    for source in [
        "({ headers: { 'X-A': '1', b: undefined } })",
        "({ headers: [['X-A', '1']] })",
        "({ headers: new Headers({ 'X-A': '1' }) })",
        "({ headers: new Map([['X-A', '1']]) })",
    ] {
        match options::call(&evaluate(source), &config()) {
            Ok((call, _)) => assert_eq!(call.headers.iter().collect::<Vec<_>>(), [("x-a", "1")], "{source}"),
            Err(error) => panic!("{source}: {error:?}"),
        }
    }
    assert_eq!(refused(options::call(&evaluate("({ headers: 'x: y' })"), &config())).1, Code::InvalidInput);
}

#[wasm_bindgen_test]
fn a_calls_gateway_refines_the_clients() {
    let given =
        evaluate("({ gateway: { cacheTtl: 60, metadata: { a: 'é' }, retries: { maxAttempts: 2 } } })");
    let Ok((call, _)) = options::call(&given, &config()) else { panic!("refused") };
    let Some(gateway) = call.gateway else { panic!("no gateway") };
    assert_eq!((gateway.id.as_deref(), gateway.token), (Some("main"), Some(Secret::new("gate"))));
    let settings: Vec<_> =
        gateway.settings.iter().map(|(setting, value)| (setting.option, value.header())).collect();
    assert_eq!(
        settings,
        [
            ("cacheTtl", "60".to_owned()),
            ("metadata", r#"{"a":"\u00e9"}"#.to_owned()),
            ("maxAttempts", "2".to_owned())
        ]
    );
}

#[wasm_bindgen_test]
fn the_callers_input_is_copied_and_never_changed() {
    let given = object(r#"{"prompt":"x","options":{"a":1},"__proto__":{"polluted":true}}"#);
    let before = text(&given);
    let call = Call { reject_if_busy: true, ..Call::default() };
    let Ok(model) = Model::parse("@cf/a/b") else { panic!("refused") };
    let Ok(body) = input::http(&given, &model, &call) else { panic!("refused") };
    let sent = body.value.as_string().unwrap_or_default();
    assert!(sent.contains(r#""options":{"a":1,"rejectIfBusy":true}"#), "{sent}");
    assert_eq!(text(&given), before);
    assert!(get(&shallow_copy(&given), "polluted").is_undefined());

    let list = object(r#"{"messages":[1]}"#);
    let Ok(snapshot) = input::snapshot(&list) else { panic!("refused") };
    let messages: js_sys::Array = get(&list, "messages").unchecked_into();
    messages.push(&JsValue::from(2));
    assert_eq!(text(&snapshot), r#"{"messages":[1]}"#);
}

#[wasm_bindgen_test]
fn raw_bodies_are_known_by_what_they_are() {
    let Ok(model) = Model::parse("@cf/a/b") else { panic!("refused") };
    for (source, content_type, replayable) in [
        ("new Uint8Array(2)", Some("application/octet-stream"), true),
        ("new ArrayBuffer(2)", Some("application/octet-stream"), true),
        ("new DataView(new ArrayBuffer(2))", Some("application/octet-stream"), true),
        ("new Blob(['x'], { type: 'audio/wav' })", Some("audio/wav"), true),
        ("new Blob(['x']).stream()", Some("application/octet-stream"), false),
        ("new FormData()", None, true),
        ("({ audio: { body: new Uint8Array(2), contentType: 'audio/mpeg' } })", Some("audio/mpeg"), true),
        ("({ prompt: 'x' })", Some("application/json"), true),
    ] {
        let Ok(body) = input::http(&evaluate(source), &model, &Call::default()) else { panic!("{source}") };
        assert_eq!(
            (body.facts.content_type.as_deref(), body.replayable),
            (content_type, replayable),
            "{source}"
        );
    }
    let view = evaluate("new Uint8Array([1, 2, 3, 4]).subarray(1, 3)");
    assert_eq!(bytes_of(&view).map(|bytes| bytes.to_vec()), Some(vec![2, 3]));
}

#[wasm_bindgen_test]
fn an_error_has_the_members_that_are_known_and_no_others() {
    let error = to_js(Error::from_body(429, br#"{"errors":[{"code":3040,"message":"busy"}]}"#), None);
    assert_eq!(get_string(&error, "code").as_deref(), Some("CAPACITY"));
    assert_eq!(get(&error, "internalCode").as_f64(), Some(3040.0));
    assert_eq!(get(&error, "retryable"), JsValue::TRUE);
    for absent in ["requestId", "field", "partial", "cause", "attempts"] {
        assert!(!js_sys::Reflect::has(&error, &absent.into()).unwrap_or(true), "{absent}");
    }
}

#[wasm_bindgen_test]
fn secrets_are_taken_out_of_messages() {
    let failure = Failure::from(Error::new(Code::Server, "no use for hush-hush-token"));
    let shown = get_string(&failure.into_js(&[Secret::new("hush-hush-token")]), "message");
    assert_eq!(shown.as_deref(), Some("no use for [redacted]"));
}

#[wasm_bindgen_test]
async fn the_guard_passes_the_callers_reason_on() {
    let controller = evaluate("new AbortController()");
    let guard =
        Guard::begin(Timeouts { total: None, first_byte: None, idle: None }, &get(&controller, "signal"));
    let never = evaluate("new Promise(() => {})");
    let abort = evaluate("(controller) => queueMicrotask(() => controller.abort('why'))");
    let called = abort.unchecked_into::<js_sys::Function>().call1(&JsValue::UNDEFINED, &controller);
    assert!(called.is_ok());
    let Err(reason) = guard.until(&never).await else { panic!("resolved") };
    assert_eq!(get_string(&reason, "code").as_deref(), Some("ABORTED"));
    assert_eq!(get_string(&reason, "cause").as_deref(), Some("why"));
    assert_eq!(get(&guard.signal(), "reason"), reason);
}

#[wasm_bindgen_test]
async fn a_limit_of_time_ends_the_wait() {
    let guard =
        Guard::begin(Timeouts { total: Some(1.0), first_byte: None, idle: None }, &JsValue::UNDEFINED);
    let Err(reason) = guard.until(&evaluate("new Promise(() => {})")).await else { panic!("resolved") };
    assert_eq!(get_string(&reason, "code").as_deref(), Some("TIMEOUT"));
    assert!(get(&guard.signal(), "aborted").is_truthy() && guard.end_is_final());
}

#[wasm_bindgen_test]
fn a_binding_is_any_object_with_run() {
    let given = Object::new();
    set(&given, "binding", &evaluate("({ run() {} })"));
    match options::client(&given) {
        Ok(parts) => assert_eq!(parts.config.door, Door::Binding),
        Err(error) => panic!("refused: {error:?}"),
    }
}
