//! The URL of a connection over HTTP, and how the credential is sent.
//!
//! | the runtime's WebSocket | REST | REST through a gateway | proxy |
//! |---|---|---|---|
//! | supports headers, or `fetch` upgrades | headers | the gateway's host, headers | headers |
//! | supports none, as in pages | rejected | the gateway's host, the token as the name of a subprotocol | only if no header is needed |

use crate::error::Error;
use crate::headers::{AUTHORIZATION, CONTENT_TYPE, GATEWAY_AUTHORIZATION, GATEWAY_ID};
use crate::model::encode_query;
use crate::text::{concat, find, split_first};

const API: &str = "https://api.cloudflare.com/client/v4/accounts/";
const GATEWAY: &str = "https://gateway.ai.cloudflare.com/v1/";
const RUN: &str = "/ai/run/";
const BEARER: &str = "Bearer ";

/// How the runtime opens a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opener {
    /// `fetch` with an upgrade.
    Fetch,
    /// A `WebSocket` with headers.
    Headers,
    /// A `WebSocket` without headers.
    Plain,
}

/// The target of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// With the scheme that the opener needs.
    pub url: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Subprotocols.
    pub protocols: Vec<String>,
}

/// The target of a connection, from the URL and the headers of an HTTP request for the model.
pub fn address(
    opener: Opener,
    model: &str,
    mut url: String,
    mut headers: Vec<(String, String)>,
) -> Result<Address, Error> {
    headers.retain(|(name, _)| name != CONTENT_TYPE);
    let header = |name: &str| headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
    let mut protocols = Vec::new();
    let mut through_gateway = false;
    if let (Some(gateway), Some(rest)) = (header(GATEWAY_ID), url.strip_prefix(API)) {
        let end = find(rest, RUN, 0).unwrap_or(rest.len());
        let (account, path) = (rest.get(..end).unwrap_or_default(), rest.get(end..).unwrap_or_default());
        let query = split_first(path, b'?').map_or("", |(_, query)| query);
        let more = if query.is_empty() { "" } else { "&" };
        let token = header(GATEWAY_AUTHORIZATION).or_else(|| header(AUTHORIZATION)).unwrap_or_default();
        url = concat(&[
            GATEWAY,
            account,
            "/",
            &encode_query(&gateway),
            "/workers-ai?model=",
            &encode_query(model),
            more,
            query,
        ]);
        headers.retain(|(name, _)| name != GATEWAY_ID && name != GATEWAY_AUTHORIZATION);
        if opener == Opener::Plain {
            headers.retain(|(name, _)| name != AUTHORIZATION);
            protocols.push(protocol(&token)?);
        } else {
            headers.push((GATEWAY_AUTHORIZATION.to_owned(), token));
        }
        through_gateway = true;
    }
    if opener == Opener::Plain {
        refuse_headers(&headers, through_gateway)?;
    }
    if opener != Opener::Fetch
        && let Some(rest) = url.strip_prefix("http")
    {
        url = concat(&["ws", rest]);
    }
    Ok(Address { url, headers, protocols })
}

/// The subprotocol that contains a token.
fn protocol(token: &str) -> Result<String, Error> {
    let token = token.strip_prefix(BEARER).unwrap_or(token);
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if token.is_empty() || !token.bytes().all(fits) {
        let why = "The token has a character that cannot go along with a WebSocket here: use baseURL with a proxy of your own.";
        return Err(Error::config("gateway.token", why));
    }
    Ok(concat(&[GATEWAY_AUTHORIZATION, ".", token]))
}

/// Rejects headers that the call depends on, instead of dropping them silently.
fn refuse_headers(headers: &[(String, String)], through_gateway: bool) -> Result<(), Error> {
    let Some((name, _)) = headers.first() else { return Ok(()) };
    if name == AUTHORIZATION || headers.iter().any(|(name, _)| name == AUTHORIZATION) {
        let why = "The WebSocket of this runtime sends no headers, so no API token either: use baseURL with a proxy of your own, or a gateway.";
        return Err(Error::config("apiToken", why));
    }
    let field = if name.starts_with("cf-aig-") { "gateway" } else { "headers" };
    let advice = if through_gateway { "leave it out." } else { "leave it out, or let the proxy add it." };
    let why = ["The WebSocket of this runtime sends no headers, so not ", name, " either: ", advice];
    Err(Error::config(field, &concat(&why)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::lossy;
    use crate::wire::json;
    use crate::wire::write::Writer;

    const MODEL: &str = "@cf/deepgram/flux";
    const REST: &str =
        "https://api.cloudflare.com/client/v4/accounts/acc/ai/run/@cf/deepgram/flux?encoding=linear16";

    fn described(opener: Opener, url: &str, headers: &str) -> Result<String, Option<String>> {
        let headers = json::parse(headers.as_bytes()).unwrap();
        let text = |value: json::Value<'_>| value.text().unwrap();
        let headers = headers.entries().map(|(name, value)| (lossy(name.raw()), text(value))).collect();
        let address = address(opener, MODEL, url.to_owned(), headers).map_err(|error| error.field.clone())?;
        Ok(Writer::object(|out| {
            out.text("url", &address.url);
            out.member("headers", |out| {
                address.headers.iter().for_each(|(name, value)| out.text(name, value))
            });
            out.list("protocols", |out| {
                address.protocols.iter().for_each(|protocol| out.text_item(protocol))
            });
        }))
    }

    #[test]
    fn rest_needs_headers() {
        let headers = r#"{"content-type":"x","authorization":"Bearer t"}"#;
        let expected = |scheme: &str| {
            Ok(format!(
                r#"{{"url":"{scheme}{}","headers":{{"authorization":"Bearer t"}},"protocols":[]}}"#,
                REST.strip_prefix("http").unwrap()
            ))
        };
        assert_eq!(described(Opener::Headers, REST, headers), expected("ws"));
        assert_eq!(described(Opener::Fetch, REST, headers), expected("http"));
        assert_eq!(described(Opener::Plain, REST, headers), Err(Some("apiToken".into())));
    }

    #[test]
    fn through_a_gateway_a_page_says_the_token_in_a_subprotocol() {
        let headers =
            r#"{"authorization":"Bearer t","cf-aig-gateway-id":"my gate","cf-aig-authorization":"Bearer g"}"#;
        let url = "wss://gateway.ai.cloudflare.com/v1/acc/my%20gate/workers-ai?model=%40cf%2Fdeepgram%2Fflux&encoding=linear16";
        let expected =
            concat(&[r#"{"url":""#, url, r#"","headers":{},"protocols":["cf-aig-authorization.g"]}"#]);
        assert_eq!(described(Opener::Plain, REST, headers), Ok(expected));
        let expected = concat(&[
            r#"{"url":""#,
            url,
            r#"","headers":{"authorization":"Bearer t","cf-aig-authorization":"Bearer g"},"protocols":[]}"#,
        ]);
        assert_eq!(described(Opener::Headers, REST, headers), Ok(expected));
        let alone = r#"{"authorization":"Bearer t","cf-aig-gateway-id":"g"}"#;
        assert!(described(Opener::Plain, REST, alone).unwrap().contains(r#"["cf-aig-authorization.t"]"#));
        let odd = r#"{"authorization":"Bearer a/b","cf-aig-gateway-id":"g"}"#;
        assert_eq!(described(Opener::Plain, REST, odd), Err(Some("gateway.token".into())));
    }

    #[test]
    fn a_proxy_is_connected_to_at_its_own_address() {
        let url = "http://proxy.example/ai/run/@cf/deepgram/flux";
        let expected = r#"{"url":"ws://proxy.example/ai/run/@cf/deepgram/flux","headers":{},"protocols":[]}"#;
        assert_eq!(described(Opener::Plain, url, r#"{"content-type":"x"}"#).as_deref(), Ok(expected));
        assert_eq!(described(Opener::Plain, url, r#"{"x-own":"1"}"#), Err(Some("headers".into())));
        assert_eq!(
            described(Opener::Plain, url, r#"{"cf-aig-gateway-id":"g"}"#),
            Err(Some("gateway".into()))
        );
    }
}
