//! The groups of methods in the client's properties. They are implemented in the tasks module, which is
//! loaded at the first call and receives the arguments unchanged.

use std::rc::Rc;

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;

use super::JsClient;
use super::dispatch::endpoint;

/// The batch queue.
#[wasm_bindgen(skip_typescript)]
pub struct Batch(pub(super) Rc<JsClient>);

#[wasm_bindgen]
impl Batch {
    /// Submits inputs to the queue.
    #[wasm_bindgen(variadic)]
    pub fn submit(&self, args: &Array) -> Promise {
        endpoint(&self.0, "batch_submit", args)
    }

    /// Polls once.
    #[wasm_bindgen(variadic)]
    pub fn poll(&self, args: &Array) -> Promise {
        endpoint(&self.0, "batch_poll", args)
    }

    /// Polls until the batch is completed.
    #[wasm_bindgen(variadic)]
    pub fn wait(&self, args: &Array) -> Promise {
        endpoint(&self.0, "batch_wait", args)
    }

    /// Parses a queue's event notification.
    #[wasm_bindgen(js_name = fromEvent, variadic)]
    pub fn of_event(&self, args: &Array) -> Promise {
        endpoint(&self.0, "batch_fromEvent", args)
    }

    /// Yields the items of a batch, once it is completed.
    #[wasm_bindgen(variadic)]
    pub fn results(&self, args: &Array) -> Promise {
        endpoint(&self.0, "batch_results", args)
    }
}

/// The live catalogue.
#[wasm_bindgen(skip_typescript)]
pub struct Models(pub(super) Rc<JsClient>);

#[wasm_bindgen]
impl Models {
    /// All models that match a filter.
    #[wasm_bindgen(variadic)]
    pub fn list(&self, args: &Array) -> Promise {
        endpoint(&self.0, "models_list", args)
    }

    /// One model.
    #[wasm_bindgen(variadic)]
    pub fn get(&self, args: &Array) -> Promise {
        endpoint(&self.0, "models_get", args)
    }

    /// The input and output schemas of a model.
    #[wasm_bindgen(variadic)]
    pub fn schema(&self, args: &Array) -> Promise {
        endpoint(&self.0, "models_schema", args)
    }
}

/// LoRA adapters.
#[wasm_bindgen(skip_typescript)]
pub struct Finetunes(pub(super) Rc<JsClient>);

#[wasm_bindgen]
impl Finetunes {
    /// Lists the account's, or the public ones.
    #[wasm_bindgen(variadic)]
    pub fn list(&self, args: &Array) -> Promise {
        endpoint(&self.0, "finetunes_list", args)
    }

    /// Creates one.
    #[wasm_bindgen(variadic)]
    pub fn create(&self, args: &Array) -> Promise {
        endpoint(&self.0, "finetunes_create", args)
    }

    /// Uploads one of its files.
    #[wasm_bindgen(variadic)]
    pub fn upload(&self, args: &Array) -> Promise {
        endpoint(&self.0, "finetunes_upload", args)
    }
}

/// OpenAI's chat completions.
#[wasm_bindgen(skip_typescript)]
pub struct ChatCompletions(pub(super) Rc<JsClient>);

#[wasm_bindgen]
impl ChatCompletions {
    /// A completion, or a stream of its chunks.
    #[wasm_bindgen(variadic)]
    pub fn create(&self, args: &Array) -> Promise {
        endpoint(&self.0, "chat_create", args)
    }
}

/// OpenAI's embeddings.
#[wasm_bindgen(skip_typescript)]
pub struct Embeddings(pub(super) Rc<JsClient>);

#[wasm_bindgen]
impl Embeddings {
    /// Embeddings of texts.
    #[wasm_bindgen(variadic)]
    pub fn create(&self, args: &Array) -> Promise {
        endpoint(&self.0, "embeddings_create", args)
    }

    /// The same as bytes of JSON text. Not a method of the public class.
    #[wasm_bindgen(variadic, js_name = createJSON)]
    pub fn create_json(&self, args: &Array) -> Promise {
        endpoint(&self.0, "embeddings_createJSON", args)
    }
}

/// OpenAI's Responses.
#[wasm_bindgen(skip_typescript)]
pub struct Responses(pub(super) Rc<JsClient>);

#[wasm_bindgen]
impl Responses {
    /// A response, or a stream of its events.
    #[wasm_bindgen(variadic)]
    pub fn create(&self, args: &Array) -> Promise {
        endpoint(&self.0, "responses_create", args)
    }
}

/// OpenAI's chat.
#[wasm_bindgen(skip_typescript)]
pub struct Chat(pub(super) Rc<JsClient>);

#[wasm_bindgen]
impl Chat {
    /// Its completions.
    #[wasm_bindgen(getter)]
    pub fn completions(&self) -> ChatCompletions {
        ChatCompletions(Rc::clone(&self.0))
    }
}

/// An AI Gateway: the entries of its log, and its URL.
#[wasm_bindgen(skip_typescript)]
pub struct Gateway {
    pub(super) client: Rc<JsClient>,
    pub(super) id: JsValue,
}

#[wasm_bindgen]
impl Gateway {
    /// One entry of the log.
    #[wasm_bindgen(variadic, js_name = getLog)]
    pub fn get_log(&self, args: &Array) -> Promise {
        self.call("gateway_getLog", args)
    }

    /// Adds a score, feedback or metadata to an entry.
    #[wasm_bindgen(variadic, js_name = patchLog)]
    pub fn patch_log(&self, args: &Array) -> Promise {
        self.call("gateway_patchLog", args)
    }

    /// The URL for a provider's own client.
    #[wasm_bindgen(variadic)]
    pub fn url(&self, args: &Array) -> Promise {
        self.call("gateway_url", args)
    }
}

impl Gateway {
    fn call(&self, name: &str, args: &Array) -> Promise {
        args.unshift(&self.id);
        endpoint(&self.client, name, args)
    }
}
