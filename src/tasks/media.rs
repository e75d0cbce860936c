//! Selects the form in which media is sent, by model and door.
//!
//! | the model accepts | over HTTP | on the binding |
//! |---|---|---|
//! | numbers, or a raw body | the raw body if there is no other input, else numbers | numbers |
//! | a stream, or a raw body | the raw body, other inputs in the query | `{ body, contentType }`; the body is base64 through a gateway |
//! | base64 | base64 | base64, but a stream is kept if the model accepts one as well |
//! | a URL | the caller's URL, or a data URL | the same |
//! | a part of a form | a part of a form | the same |

use super::fields::{Field, Fields};
use super::kind;
use super::request::{Content, Door, Form, Plan, Route, Take, TaskRequest};
use crate::catalog::{Body, InputShape, Kind, Property, Variant, Wire};
use crate::error::Error;
use crate::text::{concat, decimal};
use crate::value::{Media, MediaForm, Shape, Tree, Value, WireForm};

/// The members of an answer whose base64 is media, separated by commas.
pub const PAYLOAD: &str = "image,audio";

/// Size limit of one media value in bytes: no service accepts more, and an endless stream must be stopped.
pub const MOST_BYTES: usize = 100 << 20;

/// The caller's media, and its declared type.
#[derive(Debug)]
pub struct Source<V> {
    /// The caller's name for it.
    field: String,
    value: V,
    shape: Shape,
    media_type: Option<String>,
}

impl<V: Value> Source<V> {
    /// Reads a media value: bytes in one of their forms, or `{ body, contentType }` with these. `field` is
    /// empty for the whole input.
    pub fn read(field: &str, value: &V) -> Result<Self, Error> {
        Self::read_shape(field, value, value.shape())
    }

    /// Reads one whose shape is known.
    pub fn read_shape(field: &str, value: &V, shape: Shape) -> Result<Self, Error> {
        let name = if field.is_empty() { "input" } else { field };
        let refuse = |why: &[&str]| Err(Error::invalid(name, &concat(&[name, " ", &concat(why), "."])));
        let mut source = Self { field: field.to_owned(), value: value.clone(), shape, media_type: None };
        if shape == Shape::Object {
            let Some(body) = value.get("body") else {
                return refuse(&["is an object without a body: give bytes, or { body, contentType }"]);
            };
            source.field = if field.is_empty() { "body".to_owned() } else { concat(&[field, ".body"]) };
            source.media_type = value.get("contentType").and_then(|stated| stated.text());
            source.shape = body.shape();
            source.value = body;
        }
        match source.shape {
            Shape::Media(Some(0)) | Shape::Text(0) | Shape::List(0) => return refuse(&["is empty"]),
            Shape::Numbers(_, false) => {
                return refuse(&["has numbers that are no bytes: whole ones from 0 to 255"]);
            }
            Shape::Media(Some(length)) | Shape::Numbers(length, true) if length > MOST_BYTES => {
                return refuse(&["has more than 100 MiB, which no model takes"]);
            }
            Shape::Media(_) => {
                if let Some(MediaForm::Response(status)) = source.value.media()
                    && !(200..300).contains(&status)
                {
                    return refuse(&["is a Response that failed with status ", &decimal(status.into())]);
                }
            }
            Shape::Text(_) | Shape::Numbers(..) => {}
            shape => {
                return refuse(&[
                    "must be bytes in one of their forms, not ",
                    &kind::of_shape(&source.value, shape),
                ]);
            }
        }
        source.media_type =
            source.media_type.or_else(|| source.value.media_type()).filter(|stated| is_specific(stated));
        Ok(source)
    }

    /// True if it is a web URL.
    pub fn is_remote(&self) -> bool {
        let Some(head) = self.value.head() else { return false };
        starts_with(&head, "http://") || starts_with(&head, "https://")
    }

    fn is_stream(&self) -> bool {
        matches!(self.value.media(), Some(MediaForm::Stream | MediaForm::Response(_)))
    }

    /// The media in a form.
    pub fn in_form(self, form: WireForm) -> Tree<V> {
        // A data URL or a form part has no parameters in its type.
        let media_type = match form {
            WireForm::DataUrl | WireForm::Part => {
                self.media_type.as_deref().map(|stated| essence(stated).to_owned())
            }
            _ => self.media_type,
        };
        Tree::Media(Media { value: self.value, form, media_type, field: self.field })
    }
}

fn starts_with(text: &str, scheme: &str) -> bool {
    text.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
}

/// A media type without its parameters.
fn essence(stated: &str) -> &str {
    stated.split(';').next().unwrap_or_default().trim_ascii()
}

/// True if a declared type is informative, unlike the default types of servers for unknown files.
fn is_specific(stated: &str) -> bool {
    let essence = essence(stated);
    !essence.is_empty()
        && !essence.eq_ignore_ascii_case("application/octet-stream")
        && !essence.eq_ignore_ascii_case("binary/octet-stream")
}

/// The form for a source, by the forms of its property; `None` to send it unchanged.
fn choose<V: Value>(
    source: &Source<V>,
    property: &Property,
    route: Route,
) -> Result<Option<WireForm>, Error> {
    let takes = |wire: Wire| property.wire.contains(&wire);
    if source.is_remote() {
        if takes(Wire::Url) {
            return Ok(None);
        }
        let field = &source.field;
        let why = [
            field,
            " is a URL, which this model does not fetch: give the Response of a fetch, or the bytes.",
        ];
        return Err(Error::invalid(field, &concat(&why)));
    }
    let binding = route.door == Door::Binding;
    let streamed = binding && takes(Wire::Stream);
    let chosen = if takes(Wire::Part) {
        WireForm::Part
    } else if takes(Wire::Base64) {
        if streamed && !route.gateway && source.is_stream() { WireForm::Stream } else { WireForm::Base64 }
    } else if takes(Wire::Numbers) {
        WireForm::Numbers
    } else if takes(Wire::DataURL) || takes(Wire::Url) {
        WireForm::DataUrl
    } else if streamed {
        if route.gateway { WireForm::Wrapped } else { WireForm::Stream }
    } else {
        WireForm::Body
    };
    Ok(Some(chosen))
}

/// The form of a field's media, or none to send the field unchanged.
pub type Chosen<V> = Option<(Source<V>, WireForm)>;

/// The content of an input's fields, with media in the form that model and route need.
pub fn content<V: Value>(
    request: &TaskRequest<'_, V>,
    shape: InputShape,
    fields: Fields<V>,
    variant: &Variant,
) -> Result<Content<V>, Error> {
    let mut chosen = Vec::new();
    for field in fields.iter() {
        let property = variant.property(&field.name).filter(|property| property.kinds.contains(&Kind::Media));
        chosen.push(match property {
            Some(property) => {
                let source = Source::read_shape(&field.alias, &field.value, field.shape)?;
                choose(&source, property, request.route)?.map(|form| (source, form))
            }
            None => {
                refuse_media(field)?;
                None
            }
        });
    }
    write(request.route, Some(shape), fields, chosen)
}

/// The content of fields whose forms are chosen.
///
/// Media is the whole body if the model accepts that, and there is no other way or no other input.
pub fn write<V: Value>(
    route: Route,
    shape: Option<InputShape>,
    fields: Fields<V>,
    chosen: Vec<Chosen<V>>,
) -> Result<Content<V>, Error> {
    let only_raw = chosen.iter().flatten().any(|(_, form)| *form == WireForm::Body);
    if only_raw && route.json {
        return Err(Error::invalid(
            "rejectIfBusy",
            "This model takes a raw body, which leaves no place for rejectIfBusy.",
        ));
    }
    let takes_raw = shape.is_some_and(|shape| shape.bodies().contains(&Body::Binary));
    let may = route.door == Door::Http && !route.json && takes_raw;
    let is_raw = only_raw || (may && matches!(chosen.as_slice(), [Some(_)]));
    let mut body = None;
    let mut members = Vec::new();
    for (field, chosen) in fields.into_iter().zip(chosen) {
        match chosen {
            Some((source, _)) if is_raw => body = Some(source.in_form(WireForm::Body)),
            Some((source, form)) => members.push((field.name, source.in_form(form))),
            None => members.push((field.name, Tree::Value(field.value))),
        }
    }
    Ok(match body {
        Some(body) => Content { form: Form::Raw, body, query: members },
        None => Content::json(members),
    })
}

/// Rejects bytes under a name that the model does not have for media: they would be misinterpreted.
fn refuse_media<V: Value>(field: &Field<V>) -> Result<(), Error> {
    if !matches!(field.shape, Shape::Media(_) | Shape::Form) && !kind::is_unsupported(field.shape) {
        return Ok(());
    }
    let kind = field.kind();
    let name = &field.alias;
    let why = [name, ": this model takes no ", kind.strip_prefix("a ").unwrap_or(&kind), " there."];
    Err(Error::invalid(name, &concat(&why)))
}

/// The plan of a task whose input is media, answered in JSON.
pub fn plan<V: Value>(request: &TaskRequest<'_, V>, default: InputShape) -> Result<Plan<V>, Error> {
    request.check_object()?;
    let shape = request.shape(default);
    let fields = Fields::read(&request.input, &[])?;
    let variant = fields.check(shape)?;
    Ok(Plan::one(request, content(request, shape, fields, variant)?, Take::Json))
}

/// The form of a value for `run`: none if the model accepts its present form.
pub fn for_run<V: Value>(
    source: &Source<V>,
    property: &Property,
    route: Route,
) -> Result<Option<WireForm>, Error> {
    let takes = |wire: Wire| property.wire.contains(&wire);
    let as_it_is = match source.shape {
        Shape::Numbers(..) => takes(Wire::Numbers),
        Shape::Text(_) => {
            let head = source.value.head().unwrap_or_default();
            if starts_with(&head, "data:") {
                takes(Wire::DataURL)
            } else {
                takes(Wire::Base64) && !source.is_remote()
            }
        }
        _ => false,
    };
    if as_it_is { Ok(None) } else { choose(source, property, route) }
}
