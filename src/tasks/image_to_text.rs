//! `describeImage`: describes an image.

use serde::Serialize;

use super::answer::malformed;
use super::fields::Fields;
use super::media;
use super::request::{Plan, Take, TaskRequest};
use super::usage::{TokenUsage, count};
use crate::catalog::InputShape;
use crate::error::Error;
use crate::value::{FromValue, Tree, Value, answers, member};

/// `{ image, prompt?, … }`; `prompt` and `question` are synonyms, each supported by one model.
pub fn plan<V: Value>(request: &TaskRequest<'_, V>) -> Result<Plan<V>, Error> {
    request.check_object()?;
    let shape = request.shape(InputShape::VisionLlava);
    let has_questions = shape == InputShape::VisionMoondream;
    let names = if has_questions { ("prompt", "question") } else { ("question", "prompt") };
    let fields = Fields::read(&request.input, &[names])?;
    let variant = fields.check(shape)?;
    let stream = fields.get("stream").map(|stream| stream.value.boolean() == Some(true));
    if stream == Some(true) {
        return Err(Error::invalid("stream", "describeImage gives the whole answer: use run for a stream."));
    }
    let mut content = media::content(request, shape, fields, variant)?;
    // One model streams by default.
    if let Tree::Object(members) = &mut content.body
        && stream.is_none()
        && variant.property("stream").is_some()
    {
        members.push(("stream".to_owned(), Tree::Boolean(false)));
    }
    Ok(Plan::one(request, content, Take::Json))
}

/// The result of `describeImage`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Description {
    /// Empty if places were requested.
    pub text: String,
    /// Center points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<Vec<Point>>,
    /// Bounding boxes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objects: Option<Vec<Region>>,
    /// The usage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<TokenUsage>,
}

/// A point, as fractions of the image's width and height.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// From the left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<f64>,
    /// From the top.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<f64>,
}

/// A box, as fractions of the image's width and height.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Region {
    /// Left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub xmin: Option<f64>,
    /// Top.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ymin: Option<f64>,
    /// Right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub xmax: Option<f64>,
    /// Bottom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ymax: Option<f64>,
}

answers! {
    struct PlacesAnswer {
        points: Vec<PointAnswer>,
        objects: Vec<RegionAnswer>,
    }

    struct PointAnswer {
        x: f64,
        y: f64,
    }

    struct RegionAnswer {
        x_min: f64,
        y_min: f64,
        x_max: f64,
        y_max: f64,
    }
}

/// Decodes a text under one of its names, `{ points }` or `{ objects }`, or a chat completion.
pub fn decode<V: Value>(answer: &V) -> Result<Description, Error> {
    let texts = ["description", "answer", "caption", "response"];
    let in_choice = || {
        let choice = answer.get("choices")?.items().into_iter().next()?;
        choice.get("message")?.get("content")
    };
    let text =
        texts.iter().find_map(|name| member(answer, name)).or_else(|| String::from_value(&in_choice()?));
    let PlacesAnswer { points, objects } = PlacesAnswer::from_value(answer).unwrap_or_default();
    if text.is_none() && points.is_none() && objects.is_none() {
        return Err(malformed("description"));
    }
    let point = |PointAnswer { x, y }| Point { x, y };
    let region = |place: RegionAnswer| Region {
        xmin: place.x_min,
        ymin: place.y_min,
        xmax: place.x_max,
        ymax: place.y_max,
    };
    Ok(Description {
        text: text.unwrap_or_default(),
        points: points.map(|points| points.into_iter().map(point).collect()),
        objects: objects.map(|objects| objects.into_iter().map(region).collect()),
        usage: usage(answer),
    })
}

fn usage<V: Value>(answer: &V) -> Option<TokenUsage> {
    let Some(metrics) = answer.get("metrics") else { return TokenUsage::of(answer) };
    let input = count(metrics.get("input_tokens"))?;
    let output = count(metrics.get("output_tokens"))?;
    Some(TokenUsage {
        prompt_tokens: input,
        completion_tokens: output,
        total_tokens: input + output,
        ..TokenUsage::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Method;
    use crate::tasks::testing::{answered, request, sent};

    fn planned(model: &str, way: &str, input: &str) -> Result<(&'static str, String), Option<String>> {
        plan(&request(Method::DescribeImage, way, model, input))
            .map(sent)
            .map_err(|error| error.field.clone())
    }

    const LLAVA: &str = "@cf/llava-hf/llava-1.5-7b-hf";
    const MOONDREAM: &str = "@cf/moondream/moondream3.1-9B-A2B";

    #[test]
    fn an_image_alone_is_the_body_over_http() {
        let image = r#"{"image":{"$":"media","form":"blob","length":9,"type":"image/png"}}"#;
        let body = r#"{"$body":{"$media":"image","as":"body","type":"image/png"}}"#;
        assert_eq!(planned(LLAVA, "rest", image), Ok(("raw", body.into())));
        let body = r#"{"image":{"$media":"image","as":"numbers","type":"image/png"}}"#;
        assert_eq!(planned(LLAVA, "binding", image), Ok(("json", body.into())));
        assert_eq!(planned(LLAVA, "rest+json", image), Ok(("json", body.into())));
    }

    #[test]
    fn with_a_question_it_is_json() {
        let body = r#"{"image":{"$media":"image","as":"numbers"},"prompt":"?"}"#;
        assert_eq!(planned(LLAVA, "rest", r#"{"image":[1,2],"question":"?"}"#), Ok(("json", body.into())));
        assert_eq!(
            planned(LLAVA, "rest", r#"{"image":"https://a.example/b.png"}"#),
            Err(Some("image".into()))
        );
        assert_eq!(planned(LLAVA, "rest", r#"{"prompt":"?"}"#), Err(Some("image".into())));
    }

    #[test]
    fn moondream_gets_stream_false() {
        let body = r#"{"image":"https://a.example/b.png","question":"?","stream":false}"#;
        let input = r#"{"image":"https://a.example/b.png","prompt":"?"}"#;
        assert_eq!(planned(MOONDREAM, "rest", input), Ok(("json", body.into())));
        let body = r#"{"task":"point","image":{"$media":"image","as":"dataURL"}}"#;
        assert_eq!(
            planned(MOONDREAM, "binding", r#"{"task":"point","image":[1]}"#),
            Ok(("json", body.into()))
        );
        assert_eq!(planned(MOONDREAM, "rest", r#"{"stream":true}"#), Err(Some("stream".into())));
    }

    #[test]
    fn every_model_has_its_own_name_for_the_text() {
        let read = |text: &str| answered(text, decode).map_err(|error| error.code);
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
        assert_eq!(
            read(r#"{"choices":[{"message":{"content":"A"}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#)
                .as_deref(),
            Ok(r#"{"text":"A","usage":{"promptTokens":1,"completionTokens":2,"totalTokens":3}}"#)
        );
        assert_eq!(read(r#"{"description":7}"#).as_deref(), Ok(r#"{"text":"7"}"#));
        assert!(read("{}").is_err() && read(r#"{"choices":[{"message":{"content":null}}]}"#).is_err());
    }
}
