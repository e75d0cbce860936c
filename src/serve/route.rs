//! Determines the route of a request.

use crate::error::{Code, Error};
use crate::text::{concat, lossy};

/// A route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// `/v1/chat/completions`
    Chat,
    /// `/v1/responses`
    Responses,
    /// `/v1/messages`, of Anthropic
    Messages,
    /// `/v1/messages/count_tokens`
    CountTokens,
    /// `/v1/embeddings`
    Embeddings,
    /// `/v1/models`
    Models,
    /// `/v1/models/{id}`
    Model(String),
    /// `/v1/images/generations`
    Images,
    /// `/v1/images/edits`
    ImageEdits,
    /// `/v1/audio/speech`
    Speech,
    /// `/v1/audio/transcriptions`
    Transcriptions,
    /// `/v1/audio/translations`
    Translations,
    /// `/v1/rerank`, of Cohere and Jina
    Rerank,
}

/// The routes: the end of the path, the method, the route.
const ROUTES: [(&str, &str, Route); 12] = [
    ("/chat/completions", "POST", Route::Chat),
    ("/responses", "POST", Route::Responses),
    ("/messages", "POST", Route::Messages),
    ("/messages/count_tokens", "POST", Route::CountTokens),
    ("/embeddings", "POST", Route::Embeddings),
    ("/models", "GET", Route::Models),
    ("/images/generations", "POST", Route::Images),
    ("/images/edits", "POST", Route::ImageEdits),
    ("/audio/speech", "POST", Route::Speech),
    ("/audio/transcriptions", "POST", Route::Transcriptions),
    ("/audio/translations", "POST", Route::Translations),
    ("/rerank", "POST", Route::Rerank),
];

const MODELS: &str = "/models/";

impl Route {
    /// Determines the route by method and path. The start of the path is ignored, because clients use
    /// different base URLs.
    pub fn of(method: &str, path: &str) -> Result<Self, Error> {
        let path = path.strip_suffix('/').unwrap_or(path);
        if let Some((end, own, route)) = ROUTES.iter().find(|(end, ..)| path.ends_with(end)) {
            return if *own == method { Ok(route.clone()) } else { Err(wrong_method(end, own)) };
        }
        match crate::text::find(path, MODELS, 0).and_then(|at| path.get(at + MODELS.len()..)) {
            Some(id) if method == "GET" => Ok(Route::Model(decoded(id))),
            Some(_) => Err(wrong_method("/models/{id}", "GET")),
            None if crate::text::find(path, "/responses/", 0).is_some() => Err(no_state()),
            None => Err(unknown()),
        }
    }

    /// True for a route of Anthropic.
    pub fn is_anthropics(&self) -> bool {
        matches!(self, Route::Messages | Route::CountTokens)
    }
}

/// Decodes a part of a path.
fn decoded(part: &str) -> String {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        match (digit(others.first()), digit(others.get(1))) {
            (Some(high), Some(low)) if *first == b'%' => {
                bytes.push((high * 16 + low) as u8);
                rest = others.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = others;
            }
        }
    }
    lossy(&bytes)
}

fn wrong_method(end: &str, own: &str) -> Error {
    let mut error = Error::new(Code::InvalidInput, concat(&["/v1", end, " takes the method ", own, "."]));
    error.status = Some(405);
    error
}

fn no_state() -> Error {
    Error::new(
        Code::NotFound,
        "Responses are not kept here: there is nothing to be got, listed or cancelled.",
    )
}

fn unknown() -> Error {
    let mut own = String::new();
    for (place, (end, ..)) in ROUTES.iter().enumerate() {
        own.push_str(if place == 0 { "/v1" } else { ", /v1" });
        own.push_str(end);
    }
    Error::new(Code::NotFound, concat(&["There is no such interface. There are: ", &own, "."]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_path_tells() {
        for path in [
            "/v1/chat/completions",
            "/chat/completions/",
            "/v1/v1/chat/completions",
            "/any/v1/chat/completions",
        ] {
            assert_eq!(Route::of("POST", path), Ok(Route::Chat), "{path}");
        }
        for (end, method, route) in ROUTES {
            assert_eq!(Route::of(method, &["/v1", end].concat()), Ok(route));
        }
        assert_eq!(Route::of("GET", "/v1/models/%40cf%2fa/b%2"), Ok(Route::Model("@cf/a/b%2".to_owned())));
        assert_eq!(Route::of("POST", "/v2/rerank"), Ok(Route::Rerank));
        assert_eq!(Route::of("GET", "/v1/chat/completions").unwrap_err().status, Some(405));
        assert_eq!(Route::of("DELETE", "/v1/models/a").unwrap_err().status, Some(405));
        for path in ["/v1/fine_tuning/jobs", "/v1/responses/resp_1", ""] {
            assert_eq!(Route::of("POST", path).unwrap_err().code, Code::NotFound);
        }
    }
}
