//! The codes of failures, and the service's own error numbers with the code and the advice of each. The
//! package's `ERRORS.md` is generated from the same tables: see `tools/errors`. The numbers are in
//! `src/codes/service.json`, from which build.rs generates the table, and the local service its errors.

mod code;
pub mod meanings;

pub use code::Code;

use crate::text::contains_word;

/// An error number of the service.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The service's number.
    pub number: u32,
    /// Its code.
    pub code: Code,
    /// What to do.
    pub advice: &'static str,
}

const TOKEN: &str = "Check that the API token is valid, belongs to this account, and has the permission \"Workers AI Read\" (with a gateway also \"AI Gateway\").";
const QUOTA: &str =
    "The free allocation of 10,000 neurons comes back at 00:00 UTC; the Workers Paid plan goes beyond it.";
const NO_MODEL: &str =
    "Check the model id (it looks like @cf/author/model), and that the catalogue still has it.";
const ACCOUNT: &str = "Ask Cloudflare support, or choose another model.";
const BUSY: &str = "Try again in a while, or choose another model.";
const SLOWER: &str = "Send fewer requests per minute.";
const SHORTER: &str = "Shorten the input, lower max_tokens, or choose a larger context window.";
const INPUT: &str = "Compare the input with the model's schema.";
const SPENT: &str = "Wait until the limit's window ends, raise the gateway's spend limit, or choose a model that costs nothing there.";
const PROVIDER_KEY: &str = "Check the provider key that is stored in the gateway, and gateway.byokAlias.";
const BLOCKED: &str = "Change the prompt, or the gateway's rules.";
const AGAIN: &str = "Try again.";
const FASTER: &str = "Try again, ask for less, or stream the answer.";

include!(concat!(env!("OUT_DIR"), "/codes.rs"));

/// Looks up a number.
#[inline(never)]
pub fn find(number: u32) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.number == number)
}

/// The one number with two meanings, and the words that identify the second one: the content was rejected.
pub const FLAGGED: (u32, [&str; 4]) = (3030, ["flag", "nsfw", "blocked", "moderation"]);

/// A gateway's error when it uses stored provider keys only, and none is stored.
const BYOK_ONLY: &str = "byok_only";

/// Words that determine the code if no number does: numbers get lost in wrappers and in servers with OpenAI's
/// dialect.
const WORDS: [(&str, Code); 52] = [
    ("spend limit", Code::SpendLimit),
    ("spend_limit", Code::SpendLimit),
    ("spending limit", Code::SpendLimit),
    // Gateways with stored keys only.
    (BYOK_ONLY, Code::Auth),
    ("daily free allocation", Code::DailyQuota),
    ("free daily", Code::DailyQuota),
    ("insufficient_quota", Code::PaymentRequired),
    ("exceeded your current quota", Code::PaymentRequired),
    ("insufficient credit", Code::PaymentRequired),
    ("insufficient balance", Code::PaymentRequired),
    ("credit balance is too low", Code::PaymentRequired),
    ("billing_hard_limit", Code::PaymentRequired),
    // Web search.
    ("payment_required", Code::PaymentRequired),
    ("maximum context length", Code::ContextExceeded),
    ("context_length_exceeded", Code::ContextExceeded),
    ("exceeds the context window", Code::ContextExceeded),
    // Gemini, SGLang, llama.cpp (both), Bedrock, xAI and TGI (both).
    ("exceeds the maximum number of tokens", Code::ContextExceeded),
    ("longer than the model's context length", Code::ContextExceeded),
    ("exceed_context_size", Code::ContextExceeded),
    ("exceeds the available context size", Code::ContextExceeded),
    ("input is too long", Code::ContextExceeded),
    ("maximum prompt length", Code::ContextExceeded),
    ("`max_new_tokens` must be <=", Code::ContextExceeded),
    ("`inputs` must have less than", Code::ContextExceeded),
    ("capacity temporarily exceeded", Code::Capacity),
    ("overloaded_error", Code::Capacity),
    ("rate_limit_e", Code::RateLimited),
    ("too many requests", Code::RateLimited),
    // Bedrock, and the names of Google's RPC.
    ("throttlingexception", Code::RateLimited),
    ("resource_exhausted", Code::RateLimited),
    ("permission_denied", Code::Forbidden),
    ("unauthenticated", Code::Auth),
    ("deadline_exceeded", Code::Timeout),
    ("api key not valid", Code::Auth),
    ("authentication_error", Code::Auth),
    ("model_not_found", Code::ModelNotFound),
    ("no such model", Code::ModelNotFound),
    ("model not found", Code::ModelNotFound),
    // Anthropic and OpenAI.
    ("prompt is too long", Code::ContextExceeded),
    ("invalid_api_key", Code::Auth),
    ("permission_error", Code::Forbidden),
    ("billing_error", Code::PaymentRequired),
    ("request_too_large", Code::TooLarge),
    ("timeout_error", Code::Timeout),
    ("not_found_error", Code::ModelNotFound),
    ("content_filter", Code::ContentBlocked),
    ("content_policy_violation", Code::ContentBlocked),
    // MiniMax.
    ("new_sensitive", Code::ContentBlocked),
    // DeepSeek's finish reason.
    ("insufficient_system_resource", Code::Capacity),
    ("over capacity", Code::Capacity),
    ("api_error", Code::Server),
    // The proxy before many services.
    ("upstream connect error", Code::Server),
];

/// The code of a failure by its number and its message. A known number takes precedence, except for numbers
/// that only mean an invalid input, and for the one with two meanings: there the message decides.
pub fn kind(row: Option<&Row>, words: &str) -> Option<Code> {
    if let Some(row) = row {
        let (number, signs) = FLAGGED;
        if row.number == number && signs.iter().any(|sign| contains_word(words, sign)) {
            return Some(Code::ContentBlocked);
        }
        if row.code != Code::InvalidInput {
            return Some(row.code);
        }
    }
    let by_words = WORDS.iter().find(|(sign, _)| contains_word(words, sign)).map(|(_, code)| *code);
    by_words.or(row.map(|row| row.code))
}

/// The kind of a failure by its type, where it says no more than that the request was refused, and neither a number nor a status says why.
pub fn refused(sign: &str) -> Option<Code> {
    const TYPES: [&str; 5] =
        ["invalidrequest", "invalidargument", "validation", "badrequest", "unprocessableentity"];
    // Types of OpenAI's, names of Google's RPC and of exceptions differ in what joins their words, and in their end.
    let letters = sign.bytes().filter(u8::is_ascii_alphabetic).map(|byte| byte.to_ascii_lowercase());
    let letters = letters.collect::<Vec<_>>();
    let name = letters.strip_suffix(b"error").unwrap_or(&letters);
    TYPES.iter().any(|known| name == known.as_bytes()).then_some(Code::InvalidInput)
}

/// The code for a status without a known number.
#[inline(never)]
pub fn by_status(status: u16) -> Code {
    match status {
        401 => Code::Auth,
        402 => Code::PaymentRequired,
        403 => Code::Forbidden,
        404 => Code::ModelNotFound,
        408 => Code::Timeout,
        410 => Code::ModelDeprecated,
        413 => Code::TooLarge,
        429 => Code::RateLimited,
        409 | 425 | 500.. => Code::Server,
        400..=499 => Code::InvalidInput,
        _ => Code::Unknown,
    }
}

/// The advice by the message, if no number is known.
pub fn advice_on(code: Code, words: &str) -> &'static str {
    if code == Code::Auth && contains_word(words, BYOK_ONLY) { PROVIDER_KEY } else { advice(code) }
}

/// The advice if only the code is known.
pub fn advice(code: Code) -> &'static str {
    match code {
        Code::Capacity => BUSY,
        Code::RateLimited => SLOWER,
        Code::DailyQuota => QUOTA,
        Code::Auth => TOKEN,
        Code::Forbidden => "Check the API token's permissions and the account's access.",
        Code::ModelNotFound => "Check the model id, and baseURL if one is set.",
        Code::ModelDeprecated => "Move to a current model of the same task.",
        Code::InvalidInput => INPUT,
        Code::ContextExceeded => SHORTER,
        Code::TooLarge => "Send less at once.",
        Code::Timeout => FASTER,
        Code::Network | Code::Server => AGAIN,
        Code::ContentBlocked => BLOCKED,
        Code::SpendLimit => SPENT,
        Code::PaymentRequired => "Check the account's plan and credits.",
        Code::Unknown => "Try again, or ask Cloudflare support.",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_sorted_and_single() {
        assert!(TABLE.windows(2).all(|pair| pair[0].number < pair[1].number));
    }

    #[test]
    fn types_of_refusals() {
        for sign in [
            "invalid_request_error",
            "InvalidRequestError",
            "INVALID_ARGUMENT",
            "BadRequestError",
            "ValidationError",
        ] {
            assert_eq!(refused(sign), Some(Code::InvalidInput), "{sign}");
        }
        for sign in ["", "error", "server_error", "InternalServerError", "invalid_api_key"] {
            assert_eq!(refused(sign), None, "{sign}");
        }
    }

    #[test]
    fn every_row_says_what_to_do() {
        for row in TABLE {
            assert!(row.advice.ends_with('.'), "{}", row.number);
        }
    }

    #[test]
    fn quota_is_never_retried_and_capacity_is() {
        let retryable = |number| find(number).map(|row| row.code.retryable());
        assert_eq!(retryable(3036), Some(false));
        assert_eq!(retryable(4006), Some(false));
        assert_eq!(retryable(3040), Some(true));
        assert_eq!(retryable(12345), None);
    }
}
