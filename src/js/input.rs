//! The caller's input on its way out: the body of an HTTP request, or the inputs of the binding.
//! The caller's own objects are never changed.

use js_sys::Object;
use wasm_bindgen::prelude::*;

use super::convert::{
    bytes_of, construct, get, get_string, has_tag, is_nothing, is_stream, names, set, shallow_copy, stringify,
};
use super::error::Failure;
use super::fields::kind_of;
use crate::error::Error;
use crate::model::Model;
use crate::options::Call;
use crate::plan::rest::BodyFacts;
use crate::text::contains_word;

const JSON_TYPE: &str = "application/json";
const BYTES_TYPE: &str = "application/octet-stream";

/// A request's body.
pub struct Body {
    /// For `fetch`.
    pub value: JsValue,
    /// What is said of it outside.
    pub facts: BodyFacts,
    /// Can it be sent again? A stream cannot.
    pub replayable: bool,
}

/// Encodes an input for HTTP.
pub fn http(input: &JsValue, model: &Model, call: &Call) -> Result<Body, Failure> {
    if let Some(body) = raw(input, None) {
        return refuse_options(body, call);
    }
    if !input.is_object() || js_sys::Array::is_array(input) {
        return Err(not_an_input(input).into());
    }
    if let Some((name, media)) = sole_media(input)? {
        let content_type = get_string(&media, "contentType");
        let mut body = raw(&get(&media, "body"), content_type).ok_or_else(|| not_an_input(input))?;
        body.facts.query = beside(input, &name, model)?;
        return refuse_options(body, call);
    }
    Ok(Body {
        value: json(input, call)?,
        facts: BodyFacts { content_type: Some(JSON_TYPE.to_owned()), query: Vec::new() },
        replayable: true,
    })
}

/// Checks an input for the binding and takes a copy, so that what the caller does to it later has no effect.
pub fn snapshot(input: &JsValue) -> Result<JsValue, Failure> {
    if has_tag(input, &["FormData"]) {
        return Ok(input.clone());
    }
    if raw(input, None).is_some() {
        let why = "The binding takes raw bytes as a named input, for instance { audio: { body: stream, contentType: \"audio/mpeg\" } }.";
        return Err(Error::invalid("input", why).into());
    }
    if !input.is_object() || js_sys::Array::is_array(input) {
        return Err(not_an_input(input).into());
    }
    let copy = shallow_copy(input);
    for name in names(input) {
        if let Some(list) = get(input, &name).dyn_ref::<js_sys::Array>() {
            set(&copy, &name, &list.slice(0, list.length()));
        }
    }
    Ok(copy.into())
}

/// The inputs for one call of the binding, which does its own encoding.
pub fn binding(snapshot: &JsValue) -> Result<JsValue, Failure> {
    if has_tag(snapshot, &["FormData"]) { multipart(snapshot) } else { Ok(snapshot.clone()) }
}

/// Can the binding be given it twice? Not if one of the inputs is a stream.
pub fn is_replayable(snapshot: &JsValue) -> bool {
    has_tag(snapshot, &["FormData"])
        || !names(snapshot).iter().any(|name| is_stream(&get(&get(snapshot, name), "body")))
}

fn not_an_input(input: &JsValue) -> Error {
    Error::invalid(
        "input",
        format!(
            "The input must be an object with the model's inputs, bytes, or a form, not {}.",
            kind_of(input)
        ),
    )
}

/// Bytes, a blob, a stream or a form as a body of its own.
fn raw(value: &JsValue, content_type: Option<String>) -> Option<Body> {
    let typed = |content_type: Option<String>| BodyFacts {
        content_type: Some(content_type.unwrap_or_else(|| BYTES_TYPE.to_owned())),
        query: Vec::new(),
    };
    if bytes_of(value).is_some() {
        return Some(Body { value: value.clone(), facts: typed(content_type), replayable: true });
    }
    if has_tag(value, &["Blob", "File"]) {
        let own = get_string(value, "type").filter(|own| !own.is_empty());
        return Some(Body { value: value.clone(), facts: typed(content_type.or(own)), replayable: true });
    }
    if has_tag(value, &["FormData"]) {
        // The platform writes the boundary into the type.
        return Some(Body { value: value.clone(), facts: BodyFacts::default(), replayable: true });
    }
    is_stream(value).then(|| Body { value: value.clone(), facts: typed(content_type), replayable: false })
}

/// The one top-level input of the form `{ body, contentType }` whose body is raw.
fn sole_media(input: &JsValue) -> Result<Option<(String, JsValue)>, Error> {
    let mut found = None;
    for name in names(input) {
        let value = get(input, &name);
        if value.is_object() && raw(&get(&value, "body"), None).is_some() {
            if found.is_some() {
                return Err(Error::invalid(&name, "Only one input can be a raw body."));
            }
            found = Some((name, value));
        }
    }
    Ok(found)
}

/// The inputs beside a raw body. Only nova-3 reads any, from the query.
fn beside(input: &JsValue, media: &str, model: &Model) -> Result<Vec<(String, String)>, Error> {
    let mut query = Vec::new();
    for name in names(input) {
        let value = get(input, &name);
        if name == media || is_nothing(&value) {
            continue;
        }
        if !contains_word(model.as_str(), "/nova-3") {
            return Err(Error::invalid(
                &name,
                format!(
                    "{name} cannot go beside a raw body to this model: send the media as base64 or as an array of numbers."
                ),
            ));
        }
        let text = match value.as_string() {
            Some(text) => text,
            None => stringify(&value)
                .ok()
                .flatten()
                .map(String::from)
                .ok_or_else(|| Error::invalid(&name, format!("{name} has no text form.")))?,
        };
        query.push((name, text));
    }
    Ok(query)
}

fn refuse_options(body: Body, call: &Call) -> Result<Body, Failure> {
    if call.reject_if_busy {
        let why = "rejectIfBusy needs a JSON input: a raw body has no place for it.";
        return Err(Error::invalid("rejectIfBusy", why).into());
    }
    Ok(body)
}

fn json(input: &JsValue, call: &Call) -> Result<JsValue, Failure> {
    let value = if call.reject_if_busy {
        let copy = shallow_copy(input);
        let options = shallow_copy(&get(input, "options"));
        set(&options, "rejectIfBusy", &JsValue::TRUE);
        set(&copy, "options", &options);
        copy.into()
    } else {
        input.clone()
    };
    let refuse = || Error::invalid("input", "The input cannot be written as JSON (a cycle, or a BigInt?).");
    match stringify(&value) {
        Ok(Some(text)) => Ok(text.into()),
        Ok(None) => Err(refuse().into()),
        Err(thrown) => Err(Failure::caused(refuse(), thrown)),
    }
}

/// A form as the binding wants it: the bytes, and a type that names the boundary.
fn multipart(form: &JsValue) -> Result<JsValue, Failure> {
    let refuse = |thrown| Failure::caused(Error::invalid("input", "The form could not be read."), thrown);
    let response = construct("Response", &[form]).map_err(refuse)?;
    let headers = get(&response, "headers");
    let content_type = super::convert::invoke(&headers, "get", &[&"content-type".into()]).map_err(refuse)?;
    let part = Object::new();
    set(&part, "body", &get(&response, "body"));
    set(&part, "contentType", &content_type);
    let inputs = Object::new();
    set(&inputs, "multipart", &part);
    Ok(inputs.into())
}
