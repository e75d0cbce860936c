//! `rerank`: how well contexts fit a query.

use super::answer::{float, list, malformed, number};
use super::check::check;
use super::contexts;
use super::request::{Ask, Plan};
use super::template::pass;
use crate::catalog::{InputShape, OutputShape};
use crate::error::Error;
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// `{ query, contexts, top_k? }`, where a context may be a plain text.
pub fn plan(ask: &Ask<'_>) -> Result<Plan, Error> {
    let input = ask.fields()?;
    check(input, ask.shape(InputShape::RerankContexts))?;
    let plain = contexts::are_plain(input)?;
    let body = Writer::object(|out| {
        pass(out, input, if plain { &["contexts"] } else { &[] });
        if plain {
            contexts::write_plain(out, input);
        }
    });
    Ok(Plan::json(body, ask.output(OutputShape::RerankScores)))
}

/// `{ results: [{ index, score }] }`, best first; the texts are the caller's own, which JavaScript has.
pub fn result(ask: &Ask<'_>, answer: Value<'_>) -> Result<String, Error> {
    let scores = list(answer, &["response"]).ok_or_else(|| malformed("response"))?;
    let mut results = Vec::new();
    for item in scores.items() {
        let index = item.get("id").and_then(|id| id.as_i64()).ok_or_else(|| malformed("response[].id"))?;
        let score = item.get("score");
        let value = float(score).ok_or_else(|| malformed("response[].score"))?;
        results.push((index, value, number(score).unwrap_or_default()));
    }
    let count = contexts::count(ask.input).unwrap_or(usize::MAX) as i64;
    if results.iter().any(|(index, ..)| *index < 0 || *index >= count) {
        return Err(malformed("response[].id of a context that was given"));
    }
    results.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    Ok(Writer::object(|out| {
        out.list("results", |out| {
            for (index, _, score) in &results {
                out.item(|out| {
                    out.number("index", *index);
                    out.raw("score", score);
                });
            }
        });
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    fn ask<T>(input: &str, then: impl FnOnce(&Ask<'_>) -> T) -> T {
        let input = json::parse(input.as_bytes()).unwrap();
        then(&Ask::read("rerank", "rest", "@cf/baai/bge-reranker-base", input).unwrap())
    }

    #[test]
    fn plain_texts_become_objects() {
        let body = |input: &str| {
            ask(input, |ask| plan(ask).map(|plan| plan.body).map_err(|error| error.field.clone()))
        };
        assert_eq!(
            body(r#"{"query":"q","contexts":["a"],"top_k":1}"#).as_deref(),
            Ok(concat!(
                r#"{"query":{"$ref":["query"]},"top_k":{"$ref":["top_k"]},"#,
                r#""contexts":[{"text":{"$ref":["contexts",0]}}]}"#
            ))
        );
        assert_eq!(
            body(r#"{"query":"q","contexts":[{"text":"a"}]}"#).as_deref(),
            Ok(r#"{"query":{"$ref":["query"]},"contexts":{"$ref":["contexts"]}}"#)
        );
        assert_eq!(body(r#"{"query":"q","contexts":["a",""]}"#), Err(Some("contexts".into())));
        assert_eq!(body(r#"{"query":"q","contexts":[{"id":1}]}"#), Err(Some("contexts".into())));
    }

    #[test]
    fn the_best_comes_first_in_the_services_spelling() {
        let answer = json::parse(br#"{"response":[{"id":0,"score":0.10},{"id":1,"score":9.5e-1}]}"#).unwrap();
        let result = ask(r#"{"query":"q","contexts":["a","b"]}"#, |ask| result(ask, answer));
        assert_eq!(
            result.as_deref(),
            Ok(r#"{"results":[{"index":1,"score":9.5e-1},{"index":0,"score":0.10}]}"#)
        );
    }
}
