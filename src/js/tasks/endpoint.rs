//! A call of an endpoint other than a run of a model, through any door: with the options, retries, limits,
//! hooks and errors of every other call. [`crate::plan::endpoint`] defines the paths, and the binding's
//! equivalents.

use std::rc::Rc;

use js_sys::{Array, Function, JSON, Object};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::failure::Failure;
use super::held::Held;
use super::promise::promise;
use super::transport::{self, Call, Outgoing, Transport};
use crate::js::value::{Js, member, set};
use crate::plan::endpoint::{self, Endpoint, OnBinding, without_member};
use crate::text::concat;
use crate::value::Tree;

const JSON_TYPE: &str = "application/json";
/// The binding's own `fetch` uses only the path.
const BINDING_ORIGIN: &str = "https://workers-binding.ai/";

#[wasm_bindgen]
extern "C" {
    /// A binding, or a substitute for it, with a `fetch`.
    type Fetcher;
    #[wasm_bindgen(method, structural, catch)]
    fn fetch(this: &Fetcher, url: &str, init: &Object) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = Promise)]
    type AnyPromise;
    #[wasm_bindgen(static_method_of = AnyPromise)]
    fn resolve(value: &JsValue) -> js_sys::Promise;
}

/// A request to an endpoint.
pub struct Request {
    /// The endpoint.
    pub endpoint: &'static Endpoint,
    /// The ids in its path.
    pub ids: Vec<(&'static str, Js)>,
    /// Its query.
    pub query: Vec<(String, Tree<Js>)>,
    /// Its body as JSON text.
    pub body: Option<String>,
    /// How the binding's own function is called.
    pub member: Option<Member>,
    /// Options of the method, in addition to those of every call.
    pub options: &'static [&'static str],
}

/// How a function of the binding is called.
pub struct Member {
    /// If another function returns the owner of this one: the arguments of that function, the name of the
    /// method, and both for a message. Otherwise the binding is the owner.
    pub method: Option<(Array, &'static str, &'static str)>,
    /// Its arguments, from the binding's own options.
    pub arguments: Box<dyn Fn(&JsValue) -> Array>,
}

impl Request {
    /// An empty request.
    pub fn new(endpoint: &'static Endpoint) -> Self {
        Request { endpoint, ids: Vec::new(), query: Vec::new(), body: None, member: None, options: &[] }
    }
}

/// The answer of an endpoint.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The complete JSON.
    pub whole: Js,
    /// The contents of its envelope.
    pub result: Js,
}

type OnBindingCall = Closure<dyn FnMut(JsValue, JsValue) -> Result<JsValue, JsValue>>;

/// A call of an endpoint, before it is sent.
pub struct EndpointCall {
    call: Held,
    outgoing: Outgoing,
    /// Keeps the closure alive as long as the call may use it.
    _on_binding: Option<OnBindingCall>,
}

impl EndpointCall {
    /// Begins a call. Invalid ids, and endpoints that the door lacks, are rejected before anything is sent.
    pub fn begin(transport: &Transport, request: Request, options: &JsValue) -> Result<Self, Failure> {
        let Request { endpoint, ids, query, body, member, options: own } = request;
        let query = endpoint::query(&query);
        let description = Object::new().unchecked_into::<transport::Endpoint>();
        description.set_name(endpoint.name);
        description.set_method(endpoint.method);
        description.set_from(endpoint.from.as_str());
        description.set_idempotent(endpoint.idempotent);
        description.set_gateway(endpoint.gateway);
        if let Some((field, message)) = endpoint.missing {
            description.set_missing_field(field);
            description.set_missing_message(message);
        }
        let mut on_binding = None;
        if transport.is_binding() {
            let path = endpoint.path_on_binding(&ids)?.map(|path| concat(&[BINDING_ORIGIN, &path, &query]));
            if let OnBinding::Member(name, _) = endpoint.binding {
                let callee = Callee::find(&transport.binding(), name, member, path, endpoint, body.clone())?;
                let call: OnBindingCall =
                    Closure::new(move |options, signal| Ok(callee.call(options, signal)));
                description.set_on_binding(call.as_ref().unchecked_ref());
                description.set_member(name);
                on_binding = Some(call);
            }
        } else {
            // A missing base URL is reported before invalid ids.
            transport.check_base(endpoint.from.as_str())?;
            description.set_path(&concat(&["/", &endpoint.path_over_http(&ids)?, &query]));
        }
        let outgoing = match &body {
            Some(body) => json_outgoing(body),
            None => Outgoing::new(&JsValue::UNDEFINED),
        };
        let call = Held::new(transport.call_endpoint(&description, options, own)?);
        Ok(EndpointCall { call, outgoing, _on_binding: on_binding })
    }

    /// The call, for data that has to be read before sending.
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// Sends the request; the reply is read through the call.
    pub async fn open(&self) -> Result<(), JsValue> {
        self.call.send(&self.outgoing).await.map(drop)
    }

    /// Replaces the body.
    pub fn set_body(&mut self, text: &str) {
        self.outgoing = json_outgoing(text);
    }

    /// Sends a form instead of the body.
    pub fn set_form(&mut self, form: &JsValue) {
        self.outgoing = Outgoing::new(form);
        self.outgoing.set_texts(form);
    }

    /// Sends the request and reads the answer with `decode`; ends the call, whose metadata is added to
    /// failures of both.
    pub async fn answer<T>(self, decode: impl FnOnce(Answer) -> Result<T, Failure>) -> Result<T, JsValue> {
        let received = self.received().await;
        received.and_then(decode).map_err(|failure| failure.of_call(&self.call))
    }

    /// The same with `meta` in it.
    pub async fn answer_with_meta(
        self,
        decode: impl FnOnce(Answer) -> Result<Object, Failure>,
    ) -> Result<Object, JsValue> {
        let decoded = self.received().await.and_then(decode);
        decoded
            .inspect(|result| set(result, "meta", &self.call.meta()))
            .map_err(|failure| failure.of_call(&self.call))
    }

    async fn received(&self) -> Result<Answer, Failure> {
        self.call.send(&self.outgoing).await?;
        let answer = self.call.answer().await?;
        Ok(Answer { whole: Js(member(&answer, "whole")), result: Js(member(&answer, "result")) })
    }
}

/// The content of a JSON text.
pub fn json_outgoing(text: &str) -> Outgoing {
    let text = JsValue::from_str(text);
    let outgoing = Outgoing::new(&text);
    outgoing.set_content_type(JSON_TYPE);
    outgoing.set_texts(&text);
    outgoing
}

/// The function that answers on the binding.
#[derive(Clone)]
struct Callee(Rc<Kind>);

enum Kind {
    /// A function, with its owner.
    Function { owner: JsValue, function: Function, arguments: Box<dyn Fn(&JsValue) -> Array> },
    /// The binding's `fetch`.
    Fetch { binding: JsValue, url: String, method: &'static str, body: Option<String> },
    /// Finding the function has failed with this.
    Failed(JsValue),
}

impl Callee {
    /// Finds the function or its substitute.
    fn find(
        binding: &JsValue,
        name: &'static str,
        how: Option<Member>,
        url: Option<String>,
        endpoint: &Endpoint,
        body: Option<String>,
    ) -> Result<Self, Failure> {
        let kind = match (member(binding, name).dyn_into::<Function>(), how, url) {
            (Ok(function), Some(Member { method: None, arguments }), _) => {
                Kind::Function { owner: binding.clone(), function, arguments }
            }
            (Ok(function), Some(Member { method: Some((outer, method, path)), arguments }), _) => {
                match function.apply(binding, &outer) {
                    Err(cause) => Kind::Failed(cause),
                    Ok(owner) => match member(&owner, method).dyn_into::<Function>() {
                        Ok(function) => Kind::Function { owner, function, arguments },
                        Err(_) => return Err(without_member(path).into()),
                    },
                }
            }
            (_, _, Some(url)) if member(binding, "fetch").is_function() => {
                Kind::Fetch { binding: binding.clone(), url, method: endpoint.method, body }
            }
            _ => return Err(without_member(name).into()),
        };
        Ok(Callee(Rc::new(kind)))
    }

    /// Calls it. An exception becomes a rejected promise, and no result `null`.
    fn call(&self, options: JsValue, signal: JsValue) -> JsValue {
        let callee = self.clone();
        promise(async move {
            let pending = callee.begin(&options, &signal)?;
            let value = crate::js::promise::settled(&pending).await?;
            Ok(if value.is_undefined() { JsValue::NULL } else { value })
        })
        .into()
    }

    fn begin(&self, options: &JsValue, signal: &JsValue) -> Result<JsValue, JsValue> {
        match &*self.0 {
            Kind::Failed(cause) => Err(cause.clone()),
            Kind::Function { owner, function, arguments } => function.apply(owner, &arguments(options)),
            Kind::Fetch { binding, url, method, body } => {
                let init = Object::new();
                set(&init, "method", &(*method).into());
                set(&init, "signal", signal);
                if let Some(body) = body {
                    let headers = Object::new();
                    set(&headers, "content-type", &JSON_TYPE.into());
                    set(&init, "body", &body.as_str().into());
                    set(&init, "headers", &headers);
                }
                binding.unchecked_ref::<Fetcher>().fetch(url, &init)
            }
        }
    }
}

/// JSON text of an object of our own.
pub fn to_json(object: &Object) -> Result<String, Failure> {
    Ok(JSON::stringify(object)?.into())
}
