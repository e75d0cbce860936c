//! The languages of the translation models, by the model's own codes: the table is
//! `src/catalog/languages.json`, which the local service reads as well.

use crate::text::{concat, join};

/// A model's languages, separated by `|`: the code of each, then, separated by commas, the other names that
/// callers may use: ISO 639-1 codes, English names. One string takes a third of the space of slices.
#[derive(Debug)]
pub struct Languages(&'static str);

impl Languages {
    /// The model's code for a language, ignoring case. A region or script that the model does not distinguish
    /// is ignored: `pt-BR` is Portuguese.
    pub fn find(&self, language: &str) -> Option<&'static str> {
        self.exactly(language).or_else(|| self.exactly(language.split_once('-')?.0))
    }

    fn exactly(&self, language: &str) -> Option<&'static str> {
        self.names().find(|names| names.clone().any(|name| name.eq_ignore_ascii_case(language)))?.next()
    }

    /// The names of each language, the code first.
    fn names(&self) -> impl Iterator<Item = std::str::Split<'static, char>> + use<> {
        self.0.split('|').map(|names| names.split(','))
    }

    fn codes(&self) -> Vec<&'static str> {
        self.names().filter_map(|mut names| names.next()).collect()
    }

    /// All codes, for a message.
    pub fn list(&self) -> String {
        match self.codes().as_slice() {
            [only] => concat(&["\"", only, "\": it is the only one that this model knows"]),
            codes => concat(&["one of ", &join(codes, ", ")]),
        }
    }
}

include!(concat!(env!("OUT_DIR"), "/languages.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_of_one_language() {
        for languages in [&M2M100, &INDIC, &ENGLISH] {
            let mut seen = Vec::new();
            for names in languages.names() {
                let code = names.clone().next();
                for name in names {
                    assert!(!seen.contains(&name), "{name}");
                    seen.push(name);
                    assert_eq!(languages.find(&name.to_uppercase()), code);
                }
            }
        }
        assert_eq!((M2M100.codes().len(), INDIC.codes().len()), (100, 34));
        assert_eq!(M2M100.find("zh-Hans-CN"), Some("zh"));
        assert_eq!(M2M100.find("kas_Arab"), None);
        assert_eq!(M2M100.find(""), None);
        assert_eq!(INDIC.find("kas_Deva"), Some("kas_Deva"));
        assert!(ENGLISH.list().contains("\"en\""));
    }

    #[test]
    fn the_codes_are_those_of_the_catalogue() {
        let shape = crate::catalog::InputShape::TranslationIndictrans2;
        let values = shape.property("target_language").map(|property| property.values).unwrap_or_default();
        assert_eq!(INDIC.codes(), values);
    }
}
