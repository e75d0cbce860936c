//! The names of all options, and the names that other clients have for them.

use crate::slip::Aliases;

/// Options of a client.
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

/// Options of every call, followed by those of `run` only.
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

/// How many are of `run` only: `extraHeaders` is the binding's own name of `headers`.
const OF_RUN_ALONE: usize = 5;

/// Options of a call of a method.
pub const fn of_call(is_run: bool) -> &'static [&'static str] {
    let (methods, _) = RUN.split_at(RUN.len() - OF_RUN_ALONE);
    if is_run { RUN } else { methods }
}

/// Parameters that are sometimes passed to `run` as options: the binding would ignore them.
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

/// Other clients' names for options of a client or of a call.
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
