//! The addresses below which requests go.

use crate::error::Error;
use crate::options::Door;

/// Where a path starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// `…/accounts/{id}/ai`, or what stands in for it.
    Ai,
    /// `…/accounts/{id}`
    Account,
}

impl From {
    /// By its name.
    pub fn named(name: &str) -> Self {
        if name == "account" { From::Account } else { From::Ai }
    }
}

/// The address, without a slash at its end.
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

/// The account's address, where a base ends as Cloudflare's own does.
fn account(base: &str) -> Option<&str> {
    let account = base.strip_suffix("/ai")?;
    let (before, id) = account.rsplit_once('/')?;
    let right =
        before.ends_with("/accounts") && id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    right.then_some(account)
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
}
