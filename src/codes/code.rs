//! The kinds of failure.

/// Writes the kinds once: the enum, their names, and for the documentation the sentence above each.
macro_rules! codes {
    ($($(#[doc = $meaning:literal])+ $code:ident = $name:literal,)+) => {
        /// The stable name of a kind of failure. The names are never changed once released.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[doc = $meaning])+ $code,)+
        }

        impl Code {
            /// All of them.
            pub const ALL: &[Code] = &[$(Code::$code),+];

            /// Its name in JavaScript.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Code::$code => $name,)+
                }
            }

            /// Its meaning, as a sentence. For documentation; the linker drops it where nothing uses it.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Code::$code => concat!($($meaning),+).trim_ascii(),)+
                }
            }
        }
    };
}

codes! {
    /// The model has no free capacity at the moment.
    Capacity = "CAPACITY",
    /// Too many requests in too short a time.
    RateLimited = "RATE_LIMITED",
    /// The account's free allocation of the day is used up.
    DailyQuota = "DAILY_QUOTA",
    /// The credential is missing, wrong, or lacks a permission.
    Auth = "AUTH",
    /// The account may not use this.
    Forbidden = "FORBIDDEN",
    /// There is no such model.
    ModelNotFound = "MODEL_NOT_FOUND",
    /// The model is gone.
    ModelDeprecated = "MODEL_DEPRECATED",
    /// There is no such log, finetune or batch.
    NotFound = "NOT_FOUND",
    /// The input, or an option of a call, is not acceptable.
    InvalidInput = "INVALID_INPUT",
    /// Prompt and answer do not fit into the model's context window.
    ContextExceeded = "CONTEXT_EXCEEDED",
    /// A request or a reply is larger than the bound.
    TooLarge = "TOO_LARGE",
    /// A limit of time was reached, here or at the service.
    Timeout = "TIMEOUT",
    /// The caller gave up.
    Aborted = "ABORTED",
    /// The service could not be reached, or the connection broke.
    Network = "NETWORK",
    /// A stream ended before its answer did.
    Truncated = "TRUNCATED",
    /// The reply cannot be understood.
    MalformedResponse = "MALFORMED_RESPONSE",
    /// The model did not produce the structured answer that was requested.
    NoObject = "NO_OBJECT",
    /// The service failed.
    Server = "SERVER",
    /// The client is not set up rightly.
    Config = "CONFIG",
    /// A guardrail refused the prompt or the answer.
    ContentBlocked = "CONTENT_BLOCKED",
    /// Credits or a paid plan are needed.
    PaymentRequired = "PAYMENT_REQUIRED",
    /// The gateway's spend limit is used up: nothing goes on until its window ends.
    SpendLimit = "SPEND_LIMIT",
    /// The stream has been read already.
    StreamConsumed = "STREAM_CONSUMED",
    /// This package has failed inside: the call is lost, the next one works.
    Internal = "INTERNAL",
    /// The service named a failure that this version does not know.
    Unknown = "UNKNOWN",
}

impl Code {
    /// The kind of a name.
    pub fn named(name: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.as_str() == name)
    }

    /// The kind that a server means by its name in small letters, as those do that answer with this very code, see [`crate::serve::refusal`]. None of
    /// those that say nothing of the service.
    pub fn of_sign(sign: &str) -> Option<Code> {
        // The SDKs' word for it.
        if sign.eq_ignore_ascii_case("overloaded") {
            return Some(Code::Capacity);
        }
        let named = Code::ALL.iter().copied().find(|code| sign.eq_ignore_ascii_case(code.as_str()));
        named.filter(|code| !matches!(code, Code::Aborted | Code::Internal | Code::Unknown))
    }

    /// May the same request succeed a little later?
    pub fn retryable(self) -> bool {
        matches!(self, Code::Capacity | Code::RateLimited | Code::Timeout | Code::Server | Code::Network)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_five_passing_kinds_are_retryable() {
        let retryable = [Code::Capacity, Code::RateLimited, Code::Timeout, Code::Server, Code::Network];
        assert!(retryable.iter().all(|code| code.retryable()));
        for code in
            [Code::DailyQuota, Code::Auth, Code::InvalidInput, Code::Config, Code::Aborted, Code::Unknown]
        {
            assert!(!code.retryable(), "{code:?}");
        }
    }
}
