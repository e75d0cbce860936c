//! `meta`: the metadata of a call.

use js_sys::Object;
use wasm_bindgen::prelude::*;

use super::JsCall;
use crate::client::host::{Host, Reply};
use crate::headers as names;
use crate::js::fields::Fields;
use crate::js::host::JsReply;
use crate::model::is_foreign;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Number, js_name = parseFloat)]
    fn parse_float(text: &str) -> f64;
}

/// The metadata that is known when a reply's head has been received. Fields that the service did not send are
/// absent.
pub fn meta(call: &JsCall, reply: &JsReply) -> Object {
    fields(call, reply).done()
}

/// The same for a completed call, with its times.
pub fn meta_at_end(call: &JsCall, reply: &JsReply) -> Object {
    let fields = fields(call, reply);
    let lifetime = &call.lifetime;
    fields.number("durationMs", Some(call.client.host.now() - lifetime.started_at));
    fields.number("firstByteMs", lifetime.first_byte_at().map(|at| at - lifetime.started_at));
    fields.done()
}

#[inline(never)]
fn fields(call: &JsCall, reply: &JsReply) -> Fields {
    let fields = Fields::default();
    fields.text("door", Some(call.client.config.door.as_str()));
    fields.text("model", reply.header(names::SERVED_MODEL).as_deref().or(call.model()));
    fields.number("attempts", Some(f64::from(call.lifetime.attempts())));
    let ids = call.lifetime.ids();
    fields.text("requestId", ids.request.as_deref());
    fields.text("gatewayLogId", ids.gateway_log.as_deref());
    fields.text("cacheStatus", reply.header(names::CACHE_STATUS).as_deref());
    let number = |name| {
        let number = reply.header(name).map(|number| parse_float(&number));
        number.filter(|number| number.is_finite())
    };
    fields.number("neurons", number(names::NEURONS));
    // Each header is a call across the boundary, and other models have none of these.
    if call.options.gateway.is_some() || call.model().is_some_and(is_foreign) {
        for (field, header) in names::OF_GATEWAY {
            fields.text(field, reply.header(header).as_deref());
        }
        fields.number("step", number(names::STEP));
    }
    fields
}
