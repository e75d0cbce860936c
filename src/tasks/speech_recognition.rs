//! `transcribe`: what is said in a recording.

use super::answer::{malformed, number};
use super::media;
use super::request::{Ask, Plan};
use crate::catalog::{InputShape, OutputShape};
use crate::error::Error;
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// `{ audio, … }`
pub fn plan(ask: &Ask<'_>) -> Result<Plan, Error> {
    media::plan(ask, InputShape::SpeechWhisperTurbo, OutputShape::SpeechWhisperTurbo)
}

/// `{ text, language?, duration?, words?, segments?, vtt? }`; times in seconds, in the service's spelling.
pub fn result(answer: Value<'_>) -> Result<String, Error> {
    match answer.get("results") {
        Some(results) => channels(answer, results),
        None => whisper(answer),
    }
}

/// Whisper's family, and what answers like it.
fn whisper(answer: Value<'_>) -> Result<String, Error> {
    let text = answer.get("text").and_then(|text| text.text()).ok_or_else(|| malformed("text"))?;
    let about = answer.get("transcription_info");
    let told = |name: &str| about.and_then(|about| about.get(name)).or_else(|| answer.get(name));
    let segments = array(answer.get("segments"));
    let words = array(answer.get("words"));
    let in_segments = || segments.iter().flat_map(|segment| array(segment.get("words"))).collect::<Vec<_>>();
    let words = if words.is_empty() { in_segments() } else { words };
    Ok(Writer::object(|out| {
        out.text("text", &text);
        out.some_text("language", told("language").and_then(|language| language.text()).as_deref());
        if let Some(duration) = number(told("duration")) {
            out.raw("duration", duration);
        }
        write_words(out, &words);
        write_segments(out, &segments, "text");
        out.some_text("vtt", answer.get("vtt").and_then(|vtt| vtt.text()).as_deref());
    }))
}

/// Deepgram's form: channels with alternatives, of which the first is the best.
fn channels(answer: Value<'_>, results: Value<'_>) -> Result<String, Error> {
    let channels = array(results.get("channels"));
    let best = channels.iter().map(|channel| array(channel.get("alternatives")).first().copied());
    let alternatives: Vec<_> = best.flatten().collect();
    if alternatives.is_empty() {
        return Err(malformed("results.channels[].alternatives"));
    }
    let texts = alternatives.iter().filter_map(|best| best.get("transcript")?.text());
    let text = texts.collect::<Vec<_>>().join("\n");
    let words: Vec<_> = alternatives.iter().flat_map(|best| array(best.get("words"))).collect();
    let segments = array(results.get("utterances"));
    let language = channels.iter().find_map(|channel| channel.get("detected_language")?.text());
    Ok(Writer::object(|out| {
        out.text("text", &text);
        out.some_text("language", language.as_deref());
        if let Some(duration) = number(answer.get("metadata").and_then(|about| about.get("duration"))) {
            out.raw("duration", duration);
        }
        write_words(out, &words);
        write_segments(out, &segments, "transcript");
    }))
}

fn array(value: Option<Value<'_>>) -> Vec<Value<'_>> {
    value.filter(|value| value.is_array()).map(|value| value.items().collect()).unwrap_or_default()
}

/// The times of a word or segment; without both it is left out.
fn span<'a>(value: &Value<'a>) -> Option<(&'a str, &'a str)> {
    Some((number(value.get("start"))?, number(value.get("end"))?))
}

fn write_words(out: &mut Writer, words: &[Value<'_>]) {
    if words.is_empty() {
        return;
    }
    out.list("words", |out| {
        for word in words {
            // As it is written in the text, where the service says that too.
            let spelled = word.get("punctuated_word").or_else(|| word.get("word"));
            let spelled = spelled.and_then(|word| word.text());
            let (Some(spelled), Some((start, end))) = (spelled, span(word)) else { continue };
            out.item(|out| {
                out.text("word", &spelled);
                out.raw("start", start);
                out.raw("end", end);
                for name in ["confidence", "speaker"] {
                    if let Some(value) = number(word.get(name)) {
                        out.raw(name, value);
                    }
                }
            });
        }
    });
}

fn write_segments(out: &mut Writer, segments: &[Value<'_>], name: &str) {
    if segments.is_empty() {
        return;
    }
    out.list("segments", |out| {
        for segment in segments {
            let text = segment.get(name).and_then(|text| text.text());
            let (Some(text), Some((start, end))) = (text, span(segment)) else { continue };
            out.item(|out| {
                out.text("text", text.trim());
                out.raw("start", start);
                out.raw("end", end);
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    fn planned(model: &str, way: &str, input: &str) -> Result<(&'static str, String), Option<String>> {
        let input = json::parse(input.as_bytes()).unwrap();
        let ask = Ask::read("transcribe", way, model, input).unwrap();
        plan(&ask).map(|plan| (plan.form.name(), plan.body)).map_err(|error| error.field.clone())
    }

    const WHISPER: &str = "@cf/openai/whisper";
    const TURBO: &str = "@cf/openai/whisper-large-v3-turbo";
    const NOVA: &str = "@cf/deepgram/nova-3";
    const STREAM: &str =
        r#"{"audio":{"body":{"$":"media","form":"stream"},"contentType":"audio/ogg"},"punctuate":true}"#;

    #[test]
    fn whisper_gets_a_raw_body_unless_something_is_beside_it() {
        let audio = r#"{"audio":{"$":"media","form":"bytes","length":9}}"#;
        assert_eq!(
            planned(WHISPER, "rest", audio),
            Ok(("raw", r#"{"$body":{"$media":["audio"],"as":"body"}}"#.into()))
        );
        assert_eq!(
            planned(WHISPER, "binding", audio),
            Ok(("json", r#"{"audio":{"$media":["audio"],"as":"numbers"}}"#.into()))
        );
        let beside = r#"{"audio":[1,2],"source_lang":"en"}"#;
        let body = r#"{"audio":{"$media":["audio"],"as":"numbers"},"source_lang":{"$ref":["source_lang"]}}"#;
        assert_eq!(planned(WHISPER, "rest", beside), Ok(("json", body.into())));
    }

    #[test]
    fn turbo_gets_base64() {
        let body = r#"{"audio":{"$media":["audio"],"as":"base64","type":"audio/wav"},"language":{"$ref":["language"]}}"#;
        let input = r#"{"audio":"data:audio/wav;base64,AAAA","language":"en"}"#;
        for way in ["rest", "binding", "proxy+gateway", "rest+json"] {
            assert_eq!(planned(TURBO, way, input), Ok(("json", body.into())));
        }
    }

    #[test]
    fn nova_gets_a_body_with_its_parameters_or_a_stream() {
        let body = |form: &str, name: &str| {
            let rest = r#""type":"audio/ogg"},"punctuate":{"$ref":["punctuate"]}}"#;
            format!(r#"{{"{name}":{{"$media":["audio","body"],"as":"{form}",{rest}"#)
        };
        assert_eq!(planned(NOVA, "rest", STREAM), Ok(("raw", body("body", "$body"))));
        assert_eq!(planned(NOVA, "binding", STREAM), Ok(("json", body("stream", "audio"))));
        assert_eq!(planned(NOVA, "binding+gateway", STREAM), Ok(("json", body("wrapped", "audio"))));
        assert_eq!(planned(NOVA, "rest+json", STREAM), Err(Some("rejectIfBusy".into())));
    }

    #[test]
    fn media_that_is_none_is_refused_by_name() {
        for audio in [
            "null",
            "\"\"",
            "[]",
            "[256]",
            "1",
            "true",
            "{}",
            r#"{"body":""}"#,
            r#"{"$":"media","length":0}"#,
            r#"{"$":"media","form":"response","status":404}"#,
            r#"{"$":"media","form":"bytes","length":104857601}"#,
            r#""https://a.example/b.mp3""#,
            r#"{"$":"a function"}"#,
        ] {
            let input = [r#"{"audio":"#, audio, "}"].concat();
            assert_eq!(planned(TURBO, "rest", &input), Err(Some("audio".into())), "{audio}");
        }
        let other = r#"{"audio":"AAAA","prefix":{"$":"media","length":3}}"#;
        assert_eq!(planned(TURBO, "rest", other), Err(Some("prefix".into())));
    }

    #[test]
    fn three_dialects_give_one_result() {
        let read = |text: &str| result(json::parse(text.as_bytes()).unwrap()).map_err(|error| error.code);
        assert_eq!(
            read(r#"{"text":"a b","word_count":2,"words":[{"word":"a","start":0,"end":0.50},{"word":"b"}],"vtt":"WEBVTT"}"#)
                .as_deref(),
            Ok(r#"{"text":"a b","words":[{"word":"a","start":0,"end":0.50}],"vtt":"WEBVTT"}"#)
        );
        let turbo = concat!(
            r#"{"transcription_info":{"language":"en","duration":2.5},"text":"a","#,
            r#""segments":[{"start":0,"end":1,"text":" a","words":[{"word":"a","start":0,"end":1}]}]}"#
        );
        let expected = concat!(
            r#"{"text":"a","language":"en","duration":2.5,"words":[{"word":"a","start":0,"end":1}],"#,
            r#""segments":[{"text":"a","start":0,"end":1}]}"#
        );
        assert_eq!(read(turbo).as_deref(), Ok(expected));
        let nova = concat!(
            r#"{"results":{"channels":[{"alternatives":[{"transcript":"A.","confidence":0.9,"words":["#,
            r#"{"word":"a","punctuated_word":"A.","start":0.1,"end":0.2,"confidence":0.8,"speaker":1}]}]}]}}"#
        );
        let expected =
            r#"{"text":"A.","words":[{"word":"A.","start":0.1,"end":0.2,"confidence":0.8,"speaker":1}]}"#;
        assert_eq!(read(nova).as_deref(), Ok(expected));
        assert_eq!(read(r#"{"text":""}"#).as_deref(), Ok(r#"{"text":""}"#));
        assert!(read("{}").is_err() && read(r#"{"results":{"channels":[]}}"#).is_err());
    }
}
