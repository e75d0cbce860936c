//! `models`: the live catalogue.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, Object, Promise, Set};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::each::each;
use super::endpoint::{EndpointCall, Member, Request};
use super::failure::Failure;
use super::promise::{promise, rejected};
use super::serialize::to_object;
use super::transport::Transport;
use crate::error::Error;
use crate::js::value::{Js, member};
use crate::model::Model;
use crate::plan::endpoint::{MODELS_LIST, MODELS_SCHEMA};
use crate::service::models::{self, Filter, Standing};
use crate::value::Tree;

/// The models that match a filter, before any request.
#[wasm_bindgen(skip_typescript)]
pub struct ModelList {
    transport: Transport,
    filter: Result<Filter<Js>, Error>,
    options: JsValue,
}

/// All models that match a filter: as an iterator, or at once. An invalid filter is rejected there.
#[wasm_bindgen(js_name = models_list, skip_typescript)]
pub fn models_list(transport: &Transport, filter: &JsValue, options: &JsValue) -> ModelList {
    let is_there = !filter.is_undefined() && !filter.is_null();
    let filter = if is_there { filter.clone() } else { Object::new().into() };
    ModelList { transport: transport.clone(), filter: Filter::read(&Js(filter)), options: options.clone() }
}

#[wasm_bindgen]
impl ModelList {
    /// An async iterator of the models. Pages are requested on demand.
    #[wasm_bindgen(skip_typescript)]
    pub fn each(&self) -> JsValue {
        each(ModelSteps(Rc::new(RefCell::new(Some(self.cursor())))).into())
    }

    /// A promise of all of them.
    #[wasm_bindgen(skip_typescript)]
    pub fn all(&self) -> Promise {
        let mut cursor = self.cursor();
        promise(async move {
            let all = Array::new();
            while let Some(model) = cursor.next().await? {
                all.push(&model);
            }
            Ok(all.into())
        })
    }
}

impl ModelList {
    fn cursor(&self) -> Cursor {
        Cursor::new(&self.transport, self.filter.clone(), &self.options)
    }
}

/// Yields the models one by one.
#[wasm_bindgen(skip_typescript)]
pub struct ModelSteps(Rc<RefCell<Option<Cursor>>>);

#[wasm_bindgen]
impl ModelSteps {
    /// A promise of the next model, `undefined` at the end. It must not be called again before it has
    /// settled.
    #[wasm_bindgen(skip_typescript)]
    pub fn next(&self) -> Promise {
        let place = self.0.clone();
        promise(async move {
            let current = place.borrow_mut().take();
            let Some(mut cursor) = current else { return Ok(JsValue::UNDEFINED) };
            let next = cursor.next().await;
            *place.borrow_mut() = Some(cursor);
            Ok(next?.unwrap_or_default())
        })
    }
}

/// The position in a list.
struct Cursor {
    transport: Transport,
    filter: Result<Filter<Js>, Error>,
    options: JsValue,
    /// The next page; none at the end.
    page: Option<u32>,
    standing: Standing,
    /// Models of the last page.
    ready: VecDeque<JsValue>,
    /// The names of the received models.
    seen: Set,
}

impl Cursor {
    fn new(transport: &Transport, filter: Result<Filter<Js>, Error>, options: &JsValue) -> Self {
        Cursor {
            transport: transport.clone(),
            filter,
            options: options.clone(),
            page: Some(1),
            standing: Standing::default(),
            ready: VecDeque::new(),
            seen: Set::new(&JsValue::UNDEFINED),
        }
    }

    async fn next(&mut self) -> Result<Option<JsValue>, JsValue> {
        loop {
            if let Some(model) = self.ready.pop_front() {
                self.seen.add(&member(&model, "name"));
                return Ok(Some(model));
            }
            let Some(page) = self.page.take() else { return Ok(None) };
            self.read(page).await?;
        }
    }

    async fn read(&mut self, page: u32) -> Result<(), JsValue> {
        let filter = self.filter.as_ref().map_err(|error| Failure::from(error.clone()).without_call())?;
        let query = filter.query(page);
        let parameters = object_of(&query);
        let request = Request {
            query,
            member: Some(Member { method: None, arguments: Box::new(move |_| Array::of1(&parameters)) }),
            ..Request::new(&MODELS_LIST)
        };
        let call =
            EndpointCall::begin(&self.transport, request, &self.options).map_err(Failure::without_call)?;
        let answer = call.answer(|answer| Ok(models::page(&answer.whole, &answer.result)?)).await?;
        let count = answer.items.len();
        let is_fresh = |model: &Js| !self.seen.has(&member(&model.0, "name"));
        let fresh = answer.items.into_iter().filter(is_fresh).collect::<Vec<_>>();
        self.standing.read(page, count, fresh.len());
        if filter.goes_on(&self.standing, answer.total) {
            self.page = Some(page + 1);
        }
        for model in fresh {
            self.ready.push_back(described(model).map_err(Failure::without_call)?);
        }
        Ok(())
    }
}

/// The parameters of a query, for the binding's own function.
fn object_of(query: &[(String, Tree<Js>)]) -> Object {
    let object = Object::new();
    for (name, value) in query {
        let value = match value {
            Tree::Value(Js(value)) => value.clone(),
            Tree::Text(text) => text.as_str().into(),
            Tree::Number(number) => (*number).into(),
            Tree::Boolean(flag) => (*flag).into(),
            _ => continue,
        };
        // Cannot fail on a plain object.
        let _ = js_sys::Reflect::set(&object, &JsValue::from_str(name), &value);
    }
    object
}

/// A model of the service, with additional properties in normalized types.
fn described(model: Js) -> Result<JsValue, Failure> {
    let properties = to_object(&models::properties(&model))?;
    let copy = Object::assign(&Object::new(), model.0.unchecked_ref());
    Ok(Object::assign(&copy, &properties).into())
}

/// One model by its id.
#[wasm_bindgen(js_name = models_get, skip_typescript)]
pub fn models_get(transport: &Transport, id: &JsValue, options: &JsValue) -> Promise {
    let (transport, options) = (transport.clone(), options.clone());
    let id = match check_id(id) {
        Ok(id) => id,
        Err(error) => return rejected(error),
    };
    promise(async move {
        for name in [Some(models::search_term(&id)), None] {
            let mut cursor = Cursor::new(&transport, Ok(Filter::search(name)), &options);
            while let Some(model) = cursor.next().await? {
                if member(&model, "name").as_string().as_ref() == Some(&id) {
                    return Ok(model);
                }
            }
        }
        Err(Failure::from(models::missing(&id)).without_call())
    })
}

/// The input and output of a model as JSON Schemas.
#[wasm_bindgen(js_name = models_schema, skip_typescript)]
pub fn models_schema(transport: &Transport, id: &JsValue, options: &JsValue) -> Promise {
    let begin = || {
        let query = vec![("model".to_owned(), Tree::Text(check_id(id)?))];
        EndpointCall::begin(transport, Request { query, ..Request::new(&MODELS_SCHEMA) }, options)
    };
    match begin() {
        Ok(call) => promise(async move {
            call.answer(|answer| Ok(to_object(&models::schema(&answer.result)?)?.into())).await
        }),
        Err(failure) => rejected(failure),
    }
}

fn check_id(id: &JsValue) -> Result<String, Error> {
    let no_string = || Error::invalid("id", "The id must be a string such as @cf/author/model.");
    let id = id.as_string().ok_or_else(no_string)?;
    Model::parse(&id)?;
    Ok(id)
}
