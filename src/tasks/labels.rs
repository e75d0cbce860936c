//! Labels with scores, best first: results of classifiers for texts and images.

use serde::Serialize;

use super::answer::{list, malformed, number, sorted};
use crate::error::Error;
use crate::value::Value;

/// The result of `classifyText` and `classifyImage`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Labels {
    /// Best first; the service's order among equals.
    pub labels: Vec<Label>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Label {
    /// Its name.
    pub label: String,
    /// Its score.
    pub score: f64,
}

/// Decodes `[{ label, score }]`, bare or as a member.
pub fn decode<V: Value>(answer: &V) -> Result<Labels, Error> {
    let list = list(answer, &["response", "labels"]).ok_or_else(|| malformed("list of labels"))?;
    let mut items = list.items();
    // Some models return a list per input.
    if let [only] = &items[..]
        && only.is_list()
    {
        items = only.items();
    }
    let mut labels = Vec::new();
    for item in items {
        let label = item.get("label").and_then(|label| label.text()).ok_or_else(|| malformed("label"))?;
        let score = item.get("score").as_ref().and_then(number).ok_or_else(|| malformed("score"))?;
        labels.push((-score, Label { label, score }));
    }
    if labels.is_empty() {
        // A classifier has a fixed set of labels, so the list is never empty.
        return Err(malformed("label"));
    }
    Ok(Labels { labels: sorted(labels) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::testing::answered;

    #[test]
    fn best_first() {
        let read = |text: &str| answered(text, decode).map_err(|error| error.code);
        assert_eq!(
            read(r#"[{"label":"A","score":0.1},{"label":"B","score":0.9}]"#).as_deref(),
            Ok(r#"{"labels":[{"label":"B","score":0.9},{"label":"A","score":0.1}]}"#)
        );
        assert!(read("[]").is_err() && read(r#"[{"label":"A","score":1e999}]"#).is_err());
        assert!(read("{}").is_err() && read(r#"[{"label":"A"}]"#).is_err());
        assert!(read("[5]").is_err() && read(r#"[{"label":"A","score":"x"}]"#).is_err());
        for odd in [r#"[[{"label":"A","score":0.5}]]"#, r#"[{"label":"A","score":"0.5"}]"#] {
            assert_eq!(read(odd).as_deref(), Ok(r#"{"labels":[{"label":"A","score":0.5}]}"#), "{odd}");
        }
        assert!(read("[[]]").is_err());
    }
}
