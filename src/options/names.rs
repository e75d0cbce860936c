//! The names of all options, and those that other clients have for them.

use crate::slip::Aliases;

/// A client's.
pub const CLIENT: &[&str] = &[
    "binding",
    "accountId",
    "apiToken",
    "baseURL",
    "fetch",
    "gateway",
    "headers",
    "timeout",
    "maxRetries",
    "limiter",
    "hooks",
    "maxEventBytes",
    "maxResponseBytes",
    "dangerouslyAllowBrowser",
];

/// Every call's, and those of `run` alone behind them.
const RUN: &[&str] = &[
    "signal",
    "timeout",
    "maxRetries",
    "gateway",
    "headers",
    "sessionAffinity",
    "tags",
    "rejectIfBusy",
    "fallback",
    "resume",
    "extraHeaders",
    "queueRequest",
    "returnRawResponse",
    "websocket",
    "prefix",
];

/// So many of them are not for every method: `extraHeaders` is the binding's own name of `headers`.
const OF_RUN_ALONE: usize = 5;

/// Those of a method.
pub const fn of_call(is_run: bool) -> &'static [&'static str] {
    let (methods, _) = RUN.split_at(RUN.len() - OF_RUN_ALONE);
    if is_run { RUN } else { methods }
}

/// What is sometimes given to `run` as an option, and belongs into the input: the binding would not look at it.
pub const OF_INPUTS: &[&str] =
    &["stream", "prompt", "messages", "max_tokens", "temperature", "tools", "tool_choice", "response_format"];

/// Members of `timeout`.
pub const TIMEOUT: &[&str] = &["total", "firstByte", "idle"];
/// Members of `hooks`.
pub const HOOKS: &[&str] = &["onRequest", "onResponse", "onRetry"];
/// Members of `gateway` besides its settings.
pub const GATEWAY: &[&str] = &["id", "token", "retries"];
/// Members of `limiter`.
pub const LIMITER: &[&str] = &["requestsPerMinute", "tokensPerMinute", "maxQueue"];

/// Other clients' names, of a client's options and of a call's.
pub const ALIASES: &Aliases = &[
    ("apikey token key authtoken accesstoken bearertoken cloudflareapitoken cfapitoken", "apiToken"),
    ("account cfaccountid cloudflareaccountid", "accountId"),
    ("url uri endpoint host baseuri apibase apiurl proxy origin", "baseURL"),
    ("ai env aibinding", "binding"),
    ("defaultheaders extraheaders requestheaders httpheaders", "headers"),
    ("timeoutms requesttimeout timeoutmillis deadline", "timeout"),
    ("retries retry maxretry attempts maxattempts numretries", "maxRetries"),
    ("gatewayid gatewayname aigateway gatewayoptions", "gateway"),
    ("fetchfn customfetch httpclient fetchimpl", "fetch"),
    ("ratelimit ratelimiter limits throttle", "limiter"),
    ("allowbrowser", "dangerouslyAllowBrowser"),
    ("abortsignal abort abortcontroller cancelsignal cancel canceltoken", "signal"),
    ("session sessionid affinity cachekey xsessionaffinity", "sessionAffinity"),
    ("fallbackmodels fallbackmodel", "fallback"),
    ("labels", "tags"),
    ("name gatewayid", "id"),
    ("ttl", "cacheTtl"),
    ("nocache bypasscache", "skipCache"),
];
