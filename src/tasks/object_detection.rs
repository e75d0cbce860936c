//! `detectObjects`: things in an image, and where they are.

use super::answer::{list, malformed, number};
use super::media;
use super::request::{Ask, Plan};
use crate::catalog::{InputShape, OutputShape};
use crate::error::Error;
use crate::wire::json::Value;
use crate::wire::write::Writer;

const SIDES: [&str; 4] = ["xmin", "ymin", "xmax", "ymax"];

/// `{ image }`
pub fn plan(ask: &Ask<'_>) -> Result<Plan, Error> {
    media::plan(ask, InputShape::VisionDetect, OutputShape::VisionObjects)
}

/// `{ objects: [{ label, score, box: { xmin, ymin, xmax, ymax } }] }`, in the service's order.
pub fn result(answer: Value<'_>) -> Result<String, Error> {
    let given = list(answer, &["response", "objects"]).ok_or_else(|| malformed("list of objects"))?;
    let mut objects = Vec::new();
    for item in given.items() {
        let label = item.get("label").and_then(|label| label.text()).ok_or_else(|| malformed("label"))?;
        let score = number(item.get("score")).ok_or_else(|| malformed("score"))?;
        let sides = SIDES.map(|side| number(item.get("box").and_then(|sides| sides.get(side))));
        let [Some(xmin), Some(ymin), Some(xmax), Some(ymax)] = sides else { return Err(malformed("box")) };
        objects.push((label, score, [xmin, ymin, xmax, ymax]));
    }
    Ok(Writer::object(|out| {
        out.list("objects", |out| {
            for (label, score, sides) in &objects {
                out.item(|out| {
                    out.text("label", label);
                    out.raw("score", score);
                    out.member("box", |out| SIDES.iter().zip(sides).for_each(|(side, at)| out.raw(side, at)));
                });
            }
        });
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    #[test]
    fn boxes_keep_the_services_spelling() {
        let read = |text: &str| result(json::parse(text.as_bytes()).unwrap()).map_err(|error| error.code);
        assert_eq!(
            read(r#"[{"score":0.9,"label":"cat","box":{"xmin":1,"ymin":2.50,"xmax":3,"ymax":4}}]"#)
                .as_deref(),
            Ok(r#"{"objects":[{"label":"cat","score":0.9,"box":{"xmin":1,"ymin":2.50,"xmax":3,"ymax":4}}]}"#)
        );
        assert_eq!(read("[]").as_deref(), Ok(r#"{"objects":[]}"#));
        assert!(read(r#"[{"score":0.9,"label":"cat"}]"#).is_err());
        assert!(read("{}").is_err());
    }
}
