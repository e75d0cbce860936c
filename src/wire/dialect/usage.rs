//! The token usage of a reply.

use crate::text::{lossy, unsigned};
use crate::wire::json::{Kind, Value};
use crate::wire::write::Writer;

/// Token counts under one set of names. An object without any token count is not a usage. Of the counts of
/// prompt, completion and total, missing ones follow from the others, and are 0 if they cannot be known;
/// any other missing count is absent.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the input.
    pub prompt_tokens: Option<i64>,
    /// Tokens of the answer, including reasoning.
    pub completion_tokens: Option<i64>,
    /// The sum of both, calculated if the service did not send it.
    pub total_tokens: Option<i64>,
    /// Input tokens served from the prefix cache.
    pub cached_tokens: Option<i64>,
    /// Answer tokens used for reasoning.
    pub reasoning_tokens: Option<i64>,
    /// Neurons billed, in the service's spelling.
    pub neurons: Option<String>,
}

impl Usage {
    /// Reads the usage object of any dialect; `None` if it has no token count.
    pub fn read(value: Value<'_>) -> Option<Self> {
        Self::read_part(value).complete()
    }

    /// Reads one part of a usage that is sent in parts.
    #[inline(never)]
    pub fn read_part(value: Value<'_>) -> Self {
        // The alternative names of one count: a service that sends several fills the one that it supports.
        let count = |counts: &[Option<Value<'_>>]| {
            let mut counts = counts.iter().flatten().filter_map(|count| tokens(*count));
            let first = counts.next();
            first.filter(|first| *first > 0).or_else(|| counts.find(|count| *count > 0)).or(first)
        };
        let detail = |details: [&str; 2], name| {
            let mut details = value.pick_present(&details).into_iter().flatten();
            details.find_map(|details| tokens(details.get(name)?))
        };
        let [cache_read, cache_written, cache_hit, neurons] = value.pick(&[
            "cache_read_input_tokens",
            "cache_creation_input_tokens",
            "prompt_cache_hit_tokens",
            "neurons",
        ]);
        let cache_read = cache_read.and_then(tokens);
        let cache_written = cache_written.and_then(tokens);
        // Anthropic does not include tokens read from or written to its cache in the input tokens.
        let beside = cache_read.into_iter().chain(cache_written).fold(0, i64::saturating_add);
        let prompt_tokens =
            count(&value.pick(&["prompt_tokens", "input_tokens", "promptTokens", "inputTokens"]));
        // DeepSeek, Moonshot and SGLang send these beside the other counts.
        let cached = || cache_hit.and_then(tokens).or_else(|| tokens(value.get("cached_tokens")?));
        let reasoning = || tokens(value.get("reasoning_tokens")?);
        Usage {
            prompt_tokens: prompt_tokens.map(|tokens| tokens.saturating_add(beside)),
            completion_tokens: count(&value.pick(&[
                "completion_tokens",
                "output_tokens",
                "completionTokens",
                "outputTokens",
            ])),
            total_tokens: count(&value.pick(&["total_tokens", "totalTokens"])),
            cached_tokens: detail(["prompt_tokens_details", "input_tokens_details"], "cached_tokens")
                .or(cache_read)
                .or_else(cached),
            reasoning_tokens: detail(
                ["completion_tokens_details", "output_tokens_details"],
                "reasoning_tokens",
            )
            .or_else(reasoning),
            neurons: neurons
                .filter(|neurons| neurons.kind() == Kind::Number)
                .map(|neurons| lossy(neurons.raw())),
        }
    }

    /// Adds the counts that only the other part has.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        Self {
            prompt_tokens: self.prompt_tokens.or(other.prompt_tokens),
            completion_tokens: self.completion_tokens.or(other.completion_tokens),
            total_tokens: self.total_tokens,
            cached_tokens: self.cached_tokens.or(other.cached_tokens),
            reasoning_tokens: self.reasoning_tokens.or(other.reasoning_tokens),
            neurons: self.neurons.or_else(|| other.neurons.clone()),
        }
    }

    /// Calculates missing counts of prompt, completion and total; `None` if all three are missing.
    pub fn complete(self) -> Option<Self> {
        let known = [self.prompt_tokens, self.completion_tokens, self.total_tokens];
        let [prompt_tokens, completion_tokens, total_tokens] = complete(known)?.map(Some);
        Some(Self { prompt_tokens, completion_tokens, total_tokens, ..self })
    }

    /// Writes the public usage object.
    #[inline(never)]
    pub fn write(&self, out: &mut Writer) {
        out.some_number("promptTokens", self.prompt_tokens);
        out.some_number("completionTokens", self.completion_tokens);
        out.some_number("totalTokens", self.total_tokens);
        out.some_number("cachedTokens", self.cached_tokens);
        out.some_number("reasoningTokens", self.reasoning_tokens);
        if let Some(neurons) = &self.neurons {
            out.raw("neurons", neurons);
        }
    }
}

/// True if there is a token count under any name. Cheaper than reading the usage, which some services send
/// with every chunk.
pub(super) fn is_usage(value: Value<'_>) -> bool {
    let counts = |key: &[u8]| key.ends_with(b"_tokens") || key.ends_with(b"Tokens");
    value.entries().any(|(key, member)| counts(key.raw()) && tokens(member).is_some())
}

/// The usage of a chunk or an answer: at the top level, or where Groq puts it.
pub fn beside(value: Value<'_>) -> Option<Value<'_>> {
    let [usage, groq] = value.pick_present(&["usage", "x_groq"]);
    usage.or_else(|| groq?.get("usage"))
}

/// The number of the answer's tokens.
pub(super) fn spent(value: Value<'_>) -> i64 {
    let names = ["completion_tokens", "output_tokens", "completionTokens", "outputTokens"];
    value.pick(&names).into_iter().flatten().find_map(tokens).unwrap_or(0)
}

/// A number of tokens, possibly encoded as a string.
fn tokens(value: Value<'_>) -> Option<i64> {
    let text = || unsigned(value.body().and_then(|body| str::from_utf8(body).ok())?).map(i64::from);
    value.as_i64().or_else(text).filter(|tokens| *tokens >= 0)
}

/// The corrected usage of a list of embeddings, as JSON text; `None` if it is correct or has no counts. The
/// total equals the tokens of the texts.
pub fn of_embeddings(usage: Value<'_>) -> Option<String> {
    const COUNTS: [&str; 2] = ["prompt_tokens", "total_tokens"];
    let counted = Usage::read(usage)?;
    let counts = [counted.prompt_tokens, counted.total_tokens];
    let own = COUNTS.map(|name| usage.get(name).and_then(|count| count.as_i64()));
    (own != counts).then(|| {
        Writer::object(|out| {
            for (name, count) in COUNTS.iter().zip(counts) {
                out.some_number(name, count);
            }
            for (key, value) in usage.entries().filter(|(key, _)| !COUNTS.iter().any(|name| key.is(name))) {
                out.raw_key(key, &lossy(value.raw()));
            }
        })
    })
}

/// Completes the counts of prompt, completion and total, if at least one is known. A total below the sum of
/// its parts is replaced by the sum.
pub fn complete([prompt, completion, total]: [Option<i64>; 3]) -> Option<[i64; 3]> {
    prompt.or(completion).or(total)?;
    let rest = |part: Option<i64>| total.map_or(0, |total| total.saturating_sub(part.unwrap_or(0)).max(0));
    let prompt = prompt.unwrap_or_else(|| rest(completion));
    let completion = completion.unwrap_or_else(|| rest(Some(prompt)));
    let both = prompt.saturating_add(completion);
    Some([prompt, completion, total.unwrap_or(0).max(both)])
}

/// True if any count is not zero.
pub(super) fn counts_something(value: Value<'_>) -> bool {
    value.entries().any(|(_, member)| {
        member.kind() == Kind::Number && member.raw().iter().any(|byte| matches!(byte, b'1'..=b'9'))
    })
}
