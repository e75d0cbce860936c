//! Creates subtitles from a transcript with times: SubRip and WebVTT.

use crate::text::{concat, decimal};
use crate::wire::json::Value;

/// Words per subtitle, if only words have times.
const WORDS: usize = 8;

/// A subtitle: text and times in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    start: i64,
    end: i64,
    text: String,
}

/// The subtitles of a transcript: its segments, otherwise its words in groups.
pub fn cues(transcript: Value<'_>) -> Vec<Cue> {
    let [segments, words] = transcript.pick_present(&["segments", "words"]);
    let segments = segments.into_iter().flat_map(|segments| segments.items());
    let cues = segments.filter_map(|segment| cue(segment, "text")).collect::<Vec<_>>();
    if !cues.is_empty() {
        return cues;
    }
    let words = words.into_iter().flat_map(|words| words.items());
    let words = words.filter_map(|word| cue(word, "word")).collect::<Vec<_>>();
    let together = |words: &[Cue]| {
        let texts = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>();
        let (first, last) = (words.first()?, words.last()?);
        Some(Cue { start: first.start, end: last.end, text: crate::text::join(&texts, " ") })
    };
    words.chunks(WORDS).filter_map(together).collect()
}

fn cue(value: Value<'_>, name: &str) -> Option<Cue> {
    let milliseconds = |name: &str| {
        let seconds = super::decimal::read(value.get(name)?.raw())?;
        Some((seconds.clamp(0.0, 1e9) * 1000.0).round() as i64)
    };
    let text = value.get(name)?.text()?;
    Some(Cue { start: milliseconds("start")?, end: milliseconds("end")?, text: text.trim().to_owned() })
}

/// The SubRip format.
pub fn srt(cues: &[Cue]) -> String {
    let mut out = String::new();
    for (place, cue) in cues.iter().enumerate() {
        out.push_str(&decimal(place as i64 + 1));
        out.push('\n');
        write(cue, ",", &mut out);
    }
    out
}

/// The WebVTT format.
pub fn vtt(cues: &[Cue]) -> String {
    let mut out = String::from("WEBVTT\n\n");
    for cue in cues {
        write(cue, ".", &mut out);
    }
    out
}

fn write(cue: &Cue, point: &str, out: &mut String) {
    // An empty line would end the subtitle.
    let lines = cue.text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>();
    let line =
        concat(&[&time(cue.start, point), " --> ", &time(cue.end, point), "\n", &lines.join("\n"), "\n\n"]);
    out.push_str(&line);
}

fn time(milliseconds: i64, point: &str) -> String {
    let padded = |number: i64, digits: usize| {
        let number = decimal(number);
        concat(&[&"0".repeat(digits.saturating_sub(number.len())), &number])
    };
    let seconds = milliseconds / 1000;
    let parts = [
        padded(seconds / 3600, 2),
        padded(seconds / 60 % 60, 2),
        padded(seconds % 60, 2),
        padded(milliseconds % 1000, 3),
    ];
    concat(&[&parts[0], ":", &parts[1], ":", &parts[2], point, &parts[3]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    #[test]
    fn subtitles() {
        let of = |text: &str| cues(json::parse(text.as_bytes()).unwrap());
        let segments = of(
            r#"{"segments":[{"start":0,"end":1.5,"text":" a\n\nb "},{"start":3661.25,"end":3662,"text":"c"}]}"#,
        );
        assert_eq!(
            srt(&segments),
            "1\n00:00:00,000 --> 00:00:01,500\na\nb\n\n2\n01:01:01,250 --> 01:01:02,000\nc\n\n"
        );
        let words = (0..9)
            .map(|at| format!(r#"{{"word":"w{at}","start":{at},"end":{at}.5}}"#))
            .collect::<Vec<_>>()
            .join(",");
        let words = of(&format!(r#"{{"words":[{words}]}}"#));
        assert_eq!(
            vtt(&words),
            "WEBVTT\n\n00:00:00.000 --> 00:00:07.500\nw0 w1 w2 w3 w4 w5 w6 w7\n\n00:00:08.000 --> 00:00:08.500\nw8\n\n"
        );
        assert_eq!(of(r#"{"text":"a"}"#), []);
    }
}
