//! The base URLs of requests.

use crate::error::Error;
use crate::options::Door;
use crate::text::split_last;

/// The base of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// `…/accounts/{id}/ai`, or its replacement.
    Ai,
    /// `…/accounts/{id}`
    Account,
}

impl From {
    /// By its name.
    pub fn named(name: &str) -> Self {
        if name == "account" { From::Account } else { From::Ai }
    }

    /// Its name in the modules of the npm package.
    pub fn as_str(self) -> &'static str {
        match self {
            From::Ai => "ai",
            From::Account => "account",
        }
    }
}

/// The base URL, without a trailing slash.
pub fn base(door: &Door, from: From) -> Result<&str, Error> {
    let base = door.base().ok_or_else(|| Error::config("binding", "The binding has no address."))?;
    match (from, account(base)) {
        (From::Ai, _) => Ok(base),
        (From::Account, Some(account)) => Ok(account),
        (From::Account, None) => Err(Error::config(
            "baseURL",
            "A gateway's logs lie beside the address that baseURL stands for, not below it: use a client with accountId and apiToken, the binding, or a baseURL that ends with /accounts/{id}/ai.",
        )),
    }
}

/// True if a model of another author is named in the body, as the REST API requires. Proxies have it in the
/// URL, where it can be checked before the body is read.
pub fn names_models(door: &Door) -> bool {
    matches!(door, Door::Rest(_)) || door.base().and_then(account).is_some()
}

/// The account's base URL, if a base has the form of Cloudflare's own.
fn account(base: &str) -> Option<&str> {
    let account = base.strip_suffix("/ai")?;
    let (before, id) = split_last(account, b'/')?;
    (before.ends_with("/accounts") && is_account_id(id)).then_some(account)
}

fn is_account_id(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The client's account, if its URL or the declared id (the option or the variable) contains it.
pub fn account_id(door: &Door, stated: Option<&str>) -> Option<String> {
    let address = door.base().and_then(account).and_then(|account| split_last(account, b'/'));
    if let Some((_, id)) = address {
        return Some(id.to_owned());
    }
    stated.map(crate::text::trim).filter(|id| is_account_id(id)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_lies_above_what_ends_as_cloudflares_own_does() {
        let account = "https://a.example/client/v4/accounts/0123456789abcdef0123456789abcdef";
        let rest = Door::Rest([account, "/ai"].concat());
        assert_eq!(base(&rest, From::Ai), Ok(&*[account, "/ai"].concat()));
        assert_eq!(base(&rest, From::Account), Ok(account));
        let proxy = Door::Proxy("https://a.example/ai".into());
        assert_eq!(
            base(&proxy, From::Account).err().and_then(|error| error.field.clone()).as_deref(),
            Some("baseURL")
        );
        assert!(base(&Door::Binding, From::Ai).is_err());
    }

    #[test]
    fn the_account_is_in_the_address_or_beside_it() {
        const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";
        let rest = Door::Rest(["https://a.example/accounts/", ACCOUNT, "/ai"].concat());
        assert_eq!(account_id(&rest, None).as_deref(), Some(ACCOUNT));
        let other = Door::Proxy("https://a.example".into());
        assert_eq!(account_id(&other, Some(&[" ", ACCOUNT, "\n"].concat())).as_deref(), Some(ACCOUNT));
        assert_eq!(account_id(&other, Some("account")), None);
        assert_eq!(account_id(&Door::Binding, None), None);
    }
}
