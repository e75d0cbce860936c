//! `transcribe`: transcribes a recording.

use serde::Serialize;

use super::answer::malformed;
use super::media;
use super::request::{Plan, TaskRequest};
use crate::catalog::InputShape;
use crate::error::Error;
use crate::value::{FromValue, Value, answers};
use crate::wire::json;

/// `{ audio, … }`
pub fn plan<V: Value>(request: &TaskRequest<'_, V>) -> Result<Plan<V>, Error> {
    media::plan(request, InputShape::SpeechWhisperTurbo)
}

answers! {
    /// The form of Whisper's family and compatible models.
    struct WhisperAnswer {
        text: String,
        transcription_info: About,
        language: String,
        duration: f64,
        segments: Vec<SegmentAnswer>,
        words: Vec<WordAnswer>,
        vtt: String,
    }

    /// Deepgram's form: channels with alternatives, the best one first.
    struct DeepgramAnswer {
        metadata: About,
        results: Results,
    }

    struct About {
        language: String,
        duration: f64,
    }

    struct Results {
        channels: Vec<Channel>,
        utterances: Vec<SegmentAnswer>,
    }

    struct Channel {
        alternatives: Vec<Alternative>,
        detected_language: String,
    }

    struct Alternative {
        transcript: String,
        words: Vec<WordAnswer>,
    }

    struct WordAnswer {
        word: String,
        /// With punctuation.
        punctuated_word: String,
        start: Seconds,
        end: Seconds,
        confidence: f64,
        speaker: f64,
    }

    struct SegmentAnswer {
        text: String,
        transcript: String,
        start: Seconds,
        end: Seconds,
        words: Vec<WordAnswer>,
    }
}

/// A time, which some services send as a text.
#[derive(Debug)]
struct Seconds(f64);

impl FromValue for Seconds {
    fn from_value<V: Value>(value: &V) -> Option<Self> {
        let spelt = || json::parse(value.text()?.trim_ascii().as_bytes()).ok()?.as_number();
        f64::from_value(value).or_else(spelt).map(Seconds)
    }
}

/// The result of `transcribe`. Times in seconds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Transcription {
    /// The complete text.
    pub text: String,
    /// As the service names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Of the recording.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<f64>,
    /// The words that have times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<Vec<Word>>,
    /// Sentences or utterances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segments: Option<Vec<Segment>>,
    /// Subtitles in the format WebVTT.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vtt: Option<String>,
}

/// A word.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Word {
    /// With punctuation, if the service sends it.
    pub word: String,
    /// Start time.
    pub start: f64,
    /// End time.
    pub end: f64,
    /// The model's confidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// The number of the speaker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speaker: Option<f64>,
}

/// A part of the text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Segment {
    /// Without white space around it.
    pub text: String,
    /// Start time.
    pub start: f64,
    /// End time.
    pub end: f64,
}

/// Decodes the forms of Whisper and of Deepgram.
pub fn decode<V: Value>(answer: &V) -> Result<Transcription, Error> {
    if answer.member("results").is_some() {
        deepgram(DeepgramAnswer::from_value(answer).unwrap_or_default())
    } else {
        whisper(WhisperAnswer::from_value(answer).unwrap_or_default())
    }
}

fn whisper(answer: WhisperAnswer) -> Result<Transcription, Error> {
    let text = answer.text.ok_or_else(|| malformed("text"))?;
    let about = answer.transcription_info.unwrap_or_default();
    let mut segments = answer.segments.unwrap_or_default();
    let mut words = answer.words.unwrap_or_default();
    if words.is_empty() {
        words = segments.iter_mut().flat_map(|segment| segment.words.take().unwrap_or_default()).collect();
    }
    Ok(Transcription {
        text,
        language: about.language.or(answer.language),
        duration: about.duration.or(answer.duration),
        words: timed_words(words),
        segments: timed_segments(segments),
        vtt: answer.vtt,
    })
}

fn deepgram(answer: DeepgramAnswer) -> Result<Transcription, Error> {
    let results = answer.results.unwrap_or_default();
    let mut language = None;
    let mut alternatives = Vec::new();
    for channel in results.channels.unwrap_or_default() {
        language = language.or(channel.detected_language);
        alternatives.extend(channel.alternatives.unwrap_or_default().into_iter().next());
    }
    if alternatives.is_empty() {
        return Err(malformed("results.channels[].alternatives"));
    }
    let mut texts = Vec::new();
    let mut words = Vec::new();
    for best in alternatives {
        // An empty transcript means silence.
        texts.push(best.transcript.ok_or_else(|| malformed("results.channels[].alternatives[].transcript"))?);
        words.extend(best.words.unwrap_or_default());
    }
    Ok(Transcription {
        text: crate::text::join(&texts.iter().map(String::as_str).collect::<Vec<_>>(), "\n"),
        language,
        duration: answer.metadata.and_then(|about| about.duration),
        words: timed_words(words),
        segments: timed_segments(results.utterances.unwrap_or_default()),
        vtt: None,
    })
}

/// The words that have both times; `None` if no word has them.
fn timed_words(words: Vec<WordAnswer>) -> Option<Vec<Word>> {
    if words.is_empty() {
        return None;
    }
    let timed = |word: WordAnswer| {
        Some(Word {
            word: word.punctuated_word.or(word.word)?,
            start: word.start?.0,
            end: word.end?.0,
            confidence: word.confidence,
            speaker: word.speaker,
        })
    };
    Some(words.into_iter().filter_map(timed).collect::<Vec<_>>()).filter(|words| !words.is_empty())
}

/// The segments that have both times; `None` if no segment has them.
fn timed_segments(segments: Vec<SegmentAnswer>) -> Option<Vec<Segment>> {
    if segments.is_empty() {
        return None;
    }
    let timed = |segment: SegmentAnswer| {
        let text = segment.text.or(segment.transcript)?.trim().to_owned();
        Some(Segment { text, start: segment.start?.0, end: segment.end?.0 })
    };
    Some(segments.into_iter().filter_map(timed).collect::<Vec<_>>()).filter(|segments| !segments.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Method;
    use crate::tasks::testing::{answered, request, sent};

    fn planned(model: &str, way: &str, input: &str) -> Result<(&'static str, String), Option<String>> {
        plan(&request(Method::Transcribe, way, model, input)).map(sent).map_err(|error| error.field.clone())
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
            Ok(("raw", r#"{"$body":{"$media":"audio","as":"body"}}"#.into()))
        );
        assert_eq!(
            planned(WHISPER, "binding", audio),
            Ok(("json", r#"{"audio":{"$media":"audio","as":"numbers"}}"#.into()))
        );
        let beside = r#"{"audio":[1,2],"source_lang":"en"}"#;
        let body = r#"{"audio":{"$media":"audio","as":"numbers"},"source_lang":"en"}"#;
        assert_eq!(planned(WHISPER, "rest", beside), Ok(("json", body.into())));
    }

    #[test]
    fn turbo_gets_base64() {
        let body = r#"{"audio":{"$media":"audio","as":"base64","type":"audio/wav"},"language":"en"}"#;
        let input = r#"{"audio":"data:audio/wav;base64,AAAA","language":"en"}"#;
        for way in ["rest", "binding", "proxy+gateway", "rest+json"] {
            assert_eq!(planned(TURBO, way, input), Ok(("json", body.into())));
        }
    }

    #[test]
    fn nova_gets_a_body_with_its_parameters_or_a_stream() {
        let body = |form: &str, name: &str| {
            let rest = r#""type":"audio/ogg"},"punctuate":true}"#;
            format!(r#"{{"{name}":{{"$media":"audio.body","as":"{form}",{rest}"#)
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
        let read = |text: &str| answered(text, decode).map_err(|error| error.code);
        assert_eq!(
            read(r#"{"text":"a b","word_count":2,"words":[{"word":"a","start":0,"end":0.50},{"word":"b"}],"vtt":"WEBVTT"}"#)
                .as_deref(),
            Ok(r#"{"text":"a b","words":[{"word":"a","start":0,"end":0.5}],"vtt":"WEBVTT"}"#)
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

    #[test]
    fn times_may_be_texts() {
        let read = |text: &str| answered(text, decode).map_err(|error| error.code);
        assert_eq!(
            read(r#"{"text":"a b","segments":[{"start":"0.0","end":"1.5","text":"a"},{"start":1.5,"end":2,"text":"b"}]}"#)
                .as_deref(),
            Ok(r#"{"text":"a b","segments":[{"text":"a","start":0,"end":1.5},{"text":"b","start":1.5,"end":2}]}"#)
        );
        assert_eq!(
            read(r#"{"text":"a","words":[{"word":"a","start":"0.5","end":"1"}]}"#).as_deref(),
            Ok(r#"{"text":"a","words":[{"word":"a","start":0.5,"end":1}]}"#)
        );
        for other in [r#"["a"]"#, r#"[{"start":"soon","end":"1","text":"a"}]"#] {
            let answer = format!(r#"{{"text":"a","segments":{other}}}"#);
            assert_eq!(read(&answer).as_deref(), Ok(r#"{"text":"a"}"#), "{other}");
        }
    }
}
