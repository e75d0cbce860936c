//! Classifies the body of a reply by its `content-type`.

use crate::text::trim;

/// The suffix of media types that are based on JSON.
const SUFFIX: &str = "+json";

/// The kind of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// JSON.
    Json,
    /// Server-sent events.
    Events,
    /// A web page, which is never the answer of a model.
    Page,
    /// Anything else: images, audio, or no type at all.
    Other,
}

impl Media {
    /// Parses a `content-type`, ignoring parameters and case.
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
