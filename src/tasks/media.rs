//! Media in an input: which of its forms goes to the service, by model and by door.
//!
//! | the model takes | over HTTP | on the binding |
//! |---|---|---|
//! | numbers, or a raw body | the raw body if there is no other input, else numbers | numbers |
//! | a stream, or a raw body | the raw body, other inputs in the query | `{ body, contentType }`; the body is base64 if a gateway is in the way |
//! | base64 | base64 | base64, but a stream stays one where the model takes one as well |
//! | a URL | the caller's URL, or a data URL | the same |
//! | a part of a form | a part of a form | the same |

use super::fields::{Field, Fields};
use super::outline::{Given, Shape};
use super::request::{Answer, Ask, Door, Form, Plan, Way};
use super::template::{self, Step, reference};
use crate::catalog::{Body, InputShape, Kind, OutputShape, Property, Variant, Wire};
use crate::error::Error;
use crate::text::concat;
use crate::wire::write::Writer;

/// The members of an answer whose base64 is media, parted by commas.
pub const PAYLOAD: &str = "image,audio";

/// The most bytes that one value of media may have. No service takes more, and a program that reads without an end is stopped.
pub const MOST_BYTES: usize = 100 << 20;

/// Names of the forms for JavaScript, which knows them in `pkg-template/tasks/media/`.
mod form {
    pub const NUMBERS: &str = "numbers";
    pub const BASE64: &str = "base64";
    pub const DATA_URL: &str = "dataURL";
    pub const STREAM: &str = "stream";
    /// `{ body: base64, contentType }`
    pub const WRAPPED: &str = "wrapped";
    pub const BODY: &str = "body";
    pub const PART: &str = "part";
}

/// Where the bytes are in the caller's input, and what is said of their type.
#[derive(Debug)]
pub struct Source<'a> {
    path: Vec<Step<'a>>,
    /// The value itself.
    pub given: Given<'a>,
    media_type: Option<String>,
}

impl<'a> Source<'a> {
    /// Reads a value of media: bytes in one of their forms, or `{ body, contentType }` of these.
    pub fn read(path: Vec<Step<'a>>, given: Given<'a>) -> Result<Self, Error> {
        let field = field_of(&path);
        let refuse = |why: &str| Err(Error::invalid(&field, &concat(&[&field, " ", why, "."])));
        let (mut path, mut inner, mut media_type) = (path, given, None);
        if given.shape() == Shape::Object {
            let Some(body) = given.get("body") else {
                return refuse("is an object without a body: give bytes, or { body, contentType }");
            };
            path.push(Step::Name("body"));
            media_type = given.get("contentType").and_then(|stated| stated.value().text());
            inner = body;
        }
        match inner.shape() {
            Shape::Media(Some(0)) | Shape::Text(0) | Shape::List(0) => return refuse("is empty"),
            Shape::Numbers(_, false) => {
                return refuse("has numbers that are no bytes: whole ones from 0 to 255");
            }
            Shape::Media(length) if length.is_some_and(|length| length > MOST_BYTES) => {
                return refuse("has more than 100 MiB, which no model takes");
            }
            Shape::Numbers(length, true) if length > MOST_BYTES => {
                return refuse("has more than 100 MiB, which no model takes");
            }
            Shape::Media(_) => {
                if let Some(status) = inner.value().get("status").and_then(|status| status.as_i64())
                    && !(200..300).contains(&status)
                {
                    return refuse(&format!("is a Response that failed with status {status}"));
                }
            }
            Shape::Text(_) | Shape::Numbers(..) => {}
            _ => {
                let why = ["must be bytes in one of their forms, not ", &inner.kind()];
                return refuse(&concat(&why));
            }
        }
        let media_type = media_type.or_else(|| inner.media_type()).filter(|stated| tells(stated));
        Ok(Self { path, given: inner, media_type })
    }

    /// Is it an address on the web?
    pub fn is_remote(&self) -> bool {
        let Some(head) = self.given.head() else { return false };
        let starts =
            |scheme: &str| head.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme));
        starts("http://") || starts("https://")
    }

    fn is_stream(&self) -> bool {
        self.given.value().get("form").is_some_and(|form| form.is("stream") || form.is("response"))
    }

    /// Writes it under a name, in a form.
    fn write(&self, out: &mut Writer, name: &str, form: &str) {
        let essence = |stated: &str| stated.split(';').next().unwrap_or_default().trim().to_owned();
        // The parameters of a type have no place in a data URL or a part.
        let stated = match form {
            form::DATA_URL | form::PART => self.media_type.as_deref().map(essence),
            _ => self.media_type.clone(),
        };
        template::media(out, name, &self.path, form, stated.as_deref());
    }
}

/// Does a stated type say anything? What servers call a file that they do not know does not.
fn tells(stated: &str) -> bool {
    let essence = stated.split(';').next().unwrap_or_default().trim();
    !essence.is_empty()
        && !essence.eq_ignore_ascii_case("application/octet-stream")
        && !essence.eq_ignore_ascii_case("binary/octet-stream")
}

/// The name of a path in messages: `audio`, `image.1`.
fn field_of(path: &[Step<'_>]) -> String {
    let steps = path.iter().map(|step| match step {
        Step::Name(name) => (*name).to_owned(),
        Step::Index(index) => index.to_string(),
        Step::Each => "…".to_owned(),
    });
    let steps = steps.collect::<Vec<_>>().join(".");
    if steps.is_empty() { "input".into() } else { steps }
}

/// The form for a source, by what its property takes; `None` to leave it as the caller has it.
fn choose(source: &Source<'_>, property: &Property, way: Way) -> Result<Option<&'static str>, Error> {
    let takes = |wire: Wire| property.wire.contains(&wire);
    if source.is_remote() {
        if takes(Wire::Url) {
            return Ok(None);
        }
        let field = field_of(&source.path);
        let why = [
            &field,
            " is a URL, which this model does not fetch: give the Response of a fetch, or the bytes.",
        ];
        return Err(Error::invalid(&field, &concat(&why)));
    }
    let binding = way.door == Door::Binding;
    let streamed = binding && takes(Wire::Stream);
    let chosen = if takes(Wire::Part) {
        form::PART
    } else if takes(Wire::Base64) {
        if streamed && !way.gateway && source.is_stream() { form::STREAM } else { form::BASE64 }
    } else if takes(Wire::Numbers) {
        form::NUMBERS
    } else if takes(Wire::DataURL) || takes(Wire::Url) {
        form::DATA_URL
    } else if streamed {
        if way.gateway { form::WRAPPED } else { form::STREAM }
    } else {
        form::BODY
    };
    Ok(Some(chosen))
}

/// A body out of an input's fields, its media in the form that model and door need.
pub fn body(
    ask: &Ask<'_>,
    shape: InputShape,
    fields: &Fields<'_>,
    variant: &Variant,
    more: impl FnOnce(&mut Writer),
) -> Result<(Form, String), Error> {
    let mut sources = Vec::new();
    for field in fields.iter() {
        let property = variant.property(&field.name).filter(|property| property.kinds.contains(&Kind::Media));
        match property {
            Some(property) => {
                let source = Source::read(vec![Step::Name(&field.given_as)], field.given)?;
                let form = choose(&source, property, ask.way)?;
                sources.push(Some((source, form)));
            }
            None => {
                refuse_media(field)?;
                sources.push(None);
            }
        }
    }
    let raw = goes_raw(ask.way, shape, fields, &sources)?;
    let body = Writer::object(|out| {
        for (field, source) in fields.iter().zip(&sources) {
            match source {
                Some((source, Some(_))) if raw => source.write(out, "$body", form::BODY),
                Some((source, Some(form))) => source.write(out, &field.name, form),
                _ => reference(out, &field.name, &[Step::Name(&field.given_as)]),
            }
        }
        more(out);
    });
    Ok((if raw { Form::Raw } else { Form::Json }, body))
}

type Chosen<'a> = Option<(Source<'a>, Option<&'static str>)>;

/// Is the media the body itself? Where a model takes that, and has no other way or no other input.
fn goes_raw(way: Way, shape: InputShape, fields: &Fields<'_>, sources: &[Chosen<'_>]) -> Result<bool, Error> {
    let alone = fields.iter().count() == 1;
    let one = sources.iter().flatten().count() == 1;
    let only_raw = sources.iter().flatten().any(|(_, form)| *form == Some(form::BODY));
    if only_raw && way.json {
        return Err(no_place());
    }
    let may = way.door == Door::Http && !way.json && shape.bodies().contains(&Body::Binary);
    Ok(only_raw || (may && alone && one))
}

/// The refusal of an option that needs a JSON body.
pub fn no_place() -> Error {
    Error::invalid("rejectIfBusy", "This model takes a raw body, which leaves no place for rejectIfBusy.")
}

/// Bytes under a name that the model has for something else, or not at all, would come out as nonsense.
pub fn refuse_media(field: &Field<'_>) -> Result<(), Error> {
    let what = match field.given.shape() {
        Shape::Media(_) => "bytes",
        Shape::Form => "a form",
        Shape::Strange => &field.given.kind(),
        _ => return Ok(()),
    };
    let name = &field.given_as;
    Err(Error::invalid(
        name,
        &concat(&[name, ": this model takes no ", what.strip_prefix("a ").unwrap_or(what), " there."]),
    ))
}

/// The plan of a task whose input is media, answered in JSON.
pub fn plan(ask: &Ask<'_>, usual: InputShape, output: OutputShape) -> Result<Plan, Error> {
    let shape = ask.shape(usual);
    let fields = Fields::read(ask.fields()?, &[])?;
    let variant = fields.check(shape)?;
    let (form, body) = body(ask, shape, &fields, variant, |_| {})?;
    Ok(Plan { form, body, answer: Answer { output: ask.output(output), take: "json" } })
}

/// Media as a part of a form, whatever the catalogue says.
pub fn part(out: &mut Writer, name: &str, source: &Source<'_>) {
    source.write(out, name, form::PART);
}

/// The form that `run` gives to one value: none if it is one of those that the model takes already.
pub fn for_run(source: &Source<'_>, property: &Property, way: Way) -> Result<Option<&'static str>, Error> {
    let takes = |wire: Wire| property.wire.contains(&wire);
    let as_it_is = match source.given.shape() {
        Shape::Numbers(..) => takes(Wire::Numbers),
        Shape::Text(_) => {
            let head = source.given.head().unwrap_or_default();
            let is_url = head.get(..5).is_some_and(|begin| begin.eq_ignore_ascii_case("data:"));
            if is_url { takes(Wire::DataURL) } else { takes(Wire::Base64) && !source.is_remote() }
        }
        _ => false,
    };
    if as_it_is { Ok(None) } else { choose(source, property, way) }
}

/// Writes a source in a form of [`for_run`].
pub fn write_as(out: &mut Writer, name: &str, source: &Source<'_>, form: &str) {
    source.write(out, name, form);
}
