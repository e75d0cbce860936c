//! `generateImage`: an image of a prompt, and of other images.

use super::fields::{Field, Fields};
use super::media::{self, Source};
use super::outline::Shape;
use super::request::{Answer, Ask, Form, Plan, Way};
use super::template::{Step, reference};
use crate::catalog::{Body, InputShape, OutputShape};
use crate::error::Error;
use crate::text::concat;
use crate::wire::write::Writer;

/// The images that a form may have.
const PARTS: [&str; 4] = ["input_image_0", "input_image_1", "input_image_2", "input_image_3"];

/// `{ prompt, image?, mask?, … }`
pub fn plan(ask: &Ask<'_>) -> Result<Plan, Error> {
    let shape = ask.shape(InputShape::ImageStableDiffusion);
    let output = ask.output(OutputShape::ImageBytes);
    let fields = Fields::read(ask.fields()?, &[])?;
    let (form, body) = if shape.bodies() == [Body::Multipart] {
        multipart(ask.way, shape, &fields)?
    } else {
        media::body(ask, shape, &fields, fields.check(shape)?, |_| {})?
    };
    Ok(Plan { form, body, answer: Answer { output, take: "media" } })
}

/// A form of plain fields; one that the caller has put together stays as it is.
pub fn multipart(way: Way, shape: InputShape, fields: &Fields<'_>) -> Result<(Form, String), Error> {
    if fields.get("multipart").is_some() {
        return Ok((Form::Plain, "{}".into()));
    }
    if way.gateway && way.door == super::request::Door::Binding {
        let why = "This model takes a form, which the binding does not send through a gateway: leave the gateway out.";
        return Err(Error::invalid("gateway", why));
    }
    if way.json {
        let why = "This model takes a form, which leaves no place for rejectIfBusy.";
        return Err(Error::invalid("rejectIfBusy", why));
    }
    fields.check(shape)?;
    let images = images(fields)?;
    let mut values = Vec::new();
    for field in fields.iter().filter(|field| field.name != "image" && !PARTS.contains(&field.name.as_str()))
    {
        if !matches!(field.given.shape(), Shape::Text(_) | Shape::Number(_) | Shape::Bool) {
            let why = [&field.name, " must be a text, a number or a boolean: it becomes a field of a form."];
            return Err(Error::invalid(&field.given_as, &concat(&why)));
        }
        values.push(field);
    }
    let body = Writer::object(|out| {
        for field in values {
            reference(out, &field.name, &[Step::Name(&field.given_as)]);
        }
        for (name, source) in &images {
            media::part(out, name, source);
        }
    });
    Ok((Form::Multipart, body))
}

/// The images by the names of their parts: those that have one, and `image`, one or several, in the places that are free.
fn images<'a>(fields: &'a Fields<'_>) -> Result<Vec<(&'static str, Source<'a>)>, Error> {
    let mut images = Vec::new();
    let mut add = |name: &'static str, source: Source<'a>| {
        if source.is_remote() {
            let why = "The image is a URL, which this model does not fetch: give the Response of a fetch, or the bytes.";
            return Err(Error::invalid(name, why));
        }
        images.push((name, source));
        Ok(())
    };
    let mut free = Vec::new();
    for name in PARTS {
        match fields.get(name) {
            Some(field) => add(name, Source::read(vec![Step::Name(&field.given_as)], field.given)?)?,
            None => free.push(name),
        }
    }
    let Some(field) = fields.get("image") else { return Ok(images) };
    let Field { given, .. } = field;
    let several = matches!(given.shape(), Shape::List(1..) | Shape::Texts(1.., _));
    if !several {
        let Some(name) = free.first() else { return Err(too_many()) };
        add(name, Source::read(vec![Step::Name("image")], *given)?)?;
        return Ok(images);
    }
    for (index, item) in given.items().enumerate() {
        let Some(name) = free.get(index) else { return Err(too_many()) };
        add(name, Source::read(vec![Step::Name("image"), Step::Index(index)], item)?)?;
    }
    Ok(images)
}

fn too_many() -> Error {
    Error::invalid("image", "This model takes at most four images.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    fn planned(model: &str, way: &str, input: &str) -> Result<(&'static str, String), Option<String>> {
        let input = json::parse(input.as_bytes()).unwrap();
        let ask = Ask::read("generateImage", way, model, input).unwrap();
        plan(&ask).map(|plan| (plan.form.name(), plan.body)).map_err(|error| error.field.clone())
    }

    const FLUX2: &str = "@cf/black-forest-labs/flux-2-dev";
    const INPAINTING: &str = "@cf/runwayml/stable-diffusion-v1-5-inpainting";

    #[test]
    fn flux_2_gets_a_form_even_for_a_prompt() {
        let body = r#"{"prompt":{"$ref":["prompt"]},"seed":{"$ref":["seed"]}}"#;
        assert_eq!(planned(FLUX2, "rest", r#"{"prompt":"a","seed":1}"#), Ok(("multipart", body.into())));
        assert_eq!(planned(FLUX2, "binding", r#"{"prompt":"a","seed":1}"#), Ok(("multipart", body.into())));
        assert_eq!(planned(FLUX2, "binding+gateway", r#"{"prompt":"a"}"#), Err(Some("gateway".into())));
        assert_eq!(
            planned(FLUX2, "rest", r#"{"multipart":{"body":{"$":"form"}}}"#),
            Ok(("plain", "{}".into()))
        );
        assert_eq!(planned(FLUX2, "rest", r#"{"prompt":"a","tags":["b"]}"#), Err(Some("tags".into())));
        assert_eq!(planned(FLUX2, "rest", r#"{"prompt":""}"#), Err(Some("prompt".into())));
    }

    #[test]
    fn images_take_the_places_that_are_free() {
        let input = r#"{"prompt":"a","image":[{"$":"media","type":"image/png","length":1},"AAAA"],"input_image_0":[1]}"#;
        let body = concat!(
            r#"{"prompt":{"$ref":["prompt"]},"input_image_0":{"$media":["input_image_0"],"as":"part"},"#,
            r#""input_image_1":{"$media":["image",0],"as":"part","type":"image/png"},"#,
            r#""input_image_2":{"$media":["image",1],"as":"part"}}"#
        );
        assert_eq!(planned(FLUX2, "rest", input), Ok(("multipart", body.into())));
        let five = r#"{"prompt":"a","image":["A","A","A","A","A"]}"#;
        assert_eq!(planned(FLUX2, "rest", five), Err(Some("image".into())));
        assert_eq!(planned(FLUX2, "rest", r#"{"prompt":"a","image":[1,2,3,4,5]}"#).unwrap().0, "multipart");
        assert!(planned(FLUX2, "rest", r#"{"prompt":"a","image":["http://a.example/"]}"#).is_err());
    }

    #[test]
    fn stable_diffusion_gets_numbers() {
        let input = r#"{"prompt":"a","image":"AAAA","mask":{"$":"media","length":3},"strength":0.5}"#;
        let body = concat!(
            r#"{"prompt":{"$ref":["prompt"]},"image":{"$media":["image"],"as":"numbers"},"#,
            r#""mask":{"$media":["mask"],"as":"numbers"},"strength":{"$ref":["strength"]}}"#
        );
        assert_eq!(planned(INPAINTING, "rest", input), Ok(("json", body.into())));
        assert_eq!(
            planned(INPAINTING, "rest", r#"{"prompt":"a","image_b64":{"$":"media","length":3}}"#).unwrap().1,
            r#"{"prompt":{"$ref":["prompt"]},"image_b64":{"$media":["image_b64"],"as":"base64"}}"#
        );
        let flux1 = "@cf/black-forest-labs/flux-1-schnell";
        let input = r#"{"prompt":"a","image":{"$":"media","length":3}}"#;
        assert_eq!(planned(flux1, "rest", input), Err(Some("image".into())));
    }
}
