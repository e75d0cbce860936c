//! `embed`: converts texts to vectors, or scores contexts by a query.
//!
//! The kernel decodes the numbers ([`crate::kernel::floats`]). This module receives the rest of the answer,
//! in which each row is a list with its length: `{"shape":[2,3],"data":[[3],[3]]}`.

use serde::Serialize;

use super::answer::{index, list, malformed};
use super::check::check;
use super::contexts;
use super::kind;
use super::request::{Content, Plan, Take, TaskRequest, entry_for};
use super::rerank::score;
use super::usage::count;
use crate::catalog::{InputShape, Method, Property};
use crate::error::{Code, Error};
use crate::service::fields;
use crate::text::{concat, decimal};
use crate::value::{Shape, Value};

/// The members with texts, in the order of their vectors.
const TEXTS: [&str; 3] = ["text", "queries", "documents"];

/// `{ text }`, or other forms that a model supports: `{ query?, contexts }`, `{ queries?, documents?,
/// instruction? }`.
pub fn plan<V: Value>(request: &TaskRequest<'_, V>) -> Result<Plan<V>, Error> {
    request.check_object()?;
    let input = &request.input;
    let shape = request.shape(InputShape::EmbeddingText);
    // For an unknown model, all forms are accepted.
    let takes = |name: &str| request.entry.is_none() || shape.takes(name);
    let has = |name| input.get(name).is_some();
    if !["query", "contexts"].into_iter().chain(TEXTS).any(|name| takes(name) && has(name)) {
        return Err(Error::invalid("text", "text is missing: it must be a string or an array of strings."));
    }
    if takes("contexts") && has("query") && !has("contexts") {
        return Err(Error::invalid("contexts", "contexts is missing: it must be an array of strings."));
    }
    for name in TEXTS {
        check_texts(input, name, shape.property(name))?;
    }
    if request.entry.is_some() {
        check(input, shape)?;
    }
    Ok(Plan::one(request, Content::json(contexts::members(input)?), Take::Vectors))
}

/// Validates a text or a list of texts.
fn check_texts<V: Value>(input: &V, name: &'static str, property: Option<&Property>) -> Result<(), Error> {
    let Some(texts) = input.get(name) else { return Ok(()) };
    let refuse = |why: &[&str]| Err(Error::invalid(name, &concat(&[name, " ", &concat(why), "."])));
    let may_be_empty = property.and_then(|property| property.bounds.min_length).unwrap_or(0) == 0;
    let count = match texts.shape() {
        Shape::Text(0) if !may_be_empty => return refuse(&["is empty"]),
        Shape::Text(_) => 1,
        Shape::Texts(_, Some(at)) if !may_be_empty => {
            return refuse(&["has an empty string at ", &decimal(at as i64)]);
        }
        Shape::Texts(count, _) => count,
        Shape::List(0) => return refuse(&["is empty"]),
        Shape::List(_) => {
            let is_other = |item: &V| !matches!(item.shape(), Shape::Text(_));
            let at = texts.items().iter().position(is_other).unwrap_or(0);
            return refuse(&["must be strings; the one at ", &decimal(at as i64), " is not"]);
        }
        shape => {
            return refuse(&[
                "must be a string or an array of strings, not ",
                &kind::of_shape(&texts, shape),
            ]);
        }
    };
    match property.and_then(|property| property.bounds.max_items).filter(|most| count > *most as usize) {
        Some(most) => {
            let (has, most) = (decimal(count as i64), decimal(most.into()));
            refuse(&[
                "has ",
                &has,
                " items; one request takes ",
                &most,
                ": use embedMany for any number of them",
            ])
        }
        None => Ok(()),
    }
}

/// Texts per request for an unknown model.
const DEFAULT_ITEMS: u32 = 100;
/// Tokens per request for an unknown model.
const DEFAULT_TOKENS: u32 = 60_000;

/// The limits of one request of `embedMany`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Texts, at most.
    pub items: u32,
    /// Tokens of all texts, at most.
    pub tokens: u32,
    /// Tokens per text, at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens_per_text: Option<u32>,
    /// The length of a vector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimensions: Option<u32>,
    /// True if a text may be empty.
    pub may_be_empty: bool,
}

/// The limits of one request of `embedMany`; rejects a model of another task.
pub fn limits(model: &str) -> Result<Limits, Error> {
    let entry = entry_for(Method::Embed, model)?;
    let text = entry.and_then(|entry| entry.input.property("text"));
    let items = text.and_then(|text| text.bounds.max_items).unwrap_or(DEFAULT_ITEMS);
    let tokens_per_text = entry.and_then(|entry| entry.max_input_tokens);
    let window = entry.and_then(|entry| entry.context_window);
    let sum = tokens_per_text.map(|tokens| tokens.saturating_mul(items));
    Ok(Limits {
        items,
        tokens: window.or(sum).unwrap_or(DEFAULT_TOKENS),
        tokens_per_text,
        dimensions: entry.and_then(|entry| entry.dimensions),
        may_be_empty: text.and_then(|text| text.bounds.min_length).unwrap_or(0) == 0,
    })
}

/// The number of vectors expected.
fn expected<V: Value>(input: &V) -> usize {
    let texts = TEXTS.iter().filter_map(|name| input.get(name)).map(|texts| match texts.shape() {
        Shape::Texts(count, _) => count,
        _ => 1,
    });
    // Contexts become vectors only if there are no other texts.
    match texts.sum() {
        0 => contexts::count(input).unwrap_or(0),
        count => count,
    }
}

/// The result of `embed`, without its numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Embedding {
    /// Vectors, one after the other.
    Vectors(Vectors),
    /// The scores of a query's contexts.
    Scores(Scores),
}

/// The dimensions of the vectors.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Vectors {
    /// The number of vectors.
    pub count: usize,
    /// The length of each vector.
    pub dimensions: usize,
    /// The indices of the vectors' rows in the answer, if their order differs.
    #[serde(skip)]
    pub order: Option<Vec<usize>>,
    /// The usage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<EmbeddingUsage>,
}

/// Scores in the order of the contexts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scores {
    /// One for each context.
    pub scores: Vec<f64>,
    /// The usage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<EmbeddingUsage>,
}

/// The token usage of an embedding.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EmbeddingUsage {
    /// Tokens of the input.
    pub prompt_tokens: f64,
    /// All tokens.
    pub total_tokens: f64,
}

/// The rows of an answer.
pub fn rows<V: Value>(answer: &V) -> Result<Vec<V>, Error> {
    Ok(list(answer, &["data", "response"]).ok_or_else(|| malformed("data"))?.items())
}

/// Decodes the rest of an answer.
pub fn decode<V: Value>(answer: &V, input: &V) -> Result<Embedding, Error> {
    let rows = rows(answer)?;
    let usage = usage(answer);
    if input.get("query").is_some() || rows.first().is_some_and(is_score) {
        let scores = scores(&rows, contexts::count(input).unwrap_or(0))?;
        return Ok(Embedding::Scores(Scores { scores, usage }));
    }
    let (count, dimensions) = measure(&rows)?;
    let wanted = expected(input);
    if count != wanted {
        let (has, wanted) = (decimal(count as i64), decimal(wanted as i64));
        return Err(wrong(&concat(&["The answer has ", &has, " vectors for ", &wanted, " texts."])));
    }
    Ok(Embedding::Vectors(Vectors { count, dimensions, order: order(&rows)?, usage }))
}

/// The indices of the rows in the order of the texts, if each row has the index of its text, as in OpenAI's
/// format; `None` if the rows are in order.
pub fn order<V: Value>(rows: &[V]) -> Result<Option<Vec<usize>>, Error> {
    if rows.iter().all(|row| row.get("index").is_none()) {
        return Ok(None);
    }
    let mut places = vec![None; rows.len()];
    let mut is_in_order = true;
    for (place, row) in rows.iter().enumerate() {
        let index = fields::count(row.get("index")).and_then(|index| usize::try_from(index).ok());
        let free = index.and_then(|index| places.get_mut(index)).filter(|free| free.is_none());
        *free.ok_or_else(|| malformed("data[].index of each text, once"))? = Some(place);
        is_in_order &= index == Some(place);
    }
    Ok((!is_in_order).then(|| places.into_iter().flatten().collect()))
}

/// Rejects numbers that are infinite or NaN as 32-bit floats, because no result could be computed from
/// them.
pub fn check_finite(numbers: &[f32]) -> Result<(), Error> {
    if numbers.iter().all(|number| number.is_finite()) { Ok(()) } else { Err(too_large()) }
}

/// The error for a number out of the range of 32-bit floats.
pub fn too_large() -> Error {
    wrong("The answer has a number in a vector that is too large for 32 bits. Ask again.")
}

/// The numbers of a row, which may be in an object of OpenAI's format.
pub fn numbers<V: Value>(row: &V) -> V {
    row.get("embedding").unwrap_or_else(|| row.clone())
}

/// True if a row is a score instead of a vector.
pub fn is_score<V: Value>(row: &V) -> bool {
    row.get("score").is_some()
}

/// The number of rows and their length, which must be the same for all.
fn measure<V: Value>(rows: &[V]) -> Result<(usize, usize), Error> {
    let length = |length: V| length.number().and_then(index);
    // A single vector may be without a list around it.
    if let Some(length) = rows.first().cloned().and_then(length) {
        return Ok((1, length));
    }
    let mut dimensions = None;
    for row in rows {
        let length = numbers(row).items().into_iter().next().and_then(length);
        let length =
            length.ok_or_else(|| wrong("The answer has an empty vector, or one that has no numbers."))?;
        if dimensions.is_some_and(|dimensions| dimensions != length) {
            return Err(wrong("The answer has vectors of unequal length."));
        }
        dimensions = Some(length);
    }
    dimensions.map(|length| (rows.len(), length)).ok_or_else(|| wrong("The answer has no vectors."))
}

fn wrong(message: &str) -> Error {
    Error::new(Code::MalformedResponse, message)
}

/// The score of each context, in the order of the contexts.
fn scores<V: Value>(rows: &[V], count: usize) -> Result<Vec<f64>, Error> {
    let mut scores = vec![None; count];
    for row in rows {
        let (index, score) = score(row)?;
        let place = scores.get_mut(index).filter(|place| place.is_none());
        *place.ok_or_else(|| malformed("response[].id of each context that was given, once"))? = Some(score);
    }
    let all = scores.into_iter().collect::<Option<Vec<_>>>();
    all.ok_or_else(|| malformed("score for each context"))
}

fn usage<V: Value>(answer: &V) -> Option<EmbeddingUsage> {
    let usage = answer.get("usage").filter(V::is_object)?;
    let prompt_tokens = count(usage.get("prompt_tokens"));
    let total_tokens = count(usage.get("total_tokens"));
    Some(EmbeddingUsage {
        prompt_tokens: prompt_tokens.or(total_tokens)?,
        total_tokens: total_tokens.or(prompt_tokens)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::testing::{self, answered, json_of, request};
    use crate::value::json::Json;

    const BGE: &str = "@cf/baai/bge-base-en-v1.5";
    const M3: &str = "@cf/baai/bge-m3";
    const QWEN: &str = "@cf/qwen/qwen3-embedding-0.6b";

    fn planned(model: &str, input: &str) -> Result<Plan<Json>, Error> {
        plan(&request(Method::Embed, "rest", model, input))
    }

    fn body(model: &str, input: &str) -> Result<String, String> {
        planned(model, input).map(testing::body).map_err(|error| error.field.clone().unwrap_or_default())
    }

    fn read(input: &str, answer: &str) -> Result<String, String> {
        let input = Json::sample(input);
        answered(answer, |answer| decode(answer, &input)).map_err(|error| error.message.clone())
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
        assert_eq!(body(M3, r#"{"contexts":["a"]}"#).as_deref(), Ok(r#"{"contexts":[{"text":"a"}]}"#));
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
            let refused = planned(model, &input).err().unwrap();
            assert_eq!(refused.field.as_deref(), Some(name));
            assert!(refused.message.contains("embedMany"), "{}", refused.message);
        }
    }

    #[test]
    fn a_request_has_limits() {
        let limits = |model: &str| limits(model).map(|limits| json_of(&limits));
        assert_eq!(
            limits(BGE).as_deref(),
            Ok(r#"{"items":100,"tokens":51200,"tokensPerText":512,"dimensions":768,"mayBeEmpty":false}"#)
        );
        assert_eq!(
            limits(QWEN).as_deref(),
            Ok(r#"{"items":32,"tokens":8192,"dimensions":1024,"mayBeEmpty":false}"#)
        );
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
            read(r#"{"text":["a","b"]}"#, &format!(r#"{{"shape":[2,3],"data":[[3],[3]],{usage}}}"#))
                .as_deref(),
            Ok(r#"{"count":2,"dimensions":3,"usage":{"promptTokens":5,"totalTokens":5}}"#)
        );
        assert_eq!(
            read(r#"{"contexts":["a","b"]}"#, r#"{"response":[[3],[3]],"shape":[2,3]}"#).as_deref(),
            Ok(r#"{"count":2,"dimensions":3}"#)
        );
        assert_eq!(
            read(r#"{"queries":"a","documents":["b","c"]}"#, r#"{"data":[[4],[4],[4]]}"#).as_deref(),
            Ok(r#"{"count":3,"dimensions":4}"#)
        );
        assert_eq!(
            read(r#"{"text":"a"}"#, r#"{"data":[{"object":"embedding","index":0,"embedding":[7]}]}"#)
                .as_deref(),
            Ok(r#"{"count":1,"dimensions":7}"#)
        );
        assert_eq!(
            read(r#"{"text":"a"}"#, r#"{"data":[7]}"#).as_deref(),
            Ok(r#"{"count":1,"dimensions":7}"#)
        );
        // Rows with an index are sorted by it.
        let numbered = r#"{"data":[{"index":1,"embedding":[7]},{"index":"0","embedding":[7]}]}"#;
        let order = |answer: &str| {
            let rows = rows(&Json::sample(answer)).and_then(|rows| order(&rows));
            rows.map_err(|error| error.code)
        };
        assert_eq!(order(numbered), Ok(Some(vec![1, 0])));
        assert_eq!(order(r#"{"data":[{"index":0,"embedding":[7]},{"embedding":[7],"index":1}]}"#), Ok(None));
        assert_eq!(order(r#"{"data":[[3],[3]]}"#), Ok(None));
        for (first, second) in [("0", "0"), ("1", "2"), ("-1", "0"), ("0.5", "1"), ("null", "0")] {
            let answer = format!(
                r#"{{"data":[{{"index":{first},"embedding":[7]}},{{"index":{second},"embedding":[7]}}]}}"#
            );
            assert_eq!(order(&answer), Err(Code::MalformedResponse), "{answer}");
            assert!(read(r#"{"text":["a","b"]}"#, &answer).is_err(), "{answer}");
        }
        assert!(check_finite(&[0.0, -1.5]).is_ok() && check_finite(&[f32::INFINITY]).is_err());
        for answer in
            [r#"{"data":[[3],[2]]}"#, r#"{"data":[[3]]}"#, r#"{"data":[]}"#, r#"{"data":[[3],[]]}"#, "{}"]
        {
            assert!(read(r#"{"text":["a","b"]}"#, answer).is_err(), "{answer}");
        }
    }

    #[test]
    fn scores_come_in_the_order_of_the_contexts() {
        let input = r#"{"query":"q","contexts":["a","b"]}"#;
        let answer = r#"{"response":[{"id":1,"score":0.50},{"id":0,"score":-1e-3}]}"#;
        assert_eq!(read(input, answer).as_deref(), Ok(r#"{"scores":[-0.001,0.5]}"#));
        for answer in [
            r#"{"response":[{"id":1,"score":0.5}]}"#,
            r#"{"response":[{"id":2,"score":0.5}]}"#,
            r#"{"response":[{"id":0,"score":0.5},{"id":1,"score":0.5},{"id":0,"score":0.7}]}"#,
            r#"{"response":[{"id":0,"score":0.5},{"id":1,"score":1e999}]}"#,
        ] {
            assert!(read(input, answer).is_err(), "{answer}");
        }
    }
}
