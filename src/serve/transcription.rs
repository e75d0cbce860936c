//! `/v1/audio/transcriptions` and `/v1/audio/translations`.

use super::allowed::{Allowed, model, quoted};
use super::captions::{cues, srt, vtt};
use super::exchange::{Answer, Body, Step};
use super::plan::{Plan, ResultKind};
use super::request::{object, raw, text};
use super::{form, stream::write_event};
use crate::error::{Code, Error};
use crate::text::{concat, find, lossy};
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// Members that are handled here, or that only OpenAI's own models use.
const OWN: [&str; 11] = [
    "file",
    "model",
    "language",
    "prompt",
    "response_format",
    "temperature",
    "timestamp_granularities",
    "include",
    "chunking_strategy",
    "stream",
    "user",
];

/// The format of the transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    Text,
    Srt,
    Vtt,
    Verbose,
    Events,
}

/// Plans the call for a request, with the encoder of its answer.
pub fn step(body: &[u8], allowed: &Allowed, translates: bool) -> Result<Step, Error> {
    let request = object(body)?;
    let (_, id) = model(allowed, request)?;
    let Some(file) = form::media(request, "file")? else {
        return Err(Error::invalid("file", "file is missing: the recording, as a file of a form."));
    };
    let format = match text(request, "response_format")?.as_deref() {
        None | Some("json") => Format::Json,
        Some("text") => Format::Text,
        Some("srt") => Format::Srt,
        Some("vtt") => Format::Vtt,
        Some("verbose_json") => Format::Verbose,
        Some(_) => {
            let why = "response_format must be \"json\", \"text\", \"srt\", \"vtt\" or \"verbose_json\".";
            return Err(Error::invalid("response_format", why));
        }
    };
    let format =
        if form::flag(request, "stream")? && format == Format::Json { Format::Events } else { format };
    let is_turbo = find(&id, "/whisper-large-v3-turbo", 0).is_some();
    let is_foreign = !id.starts_with('@');
    if translates && !is_turbo && !is_foreign {
        let why = concat(&[&id, " does not translate: use @cf/openai/whisper-large-v3-turbo."]);
        return Err(Error::invalid("model", &why));
    }
    let language = text(request, "language")?;
    let prompt = text(request, "prompt")?;
    let input = Writer::object(|out| {
        out.raw("audio", &file);
        if translates {
            out.text("task", "translate");
        }
        let is_whisper = find(&id, "/whisper", 0).is_some() && !is_turbo;
        out.some_text(if is_whisper { "source_lang" } else { "language" }, language.as_deref());
        // Other models do not accept a prompt, which is only a hint in OpenAI's API.
        if is_turbo || is_foreign {
            out.some_text(if is_turbo { "initial_prompt" } else { "prompt" }, prompt.as_deref());
        }
        form::copy(request, &OWN, out);
    });
    let plan = Plan::new("transcribe", ResultKind::Value, vec![quoted(&id), input]);
    Ok(Step::Call(plan, Box::new(Transcript { format, translates, language })))
}

struct Transcript {
    format: Format,
    translates: bool,
    language: Option<String>,
}

impl Answer for Transcript {
    fn whole(&mut self, value: Value<'_>) -> Result<Body, Error> {
        let transcript = value.get("text").and_then(|text| text.text());
        let transcript =
            transcript.ok_or_else(|| Error::new(Code::MalformedResponse, "The answer has no text."))?;
        let plain = |text: String| Body { media_type: "text/plain; charset=utf-8", text };
        Ok(match self.format {
            Format::Json => Body::json(Writer::object(|out| out.text("text", &transcript))),
            Format::Text => plain(concat(&[&transcript, "\n"])),
            Format::Verbose => Body::json(self.verbose(value, &transcript)),
            Format::Srt => plain(srt(&timed(value)?)),
            Format::Vtt => {
                let own = value.get("vtt").and_then(|vtt| vtt.text()).filter(|vtt| !vtt.is_empty());
                let text = own.map_or_else(|| timed(value).map(|cues| vtt(&cues)), Ok)?;
                Body { media_type: "text/vtt; charset=utf-8", text }
            }
            Format::Events => {
                Body { media_type: "text/event-stream; charset=utf-8", text: events(&transcript) }
            }
        })
    }
}

/// The subtitles of a transcript that has times.
fn timed(value: Value<'_>) -> Result<Vec<super::captions::Cue>, Error> {
    let cues = cues(value);
    let is_silent = value.get("text").is_some_and(|text| text.body().is_some_and(<[u8]>::is_empty));
    if cues.is_empty() && !is_silent {
        let why = "The model gives no times, so that there are no subtitles: use another one, or another response_format.";
        return Err(Error::invalid("response_format", why));
    }
    Ok(cues)
}

/// A complete transcript as the events of a stream.
fn events(transcript: &str) -> String {
    let mut out = Vec::new();
    let mut event = |kind: &str, name: &str| {
        let json = Writer::object(|out| {
            out.text("type", kind);
            out.text(name, transcript);
        });
        write_event(Some(kind), &json, &mut out);
    };
    event("transcript.text.delta", "delta");
    event("transcript.text.done", "text");
    lossy(&out)
}

impl Transcript {
    fn verbose(&self, value: Value<'_>, transcript: &str) -> String {
        let [language, duration, words, segments] =
            value.pick_present(&["language", "duration", "words", "segments"]);
        Writer::object(|out| {
            out.text("task", if self.translates { "translate" } else { "transcribe" });
            let language = language.and_then(|language| language.text()).or(self.language.clone());
            out.text("language", language.as_deref().unwrap_or(""));
            out.raw("duration", &duration.map_or_else(|| "0".to_owned(), raw));
            out.text("text", transcript);
            if let Some(words) = words {
                out.raw("words", &raw(words));
            }
            out.list("segments", |out| {
                let segments = segments.into_iter().flat_map(|segments| segments.items());
                for (place, segment) in segments.enumerate() {
                    out.item(|out| {
                        out.number("id", place as i64);
                        for name in ["start", "end", "text"] {
                            if let Some(value) = segment.get(name) {
                                out.raw(name, &raw(value));
                            }
                        }
                    });
                }
            });
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::planned;

    const TURBO: &str = "@cf/openai/whisper-large-v3-turbo";

    fn of(path: &str, more: &str) -> (super::super::exchange::Exchange, Result<String, String>) {
        planned("POST", path, &[r#"{"file":{"$file":0,"name":"a.wav"}"#, more, "}"].concat())
    }

    #[test]
    fn what_is_called() {
        let more = format!(
            r#","model":"{TURBO}","language":"de","prompt":"words","temperature":"0","vad_filter":"true""#
        );
        let plan = of("/v1/audio/transcriptions", &more).1.unwrap();
        assert!(plan.contains(r#"{"audio":{"$file":0,"name":"a.wav"},"language":"de","initial_prompt":"words","vad_filter":true}"#), "{plan}");
        let plan = of("/v1/audio/translations", &format!(r#","model":"{TURBO}""#)).1.unwrap();
        assert!(plan.contains(r#""task":"translate""#), "{plan}");
        assert!(of("/v1/audio/translations", r#","model":"@cf/openai/whisper""#).1.is_err());
        assert!(of("/v1/audio/transcriptions", r#","model":"m","response_format":"doc""#).1.is_err());
        assert!(
            planned("POST", "/v1/audio/transcriptions", r#"{"model":"m"}"#)
                .1
                .unwrap_err()
                .contains(r#""param":"file""#)
        );
    }

    #[test]
    fn every_format() {
        let result = br#"{"text":"a b","language":"en","duration":1.50,"segments":[{"start":0,"end":1.5,"text":"a b"}],"words":[{"word":"a","start":0,"end":1}]}"#;
        for (format, expected) in [
            ("json", r#"{"text":"a b"}"#),
            ("text", "a b\n"),
            ("srt", "1\n00:00:00,000 --> 00:00:01,500\na b\n\n"),
            ("vtt", "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\na b\n\n"),
            (
                "verbose_json",
                r#"{"task":"transcribe","language":"en","duration":1.50,"text":"a b","words":[{"word":"a","start":0,"end":1}],"segments":[{"id":0,"start":0,"end":1.5,"text":"a b"}]}"#,
            ),
        ] {
            let (mut exchange, _) =
                of("/v1/audio/transcriptions", &format!(r#","model":"m","response_format":"{format}""#));
            assert_eq!(exchange.answer(result), expected);
        }
        let (mut exchange, _) = of("/v1/audio/transcriptions", r#","model":"m","stream":"true""#);
        let events = exchange.answer(result);
        assert!(
            events.starts_with("event: transcript.text.delta\ndata: {")
                && events.ends_with("\"text\":\"a b\"}\n\n"),
            "{events}"
        );
        let (mut exchange, _) = of("/v1/audio/transcriptions", r#","model":"m","response_format":"srt""#);
        exchange.answer(br#"{"text":"a"}"#);
        assert_eq!(exchange.head().status, 400);
    }
}
