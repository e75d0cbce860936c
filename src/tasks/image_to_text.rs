//! `describeImage`: a text about an image.

use super::answer::{list, malformed, number};
use super::fields::Fields;
use super::media;
use super::request::{Answer, Ask, Plan};
use crate::catalog::{InputShape, OutputShape};
use crate::error::Error;
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// `{ image, prompt?, … }`; what one model calls `prompt` is `question` to the other.
pub fn plan(ask: &Ask<'_>) -> Result<Plan, Error> {
    let shape = ask.shape(InputShape::VisionLlava);
    let questions = shape == InputShape::VisionMoondream;
    let names = if questions { ("prompt", "question") } else { ("question", "prompt") };
    let input = ask.fields()?;
    let fields = Fields::read(input, &[names])?;
    let variant = fields.check(shape)?;
    if fields.get("stream").is_some_and(|stream| stream.given.value().as_bool() == Some(true)) {
        return Err(Error::invalid("stream", "describeImage gives the whole answer: use run for a stream."));
    }
    // A model that streams unless it is told not to.
    let tell = variant.property("stream").is_some() && fields.get("stream").is_none();
    let (form, body) = media::body(ask, shape, &fields, variant, |out| {
        if tell {
            out.raw("stream", "false");
        }
    })?;
    Ok(Plan {
        form,
        body,
        answer: Answer { output: ask.output(OutputShape::VisionDescription), take: "json" },
    })
}

/// `{ text, usage?, points?, objects? }`; the text is empty where places were asked for.
pub fn result(answer: Value<'_>) -> Result<String, Error> {
    let text = ["description", "answer", "caption", "response"];
    let text = text.iter().find_map(|name| answer.get(name).and_then(|text| text.text()));
    let places = |name: &str| answer.get(name).filter(|places| places.is_array());
    let (points, objects) = (places("points"), places("objects"));
    if text.is_none() && points.is_none() && objects.is_none() {
        return Err(malformed("description"));
    }
    let objects = objects.and_then(|objects| list(objects, &[]));
    Ok(Writer::object(|out| {
        out.text("text", text.as_deref().unwrap_or_default());
        if let Some(points) = points {
            write_places(out, "points", points, &[("x", "x"), ("y", "y")]);
        }
        if let Some(objects) = objects {
            let sides = [("xmin", "x_min"), ("ymin", "y_min"), ("xmax", "x_max"), ("ymax", "y_max")];
            write_places(out, "objects", objects, &sides);
        }
        write_usage(out, answer);
    }))
}

fn write_places(out: &mut Writer, name: &str, places: Value<'_>, sides: &[(&str, &str)]) {
    out.list(name, |out| {
        for place in places.items() {
            out.item(|out| {
                for (name, wire) in sides {
                    if let Some(at) = number(place.get(wire)) {
                        out.raw(name, at);
                    }
                }
            });
        }
    });
}

fn write_usage(out: &mut Writer, answer: Value<'_>) {
    let metrics = answer.get("metrics");
    let count = |name: &str| metrics.and_then(|metrics| metrics.get(name)).and_then(|count| count.as_i64());
    if let (Some(input), Some(output)) = (count("input_tokens"), count("output_tokens")) {
        out.member("usage", |out| {
            out.number("promptTokens", input);
            out.number("completionTokens", output);
            out.number("totalTokens", input.saturating_add(output));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    fn planned(model: &str, way: &str, input: &str) -> Result<(&'static str, String), Option<String>> {
        let input = json::parse(input.as_bytes()).unwrap();
        let ask = Ask::read("describeImage", way, model, input).unwrap();
        plan(&ask).map(|plan| (plan.form.name(), plan.body)).map_err(|error| error.field.clone())
    }

    const LLAVA: &str = "@cf/llava-hf/llava-1.5-7b-hf";
    const MOONDREAM: &str = "@cf/moondream/moondream3.1-9B-A2B";

    #[test]
    fn an_image_alone_is_the_body_over_http() {
        let image = r#"{"image":{"$":"media","form":"blob","length":9,"type":"image/png"}}"#;
        let body = r#"{"$body":{"$media":["image"],"as":"body","type":"image/png"}}"#;
        assert_eq!(planned(LLAVA, "rest", image), Ok(("raw", body.into())));
        let body = r#"{"image":{"$media":["image"],"as":"numbers","type":"image/png"}}"#;
        assert_eq!(planned(LLAVA, "binding", image), Ok(("json", body.into())));
        assert_eq!(planned(LLAVA, "rest+json", image), Ok(("json", body.into())));
    }

    #[test]
    fn with_a_question_it_is_json() {
        let body = r#"{"image":{"$media":["image"],"as":"numbers"},"prompt":{"$ref":["question"]}}"#;
        assert_eq!(planned(LLAVA, "rest", r#"{"image":[1,2],"question":"?"}"#), Ok(("json", body.into())));
        assert_eq!(
            planned(LLAVA, "rest", r#"{"image":"https://a.example/b.png"}"#),
            Err(Some("image".into()))
        );
        assert_eq!(planned(LLAVA, "rest", r#"{"prompt":"?"}"#), Err(Some("image".into())));
    }

    #[test]
    fn moondream_is_told_not_to_stream() {
        let body = r#"{"image":{"$ref":["image"]},"question":{"$ref":["prompt"]},"stream":false}"#;
        let input = r#"{"image":"https://a.example/b.png","prompt":"?"}"#;
        assert_eq!(planned(MOONDREAM, "rest", input), Ok(("json", body.into())));
        let body = r#"{"task":{"$ref":["task"]},"image":{"$media":["image"],"as":"dataURL"}}"#;
        assert_eq!(
            planned(MOONDREAM, "binding", r#"{"task":"point","image":[1]}"#),
            Ok(("json", body.into()))
        );
        assert_eq!(planned(MOONDREAM, "rest", r#"{"stream":true}"#), Err(Some("stream".into())));
    }

    #[test]
    fn every_model_has_its_own_name_for_the_text() {
        let read = |text: &str| result(json::parse(text.as_bytes()).unwrap()).map_err(|error| error.code);
        assert_eq!(read(r#"{"description":" A cat."}"#).as_deref(), Ok(r#"{"text":" A cat."}"#));
        assert_eq!(
            read(r#"{"finish_reason":"stop","metrics":{"input_tokens":5,"output_tokens":2},"answer":null,"caption":"A"}"#)
                .as_deref(),
            Ok(r#"{"text":"A","usage":{"promptTokens":5,"completionTokens":2,"totalTokens":7}}"#)
        );
        assert_eq!(
            read(r#"{"objects":[{"x_min":0.1,"y_min":0.2,"x_max":0.3,"y_max":0.4}]}"#).as_deref(),
            Ok(r#"{"text":"","objects":[{"xmin":0.1,"ymin":0.2,"xmax":0.3,"ymax":0.4}]}"#)
        );
        assert_eq!(
            read(r#"{"points":[{"x":0.1,"y":0.2}]}"#).as_deref(),
            Ok(r#"{"text":"","points":[{"x":0.1,"y":0.2}]}"#)
        );
        assert!(read("{}").is_err());
    }
}
