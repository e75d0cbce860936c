//! Encodes a planned request: converts a tree of values and media to an [`Outgoing`].
//!
//! All of the caller's values are read before [`Draft::new`] returns; only media from streams and blobs is
//! awaited. In a JSON body media is inserted as bytes, without creating a string of it.

use js_sys::{Array, JSON, JsString, Math, Object, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, FormData};

use super::failure::Failure;
use super::media_in::{Destination, LARGE, Made, Slot, inputs_maker, stream_maker};
use super::task::with_members;
use super::transport::{Call, Outgoing};
use crate::error::Error;
use crate::js::chunks::join;
use crate::js::package::copy_of;
use crate::js::value::{Js, is_blob, member};
use crate::tasks::request::{Content, Form};
use crate::text::{concat, decimal, split_first};
use crate::value::Tree;

const JSON_TYPE: &str = "application/json";

#[wasm_bindgen]
extern "C" {
    /// Throws for a symbol.
    #[wasm_bindgen(js_name = String, catch)]
    fn string_of(value: &JsValue) -> Result<JsString, JsValue>;

    type TextEncoder;
    #[wasm_bindgen(constructor)]
    fn new() -> TextEncoder;
    #[wasm_bindgen(method)]
    fn encode(this: &TextEncoder, text: &JsValue) -> Uint8Array;

    /// An input of the binding that is a stream, for `inputsMaker`.
    #[wasm_bindgen(extends = Object)]
    type StreamInput;
    #[wasm_bindgen(method, setter, structural)]
    fn set_name(this: &StreamInput, name: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_body(this: &StreamInput, body: &JsValue);
    #[wasm_bindgen(method, setter, structural, js_name = contentType)]
    fn set_content_type(this: &StreamInput, content_type: &str);
}

/// A request that is being encoded.
#[derive(Debug)]
pub struct Draft {
    to: Destination,
    body: Body,
}

#[derive(Debug)]
enum Body {
    /// JSON text with `mark`, in quotes, as the placeholder of each slot.
    Json { text: JsString, mark: String, slots: Vec<Slot> },
    /// The binding's inputs, and the places of the slots in them.
    Inputs { inputs: Object, slots: Vec<Place> },
    /// Media as the whole body.
    Raw { slot: Slot, query: Array },
    /// The parts of a form, by name.
    Form(Vec<(String, Part)>),
}

/// A member that is set when its media has been read.
#[derive(Debug)]
struct Place {
    owner: Object,
    name: JsValue,
    slot: Slot,
}

#[derive(Debug)]
enum Part {
    Text(JsString),
    Media(Slot),
}

impl Draft {
    /// Reads all of the caller's values.
    pub fn new(content: Content<Js>, to: Destination, reject_if_busy: bool) -> Result<Self, Failure> {
        let body = match (content.form, content.body) {
            (Form::Raw, Tree::Media(media)) => {
                let query = query_of(content.query)?;
                Body::Raw { slot: Slot::begin(media, to)?, query }
            }
            (Form::Multipart, Tree::Object(members)) => {
                let part = |(name, member)| Ok((name, part_of(member, to)?));
                Body::Form(members.into_iter().map(part).collect::<Result<_, Failure>>()?)
            }
            (_, tree) if to.binding => {
                let mut builder = Builder { to, mark: None, slots: Vec::new() };
                let inputs = builder.value(tree)?.unchecked_into();
                Body::Inputs { inputs, slots: builder.slots }
            }
            (_, tree) => json(tree, to, reject_if_busy)?,
        };
        Ok(Draft { to, body })
    }

    /// Awaits the media.
    pub async fn finish(self, call: &Call) -> Result<Outgoing, Failure> {
        let to = self.to;
        match self.body {
            Body::Json { text, slots, .. } if slots.is_empty() => Ok(json_outgoing(&text, &text)),
            Body::Json { text, mark, slots } => {
                let encoder = TextEncoder::new();
                let pieces = text.split(&concat(&["\"", &mark, "\""]));
                let parts = Array::of1(&encoder.encode(&pieces.get(0)));
                for (at, slot) in slots.into_iter().enumerate() {
                    if let Made::Json(text) = slot.finish(call, to).await? {
                        parts.push(&text);
                    }
                    parts.push(&encoder.encode(&pieces.get(at as u32 + 1)));
                }
                let outgoing = json_outgoing(&JsValue::UNDEFINED, &text);
                set_body(&outgoing, &parts, to)?;
                Ok(outgoing)
            }
            Body::Inputs { inputs, slots } => {
                let streams = Array::new();
                let mut replayable = true;
                for Place { owner, name, slot } in slots {
                    match slot.finish(call, to).await? {
                        Made::Stream { body, content_type, replayable: again } => {
                            let stream = Object::new().unchecked_into::<StreamInput>();
                            stream.set_name(&name.as_string().unwrap_or_default());
                            stream.set_body(&body);
                            stream.set_content_type(&content_type);
                            streams.push(&stream);
                            replayable &= again;
                        }
                        Made::Value(value) | Made::Json(value) => {
                            Reflect::set(&owner, &name, &value)?;
                        }
                        Made::Body { .. } => {}
                    }
                }
                let outgoing = Outgoing::new(&inputs);
                outgoing.set_texts(&inputs);
                outgoing.set_replayable(replayable);
                if streams.length() > 0 {
                    outgoing.set_make(&inputs_maker(&inputs, &streams));
                }
                Ok(outgoing)
            }
            Body::Raw { slot, query } => {
                let outgoing = Outgoing::new(&JsValue::UNDEFINED);
                if let Made::Body { bytes, content_type } = slot.finish(call, to).await? {
                    outgoing.set_content_type(&content_type);
                    set_body(&outgoing, &Array::of1(&bytes), to)?;
                }
                outgoing.set_texts(&query);
                outgoing.set_query(&query);
                Ok(outgoing)
            }
            Body::Form(parts) => {
                let form = FormData::new()?;
                for (name, part) in parts {
                    match part {
                        Part::Text(text) => form.append_with_str(&name, &String::from(text))?,
                        Part::Media(slot) => {
                            if let Made::Value(value) = slot.finish(call, to).await? {
                                append(&form, &name, &value)?;
                            }
                        }
                    }
                }
                let outgoing = Outgoing::new(&form);
                outgoing.set_texts(&form);
                Ok(outgoing)
            }
        }
    }
}

/// Converts a tree to JavaScript values.
struct Builder {
    to: Destination,
    /// The placeholder of media in JSON text. `None` on the binding.
    mark: Option<JsValue>,
    slots: Vec<Place>,
}

impl Builder {
    fn value(&mut self, tree: Tree<Js>) -> Result<JsValue, Failure> {
        Ok(match tree {
            // Serialization makes a copy.
            Tree::Value(Js(value)) if self.mark.is_some() => value,
            Tree::Value(Js(value)) => copy_of(&value)?,
            Tree::Boolean(value) => value.into(),
            Tree::Number(value) => value.into(),
            Tree::Text(text) => text.into(),
            // Media is always a member or an item in JSON.
            Tree::Media(_) => JsValue::UNDEFINED,
            Tree::List(items) => {
                let list = Array::new();
                for (at, item) in items.into_iter().enumerate() {
                    self.put(list.unchecked_ref(), JsValue::from_f64(at as f64), item)?;
                }
                list.into()
            }
            Tree::Object(members) => {
                let object = Object::new();
                for (name, member) in members {
                    self.put(&object, JsValue::from_str(&name), member)?;
                }
                object.into()
            }
        })
    }

    fn put(&mut self, owner: &Object, name: JsValue, tree: Tree<Js>) -> Result<(), Failure> {
        let value = match tree {
            Tree::Media(media) => {
                let slot = Slot::begin(media, self.to)?;
                let place = Place { owner: owner.clone(), name: name.clone(), slot };
                self.slots.push(place);
                self.mark.clone().unwrap_or_default()
            }
            tree => self.value(tree)?,
        };
        Reflect::set(owner, &name, &value)?;
        Ok(())
    }
}

fn json(tree: Tree<Js>, to: Destination, reject_if_busy: bool) -> Result<Body, Failure> {
    let part = || decimal((Math::random() * 1e15) as i64);
    // Random, so that no value of the caller's can be equal to it.
    let mark = concat(&["media ", &part(), " ", &part()]);
    let mut builder = Builder { to, mark: Some(JsValue::from_str(&mark)), slots: Vec::new() };
    let mut body = builder.value(tree)?;
    if reject_if_busy {
        body = with_option(&body);
    }
    let text = JSON::stringify(&body).map_err(|cause| {
        Failure::Caused(Error::invalid("input", "The input cannot be JSON (a cycle, or a BigInt?)."), cause)
    })?;
    let slots = builder.slots.into_iter().map(|place| place.slot).collect();
    Ok(Body::Json { text, mark, slots })
}

/// Over HTTP `rejectIfBusy` is a member of the body's `options`.
fn with_option(body: &JsValue) -> JsValue {
    let options = with_members(&member(body, "options"), &[("rejectIfBusy", &JsValue::TRUE)]);
    with_members(body, &[("options", &options)]).into()
}

fn json_outgoing(value: &JsValue, text: &JsString) -> Outgoing {
    let outgoing = Outgoing::new(value);
    outgoing.set_content_type(JSON_TYPE);
    outgoing.set_texts(text);
    outgoing
}

/// A body of pieces, each a `Uint8Array` or a `Blob`. `fetch` copies a complete array, and allocates many
/// small buffers when it reads a blob. So a large body is a stream of views, where `fetch` supports streams.
fn set_body(outgoing: &Outgoing, parts: &Array, to: Destination) -> Result<(), JsValue> {
    let has_blob = parts.iter().any(|part| is_blob(&part));
    let pieces = || parts.iter().map(JsCast::unchecked_into::<Uint8Array>);
    let length: f64 = if has_blob { 0.0 } else { pieces().map(|piece| f64::from(piece.length())).sum() };
    if has_blob || (length >= f64::from(LARGE) && !to.takes_streams) {
        outgoing.set_value(Blob::new_with_blob_sequence(parts)?.as_ref());
    } else if length < f64::from(LARGE) {
        outgoing.set_value(&join(pieces().collect()));
    } else {
        outgoing.set_make(&stream_maker(parts));
        outgoing.set_content_length(length);
    }
    Ok(())
}

/// A value without media.
fn value_of(tree: Tree<Js>) -> Result<JsValue, Failure> {
    let to = Destination { binding: false, takes_streams: false };
    Builder { to, mark: Some(JsValue::UNDEFINED), slots: Vec::new() }.value(tree)
}

/// Inputs beside a raw body: strings unchanged, others as JSON text.
fn query_of(members: Vec<(String, Tree<Js>)>) -> Result<Array, Failure> {
    let query = Array::new();
    for (name, member) in members {
        let value = value_of(member)?;
        let text = if value.is_string() { value } else { JSON::stringify(&value)?.into() };
        query.push(&Array::of2(&JsValue::from_str(&name), &text));
    }
    Ok(query)
}

fn part_of(member: Tree<Js>, to: Destination) -> Result<Part, Failure> {
    match member {
        Tree::Media(media) => Slot::begin(media, to).map(Part::Media),
        member => Ok(Part::Text(string_of(&value_of(member)?)?)),
    }
}

/// Some form parsers require a file name with an extension.
fn append(form: &FormData, name: &str, blob: &JsValue) -> Result<(), JsValue> {
    let blob = blob.unchecked_ref::<Blob>();
    let content_type = blob.type_();
    let subtype = split_first(&content_type, b'/').map_or("", |(_, subtype)| subtype);
    let end = subtype.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(subtype.len());
    let ending = if end == 0 { "bin" } else { subtype.get(..end).unwrap_or("bin") };
    form.append_with_blob_and_filename(name, blob, &concat(&[name, ".", ending]))
}
