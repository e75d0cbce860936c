//! The groups of methods behind the client's properties. Their code is in the module with the tasks, which is loaded at the first call.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::JsClient;
use super::dispatch::endpoint;

/// The batch queue.
#[wasm_bindgen(skip_typescript)]
pub struct Batch(pub(super) Rc<JsClient>);

#[wasm_bindgen]
impl Batch {
    /// Puts inputs into the queue.
    pub fn submit(&self, model: &JsValue, requests: &JsValue, options: &JsValue) -> Promise {
        endpoint(&self.0, "batch_submit", &[model, requests, options])
    }

    /// Looks once.
    pub fn poll(&self, model: &JsValue, request_id: &JsValue, options: &JsValue) -> Promise {
        endpoint(&self.0, "batch_poll", &[model, request_id, options])
    }

    /// Looks until the batch is completed.
    pub fn wait(&self, model: &JsValue, request_id: &JsValue, options: &JsValue) -> Promise {
        endpoint(&self.0, "batch_wait", &[model, request_id, options])
    }

    /// The items of a batch, once it is completed.
    pub fn results(&self, model: &JsValue, request_id: &JsValue, options: &JsValue) -> Promise {
        endpoint(&self.0, "batch_results", &[model, request_id, options])
    }
}

/// The live catalogue.
#[wasm_bindgen(skip_typescript)]
pub struct Models(pub(super) Rc<JsClient>);

#[wasm_bindgen]
impl Models {
    /// All models that fit a filter.
    pub fn list(&self, filter: &JsValue, options: &JsValue) -> Promise {
        endpoint(&self.0, "models_list", &[filter, options])
    }

    /// One model.
    pub fn get(&self, id: &JsValue, options: &JsValue) -> Promise {
        endpoint(&self.0, "models_get", &[id, options])
    }

    /// What a model takes and gives.
    pub fn schema(&self, id: &JsValue, options: &JsValue) -> Promise {
        endpoint(&self.0, "models_schema", &[id, options])
    }
}

/// LoRA adapters.
#[wasm_bindgen(skip_typescript)]
pub struct Finetunes(pub(super) Rc<JsClient>);

#[wasm_bindgen]
impl Finetunes {
    /// The account's, or the public ones.
    pub fn list(&self, filter: &JsValue, options: &JsValue) -> Promise {
        endpoint(&self.0, "finetunes_list", &[filter, options])
    }

    /// Makes one.
    pub fn create(&self, input: &JsValue, options: &JsValue) -> Promise {
        endpoint(&self.0, "finetunes_create", &[input, options])
    }

    /// Uploads one of its files.
    pub fn upload(&self, id: &JsValue, file: &JsValue, media: &JsValue, options: &JsValue) -> Promise {
        endpoint(&self.0, "finetunes_upload", &[id, file, media, options])
    }
}

/// OpenAI's chat completions.
#[wasm_bindgen(skip_typescript)]
pub struct ChatCompletions(pub(super) Rc<JsClient>);

#[wasm_bindgen]
impl ChatCompletions {
    /// A completion, or a stream of its chunks.
    pub fn create(&self, request: &JsValue, options: &JsValue) -> Promise {
        endpoint(&self.0, "chat_create", &[request, options])
    }
}

/// OpenAI's embeddings.
#[wasm_bindgen(skip_typescript)]
pub struct Embeddings(pub(super) Rc<JsClient>);

#[wasm_bindgen]
impl Embeddings {
    /// Embeddings of texts.
    pub fn create(&self, request: &JsValue, options: &JsValue) -> Promise {
        endpoint(&self.0, "embeddings_create", &[request, options])
    }
}

/// OpenAI's Responses.
#[wasm_bindgen(skip_typescript)]
pub struct Responses(pub(super) Rc<JsClient>);

#[wasm_bindgen]
impl Responses {
    /// A response, or a stream of its events.
    pub fn create(&self, request: &JsValue, options: &JsValue) -> Promise {
        endpoint(&self.0, "responses_create", &[request, options])
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

/// An AI Gateway: the entries of its log, and its address.
#[wasm_bindgen(skip_typescript)]
pub struct Gateway {
    pub(super) client: Rc<JsClient>,
    pub(super) id: JsValue,
}

#[wasm_bindgen]
impl Gateway {
    /// One entry of the log.
    #[wasm_bindgen(js_name = getLog)]
    pub fn get_log(&self, log_id: &JsValue, options: &JsValue) -> Promise {
        endpoint(&self.client, "gateway_getLog", &[&self.id, log_id, options])
    }

    /// Adds a score, feedback or metadata to an entry.
    #[wasm_bindgen(js_name = patchLog)]
    pub fn patch_log(&self, log_id: &JsValue, patch: &JsValue, options: &JsValue) -> Promise {
        endpoint(&self.client, "gateway_patchLog", &[&self.id, log_id, patch, options])
    }

    /// The address for a provider's own client.
    pub fn url(&self, provider: &JsValue) -> Promise {
        endpoint(&self.client, "gateway_url", &[&self.id, provider])
    }
}
