//! A call of the client: a method and its arguments.

use crate::text::{concat, join};
use crate::wire::write::Writer;

/// The kind of result that a method returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultKind {
    /// A value, returned as JSON text.
    Value,
    /// A stream of the service's bytes.
    Stream,
    /// Media, whose bytes become the reply.
    Media,
    /// Media, returned as JSON text: `[{ base64, mediaType }]`.
    Pictures,
}

impl ResultKind {
    fn as_str(self) -> &'static str {
        match self {
            ResultKind::Value => "value",
            ResultKind::Stream => "stream",
            ResultKind::Media => "media",
            ResultKind::Pictures => "pictures",
        }
    }
}

/// One or several calls of a method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The name of the method, such as `"embeddings.create"`.
    pub method: &'static str,
    /// The kind of its result.
    pub result: ResultKind,
    /// The arguments of each call except the options, as JSON text. Several calls are made concurrently,
    /// and their results are returned as a list.
    pub calls: Vec<Vec<String>>,
    /// The option of the same name.
    pub session_affinity: Option<String>,
    /// True if the client retries. False if the caller retries itself, because both together would repeat a
    /// request too often.
    pub retries: bool,
}

impl Plan {
    /// A single call.
    pub fn new(method: &'static str, result: ResultKind, arguments: Vec<String>) -> Self {
        Plan { method, result, calls: vec![arguments], session_affinity: None, retries: true }
    }

    /// The plan as JSON text.
    pub fn to_json(&self) -> String {
        let list = |items: &[String]| {
            concat(&["[", &join(&items.iter().map(String::as_str).collect::<Vec<_>>(), ","), "]"])
        };
        let calls = self.calls.iter().map(|arguments| list(arguments)).collect::<Vec<_>>();
        Writer::object(|out| {
            out.text("method", self.method);
            out.text("result", self.result.as_str());
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
