//! `/v1/rerank`, for clients of Cohere and Jina: the answer has the members of both formats.

use super::Clock;
use super::allowed::{Allowed, model, quoted};
use super::exchange::{Answer, Body, Step};
use super::plan::{Plan, ResultKind};
use super::request::{flag, object, raw, required, whole};
use crate::error::{Code, Error};
use crate::text::concat;
use crate::wire::json::Value;
use crate::wire::openai::random_word;
use crate::wire::write::Writer;

/// Plans the call for a request, with the encoder of its answer.
pub fn step(body: &[u8], allowed: &Allowed, clock: Clock) -> Result<Step, Error> {
    let request = object(body)?;
    let (name, id) = model(allowed, request)?;
    let query = required(request, "query")?;
    let Some(documents) = request.get("documents").filter(|documents| documents.is_array()) else {
        return Err(Error::invalid("documents", "documents must be an array of texts."));
    };
    let mut texts = Vec::new();
    for document in documents.items() {
        // Documents for Jina may be objects.
        match document.text().or_else(|| document.get("text")?.text()) {
            Some(text) => texts.push(text),
            None => {
                return Err(Error::invalid(
                    "documents",
                    "documents must be an array of texts, or of objects with a text.",
                ));
            }
        }
    }
    let most = whole(request, "top_n", 1, 1_000_000)?;
    let return_documents = request.get("return_documents").filter(|wanted| !wanted.is_null());
    let returns = return_documents.is_none() || flag(request, "return_documents")?;
    let input = Writer::object(|out| {
        out.text("query", &query);
        out.list("contexts", |out| texts.iter().for_each(|text| out.text_item(text)));
        out.some_number("top_k", most.map(|most| most.min(texts.len().max(1) as i64)));
    });
    let plan = Plan::new("rerank", ResultKind::Value, vec![quoted(&id), input]);
    Ok(Step::Call(plan, Box::new(Ranked { name, texts, returns, clock })))
}

struct Ranked {
    name: String,
    texts: Vec<String>,
    returns: bool,
    clock: Clock,
}

impl Answer for Ranked {
    fn whole(&mut self, value: Value<'_>) -> Result<Body, Error> {
        let Some(results) = value.get("results").filter(|results| results.is_array()) else {
            return Err(Error::new(Code::MalformedResponse, "The answer has no results."));
        };
        Ok(Body::json(Writer::object(|out| {
            out.text("id", &concat(&["rerank-", &random_word(self.clock.random, 10)]));
            out.text("object", "list");
            out.text("model", &self.name);
            out.list("results", |out| results.items().for_each(|result| self.result(result, out)));
            let usage = value.get("usage").and_then(|usage| usage.get("totalTokens")?.as_i64()).unwrap_or(0);
            out.member("usage", |out| out.number("total_tokens", usage));
            out.member("meta", |out| out.member("billed_units", |out| out.number("search_units", 1)));
        })))
    }
}

impl Ranked {
    fn result(&self, result: Value<'_>, out: &mut Writer) {
        let [index, score] = result.pick(&["index", "score"]);
        let place = index.and_then(|index| usize::try_from(index.as_i64()?).ok());
        out.item(|out| {
            out.some_number("index", place.map(|place| place as i64));
            out.raw("relevance_score", &score.map_or_else(|| "0".to_owned(), raw));
            let text = place.and_then(|place| self.texts.get(place));
            if let Some(text) = text.filter(|_| self.returns) {
                out.member("document", |out| out.text("text", text));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::planned;

    #[test]
    fn both_shapes() {
        let request =
            |more: &str| [r#"{"model":"m","query":"q","documents":["a",{"text":"b"}]"#, more, "}"].concat();
        let (mut exchange, plan) = planned("POST", "/v2/rerank", &request(r#","top_n":9"#));
        assert!(plan.unwrap().contains(r#"["m",{"query":"q","contexts":["a","b"],"top_k":2}]"#));
        let value = br#"{"results":[{"index":1,"score":0.50,"text":"b"}]}"#;
        let body = exchange.answer(value);
        assert!(
            body.contains(r#""results":[{"index":1,"relevance_score":0.50,"document":{"text":"b"}}]"#),
            "{body}"
        );
        let (mut exchange, _) = planned("POST", "/v1/rerank", &request(r#","return_documents":false"#));
        assert!(!exchange.answer(value).contains("document"));
        assert!(planned("POST", "/v1/rerank", r#"{"model":"m","query":"q"}"#).1.is_err());
    }
}
