//! Names of tools. Models accept letters, digits, `_` and `-`, up to 64 of them; callers, and tool servers,
//! use any. A call is resolved by the name that was sent.

use super::arguments::cut;
use super::words::Words;
use crate::text::{concat, decimal, split_last};

/// Limit of a name's length.
const MOST: usize = 64;

/// The tools' own names, and the names that are sent.
#[derive(Debug, Clone, Default)]
pub struct Names(Vec<(String, String)>);

impl Names {
    /// Of the caller's names.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Vec<&str> = names.into_iter().collect();
        // Valid names are kept, wherever they are in the list.
        let mut used = Words::default();
        for name in names.iter().filter(|name| is_right(name)) {
            used.put(name);
        }
        let sent = |name: &str| {
            if is_right(name) {
                return name.to_owned();
            }
            let stem: String =
                name.chars().map(|char| if is_sign(char) { char } else { '_' }).take(MOST).collect();
            let stem = if stem.is_empty() { "tool".to_owned() } else { stem };
            let mut sent = stem.clone();
            for number in 2.. {
                if used.put(&sent).1 {
                    break;
                }
                let suffix = concat(&["_", &decimal(number)]);
                let head: String = stem.chars().take(MOST - suffix.len()).collect();
                sent = head + &suffix;
            }
            sent
        };
        let mut sent = sent;
        Names(names.into_iter().map(|name| (name.to_owned(), sent(name))).collect())
    }

    /// The name as it is sent.
    pub fn sent(&self, place: usize) -> &str {
        self.0.get(place).map(|(_, sent)| sent.as_str()).unwrap_or_default()
    }

    /// The caller's name.
    pub fn own(&self, place: usize) -> &str {
        self.0.get(place).map(|(own, _)| own.as_str()).unwrap_or_default()
    }

    /// The number of names.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if there are no names.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tool for a name in a call. Some models leave tokens of their own format in it
    /// (`get_weather<|channel|>commentary`, `functions.get_weather:0`): they are removed only if the rest is
    /// the name of a tool.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.exactly(name).or_else(|| {
            let cut = cut(name, "<|").map_or(name, |(before, _)| before).trim_ascii();
            self.exactly(cut).or_else(|| {
                let plain = cut.strip_prefix("functions.").unwrap_or(cut);
                self.exactly(plain).or_else(|| {
                    let (plain, place) = split_last(plain, b':')?;
                    let is_place = !place.is_empty() && place.bytes().all(|byte| byte.is_ascii_digit());
                    is_place.then(|| self.exactly(plain)).flatten()
                })
            })
        })
    }

    fn exactly(&self, name: &str) -> Option<usize> {
        let sent = self.0.iter().position(|(_, sent)| sent == name);
        // A model may have seen the tool's own name in a description.
        sent.or_else(|| self.0.iter().position(|(own, _)| own == name))
    }

    /// All names as they are sent, for a message.
    pub fn list(&self) -> String {
        let names: Vec<&str> = self.0.iter().map(|(_, sent)| sent.as_str()).collect();
        crate::text::join(&names, ", ")
    }
}

fn is_sign(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_' || char == '-'
}

fn is_right(name: &str) -> bool {
    (1..=MOST).contains(&name.len()) && name.chars().all(is_sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_see_names_that_they_take() {
        let long = "a".repeat(80);
        let names = Names::new(["get_weather", "files.read", "files read", "files_read", "", "größe", &long]);
        let sent: Vec<&str> = (0..names.len()).map(|place| names.sent(place)).collect();
        assert_eq!(sent[..6], ["get_weather", "files_read_2", "files_read_3", "files_read", "tool", "gr__e"]);
        assert_eq!(sent[6].len(), 64);
        assert!(sent.iter().all(|sent| is_right(sent)));
        let two = Names::new([long.as_str(), &format!("{long}b")]);
        assert_ne!(two.sent(0), two.sent(1));
    }

    #[test]
    fn tokens_in_a_name_are_no_part_of_it() {
        let names = Names::new(["get_weather", "files.read"]);
        for (called, place) in [
            ("get_weather", Some(0)),
            ("get_weather<|channel|>commentary", Some(0)),
            ("get_weather <|constrain|>json", Some(0)),
            ("functions.get_weather", Some(0)),
            ("functions.get_weather:12", Some(0)),
            ("files_read", Some(1)),
            ("files.read", Some(1)),
            ("functions.files_read:0", Some(1)),
            ("get_weather:", None),
            ("get_weathers", None),
            ("<|channel|>get_weather", None),
            ("functions.", None),
            ("", None),
        ] {
            assert_eq!(names.find(called), place, "{called}");
        }
        // A tool with exactly this name takes precedence.
        assert_eq!(Names::new(["functions.f"]).find("functions.f"), Some(0));
    }
}
