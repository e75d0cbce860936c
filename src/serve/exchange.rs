//! Handles one request and its reply.

use super::allowed::Allowed;
use super::plan::Plan;
use super::refusal::{self, Dialect, Head};
use super::route::Route;
use super::stream::{Stream, StreamEncoder};
use super::{Clock, chat, embeddings, images, messages, models, rerank, responses, speech, transcription};
use crate::error::{Code, Error};
use crate::wire::answer_events::text_failure;
use crate::wire::beginning::Beginning;
use crate::wire::dialect::Reading;
use crate::wire::failure_kind::FailureKind;
use crate::wire::json::{self, Value};
use crate::wire::openai::gathered::{Arrived, Incoming};
use crate::wire::openai::{self, Settings, completion};

/// Longest event of a stream, in bytes.
const MAX_EVENT_BYTES: usize = 16 << 20;

/// The body of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The media type.
    pub media_type: &'static str,
    /// The text of the body.
    pub text: String,
}

impl Body {
    /// A body of JSON text.
    pub fn json(text: String) -> Self {
        Body { media_type: "application/json", text }
    }
}

/// Converts the client's result to a reply.
pub trait Answer {
    /// Converts a value.
    fn whole(&mut self, value: Value<'_>) -> Result<Body, Error>;
    /// Returns an encoder for a stream; `None` if the route does not stream.
    fn stream_encoder(&self) -> Option<Box<dyn StreamEncoder>> {
        None
    }
    /// How the answer is read.
    fn reading(&self) -> Reading {
        Reading::default()
    }
}

/// What has to be done for a request.
pub enum Step {
    /// Call the client, then encode the answer.
    Call(Plan, Box<dyn Answer>),
    /// Reply without a call.
    Reply(Body),
}

/// The properties of a request apart from its body.
#[derive(Debug, Default, Clone)]
pub struct Facts {
    /// Its method.
    pub method: String,
    /// The path of its URL.
    pub path: String,
    /// True if it has a header that only Anthropic's SDK sends.
    pub anthropic: bool,
    /// True if the caller retries failed requests itself.
    pub retries: bool,
    /// The allowed models. An error in the settings rejects every request.
    pub allowed: Option<Result<Allowed, Error>>,
}

impl Facts {
    /// Reads `{ method, path, anthropic, retries, models? }`.
    pub fn read(text: &[u8]) -> Self {
        let Ok(facts) = json::parse(text) else { return Facts::default() };
        let text = |name: &str| facts.get(name).and_then(|value| value.text()).unwrap_or_default();
        let flag = |name: &str| facts.get(name).and_then(|value| value.as_bool()) == Some(true);
        Facts {
            method: text("method"),
            path: text("path"),
            anthropic: flag("anthropic"),
            retries: flag("retries"),
            allowed: Some(Allowed::read(facts)),
        }
    }
}

/// See the module documentation.
pub struct Exchange {
    facts: Facts,
    dialect: Dialect,
    clock: Clock,
    answer: Option<Box<dyn Answer>>,
    stream: Option<Stream>,
    incoming: Option<Incoming>,
    head: Head,
    /// A part of the reply was sent, so a failure has no status of its own.
    begun: bool,
}

impl Exchange {
    /// For a request whose body was not yet read.
    pub fn new(facts: Facts, clock: Clock) -> Self {
        let dialect = if facts.anthropic { Dialect::Anthropic } else { Dialect::OpenAI };
        let head = Head::ok("application/json");
        Exchange { facts, dialect, clock, answer: None, stream: None, incoming: None, head, begun: false }
    }

    /// Reads the request. Returns the planned call, or the body of a reply that needs none.
    pub fn plan(&mut self, body: &[u8]) -> Result<Plan, String> {
        match self.step(body) {
            Ok(Step::Call(plan, answer)) => {
                self.answer = Some(answer);
                Ok(plan)
            }
            Ok(Step::Reply(body)) => Err(self.reply(body)),
            Err(error) => Err(self.refuse(&error)),
        }
    }

    fn step(&mut self, body: &[u8]) -> Result<Step, Error> {
        let route = Route::of(&self.facts.method, &self.facts.path)?;
        if route.is_anthropics() {
            self.dialect = Dialect::Anthropic;
        }
        let allowed = self.facts.allowed.clone().unwrap_or(Ok(Allowed::default()))?;
        let clock = self.clock;
        let mut step = match route {
            Route::Chat => chat::step(body, &allowed, clock),
            Route::Responses => responses::step(body, &allowed, clock),
            Route::Messages => messages::step(body, &allowed, clock),
            Route::CountTokens => Err(messages::counting_unsupported()),
            Route::Embeddings => embeddings::step(body, &allowed),
            Route::Models => models::list(&allowed),
            Route::Model(name) => models::get(&name, &allowed),
            Route::Images => images::generation(body, &allowed, clock),
            Route::ImageEdits => images::edit(body, &allowed, clock),
            Route::Speech => speech::step(body, &allowed),
            Route::Transcriptions => transcription::step(body, &allowed, false),
            Route::Translations => transcription::step(body, &allowed, true),
            Route::Rerank => rerank::step(body, &allowed, clock),
        }?;
        if let Step::Call(plan, answer) = &mut step {
            plan.retries = !self.facts.retries;
            if let Some(encoder) = answer.stream_encoder() {
                self.head = Head::ok("text/event-stream; charset=utf-8");
                self.head.headers.push(("cache-control", "no-cache, no-transform".to_owned()));
                self.head.headers.push(("x-accel-buffering", "no".to_owned()));
                self.stream = Some(Stream::new(encoder, answer.reading(), MAX_EVENT_BYTES));
            }
        }
        Ok(step)
    }

    /// The head of the reply, as far as it is known.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Returns the body of the reply to a value, or to the last of its bytes.
    pub fn answer(&mut self, value: &[u8]) -> String {
        match self.whole(value) {
            Ok(body) => self.reply(body),
            Err(error) => self.refuse(&error),
        }
    }

    /// Adds bytes of an answer; returns true if it is complete, whatever follows.
    pub fn take(&mut self, bytes: &[u8]) -> bool {
        let max_tokens = self.answer.as_ref().map_or(0, |answer| answer.reading().max_tokens);
        let reading = Reading { max_tokens, ..Reading::default() };
        let settings = Settings { reading, ..Settings::default() };
        self.incoming.get_or_insert_with(|| Incoming::new(settings)).feed(bytes)
    }

    fn whole(&mut self, value: &[u8]) -> Result<Body, Error> {
        self.take(value);
        let arrived = self.incoming.take().map(Incoming::finish);
        let (Some(answer), Some(arrived)) = (&mut self.answer, arrived) else {
            return Err(Error::new(Code::Internal, "The server has failed inside. Report it."));
        };
        let bytes = match arrived {
            // A model that streams although no stream was requested.
            Arrived::Stream(gathered) => {
                let head = openai::Head::new(None, self.clock.now, String::new(), self.clock.random);
                let gathered = gathered.map_err(|broken| broken.kind.to_error(&broken.text, 0))?;
                completion::of_stream(&gathered, &head, self.clock.random).into_bytes()
            }
            Arrived::Bytes(bytes) => bytes,
        };
        if matches!(Beginning::of(&bytes), Some(Beginning::Page | Beginning::Markup)) {
            return Err(FailureKind::Page.to_error(b"", 0));
        }
        // Plain text with a known error number of the service is that failure.
        let not_json = |_| text_failure(&bytes).to_error(&bytes, 0);
        json::parse(&bytes).map_err(not_json).and_then(|value| answer.whole(value))
    }

    fn reply(&mut self, body: Body) -> String {
        self.head = Head::ok(body.media_type);
        body.text
    }

    /// Returns the body of the reply to a failure, as JSON text.
    pub fn refuse(&mut self, error: &Error) -> String {
        self.head = refusal::head(error, self.dialect);
        refusal::body(error, self.dialect)
    }

    /// Converts bytes of the stream.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.stream_bytes(|stream| stream.feed(bytes))
    }

    /// Ends the stream.
    pub fn finish(&mut self) -> Vec<u8> {
        self.stream_bytes(Stream::finish)
    }

    /// Ends the stream with a failure.
    pub fn fail(&mut self, error: Error) -> Vec<u8> {
        self.stream_bytes(|stream| stream.fail(error))
    }

    /// True if there will be no more output.
    pub fn is_over(&self) -> bool {
        self.stream.as_ref().is_none_or(Stream::is_over)
    }

    /// Converts a part of the stream. A failure before any output becomes a reply with a status of its own.
    fn stream_bytes(&mut self, read: impl FnOnce(&mut Stream) -> Vec<u8>) -> Vec<u8> {
        let Some(stream) = &mut self.stream else { return Vec::new() };
        let out = read(stream);
        if !self.begun
            && let Some(error) = stream.failed_first()
        {
            let error = error.clone();
            self.begun = true;
            return self.refuse(&error).into_bytes();
        }
        self.begun |= !out.is_empty();
        out
    }
}
