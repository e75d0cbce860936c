//! The client's [`Host`] over `fetch` and the binding.

mod binding;
pub mod body;
pub mod content;
pub mod fetch;
mod hooks;
pub mod platform;
pub mod reply;
mod signal;
mod timer;

use std::rc::Weak;

use js_sys::{Array, Function, JSON};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

pub use binding::AiBinding;
pub use body::{Bytes, JsBody};
pub use content::{JsContent, Texts};
pub use hooks::Hooks;
pub use reply::JsReply;
pub use signal::{Canceller, Subscription, subscribe};

use super::error::{is_ours, to_js};
use super::package::{self, call_tasks};
use super::promise::settled;
use super::value::{kind_of, member};
use crate::catalog::Task;
use crate::client::host::{Event, Host, Request, Route};
use crate::client::{Failure, Lifetime};
use crate::error::thrown::{MOST_CAUSES, Thrown};
use crate::error::{Code, Error};
use crate::input_redaction::InputRedactor;
use crate::limiter::Published;
use crate::text::{trim, unsigned};

/// The values of the options that a client keeps.
pub struct JsHost {
    /// `binding`
    pub binding: Option<AiBinding>,
    /// `fetch`
    pub fetch: Option<Function>,
    /// `apiToken`, where it is a function.
    pub api_token: Option<Function>,
    /// `hooks`
    pub hooks: Hooks,
    /// `accountId`, or its environment variable.
    pub account_id: Option<String>,
}

impl Host for JsHost {
    type Cause = JsValue;
    type Thrown = JsValue;
    type Content = JsContent;
    type Reply = JsReply;
    type Body = JsBody;
    type Chunk = Bytes;
    type Canceller = Canceller;
    type Timer = timer::Timer;
    type Subscription = Subscription;
    type Texts = Texts;

    fn now(&self) -> f64 {
        platform::now()
    }

    fn date(&self) -> f64 {
        js_sys::Date::now()
    }

    fn parse_date(&self, text: &str) -> f64 {
        js_sys::Date::parse(text)
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }

    fn start_timer(&self, ms: f64, of: Weak<Lifetime<Self>>) -> Result<timer::Timer, JsValue> {
        timer::start(ms, of)
    }

    fn unref_timer(&self, timer: &timer::Timer) {
        timer.unref();
    }

    fn canceller(&self) -> Canceller {
        Canceller::default()
    }

    fn cancel(&self, canceller: &Canceller, reason: &JsValue) {
        canceller.cancel(reason);
    }

    fn throw(&self, error: &Error, cause: Option<&JsValue>) -> JsValue {
        to_js(error, cause)
    }

    async fn send(&self, request: Request<'_, Self>) -> Result<JsReply, Failure<Self>> {
        let Request { route, content, canceller } = request;
        match route {
            Route::Http { method, url, headers, redirect } => {
                fetch::send(self, method, url, headers, redirect, content, canceller).await
            }
            Route::Binding { model, options } => {
                binding::run(self, model, &options, content, canceller).await
            }
            Route::Member { options } => binding::call_member(&options, content, canceller).await,
        }
    }

    fn describe(&self, cause: &JsValue, origin: Option<&str>) -> Error {
        let Some(origin) = origin else {
            return Error::from_thrown(&causes_of(cause));
        };
        let code = |value: &JsValue| member(value, "code").as_string();
        let reason = code(&member(cause, "cause")).or_else(|| code(cause));
        Error::unreachable(origin, reason.as_deref())
    }

    fn describe_member(&self, cause: &JsValue, function: &str) -> Error {
        Error::from_member(function, &causes_of(cause))
    }

    async fn prepare(&self, content: &JsContent) -> Result<(), JsValue> {
        content.write_out().await
    }

    async fn token(&self) -> Result<String, Result<String, JsValue>> {
        let Some(function) = &self.api_token else { return Ok(String::new()) };
        let pending = function.call0(&JsValue::UNDEFINED).map_err(Err)?;
        let token = settled(&pending).await.map_err(Err)?;
        token.as_string().ok_or_else(|| Ok(kind_of(&token).to_owned()))
    }

    fn resolve(&self, location: &str, base: &str) -> Option<String> {
        Some(web_sys::Url::new_with_base(location, base).ok()?.href())
    }

    fn open(&self, reply: &JsReply) -> Result<Option<JsBody>, Failure<Self>> {
        JsBody::open(reply)
    }

    async fn read(&self, body: &JsBody) -> Result<Option<Bytes>, Failure<Self>> {
        body.read().await
    }

    fn stop(&self, body: &JsBody, reason: Option<&Failure<Self>>) {
        body.stop(reason);
    }

    fn notify(&self, event: Event<'_>) {
        self.hooks.notify(event);
    }

    fn redact_input(&self, texts: &Texts, redactor: &mut InputRedactor<'_>) {
        texts.redact_input(redactor);
    }

    async fn published_limit(&self, model: &str) -> Result<Published, Failure<Self>> {
        let pending = call_tasks("publishedLimit", &Array::of1(&JsValue::from_str(model)));
        let limit = settled(&pending).await.map_err(Failure::Foreign)?.unchecked_into::<Array>();
        let task = limit.get(0).as_f64().and_then(|place| Task::ALL.get(place as usize).copied());
        Ok(Published {
            task: task.unwrap_or(Task::TextGeneration),
            requests_per_minute: limit.get(1).as_f64().map(|requests| requests as u32),
        })
    }

    fn watch_usage(&self, reply: JsReply, report: Box<dyn FnOnce(&str)>) -> JsReply {
        reply.watch_usage(report)
    }

    fn measure(&self, content: &JsContent) -> (f64, Option<f64>) {
        let measured = content.text_source().and_then(|input| package::measure(input).ok());
        let Some(measured) = measured else { return (0.0, None) };
        let number = |at| measured.get(at).as_f64().filter(|number| number.is_finite());
        (number(0).unwrap_or(0.0), number(1))
    }
}

/// An exception and its causes.
fn causes_of(thrown: &JsValue) -> Vec<Thrown> {
    let mut causes = Vec::new();
    let mut next = thrown.clone();
    while causes.len() < MOST_CAUSES && !(next.is_undefined() || next.is_null()) {
        causes.push(thrown_by(&next));
        next = member(&next, "cause");
    }
    causes
}

/// An exception's properties. Values that are not errors may have their message in other members.
fn thrown_by(value: &JsValue) -> Thrown {
    let text = |name| member(value, name).as_string();
    let number = |name| {
        let number = member(value, name);
        number.as_f64().map(|number| number as u32).or_else(|| unsigned(trim(&number.as_string()?)))
    };
    let message = value.as_string().or_else(|| text("message")).or_else(|| {
        package::check_references(value, "cause").ok()?;
        JSON::stringify(value).ok()?.as_string()
    });
    Thrown {
        name: text("name").unwrap_or_default(),
        message: message.unwrap_or_default(),
        number: number("internalCode").or_else(|| number("code")),
        status: number("status")
            .or_else(|| number("statusCode"))
            .and_then(|status| u16::try_from(status).ok()),
    }
}

/// An exception of a function of this package: a `WorkersAIError` is passed on unchanged.
pub fn own(cause: JsValue) -> Failure<JsHost> {
    if is_ours(&cause) {
        Failure::Thrown(Error::new(Code::Config, ""), cause)
    } else {
        Failure::Foreign(cause)
    }
}

/// A promise of a transport. If dropped before it has settled, a late reply is discarded.
pub struct Pending {
    promise: JsValue,
    settled: bool,
}

impl Pending {
    /// Wraps the transport's result.
    pub fn new(promise: JsValue) -> Self {
        Self { promise, settled: false }
    }

    /// Waits for it.
    pub async fn reply(mut self) -> Result<JsValue, JsValue> {
        let outcome = settled(&self.promise).await;
        self.settled = true;
        outcome
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if !self.settled {
            package::discard_late(&self.promise);
        }
    }
}

/// JSON text as a value.
pub fn parse_json(text: &str) -> Result<JsValue, JsValue> {
    JSON::parse(text)
}
