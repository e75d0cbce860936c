//! The client for Cloudflare Workers AI, and the core of the npm package `workers-ai-wasm`.
//!
//! ```text
//! options + input -> encode -> plan -> Host (fetch or binding) -> reply -> decode -> typed result
//!                                                                     \-> SSE -> events -> async iterator
//! ```
//!
//! Without a feature it is a plain library, for any target. With the feature `package`, on wasm32, it is the package's core module; `tasks`
//! and `vectors` make the two modules that are loaded later. Only `js` names a JavaScript type, and it decides nothing.
//!
//! # The map
//!
//! | question | module |
//! | --- | --- |
//! | What did the caller set, and is it right? | [`options`] |
//! | What does a model take and give, is it deprecated? | [`catalog`], [`model`] |
//! | What does a method send, and what does its answer mean? | [`tasks`]: [`tasks::request::plan`] and [`tasks::request::decode`] |
//! | The same for lists, documents, finetunes, gateway logs? | [`service`] |
//! | Which URL, headers, binding options? Where may a redirect lead? | [`plan`], [`headers`] |
//! | What happens in a call, in which order? | [`client`]: attempts, limits of time, limiter, fallback, pools, polling, over a [`client::Host`] |
//! | Is a failure retried, and when? | [`retry`] |
//! | May a request go out now? | [`limiter`] |
//! | Is a reply a failure, what is in its envelope? | [`reply`], [`wire::envelope`] |
//! | What does a stream say? | [`wire`]: [`wire::sse`] frames, [`wire::dialect`] reads, [`wire::engine`] serves JavaScript |
//! | Embeddings and media out of an answer's bytes, media into a body? | [`kernel`] |
//! | Which rows are nearest? | [`vectors`] |
//! | What is an error's code, message, advice? | [`codes`], [`error`] |
//! | What must no message show? | [`secret`], [`withhold`] |
//! | How does a rule read a value without knowing whose it is? | [`value`]: implemented by [`value::json::Json`] and by `js::value::Js` |
//! | How does any of it reach JavaScript? | `js`, documented with `--target wasm32-unknown-unknown --features tasks` |
//!
//! # As a Rust library
//!
//! The crate does no input or output: it plans requests and reads replies, and [`client::Client`] runs whole calls over a [`client::Host`]
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
//! let call = options::read::call(json("{}")?, &config)?;
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
//! A stream's bytes, cut anywhere, as text; [`wire::reader::Mode`] lists what else they can be read as:
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

pub mod catalog;
pub mod client;
pub mod codes;
pub mod error;
pub mod headers;
pub mod kernel;
pub mod limiter;
pub mod model;
pub mod options;
pub mod plan;
pub mod reply;
pub mod retry;
pub mod secret;
pub mod service;
pub mod tasks;
pub mod text;
pub mod value;
pub mod vectors;
pub mod wire;
pub mod withhold;

#[cfg(all(target_arch = "wasm32", feature = "package"))]
pub mod js;

#[cfg(all(target_arch = "wasm32", feature = "package"))]
mod allocator;
