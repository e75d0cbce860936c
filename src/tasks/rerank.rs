//! `rerank`: ranks contexts by a query.

use serde::Serialize;

use super::answer::{index, list, malformed, number, sorted};
use super::check::check;
use super::contexts;
use super::request::{Plan, TaskRequest};
use crate::catalog::InputShape;
use crate::error::Error;
use crate::value::Value;

/// `{ query, contexts, top_k? }`, where a context may be a plain text.
pub fn plan<V: Value>(request: &TaskRequest<'_, V>) -> Result<Plan<V>, Error> {
    request.check_object()?;
    check(&request.input, request.shape(InputShape::RerankContexts))?;
    Ok(Plan::json(request, contexts::members(&request.input)?))
}

/// A context's index and its score, from `{ id, score }`, or from `{ index, relevance_score }` of other
/// authors' models; also for the answers of an embedding model to a query.
pub fn score<V: Value>(answer: &V) -> Result<(usize, f64), Error> {
    let either = |own, other| answer.get(own).or_else(|| answer.get(other)).as_ref().and_then(number);
    let id = either("id", "index").filter(|id| id.fract() == 0.0);
    let id = id.ok_or_else(|| malformed("response[].id"))?;
    let score = either("score", "relevance_score").ok_or_else(|| malformed("response[].score"))?;
    Ok((index(id).unwrap_or(usize::MAX), score))
}

/// The result of `rerank`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranking {
    /// Best first.
    pub results: Vec<Ranked>,
}

/// A context and its score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranked {
    /// Its index in the input.
    pub index: usize,
    /// Its score.
    pub score: f64,
    /// Its text, if the input is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Decodes `[{ id, score }]`, bare or as a member.
pub fn decode<V: Value>(answer: &V, input: Option<&V>) -> Result<Ranking, Error> {
    let scores = list(answer, &["response", "results", "data"]).ok_or_else(|| malformed("response"))?;
    let texts = input.filter(|input| contexts::count(*input).is_some()).map(contexts::texts);
    let mut results = Vec::new();
    for answer in scores.items() {
        let (index, score) = score(&answer)?;
        let text = texts.as_ref().and_then(|texts| texts.get(index).cloned().flatten());
        results.push((index as f64, Ranked { index, score, text }));
    }
    if results.is_empty() {
        // A request always has a context.
        return Err(malformed("score in response"));
    }
    let count = texts.as_ref().map_or(usize::MAX, Vec::len);
    if results.iter().any(|(_, result)| result.index >= count) {
        return Err(malformed("response[].id of a context that was given"));
    }
    let top = input.and_then(|input| input.get("top_k")?.number()).and_then(index).unwrap_or(usize::MAX);
    if texts.is_some() && results.len() < count.min(top) {
        return Err(malformed("score in response for each context"));
    }
    let results = sorted(results);
    if results.windows(2).any(|pair| matches!(pair, [one, next] if one.index == next.index)) {
        return Err(malformed("response[].id that is each context's once"));
    }
    // Equal scores keep the order of the contexts.
    let results = results.into_iter().map(|result| (-result.score, result)).collect();
    Ok(Ranking { results: sorted(results) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Method;
    use crate::tasks::testing::{answered, body, request};
    use crate::value::json::Json;

    const MODEL: &str = "@cf/baai/bge-reranker-base";

    #[test]
    fn plain_texts_become_objects() {
        let body = |input: &str| {
            let planned = plan(&request(Method::Rerank, "rest", MODEL, input));
            planned.map(body).map_err(|error| error.field.clone())
        };
        assert_eq!(
            body(r#"{"query":"q","contexts":["a"],"top_k":1}"#).as_deref(),
            Ok(r#"{"query":"q","top_k":1,"contexts":[{"text":"a"}]}"#)
        );
        assert_eq!(
            body(r#"{"query":"q","contexts":[{"text":"a"}]}"#).as_deref(),
            Ok(r#"{"query":"q","contexts":[{"text":"a"}]}"#)
        );
        assert_eq!(body(r#"{"query":"q","contexts":["a",""]}"#), Err(Some("contexts".into())));
        assert_eq!(body(r#"{"query":"q","contexts":[{"id":1}]}"#), Err(Some("contexts".into())));
    }

    #[test]
    fn the_best_comes_first_with_its_text() {
        let read = |input: Option<&str>, answer: &str| {
            let input = input.map(Json::sample);
            answered(answer, |answer| decode(answer, input.as_ref())).map_err(|error| error.message.clone())
        };
        let answer = r#"{"response":[{"id":0,"score":0.10},{"id":1,"score":9.5e-1}]}"#;
        assert_eq!(
            read(Some(r#"{"query":"q","contexts":["a",{"text":"b"}]}"#), answer).as_deref(),
            Ok(r#"{"results":[{"index":1,"score":0.95,"text":"b"},{"index":0,"score":0.1,"text":"a"}]}"#)
        );
        assert_eq!(
            read(None, answer).as_deref(),
            Ok(r#"{"results":[{"index":1,"score":0.95},{"index":0,"score":0.1}]}"#)
        );
        for answer in [
            r#"{"response":[{"id":0,"score":0.1},{"id":0,"score":0.9}]}"#,
            r#"{"response":[{"id":0,"score":1e999}]}"#,
            r#"{"response":[]}"#,
            "[]",
        ] {
            for input in [None, Some(r#"{"query":"q","contexts":["a","b"]}"#)] {
                assert!(read(input, answer).is_err(), "{answer}");
            }
        }
        for answer in [answer, r#"{"response":[{"score":1}]}"#, r#"{"response":[{"id":0}]}"#, "{}"] {
            assert!(read(Some(r#"{"query":"q","contexts":["a"]}"#), answer).is_err(), "{answer}");
        }
        // Too few results are an incomplete answer.
        let three = r#""query":"q","contexts":["a","b","c"]"#;
        assert!(read(Some(&["{", three, "}"].concat()), answer).is_err());
        assert!(read(Some(&["{", three, r#","top_k":3}"#].concat()), answer).is_err());
        assert!(read(Some(&["{", three, r#","top_k":2}"#].concat()), answer).is_ok());
        assert!(read(Some(&["{", three, r#","top_k":1}"#].concat()), answer).is_ok());
    }
}
