//! The messages of a connection.

use crate::catalog::{self, InputShape};
use crate::error::{Code, Error};
use crate::text::{concat, trim};
use crate::wire::failure_kind::FailureKind;
use crate::wire::json;
use crate::wire::write::Writer;

/// Limit of the service's own text in a message.
const MOST_WORDS: usize = 300;

/// The protocol of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Text in, audio out.
    Voice,
    /// Audio in, transcripts out, as defined by Nova.
    Nova,
    /// Audio in, turns out, as defined by Flux.
    Flux,
    /// Audio in; otherwise unknown.
    Other,
}

impl Protocol {
    /// The protocol of a model; `Other` for an unknown one.
    pub fn of(model: &str) -> Self {
        match catalog::find(model).map(|entry| entry.input) {
            Some(InputShape::VoiceAura1 | InputShape::VoiceAura2En | InputShape::VoiceAura2Es) => {
                Protocol::Voice
            }
            Some(InputShape::SpeechNova3) => Protocol::Nova,
            Some(InputShape::SpeechFlux) => Protocol::Flux,
            _ => Protocol::Other,
        }
    }
}

/// The message for a caller's text: a voice model speaks the text, unless it is a message already.
pub fn text(protocol: Protocol, text: &str) -> String {
    if protocol != Protocol::Voice || is_message(text) {
        return text.to_owned();
    }
    Writer::object(|out| {
        out.text("type", "Speak");
        out.text("text", text);
    })
}

fn is_message(text: &str) -> bool {
    trim(text).starts_with('{')
        && json::parse(text.as_bytes())
            .is_ok_and(|value| value.get("type").is_some_and(|name| name.is_string()))
}

/// The command that requests pending output.
pub fn flush(protocol: Protocol) -> Result<&'static str, Error> {
    match protocol {
        Protocol::Voice => Ok(r#"{"type":"Flush"}"#),
        Protocol::Nova => Ok(r#"{"type":"Finalize"}"#),
        Protocol::Flux | Protocol::Other => {
            let why = "This model has no command to flush: it answers as it hears.";
            Err(Error::invalid("model", why))
        }
    }
}

/// The command that signals the end of the input; none for a model without one.
pub fn end(protocol: Protocol) -> Option<&'static str> {
    match protocol {
        Protocol::Voice => Some(r#"{"type":"Close"}"#),
        Protocol::Nova | Protocol::Flux => Some(r#"{"type":"CloseStream"}"#),
        Protocol::Other => None,
    }
}

/// Checks a text message: a failure in it is thrown.
pub fn check(message: &str) -> Result<(), Error> {
    let value =
        json::parse(message.as_bytes()).map_err(|invalid| FailureKind::of(invalid).to_error(b"", 0))?;
    let errors = value.get("errors").filter(|errors| errors.items().next().is_some());
    if errors.is_some() || value.get("internalCode").is_some() {
        return Err(Error::from_json(value, None));
    }
    if !value.get("type").is_some_and(|name| name.is("Error") || name.is("error")) {
        return Ok(());
    }
    let words = ["description", "message", "error", "code"];
    let words = words.iter().find_map(|name| value.get(name)?.text()).unwrap_or_default();
    let words: String = trim(&words).chars().filter(|char| !char.is_control()).take(MOST_WORDS).collect();
    let why =
        ["The model reports an error: ", if words.is_empty() { "no more is said" } else { &words }, "."];
    Err(Error::new(Code::Server, concat(&why)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_for_a_voice_is_what_it_says() {
        let voice = Protocol::of("@cf/deepgram/aura-2-es");
        assert_eq!(text(voice, "He said \"hi\""), r#"{"type":"Speak","text":"He said \"hi\""}"#);
        assert_eq!(text(voice, r#" {"type":"Clear"}"#), r#" {"type":"Clear"}"#);
        assert_eq!(text(voice, r#"{"a":1}"#), r#"{"type":"Speak","text":"{\"a\":1}"}"#);
        assert_eq!(text(Protocol::of("@cf/deepgram/flux"), "CloseStream"), "CloseStream");
    }

    #[test]
    fn each_model_has_its_commands() {
        let nova = Protocol::of("@cf/deepgram/nova-3");
        assert_eq!((flush(nova).is_ok(), end(nova)), (true, Some(r#"{"type":"CloseStream"}"#)));
        let turn = Protocol::of("@cf/pipecat-ai/smart-turn-v2");
        assert_eq!((flush(turn).is_ok(), end(turn)), (false, None));
    }

    #[test]
    fn errors_among_messages_are_thrown() {
        let judged = |message: &str| check(message).map_err(|error| (error.code, error.message.clone()));
        for fine in [
            r#"{"type":"Results"}"#,
            r#"{"event":"Update"}"#,
            r#"{"is_complete":true}"#,
            "[]",
            r#"{"errors":[]}"#,
        ] {
            assert_eq!(judged(fine), Ok(()), "{fine}");
        }
        let (code, message) =
            judged(r#"{"type":"Error","code":"X","description":"too\nfast "}"#).unwrap_err();
        assert_eq!((code, message.as_str()), (Code::Server, "The model reports an error: toofast."));
        assert_eq!(judged(r#"{"internalCode":3040,"message":"busy"}"#).unwrap_err().0, Code::Capacity);
        assert_eq!(judged("{").unwrap_err().0, Code::MalformedResponse);
    }
}
