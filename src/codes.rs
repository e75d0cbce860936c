//! The kinds of failure, and the service's own error numbers with the kind and the advice of each. What is looked up here when a failure is
//! met is also what the package's `ERRORS.md` is made of: see `tools/errors`.

mod code;
pub mod meanings;

pub use code::Code;

use crate::text::contains_word;

/// One number of the service.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The service's number.
    pub number: u32,
    /// What it is for us.
    pub code: Code,
    /// What to do.
    pub advice: &'static str,
}

const fn row(number: u32, code: Code, advice: &'static str) -> Row {
    Row { number, code, advice }
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

/// Every number that is known.
pub const TABLE: &[Row] = &[
    row(1001, Code::InvalidInput, INPUT),
    row(1015, Code::RateLimited, SLOWER),
    row(1031, Code::Server, AGAIN),
    row(1101, Code::Server, "Look into that Worker's logs."),
    row(2003, Code::RateLimited, "Send fewer requests, or raise the gateway's limit."),
    row(2005, Code::ModelNotFound, "Check the model id, and the providers of the gateway or route."),
    row(2009, Code::Auth, PROVIDER_KEY),
    row(2014, Code::Timeout, FASTER),
    row(2016, Code::ContentBlocked, BLOCKED),
    row(2017, Code::ContentBlocked, BLOCKED),
    row(2021, Code::PaymentRequired, "Top up the account's AI Gateway credits."),
    row(2029, Code::ContentBlocked, BLOCKED),
    row(2030, Code::ContentBlocked, BLOCKED),
    row(2041, Code::SpendLimit, SPENT),
    row(3003, Code::InvalidInput, "Compare the input with the model's schema."),
    row(3006, Code::TooLarge, "Send less at once."),
    row(3007, Code::Timeout, FASTER),
    row(3008, Code::Timeout, AGAIN),
    row(3023, Code::Forbidden, ACCOUNT),
    row(3030, Code::ContextExceeded, SHORTER),
    row(3036, Code::DailyQuota, QUOTA),
    row(3039, Code::InvalidInput, "Upload adapter_config.json and adapter_model.safetensors."),
    row(3040, Code::Capacity, BUSY),
    row(3041, Code::Forbidden, ACCOUNT),
    row(3042, Code::ModelNotFound, NO_MODEL),
    row(3046, Code::Timeout, FASTER),
    row(4006, Code::DailyQuota, QUOTA),
    row(5004, Code::InvalidInput, "Send plain base64, without the prefix of a data URL."),
    row(5005, Code::InvalidInput, "Leave out lora, or choose a model that supports it."),
    row(5006, Code::InvalidInput, INPUT),
    row(5007, Code::ModelNotFound, NO_MODEL),
    row(5012, Code::InvalidInput, INPUT),
    row(5016, Code::Forbidden, "Run the model once with the prompt \"agree\" to accept its licence."),
    row(5018, Code::Forbidden, ACCOUNT),
    row(5019, Code::Config, "Update the client."),
    row(5021, Code::ContextExceeded, SHORTER),
    row(5023, Code::InvalidInput, "Leave out stream, or the JSON Schema in response_format."),
    row(5024, Code::NoObject, "Simplify the schema, raise max_tokens, or ask again."),
    row(5025, Code::InvalidInput, "Choose a model that supports JSON mode."),
    row(5028, Code::ModelDeprecated, "Move to a current model of the same task."),
    row(5035, Code::Forbidden, "Upgrade the plan, or choose another model."),
    // Of a request's headers it is nearly always the token: the chain says 6111 or 6103.
    row(6003, Code::Auth, TOKEN),
    row(6103, Code::Auth, TOKEN),
    row(6111, Code::Auth, TOKEN),
    row(7000, Code::Config, "Check accountId (32 hex characters), baseURL and the model id."),
    row(7001, Code::ModelNotFound, NO_MODEL),
    row(7002, Code::NotFound, "Check the log's id."),
    row(7003, Code::Config, "Check accountId (32 hex characters) and baseURL."),
    row(7013, Code::Server, AGAIN),
    row(7505, Code::RateLimited, SLOWER),
    row(
        8001,
        Code::InvalidInput,
        "Tools need the wrapped form with a description, tool_choice \"required\" instead of \"any\", and no null content.",
    ),
    row(8006, Code::InvalidInput, "Raise max_tokens, or do not force the tool."),
    row(8007, Code::ContextExceeded, SHORTER),
    row(9106, Code::Auth, TOKEN),
    row(9109, Code::Auth, TOKEN),
    row(10000, Code::Auth, TOKEN),
];

/// Looks a number up.
#[inline(never)]
pub fn find(number: u32) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.number == number)
}

/// The one number with two meanings, and the words by which its second one is known: the content was refused.
pub const FLAGGED: (u32, [&str; 4]) = (3030, ["flag", "nsfw", "blocked", "moderation"]);

/// How a gateway says that it goes to a provider with a stored key alone.
const BYOK_ONLY: &str = "byok_only";

/// Words that decide the kind where no number does: the numbers get lost in wrappers and in servers that speak OpenAI's dialect.
const WORDS: [(&str, Code); 29] = [
    ("spend limit", Code::SpendLimit),
    ("spend_limit", Code::SpendLimit),
    ("spending limit", Code::SpendLimit),
    // Of a gateway that takes nothing but stored keys.
    (BYOK_ONLY, Code::Auth),
    ("daily free allocation", Code::DailyQuota),
    ("free daily", Code::DailyQuota),
    ("insufficient_quota", Code::PaymentRequired),
    ("exceeded your current quota", Code::PaymentRequired),
    ("insufficient credit", Code::PaymentRequired),
    // Of a web search.
    ("payment_required", Code::PaymentRequired),
    ("maximum context length", Code::ContextExceeded),
    ("context_length_exceeded", Code::ContextExceeded),
    ("exceeds the context window", Code::ContextExceeded),
    ("capacity temporarily exceeded", Code::Capacity),
    ("overloaded_error", Code::Capacity),
    ("rate_limit_e", Code::RateLimited),
    ("authentication_error", Code::Auth),
    ("model_not_found", Code::ModelNotFound),
    ("no such model", Code::ModelNotFound),
    // Anthropic's and OpenAI's.
    ("prompt is too long", Code::ContextExceeded),
    ("invalid_api_key", Code::Auth),
    ("permission_error", Code::Forbidden),
    ("billing_error", Code::PaymentRequired),
    ("request_too_large", Code::TooLarge),
    ("timeout_error", Code::Timeout),
    ("not_found_error", Code::ModelNotFound),
    ("content_filter", Code::ContentBlocked),
    ("content_policy_violation", Code::ContentBlocked),
    ("api_error", Code::Server),
];

/// The kind of a failure by its number and its words. A number that is known wins, but for those which only say that the input was refused, and
/// the one that has two meanings; then the words do.
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

/// The kind of a status where no known number came with it.
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

/// What to do by the words, where no number is known.
pub fn advice_on(code: Code, words: &str) -> &'static str {
    if code == Code::Auth && contains_word(words, BYOK_ONLY) { PROVIDER_KEY } else { advice(code) }
}

/// What to do when only the kind is known.
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
