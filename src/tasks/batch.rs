//! The batch queue: many inputs of one model in one request, answered later.
//!
//! Each input is planned as its own method would plan it, so that what the service would refuse minutes later is refused at once, and each
//! answer becomes that method's result.

use super::outline::{Given, Shape};
use super::request::{self, Ask, Door, Form, Way};
use super::template::pass;
use crate::catalog::{self, Entry, Method, Status};
use crate::error::{Code, Error};
use crate::model::Model;
use crate::secret::Hidden;
use crate::service::read::{malformed, raw, text};
use crate::text::concat;
use crate::wire::dialect::Usage;
use crate::wire::json::{self, Kind, Value};
use crate::wire::write::Writer;

/// A batch has less than this, in bytes of JSON.
const MAX_BYTES: f64 = 10_000_000.0;
/// A name of the caller's own that comes back with an answer.
const REFERENCE: &str = "external_reference";

/// The method that speaks to a model, where one is known.
fn method_of(entry: Option<&'static Entry>) -> Option<Method> {
    let methods = entry?.input.methods();
    methods.iter().copied().find(|method| *method != Method::Connect)
}

/// The field for which a bare string is short.
fn main_field(method: Method) -> Option<&'static str> {
    match method {
        Method::GenerateText => Some("prompt"),
        Method::Embed | Method::ClassifyText | Method::GenerateSpeech => Some("text"),
        Method::Summarize => Some("input_text"),
        _ => None,
    }
}

/// How the answers of a method are taken: `text` by the reader of language models, `vectors` and `media` as such, `result` as they are
/// read here, `raw` where no method is known.
fn take_of(method: Option<Method>) -> &'static str {
    match method {
        None => "raw",
        Some(Method::GenerateText) => "text",
        Some(Method::Embed) => "vectors",
        Some(Method::GenerateSpeech | Method::GenerateImage) => "media",
        Some(_) => "result",
    }
}

/// What is known of a model before its inputs are looked at: `{ short?, warning? }`.
pub fn about(model: &str) -> Result<String, Error> {
    Model::parse(model)?;
    let entry = catalog::find(model);
    Ok(Writer::object(|out| {
        out.some_text("short", method_of(entry).and_then(main_field));
        if let Some(entry) = entry.filter(|entry| entry.status == Status::Deprecated) {
            out.text("warning", &request::deprecation(entry));
        }
    }))
}

/// The pattern of the body, `{ form, body: { requests } }`, out of the outline of all inputs.
pub fn plan(way: &str, model: &str, inputs: Value<'_>) -> Result<String, Error> {
    Model::parse(model)?;
    if inputs.items().next().is_none() {
        return Err(Error::invalid("requests", "requests must be an array of inputs, and not empty."));
    }
    let entry = catalog::find(model);
    let mut patterns = Vec::new();
    for (index, input) in inputs.items().enumerate() {
        patterns
            .push(pattern(way, model, entry, index, Given::new(input)).map_err(|error| at(index, error))?);
    }
    Ok(Writer::object(|out| {
        out.text("form", Form::Json.name());
        out.member("body", |out| {
            out.list("requests", |out| patterns.iter().for_each(|one| out.raw_item(one)))
        });
    }))
}

/// The same refusal, of one of the inputs.
fn at(index: usize, mut error: Error) -> Error {
    let place = format!("requests[{index}]");
    error.field = Some(match error.field.take() {
        Some(field) if field != "input" => concat(&[&place, ".", &field]),
        _ => place.clone(),
    });
    error.message = concat(&[&place, ": ", &error.message]);
    error
}

fn pattern(
    way: &str,
    model: &str,
    entry: Option<&'static Entry>,
    index: usize,
    input: Given<'_>,
) -> Result<String, Error> {
    if input.shape() != Shape::Object {
        let why = ["The input must be an object with the model's fields, not ", &input.kind(), "."];
        return Err(Error::invalid("input", &concat(&why)));
    }
    let reference = input.get(REFERENCE);
    if reference.is_some_and(|reference| !matches!(reference.shape(), Shape::Text(_))) {
        return Err(Error::invalid(REFERENCE, "external_reference must be a string."));
    }
    if input.get("stream").is_some_and(|stream| stream.value().as_bool() == Some(true)) {
        return Err(Error::invalid("stream", "An answer of a batch comes whole: leave stream out."));
    }
    // Neither the method's plan nor the model has to know of it.
    let stripped = Writer::object(|out| {
        for (name, member) in input.members().filter(|(name, _)| name != REFERENCE) {
            out.raw(&name, &raw(member.value()));
        }
    });
    let too_deep = |_| Error::invalid("input", "The input is nested too deeply.");
    let planned = body(way, model, entry, json::parse(stripped.as_bytes()).map_err(too_deep)?)?;
    let planned = json::parse(planned.as_bytes()).map_err(too_deep)?;
    Ok(Writer::object(|out| {
        members_at(out, index, planned);
        if reference.is_some() {
            out.member(REFERENCE, |out| {
                out.list("$ref", |out| {
                    out.raw_item(&index.to_string());
                    out.text_item(REFERENCE);
                });
            });
        }
    }))
}

/// The pattern of one input, its paths beginning at the input.
fn body(way: &str, model: &str, entry: Option<&'static Entry>, input: Value<'_>) -> Result<String, Error> {
    let given = Given::new(input);
    match method_of(entry) {
        Some(Method::GenerateText) => {
            if let Some(entry) = entry {
                super::check::check(given, entry.input)?;
            }
            language_model(way, model, given)
        }
        Some(method) => {
            let planned = request::plan(&Ask::read(method.name(), way, model, input)?)?;
            match planned.form {
                Form::Json => Ok(planned.body),
                Form::Each(_) => {
                    Err(Error::invalid("text", "text must be one string: make several requests of several."))
                }
                _ => Err(Error::invalid("input", "A batch takes inputs that can be JSON.")),
            }
        }
        None => language_model(way, model, given),
    }
}

fn language_model(way: &str, model: &str, given: Given<'_>) -> Result<String, Error> {
    let prepared = super::text_input::prepare(Way::read(way), model, given)?;
    Ok(prepared.unwrap_or_else(|| Writer::object(|out| pass(out, given, &[]))))
}

/// Writes the members of a pattern, its paths beginning at the list of the inputs.
fn members_at(out: &mut Writer, index: usize, pattern: Value<'_>) {
    for (key, member) in pattern.entries() {
        let name = crate::service::read::name_of(key);
        if matches!(name.as_str(), "$ref" | "$media") {
            out.list(&name, |out| {
                out.raw_item(&index.to_string());
                member.items().for_each(|step| out.raw_item(&raw(step)));
            });
        } else {
            out.raw(&name, &rebased(index, member));
        }
    }
}

fn rebased(index: usize, pattern: Value<'_>) -> String {
    match pattern.kind() {
        Kind::Object => Writer::object(|out| members_at(out, index, pattern)),
        Kind::Array => {
            let items = pattern.items().map(|item| rebased(index, item)).collect::<Vec<_>>();
            concat(&["[", &items.join(","), "]"])
        }
        _ => raw(pattern),
    }
}

/// Refuses a batch that is too large; `bytes` are those of its JSON.
pub fn check_size(bytes: f64) -> Result<(), Error> {
    if bytes < MAX_BYTES {
        return Ok(());
    }
    let has = format!("{:.1}", bytes / 1e6);
    let why =
        ["The requests have ", &has, " MB of JSON; a batch takes less than 10 MB. Submit several batches."];
    Err(Error::new(Code::TooLarge, concat(&why)).with_field("requests"))
}

/// Checks the id of a batch.
pub fn check_id(id: Value<'_>) -> Result<(), Error> {
    const MAX_LEN: usize = 256;
    let right =
        |id: &String| (1..=MAX_LEN).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    match id.text().filter(right) {
        Some(_) => Ok(()),
        None => Err(Error::invalid("requestId", "requestId must be the one that submit has given.")),
    }
}

/// How long until the next look, in milliseconds: `interval` if one was asked for; else it grows with the looks so far. `random` is in `0..1`.
pub fn delay(looks: u32, interval: Option<Value<'_>>, random: f64) -> Result<f64, Error> {
    const FIRST: f64 = 1000.0;
    const CEILING: f64 = 15_000.0;
    const LONGEST: f64 = 2_147_483_647.0;
    if let Some(interval) = interval.filter(|interval| !interval.is_null()) {
        let ms = interval.as_number().filter(|ms| (0.0..=LONGEST).contains(ms));
        return ms.ok_or_else(|| Error::invalid("intervalMs", "intervalMs must be milliseconds, 0 or more."));
    }
    let step = (FIRST * 1.5f64.powi(looks.min(30) as i32 - 1)).min(CEILING);
    // At least half of it, so that many who wait don't ask at once, and none asks all the time.
    Ok(step * (0.5 + random.clamp(0.0, 1.0) / 2.0))
}

/// What the answer to a submission says: `{ requestId, status }`.
pub fn ticket(answer: Value<'_>) -> Result<String, Error> {
    let id = text(answer, "request_id")
        .ok_or_else(|| malformed("request_id: the model has no batch queue, perhaps"))?;
    Ok(Writer::object(|out| {
        out.text("requestId", &id);
        out.text("status", state(answer).unwrap_or("queued"));
    }))
}

/// The state that an answer tells; none for one that is no state of a batch.
fn state(answer: Value<'_>) -> Option<&'static str> {
    if answer.get("responses").is_some() {
        return Some("completed");
    }
    match text(answer, "status")?.to_ascii_lowercase().as_str() {
        "queued" | "pending" => Some("queued"),
        "running" | "processing" | "in_progress" => Some("running"),
        "completed" | "complete" | "succeeded" => Some("completed"),
        _ => None,
    }
}

/// What the answer to a look says: `{ status, take, items, usage? }`. An item is `{ index, success, externalReference?, raw?, text?, result?,
/// error? }`, in the order of the requests.
pub fn looked(model: &str, answer: Value<'_>, hidden: &Hidden) -> Result<String, Error> {
    let Some(status) = state(answer) else {
        return Err(match text(answer, "status") {
            Some(_) => Error::from_event(answer),
            None => malformed("status of a batch"),
        });
    };
    let method = method_of(catalog::find(model));
    let mut items = Vec::new();
    for (place, item) in answer.get("responses").into_iter().flat_map(|list| list.items()).enumerate() {
        let id = item.get("id").and_then(|id| crate::service::read::count(Some(id)));
        items.push((id.unwrap_or(place as i64), item));
    }
    items.sort_by_key(|(index, _)| *index);
    Ok(Writer::object(|out| {
        out.text("status", status);
        out.text("take", take_of(method));
        out.list("items", |out| {
            for (index, item) in &items {
                out.item(|out| write_item(out, model, method, *index, *item, hidden));
            }
        });
        if let Some(usage) = answer.get("usage").filter(|usage| usage.is_object()) {
            out.member("usage", |out| Usage::read(usage).write(out));
        }
    }))
}

fn write_item(
    out: &mut Writer,
    model: &str,
    method: Option<Method>,
    index: i64,
    item: Value<'_>,
    hidden: &Hidden,
) {
    out.number("index", index);
    out.some_text("externalReference", text(item, REFERENCE).as_deref());
    let answer = item.get("result").filter(|answer| !answer.is_null());
    let failed = item.get("success").and_then(|success| success.as_bool()) == Some(false);
    let result = match answer.filter(|_| !failed) {
        // Where nothing is told, it has failed without saying why.
        None => Err(Error::from_event(item)),
        Some(answer) => result(model, method, answer).map(|result| (answer, result)),
    };
    match result {
        Ok((answer, result)) => {
            out.raw("success", "true");
            out.raw("raw", &raw(answer));
            if method == Some(Method::GenerateText) {
                // The reader of language models wants the text as it came: numbers keep their spelling.
                out.text("text", &raw(answer));
            }
            if let Some(result) = result {
                out.raw("result", &result);
            }
        }
        Err(error) => {
            out.raw("success", "false");
            out.raw("error", &error.to_json(hidden));
        }
    }
}

/// The result of a method that is read here.
fn result(model: &str, method: Option<Method>, answer: Value<'_>) -> Result<Option<String>, Error> {
    match method {
        None | Some(Method::GenerateText | Method::GenerateSpeech | Method::GenerateImage) => Ok(None),
        Some(Method::Embed) => vectors(answer).map(Some),
        Some(method) => {
            // What was asked is not known here: whoever comes back later has nothing but the id.
            let ask = Ask {
                method,
                model,
                entry: catalog::find(model),
                door: Door::Http,
                way: Way::read(""),
                input: Given::new(json::parse(b"{}").map_err(|_| malformed("input"))?),
            };
            request::result(&ask, answer).map(Some)
        }
    }
}

/// `{ scores }`, or `{ count, dimensions }` of the rows that JavaScript has.
fn vectors(answer: Value<'_>) -> Result<String, Error> {
    let rows =
        super::answer::list(answer, &["data", "response"]).ok_or_else(|| super::answer::malformed("data"))?;
    if rows.items().any(|row| row.get("score").is_some()) {
        let mut scores = Vec::new();
        for (place, row) in rows.items().enumerate() {
            let id = row.get("id").and_then(|id| id.as_i64()).unwrap_or(place as i64);
            let score = super::answer::number(row.get("score"));
            scores.push((id, score.ok_or_else(|| super::answer::malformed("response[].score"))?));
        }
        scores.sort_by_key(|(id, _)| *id);
        return Ok(Writer::object(|out| {
            out.list("scores", |out| scores.iter().for_each(|(_, score)| out.raw_item(score)));
        }));
    }
    let mut lengths = rows.items().map(|row| if row.is_array() { row.items().count() } else { 0 });
    let dimensions = lengths.next().unwrap_or(0);
    let mut count = 1;
    let equal = lengths.all(|length| {
        count += 1;
        length == dimensions
    });
    if dimensions == 0 || !equal {
        return Err(Error::new(
            Code::MalformedResponse,
            "The answer has no vectors, or some of unequal length.",
        ));
    }
    Ok(Writer::object(|out| {
        out.number("count", count);
        out.number("dimensions", dimensions as i64);
    }))
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
