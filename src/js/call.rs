//! One call from its options to its reply: prepared at once, sent as often as the policy allows.

use std::rc::Rc;

use js_sys::Object;
use wasm_bindgen::prelude::*;

use super::binding;
use super::convert::{now, set, set_number, set_some_number, set_text};
use super::error::Failure;
use super::fields::kind_of;
use super::guard::{Guard, GuardHandle};
use super::hooks::About;
use super::input::{self, Body};
use super::options::{self, Parts, Token};
use super::reply::Reply;
use super::rest;
use crate::error::{Code, Error};
use crate::model::Model;
use crate::options::{Call, Door};
use crate::retry::{Decision, Failure as Failed};

/// What goes out.
enum Outgoing {
    Http(Body),
    Binding(JsValue),
}

/// A prepared call. It holds all that it needs, so that the client may be freed while it runs.
pub struct Job {
    client: Rc<Parts>,
    /// The model.
    pub model: Model,
    /// The call's options.
    pub call: Call,
    /// The call's limits.
    pub guard: Guard,
    outgoing: Outgoing,
    started_at: f64,
}

impl Job {
    /// Checks everything and encodes the input, so that later changes to it have no effect.
    pub fn begin(
        client: &Rc<Parts>,
        model: &JsValue,
        input: &JsValue,
        given: &JsValue,
    ) -> Result<Self, Failure> {
        let id = model.as_string().ok_or_else(|| {
            Error::invalid(
                "model",
                &format!("The model must be a string such as @cf/author/model, not {}.", kind_of(model)),
            )
        })?;
        let model = Model::parse(&id)?;
        let (call, signal) = options::call(given, &client.config)?;
        let outgoing = match client.config.door {
            Door::Binding => Outgoing::Binding(input::snapshot(input)?),
            _ if call.websocket => {
                return Err(Error::invalid(
                    "websocket",
                    "A WebSocket can be opened through the binding only.",
                )
                .into());
            }
            _ => Outgoing::Http(input::http(input, &model, &call)?),
        };
        let guard = Guard::begin(call.timeouts, &signal);
        guard.hide(call.secrets());
        guard.keep_input(match &outgoing {
            Outgoing::Http(body) => body.value.clone(),
            Outgoing::Binding(snapshot) => snapshot.clone(),
        });
        if let Token::Fixed(secret) = &client.token {
            guard.hide([secret.clone()]);
        }
        Ok(Self { client: Rc::clone(client), model, call, guard, outgoing, started_at: now() })
    }

    /// Sends, again where that may help, and gives the reply once its headers are in.
    pub async fn send(&self) -> Result<Reply, JsValue> {
        loop {
            if let Some(reason) = self.guard.reason() {
                return Err(reason);
            }
            let attempt = self.guard.attempt();
            let about = About { attempt, door: self.client.config.door.as_str(), model: self.model.as_str() };
            let sent_at = now();
            self.client.hooks.request(&about);
            let failure = match self.attempt().await {
                Ok(reply) => {
                    let id = reply.header(crate::headers::REQUEST_ID);
                    self.client.hooks.response(&about, reply.status(), id.as_deref(), now() - sent_at);
                    self.guard.note_request_id(id);
                    if reply.is_success() || self.call.raw_response {
                        return Ok(reply);
                    }
                    reply.failure(&self.guard).await
                }
                Err(failure) => failure,
            };
            let mut failure = self.judged(failure);
            match self.decide(&failure.error) {
                Decision::Wait(ms) => {
                    self.client.hooks.retry(&about, &failure.error, ms);
                    self.guard.between_attempts();
                    self.guard.sleep(ms).await?;
                }
                decision => {
                    if let Some(reason) = self.guard.reason() {
                        return Err(reason);
                    }
                    if let Decision::StopTooLong(ms) = decision {
                        let seconds = (ms / 1000.0).ceil() as u64;
                        failure.error.message.push_str(&format!(
                            " The service asks to wait {seconds} s, which is not waited for."
                        ));
                    }
                    return Err(self.guard.fail(failure));
                }
            }
        }
    }

    /// What the service calls a failure although its status is a success, or what cannot be understood.
    pub fn refuse(&self, reply: &Reply, mut error: Error) -> JsValue {
        reply.sign(&mut error);
        self.fail(error.into())
    }

    /// A failure as JavaScript sees it: the guard's own reason where that was first.
    pub fn fail(&self, failure: Failure) -> JsValue {
        self.guard.reason().unwrap_or_else(|| self.guard.fail(failure))
    }

    /// `meta` as far as it is known when the headers are in.
    pub fn meta(&self, reply: &Reply) -> Object {
        let meta = Object::new();
        set_text(&meta, "door", self.client.config.door.as_str());
        set_text(&meta, "model", self.model.as_str());
        set_number(&meta, "attempts", f64::from(self.guard.attempts()));
        reply.describe(&meta);
        meta
    }

    /// Adds the times of a call that is over.
    pub fn finish(&self, meta: &Object) {
        set_some_number(meta, "firstByteMs", self.guard.first_byte_at().map(|at| at - self.started_at));
        set_number(meta, "durationMs", now() - self.started_at);
    }

    /// Bounds of size.
    pub fn max_response_bytes(&self) -> f64 {
        self.client.config.bounds.response
    }

    /// Does the answer come in an envelope through this door?
    pub fn is_enveloped(&self) -> bool {
        self.client.config.door != Door::Binding
    }

    /// What the makers of streams are given: a body, and everything around it.
    pub fn source(&self, reply: &Reply) -> Object {
        let source = Object::new();
        set(&source, "meta", &self.meta(reply));
        set_number(&source, "maxEventBytes", self.client.config.bounds.event);
        set_number(&source, "idleMs", self.call.timeouts.idle.unwrap_or(0.0));
        set_number(&source, "startedAt", self.started_at);
        set(&source, "guard", &GuardHandle::from(self.guard.clone()).into());
        source
    }

    async fn attempt(&self) -> Result<Reply, Failure> {
        let Job { client, call, model, guard, .. } = self;
        match &self.outgoing {
            Outgoing::Http(body) => rest::send(client, call, model, body, guard).await,
            Outgoing::Binding(snapshot) => binding::send(client, call, model, snapshot, guard).await,
        }
    }

    /// A guard that ended the attempt knows better why it failed than the transport does.
    fn judged(&self, failure: Failure) -> Failure {
        match self.guard.end_code() {
            Some(code) => Error::new(code, "").into(),
            None => failure,
        }
    }

    fn decide(&self, error: &Error) -> Decision {
        if self.guard.end_is_final() {
            return Decision::Stop;
        }
        let failed = Failed {
            code: error.code,
            retry_after_ms: error.retry_after_ms,
            attempts: self.guard.attempts(),
            elapsed_ms: now() - self.started_at,
            replayable: match &self.outgoing {
                Outgoing::Http(body) => body.replayable,
                Outgoing::Binding(snapshot) => input::is_replayable(snapshot),
            },
        };
        self.call.policy().decide(failed, js_sys::Math::random())
    }
}

/// A reply that cannot be understood.
pub fn malformed(why: &str) -> Error {
    Error::new(Code::MalformedResponse, why)
}
