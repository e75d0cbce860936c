//! The service's own error numbers, and what each means for a caller. One table: the code looks it up, [`document`]
//! makes the package's `ERRORS.md` of it.

#[cfg(not(target_arch = "wasm32"))]
pub mod document;

use crate::error::Code;
use crate::text::contains_word;

/// One number of the service.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The service's number.
    pub number: u32,
    /// The HTTP statuses that come with it, the usual one first; none where it varies. For the documentation.
    #[cfg(not(target_arch = "wasm32"))]
    pub statuses: &'static [u16],
    /// What it is for us.
    pub code: Code,
    /// What the service means. For the documentation: the service says it itself, and texts are a tenth of the module.
    #[cfg(not(target_arch = "wasm32"))]
    pub meaning: &'static str,
    /// What to do.
    pub advice: &'static str,
}

#[cfg(not(target_arch = "wasm32"))]
const fn row(
    number: u32,
    statuses: &'static [u16],
    code: Code,
    meaning: &'static str,
    advice: &'static str,
) -> Row {
    Row { number, statuses, code, meaning, advice }
}

#[cfg(target_arch = "wasm32")]
const fn row(number: u32, _: &'static [u16], code: Code, _: &'static str, advice: &'static str) -> Row {
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
const BLOCKED: &str = "Change the prompt, or the gateway's rules.";
const AGAIN: &str = "Try again.";
const FASTER: &str = "Try again, ask for less, or stream the answer.";

/// Every number that is known.
pub const TABLE: &[Row] = &[
    row(1001, &[400], Code::InvalidInput, "Invalid input", INPUT),
    row(1015, &[429], Code::RateLimited, "The edge limits the rate of requests", SLOWER),
    row(1031, &[], Code::Server, "The edge could not reach the service", AGAIN),
    row(
        1101,
        &[500],
        Code::Server,
        "The Worker in between threw an exception",
        "Look into that Worker's logs.",
    ),
    row(
        2003,
        &[429],
        Code::RateLimited,
        "The gateway's rate limit is reached",
        "Send fewer requests, or raise the gateway's limit.",
    ),
    row(
        2009,
        &[401],
        Code::Auth,
        "The provider rejected the gateway's credentials",
        "Check the provider key that is stored in the gateway.",
    ),
    row(2014, &[], Code::Timeout, "The provider behind the gateway took too long", FASTER),
    row(2016, &[424], Code::ContentBlocked, "Guardrails blocked the prompt", BLOCKED),
    row(2017, &[424, 422], Code::ContentBlocked, "Guardrails blocked the response", BLOCKED),
    row(
        2021,
        &[402],
        Code::PaymentRequired,
        "There are not enough credits",
        "Top up the account's AI Gateway credits.",
    ),
    row(2029, &[], Code::ContentBlocked, "Data loss prevention blocked the prompt", BLOCKED),
    row(2030, &[], Code::ContentBlocked, "Data loss prevention blocked the response", BLOCKED),
    row(
        3003,
        &[400],
        Code::InvalidInput,
        "The request is incomplete",
        "Compare the input with the model's schema.",
    ),
    row(3006, &[413], Code::TooLarge, "The request is too large", "Send less at once."),
    row(3007, &[408], Code::Timeout, "The request timed out", FASTER),
    row(3008, &[408], Code::Timeout, "The service aborted the request", AGAIN),
    row(3023, &[403], Code::Forbidden, "The service is not available to this account", ACCOUNT),
    row(3030, &[400], Code::ContextExceeded, "The sequence is too long", SHORTER),
    row(3036, &[429], Code::DailyQuota, "The free daily allocation is used up", QUOTA),
    row(
        3039,
        &[400],
        Code::InvalidInput,
        "The finetune lacks required files",
        "Upload adapter_config.json and adapter_model.safetensors.",
    ),
    row(3040, &[429], Code::Capacity, "The model is out of capacity", BUSY),
    row(3041, &[403], Code::Forbidden, "The model is private", ACCOUNT),
    row(3042, &[404], Code::ModelNotFound, "The model id is invalid", NO_MODEL),
    row(3046, &[408], Code::Timeout, "The request timed out", FASTER),
    row(4006, &[429], Code::DailyQuota, "The free daily neurons are used up", QUOTA),
    row(
        5004,
        &[400],
        Code::InvalidInput,
        "The data is not valid base64",
        "Send plain base64, without the prefix of a data URL.",
    ),
    row(
        5005,
        &[405],
        Code::InvalidInput,
        "The model does not take LoRA adapters",
        "Leave out lora, or choose a model that supports it.",
    ),
    row(5006, &[400], Code::InvalidInput, "The input does not fit the model's schema", INPUT),
    row(5007, &[400], Code::ModelNotFound, "There is no such model or task", NO_MODEL),
    row(5012, &[422], Code::InvalidInput, "The model server refused the input", INPUT),
    row(
        5016,
        &[403],
        Code::Forbidden,
        "The model's licence has not been accepted",
        "Run the model once with the prompt \"agree\" to accept its licence.",
    ),
    row(5018, &[403], Code::Forbidden, "The model is private", ACCOUNT),
    row(5019, &[405], Code::Config, "The SDK version is deprecated", "Update the client."),
    row(5021, &[413], Code::ContextExceeded, "Input and answer exceed the context window", SHORTER),
    row(
        5024,
        &[403, 400],
        Code::NoObject,
        "JSON mode could not be met",
        "Simplify the schema, raise max_tokens, or ask again.",
    ),
    row(
        5025,
        &[400],
        Code::InvalidInput,
        "The model does not support JSON schemas",
        "Choose a model that supports JSON mode.",
    ),
    row(
        5028,
        &[410],
        Code::ModelDeprecated,
        "The model has been removed",
        "Move to a current model of the same task.",
    ),
    row(
        5035,
        &[403],
        Code::Forbidden,
        "The model needs the Workers Paid plan",
        "Upgrade the plan, or choose another model.",
    ),
    row(7001, &[404], Code::ModelNotFound, "The model server was not found", NO_MODEL),
    row(7002, &[404], Code::NotFound, "There is no such log entry", "Check the log's id."),
    row(
        7003,
        &[404],
        Code::Config,
        "There is no such route",
        "Check accountId (32 hex characters) and baseURL.",
    ),
    row(7013, &[503], Code::Server, "The guardrails service failed", AGAIN),
    row(7505, &[429], Code::RateLimited, "Too many requests", SLOWER),
    row(
        8001,
        &[400],
        Code::InvalidInput,
        "The model server refused the input",
        "Tools need the wrapped form with a description, tool_choice \"required\" instead of \"any\", and no null content.",
    ),
    row(
        8006,
        &[400, 500],
        Code::InvalidInput,
        "The forced tool call could not be finished",
        "Raise max_tokens, or do not force the tool.",
    ),
    row(8007, &[400], Code::ContextExceeded, "The input exceeds the context window", SHORTER),
    row(9106, &[400], Code::Auth, "Credentials are missing", TOKEN),
    row(9109, &[403], Code::Auth, "The access token is invalid", TOKEN),
    row(10000, &[401, 403], Code::Auth, "Authentication failed", TOKEN),
];

/// Looks a number up.
#[inline(never)]
pub fn find(number: u32) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.number == number)
}

/// The one number with two meanings, and the words by which its second one is known: the content was refused.
pub const FLAGGED: (u32, [&str; 4]) = (3030, ["flag", "nsfw", "blocked", "moderation"]);

/// The kind of a row, where its words decide between two.
pub fn refine(row: &Row, words: &str) -> Code {
    let (number, signs) = FLAGGED;
    if row.number == number && signs.iter().any(|sign| contains_word(words, sign)) {
        return Code::ContentBlocked;
    }
    row.code
}

/// What a status means when no known number came with it.
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
            #[cfg(not(target_arch = "wasm32"))]
            assert!(!row.meaning.is_empty() && !row.meaning.ends_with('.'), "{}", row.number);
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
