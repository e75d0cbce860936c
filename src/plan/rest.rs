//! The request over HTTP: REST, a proxy, and either of them through a gateway.

use crate::error::Error;
use crate::headers::{self, Headers};
use crate::model::{Model, encode_query};
use crate::options::{Call, Config};
use crate::secret::Secret;
use crate::text::concat;

/// A request, apart from its body.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The URL.
    pub url: String,
    /// Its headers.
    pub headers: Headers,
    /// True if it has a credential, or a header that must not be sent elsewhere.
    pub sensitive: bool,
}

/// Properties of the body that are part of the request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BodyFacts {
    /// The body's type; absent if the platform sets it, as for forms.
    pub content_type: Option<String>,
    /// Inputs beside a raw body.
    pub query: Vec<(String, String)>,
    /// The body is `{ model, input }`.
    pub names_model: bool,
}

/// Plans `POST {base}/run/{model}`, or `POST {base}/run` if the model is named in the body.
pub fn run(
    config: &Config,
    call: &Call,
    model: &Model,
    token: Option<&Secret>,
    body: &BodyFacts,
) -> Result<Request, Error> {
    let base = config.door.base().ok_or_else(|| Error::config("binding", "The binding has no address."))?;
    let mut url = concat(&[base, "/run"]);
    if !body.names_model {
        url.push_str(&concat(&["/", &model.path()]));
    }
    let path = url.len();
    let mut ask = |name: &str, value: &str| {
        let sign = if url.len() == path { "?" } else { "&" };
        url.push_str(&concat(&[sign, &encode_query(name), "=", &encode_query(value)]));
    };
    for (name, value) in &body.query {
        ask(name, value);
    }
    if call.queue_request {
        ask("queueRequest", "true");
    }
    if !call.tags.is_empty() {
        let mut tags = String::new();
        for tag in &call.tags {
            if !tags.is_empty() {
                tags.push(',');
            }
            tags.push_str(tag);
        }
        ask("tags", &tags);
    }
    request(url, call, token, body)
}

/// The request to a known URL.
pub fn request(url: String, call: &Call, token: Option<&Secret>, body: &BodyFacts) -> Result<Request, Error> {
    let headers = headers_of(call, token, body)?;
    let sensitive = token.is_some()
        || call.headers.iter().next().is_some()
        || headers.get(headers::GATEWAY_AUTHORIZATION).is_some();
    Ok(Request { url, headers, sensitive })
}

/// The caller's own headers override ours, so that any of them can be replaced or removed.
#[inline(never)]
fn headers_of(call: &Call, token: Option<&Secret>, body: &BodyFacts) -> Result<Headers, Error> {
    let gateway = call.gateway.as_ref();
    let token = token.map(bearer);
    let gateway_token = gateway.and_then(|gateway| gateway.token.as_ref()).map(bearer);
    let gateway_id = gateway.and_then(|gateway| gateway.id.as_deref());
    let mut all = Headers::default();
    all.set_some(headers::CONTENT_TYPE, body.content_type.as_deref(), "contentType")?;
    all.set_some(headers::AUTHORIZATION, token.as_deref(), "apiToken")?;
    all.set_some(headers::SESSION_AFFINITY, call.session_affinity.as_deref(), "sessionAffinity")?;
    all.set_some(headers::GATEWAY_ID, gateway_id, "gateway.id")?;
    all.set_some(headers::GATEWAY_AUTHORIZATION, gateway_token.as_deref(), "gateway.token")?;
    for (setting, value) in gateway.map(|gateway| gateway.settings.as_slice()).unwrap_or_default() {
        setting.send(value, &mut all)?;
    }
    all.merge(&call.headers);
    Ok(all)
}

fn bearer(token: &Secret) -> String {
    concat(&["Bearer ", token.expose()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use crate::options::{Bounds, Door, Gateway, SETTINGS, SettingValue, Timeouts};

    fn config() -> Config {
        Config {
            door: Door::Proxy("https://proxy.example/ai".into()),
            timeouts: Timeouts::default(),
            max_retries: 2,
            gateway: None,
            headers: Headers::default(),
            bounds: Bounds::default(),
        }
    }

    fn plan(call: &Call, body: &BodyFacts) -> Result<Request, Error> {
        run(&config(), call, &Model::parse("@cf/a/b")?, Some(&Secret::new("tok-en")), body)
    }

    fn json() -> BodyFacts {
        BodyFacts { content_type: Some("application/json".into()), ..BodyFacts::default() }
    }

    #[test]
    fn the_plain_request() {
        let request = plan(&Call::default(), &json());
        let request = request.map(|request| {
            (
                request.url,
                request.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>(),
            )
        });
        assert_eq!(
            request,
            Ok((
                "https://proxy.example/ai/run/@cf/a/b".to_owned(),
                vec!["content-type: application/json".to_owned(), "authorization: Bearer tok-en".to_owned()]
            ))
        );
    }

    #[test]
    fn a_model_in_the_body_is_not_in_the_address() {
        let body = BodyFacts { names_model: true, ..json() };
        let call = Call { tags: vec!["a".into()], ..Call::default() };
        assert_eq!(
            plan(&call, &body).map(|request| request.url),
            Ok("https://proxy.example/ai/run?tags=a".to_owned())
        );
    }

    #[test]
    fn gateways_and_affinity_are_headers_on_the_same_host() {
        let gateway = Gateway {
            id: Some("main".into()),
            token: Some(Secret::new("gate")),
            settings: vec![
                (&SETTINGS[1], SettingValue::Number(60.0, "60".into())),
                (&SETTINGS[2], SettingValue::Flag(true)),
            ],
        };
        let call = Call { gateway: Some(gateway), session_affinity: Some("s-1".into()), ..Call::default() };
        let Ok(request) = plan(&call, &json()) else { panic!("refused") };
        for (name, value) in [
            ("cf-aig-gateway-id", "main"),
            ("cf-aig-authorization", "Bearer gate"),
            ("cf-aig-cache-ttl", "60"),
            ("cf-aig-skip-cache", "true"),
            ("x-session-affinity", "s-1"),
        ] {
            assert_eq!(request.headers.get(name), Some(value), "{name}");
        }
        assert!(request.url.starts_with("https://proxy.example/ai/run/"));
    }

    #[test]
    fn the_query_is_encoded() {
        let call = Call { queue_request: true, tags: vec!["a:b".into(), "c".into()], ..Call::default() };
        let query = vec![("language".into(), "en&x=1".into())];
        let body = BodyFacts { query, ..BodyFacts::default() };
        let url = plan(&call, &body).map(|request| request.url);
        assert_eq!(
            url,
            Ok("https://proxy.example/ai/run/@cf/a/b?language=en%26x%3D1&queueRequest=true&tags=a%3Ab%2Cc"
                .to_owned())
        );
    }

    #[test]
    fn the_callers_headers_win_and_bad_values_are_refused() {
        let mut call = Call::default();
        assert!(call.headers.set("Authorization", "Basic x", "headers").is_ok());
        assert_eq!(
            plan(&call, &json()).map(|request| request.headers.get("authorization").map(str::to_owned)),
            Ok(Some("Basic x".to_owned()))
        );
        let call = Call { session_affinity: Some("a\r\nb: c".into()), ..Call::default() };
        let error = plan(&call, &json()).err();
        assert_eq!(
            error.map(|error| (error.code, error.field.clone())),
            Some((Code::InvalidInput, Some("sessionAffinity".into())))
        );
    }
}
