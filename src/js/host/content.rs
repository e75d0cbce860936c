//! The content of a request: the caller's input as a body, or as the inputs of the binding. The caller's
//! objects are never changed, and later changes by the caller have no effect.

use std::cell::RefCell;

use js_sys::{Array, Function, JSON, JsString, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::Response;

use super::platform;
use crate::client::Failure;
use crate::client::host::Content;
use crate::error::Error;
use crate::input_redaction::InputRedactor;
use crate::js::outgoing::Outgoing;
use crate::js::package::{copy_of, text_source_of, texts_of};
use crate::js::promise::settled;
use crate::js::value::{Kind, entries, is_form, is_list, is_stream, kind_of, member, set, with};
use crate::text::{concat, contains_word};
use crate::wire::write::Writer;

type Refusal = Failure<super::JsHost>;

/// Larger forms are not serialized: their blobs are read while they are sent.
const MAX_WRITTEN_BYTES: f64 = 64.0 * 1024.0 * 1024.0;

/// The source of an input's strings: JSON text, an immutable value, or undefined if there are none.
#[derive(Clone, Default)]
pub struct Texts(JsValue);

impl Texts {
    /// Removes them from a message of the service.
    pub fn redact_input(&self, redactor: &mut InputRedactor<'_>) {
        if !self.0.is_undefined() {
            // A member that throws when it is read was never sent.
            let _ = texts_of(&self.0, &mut |texts| redactor.add(&texts.to_vec()));
        }
    }
}

/// See the module.
pub struct JsContent {
    /// The body, or the binding's inputs.
    value: RefCell<JsValue>,
    /// Creates the value for each attempt.
    make: Option<Function>,
    content_type: RefCell<Option<String>>,
    /// Length of a body that is a stream.
    pub content_length: Option<f64>,
    query: Vec<(String, String)>,
    replayable: bool,
    /// The source of its strings.
    pub texts: Texts,
    /// The function of the binding that is called instead of `run`: `(options, signal) => Promise`.
    pub on_binding: Option<Function>,
    /// The caller's options that are passed to the binding unchanged.
    others: RefCell<Option<Object>>,
    /// True if it opens a WebSocket.
    websocket: bool,
    /// The model, if the body over HTTP contains it: `{ model, input }`.
    pub named: Option<String>,
    /// Adjusts the URL of a request over HTTP before it is sent; see [`Outgoing::rewrite`].
    pub rewrite: Option<Function>,
}

impl JsContent {
    /// Sets the caller's options that are passed to the binding unchanged.
    pub fn set_others(&self, others: Option<Object>) {
        *self.others.borrow_mut() = others;
    }

    /// Returns them.
    pub fn others(&self) -> Option<Object> {
        self.others.borrow().clone()
    }

    fn new(value: JsValue) -> Self {
        Self {
            value: RefCell::new(value),
            make: None,
            content_type: RefCell::new(None),
            content_length: None,
            query: Vec::new(),
            replayable: true,
            texts: Texts::default(),
            on_binding: None,
            others: RefCell::new(None),
            websocket: false,
            named: None,
            rewrite: None,
        }
    }

    /// No body.
    pub fn empty() -> Self {
        Self::new(JsValue::UNDEFINED)
    }

    /// Content that another module has encoded.
    pub fn from_outgoing(outgoing: &Outgoing) -> Self {
        let pairs = outgoing.query().unwrap_or_default();
        let pair = |pair: JsValue| {
            let pair = pair.dyn_into::<Array>().ok()?;
            Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
        };
        Self {
            make: outgoing.make(),
            content_type: RefCell::new(outgoing.content_type()),
            content_length: outgoing.content_length(),
            query: pairs.iter().filter_map(pair).collect(),
            replayable: outgoing.replayable(),
            websocket: outgoing.websocket(),
            rewrite: outgoing.rewrite(),
            texts: Texts(outgoing.texts()),
            ..Self::new(outgoing.value())
        }
    }

    /// An input for HTTP.
    pub fn for_http(input: &JsValue, model: &str, reject_if_busy: bool) -> Result<Self, Refusal> {
        let raw = match raw(input, None) {
            Some(raw) => Some(raw),
            None => sole_media(input, model)?,
        };
        if let Some(raw) = raw {
            if reject_if_busy {
                return Err(Error::invalid("rejectIfBusy", "rejectIfBusy needs a JSON input.").into());
            }
            return Ok(raw);
        }
        if reject_if_busy { Self::json(&with_reject_if_busy(input)) } else { Self::json(input) }
    }

    /// JSON text.
    pub fn json(value: &JsValue) -> Result<Self, Refusal> {
        let text = to_json(value)?;
        Ok(Self {
            content_type: RefCell::new(Some("application/json".to_owned())),
            texts: Texts(text_source_of(value, &text).map_err(Failure::Foreign)?),
            ..Self::new(text)
        })
    }

    /// An input for the binding, copied.
    pub fn for_binding(input: &JsValue) -> Result<Self, Refusal> {
        let kind = Kind::of(input);
        if kind == Kind::Form {
            return Ok(Self { texts: Texts(input.clone()), ..Self::new(input.clone()) });
        }
        if matches!(kind, Kind::Blob | Kind::Bytes | Kind::Stream) {
            let message = "The binding takes raw bytes as a named input: { audio: { body: stream, contentType: \"audio/mpeg\" } }.";
            return Err(Error::invalid("input", message).into());
        }
        check_plain(input)?;
        let streams = |(_, value): (JsValue, JsValue)| is_stream(&member(&value, "body"));
        let replayable = !entries(input).map_err(Failure::Foreign)?.into_iter().any(streams);
        let copy = copy_of(input).map_err(Failure::Foreign)?;
        Ok(Self { replayable, texts: Texts(copy.clone()), ..Self::new(copy) })
    }

    /// The value for one attempt. A form is sent to the binding as bytes, with a content type that contains
    /// the boundary.
    pub fn value(&self) -> Result<JsValue, JsValue> {
        match &self.make {
            Some(make) => make.call0(&JsValue::UNDEFINED),
            None => Ok(self.value.borrow().clone()),
        }
    }

    /// The body of a request over HTTP.
    pub fn body(&self) -> Result<JsValue, Refusal> {
        let value = self.value().map_err(Failure::Foreign)?;
        let Some(model) = self.named.as_deref().filter(|_| !self.websocket) else { return Ok(value) };
        let Ok(input) = value.dyn_into::<JsString>() else {
            let message = "A model of another author takes JSON alone: give media as base64 or a data URL.";
            return Err(Error::invalid("input", message).into());
        };
        // The input's text is not copied into the wasm.
        let begin = Writer::object(|out| out.text("model", model));
        let begin = concat(&[begin.strip_suffix('}').unwrap_or(&begin), ",\"input\":"]);
        Ok(JsString::from(begin).concat(&input).concat(&"}".into()).into())
    }

    /// The value for the binding.
    pub fn inputs(&self) -> Result<JsValue, JsValue> {
        let value = self.value()?;
        if is_form(&value) { multipart(&value) } else { Ok(value) }
    }

    /// A value that contains the input's strings and numbers, or its JSON text.
    pub fn text_source(&self) -> Option<&JsValue> {
        Some(&self.texts.0).filter(|source| !source.is_undefined())
    }

    /// Serializes a form to bytes: aborting the transmission of a form ends Node's process with an exception.
    pub async fn write_out(&self) -> Result<(), JsValue> {
        let form = self.value.borrow().clone();
        if !is_form(&form) || !platform::is_node() || size_of(&form) > MAX_WRITTEN_BYTES {
            return Ok(());
        }
        let written = Response::new_with_opt_form_data(Some(form.unchecked_ref()))?;
        let content_type = written.headers().get("content-type")?;
        let bytes: Promise = written.array_buffer()?.unchecked_into();
        let bytes = Uint8Array::new(&settled(&bytes).await?);
        *self.content_type.borrow_mut() = content_type;
        *self.value.borrow_mut() = bytes.into();
        Ok(())
    }
}

impl Content for JsContent {
    fn content_type(&self) -> Option<String> {
        self.content_type.borrow().clone()
    }

    fn query(&self) -> Vec<(String, String)> {
        self.query.clone()
    }

    fn names_model(&self) -> bool {
        self.named.is_some() && !self.websocket
    }

    fn replayable(&self) -> bool {
        self.replayable
    }

    fn websocket(&self) -> bool {
        self.websocket
    }
}

fn check_plain(input: &JsValue) -> Result<(), Refusal> {
    if input.is_object() && !is_list(input) {
        return Ok(());
    }
    let why =
        ["The input must be an object with the model's inputs, bytes, or a form, not ", kind_of(input), "."];
    Err(Error::invalid("input", &concat(&why)).into())
}

fn with_reject_if_busy(input: &JsValue) -> JsValue {
    let options = with(&member(input, "options"), "rejectIfBusy", &JsValue::TRUE);
    with(input, "options", &options)
}

/// Bytes, a blob, a stream or a form as the whole body.
fn raw(value: &JsValue, content_type: Option<String>) -> Option<JsContent> {
    if !value.is_object() {
        return None;
    }
    let kind = Kind::of(value);
    let form = kind == Kind::Form;
    let replayable = match kind {
        Kind::Blob | Kind::Form | Kind::Bytes => true,
        Kind::Stream => false,
        _ => return None,
    };
    let own = || if kind == Kind::Blob { member(value, "type").as_string() } else { None };
    let stated = content_type.or_else(own).filter(|stated| !stated.is_empty());
    let stated = stated.unwrap_or_else(|| "application/octet-stream".to_owned());
    Some(JsContent {
        // For a form the platform sets the type, with the boundary.
        content_type: RefCell::new((!form).then_some(stated)),
        replayable,
        texts: if form { Texts(value.clone()) } else { Texts::default() },
        ..JsContent::new(value.clone())
    })
}

/// The only top-level input of the form `{ body, contentType }` with a raw body.
fn sole_media(input: &JsValue, model: &str) -> Result<Option<JsContent>, Refusal> {
    check_plain(input)?;
    let entries = entries(input).map_err(Failure::Foreign)?;
    let mut found: Option<(JsValue, JsContent)> = None;
    for (name, value) in &entries {
        if !value.is_object() {
            continue;
        }
        let body = member(value, "body");
        if !body.is_object() {
            continue;
        }
        let Some(body) = raw(&body, member(value, "contentType").as_string()) else { continue };
        if found.is_some() {
            let name = name.as_string().unwrap_or_default();
            return Err(Error::invalid(&name, "Only one input can be a raw body.").into());
        }
        found = Some((name.clone(), body));
    }
    let Some((media, mut content)) = found else { return Ok(None) };
    for (name, value) in &entries {
        if *name == media || value.is_undefined() || value.is_null() {
            continue;
        }
        let name = name.as_string().unwrap_or_default();
        // Only nova-3 reads parameters from the query.
        if !contains_word(model, "/nova-3") {
            let why = [&name, " cannot go beside a raw body: send the media as base64 or numbers."];
            return Err(Error::invalid(&name, &concat(&why)).into());
        }
        let value = match value.as_string() {
            Some(text) => text,
            None => to_json(value)?.as_string().unwrap_or_default(),
        };
        content.query.push((name, value));
    }
    Ok(Some(content))
}

/// The JSON text of a value; it is not copied into the wasm.
fn to_json(value: &JsValue) -> Result<JsValue, Refusal> {
    match JSON::stringify(value) {
        Ok(text) if text.is_string() => Ok(text.into()),
        Ok(_) => Err(Error::invalid("input", "The input has no JSON form.").into()),
        Err(cause) => {
            let message = "The input cannot be JSON (a cycle, or a BigInt?).";
            Err(Failure::Error(Error::invalid("input", message), Some(cause)))
        }
    }
}

/// A form as the binding's input.
fn multipart(form: &JsValue) -> Result<JsValue, JsValue> {
    let response = Response::new_with_opt_form_data(Some(form.unchecked_ref()))?;
    // Read before the body: Bun drops it afterwards.
    let content_type = response.headers().get("content-type")?;
    let part = Object::new();
    set(&part, "body", &response.body().into());
    set(&part, "contentType", &content_type.into());
    let inputs = Object::new();
    set(&inputs, "multipart", &part);
    Ok(inputs.into())
}

/// Size of a form's parts in bytes and characters.
fn size_of(form: &JsValue) -> f64 {
    let size = |part: &JsValue| member(part, "size").as_f64().or_else(|| member(part, "length").as_f64());
    let Ok(Some(parts)) = js_sys::try_iter(form) else { return 0.0 };
    let part = |entry: Result<JsValue, JsValue>| Reflect::get_u32(&entry.ok()?, 1).ok();
    let text = |part: JsValue| part.as_string().map(|text| text.len() as f64).or_else(|| size(&part));
    parts.filter_map(|entry| text(part(entry)?)).sum()
}
