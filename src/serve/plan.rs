//! What is asked of the client: one of its methods, with its arguments.

use crate::wire::write::Writer;

/// What the method gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// A value, which comes back as JSON text.
    Value,
    /// A stream of the service's bytes.
    Stream,
    /// Media, whose bytes are the reply.
    Media,
    /// Media, which come back as JSON text: `[{ base64, mediaType }]`.
    Pictures,
}

impl Gives {
    fn as_str(self) -> &'static str {
        match self {
            Gives::Value => "value",
            Gives::Stream => "stream",
            Gives::Media => "media",
            Gives::Pictures => "pictures",
        }
    }
}

/// One call of the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The method, as it is called: `"embeddings.create"`.
    pub method: &'static str,
    /// What it gives.
    pub gives: Gives,
    /// Its arguments but for the options, each as JSON text.
    pub arguments: Vec<String>,
    /// The call's option of this name.
    pub session_affinity: Option<String>,
    /// Does the client ask again by itself? Not where whoever asks does: together they would ask too often.
    pub retries: bool,
    /// So many calls side by side.
    pub times: i64,
}

impl Plan {
    /// One call.
    pub fn new(method: &'static str, gives: Gives, arguments: Vec<String>) -> Self {
        Plan { method, gives, arguments, session_affinity: None, retries: true, times: 1 }
    }

    /// As JSON text.
    pub fn to_json(&self) -> String {
        Writer::object(|out| {
            out.text("method", self.method);
            out.text("gives", self.gives.as_str());
            out.raw("arguments", &crate::text::concat(&["[", &self.arguments.join(","), "]"]));
            out.member("options", |out| {
                out.some_text("sessionAffinity", self.session_affinity.as_deref());
                if !self.retries {
                    out.number("maxRetries", 0);
                }
            });
            out.number("times", self.times);
        })
    }
}
