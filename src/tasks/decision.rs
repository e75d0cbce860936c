//! `decide`: typed questions about a state, or fields that are extracted from it.

use super::answer::malformed;
use super::check::check;
use super::outline::{Given, Shape};
use super::request::{Ask, Plan};
use super::template::{Step, media_here, pass, reference_here};
use crate::catalog::{InputShape, OutputShape};
use crate::error::Error;
use crate::text::concat;
use crate::wire::dialect::Usage;
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// The members that hold media.
const MEDIA: [&str; 3] = ["images", "audio", "videos"];
const MOST_QUESTIONS: usize = 64;
const MOST_ID: usize = 100;

/// `{ state, questions, images?, … }`; the model's inner name is filled in.
pub fn plan(ask: &Ask<'_>) -> Result<Plan, Error> {
    let input = ask.fields()?;
    let shape = ask.shape(InputShape::DecisionClef);
    let inner = ask.model.rsplit('/').next().unwrap_or(ask.model);
    if let Some(given) = input.get("model") {
        let same = given.head().as_deref() == Some(inner);
        if ask.entry.is_some() && !same {
            let why = ["model must be \"", inner, "\" for ", ask.model, "; it is filled in when absent."];
            return Err(Error::invalid("model", &concat(&why)));
        }
    }
    check(input, shape)?;
    for name in MEDIA {
        if input.get(name).is_some() && !shape.takes(name) {
            let why = [name, " cannot be given to ", ask.model, ": @cf/cloudflare/clef-omni takes them."];
            return Err(Error::invalid(name, &concat(&why)));
        }
    }
    match shape {
        InputShape::ExtractionClairic => check_fields(input)?,
        _ => check_questions(input)?,
    }
    check_attachments(input)?;
    let body = Writer::object(|out| {
        if input.get("model").is_none() {
            out.text("model", inner);
        }
        pass(out, input, &MEDIA);
        write_attachments(out, input);
    });
    Ok(Plan::json(body, ask.output(OutputShape::DecisionAnswers)))
}

fn check_questions(input: Given<'_>) -> Result<(), Error> {
    let refuse = |why: &str| Err(Error::invalid("questions", &concat(&["questions ", why, "."])));
    let Some(questions) = input.get("questions") else { return Ok(()) };
    let mut count = 0;
    for (id, question) in questions.members() {
        count += 1;
        check_id(&id, "questions")?;
        check_question(&id, question)?;
    }
    match count {
        0 => refuse("is empty: ask at least one"),
        1..=MOST_QUESTIONS => Ok(()),
        _ => refuse(&format!("has {count} members; the most are {MOST_QUESTIONS}")),
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

fn check_question(id: &str, question: Given<'_>) -> Result<(), Error> {
    let refuse = |member: &str, why: &str| {
        let field = concat(&["questions.", id, member]);
        Err(Error::invalid(&field, &concat(&[&field, " ", why, "."])))
    };
    if question.shape() != Shape::Object {
        return refuse("", "must be an object with type and instructions");
    }
    let kind = question.get("type").and_then(|kind| kind.head()).unwrap_or_default();
    if !matches!(kind.as_str(), "noul" | "choice" | "score") {
        return refuse(".type", "must be \"noul\" (yes or no), \"choice\" or \"score\"");
    }
    if !question.get("instructions").is_some_and(is_description) {
        return refuse(".instructions", "must be a string, an object or an array");
    }
    let criteria = question.get("criteria");
    let shape = criteria.map_or(Shape::Nothing, |criteria| criteria.shape());
    let members = criteria.map_or(0, |criteria| criteria.members().count());
    match (kind.as_str(), shape) {
        ("noul", Shape::Nothing | Shape::Object) => {
            let other = criteria.and_then(|criteria| {
                criteria.members().find(|(name, _)| !matches!(name.as_str(), "true" | "false"))
            });
            match other {
                Some(_) => refuse(".criteria", "may say what \"true\" and \"false\" mean, nothing else"),
                None => Ok(()),
            }
        }
        ("noul", _) => refuse(".criteria", "must be an object with true and false"),
        ("choice", Shape::Object) if (2..=255).contains(&members) => Ok(()),
        ("choice", _) => {
            refuse(".criteria", "must be an object of 2 to 255 options, each with its description or null")
        }
        (_, Shape::List(2..=10) | Shape::Texts(2..=10, _)) => Ok(()),
        _ => refuse(".criteria", "must be an array of 2 to 10 levels, the lowest first"),
    }
}

fn is_description(given: Given<'_>) -> bool {
    matches!(given.shape(), Shape::Text(1..) | Shape::Object | Shape::List(1..) | Shape::Texts(..))
}

fn check_fields(input: Given<'_>) -> Result<(), Error> {
    let Some(fields) = input.get("fields") else { return Ok(()) };
    let mut count = 0;
    for (name, field) in fields.members() {
        count += 1;
        let typed = field.get("type").is_some_and(|kind| matches!(kind.shape(), Shape::Text(1..)));
        if !typed {
            let at = concat(&["fields.", &name]);
            let why = concat(&[&at, " must be an object with a type, such as \"text\" or \"number\"."]);
            return Err(Error::invalid(&at, &why));
        }
    }
    if count == 0 {
        return Err(Error::invalid("fields", "fields is empty: name at least one."));
    }
    Ok(())
}

fn check_attachments(input: Given<'_>) -> Result<(), Error> {
    for name in MEDIA {
        let items = input.get(name).into_iter().flat_map(|given| given.items().enumerate());
        for (at, item) in items {
            let field = format!("{name}.{at}");
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

/// The members with media, each item as a data URL.
fn write_attachments(out: &mut Writer, input: Given<'_>) {
    for name in MEDIA {
        let Some(given) = input.get(name) else { continue };
        out.list(name, |out| {
            for (at, item) in given.items().enumerate() {
                let path = [Step::Name(name), Step::Index(at)];
                out.item(|out| {
                    // As the service has it: `{ content_type, base64 }`.
                    if item.shape() == Shape::Object && item.get("base64").is_some() {
                        reference_here(out, &path);
                    } else {
                        media_here(out, &path, "dataURL", item.media_type().as_deref());
                    }
                });
            }
        });
    }
}

/// `{ answers, usage? }`
pub fn result(answer: Value<'_>) -> Result<String, Error> {
    let answers = answer.get("answers").filter(|answers| answers.is_object());
    let answers = answers.ok_or_else(|| malformed("answers"))?;
    let json = crate::text::lossy(answers.raw());
    Ok(Writer::object(|out| {
        out.raw("answers", &json);
        if let Some(usage) = answer.get("usage").filter(|usage| usage.is_object()) {
            out.member("usage", |out| Usage::read(usage).write(out));
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    const CLEF: &str = "@cf/cloudflare/clef-flash";
    const OMNI: &str = "@cf/cloudflare/clef-omni";

    fn body(model: &str, input: &str) -> Result<String, String> {
        let input = json::parse(input.as_bytes()).unwrap();
        let ask = Ask::read("decide", "rest", model, input).unwrap();
        plan(&ask).map(|plan| plan.body).map_err(|error| error.field.clone().unwrap_or_default())
    }

    fn asking(question: &str) -> Result<String, String> {
        body(CLEF, &format!(r#"{{"state":"s","questions":{{"a":{question}}}}}"#))
    }

    #[test]
    fn the_inner_model_is_filled_in() {
        let question = r#""questions":{"a":{"type":"noul","instructions":"?"}}"#;
        let refs = r#""state":{"$ref":["state"]},"questions":{"$ref":["questions"]}}"#;
        assert_eq!(
            body(CLEF, &format!(r#"{{"state":"s",{question}}}"#)),
            Ok(format!(r#"{{"model":"clef-flash",{refs}"#))
        );
        assert_eq!(
            body(CLEF, &format!(r#"{{"model":"clef-flash","state":{{"a":1}},{question}}}"#)),
            Ok(format!(r#"{{"model":{{"$ref":["model"]}},{refs}"#))
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
        let asked = r#""state":"s","questions":{"a":{"type":"noul","instructions":"?"}}"#;
        let with = |model: &str, media: &str| body(model, &format!("{{{asked},{media}}}"));
        let all = with(
            OMNI,
            r#""images":[{"$":"media","length":3,"type":"image/png"},{"content_type":"image/png","base64":"AAAA"}],
               "audio":["AAAA"]"#,
        )
        .unwrap();
        assert!(
            all.ends_with(concat!(
                r#","images":[{"$media":["images",0],"as":"dataURL","type":"image/png"},"#,
                r#"{"$ref":["images",1]}],"#,
                r#""audio":[{"$media":["audio",0],"as":"dataURL"}]}"#
            )),
            "{all}"
        );
        assert!(json::parse(all.as_bytes()).is_ok());
        assert_eq!(with(CLEF, r#""audio":["AAAA"]"#), Err("audio".into()));
        assert_eq!(with(CLEF, r#""images":["https://example.com/a.png"]"#), Err("images.0".into()));
        assert_eq!(with(CLEF, r#""images":["AA","AA","AA","AA","AA"]"#), Err("images".into()));
        assert_eq!(with(CLEF, r#""images":[true]"#), Err("images.0".into()));
    }

    #[test]
    fn answers_stay_as_they_are() {
        let read = |text: &str| result(json::parse(text.as_bytes()).unwrap()).map_err(|error| error.code);
        let answer = r#"{"model":"clef","answers":{"a":{"type":"noul","noul":0.50}},"usage":{"input_tokens":3,"output_tokens":1}}"#;
        let told = read(answer).unwrap();
        assert!(told.starts_with(r#"{"answers":{"a":{"type":"noul","noul":0.50}},"usage":{"#), "{told}");
        assert!(told.contains(r#""promptTokens":3"#), "{told}");
        assert!(read(r#"{"answers":[]}"#).is_err());
    }
}
