//! Joins the transcriptions of a recording's pieces.

use super::speech_recognition::{Segment, Transcription, Word};
use crate::text::{concat, decimal, split_last, unsigned};

/// The transcription so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Joined {
    text: String,
    language: Option<String>,
    words: Option<Vec<Word>>,
    segments: Option<Vec<Segment>>,
    vtt: Option<String>,
    end: f64,
}

const VTT: &str = "WEBVTT";

impl Joined {
    /// Continues an earlier attempt's transcription.
    pub fn after(earlier: Transcription) -> Self {
        let Transcription { text, language, duration, words, segments, vtt } = earlier;
        Joined { text, language, words, segments, vtt, end: duration.unwrap_or_default() }
    }

    /// The end of the transcribed part, in seconds.
    pub fn end(&self) -> f64 {
        self.end
    }

    /// Adds a piece with its start and end in the recording; the times in it are relative to the piece.
    pub fn add(&mut self, piece: Transcription, start: f64, end: f64) {
        let text = piece.text.trim();
        if !self.text.is_empty() && !text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(text);
        self.language = self.language.take().or(piece.language);
        let later = |time: f64| milliseconds(time + start);
        if let Some(words) = piece.words {
            let words =
                words.into_iter().map(|word| Word { start: later(word.start), end: later(word.end), ..word });
            self.words.get_or_insert_default().extend(words);
        }
        if let Some(segments) = piece.segments {
            let segments = segments.into_iter().map(|part| Segment {
                start: later(part.start),
                end: later(part.end),
                ..part
            });
            self.segments.get_or_insert_default().extend(segments);
        }
        if let Some(cues) = piece.vtt {
            let vtt = self.vtt.get_or_insert_with(|| concat(&[VTT, "\n"]));
            add_cues(vtt, &cues, start);
        }
        self.end = end;
    }

    /// The joined transcription.
    pub fn transcription(&self) -> Transcription {
        let Joined { text, language, words, segments, vtt, end } = self.clone();
        Transcription { text, language, duration: Some(milliseconds(end)), words, segments, vtt }
    }
}

/// Rounds to milliseconds: models are not more precise, and sums of binary fractions have rounding errors.
fn milliseconds(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

/// Adds the cues of subtitles, with their times shifted by `start` seconds.
fn add_cues(to: &mut String, vtt: &str, start: f64) {
    // The header ends with the first empty line.
    let cues = vtt.trim_start().strip_prefix(VTT).map_or(Some(vtt), |rest| Some(rest.split_once("\n\n")?.1));
    for line in cues.unwrap_or_default().trim().lines() {
        to.push('\n');
        match line.split_once(" --> ").and_then(|(begin, rest)| cue(begin, rest, start)) {
            Some(cue) => to.push_str(&cue),
            None => to.push_str(line),
        }
    }
    to.push('\n');
}

/// A line with the times of a cue, and its settings.
fn cue(begin: &str, rest: &str, start: f64) -> Option<String> {
    let (end, settings) = match rest.find(' ') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let shifted = |time: &str| Some(timestamp(seconds(time)? + start));
    Some(concat(&[&shifted(begin.trim())?, " --> ", &shifted(end)?, settings]))
}

/// `hours:minutes:seconds.milliseconds`, with optional hours.
fn seconds(time: &str) -> Option<f64> {
    let (clock, milliseconds) = split_last(time, b'.')?;
    let whole = clock.split(':').try_fold(0.0, |sum, part| Some(sum * 60.0 + f64::from(unsigned(part)?)))?;
    Some(whole + f64::from(unsigned(milliseconds)?) / 1000.0)
}

fn timestamp(seconds: f64) -> String {
    let all = (seconds * 1000.0).round() as i64;
    let two = |number: i64| concat(&[if number < 10 { "0" } else { "" }, &decimal(number)]);
    let rest = all % 1000;
    let zeros = if rest < 10 {
        "00"
    } else if rest < 100 {
        "0"
    } else {
        ""
    };
    let (hours, minutes, whole) = (all / 3_600_000, all / 60_000 % 60, all / 1000 % 60);
    concat(&[&two(hours), ":", &two(minutes), ":", &two(whole), ".", zeros, &decimal(rest)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(text: &str) -> Transcription {
        Transcription {
            text: text.to_owned(),
            language: Some("en".to_owned()),
            duration: Some(9.0),
            words: Some(vec![Word {
                word: "one".to_owned(),
                start: 0.1,
                end: 0.6,
                confidence: Some(0.5),
                speaker: None,
            }]),
            segments: Some(vec![Segment { text: text.trim().to_owned(), start: 0.0, end: 2.5 }]),
            vtt: Some("WEBVTT\n\n00:00.000 --> 00:02.500 align:start\nA --> B\n\n00:59:59.900 --> 01:00:00.000\nend\n".to_owned()),
        }
    }

    #[test]
    fn times_are_those_of_the_recording() {
        let mut joined = Joined::default();
        joined.add(piece(" Hello there. "), 0.0, 60.2);
        joined.add(piece(""), 60.2, 119.9);
        joined.add(piece("Bye."), 119.9, 130.0);
        let whole = joined.transcription();
        assert_eq!(whole.text, "Hello there. Bye.");
        assert_eq!(whole.duration, Some(130.0));
        let times = |part: &Segment| (part.start, part.end);
        let segments: Vec<_> = whole.segments.iter().flatten().map(times).collect();
        assert_eq!(segments, [(0.0, 2.5), (60.2, 62.7), (119.9, 122.4)]);
        let words: Vec<_> = whole.words.iter().flatten().map(|word| (word.start, word.end)).collect();
        assert_eq!(words, [(0.1, 0.6), (60.3, 60.8), (120.0, 120.5)]);
        let vtt = whole.vtt.unwrap();
        assert!(vtt.starts_with("WEBVTT\n\n00:00:00.000 --> 00:00:02.500 align:start\nA --> B\n"), "{vtt}");
        assert!(vtt.contains("\n\n00:01:00.200 --> 00:01:02.700 align:start\n"), "{vtt}");
        assert!(vtt.contains("\n\n01:01:59.800 --> 01:01:59.900\nend\n"), "{vtt}");
        assert_eq!(vtt.matches("WEBVTT").count(), 1);
    }

    #[test]
    fn a_later_attempt_goes_on() {
        let mut whole = Joined::default();
        whole.add(piece("a"), 0.0, 5.0);
        let mut resumed = Joined::after(whole.transcription());
        assert_eq!(resumed.end(), 5.0);
        whole.add(piece("b"), 5.0, 9.0);
        resumed.add(piece("b"), 5.0, 9.0);
        assert_eq!(resumed, whole);
    }
}
