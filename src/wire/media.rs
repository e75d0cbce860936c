//! What a reply's `content-type` says about its body.

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
        let essence = content_type
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        match essence.as_str() {
            "application/json" => Media::Json,
            "text/event-stream" => Media::Events,
            "text/html" => Media::Page,
            other if other.ends_with("+json") => Media::Json,
            _ => Media::Other,
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
