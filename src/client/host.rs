//! What a runtime has to offer. The npm package implements it over `fetch` and the binding (`crate::js::host`), the simulation over virtual
//! time and a seeded service.

use std::rc::Weak;

use super::Failure;
use super::lifetime::Lifetime;
use crate::error::Error;
use crate::headers::Headers;
use crate::plan::binding::BindingOptions;
use crate::withhold::Withholder;

/// A runtime.
#[expect(async_fn_in_trait, reason = "a call lives on one thread: no future has to be Send")]
pub trait Host: Sized + 'static {
    /// A value that somebody else has thrown; kept as the `cause` of an error.
    type Cause: Clone;
    /// An error as callers get it. The end of a call is one such object, which all who wait for the call get.
    type Thrown: Clone;
    /// What is sent: a body, or the inputs of the binding.
    type Content: Content;
    /// A reply whose head is in.
    type Reply: Reply;
    /// The bytes of a reply, as they come. Dropped, it lets go of the reply.
    type Body;
    /// Some bytes of a reply.
    type Chunk: Chunk;
    /// Aborts what is under way in the runtime.
    type Canceller: Clone;
    /// A running timer; dropped, it is cleared.
    type Timer;
    /// The observation of the caller's own signal; dropped, it ends.
    type Subscription;
    /// Where the strings of an input are found, should an error message have to be freed of them.
    type Texts;

    /// Milliseconds of a clock that never goes back.
    fn now(&self) -> f64;
    /// Milliseconds since 1970, for dates in headers.
    fn date(&self) -> f64;
    /// A date in a header, in milliseconds since 1970; NaN where it is none.
    fn parse_date(&self, text: &str) -> f64;
    /// A number from 0 to below 1.
    fn random(&self) -> f64;
    /// Calls [`Lifetime::on_timer`] after so many milliseconds, unless the call is gone by then. Fails with what the runtime throws.
    fn start_timer(&self, ms: f64, of: Weak<Lifetime<Self>>) -> Result<Self::Timer, Self::Cause>;
    /// From now on the timer keeps no process alive.
    fn unref_timer(&self, timer: &Self::Timer);

    /// Makes what aborts the requests of a call.
    fn canceller(&self) -> Self::Canceller;
    /// Aborts them. May call back into the call at once.
    fn cancel(&self, canceller: &Self::Canceller, reason: &Self::Thrown);
    /// Makes an error as callers get it. The error shows nothing private any more; the cause is passed on unseen.
    fn throw(&self, error: &Error, cause: Option<&Self::Cause>) -> Self::Thrown;

    /// Sends one request; settles when the reply's head is in. Dropped before that, it throws away what comes.
    async fn send(&self, request: Request<'_, Self>) -> Result<Self::Reply, Failure<Self>>;
    /// The error for what [`Host::send`] threw; `origin` is that of the address that was to be reached, absent on the binding.
    fn describe(&self, cause: &Self::Cause, origin: Option<&str>) -> Error;
    /// The same of another function of the binding.
    fn describe_member(&self, cause: &Self::Cause, member: &str) -> Error;
    /// Gets the content ready to be sent, where that takes time.
    async fn prepare(&self, content: &Self::Content) -> Result<(), Self::Cause>;
    /// Asks the caller's function for a token; `Err(Ok(kind))` where it gave something else than a string.
    async fn token(&self) -> Result<String, Result<String, Self::Cause>>;
    /// The address that a `location` leads to from another one.
    fn resolve(&self, location: &str, base: &str) -> Option<String>;

    /// Begins to read a reply; none where it has no body.
    fn open(&self, reply: &Self::Reply) -> Result<Option<Self::Body>, Failure<Self>>;
    /// The next bytes, none at the end.
    async fn read(&self, body: &Self::Body) -> Result<Option<Self::Chunk>, Failure<Self>>;
    /// Lets the sender know that no more is read, and why.
    fn stop(&self, body: &Self::Body, reason: Option<&Failure<Self>>);

    /// Tells the caller's hooks. They can neither break nor change the call.
    fn notify(&self, event: Event<'_>);
    /// Takes the strings of an input out of the service's words.
    fn withhold(&self, texts: &Self::Texts, from: &mut Withholder<'_>);
    /// The limit that the service has published for a model, for the client's limiter: loaded when it is first needed.
    async fn published_limit(&self, model: &str) -> Result<crate::limiter::Published, Failure<Self>>;
    /// Has the usage in a reply's bytes reported to the limiter as it passes by.
    fn watch_usage(&self, reply: Self::Reply, report: Box<dyn FnOnce(&str)>) -> Self::Reply;
    /// The characters of text in a content, and the most tokens that it wants as an answer.
    fn measure(&self, content: &Self::Content) -> (f64, Option<f64>);
}

/// What is said of a content outside of it.
pub trait Content {
    /// The body's type; none where the platform sets it by itself, as for forms.
    fn content_type(&self) -> Option<String>;
    /// Inputs that go beside a raw body, into the address.
    fn query(&self) -> Vec<(String, String)>;
    /// Is it `{ model, input }` over HTTP?
    fn names_model(&self) -> bool {
        false
    }
    /// Can it be sent a second time?
    fn replayable(&self) -> bool;
    /// Does it open a WebSocket?
    fn websocket(&self) -> bool {
        false
    }
}

/// The head of a reply.
pub trait Reply {
    /// The status; none for what a stand-in of the binding answers without one, which is a success.
    fn status(&self) -> Option<u16>;
    /// A header that is there and not empty.
    fn header(&self, name: &str) -> Option<String>;
    /// Did the platform hide a redirect?
    fn is_opaque_redirect(&self) -> bool;
    /// Throws the body away.
    fn discard(&self);

    /// Did the request succeed? A WebSocket answers 101.
    fn is_success(&self) -> bool {
        self.status().is_none_or(|status| (200..300).contains(&status) || status == 101)
    }
}

/// Some bytes, wherever they lie.
pub trait Chunk {
    /// How many.
    fn len(&self) -> usize;
    /// None at all?
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Adds them to others.
    fn append_to(&self, bytes: &mut Vec<u8>);
}

/// One request.
pub struct Request<'a, H: Host> {
    /// Where it goes.
    pub route: Route<'a>,
    /// What it carries.
    pub content: &'a H::Content,
    /// Aborts it.
    pub canceller: &'a H::Canceller,
}

/// Where a request goes.
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
    /// To another function of the binding, which the content knows.
    Member {
        /// The binding's own options.
        options: BindingOptions<'a>,
    },
}

/// The moments at which hooks are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A request goes out.
    Request,
    /// The head of its reply is in.
    Response,
    /// It is repeated after a pause.
    Retry,
}

/// What hooks get.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    /// What has happened.
    pub moment: Moment,
    /// Counted from 1.
    pub attempt: u32,
    /// `"binding"`, `"rest"` or `"proxy"`.
    pub door: &'static str,
    /// The model, where the call is of one.
    pub model: Option<&'a str>,
    /// The endpoint, where the call is of one.
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
