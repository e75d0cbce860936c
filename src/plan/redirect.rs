//! Redirects. Platforms differ: some strip `authorization` on the way to another origin, some do not, and none strips
//! a gateway's credential or the caller's own headers. So where the platform lets us see redirects we follow them
//! ourselves; where it does not, in a page, nothing sensitive may be on the way.

use crate::error::Error;
use crate::text::{concat, find};

/// Redirects in a row that are followed.
const MAX_HOPS: u32 = 5;

/// Is it a redirect at all?
pub fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// The `redirect` mode of the request. A page sees nothing of a redirect in manual mode, so a request without anything
/// sensitive is left to the browser there.
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
    /// Scheme, host and port of the new address; absent if there is none that can be read.
    pub to: Option<&'a str>,
    /// Redirects followed so far.
    pub hops: u32,
    /// Can the body be sent again?
    pub replayable: bool,
}

/// Refuses the redirect, or returns whether all headers may go on to the new address: if not, only the body's type does.
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
        // These turn a POST into a GET, which only ever reaches a login page or the like.
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
