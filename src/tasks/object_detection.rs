//! `detectObjects`: finds objects in an image.

use serde::Serialize;

use super::answer::{list, malformed};
use super::media;
use super::request::{Plan, TaskRequest};
use crate::catalog::InputShape;
use crate::error::Error;
use crate::value::{FromValue, Value, answers};

/// `{ image }`
pub fn plan<V: Value>(request: &TaskRequest<'_, V>) -> Result<Plan<V>, Error> {
    media::plan(request, InputShape::VisionDetect)
}

answers! {
    struct ObjectAnswer {
        label: String,
        score: f64,
        bounds = "box": BoundsAnswer,
    }

    struct BoundsAnswer {
        xmin: f64,
        ymin: f64,
        xmax: f64,
        ymax: f64,
    }
}

impl BoundsAnswer {
    fn complete(self) -> Option<Bounds> {
        Some(Bounds { xmin: self.xmin?, ymin: self.ymin?, xmax: self.xmax?, ymax: self.ymax? })
    }
}

/// The result of `detectObjects`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Objects {
    /// In the service's order.
    pub objects: Vec<Object>,
}

/// An object.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Object {
    /// Its class.
    pub label: String,
    /// The model's confidence.
    pub score: f64,
    /// Its bounding box.
    #[serde(rename = "box")]
    pub bounds: Bounds,
}

/// A box in pixels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bounds {
    /// Left.
    pub xmin: f64,
    /// Top.
    pub ymin: f64,
    /// Right.
    pub xmax: f64,
    /// Bottom.
    pub ymax: f64,
}

/// Decodes `[{ label, score, box }]`, bare or as a member.
pub fn decode<V: Value>(answer: &V) -> Result<Objects, Error> {
    let list = list(answer, &["response", "objects"]).ok_or_else(|| malformed("list of objects"))?;
    let mut objects = Vec::new();
    for ObjectAnswer { label, score, bounds } in Vec::from_value(&list).unwrap_or_default() {
        let label = label.ok_or_else(|| malformed("label"))?;
        let score = score.ok_or_else(|| malformed("score"))?;
        let bounds = bounds.and_then(BoundsAnswer::complete).ok_or_else(|| malformed("box"))?;
        objects.push(Object { label, score, bounds });
    }
    Ok(Objects { objects })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::testing::answered;

    #[test]
    fn objects_have_a_box() {
        let read = |text: &str| answered(text, decode).map_err(|error| error.code);
        assert_eq!(
            read(r#"[{"score":0.9,"label":"cat","box":{"xmin":1,"ymin":2.50,"xmax":3,"ymax":4}}]"#)
                .as_deref(),
            Ok(r#"{"objects":[{"label":"cat","score":0.9,"box":{"xmin":1,"ymin":2.5,"xmax":3,"ymax":4}}]}"#)
        );
        assert_eq!(read("[]").as_deref(), Ok(r#"{"objects":[]}"#));
        assert!(read(r#"[{"score":0.9,"label":"cat"}]"#).is_err());
        assert!(read(r#"[{"score":0.9,"label":"cat","box":{"xmin":1,"ymin":2,"xmax":3}}]"#).is_err());
        assert!(read("{}").is_err());
    }
}
