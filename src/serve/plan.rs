//! The call of the client: one of its methods, with its arguments.

use crate::text::{concat, join};
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

/// Calls of the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The method, as it is called: `"embeddings.create"`.
    pub method: &'static str,
    /// What it gives.
    pub gives: Gives,
    /// The arguments of each call but for the options, each as JSON text. They are made side by side; of one alone its value comes back, of
    /// several a list.
    pub calls: Vec<Vec<String>>,
    /// The option of a call of this name.
    pub session_affinity: Option<String>,
    /// Does the client ask again by itself? Not where whoever asks does: together they would ask too often.
    pub retries: bool,
}

impl Plan {
    /// One call.
    pub fn new(method: &'static str, gives: Gives, arguments: Vec<String>) -> Self {
        Plan { method, gives, calls: vec![arguments], session_affinity: None, retries: true }
    }

    /// As JSON text.
    pub fn to_json(&self) -> String {
        let list = |items: &[String]| {
            concat(&["[", &join(&items.iter().map(String::as_str).collect::<Vec<_>>(), ","), "]"])
        };
        let calls = self.calls.iter().map(|arguments| list(arguments)).collect::<Vec<_>>();
        Writer::object(|out| {
            out.text("method", self.method);
            out.text("gives", self.gives.as_str());
            out.raw("calls", &list(&calls));
            out.member("options", |out| {
                out.some_text("sessionAffinity", self.session_affinity.as_deref());
                if !self.retries {
                    out.number("maxRetries", 0);
                }
            });
        })
    }
}
