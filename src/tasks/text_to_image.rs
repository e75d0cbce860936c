//! `generateImage`: generates an image from a prompt, and from other images.

use super::fields::{Field, Fields};
use super::media::{self, Source};
use super::request::{Content, Form, Plan, Route, Take, TaskRequest};
use crate::catalog::{Body, InputShape};
use crate::error::Error;
use crate::text::{concat, decimal};
use crate::value::{Shape, Tree, Value, WireForm};

/// The images that a form may contain.
const PARTS: [&str; 4] = ["input_image_0", "input_image_1", "input_image_2", "input_image_3"];

/// `{ prompt, image?, mask?, … }`
pub fn plan<V: Value>(request: &TaskRequest<'_, V>) -> Result<Plan<V>, Error> {
    request.check_object()?;
    let shape = request.shape(InputShape::ImageStableDiffusion);
    let fields = Fields::read(&request.input, &[])?;
    let content = if shape.bodies() == [Body::Multipart] {
        multipart(request.route, shape, &request.input, fields)?
    } else {
        let variant = fields.check(shape)?;
        media::content(request, shape, fields, variant)?
    };
    Ok(Plan::one(request, content, Take::Media))
}

/// A form with the members as its parts. A form of the caller is sent unchanged.
pub fn multipart<V: Value>(
    route: Route,
    shape: InputShape,
    input: &V,
    fields: Fields<V>,
) -> Result<Content<V>, Error> {
    if route.gateway {
        let why = "This model takes a form, which does not go through a gateway: leave the gateway out.";
        return Err(Error::invalid("gateway", why));
    }
    if fields.get("multipart").is_some() {
        return Ok(Content::plain(input));
    }
    if route.json {
        let why = "This model takes a form, which leaves no place for rejectIfBusy.";
        return Err(Error::invalid("rejectIfBusy", why));
    }
    fields.check(shape)?;
    let images = images(&fields)?;
    let mut members = Vec::new();
    for Field { alias, name, value, shape } in fields {
        if name == "image" || PARTS.contains(&name.as_str()) {
            continue;
        }
        let is_plain = match shape {
            Shape::Text(_) | Shape::Boolean => true,
            Shape::Number(number) => number.is_finite(),
            _ => false,
        };
        if !is_plain {
            let why = [&name, " must be a text, a number or a boolean: it becomes a field of a form."];
            return Err(Error::invalid(&alias, &concat(&why)));
        }
        members.push((name, Tree::Value(value)));
    }
    members
        .extend(images.into_iter().map(|(name, source)| (name.to_owned(), source.in_form(WireForm::Part))));
    Ok(Content { form: Form::Multipart, body: Tree::Object(members), query: Vec::new() })
}

/// The images by the names of their parts: those named explicitly, and `image`, one or several, under the
/// remaining names.
fn images<V: Value>(fields: &Fields<V>) -> Result<Vec<(&'static str, Source<V>)>, Error> {
    let mut images = Vec::new();
    let mut add = |name: &'static str, source: Source<V>| {
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
            Some(field) => add(name, Source::read_shape(&field.alias, &field.value, field.shape)?)?,
            None => free.push(name),
        }
    }
    let Some(field) = fields.get("image") else { return Ok(images) };
    if !matches!(field.shape, Shape::List(1..) | Shape::Texts(1.., _)) {
        let Some(name) = free.first() else { return Err(too_many()) };
        add(name, Source::read_shape("image", &field.value, field.shape)?)?;
        return Ok(images);
    }
    for (index, item) in field.value.items().iter().enumerate() {
        let Some(name) = free.get(index) else { return Err(too_many()) };
        add(name, Source::read(&concat(&["image.", &decimal(index as i64)]), item)?)?;
    }
    Ok(images)
}

fn too_many() -> Error {
    Error::invalid("image", "This model takes at most four images.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Method;
    use crate::tasks::request::Requests;
    use crate::tasks::testing::{request, sent};
    use crate::value::json::Json;

    fn planned(model: &str, way: &str, input: &str) -> Result<(&'static str, String), Option<String>> {
        plan(&request(Method::GenerateImage, way, model, input))
            .map(sent)
            .map_err(|error| error.field.clone())
    }

    const FLUX2: &str = "@cf/black-forest-labs/flux-2-dev";
    const INPAINTING: &str = "@cf/runwayml/stable-diffusion-v1-5-inpainting";

    #[test]
    fn flux_2_gets_a_form_even_for_a_prompt() {
        let body = r#"{"prompt":"a","seed":1}"#;
        assert_eq!(planned(FLUX2, "rest", r#"{"prompt":"a","seed":1}"#), Ok(("multipart", body.into())));
        assert_eq!(planned(FLUX2, "binding", r#"{"prompt":"a","seed":1}"#), Ok(("multipart", body.into())));
        for way in ["binding+gateway", "rest+gateway", "proxy+gateway"] {
            for input in [r#"{"prompt":"a"}"#, r#"{"multipart":{"body":{"$":"form"}}}"#] {
                assert_eq!(planned(FLUX2, way, input), Err(Some("gateway".into())), "{way}");
            }
        }
        let own = r#"{"multipart":{"body":{"$":"form"}}}"#;
        let planned_own = plan(&request(Method::GenerateImage, "rest", FLUX2, own)).unwrap();
        assert_eq!(planned_own.requests, Requests::One(Content::plain(&Json::sample(own))));
        assert_eq!(planned(FLUX2, "rest", r#"{"prompt":"a","words":["b"]}"#), Err(Some("words".into())));
        assert_eq!(planned(FLUX2, "rest", r#"{"prompt":""}"#), Err(Some("prompt".into())));
    }

    #[test]
    fn images_take_the_places_that_are_free() {
        let input = r#"{"prompt":"a","image":[{"$":"media","type":"image/png","length":1},"AAAA"],"input_image_0":[1]}"#;
        let body = concat!(
            r#"{"prompt":"a","input_image_0":{"$media":"input_image_0","as":"part"},"#,
            r#""input_image_1":{"$media":"image.0","as":"part","type":"image/png"},"#,
            r#""input_image_2":{"$media":"image.1","as":"part"}}"#
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
            r#"{"prompt":"a","image":{"$media":"image","as":"numbers"},"#,
            r#""mask":{"$media":"mask","as":"numbers"},"strength":0.5}"#
        );
        assert_eq!(planned(INPAINTING, "rest", input), Ok(("json", body.into())));
        assert_eq!(
            planned(INPAINTING, "rest", r#"{"prompt":"a","image_b64":{"$":"media","length":3}}"#).unwrap().1,
            r#"{"prompt":"a","image_b64":{"$media":"image_b64","as":"base64"}}"#
        );
        let flux1 = "@cf/black-forest-labs/flux-1-schnell";
        let input = r#"{"prompt":"a","image":{"$":"media","length":3}}"#;
        assert_eq!(planned(flux1, "rest", input), Err(Some("image".into())));
    }
}
