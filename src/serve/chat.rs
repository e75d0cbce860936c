//! `/v1/chat/completions`.

use super::Clock;
use super::allowed::{Allowed, model, quoted};
use super::exchange::{Answer, Body, Step};
use super::plan::{Plan, ResultKind};
use super::refusal::{self, Dialect as Shape};
use super::request::{copy, flag, object, raw, text, whole};
use super::stream::{StreamEncoder, write_event};
use super::whole_answer::reading;
use crate::error::Error;
use crate::text::lossy;
use crate::wire::dialect::{Dialect, Reading};
use crate::wire::json::Value;
use crate::wire::openai::chunks::Chunks;
use crate::wire::openai::collected::Collected;
use crate::wire::openai::completion::{completion, event_stream};
use crate::wire::openai::{Head, Settings};
use crate::wire::write::Writer;

/// Members that only OpenAI's own service uses, for storage, billing and monitoring. They are ignored.
pub const BOOKKEEPING: [&str; 8] = [
    "user",
    "metadata",
    "store",
    "service_tier",
    "safety_identifier",
    "prompt_cache_key",
    "prompt_cache_retention",
    "model",
];

/// Plans the call for a request, with the encoder of its answer.
pub fn step(body: &[u8], allowed: &Allowed, clock: Clock) -> Result<Step, Error> {
    let request = object(body)?;
    let (name, id) = model(allowed, request)?;
    if !request.get("messages").is_some_and(|messages| messages.is_array()) {
        return Err(Error::invalid("messages", "messages must be an array of messages."));
    }
    refuse_more(request)?;
    let streams = flag(request, "stream")?;
    let mut but = BOOKKEEPING.to_vec();
    // 1 is the only number of choices that is supported.
    but.push("n");
    let is_own = id.starts_with('@');
    if !is_own {
        but.retain(|name| !["user", "metadata", "service_tier"].contains(name));
    }
    if !streams {
        but.extend(["stream", "stream_options"]);
    }
    let [most, older] = request.pick_present(&["max_completion_tokens", "max_tokens"]);
    let renamed = older.filter(|_| !is_own && most.is_none());
    if renamed.is_some() {
        but.push("max_tokens");
    }
    let input = Writer::object(|out| {
        copy(request, &but, out);
        if let Some(most) = renamed {
            // Models of other authors use the newer name.
            out.raw("max_completion_tokens", &raw(most));
        }
    });
    let result = if streams { ResultKind::Stream } else { ResultKind::Value };
    let mut plan = Plan::new("run", result, vec![quoted(&id), input]);
    plan.session_affinity = text(request, "prompt_cache_key")?;
    let usage = request.get("stream_options").and_then(|options| options.get("include_usage"));
    let settings = Settings {
        include_usage: usage.and_then(|wanted| wanted.as_bool()) == Some(true),
        reading: reading(&id, &lossy(request.raw())),
    };
    let head = Head::new(None, clock.now, name, clock.random);
    Ok(Step::Call(plan, Box::new(Chat { head, settings, clock, streams })))
}

/// Rejects parameters that the service does not support, and whose effect the caller would miss.
fn refuse_more(request: Value<'_>) -> Result<(), Error> {
    if whole(request, "n", 0, 128)?.is_some_and(|count| count != 1) {
        return Err(Error::invalid(
            "n",
            "n must be 1: Workers AI gives one choice a request. Ask several times.",
        ));
    }
    if request.get("audio").is_some_and(|audio| audio.is_object()) {
        return Err(Error::invalid("audio", "audio is not answered here: use /v1/audio/speech."));
    }
    let modalities = request.get("modalities").into_iter().flat_map(|all| all.items());
    if modalities.filter(|one| !one.is("text")).count() > 0 {
        return Err(Error::invalid(
            "modalities",
            "modalities must be [\"text\"]: use /v1/audio/speech for speech.",
        ));
    }
    Ok(())
}

/// Encodes the answer of a chat.
struct Chat {
    head: Head,
    settings: Settings,
    clock: Clock,
    streams: bool,
}

impl Answer for Chat {
    fn whole(&mut self, value: Value<'_>) -> Result<Body, Error> {
        completion(value.raw(), &self.head, self.settings, self.clock.random).map(Body::json)
    }

    fn stream_encoder(&self) -> Option<Box<dyn StreamEncoder>> {
        let encoder = ChunkEncoder {
            chunks: Chunks::new(&self.head, self.settings, self.clock.random),
            head: self.head.clone(),
            settings: self.settings,
            clock: self.clock,
            is_over: false,
        };
        self.streams.then(|| Box::new(encoder) as Box<dyn StreamEncoder>)
    }

    fn reading(&self) -> Reading {
        self.settings.reading
    }
}

/// Encodes the answer as chunks.
struct ChunkEncoder {
    chunks: Chunks,
    head: Head,
    settings: Settings,
    clock: Clock,
    /// The whole answer was written.
    is_over: bool,
}

impl StreamEncoder for ChunkEncoder {
    fn chunk(
        &mut self,
        chunk: Option<Value<'_>>,
        collected: &mut Collected,
        dialect: &Dialect,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        match chunk {
            Some(chunk) => self.chunks.convert(chunk, collected, dialect, out),
            // A whole answer was already written with everything in it.
            None if self.is_over => {}
            None => self.chunks.more(collected, out),
        }
        Ok(())
    }

    fn whole(
        &mut self,
        answer: Value<'_>,
        _collected: &mut Collected,
        _dialect: &Dialect,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let completion = completion(answer.raw(), &self.head, self.settings, self.clock.random)?;
        out.extend(event_stream(&completion, self.settings));
        self.is_over = true;
        Ok(())
    }

    fn end(&mut self, _collected: &Collected, _dialect: &Dialect, out: &mut Vec<u8>) -> Result<(), Error> {
        if !self.is_over {
            self.chunks.finish(out);
            out.extend_from_slice(b"data: [DONE]\n\n");
        }
        Ok(())
    }

    fn fail(&mut self, error: &Error, out: &mut Vec<u8>) {
        self.chunks.release(out);
        write_event(None, &refusal::body(error, Shape::OpenAI), out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{planned, streamed};

    const PATH: &str = "/v1/chat/completions";

    fn request(more: &str) -> String {
        [r#"{"model":"@cf/a/b","messages":[{"role":"user","content":"a"}]"#, more, "}"].concat()
    }

    #[test]
    fn what_is_called() {
        let plan = |more: &str| planned("POST", PATH, &request(more)).1;
        assert_eq!(
            plan(
                r#","n":1,"user":"u","temperature":0.50,"top_p":null,"stream":false,"prompt_cache_key":"k""#
            )
            .unwrap(),
            concat!(
                r#"{"method":"run","result":"value","calls":[["@cf/a/b",{"messages":[{"role":"user","content":"a"}],"temperature":0.50}]],"#,
                r#""options":{"sessionAffinity":"k"}}"#
            )
        );
        let stream = plan(r#","stream":true,"stream_options":{"include_usage":true}"#).unwrap();
        assert!(stream.contains(r#""result":"stream""#) && stream.contains("include_usage"), "{stream}");
        let foreign =
            planned("POST", PATH, r#"{"model":"openai/gpt-5","messages":[],"max_tokens":5}"#).1.unwrap();
        assert!(foreign.contains(r#"{"messages":[],"max_completion_tokens":5}"#), "{foreign}");
        for (more, field) in [
            (r#","n":2"#, "n"),
            (r#","stream":1"#, "stream"),
            (r#","modalities":["text","audio"]"#, "modalities"),
            (r#","audio":{"voice":"a"}"#, "audio"),
            (r#","model":7"#, "model"),
            (r#","messages":{}"#, "messages"),
        ] {
            let refused = plan(more).unwrap_err();
            assert!(refused.contains(&format!(r#""param":"{field}""#)), "{more}: {refused}");
        }
        assert!(planned("POST", PATH, "[]").1.is_err() && planned("POST", PATH, "{").1.is_err());
    }

    #[test]
    fn a_value_becomes_a_completion() {
        let (mut exchange, _) = planned("POST", PATH, &request(""));
        let body = exchange.answer(
            br#"{"response":"hi","usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}"#,
        );
        assert_eq!(
            body,
            concat!(
                r#"{"id":"chatcmpl-iiiiiiiiii","object":"chat.completion","created":7,"model":"@cf/a/b","choices":[{"index":0,"message":"#,
                r#"{"role":"assistant","content":"hi","refusal":null},"logprobs":null,"finish_reason":"stop"}],"#,
                r#""usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}"#
            )
        );
        assert_eq!(exchange.head().status, 200);
        let body = exchange.answer(b"3040: busy");
        assert!(body.contains("overloaded") && exchange.head().status == 503, "{body}");
        let body = exchange.answer(b"busy");
        assert!(body.contains("malformed_response") && exchange.head().status == 502, "{body}");
        let body = exchange.answer(br#"{"image":"x"}"#);
        assert!(body.contains("malformed_response") && exchange.head().status == 502, "{body}");
    }

    /// The end of every stream, cut at various positions.
    #[test]
    fn bytes_that_are_not_utf8_are_replaced() {
        let event = b"data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"other\":\"x\xff\",\"content\":\"\xc3 \"}}]}\n\ndata: [DONE]\n\n";
        let whole = b"{\"choices\":[{\"index\":0,\"message\":{\"content\":\"x\xff\"}}]}";
        for (bytes, expected) in [
            (&event[..], "\"other\":\"x\u{fffd}\",\"content\":\"\u{fffd} \"}"),
            (&whole[..], "\"content\":\"x\u{fffd}\""),
        ] {
            let (status, reply) = streamed(PATH, &request(r#","stream":true"#), bytes, &[]);
            assert!(status == 200 && reply.contains(expected), "{reply}");
        }
    }

    #[test]
    fn streams_end_as_they_should() {
        let of =
            |events: &[&str]| events.iter().map(|event| format!("data: {event}\n\n")).collect::<String>();
        let chat = r#"{"choices":[{"index":0,"delta":{"content":"a"}}]}"#;
        for (bytes, status, end) in [
            (of(&[r#"{"response":"a"}"#, "[DONE]"]), 200, "data: [DONE]\n\n"),
            (of(&[r#"{"response":1.0}"#, "[DONE]"]), 200, "data: [DONE]\n\n"),
            (of(&[chat]), 200, "\"code\":\"truncated\"}}\n\n"),
            (
                of(&[r#"{"response":"a"}"#, r#"{"errors":[{"code":3040,"message":"busy"}]}"#]),
                200,
                "\"internalCode\":3040}}\n\n",
            ),
            (
                of(&[r#"{"response":"a"}"#, r#"{"internalCode":4006,"description":"no more"}"#]),
                200,
                "\"code\":\"insufficient_quota\",\"internalCode\":4006}}\n\n",
            ),
            (of(&[r#"{"response":"a"}"#, "{"]), 200, "\"code\":\"malformed_response\"}}\n\n"),
            (
                of(&[chat, r#"{"choices":[{"index":0,"delta":{},"finish_reason":"error"}]}"#]),
                200,
                "\"code\":\"internal_error\"}}\n\n",
            ),
            (["event: error\n", &of(&[r#"{"message":"x"}"#])].concat(), 500, "\"code\":\"internal_error\"}}"),
            (
                of(&[r#"{"errors":[{"code":3036,"message":"x"}]}"#]),
                429,
                "\"code\":\"insufficient_quota\",\"internalCode\":3036}}",
            ),
            (of(&["[DONE]"]), 502, "\"code\":\"truncated\"}}"),
            ("error code: 1031".to_owned(), 500, "\"code\":\"internal_error\",\"internalCode\":1031}}"),
            (
                of(&[chat, r#"{"tool_calls":[{"arguments":{}}]}"#, "[DONE]"]),
                200,
                "\"code\":\"malformed_response\"}}\n\n",
            ),
            (
                [&of(&[chat]), "{\"errors\":[{\"code\":3040,\"message\":\"busy\"}]}\n"].concat(),
                200,
                "\"internalCode\":3040}}\n\n",
            ),
            ("<html>".to_owned(), 502, "\"code\":\"malformed_response\"}}"),
            (String::new(), 502, "\"code\":\"truncated\"}}"),
            (r#"{"result":{"response":"a"},"success":true}"#.to_owned(), 200, "data: [DONE]\n\n"),
            (
                r#"{"success":false,"errors":[{"code":7009,"message":"x"}]}"#.to_owned(),
                500,
                "\"code\":\"internal_error\",\"internalCode\":7009}}",
            ),
        ] {
            let request = request(r#","stream":true"#);
            let whole = streamed(PATH, &request, bytes.as_bytes(), &[]);
            assert_eq!(whole.0, status, "{bytes}\n{whole:?}");
            assert!(whole.1.ends_with(end), "{bytes}\n{whole:?}");
            for first in 0..bytes.len() {
                for second in [first, (first + 1).min(bytes.len()), (first + 7).min(bytes.len())] {
                    assert_eq!(
                        streamed(PATH, &request, bytes.as_bytes(), &[first, second]),
                        whole,
                        "{first} {second}"
                    );
                }
            }
        }
        assert!(
            streamed(
                PATH,
                &request(r#","stream":true"#),
                of(&[r#"{"response":1.0}"#, "[DONE]"]).as_bytes(),
                &[]
            )
            .1
            .contains(r#""content":"1.0""#)
        );
    }
}
