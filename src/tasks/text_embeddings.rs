//! `embed`: texts to vectors, or how well contexts fit a query.
//!
//! The numbers go through the kernel ([`crate::kernel::floats`]). What comes here is the answer's rest, in which each row has one number,
//! how long it is: `{"shape":[2,3],"data":[[3],[3]]}`.

use super::answer::{list, malformed, number};
use super::check::check;
use super::contexts;
use super::outline::{Given, Shape};
use super::request::{Answer, Ask, Form, Plan};
use super::template::pass;
use crate::catalog::{self, InputShape, OutputShape, Property};
use crate::error::{Code, Error};
use crate::text::concat;
use crate::wire::json::{self, Value};
use crate::wire::write::Writer;

/// The members that hold texts, in the order in which their vectors come.
const TEXTS: [&str; 3] = ["text", "queries", "documents"];

/// `{ text }`, or the forms that a model has besides: `{ query?, contexts }`, `{ queries?, documents?, instruction? }`.
pub fn plan(ask: &Ask<'_>) -> Result<Plan, Error> {
    let input = ask.fields()?;
    let shape = ask.shape(InputShape::EmbeddingText);
    // Of a model that is not known every form passes.
    let has = |name: &str| ask.entry.is_none() || shape.takes(name);
    let given = |name: &str| input.get(name).is_some();
    let known = ["query", "contexts"].into_iter().chain(TEXTS).filter(|name| has(name)).any(given);
    if !known {
        return Err(Error::invalid("text", "text is missing: it must be a string or an array of strings."));
    }
    if has("contexts") && given("query") && !given("contexts") {
        return Err(Error::invalid("contexts", "contexts is missing: it must be an array of strings."));
    }
    for name in TEXTS {
        check_texts(input, name, shape.property(name))?;
    }
    if ask.entry.is_some() {
        check(input, shape)?;
    }
    let plain = contexts::are_plain(input)?;
    let body = Writer::object(|out| {
        pass(out, input, if plain { &["contexts"] } else { &[] });
        if plain {
            contexts::write_plain(out, input);
        }
    });
    let answer = Answer { output: ask.output(OutputShape::EmbeddingRows), take: "vectors" };
    Ok(Plan { form: Form::Json, body, answer })
}

/// A text or a list of them.
fn check_texts(input: Given<'_>, name: &str, property: Option<&Property>) -> Result<(), Error> {
    let Some(given) = input.get(name) else { return Ok(()) };
    let refuse = |why: String| Err(Error::invalid(name, &concat(&[name, " ", &why, "."])));
    let may_be_empty = property.and_then(|property| property.min_length).unwrap_or(0) == 0;
    let count = match given.shape() {
        Shape::Text(0) if !may_be_empty => return refuse("is empty".into()),
        Shape::Text(_) => 1,
        Shape::Texts(_, Some(at)) if !may_be_empty => {
            return refuse(format!("has an empty string at {at}"));
        }
        Shape::Texts(count, _) => count,
        Shape::List(0) => return refuse("is empty".into()),
        Shape::List(_) => {
            let at = given.items().position(|item| !matches!(item.shape(), Shape::Text(_))).unwrap_or(0);
            return refuse(format!("must be strings; the one at {at} is not"));
        }
        _ => {
            return refuse(concat(&["must be a string or an array of strings, not ", &given.kind()]));
        }
    };
    match property.and_then(|property| property.max_items).filter(|most| count > *most as usize) {
        Some(most) => refuse(format!(
            "has {count} items; one request takes {most}: use embedMany for any number of them"
        )),
        None => Ok(()),
    }
}

/// Texts of a request, where nothing is known of the model.
const USUAL_ITEMS: u32 = 100;
/// Tokens of a request, where nothing is known of the model.
const USUAL_TOKENS: u32 = 60_000;

/// What one request of `embedMany` takes: `{ items, tokens, tokensPerText?, dimensions?, mayBeEmpty? }`.
pub fn limits(model: &str) -> Result<String, Error> {
    Ask::read("embed", "", model, json::parse(b"{}").map_err(|_| Error::invalid("text", ""))?)?;
    let entry = catalog::find(model);
    let text = entry.and_then(|entry| entry.input.property("text"));
    let items = text.and_then(|text| text.max_items).unwrap_or(USUAL_ITEMS);
    let per_text = entry.and_then(|entry| entry.max_input_tokens);
    let window = entry.and_then(|entry| entry.context_window);
    let tokens = window.or(per_text.map(|tokens| tokens.saturating_mul(items))).unwrap_or(USUAL_TOKENS);
    Ok(Writer::object(|out| {
        out.number("items", items.into());
        out.number("tokens", tokens.into());
        out.some_number("tokensPerText", per_text.map(i64::from));
        out.some_number("dimensions", entry.and_then(|entry| entry.dimensions).map(i64::from));
        out.flag("mayBeEmpty", text.and_then(|text| text.min_length).unwrap_or(0) == 0);
    }))
}

/// How many vectors there must be.
fn expected(input: Given<'_>) -> usize {
    let texts = TEXTS.iter().filter_map(|name| input.get(name)).map(|given| match given.shape() {
        Shape::Texts(count, _) => count,
        _ => 1,
    });
    // Only where the texts are absent do the contexts become vectors.
    match texts.sum() {
        0 => contexts::count(input).unwrap_or(0),
        count => count,
    }
}

/// `{ count, dimensions, usage? }`, or for a query `{ scores, usage? }`.
pub fn result(ask: &Ask<'_>, answer: Value<'_>) -> Result<String, Error> {
    let rows = list(answer, &["data", "response"]).ok_or_else(|| malformed("data"))?;
    let is_score = |row: &Value<'_>| row.get("score").is_some();
    if ask.input.get("query").is_some() || rows.items().next().as_ref().is_some_and(is_score) {
        let scores = scores(rows, contexts::count(ask.input).unwrap_or(0))?;
        return Ok(Writer::object(|out| {
            out.list("scores", |out| scores.iter().for_each(|score| out.raw_item(score)));
            write_usage(out, answer);
        }));
    }
    let (count, dimensions) = measure(rows)?;
    let wanted = expected(ask.input);
    if count != wanted {
        return Err(wrong(&format!("The answer has {count} vectors for {wanted} texts.")));
    }
    Ok(Writer::object(|out| {
        out.number("count", count as i64);
        out.number("dimensions", dimensions);
        write_usage(out, answer);
    }))
}

/// How many rows there are and how long they are; they are all of one length.
fn measure(rows: Value<'_>) -> Result<(usize, i64), Error> {
    // One vector may come without a list around it.
    if let Some(length) = rows.items().next().and_then(|first| first.as_i64()) {
        return Ok((1, length));
    }
    let (mut count, mut dimensions) = (0, None);
    for row in rows.items() {
        // OpenAI's form has an object around each.
        let row = row.get("embedding").unwrap_or(row);
        let length = row.items().next().and_then(|length| length.as_i64());
        let length =
            length.ok_or_else(|| wrong("The answer has an empty vector, or one that has no numbers."))?;
        if dimensions.is_some_and(|dimensions| dimensions != length) {
            return Err(wrong("The answer has vectors of unequal length."));
        }
        dimensions = Some(length);
        count += 1;
    }
    dimensions.map(|dimensions| (count, dimensions)).ok_or_else(|| wrong("The answer has no vectors."))
}

fn wrong(message: &str) -> Error {
    Error::new(Code::MalformedResponse, message)
}

/// The spelling of each context's score, in the order of the contexts.
fn scores<'a>(rows: Value<'a>, count: usize) -> Result<Vec<&'a str>, Error> {
    let mut scores = vec![None; count];
    for row in rows.items() {
        let index = row.get("id").and_then(|id| id.as_i64()).ok_or_else(|| malformed("response[].id"))?;
        let score = number(row.get("score")).ok_or_else(|| malformed("response[].score"))?;
        let place = usize::try_from(index).ok().and_then(|index| scores.get_mut(index));
        *place.ok_or_else(|| malformed("response[].id of a context that was given"))? = Some(score);
    }
    let all = scores.into_iter().collect::<Option<Vec<_>>>();
    all.ok_or_else(|| malformed("score for each context"))
}

fn write_usage(out: &mut Writer, answer: Value<'_>) {
    let Some(usage) = answer.get("usage").filter(|usage| usage.is_object()) else { return };
    let tokens = |name: &str| usage.get(name).and_then(|tokens| tokens.as_i64());
    let (prompt, total) = (tokens("prompt_tokens"), tokens("total_tokens"));
    if prompt.or(total).is_some() {
        out.member("usage", |out| {
            out.some_number("promptTokens", prompt);
            out.some_number("totalTokens", total);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BGE: &str = "@cf/baai/bge-base-en-v1.5";
    const M3: &str = "@cf/baai/bge-m3";
    const QWEN: &str = "@cf/qwen/qwen3-embedding-0.6b";

    fn ask<T>(model: &str, input: &str, then: impl FnOnce(&Ask<'_>) -> T) -> T {
        let input = json::parse(input.as_bytes()).unwrap();
        then(&Ask::read("embed", "rest", model, input).unwrap())
    }

    fn body(model: &str, input: &str) -> Result<String, String> {
        ask(model, input, |ask| {
            plan(ask).map(|plan| plan.body).map_err(|error| error.field.clone().unwrap_or_default())
        })
    }

    fn read(model: &str, input: &str, answer: &str) -> Result<String, String> {
        let answer = json::parse(answer.as_bytes()).unwrap();
        ask(model, input, |ask| result(ask, answer).map_err(|error| error.message.clone()))
    }

    #[test]
    fn every_form_passes() {
        for (model, input) in [
            (BGE, r#"{"text":"a","pooling":"cls"}"#),
            (BGE, r#"{"text":["a","b"]}"#),
            (BGE, r#"{"text":{"$":"texts","length":100,"empty":-1}}"#),
            (M3, r#"{"text":["a"],"truncate_inputs":true}"#),
            (M3, r#"{"query":"q","contexts":[{"text":"a"}]}"#),
            (M3, r#"{"contexts":[{"text":"a"}]}"#),
            (QWEN, r#"{"queries":"a","documents":["b"],"instruction":"i"}"#),
            (QWEN, r#"{"text":["b"]}"#),
            ("@cf/google/embeddinggemma-300m", r#"{"text":"b"}"#),
            ("@cf/new/model", r#"{"documents":["b"],"whatever":1}"#),
        ] {
            assert!(body(model, input).is_ok(), "{input}: {:?}", body(model, input));
        }
        assert_eq!(
            body(M3, r#"{"contexts":["a"]}"#).as_deref(),
            Ok(r#"{"contexts":[{"text":{"$ref":["contexts",0]}}]}"#)
        );
    }

    #[test]
    fn what_does_not_fit_is_named() {
        for (model, input, field) in [
            (BGE, r#"{}"#, "text"),
            (BGE, r#"{"contexts":["a"]}"#, "text"),
            (BGE, r#"{"text":""}"#, "text"),
            (BGE, r#"{"text":[]}"#, "text"),
            (BGE, r#"{"text":["a",""]}"#, "text"),
            (BGE, r#"{"text":["a",1]}"#, "text"),
            (BGE, r#"{"text":{"$":"texts","length":40,"empty":39}}"#, "text"),
            (BGE, r#"{"text":"a","pooling":"max"}"#, "pooling"),
            (BGE, r#"{"requests":[{"text":"a"}]}"#, "text"),
            (M3, r#"{"query":"q"}"#, "contexts"),
            (M3, r#"{"query":"q","contexts":[]}"#, "contexts"),
            (M3, r#"{"contexts":[1]}"#, "contexts"),
            (M3, r#"{"text":"a","truncate_inputs":"yes"}"#, "truncate_inputs"),
            (QWEN, r#"{"queries":["a",""]}"#, "queries"),
            ("@cf/new/model", r#"{"text":[1]}"#, "text"),
        ] {
            assert_eq!(body(model, input), Err(field.into()), "{input}");
        }
    }

    #[test]
    fn too_many_texts_are_for_embed_many() {
        for (model, name, count) in [(BGE, "text", 101), (M3, "text", 101), (QWEN, "documents", 33)] {
            let input = format!(r#"{{"{name}":{{"$":"texts","length":{count},"empty":-1}}}}"#);
            let refused = ask(model, &input, |ask| plan(ask).err().unwrap());
            assert_eq!(refused.field.as_deref(), Some(name));
            assert!(refused.message.contains("embedMany"), "{}", refused.message);
        }
    }

    #[test]
    fn a_request_has_limits() {
        assert_eq!(
            limits(BGE).as_deref(),
            Ok(r#"{"items":100,"tokens":51200,"tokensPerText":512,"dimensions":768}"#)
        );
        assert_eq!(limits(QWEN).as_deref(), Ok(r#"{"items":32,"tokens":8192,"dimensions":1024}"#));
        assert_eq!(
            limits("@cf/new/model").as_deref(),
            Ok(r#"{"items":100,"tokens":60000,"mayBeEmpty":true}"#)
        );
        assert!(limits("@cf/openai/whisper").is_err());
        assert!(limits("nothing at all").is_err());
    }

    #[test]
    fn rows_are_counted() {
        let usage = r#""usage":{"prompt_tokens":5,"total_tokens":5}"#;
        assert_eq!(
            read(BGE, r#"{"text":["a","b"]}"#, &format!(r#"{{"shape":[2,3],"data":[[3],[3]],{usage}}}"#))
                .as_deref(),
            Ok(r#"{"count":2,"dimensions":3,"usage":{"promptTokens":5,"totalTokens":5}}"#)
        );
        assert_eq!(
            read(M3, r#"{"contexts":["a","b"]}"#, r#"{"response":[[3],[3]],"shape":[2,3]}"#).as_deref(),
            Ok(r#"{"count":2,"dimensions":3}"#)
        );
        assert_eq!(
            read(QWEN, r#"{"queries":"a","documents":["b","c"]}"#, r#"{"data":[[4],[4],[4]]}"#).as_deref(),
            Ok(r#"{"count":3,"dimensions":4}"#)
        );
        assert_eq!(
            read(BGE, r#"{"text":"a"}"#, r#"{"data":[{"object":"embedding","index":0,"embedding":[7]}]}"#)
                .as_deref(),
            Ok(r#"{"count":1,"dimensions":7}"#)
        );
        assert_eq!(
            read(BGE, r#"{"text":"a"}"#, r#"{"data":[7]}"#).as_deref(),
            Ok(r#"{"count":1,"dimensions":7}"#)
        );
        for answer in
            [r#"{"data":[[3],[2]]}"#, r#"{"data":[[3]]}"#, r#"{"data":[]}"#, r#"{"data":[[3],[]]}"#, "{}"]
        {
            assert!(read(BGE, r#"{"text":["a","b"]}"#, answer).is_err(), "{answer}");
        }
    }

    #[test]
    fn scores_come_in_the_order_of_the_contexts() {
        let input = r#"{"query":"q","contexts":["a","b"]}"#;
        let answer = r#"{"response":[{"id":1,"score":0.50},{"id":0,"score":-1e-3}]}"#;
        assert_eq!(read(M3, input, answer).as_deref(), Ok(r#"{"scores":[-1e-3,0.50]}"#));
        for answer in [r#"{"response":[{"id":1,"score":0.5}]}"#, r#"{"response":[{"id":2,"score":0.5}]}"#] {
            assert!(read(M3, input, answer).is_err(), "{answer}");
        }
    }
}
