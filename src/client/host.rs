//! The interface of a runtime. The npm package implements it with `fetch` and the binding
//! (`crate::js::host`), the simulation with virtual time and a seeded service.

use std::rc::Weak;

use super::Failure;
use super::lifetime::Lifetime;
use crate::error::Error;
use crate::headers::Headers;
use crate::input_redaction::InputRedactor;
use crate::plan::binding::BindingOptions;

/// A runtime.
#[expect(async_fn_in_trait, reason = "a call lives on one thread: no future has to be Send")]
pub trait Host: Sized + 'static {
    /// A foreign exception; stored as the `cause` of an error.
    type Cause: Clone;
    /// An error object for callers. The end of a call is one such object, shared by all that wait for the
    /// call.
    type Thrown: Clone;
    /// The request's content: a body, or the inputs of the binding.
    type Content: Content;
    /// A reply whose head has been received.
    type Reply: Reply;
    /// The body of a reply, which is read in chunks. Dropping it cancels the reply.
    type Body;
    /// A chunk of a reply.
    type Chunk: Chunk;
    /// Aborts the pending requests of a call.
    type Canceller: Clone;
    /// A running timer; dropped, it is cleared.
    type Timer;
    /// The observation of the caller's own signal; dropped, it ends.
    type Subscription;
    /// The source of the input's strings, which are removed from error messages.
    type Texts;

    /// A monotonic clock in milliseconds.
    fn now(&self) -> f64;
    /// Milliseconds since 1970, for dates in headers.
    fn date(&self) -> f64;
    /// Parses a date in a header, to milliseconds since 1970; NaN if it is invalid.
    fn parse_date(&self, text: &str) -> f64;
    /// A random number in [0, 1).
    fn random(&self) -> f64;
    /// Calls [`Lifetime::on_timer`] after `ms` milliseconds, unless the call has been dropped. Fails with the
    /// runtime's exception.
    fn start_timer(&self, ms: f64, of: Weak<Lifetime<Self>>) -> Result<Self::Timer, Self::Cause>;
    /// The timer no longer keeps the process alive.
    fn unref_timer(&self, timer: &Self::Timer);

    /// Creates the canceller of a call's requests.
    fn canceller(&self) -> Self::Canceller;
    /// Aborts the requests. May reenter the call synchronously.
    fn cancel(&self, canceller: &Self::Canceller, reason: &Self::Thrown);
    /// Creates an error object for callers. The error has been redacted; the cause is passed on unread.
    fn throw(&self, error: &Error, cause: Option<&Self::Cause>) -> Self::Thrown;

    /// Sends one request; resolves when the reply's head is received. If dropped before that, a late reply is
    /// discarded.
    async fn send(&self, request: Request<'_, Self>) -> Result<Self::Reply, Failure<Self>>;
    /// The error for an exception of [`Host::send`]; `origin` is the requested one, absent on the binding.
    fn describe(&self, cause: &Self::Cause, origin: Option<&str>) -> Error;
    /// The same for another function of the binding.
    fn describe_member(&self, cause: &Self::Cause, member: &str) -> Error;
    /// Prepares the content for sending, where that is asynchronous.
    async fn prepare(&self, content: &Self::Content) -> Result<(), Self::Cause>;
    /// Calls the caller's function for a token; `Err(Ok(kind))` if it returned something other than a string.
    async fn token(&self) -> Result<String, Result<String, Self::Cause>>;
    /// Resolves a `location` header against a URL.
    fn resolve(&self, location: &str, base: &str) -> Option<String>;

    /// Begins to read a reply; none if it has no body.
    fn open(&self, reply: &Self::Reply) -> Result<Option<Self::Body>, Failure<Self>>;
    /// The next chunk, none at the end.
    async fn read(&self, body: &Self::Body) -> Result<Option<Self::Chunk>, Failure<Self>>;
    /// Cancels a body with a reason.
    fn stop(&self, body: &Self::Body, reason: Option<&Failure<Self>>);

    /// Calls the caller's hooks, whose exceptions and results are ignored.
    fn notify(&self, event: Event<'_>);
    /// Removes the strings of an input from a message of the service.
    fn redact_input(&self, texts: &Self::Texts, redactor: &mut InputRedactor<'_>);
    /// The published rate limit of a model, for the client's limiter; loaded at first use.
    async fn published_limit(&self, model: &str) -> Result<crate::limiter::Published, Failure<Self>>;
    /// Reports the usage in a reply's bytes to the limiter while they pass through.
    fn watch_usage(&self, reply: Self::Reply, report: Box<dyn FnOnce(&str)>) -> Self::Reply;
    /// The number of characters of text in a content, and its limit of the answer's tokens.
    fn measure(&self, content: &Self::Content) -> (f64, Option<f64>);
}

/// Metadata of a content.
pub trait Content {
    /// The body's type; none if the platform sets it, as for forms.
    fn content_type(&self) -> Option<String>;
    /// Inputs that accompany a raw body, in the URL's query.
    fn query(&self) -> Vec<(String, String)>;
    /// True for `{ model, input }` over HTTP.
    fn names_model(&self) -> bool {
        false
    }
    /// True if it can be sent more than once.
    fn replayable(&self) -> bool;
    /// True if it opens a WebSocket.
    fn websocket(&self) -> bool {
        false
    }
}

/// The head of a reply.
pub trait Reply {
    /// The status; none for a result of a substitute binding without one, which counts as a success.
    fn status(&self) -> Option<u16>;
    /// A header that is present and not empty.
    fn header(&self, name: &str) -> Option<String>;
    /// True if the platform has hidden a redirect.
    fn is_opaque_redirect(&self) -> bool;
    /// Cancels the body.
    fn discard(&self);

    /// True if the request succeeded. A WebSocket handshake is answered with 101.
    fn is_success(&self) -> bool {
        self.status().is_none_or(|status| (200..300).contains(&status) || status == 101)
    }
}

/// Bytes in the runtime's own memory.
pub trait Chunk {
    /// The number of bytes.
    fn len(&self) -> usize;
    /// True if there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Appends them to a buffer.
    fn append_to(&self, bytes: &mut Vec<u8>);
}

/// One request.
pub struct Request<'a, H: Host> {
    /// Its target.
    pub route: Route<'a>,
    /// Its content.
    pub content: &'a H::Content,
    /// Its canceller.
    pub canceller: &'a H::Canceller,
}

/// The target of a request.
pub enum Route<'a> {
    /// Over HTTP.
    Http {
        /// `"POST"` and the like.
        method: &'a str,
        /// The address.
        url: &'a str,
        /// All headers.
        headers: &'a Headers,
        /// `"follow"` or `"manual"`.
        redirect: &'static str,
    },
    /// To the binding, which runs a model.
    Binding {
        /// Its id.
        model: &'a str,
        /// The binding's own options.
        options: BindingOptions<'a>,
    },
    /// To another function of the binding, which the content determines.
    Member {
        /// The binding's own options.
        options: BindingOptions<'a>,
    },
}

/// The events for which hooks are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A request is sent.
    Request,
    /// The head of its reply has been received.
    Response,
    /// The request is retried after a pause.
    Retry,
}

/// The argument of a hook.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    /// The event.
    pub moment: Moment,
    /// Counted from 1.
    pub attempt: u32,
    /// `"binding"`, `"rest"` or `"proxy"`.
    pub door: &'static str,
    /// The model, if the call is for one.
    pub model: Option<&'a str>,
    /// The endpoint, if the call is for one.
    pub endpoint: Option<&'a str>,
    /// The code of the failure.
    pub code: Option<&'static str>,
    /// The status of the reply.
    pub status: Option<u16>,
    /// The service's id of the request.
    pub request_id: Option<String>,
    /// Milliseconds from request to head.
    pub duration_ms: Option<f64>,
    /// Milliseconds of the pause.
    pub delay_ms: Option<f64>,
}
