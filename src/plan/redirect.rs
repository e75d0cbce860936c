//! Redirects. Platforms differ: some strip `authorization` when redirected to another origin, some do not,
//! and none strips a gateway's credential or the caller's own headers. So redirects are followed here where
//! the platform permits it; in a page, which hides them, requests must not contain sensitive headers.

use crate::error::Error;
use crate::text::{concat, find};

/// Limit of consecutive redirects.
const MAX_HOPS: u32 = 5;

/// True for the status of a redirect.
pub fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// The `redirect` mode of the request. In manual mode a page cannot read a redirect, so requests without
/// sensitive headers are left to the browser there.
pub fn mode(browser: bool, sensitive: bool) -> &'static str {
    if browser && !sensitive { "follow" } else { "manual" }
}

/// Scheme, host and port of an absolute address.
pub fn origin(url: &str) -> &str {
    let host = find(url, "://", 0).map_or(0, |at| at + 3);
    let len = url.get(host..).and_then(|rest| rest.bytes().position(|byte| b"/?#".contains(&byte)));
    let len = len.map_or(url.len(), |len| host + len);
    url.get(..len).unwrap_or(url)
}

/// One step of a redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<'a> {
    /// The status.
    pub status: u16,
    /// Scheme, host and port of the request that was redirected.
    pub from: &'a str,
    /// Scheme, host and port of the new URL; absent if it is invalid.
    pub to: Option<&'a str>,
    /// Number of redirects followed so far.
    pub hops: u32,
    /// True if the body can be sent again.
    pub replayable: bool,
}

/// Rejects the redirect, or returns whether all headers may be sent to the new URL: otherwise only the body's
/// type is.
pub fn follow(step: Step<'_>) -> Result<bool, Error> {
    let refuse = |why: &[&str]| {
        let why = concat(why);
        let mut error = Error::config(
            "baseURL",
            &concat(&["The address redirects ", &why, ". Set baseURL to the final address."]),
        );
        error.status = (step.status != 0).then_some(step.status);
        Err(error)
    };
    let Some(to) =
        step.to.filter(|to| (to.starts_with("https://") || to.starts_with("http://")) && !to.contains('@'))
    else {
        return refuse(&["to an address that cannot be followed"]);
    };
    if !matches!(step.status, 307 | 308) {
        // These change a POST to a GET, which usually leads to a login page.
        return refuse(&["to ", to, " in a way that drops the request's body (a login page?)"]);
    }
    if step.hops >= MAX_HOPS {
        return refuse(&["too often"]);
    }
    if !step.replayable {
        return refuse(&["a request whose body is a stream and cannot be sent twice"]);
    }
    Ok(step.from == to)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: Step<'static> = Step {
        status: 307,
        from: "https://a.example",
        to: Some("https://a.example"),
        hops: 0,
        replayable: true,
    };

    #[test]
    fn the_same_origin_keeps_everything() {
        assert_eq!(follow(STEP), Ok(true));
    }

    #[test]
    fn another_origin_gets_the_type_of_the_body_alone() {
        for to in ["https://b.example", "http://a.example", "https://a.example:8443"] {
            assert_eq!(follow(Step { to: Some(to), ..STEP }), Ok(false), "{to}");
        }
    }

    #[test]
    fn what_cannot_be_followed_is_refused() {
        for step in [
            Step { status: 302, ..STEP },
            Step { hops: 5, ..STEP },
            Step { to: None, ..STEP },
            Step { to: Some("file://"), ..STEP },
            Step { replayable: false, ..STEP },
        ] {
            assert_eq!(
                follow(step).err().and_then(|error| error.field.clone()).as_deref(),
                Some("baseURL"),
                "{step:?}"
            );
        }
    }

    #[test]
    fn origins_end_before_the_path() {
        assert_eq!(origin("https://a.example:8443/x/y"), "https://a.example:8443");
        assert_eq!(origin("https://a.example?x"), "https://a.example");
        assert_eq!(origin("https://a.example"), "https://a.example");
    }

    #[test]
    fn only_harmless_requests_are_left_to_a_browser() {
        assert_eq!((mode(true, false), mode(true, true), mode(false, false)), ("follow", "manual", "manual"));
    }
}
