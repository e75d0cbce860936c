//! `/v1/images/generations` and `/v1/images/edits`.

use super::Clock;
use super::allowed::{Allowed, model, quoted};
use super::exchange::{Answer, Body, Step};
use super::form;
use super::plan::{Plan, ResultKind};
use super::request::{object, required, text};
use crate::error::{Code, Error};
use crate::text::{concat, split_first, unsigned};
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// Images per request, at most.
const MOST: i64 = 10;
/// Members that are handled here, or that only OpenAI's own models use.
const OWN: [&str; 18] = [
    "model",
    "prompt",
    "n",
    "size",
    "response_format",
    "quality",
    "style",
    "background",
    "moderation",
    "output_format",
    "output_compression",
    "input_fidelity",
    "user",
    "image",
    "images",
    "mask",
    "stream",
    "partial_images",
];

/// Plans the call for a prompt, with the encoder of its answer.
pub fn generation(body: &[u8], allowed: &Allowed, clock: Clock) -> Result<Step, Error> {
    step(object(body)?, Vec::new(), allowed, clock)
}

/// Plans the call that edits images, with the encoder of its answer.
pub fn edit(body: &[u8], allowed: &Allowed, clock: Clock) -> Result<Step, Error> {
    let request = object(body)?;
    let [image, images] = request.pick_present(&["image", "images"]);
    let Some(value) = image.or(images) else {
        return Err(Error::invalid("image", "image is missing: the image that is to be edited."));
    };
    let list = if value.is_array() { value.items().collect() } else { vec![value] };
    let mut files = Vec::new();
    for image in list {
        // In JSON the newer form is `{ image_url }`.
        let url = image.get("image_url");
        let url = url.map(|url| url.get("url").unwrap_or(url));
        files.push(form::file("image", url.unwrap_or(image))?);
    }
    let image = match files.as_slice() {
        [one] => one.clone(),
        _ => concat(&["[", &files.join(","), "]"]),
    };
    let mut more = vec![("image", image)];
    if let Some(mask) = form::media(request, "mask")? {
        more.push(("mask", mask));
    }
    step(request, more, allowed, clock)
}

fn step(
    request: Value<'_>,
    more: Vec<(&str, String)>,
    allowed: &Allowed,
    clock: Clock,
) -> Result<Step, Error> {
    let (_, id) = model(allowed, request)?;
    let prompt = required(request, "prompt")?;
    if form::flag(request, "stream")? {
        return Err(Error::invalid("stream", "Images are not streamed here: leave out stream."));
    }
    let is_url = match text(request, "response_format")?.as_deref() {
        None | Some("b64_json") => false,
        Some("url") => true,
        Some(_) => {
            return Err(Error::invalid(
                "response_format",
                "response_format must be \"b64_json\" or \"url\".",
            ));
        }
    };
    let size = text(request, "size")?.filter(|size| size != "auto");
    let size = size.map(|size| pixels(&size)).transpose()?;
    let input = Writer::object(|out| {
        out.text("prompt", &prompt);
        if let Some((width, height)) = size {
            out.number("width", width);
            out.number("height", height);
        }
        for (name, value) in &more {
            out.raw(name, value);
        }
        form::copy(request, &OWN, out);
    });
    let count = form::whole(request, "n", 1, MOST)?.unwrap_or(1);
    let mut plan = Plan::new("generateImage", ResultKind::Pictures, Vec::new());
    plan.calls = (0..count).map(|_| vec![quoted(&id), input.clone()]).collect();
    Ok(Step::Call(plan, Box::new(Images { is_url, created: clock.now })))
}

/// `1024x768`
fn pixels(size: &str) -> Result<(i64, i64), Error> {
    let sides =
        split_first(size, b'x').and_then(|(width, height)| Some((unsigned(width)?, unsigned(height)?)));
    let refuse = || Error::invalid("size", "size must be like \"1024x1024\", or \"auto\".");
    sides.map(|(width, height)| (width.into(), height.into())).ok_or_else(refuse)
}

struct Images {
    is_url: bool,
    created: i64,
}

impl Answer for Images {
    fn whole(&mut self, value: Value<'_>) -> Result<Body, Error> {
        let mut images = Vec::new();
        for picture in value.items() {
            let [base64, media_type] = picture.pick(&["base64", "mediaType"]);
            let text = |value: Option<Value<'_>>| value.and_then(|value| value.text());
            let (Some(base64), Some(media_type)) = (text(base64), text(media_type)) else {
                return Err(Error::new(Code::MalformedResponse, "The answer has no image."));
            };
            images.push((base64, media_type));
        }
        Ok(Body::json(Writer::object(|out| {
            out.number("created", self.created);
            out.list("data", |out| {
                for (base64, media_type) in &images {
                    out.item(|out| {
                        if self.is_url {
                            out.text("url", &concat(&["data:", media_type, ";base64,", base64]));
                        } else {
                            out.text("b64_json", base64);
                        }
                    });
                }
            });
            let format = images.first().and_then(|(_, media_type)| media_type.strip_prefix("image/"));
            out.some_text("output_format", format);
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::planned;

    #[test]
    fn images() {
        let request = r#"{"model":"@cf/a/b","prompt":"p","n":2,"size":"512x256","response_format":"url","quality":"hd","seed":7}"#;
        let (mut exchange, plan) = planned("POST", "/v1/images/generations", request);
        let call = r#"["@cf/a/b",{"prompt":"p","width":512,"height":256,"seed":7}]"#;
        assert_eq!(
            plan.unwrap(),
            [
                r#"{"method":"generateImage","result":"pictures","calls":["#,
                call,
                ",",
                call,
                r#"],"options":{}}"#
            ]
            .concat()
        );
        let body = exchange.answer(
            br#"[{"base64":"AA==","mediaType":"image/png"},{"base64":"BB==","mediaType":"image/png"}]"#,
        );
        assert_eq!(
            body,
            r#"{"created":7,"data":[{"url":"data:image/png;base64,AA=="},{"url":"data:image/png;base64,BB=="}],"output_format":"png"}"#
        );
        for (more, field) in [
            (r#""size":"big""#, "size"),
            (r#""n":11"#, "n"),
            (r#""response_format":"png""#, "response_format"),
            (r#""stream":true"#, "stream"),
        ] {
            let request = [r#"{"model":"m","prompt":"p","#, more, "}"].concat();
            let refused = planned("POST", "/v1/images/generations", &request).1.unwrap_err();
            assert!(refused.contains(&format!(r#""param":"{field}""#)), "{refused}");
        }
    }

    #[test]
    fn edits() {
        let plan = |request: &str| planned("POST", "/v1/images/edits", request).1;
        let form = r#"{"model":"m","prompt":"p","n":"1","image":[{"$file":0},{"$file":1}],"mask":{"$file":2},"strength":"0.5","negative_prompt":"x y"}"#;
        let sent = plan(form).unwrap();
        assert!(sent.contains(r#"{"prompt":"p","image":[{"$file":0},{"$file":1}],"mask":{"$file":2},"strength":0.5,"negative_prompt":"x y"}"#), "{sent}");
        let json =
            plan(r#"{"model":"m","prompt":"p","images":[{"image_url":"data:image/png;base64,AA=="}]}"#)
                .unwrap();
        assert!(json.contains(r#""image":"data:image/png;base64,AA==""#), "{json}");
        assert!(plan(r#"{"model":"m","prompt":"p"}"#).unwrap_err().contains(r#""param":"image""#));
    }
}
