//! The exported class, and the processing of replies by its methods.
//!
//! A method reads all of the caller's values before it returns; an invalid one rejects the promise. The
//! promise is one owned future: the client is cloned out of the handle before the first await, so `free()`
//! and overlapping calls are safe.

mod answer;
pub mod call;
pub mod dispatch;
mod fallback;
mod groups;
mod guard;
pub mod meta;
mod peek;
pub mod run;
mod streams;
mod text;

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Object, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

pub use answer::{Answer, open_text, parse_answer, parse_task_answer};
pub use call::JsCall;
pub use guard::StreamGuard;
pub use meta::meta;
pub use streams::{open_stream, stream_over, text_result};

use super::error::to_js;
use super::host::{Hooks, JsHost, platform};
use super::package::Part;
use super::value::{Js, member};
use crate::client::Client;
use crate::error::Error;
use crate::limiter::{Limiter, Rules};
use crate::options::read::Caller;
use crate::options::{self, Door};
use crate::value::Value;
use crate::wire::dialect::Usage;
use crate::wire::failure_kind::FailureKind;
use crate::wire::write::Writer;
use crate::wire::{json, synthesize};
use dispatch::{Arguments, Method};
use groups::{Batch, Chat, Embeddings, Finetunes, Gateway, Models, Responses};

/// A client over `fetch` or the binding.
pub type JsClient = Client<JsHost>;

fn read(options: JsValue) -> Result<JsClient, Error> {
    let options = if options.is_undefined() { Object::new().into() } else { options };
    let (mut browser, mut variable) = (false, None);
    let (config, token) = options::read::client(&Js(options.clone()), || {
        let absent = |name| member(&options, name).is_undefined();
        let http = absent("binding") && absent("baseURL");
        let (account, token) = (absent("accountId"), absent("apiToken"));
        let environment = platform::environment(http && (account || token), http && account && token);
        browser = environment.browser;
        variable = environment.account_id.clone();
        environment
    })?;
    let default_call = options::read::call(Js(Object::new().into()), &config, Caller::Checked)?;
    let limiter = member(&options, "limiter");
    let limiter = if limiter.is_truthy() {
        Rules::read(&Js(limiter)).map(|rules| Some(RefCell::new(Limiter::new(rules))))
    } else {
        Ok(None)
    };
    let binding = matches!(config.door, Door::Binding).then(|| member(&options, "binding").unchecked_into());
    let host = JsHost {
        binding,
        fetch: member(&options, "fetch").dyn_into().ok(),
        api_token: member(&options, "apiToken").dyn_into().ok(),
        hooks: Hooks::read(&member(&options, "hooks")),
        account_id: member(&options, "accountId").as_string().or(variable),
    };
    Ok(Client { config, default_call: Rc::new(default_call), token, browser, limiter, host: Rc::new(host) })
}

/// A client for Cloudflare Workers AI, for any door.
#[wasm_bindgen(skip_typescript)]
pub struct WorkersAI {
    client: Rc<JsClient>,
}

#[wasm_bindgen]
impl WorkersAI {
    /// Creates a client from its options.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<Self, JsValue> {
        let client = read(options).map_err(|error| to_js(&error, None))?;
        Ok(Self { client: Rc::new(client) })
    }

    /// The name of the door: `"binding"`, `"rest"` or `"proxy"`. Not a method of the public class.
    pub fn door(&self) -> String {
        self.client.config.door.as_str().to_owned()
    }

    /// Runs a model: returns the service's result unchanged.
    pub fn run(&self, model: &JsValue, input: &JsValue, options: &JsValue) -> Promise {
        dispatch::call(&self.client, Method::Run, Arguments::of(model, input, options))
    }

    /// The same, with a JSON answer as the bytes of its text. No method of the public class.
    #[wasm_bindgen(js_name = runJSON)]
    pub fn run_json(&self, model: &JsValue, input: &JsValue, options: &JsValue) -> Promise {
        dispatch::call(&self.client, Method::RunJson, Arguments::of(model, input, options))
    }

    /// The complete answer of a language model.
    #[wasm_bindgen(js_name = generateText)]
    pub fn generate_text(&self, model: &JsValue, input: &JsValue, options: &JsValue) -> Promise {
        dispatch::call(&self.client, Method::GenerateText, Arguments::of(model, input, options))
    }

    /// The answer of a language model as a stream.
    #[wasm_bindgen(js_name = streamText)]
    pub fn stream_text(&self, model: &JsValue, input: &JsValue, options: &JsValue) -> Promise {
        dispatch::call(&self.client, Method::StreamText, Arguments::of(model, input, options))
    }

    /// The answer of a language model as a value that matches a schema.
    #[wasm_bindgen(js_name = generateObject, variadic)]
    pub fn generate_object(&self, args: &Array) -> Promise {
        dispatch::object(&self.client, "generateObject", args)
    }

    /// The same as a stream.
    #[wasm_bindgen(js_name = streamObject, variadic)]
    pub fn stream_object(&self, args: &Array) -> Promise {
        dispatch::object(&self.client, "streamObject", args)
    }

    /// Extracts typed fields from a text.
    #[wasm_bindgen(variadic)]
    pub fn extract(&self, args: &Array) -> Promise {
        dispatch::object(&self.client, "extract", args)
    }

    /// Runs a language model that calls the caller's functions.
    #[wasm_bindgen(js_name = runTools, variadic)]
    pub fn run_tools(&self, args: &Array) -> Promise {
        // Fallback applies to requests, not to the whole run: tool calls must not be repeated.
        dispatch::function(&self.client, Part::Objects, "runTools", args)
    }

    /// Converts texts to vectors, or computes scores of contexts.
    #[wasm_bindgen(variadic)]
    pub fn embed(&self, args: &Array) -> Promise {
        dispatch::task(&self.client, "embed", args)
    }

    /// Converts any number of texts to vectors.
    #[wasm_bindgen(js_name = embedMany, variadic)]
    pub fn embed_many(&self, args: &Array) -> Promise {
        dispatch::endpoint(&self.client, "embedMany", args)
    }

    /// Ranks contexts by a query.
    #[wasm_bindgen(variadic)]
    pub fn rerank(&self, args: &Array) -> Promise {
        dispatch::task(&self.client, "rerank", args)
    }

    /// Classifies a text.
    #[wasm_bindgen(js_name = classifyText, variadic)]
    pub fn classify_text(&self, args: &Array) -> Promise {
        dispatch::task(&self.client, "classifyText", args)
    }

    /// Summarizes a text.
    #[wasm_bindgen(variadic)]
    pub fn summarize(&self, args: &Array) -> Promise {
        dispatch::task(&self.client, "summarize", args)
    }

    /// Translates a text.
    #[wasm_bindgen(variadic)]
    pub fn translate(&self, args: &Array) -> Promise {
        dispatch::task(&self.client, "translate", args)
    }

    /// Runs a decision model.
    #[wasm_bindgen(variadic)]
    pub fn decide(&self, args: &Array) -> Promise {
        dispatch::task(&self.client, "decide", args)
    }

    /// Transcribes a recording.
    #[wasm_bindgen(variadic)]
    pub fn transcribe(&self, args: &Array) -> Promise {
        dispatch::task(&self.client, "transcribe", args)
    }

    /// Converts a text to speech.
    #[wasm_bindgen(js_name = generateSpeech, variadic)]
    pub fn generate_speech(&self, args: &Array) -> Promise {
        dispatch::task(&self.client, "generateSpeech", args)
    }

    /// Detects whether a speaker has finished.
    #[wasm_bindgen(js_name = detectTurn, variadic)]
    pub fn detect_turn(&self, args: &Array) -> Promise {
        dispatch::task(&self.client, "detectTurn", args)
    }

    /// Generates an image from a description.
    #[wasm_bindgen(js_name = generateImage, variadic)]
    pub fn generate_image(&self, args: &Array) -> Promise {
        dispatch::task(&self.client, "generateImage", args)
    }

    /// Describes an image.
    #[wasm_bindgen(js_name = describeImage, variadic)]
    pub fn describe_image(&self, args: &Array) -> Promise {
        dispatch::task(&self.client, "describeImage", args)
    }

    /// Labels of an image.
    #[wasm_bindgen(js_name = classifyImage, variadic)]
    pub fn classify_image(&self, args: &Array) -> Promise {
        dispatch::task(&self.client, "classifyImage", args)
    }

    /// Objects in an image.
    #[wasm_bindgen(js_name = detectObjects, variadic)]
    pub fn detect_objects(&self, args: &Array) -> Promise {
        dispatch::task(&self.client, "detectObjects", args)
    }

    /// Connects to a realtime model.
    #[wasm_bindgen(variadic)]
    pub fn connect(&self, args: &Array) -> Promise {
        dispatch::task(&self.client, "connect", args)
    }

    /// Converts documents to Markdown.
    #[wasm_bindgen(js_name = toMarkdown, variadic)]
    pub fn to_markdown(&self, args: &Array) -> Promise {
        dispatch::endpoint(&self.client, "toMarkdown", args)
    }

    /// The file types that can be converted to Markdown.
    #[wasm_bindgen(js_name = toMarkdownSupported, variadic)]
    pub fn to_markdown_supported(&self, args: &Array) -> Promise {
        dispatch::endpoint(&self.client, "toMarkdownSupported", args)
    }

    /// Searches the web.
    #[wasm_bindgen(js_name = webSearch, variadic)]
    pub fn web_search(&self, args: &Array) -> Promise {
        dispatch::endpoint(&self.client, "webSearch", args)
    }

    /// The batch queue.
    #[wasm_bindgen(getter)]
    pub fn batch(&self) -> Batch {
        Batch(Rc::clone(&self.client))
    }

    /// The live catalogue.
    #[wasm_bindgen(getter)]
    pub fn models(&self) -> Models {
        Models(Rc::clone(&self.client))
    }

    /// LoRA adapters.
    #[wasm_bindgen(getter)]
    pub fn finetunes(&self) -> Finetunes {
        Finetunes(Rc::clone(&self.client))
    }

    /// An AI Gateway.
    pub fn gateway(&self, id: JsValue) -> Gateway {
        Gateway { client: Rc::clone(&self.client), id }
    }

    /// OpenAI's chat.
    #[wasm_bindgen(getter)]
    pub fn chat(&self) -> Chat {
        Chat(Rc::clone(&self.client))
    }

    /// OpenAI's embeddings.
    #[wasm_bindgen(getter)]
    pub fn embeddings(&self) -> Embeddings {
        Embeddings(Rc::clone(&self.client))
    }

    /// OpenAI's Responses.
    #[wasm_bindgen(getter)]
    pub fn responses(&self) -> Responses {
        Responses(Rc::clone(&self.client))
    }
}

/// The error of a stream without a call; see `crate::wire::failure_kind`.
#[wasm_bindgen(js_name = errorOfStream, skip_typescript)]
pub fn error_of_stream(kind: u32, limit: u32, text: &str) -> JsValue {
    to_js(&FailureKind::from_number(kind).to_error(text.as_bytes(), limit), None)
}

/// Converts a usage's JSON text to the public usage object, as JSON text; `null` if it counts no tokens.
#[wasm_bindgen(js_name = usageOf, skip_typescript)]
pub fn usage_of(text: &str) -> String {
    let usage = json::parse(text.as_bytes()).ok().and_then(Usage::read);
    usage.map_or_else(|| "null".to_owned(), |usage| Writer::object(|out| usage.write(out)))
}

/// Converts a JSON answer in place of a stream to the service's own stream bytes.
#[wasm_bindgen(skip_typescript)]
pub fn synthesize(answer: &[u8]) -> Vec<u8> {
    synthesize::event_stream(answer)
}

/// True if an option of a call is set.
fn has_option(options: &JsValue, name: &'static str) -> bool {
    options.is_object() && Js(options.clone()).member(name).is_some()
}
