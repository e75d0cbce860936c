//! Takes out of a message what it repeats of the caller's input: the service may well quote a prompt when it complains of one.

/// What stands where a part of the input stood.
const WITHHELD: &str = "[input]";
/// Characters of the shortest run that is removed. Shorter ones are names and settings, which a message may repeat.
const LEAST: usize = 12;

/// A message with `[input]` for every run of characters that it shares with one of the texts.
pub fn withhold(message: &str, texts: &[String]) -> String {
    if texts.is_empty() {
        return message.to_owned();
    }
    // The places where characters begin, and the end.
    let places: Vec<usize> = message.char_indices().map(|(at, _)| at).chain([message.len()]).collect();
    let slice = |from: usize, to: usize| {
        let (from, to) = (places.get(from).copied()?, places.get(to).copied()?);
        message.get(from..to)
    };
    let mut clean = String::with_capacity(message.len());
    let mut at = 0;
    while let Some(next) = slice(at, at + 1) {
        let shared = slice(at, at + LEAST).and_then(|run| texts.iter().find(|text| contains(text, run)));
        let Some(text) = shared else {
            clean.push_str(next);
            at += 1;
            continue;
        };
        let mut end = at + LEAST;
        while slice(at, end + 1).is_some_and(|run| contains(text, run)) {
            end += 1;
        }
        clean.push_str(WITHHELD);
        at = end;
    }
    clean
}

fn contains(text: &str, run: &str) -> bool {
    crate::text::find(text, run, 0).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_runs_go_and_names_stay() {
        let texts = ["my secret prompt é".to_owned(), "temperature".to_owned()];
        assert_eq!(withhold("bad: my secret prompt é!", &texts), "bad: [input]!");
        assert_eq!(withhold("temperature is bad", &texts), "temperature is bad");
        assert_eq!(withhold("my secret prompt, my secret prompt", &texts), "[input], [input]");
        assert_eq!(withhold("nothing", &[]), "nothing");
    }
}
