use super::*;
use crate::wire::json;

const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";

fn parsed(text: &str) -> Value<'_> {
    json::parse(text.as_bytes()).unwrap()
}

fn rest() -> String {
    format!(r#"{{"accountId":"{ACCOUNT}","apiToken":"tok-en","gateway":"main","$environment":{{}}}}"#)
}

fn plan(client: &str, name: &str, given: &str) -> Result<String, (Code, Option<String>)> {
    describe(parsed(client), parsed("{}"), name, parsed(given), "tok-en", parsed("{}"))
        .map_err(|error| (error.code, error.field.clone()))
}

fn url(client: &str, name: &str, given: &str) -> Result<String, (Code, Option<String>)> {
    plan(client, name, given).map(|plan| parsed(&plan).get("url").unwrap().text().unwrap())
}

#[test]
fn endpoints_lie_below_ai_or_beside_it() {
    let account = format!("https://api.cloudflare.com/client/v4/accounts/{ACCOUNT}");
    for (name, given, path) in [
        (
            "models.list",
            r#"{"query":{"task":"Text Generation","page":2,"hide_experimental":true}}"#,
            "/ai/models/search?task=Text%20Generation&page=2&hide_experimental=true",
        ),
        ("models.schema", r#"{"query":{"model":"@cf/a/b"}}"#, "/ai/models/schema?model=%40cf%2Fa%2Fb"),
        ("finetunes.list", "{}", "/ai/finetunes"),
        ("finetunes.public", r#"{"query":{"limit":3}}"#, "/ai/finetunes/public?limit=3"),
        ("finetunes.upload", r#"{"ids":{"id":"my tune"}}"#, "/ai/finetunes/my%20tune/finetune-assets"),
        ("toMarkdown", "{}", "/ai/tomarkdown"),
        ("toMarkdown.supported", "{}", "/ai/tomarkdown/supported"),
        ("gateway.getLog", r#"{"ids":{"gateway":"g","logId":"01J"}}"#, "/ai-gateway/gateways/g/logs/01J"),
    ] {
        assert_eq!(url(&rest(), name, given), Ok([&account, path].concat()), "{name}");
    }
}

#[test]
fn a_request_says_its_method_and_carries_the_gateway_only_where_it_goes_through_one() {
    let plan = plan(&rest(), "gateway.patchLog", r#"{"ids":{"gateway":"g","logId":"1"}}"#).unwrap();
    let plan = parsed(&plan);
    assert!(plan.get("method").unwrap().is("PATCH"));
    let headers = plan.get("headers").unwrap();
    assert!(headers.get("authorization").unwrap().is("Bearer tok-en"));
    assert!(headers.get("cf-aig-gateway-id").is_none());
    let markdown =
        describe(parsed(&rest()), parsed("{}"), "toMarkdown", parsed("{}"), "", parsed("{}")).unwrap();
    assert!(parsed(&markdown).get("headers").unwrap().get("cf-aig-gateway-id").unwrap().is("main"));
}

#[test]
fn ids_cannot_leave_their_path() {
    for id in
        [r#""""#, r#""..""#, r#""a/b""#, r#""..%2f""#, r#""a\\b""#, r#""a\r\n""#, r#""a?b""#, "5", "null"]
    {
        let given = [r#"{"ids":{"gateway":"g","logId":"#, id, "}}"].concat();
        assert_eq!(
            url(&rest(), "gateway.getLog", &given),
            Err((Code::InvalidInput, Some("logId".into()))),
            "{id}"
        );
        let given = [r#"{"ids":{"gateway":"#, id, r#","logId":"1"}}"#].concat();
        assert_eq!(
            url(&rest(), "gateway.getLog", &given),
            Err((Code::InvalidInput, Some("gateway".into()))),
            "{id}"
        );
    }
}

#[test]
fn a_proxy_reaches_what_lies_below_it() {
    let proxy = r#"{"baseURL":"https://proxy.example/ai"}"#;
    assert_eq!(url(proxy, "finetunes.list", "{}").as_deref(), Ok("https://proxy.example/ai/finetunes"));
    let log = r#"{"ids":{"gateway":"g","logId":"1"}}"#;
    assert_eq!(url(proxy, "gateway.getLog", log), Err((Code::Config, Some("baseURL".into()))));
    let mirror = format!(r#"{{"baseURL":"http://127.0.0.1:1/client/v4/accounts/{ACCOUNT}/ai"}}"#);
    assert_eq!(
        url(&mirror, "gateway.getLog", log),
        Ok(format!("http://127.0.0.1:1/client/v4/accounts/{ACCOUNT}/ai-gateway/gateways/g/logs/1"))
    );
}

#[test]
fn the_binding_has_functions_or_says_what_it_lacks() {
    let binding = parsed(r#"{"binding":"usable"}"#);
    let told = prepare(binding, "models.list", parsed(r#"{"query":{"page":1}}"#)).unwrap();
    assert!(parsed(&told).get("member").unwrap().is("models"));
    assert!(parsed(&told).get("path").unwrap().is("ai-api/models/search?page=1"));
    let error = prepare(binding, "models.schema", parsed("{}")).unwrap_err();
    assert_eq!((error.code, error.field.as_deref()), (Code::Config, Some("binding")));
    assert!(error.message.contains("accountId"));
}

#[test]
fn a_gateways_address() {
    let of = |client: &str, given: &str| {
        gateway_url(parsed(client), parsed(given)).map_err(|error| error.field.clone().unwrap_or_default())
    };
    let base = format!("https://gateway.ai.cloudflare.com/v1/{ACCOUNT}/g/");
    assert_eq!(of(&rest(), r#"{"ids":{"gateway":"g"}}"#), Ok(Some(base.clone())));
    assert_eq!(
        of(&rest(), r#"{"ids":{"gateway":"g"},"provider":"workers-ai"}"#),
        Ok(Some([&base, "workers-ai"].concat()))
    );
    assert_eq!(of(r#"{"binding":"usable"}"#, r#"{"ids":{"gateway":"g"}}"#), Ok(None));
    assert_eq!(
        of(r#"{"baseURL":"https://a.example"}"#, r#"{"ids":{"gateway":"g"}}"#),
        Err("accountId".into())
    );
    let both = format!(r#"{{"baseURL":"https://a.example","accountId":"{ACCOUNT}"}}"#);
    assert_eq!(of(&both, r#"{"ids":{"gateway":"g"}}"#), Ok(Some(base)));
    assert_eq!(of(&rest(), r#"{"ids":{"gateway":"g"},"provider":"../x"}"#), Err("provider".into()));
}

#[test]
fn what_the_bindings_functions_throw() {
    let code = |name: &str, message: &str| thrown("models", name, message).code;
    assert_eq!(code("AiGatewayLogNotFound", "Log Not Found"), Code::NotFound);
    assert_eq!(code("AiInternalError", "Internal Error"), Code::Server);
    assert_eq!(code("AiInternalError", "Something new"), Code::Server);
    assert_eq!(code("AiInternalError", "3040: busy"), Code::Capacity);
    assert_eq!(code("SyntaxError", "Unexpected token <"), Code::Server);
    assert_eq!(code("AbortError", ""), Code::Aborted);
}
