//! `meta`: what is known of a call.

use js_sys::Object;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::JsCall;
use crate::client::host::{Host, Reply};
use crate::headers as names;
use crate::js::host::JsReply;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Number, js_name = parseFloat)]
    fn parse_float(text: &str) -> f64;

    /// The public object.
    #[wasm_bindgen(extends = Object)]
    pub type Meta;
    #[wasm_bindgen(method, setter, structural)]
    fn set_door(this: &Meta, door: &str);
    /// The model that served.
    #[wasm_bindgen(method, setter, structural)]
    pub fn set_model(this: &Meta, model: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_attempts(this: &Meta, attempts: u32);
    #[wasm_bindgen(method, setter, structural, js_name = requestId)]
    fn set_request_id(this: &Meta, id: &str);
    #[wasm_bindgen(method, setter, structural, js_name = gatewayLogId)]
    fn set_gateway_log_id(this: &Meta, id: &str);
    #[wasm_bindgen(method, setter, structural, js_name = cacheStatus)]
    fn set_cache_status(this: &Meta, status: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_neurons(this: &Meta, neurons: f64);
    #[wasm_bindgen(method, setter, structural, js_name = durationMs)]
    fn set_duration_ms(this: &Meta, ms: f64);
    #[wasm_bindgen(method, setter, structural, js_name = firstByteMs)]
    fn set_first_byte_ms(this: &Meta, ms: f64);
}

/// What is known when a reply's head is in. A field that the service did not send is absent.
pub fn meta(call: &JsCall, reply: &JsReply) -> Meta {
    let meta = Object::new().unchecked_into::<Meta>();
    meta.set_door(call.client.config.door.as_str());
    if let Some(model) = reply.header(names::SERVED_MODEL).as_deref().or(call.model()) {
        meta.set_model(model);
    }
    meta.set_attempts(call.lifetime.attempts());
    let ids = call.lifetime.ids();
    if let Some(id) = &ids.request {
        meta.set_request_id(id);
    }
    if let Some(id) = &ids.gateway_log {
        meta.set_gateway_log_id(id);
    }
    if let Some(status) = reply.header(names::CACHE_STATUS) {
        meta.set_cache_status(&status);
    }
    if let Some(neurons) = reply.header(names::NEURONS) {
        let neurons = parse_float(&neurons);
        if neurons.is_finite() {
            meta.set_neurons(neurons);
        }
    }
    meta
}

/// The same of a call that is over, with its times.
pub fn meta_at_end(call: &JsCall, reply: &JsReply) -> Meta {
    let meta = meta(call, reply);
    let lifetime = &call.lifetime;
    meta.set_duration_ms(call.client.host.now() - lifetime.started_at);
    if let Some(at) = lifetime.first_byte_at() {
        meta.set_first_byte_ms(at - lifetime.started_at);
    }
    meta
}
