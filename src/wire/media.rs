//! The kind of a reply's body, by its `content-type`.

use crate::text::trim;

/// How the types of formats end that are written in JSON.
const SUFFIX: &str = "+json";

/// The kind of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// JSON.
    Json,
    /// Server-sent events.
    Events,
    /// A web page: never an answer of a model.
    Page,
    /// Anything else: pictures, sound, or no type at all.
    Other,
}

impl Media {
    /// Reads a `content-type`; parameters and case do not matter.
    pub fn of(content_type: Option<&str>) -> Self {
        let content_type = content_type.unwrap_or_default();
        let end = content_type.bytes().position(|byte| byte == b';').unwrap_or(content_type.len());
        let essence = trim(content_type.get(..end).unwrap_or_default());
        let is = |known: &str| essence.eq_ignore_ascii_case(known);
        let suffix = essence.len().checked_sub(SUFFIX.len()).and_then(|at| essence.get(at..));
        if is("application/json") || suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case(SUFFIX)) {
            Media::Json
        } else if is("text/event-stream") {
            Media::Events
        } else if is("text/html") {
            Media::Page
        } else {
            Media::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_and_case_do_not_matter() {
        assert_eq!(Media::of(Some("application/json; charset=utf-8")), Media::Json);
        assert_eq!(Media::of(Some("Application/Problem+JSON")), Media::Json);
        assert_eq!(Media::of(Some("TEXT/event-stream;charset=utf-8")), Media::Events);
        assert_eq!(Media::of(Some("text/html")), Media::Page);
        assert_eq!(Media::of(Some("image/png")), Media::Other);
        assert_eq!(Media::of(None), Media::Other);
    }
}
