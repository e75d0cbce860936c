//! `/v1/embeddings`. The client's method already returns OpenAI's format. This route divides lists that are
//! longer than a model accepts, and shortens vectors of models that were trained for it.

use super::allowed::{Allowed, model, quoted};
use super::exchange::{Answer, Body, Step};
use super::plan::{Plan, ResultKind};
use super::request::{copy, object, raw, whole, wrong};
use crate::error::{Code, Error};
use crate::kernel::base64::group;
use crate::text::{concat, decimal};
use crate::wire::dialect::Usage;
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// Texts in one request in OpenAI's API, at most.
const MOST_TEXTS: usize = 2048;
/// Models whose vectors may be truncated and normalised again (Matryoshka representations), and their full
/// length.
const SHORTENED: [(&str, i64); 2] =
    [("@cf/google/embeddinggemma-300m", 768), ("@cf/qwen/qwen3-embedding-0.6b", 1024)];

/// Texts in one request to a model, at most.
fn most_at_once(id: &str) -> usize {
    if crate::text::find(id, "/qwen3-embedding-", 0).is_some() { 32 } else { 100 }
}

/// Plans the call for a request, with the encoder of its answer.
pub fn step(body: &[u8], allowed: &Allowed) -> Result<Step, Error> {
    let request = object(body)?;
    let (name, id) = model(allowed, request)?;
    let Some(input) = request.get("input").filter(|input| input.is_string() || input.is_array()) else {
        return Err(Error::invalid("input", "input must be a string or an array of strings."));
    };
    let texts = input.items().collect::<Vec<_>>();
    if let Some(item) = texts.iter().find(|item| !item.is_string()) {
        return Err(wrong("input", "a string or an array of strings; tokens are the model's own", *item));
    }
    if texts.len() > MOST_TEXTS {
        let why = concat(&[
            "input has more than ",
            &decimal(MOST_TEXTS as i64),
            " texts: send them in several requests.",
        ]);
        return Err(Error::invalid("input", &why));
    }
    let format = request.get("encoding_format").filter(|format| !format.is_null());
    let wants_base64 = match format {
        None => false,
        Some(format) if format.is("float") => false,
        Some(format) if format.is("base64") => true,
        Some(_) => {
            return Err(Error::invalid(
                "encoding_format",
                "encoding_format must be \"float\" or \"base64\".",
            ));
        }
    };
    let dimensions = whole(request, "dimensions", 1, 65_536)?;
    let is_own = id.starts_with('@');
    let shortened = match dimensions.filter(|_| is_own) {
        None => None,
        Some(wanted) => shortened(&id, wanted)?,
    };
    // Vectors are shortened as numbers.
    let encodes_here = wants_base64 && shortened.is_some();
    let mut but = vec!["model", "input", "encoding_format", "user"];
    if is_own {
        but.push("dimensions");
    }
    let call = |input: &str| {
        vec![Writer::object(|out| {
            out.raw("model", &quoted(&id));
            out.raw("input", input);
            if wants_base64 && !encodes_here {
                out.text("encoding_format", "base64");
            }
            copy(request, &but, out);
        })]
    };
    let mut plan = Plan::new("embeddings.create", ResultKind::Value, Vec::new());
    plan.calls = if texts.len() <= most_at_once(&id) {
        vec![call(&raw(input))]
    } else {
        let lists = texts.chunks(most_at_once(&id)).map(|texts| {
            let texts = texts.iter().map(|text| raw(*text)).collect::<Vec<_>>();
            concat(&["[", &texts.join(","), "]"])
        });
        lists.map(|list| call(&list)).collect()
    };
    let is_divided = plan.calls.len() > 1;
    let texts = if input.is_string() { 1 } else { texts.len() };
    Ok(Step::Call(plan, Box::new(Embeddings { name, texts, is_divided, shortened, encodes_here })))
}

/// The length of the shortened vectors; `None` if they are not shortened.
fn shortened(id: &str, wanted: i64) -> Result<Option<usize>, Error> {
    match SHORTENED.iter().find(|(own, _)| *own == id) {
        Some((_, all)) if wanted < *all => Ok(usize::try_from(wanted).ok()),
        Some((_, all)) if wanted == *all => Ok(None),
        Some((_, all)) => {
            let why = concat(&["dimensions must be at most ", &decimal(*all), " for ", id, "."]);
            Err(Error::invalid("dimensions", &why))
        }
        None => {
            let why = concat(&[
                id,
                " gives vectors of one length: leave out dimensions. Models whose vectors can be shortened: ",
                SHORTENED[0].0,
                ", ",
                SHORTENED[1].0,
                ".",
            ]);
            Err(Error::invalid("dimensions", &why))
        }
    }
}

struct Embeddings {
    name: String,
    /// The number of vectors expected.
    texts: usize,
    is_divided: bool,
    shortened: Option<usize>,
    encodes_here: bool,
}

impl Answer for Embeddings {
    fn whole(&mut self, value: Value<'_>) -> Result<Body, Error> {
        let lists = if self.is_divided { value.items().collect::<Vec<_>>() } else { vec![value] };
        let mut data = String::from("[");
        let (mut prompt, mut total, mut place) = (0, 0, 0);
        for list in lists {
            let [data_items, response, usage] = list.pick(&["data", "response", "usage"]);
            let items = data_items.or(response);
            let counted = usage.and_then(Usage::read).unwrap_or_default();
            prompt += counted.prompt_tokens.unwrap_or(0);
            total += counted.total_tokens.unwrap_or(0);
            for embedding in vectors(items, self.texts)? {
                if place > 0 {
                    data.push(',');
                }
                data.push_str(&self.item(place, embedding)?);
                place += 1;
            }
        }
        data.push(']');
        if usize::try_from(place) != Ok(self.texts) {
            return Err(no_vector());
        }
        Ok(Body::json(Writer::object(|out| {
            out.text("object", "list");
            out.raw("data", &data);
            out.text("model", &self.name);
            out.member("usage", |out| {
                out.number("prompt_tokens", prompt);
                out.number("total_tokens", total);
            });
        })))
    }
}

/// The vectors of a list in the order of the texts: OpenAI's items, or a model's own rows. A single vector
/// may be without a list around it.
fn vectors(items: Option<Value<'_>>, texts: usize) -> Result<Vec<Value<'_>>, Error> {
    let list = items.ok_or_else(no_vector)?;
    if texts == 1 && list.items().next().is_some_and(|first| first.as_number().is_some()) {
        return Ok(vec![list]);
    }
    let items = list.items().collect::<Vec<_>>();
    let number = |item: &Value<'_>| item.get("index").and_then(|index| usize::try_from(index.as_i64()?).ok());
    let numbers = items.iter().map(number).collect::<Vec<_>>();
    let vector_at = |place: usize| {
        let at = numbers.iter().position(|number| *number == Some(place)).unwrap_or(place);
        let item = items.get(at)?;
        if item.is_array() { Some(*item) } else { item.get("embedding") }
    };
    (0..items.len()).map(|place| vector_at(place).ok_or_else(no_vector)).collect()
}

impl Embeddings {
    fn item(&self, place: i64, embedding: Value<'_>) -> Result<String, Error> {
        let vector = match self.shortened {
            None => raw(embedding),
            Some(most) => self.short(embedding, most)?,
        };
        Ok(Writer::object(|out| {
            out.text("object", "embedding");
            out.number("index", place);
            out.raw("embedding", &vector);
        }))
    }

    /// The first numbers of a vector, normalised to length 1.
    fn short(&self, embedding: Value<'_>, most: usize) -> Result<String, Error> {
        let mut numbers = Vec::with_capacity(most);
        for number in embedding.items().take(most) {
            numbers.push(super::decimal::read(number.raw()).ok_or_else(no_vector)?);
        }
        if numbers.len() < most {
            return Err(no_vector());
        }
        let length = numbers.iter().map(|number| number * number).sum::<f64>().sqrt();
        let numbers = numbers.iter().map(|number| if length > 0.0 { number / length } else { 0.0 });
        if self.encodes_here {
            let bytes = numbers.flat_map(|number| (number as f32).to_le_bytes()).collect::<Vec<_>>();
            let text = bytes.chunks(3).flat_map(group).collect::<Vec<_>>();
            return Ok(quoted(&crate::text::lossy(&text)));
        }
        let texts = numbers.map(crate::text::number).collect::<Vec<_>>();
        Ok(concat(&["[", &texts.join(","), "]"]))
    }
}

fn no_vector() -> Error {
    Error::new(Code::MalformedResponse, "The answer has no vectors in the form that the request names.")
}

#[cfg(test)]
mod tests {
    use super::super::testing::planned;

    const PATH: &str = "/v1/embeddings";
    const GEMMA: &str = "@cf/google/embeddinggemma-300m";

    #[test]
    fn what_is_called() {
        let plan = |request: &str| planned("POST", PATH, request).1;
        let sent =
            plan(r#"{"model":"@cf/a/b","input":["a","b"],"encoding_format":"base64","user":"u"}"#).unwrap();
        assert!(
            sent.contains(r#"[[{"model":"@cf/a/b","input":["a","b"],"encoding_format":"base64"}]]"#),
            "{sent}"
        );
        let many = |count: usize| {
            let texts = vec![r#""a""#; count].join(",");
            format!(r#"{{"model":"@cf/qwen/qwen3-embedding-0.6b","input":[{texts}]}}"#)
        };
        assert_eq!(plan(&many(65)).unwrap().matches(r#""input":"#).count(), 3);
        for (request, field) in [
            (r#"{"model":"m","input":[[1]]}"#.to_owned(), "input"),
            (r#"{"model":"m"}"#.to_owned(), "input"),
            (many(2049), "input"),
            (r#"{"model":"m","input":"a","encoding_format":"int8"}"#.to_owned(), "encoding_format"),
            (r#"{"model":"@cf/baai/bge-m3","input":"a","dimensions":9}"#.to_owned(), "dimensions"),
            (format!(r#"{{"model":"{GEMMA}","input":"a","dimensions":769}}"#), "dimensions"),
        ] {
            let refused = plan(&request).unwrap_err();
            assert!(refused.contains(&format!(r#""param":"{field}""#)), "{refused}");
        }
        // The capabilities of other authors' models are not known here.
        assert!(
            plan(r#"{"model":"openai/text-embedding-3-small","input":"a","dimensions":9}"#)
                .unwrap()
                .contains("\"dimensions\":9")
        );
    }

    #[test]
    fn lists_are_joined_and_vectors_shortened() {
        let list = r#"{"object":"list","data":[{"index":0,"embedding":[1.50,2]}],"usage":{"prompt_tokens":2,"total_tokens":2}}"#;
        let texts = vec![r#""a""#; 101].join(",");
        let many = vec![r#"{"embedding":[1.50,2]}"#; 100].join(",");
        let many = format!(r#"{{"data":[{many}],"usage":{{"prompt_tokens":2,"total_tokens":2}}}}"#);
        let (mut exchange, _) = planned("POST", PATH, &format!(r#"{{"model":"m","input":[{texts}]}}"#));
        let body = exchange.answer(format!("[{many},{list}]").as_bytes());
        let item = |at: usize| format!(r#"{{"object":"embedding","index":{at},"embedding":[1.50,2]}}"#);
        let items = (0..101).map(item).collect::<Vec<_>>().join(",");
        let usage = r#""model":"m","usage":{"prompt_tokens":4,"total_tokens":4}}"#;
        assert_eq!(body, format!(r#"{{"object":"list","data":[{items}],{usage}"#));
        for (format, vector) in [("float", "[0.6,0.8]"), ("base64", r#""mpkZP83MTD8=""#)] {
            let request =
                format!(r#"{{"model":"{GEMMA}","input":"a","dimensions":2,"encoding_format":"{format}"}}"#);
            let (mut exchange, plan) = planned("POST", PATH, &request);
            assert!(!plan.unwrap().contains("base64"));
            let body = exchange.answer(br#"{"data":[{"embedding":[3,4.0,12]}]}"#);
            assert!(body.contains(&format!(r#""embedding":{vector}"#)), "{body}");
        }
        for usage in [
            r#"{"prompt_tokens":"2","total_tokens":"2"}"#,
            r#"{"prompt_tokens":2,"total_tokens":1}"#,
            r#"{"total_tokens":2}"#,
            r#"{"prompt_tokens":2}"#,
        ] {
            let (mut exchange, _) = planned("POST", PATH, r#"{"model":"m","input":"a"}"#);
            let body =
                exchange.answer(format!(r#"{{"data":[{{"embedding":[1]}}],"usage":{usage}}}"#).as_bytes());
            assert!(body.ends_with(r#""usage":{"prompt_tokens":2,"total_tokens":2}}"#), "{body}");
        }
        let (mut exchange, _) = planned("POST", PATH, r#"{"model":"m","input":["a","b"]}"#);
        let expected =
            r#""index":0,"embedding":[1.50,2e0]},{"object":"embedding","index":1,"embedding":[3]}"#;
        for answer in [
            r#"{"data":[[1.50,2e0],[3]]}"#,
            r#"{"response":[[1.50,2e0],[3]]}"#,
            r#"{"data":[{"index":1,"embedding":[3]},{"index":0,"embedding":[1.50,2e0]}]}"#,
        ] {
            let body = exchange.answer(answer.as_bytes());
            assert!(body.contains(expected), "{body}");
        }
        let (mut exchange, _) = planned("POST", PATH, r#"{"model":"m","input":"a"}"#);
        let body = exchange.answer(br#"{"data":[1.50,2]}"#);
        assert!(body.contains(r#""index":0,"embedding":[1.50,2]}"#), "{body}");
        // One vector too few, and one that is not a vector.
        for answer in [format!("[{list},{list}]"), r#"[{"data":[{}]}]"#.to_owned(), "{}".to_owned()] {
            exchange.answer(answer.as_bytes());
            assert_eq!(exchange.head().status, 502);
        }
    }
}
