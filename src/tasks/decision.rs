//! `decide`: typed questions about a state, or fields to extract from it.

use serde::Serialize;

use super::answer::malformed;
use super::check::check;
use super::extraction;
use super::request::{Plan, TaskRequest};
use super::usage::TokenUsage;
use crate::catalog::InputShape;
use crate::error::Error;
use crate::service::fields::failure;
use crate::slip::clip;
use crate::text::{concat, decimal};
use crate::value::{Media, Members, Shape, Tree, Value, WireForm};

/// The members that contain media.
const MEDIA: [&str; 3] = ["images", "audio", "videos"];
const MOST_QUESTIONS: usize = 64;
const MOST_ID: usize = 100;

/// `{ state, questions, images?, … }`; adds the model's inner name.
pub fn plan<V: Value>(request: &TaskRequest<'_, V>) -> Result<Plan<V>, Error> {
    request.check_object()?;
    let (input, model) = (&request.input, request.model);
    let shape = request.shape(InputShape::DecisionClef);
    let inner = model.rsplit('/').next().unwrap_or(model);
    let own = input.get("model");
    if request.entry.is_some() && own.as_ref().is_some_and(|own| !own.is_text(inner)) {
        let why = ["model must be \"", inner, "\" for ", model, "; it is filled in when absent."];
        return Err(Error::invalid("model", &concat(&why)));
    }
    check(input, shape)?;
    for name in MEDIA {
        if input.get(name).is_some() && !shape.takes(name) {
            let why = [name, " cannot be given to ", model, ": @cf/cloudflare/clef-omni takes them."];
            return Err(Error::invalid(name, &concat(&why)));
        }
    }
    match shape {
        InputShape::ExtractionClairic => check_fields(input)?,
        _ => check_questions(input)?,
    }
    check_attachments(input)?;
    let mut members = super::pass(input, &MEDIA);
    if own.is_none() {
        // Replaces `model: null` too.
        members.retain(|(name, _)| name != "model");
        members.insert(0, ("model".to_owned(), Tree::Text(inner.to_owned())));
    }
    members.extend(attachments(input));
    Ok(Plan::json(request, members))
}

fn check_questions<V: Value>(input: &V) -> Result<(), Error> {
    let refuse = |why: &str| Err(Error::invalid("questions", &concat(&["questions ", why, "."])));
    let Some(questions) = input.get("questions") else { return Ok(()) };
    let questions = questions.members();
    for (id, question) in &questions {
        check_id(id, "questions")?;
        check_question(id, question)?;
    }
    match questions.len() {
        0 => refuse("is empty: ask at least one"),
        1..=MOST_QUESTIONS => Ok(()),
        count => {
            let (has, most) = (decimal(count as i64), decimal(MOST_QUESTIONS as i64));
            refuse(&concat(&["has ", &has, " members; the most are ", &most]))
        }
    }
}

fn check_id(id: &str, field: &str) -> Result<(), Error> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    if !id.is_empty() && id.len() <= MOST_ID && id.bytes().all(plain) {
        return Ok(());
    }
    let why = concat(&[field, " has an id that is not 1 to 100 letters, digits, or any of _ . -"]);
    Err(Error::invalid(field, &why))
}

fn check_question<V: Value>(id: &str, question: &V) -> Result<(), Error> {
    let refuse = |member: &str, why: &str| {
        let field = concat(&["questions.", id, member]);
        Err(Error::invalid(&field, &concat(&[&field, " ", why, "."])))
    };
    if !question.is_object() {
        return refuse("", "must be an object with type and instructions");
    }
    let kind = question.get("type").and_then(|kind| kind.head()).unwrap_or_default();
    if !matches!(kind.as_str(), "noul" | "choice" | "score") {
        return refuse(".type", "must be \"noul\" (yes or no), \"choice\" or \"score\"");
    }
    if !question.get("instructions").is_some_and(|instructions| is_description(&instructions)) {
        return refuse(".instructions", "must be a string, an object or an array");
    }
    let criteria = question.get("criteria");
    let shape = criteria.as_ref().map_or(Shape::Null, |criteria| criteria.shape());
    let members = criteria.map(|criteria| criteria.members()).unwrap_or_default();
    match (kind.as_str(), shape) {
        ("noul", Shape::Null | Shape::Object) => {
            if members.iter().all(|(name, _)| matches!(name.as_str(), "true" | "false")) {
                Ok(())
            } else {
                refuse(".criteria", "may say what \"true\" and \"false\" mean, nothing else")
            }
        }
        ("noul", _) => refuse(".criteria", "must be an object with true and false"),
        ("choice", Shape::Object) if (2..=255).contains(&members.len()) => Ok(()),
        ("choice", _) => {
            refuse(".criteria", "must be an object of 2 to 255 options, each with its description or null")
        }
        (_, Shape::List(2..=10) | Shape::Texts(2..=10, _)) => Ok(()),
        _ => refuse(".criteria", "must be an array of 2 to 10 levels, the lowest first"),
    }
}

fn is_description<V: Value>(value: &V) -> bool {
    matches!(value.shape(), Shape::Text(1..) | Shape::Object | Shape::List(1..) | Shape::Texts(..))
}

fn check_fields<V: Value>(input: &V) -> Result<(), Error> {
    let Some(fields) = input.get("fields") else { return Ok(()) };
    let fields = fields.members();
    for (name, field) in &fields {
        let typed = field.get("type").is_some_and(|kind| matches!(kind.shape(), Shape::Text(1..)));
        if !typed {
            let at = concat(&["fields.", name]);
            let why = concat(&[&at, " must be an object with a type, such as \"text\" or \"number\"."]);
            return Err(Error::invalid(&at, &why));
        }
    }
    if fields.is_empty() {
        return Err(Error::invalid("fields", "fields is empty: name at least one."));
    }
    Ok(())
}

fn check_attachments<V: Value>(input: &V) -> Result<(), Error> {
    for name in MEDIA {
        let items = input.get(name).map(|items| items.items()).unwrap_or_default();
        for (index, item) in items.iter().enumerate() {
            let field = field(name, index);
            let refuse = |why: &str| Err(Error::invalid(&field, &concat(&[&field, " ", why, "."])));
            let head = item.head().unwrap_or_default();
            match item.shape() {
                Shape::Text(_) if head.starts_with("http:") || head.starts_with("https:") => {
                    return refuse("cannot be an address: fetch it and give the Response, or bytes");
                }
                Shape::Text(1..) | Shape::Media(_) | Shape::Numbers(_, true) | Shape::Object => {}
                _ => return refuse("must be bytes, a Blob, a stream, a Response, base64 or a data URL"),
            }
        }
    }
    Ok(())
}

fn field(name: &str, index: usize) -> String {
    concat(&[name, ".", &decimal(index as i64)])
}

/// The members with media, each item as a data URL.
fn attachments<V: Value>(input: &V) -> Members<V> {
    let mut members = Vec::new();
    for name in MEDIA {
        let Some(items) = input.get(name) else { continue };
        let attachment = |(index, item): (usize, V)| {
            // The service's own form: `{ content_type, base64 }`.
            if item.is_object() && item.get("base64").is_some() {
                return Tree::Value(item);
            }
            let (media_type, field) = (item.media_type(), field(name, index));
            Tree::Media(Media { value: item, form: WireForm::DataUrl, media_type, field })
        };
        let items = items.items().into_iter().enumerate().map(attachment);
        members.push((name.to_owned(), Tree::List(items.collect())));
    }
    members
}

/// The result of `decide`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision<V> {
    /// By the ids of the questions, in the service's form.
    pub answers: V,
    /// The usage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<TokenUsage>,
}

/// Decodes `{ answers, usage? }`. Each question must have an answer, which is an object of the question's
/// type; one that reports a failure makes the whole call fail. A field without a value may be omitted; a
/// value must have the field's type.
pub fn decode<V: Value>(answer: &V, input: Option<&V>) -> Result<Decision<V>, Error> {
    let answers = answer.get("answers").filter(V::is_object).ok_or_else(|| malformed("answers"))?;
    // `null` counts as absent.
    let mut members = answers.members();
    members.retain(|(_, one)| !one.is_null());
    for (_, one) in &members {
        if one.get("error").is_some() {
            return Err(failure(one));
        }
        if !one.is_object() {
            return Err(malformed("answers that are objects"));
        }
    }
    let requested = |name| input.and_then(|input| input.get(name)).map(|all| all.members());
    for (id, question) in requested("questions").unwrap_or_default() {
        let Some((_, answer)) = members.iter().find(|(name, _)| *name == id) else {
            return Err(malformed("answer for each question"));
        };
        if !answers_question(answer, &question) {
            return Err(malformed(&concat(&["answer of the right type for the question ", clip(&id)])));
        }
    }
    for (name, field) in requested("fields").unwrap_or_default() {
        let answer = members.iter().find(|(own, _)| *own == name);
        if answer.is_some_and(|(_, answer)| !extraction::fits(answer, &field)) {
            return Err(malformed(&concat(&["value of the right type for the field ", clip(&name)])));
        }
    }
    Ok(Decision { answers, usage: TokenUsage::of(answer) })
}

/// True if it is an answer to a question of this type. Unknown properties of the question are ignored.
fn answers_question<V: Value>(answer: &V, question: &V) -> bool {
    let Some(kind) = question.get("type").and_then(|kind| kind.head()) else { return true };
    let number = |name| answer.get(name).and_then(|value| value.number()).is_some_and(f64::is_finite);
    let is_type = answer.get("type").is_none_or(|own| own.is_text(&kind));
    is_type
        && match kind.as_str() {
            "noul" => number("noul"),
            "score" => number("score"),
            "choice" => {
                let options = question.get("criteria").map(|options| options.members()).unwrap_or_default();
                let choice = answer.get("choice").and_then(|choice| choice.text());
                choice.is_some_and(|choice| options.iter().any(|(option, _)| *option == choice))
            }
            _ => true,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Method;
    use crate::error::Code;
    use crate::tasks::testing;
    use crate::value::json::Json;

    const CLEF: &str = "@cf/cloudflare/clef-flash";
    const OMNI: &str = "@cf/cloudflare/clef-omni";

    fn body(model: &str, input: &str) -> Result<String, String> {
        let planned = plan(&testing::request(Method::Decide, "rest", model, input));
        planned.map(testing::body).map_err(|error| error.field.clone().unwrap_or_default())
    }

    fn asking(question: &str) -> Result<String, String> {
        body(CLEF, &format!(r#"{{"state":"s","questions":{{"a":{question}}}}}"#))
    }

    #[test]
    fn the_inner_model_is_filled_in() {
        let question = r#""questions":{"a":{"type":"noul","instructions":"?"}}"#;
        assert_eq!(
            body(CLEF, &format!(r#"{{"state":"s",{question}}}"#)),
            Ok(format!(r#"{{"model":"clef-flash","state":"s",{question}}}"#))
        );
        assert_eq!(
            body(CLEF, &format!(r#"{{"model":"clef-flash","state":{{"a":1}},{question}}}"#)),
            Ok(format!(r#"{{"model":"clef-flash","state":{{"a":1}},{question}}}"#))
        );
        assert_eq!(body(CLEF, &format!(r#"{{"model":"clef","state":"s",{question}}}"#)), Err("model".into()));
        assert!(
            body("@cf/cloudflare/clairic", r#"{"state":"","fields":{"total":{"type":"number"}}}"#)
                .is_ok_and(|body| body.starts_with(r#"{"model":"clairic""#))
        );
        assert_eq!(
            body("@cf/cloudflare/clairic", r#"{"state":"","fields":{"total":{}}}"#),
            Err("fields.total".into())
        );
        assert_eq!(body("@cf/cloudflare/clairic", r#"{"state":"","fields":{}}"#), Err("fields".into()));
    }

    #[test]
    fn questions_are_checked() {
        for question in [
            r#"{"type":"noul","instructions":"?","criteria":{"true":"yes"}}"#,
            r#"{"type":"choice","instructions":{"ask":"?"},"criteria":{"x":null,"y":"why"}}"#,
            r#"{"type":"score","instructions":["?"],"criteria":["low","high"]}"#,
        ] {
            assert!(asking(question).is_ok(), "{question}: {:?}", asking(question));
        }
        for (question, field) in [
            ("1", "questions.a"),
            (r#"{"type":"other","instructions":"?"}"#, "questions.a.type"),
            (r#"{"type":"noul"}"#, "questions.a.instructions"),
            (r#"{"type":"noul","instructions":"?","criteria":{"maybe":"m"}}"#, "questions.a.criteria"),
            (r#"{"type":"choice","instructions":"?"}"#, "questions.a.criteria"),
            (r#"{"type":"choice","instructions":"?","criteria":{"x":null}}"#, "questions.a.criteria"),
            (r#"{"type":"score","instructions":"?","criteria":["low"]}"#, "questions.a.criteria"),
        ] {
            assert_eq!(asking(question), Err(field.into()), "{question}");
        }
        assert_eq!(body(CLEF, r#"{"state":"s","questions":{}}"#), Err("questions".into()));
        assert_eq!(body(CLEF, r#"{"state":"s"}"#), Err("questions".into()));
        assert_eq!(
            body(CLEF, r#"{"questions":{"a":{"type":"noul","instructions":"?"}}}"#),
            Err("state".into())
        );
        assert_eq!(
            body(CLEF, r#"{"state":"s","questions":{"a b":{"type":"noul","instructions":"?"}}}"#),
            Err("questions".into())
        );
        let many = (0..65).map(|id| format!(r#""q{id}":{{"type":"noul","instructions":"?"}}"#));
        let many = many.collect::<Vec<_>>().join(",");
        assert_eq!(
            body(CLEF, &format!(r#"{{"state":"s","questions":{{{many}}}}}"#)),
            Err("questions".into())
        );
    }

    #[test]
    fn media_become_data_urls() {
        let question = r#""state":"s","questions":{"a":{"type":"noul","instructions":"?"}}"#;
        let with = |model: &str, media: &str| body(model, &format!("{{{question},{media}}}"));
        let all = with(
            OMNI,
            r#""images":[{"$":"media","length":3,"type":"image/png"},{"content_type":"image/png","base64":"AAAA"}],
               "audio":["AAAA"]"#,
        )
        .unwrap();
        assert!(
            all.ends_with(concat!(
                r#","images":[{"$media":"images.0","as":"dataURL","type":"image/png"},"#,
                r#"{"content_type":"image/png","base64":"AAAA"}],"#,
                r#""audio":[{"$media":"audio.0","as":"dataURL"}]}"#
            )),
            "{all}"
        );
        assert_eq!(with(CLEF, r#""audio":["AAAA"]"#), Err("audio".into()));
        assert_eq!(with(CLEF, r#""images":["https://example.com/a.png"]"#), Err("images.0".into()));
        assert_eq!(with(CLEF, r#""images":["AA","AA","AA","AA","AA"]"#), Err("images".into()));
        assert_eq!(with(CLEF, r#""images":[true]"#), Err("images.0".into()));
    }

    #[test]
    fn answers_stay_as_they_are() {
        let read =
            |text: &str| testing::answered(text, |answer| decode(answer, None)).map_err(|error| error.code);
        let answer = r#"{"model":"clef","answers":{"a":{"type":"noul","noul":0.50}},"usage":{"input_tokens":3,"output_tokens":1}}"#;
        assert_eq!(
            read(answer).as_deref(),
            Ok(concat!(
                r#"{"answers":{"a":{"type":"noul","noul":0.5}},"#,
                r#""usage":{"promptTokens":3,"completionTokens":1,"totalTokens":4}}"#
            ))
        );
        assert!(read(r#"{"answers":[]}"#).is_err());
    }

    #[test]
    fn each_question_has_an_answer() {
        let input = Json::sample(r#"{"questions":{"a":{},"b":{}}}"#);
        let read = |answers: &str| {
            let answer = Json::sample(&format!(r#"{{"answers":{answers}}}"#));
            decode(&answer, Some(&input)).map(drop).map_err(|error| (error.code, error.internal_code))
        };
        assert_eq!(read(r#"{"b":{"noul":1},"a":{"noul":0,"error":null},"c":{}}"#), Ok(()));
        for answers in [r#"{"a":{"noul":1}}"#, r#"{"a":{},"b":null}"#, r#"{"a":{},"b":0.5}"#, "{}"] {
            assert_eq!(read(answers), Err((Code::MalformedResponse, None)), "{answers}");
        }
        let failed = r#"{"a":{"error":{"code":3040,"message":"busy"}},"b":{"noul":1}}"#;
        assert_eq!(read(failed), Err((Code::Capacity, Some(3040))));
    }

    #[test]
    fn each_answer_is_of_its_questions_type() {
        let read = |input: &str, answers: &str| {
            let answer = Json::sample(&format!(r#"{{"answers":{{"a":{answers}}}}}"#));
            decode(&answer, Some(&Json::sample(input))).map(drop).map_err(|error| error.message.clone())
        };
        let question = |kind: &str| {
            format!(r#"{{"questions":{{"a":{{"type":"{kind}","criteria":{{"x":null,"y":1}}}}}}}}"#)
        };
        let field = |field: &str| format!(r#"{{"fields":{{"a":{field}}}}}"#);
        for (input, answer) in [
            (question("noul"), r#"{"noul":0.5}"#),
            (question("noul"), r#"{"type":"noul","noul":1}"#),
            (question("choice"), r#"{"type":"choice","choice":"x"}"#),
            (question("score"), r#"{"type":"score","score":1.5}"#),
            (question("other"), "{}"),
            (field(r#"{"type":"text"}"#), r#"{"type":"text","value":""}"#),
            (field(r#"{"type":"text"}"#), r#"{"value":null}"#),
            (field(r#"{"type":"text"}"#), "{}"),
            (field(r#"{"type":"number"}"#), r#"{"value":-1.5}"#),
            (field(r#"{"type":"number","integer":true}"#), r#"{"value":12.0}"#),
            (field(r#"{"type":"duration"}"#), r#"{"value":"PT1H"}"#),
            (field(r#"{"type":"duration"}"#), r#"{"value":3600}"#),
            (field(r#"{"type":"list","items":"number"}"#), r#"{"value":[1,2.5]}"#),
            (field(r#"{"type":"list","items":"date"}"#), r#"{"value":[]}"#),
            (field(r#"{"type":"list"}"#), r#"{"value":[1,"a"]}"#),
            (field(r#"{"type":"estimate"}"#), r#"{"type":"estimate","value":"2026-01-01"}"#),
        ] {
            assert_eq!(read(&input, answer), Ok(()), "{input} {answer}");
        }
        for (input, answer) in [
            (question("noul"), r#"{"noul":"0.5"}"#),
            (question("noul"), r#"{"noul":true}"#),
            (question("noul"), r#"{"type":"score","score":1}"#),
            (question("choice"), r#"{"choice":"z"}"#),
            (question("choice"), r#"{"choice":0}"#),
            (question("score"), r#"{"score":null}"#),
            (question("score"), r#"{"score":1e999}"#),
            (field(r#"{"type":"text"}"#), r#"{"value":12}"#),
            (field(r#"{"type":"text"}"#), r#"{"type":"number","value":"a"}"#),
            (field(r#"{"type":"number"}"#), r#"{"value":"12"}"#),
            (field(r#"{"type":"number","integer":true}"#), r#"{"value":1.5}"#),
            (field(r#"{"type":"date"}"#), r#"{"value":20260101}"#),
            (field(r#"{"type":"list","items":"number"}"#), r#"{"value":["1"]}"#),
            (field(r#"{"type":"list","items":"text"}"#), r#"{"value":"a"}"#),
            (field(r#"{"type":"list"}"#), r#"{"value":[{}]}"#),
            (field(r#"{"type":"estimate"}"#), r#"{"value":{}}"#),
        ] {
            let message = read(&input, answer).unwrap_err();
            assert!(message.contains(" a."), "{input} {answer}: {message}");
        }
    }
}
