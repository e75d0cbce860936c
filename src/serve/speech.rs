//! `/v1/audio/speech`: the reply is the audio file.

use super::allowed::{Allowed, model, quoted};
use super::exchange::{Answer, Body, Step};
use super::plan::{Plan, ResultKind};
use super::request::{copy, object, required, text};
use crate::error::{Code, Error};
use crate::text::{concat, find};
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// OpenAI's voices, which other models do not have. They select the model's default.
const VOICES: [&str; 13] = [
    "alloy", "ash", "ballad", "coral", "echo", "fable", "onyx", "nova", "sage", "shimmer", "verse", "marin",
    "cedar",
];
/// OpenAI's names of formats, and the equivalent parameters of Deepgram's models.
const FORMATS: [(&str, &[(&str, &str)]); 6] = [
    ("mp3", &[("encoding", "\"mp3\"")]),
    ("opus", &[("encoding", "\"opus\""), ("container", "\"ogg\"")]),
    ("aac", &[("encoding", "\"aac\"")]),
    ("flac", &[("encoding", "\"flac\"")]),
    ("wav", &[("encoding", "\"linear16\""), ("container", "\"wav\"")]),
    ("pcm", &[("encoding", "\"linear16\""), ("container", "\"none\""), ("sample_rate", "24000")]),
];
const OWN: [&str; 8] =
    ["model", "input", "voice", "response_format", "speed", "instructions", "stream_format", "user"];

/// Plans the call for a request. The media are the reply, so nothing is encoded.
pub fn step(body: &[u8], allowed: &Allowed) -> Result<Step, Error> {
    let request = object(body)?;
    let (_, id) = model(allowed, request)?;
    let speech = required(request, "input")?;
    for (name, why) in [
        ("instructions", "instructions are for OpenAI's own models: choose a voice, or another model."),
        ("stream_format", "stream_format must be \"audio\": sound does not come as events here."),
    ] {
        if text(request, name)?.is_some_and(|value| value != "audio") {
            return Err(Error::invalid(name, why));
        }
    }
    if request.get("speed").is_some_and(|speed| !speed.is_null() && speed.as_number() != Some(1.0)) {
        return Err(Error::invalid("speed", "speed must be 1: no model here takes another one."));
    }
    let voice = request.get("voice").filter(|voice| !voice.is_null());
    let voice = match voice {
        // A custom voice is an object.
        Some(voice) => Some(voice.text().or_else(|| voice.get("id")?.text()).ok_or_else(no_voice)?),
        None => None,
    };
    let voice = voice.filter(|voice| !voice.is_empty() && !VOICES.contains(&voice.as_str()));
    let is_deepgrams = find(&id, "/aura-", 0).is_some();
    let format = text(request, "response_format")?;
    let parameters = match format {
        None => &[],
        Some(format) => match FORMATS.iter().find(|(name, _)| *name == format) {
            Some((_, parameters)) if is_deepgrams => *parameters,
            Some(_) if !id.starts_with('@') => &[],
            // Other models have a single format, which the reply's media type names.
            Some((name, _)) if *name == "mp3" || *name == "wav" => &[],
            Some(_) => {
                let why = concat(&[&id, " gives no ", &format, ": leave out response_format."]);
                return Err(Error::invalid("response_format", &why));
            }
            None => {
                let names = FORMATS.map(|(name, _)| name).join(", ");
                return Err(Error::invalid(
                    "response_format",
                    &concat(&["response_format must be one of ", &names, "."]),
                ));
            }
        },
    };
    let input = Writer::object(|out| {
        out.text("text", &speech);
        if let Some(voice) = &voice {
            // The voices of this model are languages.
            out.text(if find(&id, "/melotts", 0).is_some() { "lang" } else { "speaker" }, voice);
        }
        for (name, value) in parameters {
            out.raw(name, value);
        }
        copy(request, &OWN, out);
    });
    let plan = Plan::new("generateSpeech", ResultKind::Media, vec![quoted(&id), input]);
    Ok(Step::Call(plan, Box::new(Speech)))
}

fn no_voice() -> Error {
    Error::invalid("voice", "voice must be a string: a speaker of the model.")
}

struct Speech;

impl Answer for Speech {
    fn whole(&mut self, _value: Value<'_>) -> Result<Body, Error> {
        Err(Error::new(Code::MalformedResponse, "The answer has no sound."))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::planned;

    #[test]
    fn speech() {
        let plan =
            |more: &str| planned("POST", "/v1/audio/speech", &[r#"{"input":"hi","#, more, "}"].concat()).1;
        for (more, input) in [
            (
                r#""model":"@cf/deepgram/aura-1","voice":"luna","response_format":"wav""#,
                r#"{"text":"hi","speaker":"luna","encoding":"linear16","container":"wav"}"#,
            ),
            (r#""model":"@cf/deepgram/aura-1","voice":"alloy","speed":1.0"#, r#"{"text":"hi"}"#),
            (
                r#""model":"@cf/myshell-ai/melotts","voice":"fr","response_format":"mp3""#,
                r#"{"text":"hi","lang":"fr"}"#,
            ),
        ] {
            let sent = plan(more).unwrap();
            assert!(sent.contains(&format!(",{input}]]")) && sent.contains(r#""result":"media""#), "{sent}");
        }
        for (more, field) in [
            (r#""model":"m","speed":2"#, "speed"),
            (r#""model":"@cf/m/n","response_format":"opus""#, "response_format"),
            (r#""model":"m","response_format":"midi""#, "response_format"),
            (r#""model":"m","instructions":"whisper""#, "instructions"),
            (r#""model":"m","stream_format":"sse""#, "stream_format"),
            (r#""model":"m","voice":5"#, "voice"),
        ] {
            assert!(plan(more).unwrap_err().contains(&format!(r#""param":"{field}""#)), "{more}");
        }
    }
}
