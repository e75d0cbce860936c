use super::*;
use crate::error::Code;

const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";

fn text(token: &str) -> TokenSource {
    TokenSource::Text(Secret::new(token))
}

fn filled() -> Environment {
    Environment {
        account_id: Some(ACCOUNT.into()),
        token: Some("env-token".into()),
        ..Environment::default()
    }
}

/// The field and the message of an error, which is always `CONFIG`.
fn refused(input: ClientInput, environment: &Environment) -> (String, String) {
    match choose(&input, environment) {
        Ok((door, _)) => panic!("accepted: {door:?}"),
        Err(error) => {
            assert_eq!(error.code, Code::Config);
            (error.field.clone().unwrap_or_default(), error.message.clone())
        }
    }
}

#[test]
fn options_win_over_the_environment() {
    let input = ClientInput { token: text("own-token\n"), ..ClientInput::default() };
    let chosen = choose(&input, &filled());
    let base = format!("https://api.cloudflare.com/client/v4/accounts/{ACCOUNT}/ai");
    assert_eq!(chosen, Ok((Door::Rest(base.clone()), text("own-token"))));
    assert_eq!(choose(&ClientInput::default(), &filled()), Ok((Door::Rest(base), text("env-token"))));
}

#[test]
fn what_is_missing_is_named_with_options_and_variables() {
    let (field, message) = refused(ClientInput::default(), &Environment::default());
    assert_eq!(field, "accountId");
    for word in ["accountId", "apiToken", ACCOUNT_ID_VARIABLE, API_TOKEN_VARIABLE, "env.AI", "baseURL"] {
        assert!(message.contains(word), "{word}: {message}");
    }
    let input = ClientInput { account_id: Some(ACCOUNT.into()), ..ClientInput::default() };
    assert!(refused(input, &Environment::default()).1.starts_with("apiToken is missing"));
}

#[test]
fn an_account_id_has_32_hex_characters() {
    for id in [
        "",
        "abc",
        "0123456789abcdef0123456789abcdeg",
        "../../../zones/0123456789abcdef0123456",
        &ACCOUNT.repeat(2),
    ] {
        let input =
            ClientInput { account_id: Some(id.to_owned()), token: text("tok-en"), ..ClientInput::default() };
        let (field, message) = refused(input, &Environment::default());
        assert_eq!(field, "accountId", "{id}");
        assert!(!message.contains("this one has 32"), "{message}");
    }
}

#[test]
fn a_token_is_checked_and_never_repeated() {
    for token in ["", "  ", "Bearer abc.def", "tok en", "tok\r\nx-evil: 1", "\u{201c}quoted\u{201d}"] {
        let input =
            ClientInput { account_id: Some(ACCOUNT.into()), token: text(token), ..ClientInput::default() };
        let (field, message) = refused(input, &Environment::default());
        assert_eq!(field, "apiToken", "{token}");
        assert!(token.trim().is_empty() || !message.contains(token.trim()), "{message}");
    }
}

#[test]
fn tokens_of_the_environment_never_go_to_a_base_url() {
    let input = ClientInput { base_url: Some("https://proxy.example/ai/".into()), ..ClientInput::default() };
    assert_eq!(
        choose(&input, &filled()),
        Ok((Door::Proxy("https://proxy.example/ai".into()), TokenSource::Absent))
    );
    let input = ClientInput {
        base_url: Some("http://127.0.0.1:8787/x".into()),
        token: text("own"),
        ..ClientInput::default()
    };
    assert_eq!(choose(&input, &filled()).map(|(_, token)| token), Ok(text("own")));
}

#[test]
fn a_relative_base_url_needs_a_page() {
    let input = || ClientInput { base_url: Some("/ai".into()), ..ClientInput::default() };
    let (field, message) = refused(input(), &Environment::default());
    assert!(field == "baseURL" && message.contains("relative") && message.contains("https://"), "{message}");
    let page =
        Environment { origin: Some("https://app.example".into()), browser: true, ..Environment::default() };
    assert_eq!(
        choose(&input(), &page),
        Ok((Door::Proxy("https://app.example/ai".into()), TokenSource::Absent))
    );
}

#[test]
fn odd_base_urls_are_refused() {
    let page = Environment { origin: Some("https://app.example".into()), ..Environment::default() };
    for base in [
        "",
        " ",
        "ai",
        "//evil.example/ai",
        "ftp://x/y",
        "javascript:alert(1)",
        "https://",
        "https:///x",
        "https://u:p@host/ai",
        "https://host/ai?x=1",
        "https://host/ai#f",
        "https://ho st/ai",
        "https://host/ai\r\n",
        "https:\\\\host",
        "/../x",
        "https://host/a/../b",
    ] {
        let input = ClientInput { base_url: Some(base.to_owned()), ..ClientInput::default() };
        // A trailing line break is white space around the address.
        if base.ends_with("\r\n") {
            assert!(choose(&input, &page).is_ok());
            continue;
        }
        assert_eq!(refused(input, &page).0, "baseURL", "{base}");
    }
}

#[test]
fn a_token_in_a_page_is_refused_unless_allowed() {
    let page = Environment { origin: Some("https://app.example".into()), browser: true, ..filled() };
    let input = |allow_browser| ClientInput {
        account_id: Some(ACCOUNT.into()),
        token: text("tok-en"),
        allow_browser,
        ..ClientInput::default()
    };
    let (field, message) = refused(input(false), &page);
    assert!(
        field == "apiToken" && message.contains("dangerouslyAllowBrowser") && message.contains("baseURL"),
        "{message}"
    );
    assert!(choose(&input(true), &page).is_ok());
    let proxied =
        ClientInput { base_url: Some("/ai".into()), token: TokenSource::Function, ..ClientInput::default() };
    assert_eq!(refused(proxied, &page).0, "apiToken");
    assert_eq!(refused(ClientInput::default(), &page).0, "baseURL");
}

#[test]
fn a_binding_is_known_by_its_run() {
    let input = |binding| ClientInput { binding, ..ClientInput::default() };
    assert_eq!(choose(&input(BindingKind::Usable), &filled()), Ok((Door::Binding, TokenSource::Absent)));
    assert!(refused(input(BindingKind::Empty), &filled()).1.contains("\"binding\": \"AI\""));
    assert!(refused(input(BindingKind::WithoutRun), &filled()).1.contains("run"));
}

#[test]
fn a_client_has_one_door() {
    let both = ClientInput {
        binding: BindingKind::Usable,
        base_url: Some("https://x.example".into()),
        ..ClientInput::default()
    };
    assert_eq!(refused(both, &filled()).0, "baseURL");
    let both = ClientInput { binding: BindingKind::Usable, token: text("tok-en"), ..ClientInput::default() };
    assert_eq!(refused(both, &filled()).0, "apiToken");
}
