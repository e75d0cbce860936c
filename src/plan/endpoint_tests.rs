use super::super::base::base;
use super::*;
use crate::options::Door;
use crate::value::json::Json;

const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";

fn rest() -> Door {
    Door::Rest(["https://api.cloudflare.com/client/v4/accounts/", ACCOUNT, "/ai"].concat())
}

fn proxy(base: &str) -> Door {
    Door::Proxy(base.to_owned())
}

fn ids(text: &str) -> Vec<(&'static str, Json)> {
    let ids = Json::sample(text);
    ["id", "gateway", "logId", "provider"]
        .into_iter()
        .filter_map(|name| Some((name, ids.member(name)?)))
        .collect()
}

type Refused = (Code, Option<String>);

fn url(door: &Door, endpoint: &Endpoint, ids_of: &str, parameters: &str) -> Result<String, Refused> {
    let refused = |error: Error| (error.code, error.field.clone());
    let base = base(door, endpoint.from).map_err(refused)?;
    let path = endpoint.path_over_http(&ids(ids_of)).map_err(refused)?;
    let parameters = Json::sample(parameters).members();
    let parameters =
        parameters.into_iter().map(|(name, value)| (name, Tree::Value(value))).collect::<Vec<_>>();
    Ok([base, "/", &path, &query(&parameters)].concat())
}

#[test]
fn endpoints_lie_below_ai_or_beside_it() {
    let account = ["https://api.cloudflare.com/client/v4/accounts/", ACCOUNT].concat();
    for (endpoint, ids, parameters, path) in [
        (
            MODELS_LIST,
            "{}",
            r#"{"task":"Text Generation","page":2,"hide_experimental":true,"list":[1],"no":null}"#,
            "/ai/models/search?task=Text%20Generation&page=2&hide_experimental=true",
        ),
        (MODELS_SCHEMA, "{}", r#"{"model":"@cf/a/b"}"#, "/ai/models/schema?model=%40cf%2Fa%2Fb"),
        (FINETUNES_LIST, "{}", "{}", "/ai/finetunes"),
        (FINETUNES_PUBLIC, "{}", r#"{"limit":3}"#, "/ai/finetunes/public?limit=3"),
        (FINETUNES_UPLOAD, r#"{"id":"my tune"}"#, "{}", "/ai/finetunes/my%20tune/finetune-assets"),
        (MARKDOWN, "{}", "{}", "/ai/tomarkdown"),
        (MARKDOWN_SUPPORTED, "{}", "{}", "/ai/tomarkdown/supported"),
        (GATEWAY_GET_LOG, r#"{"gateway":"g","logId":"01J"}"#, "{}", "/ai-gateway/gateways/g/logs/01J"),
        (CHAT_COMPLETIONS, "{}", "{}", "/ai/v1/chat/completions"),
    ] {
        assert_eq!(
            url(&rest(), &endpoint, ids, parameters),
            Ok([&account, path].concat()),
            "{}",
            endpoint.name
        );
    }
}

#[test]
fn ids_cannot_leave_their_path() {
    for id in
        [r#""""#, r#""..""#, r#""a/b""#, r#""..%2f""#, r#""a\\b""#, r#""a\r\n""#, r#""a?b""#, "5", "null"]
    {
        let refused = |field: &str| Err((Code::InvalidInput, Some(field.to_owned())));
        let log = [r#"{"gateway":"g","logId":"#, id, "}"].concat();
        assert_eq!(url(&rest(), &GATEWAY_GET_LOG, &log, "{}"), refused("logId"), "{id}");
        let log = [r#"{"gateway":"#, id, r#","logId":"1"}"#].concat();
        assert_eq!(url(&rest(), &GATEWAY_GET_LOG, &log, "{}"), refused("gateway"), "{id}");
        assert_eq!(
            GATEWAY_GET_LOG.path_on_binding(&ids(&log)).unwrap_err().field.as_deref(),
            Some("gateway"),
            "{id}"
        );
    }
    assert_eq!(
        url(&rest(), &GATEWAY_GET_LOG, r#"{"gateway":"g"}"#, "{}"),
        Err((Code::InvalidInput, Some("logId".to_owned())))
    );
}

#[test]
fn a_proxy_reaches_what_lies_below_it() {
    let below = proxy("https://proxy.example/ai");
    assert_eq!(url(&below, &FINETUNES_LIST, "{}", "{}").as_deref(), Ok("https://proxy.example/ai/finetunes"));
    let log = r#"{"gateway":"g","logId":"1"}"#;
    assert_eq!(url(&below, &GATEWAY_GET_LOG, log, "{}"), Err((Code::Config, Some("baseURL".to_owned()))));
    let mirror = proxy(&["http://127.0.0.1:1/client/v4/accounts/", ACCOUNT, "/ai"].concat());
    assert_eq!(
        url(&mirror, &GATEWAY_GET_LOG, log, "{}"),
        Ok(["http://127.0.0.1:1/client/v4/accounts/", ACCOUNT, "/ai-gateway/gateways/g/logs/1"].concat())
    );
}

#[test]
fn the_binding_has_functions_or_lacks_them() {
    let path = |endpoint: &Endpoint| endpoint.path_on_binding(&ids(r#"{"gateway":"g","provider":"p"}"#));
    assert_eq!(path(&MODELS_LIST).unwrap().as_deref(), Some("ai-api/models/search"));
    assert_eq!(path(&GATEWAY_URL).unwrap().as_deref(), Some("ai-gateway/gateways/g/url/p"));
    assert_eq!(path(&MARKDOWN), Ok(None));
    assert_eq!(path(&CHAT_COMPLETIONS), Ok(None));
    let error = path(&MODELS_SCHEMA).unwrap_err();
    assert_eq!((error.code, error.field.as_deref()), (Code::Config, Some("binding")));
    assert!(error.message.contains("accountId"));
}

#[test]
fn a_gateways_address() {
    let provider = |text: &str| provider(Some(&Json::sample(text)));
    assert_eq!(provider(r#""workers-ai""#).as_deref(), Ok("workers-ai"));
    assert_eq!(provider(r#""universal""#).as_deref(), Ok(""));
    assert_eq!(provider("null").as_deref(), Ok(""));
    for wrong in [r#""../x""#, r#""""#, "5"] {
        assert_eq!(provider(wrong).unwrap_err().field.as_deref(), Some("provider"), "{wrong}");
    }
    assert_eq!(
        gateway_url(Some(ACCOUNT), "g", "openai"),
        Ok(["https://gateway.ai.cloudflare.com/v1/", ACCOUNT, "/g/openai"].concat())
    );
    assert_eq!(gateway_url(None, "g", "").unwrap_err().field.as_deref(), Some("accountId"));
}
