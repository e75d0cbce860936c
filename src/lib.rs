//! The client for Cloudflare Workers AI, and the core of the npm package `workers-ai-wasm`.
//!
//! ```text
//! options + input -> encode -> plan -> Host (fetch or binding) -> reply -> decode -> typed result
//!                                                                     \-> SSE -> events -> async iterator
//! ```
//!
//! Without a feature it is a plain library, for any target. With the feature `package`, on wasm32, it is the package's core module; `tasks`,
//! `objects`, `openai` and `vectors` build the lazily loaded modules. Only `js` uses JavaScript types, and it only converts.
//!
//! # Modules
//!
//! | question | module |
//! | --- | --- |
//! | What are the caller's options, and are they valid? | [`options`] |
//! | What are a model's input and output, is it deprecated? | [`catalog`], [`model`] |
//! | What does a method send, and what does its answer mean? | [`tasks`]: [`tasks::request::plan`] and [`tasks::request::decode`] |
//! | The same for lists, documents, finetunes, gateway logs, web search? | [`service`] |
//! | Which URL, headers, binding options? Where may a redirect lead? | [`plan`], [`headers`] |
//! | What happens in a call, in which order? | [`client`]: attempts, timeouts, limiter, fallback, pools, polling, tool loops, over a [`client::Host`] |
//! | Is a failure retried, and when? | [`retry`] |
//! | Has a stream content, so that no fallback model replaces it? | [`client::opening`] over [`wire::opening`] |
//! | How is a broken stream resumed? | [`client::resume`], which counts with [`wire::sse::Blocks`] |
//! | May a request go out now? | [`limiter`] |
//! | Is a reply a failure, what is in its envelope? | [`reply`], [`wire::envelope`] |
//! | How is a stream parsed? | [`wire`]: [`wire::sse`] frames events, [`wire::dialect`] interprets them, [`wire::engine`] is the interface to JavaScript |
//! | How are embeddings and media decoded from an answer's bytes, and media encoded into a body? | [`kernel`] |
//! | Which rows are nearest? | [`vectors`] |
//! | How are the HTTP APIs of OpenAI and Anthropic served? | [`serve`]: [`serve::exchange`] |
//! | What is an error's code, message, advice? | [`codes`], [`error`] |
//! | How do model families deviate from the rest? | [`quirks`] |
//! | Is a parameter valid? | [`precheck`] accepts nearly all, [`tasks::parameters`] decides on the others |
//! | How are a model's tool calls run? | [`client::tool_loop`] over [`tasks::tools`]; [`tasks::turn_order`] for the history |
//! | Which name does an unknown one resemble? | [`slip`] |
//! | What must not be in a message? | [`secret`], [`input_redaction`] |
//! | How does a rule read a value, independent of its owner? | [`value`]: implemented by [`value::json::Json`] and by `js::value::Js` |
//! | How is it exported to JavaScript? | `js`, documented with `--target wasm32-unknown-unknown --features tasks` |
//!
//! # Data flow
//!
//! "In" is a call of JavaScript's into the wasm, "out" one of the wasm's to JavaScript; `node benches/crossings.mjs` counts them, and names
//! them with `--names`. Allocations of the glue for strings are not counted.
//!
//! **From options to a request**: `generateText` over REST, 19 in and about 175 out, nearly all of them reads of one member each.
//! 1. `pkg-template/client/index.js` calls the method (in 1): `js/client/mod.rs`, `js/client/dispatch.rs`, `js/client/run.rs`.
//! 2. `js/client/text.rs` expands a short form; [`tasks::text_generation`] validates the input in place, through [`value::Value`] (`js/value.rs`,
//!    one out per member read). `js/client/call.rs`: [`model`], [`options::read`]; [`client::call`] and [`client::lifetime`]
//!    begin, one timer starts (out).
//! 3. `needsPreparing` in `pkg-template/client/caller.js` walks the input once (out 1). `js/host/content.rs` has it serialized as JSON text (out 1),
//!    which stays on JavaScript's side. Inputs that need preparation are encoded by the tasks module instead: `js/tasks/prepare.rs`, [`tasks::prepare`].
//! 4. The caller has the promise. The rest is one future (`js/promise.rs`): in 1 for its first step, and in 2 for each of its four waits: the
//!    settled promise and the next step.
//! 5. [`client::call`], [`limiter`], [`client::exchange`], [`plan::rest`] and [`headers`] plan; `js/host/fetch.rs` sets the request's members
//!    and calls `fetch` (out).
//! 6. `js/host/reply.rs` reads status and headers (out); [`retry`] decides on a failure.
//! 7. `js/host/body.rs` reads the chunks (a wait each, and one for the end), [`client::body`] limits them. The bytes are copied into the wasm once:
//!    [`reply`] and [`wire::envelope`] find the answer in them.
//! 8. The answer becomes a stream of one event (out: `AIStream`, `final`): there is one parser of answers. `pkg-template/stream/` opens it, feeds it
//!    whole and closes it (in 5, and 3 for the limits of the call), as below; `transcript.js` adds up the result; [`wire::dialect::Usage`]
//!    writes the usage (in 1).
//! 9. `js/client/text.rs` completes `meta`; `js/promise.rs` settles the caller's promise (out 1).
//!
//! **From SSE bytes to an event**: in 1 a chunk and in 0 an event; 5 more in and 2 out for the whole stream.
//! 1. `pkg-template/stream/channel.js` reads a chunk of the response; `engine.js` copies it into the window and calls `engine_feed` (in 1).
//! 2. `js/stream.rs`, [`wire::engine`]: [`wire::template`] recognises events that match the template. Others go through [`wire::sse`] (frames),
//!    [`wire::json`] and [`wire::dialect`] (meaning). Both become [`wire::record`]s, in [`wire::reader`].
//! 3. `reply-channel.js` (`text-channel.js`, `chunk-channel.js`) reads the records in the wasm's memory, and creates
//!    the caller's event of one (`event-types.js`): no crossing. Frequent pieces of text are interned ([`wire::intern`]).
//! 4. A failure is a record too: [`wire::failure_kind`] creates its error (in 1), through `js/client/guard.rs` if there is a call.
//!
//! **From the binding's reply to a result**: `run` on `env.AI`, 8 in and about 125 out.
//! 1. Steps 1 to 4 as above, without text generation's check; the input is copied (`copyOf`, out 1) instead of written as JSON.
//! 2. [`client::exchange`], [`plan::binding`]; `js/host/binding.rs` calls `env.AI.run` with `returnRawResponse` (out 1, and a wait).
//! 3. `js/host/reply.rs` determines the type of the reply: a `Response`, or from a substitute a stream or a complete answer.
//! 4. `js/client/run.rs`, `js/client/answer.rs`: events and bytes are forwarded as a stream (`byteStream`, out 1). JSON is read (a wait per chunk and one for the end), decoded and
//!    parsed by JavaScript (out 2) and never copied into the wasm: [`wire::envelope`] evaluates its members.
//! 5. A task's answer, in the tasks module: `js/tasks/task.rs` parses it, [`kernel`] decodes numbers and media from its bytes,
//!    [`tasks::request::decode`] decodes the rest through `js/value.rs`, `js/tasks/serialize.rs` converts the result to a JavaScript object.
//!
//! # As a Rust library
//!
//! The crate does no input or output: it plans requests and parses replies, and [`client::Client`] runs whole calls over a [`client::Host`]
//! of yours. `tests/simulation` has one in virtual time.
//!
//! ```
//! use workers_ai_wasm::catalog::Method;
//! use workers_ai_wasm::error::Error;
//! use workers_ai_wasm::model::Model;
//! use workers_ai_wasm::options::{self, Environment, TokenSource};
//! use workers_ai_wasm::plan::rest::{self, BodyFacts};
//! use workers_ai_wasm::tasks::request::{self, Door, Route, TaskRequest};
//! use workers_ai_wasm::value::json::Json;
//!
//! # fn main() -> Result<(), Error> {
//! let json = |text: &str| Json::parse(text.as_bytes()).map_err(|_| Error::not_json());
//! let set = json(r#"{ "accountId": "0123456789abcdef0123456789abcdef", "apiToken": "token" }"#)?;
//! let (config, token) = options::read::client(&set, Environment::default)?;
//! let call = options::read::call(json("{}")?, &config, options::read::Caller::Run)?;
//!
//! // What is sent.
//! let model = "@cf/baai/bge-reranker-base";
//! let input = json(r#"{ "query": "cats", "contexts": [{ "text": "Dogs bark." }, { "text": "Cats purr." }] }"#)?;
//! let task = TaskRequest::new(Method::Rerank, model, Route::new(Door::Http), input.clone())?;
//! let plan = request::plan(&task)?;
//! let TokenSource::Text(token) = token else { panic!("no token") };
//! let to = rest::run(&config, &call, &Model::parse(model)?, Some(&token), &BodyFacts::default())?;
//! assert!(to.url.ends_with("/ai/run/@cf/baai/bge-reranker-base"));
//! # let _ = plan;
//!
//! // What the answer means.
//! let answer = json(r#"{ "response": [{ "id": 1, "score": 0.75 }, { "id": 0, "score": 0.25 }] }"#)?;
//! let result = request::decode(Method::Rerank, &answer, Some(&input))?;
//! # assert_eq!(
//! #     serde_json::to_value(&result).unwrap()["results"][0],
//! #     serde_json::json!({ "index": 1, "score": 0.75, "text": "Cats purr." }),
//! # );
//! # Ok(())
//! # }
//! ```
//!
//! A stream's bytes, split anywhere, parsed to text; [`wire::reader::Mode`] lists the other modes:
//!
//! ```
//! use workers_ai_wasm::wire::engine::Engine;
//! use workers_ai_wasm::wire::reader::Mode;
//!
//! let mut engine = Engine::default();
//! let stream = engine.open(Mode::Text, 1 << 20);
//! engine.select(stream);
//! for chunk in ["data: {\"response\":\"Hel\"}\n\nda", "ta: {\"response\":\"lo\"}\n\ndata: [DONE]\n\n"] {
//!     engine.window().append(chunk.as_bytes());
//!     engine.feed(0);
//! }
//! assert_eq!(engine.text(), b"Hello");
//! engine.close(stream);
//! ```

pub mod audio;
pub mod catalog;
pub mod client;
pub mod codes;
pub mod error;
pub mod headers;
pub mod input_redaction;
pub mod kernel;
pub mod limiter;
pub mod model;
pub mod options;
pub mod plan;
pub mod precheck;
pub mod quirks;
pub mod reply;
pub mod retry;
pub mod secret;
pub mod serve;
pub mod service;
pub mod slip;
pub mod slots;
pub mod tasks;
pub mod text;
pub mod value;
pub mod vectors;
pub mod wire;

#[cfg(all(target_arch = "wasm32", feature = "package"))]
pub mod js;

#[cfg(all(target_arch = "wasm32", feature = "package"))]
mod allocator;
