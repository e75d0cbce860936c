//! OpenAI's API: over HTTP the endpoint that supports it; on the binding a run of the model, whose answer
//! [`crate::wire::openai`] converts.

mod chat;
mod converted;
mod embeddings;
mod responses;
pub(super) mod whole;

use js_sys::{JSON, Math, Object, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::Response;

use super::encode::Draft;
use super::failure::Failure;
use super::held::Held;
use super::task::{destination, route_of, with_members};
use super::transport::{self, Call, Transport};
use crate::error::Error;
use crate::js::package::check_input;
use crate::js::value::{Js, kind_of, member, spread};
use crate::plan::endpoint::{EMBEDDINGS, Endpoint, RESPONSES};
use crate::tasks::parameters;
use crate::tasks::prepare::prepare;
use crate::tasks::request::{Content, Form};
use crate::text::concat;
use crate::value::{Tree, Value};

/// A request that is ready to be sent.
struct Begun {
    call: Held,
    draft: Draft,
    /// The request without its model.
    input: Object,
    is_binding: bool,
}

/// Prepares a call of `{ model, … }`.
fn begin(
    transport: &Transport,
    endpoint: &Endpoint,
    request: &JsValue,
    options: &JsValue,
) -> Result<Begun, Failure> {
    if !Js(request.clone()).is_object() {
        let why = ["The request must be an object with a model, not ", kind_of(request), "."];
        return Err(Error::invalid("input", &concat(&why)).into());
    }
    check_input(request)?;
    let description = Object::new().unchecked_into::<transport::Endpoint>();
    description.set_name(endpoint.name);
    description.set_method(endpoint.method);
    description.set_from(endpoint.from.as_str());
    description.set_path(&concat(&["/", &endpoint.path_over_http::<Js>(&[])?]));
    description.set_idempotent(endpoint.idempotent);
    description.set_gateway(endpoint.gateway);
    description.set_model(&member(request, "model"));
    let call = Held::new(transport.call_endpoint(&description, options, &[])?);
    let input = with_members(request, &[]);
    Reflect::delete_property(&input, &"model".into())?;
    let is_binding = transport.is_binding();
    let mut route = route_of(transport, &call);
    route.openai = !is_binding;
    let model = call.model();
    if endpoint.name != EMBEDDINGS.name {
        // The endpoint has other names for the same parameters.
        parameters::check_request(endpoint.name == RESPONSES.name, &model, &Js(input.clone().into()))?;
    }
    let input: Object = spread(&input).unchecked_into();
    let content = prepare(route, &model, &Js(input.clone().into()))?;
    let content = if is_binding { content } else { with_model(content, model) };
    let draft = Draft::new(content, destination(transport, route), call.reject_if_busy())?;
    Ok(Begun { call, draft, input, is_binding })
}

/// The same content with the model in it.
fn with_model(content: Content<Js>, model: String) -> Content<Js> {
    let mut members = vec![("model".to_owned(), Tree::Text(model))];
    match content.body {
        Tree::Object(others) => members.extend(others),
        Tree::Value(input) => {
            members.extend(input.members().into_iter().map(|(name, value)| (name, Tree::Value(value))));
        }
        _ => {}
    }
    Content { form: Form::Json, body: Tree::Object(members), query: Vec::new() }
}

impl Begun {
    /// Sends the request; resolves when the head of the reply was received.
    async fn send(self) -> Result<Sent, JsValue> {
        let Begun { call, draft, input, is_binding } = self;
        let outcome = async {
            let outgoing = draft.finish(&call).await?;
            call.send(&outgoing).await?;
            Ok(())
        };
        match outcome.await {
            Ok(()) => Ok(Sent { call, input, is_binding }),
            Err(failure) => Err(Failure::of_call(failure, &call)),
        }
    }
}

/// A call whose reply has its head.
struct Sent {
    call: Held,
    input: Object,
    is_binding: bool,
}

impl Sent {
    /// True if a stream was requested.
    fn wants_stream(&self) -> bool {
        member(&self.input, "stream").as_bool() == Some(true)
    }

    /// True if the answer is one whole value.
    fn is_whole(&self) -> bool {
        self.call.body_kind() == transport::body_kind::JSON
    }
}

/// A stream of available bytes, as an `AIStream` of a call.
fn stream_of_bytes(call: &Call, mut bytes: Vec<u8>) -> Result<JsValue, JsValue> {
    let response = Response::new_with_opt_u8_array(Some(&mut bytes))?;
    call.stream_of(&response.body().map(JsValue::from).unwrap_or_default())
}

/// The JSON text of a parsed value.
fn json_of(value: &JsValue) -> Result<String, JsValue> {
    let text = JSON::stringify(value)?;
    Ok(text.as_string().unwrap_or_default())
}

pub(super) fn random() -> f64 {
    Math::random()
}
