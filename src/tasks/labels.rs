//! Labels with scores, best first: what texts and pictures are sorted into.

use super::answer::{float, list, malformed, number};
use crate::error::Error;
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// `{ labels: [{ label, score }] }`
pub fn result(answer: Value<'_>) -> Result<String, Error> {
    let given = list(answer, &["response", "labels"]).ok_or_else(|| malformed("list of labels"))?;
    let mut labels = Vec::new();
    for item in given.items() {
        let label = item.get("label").and_then(|label| label.text()).ok_or_else(|| malformed("label"))?;
        let score = item.get("score");
        let value = float(score).ok_or_else(|| malformed("score"))?;
        labels.push((label, value, number(score).unwrap_or_default()));
    }
    // The sort keeps the service's order among equals.
    labels.sort_by(|a, b| b.1.total_cmp(&a.1));
    Ok(Writer::object(|out| {
        out.list("labels", |out| {
            for (label, _, score) in &labels {
                out.item(|out| {
                    out.text("label", label);
                    out.raw("score", score);
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
    fn best_first() {
        let read = |text: &str| result(json::parse(text.as_bytes()).unwrap()).map_err(|error| error.code);
        assert_eq!(
            read(r#"[{"label":"A","score":0.1},{"label":"B","score":0.9}]"#).as_deref(),
            Ok(r#"{"labels":[{"label":"B","score":0.9},{"label":"A","score":0.1}]}"#)
        );
        assert_eq!(read("[]").as_deref(), Ok(r#"{"labels":[]}"#));
        assert!(read("{}").is_err() && read(r#"[{"label":"A"}]"#).is_err());
    }
}
