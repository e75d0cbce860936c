//! The languages that the translation models know, by the model's own codes.

use crate::text::{concat, join};

/// A model's languages, parted by `|`: of each its code, and behind commas the other names under which callers may have it: ISO 639-1
/// codes, English names. One string takes a third of the room that slices of them would.
#[derive(Debug)]
pub struct Languages(&'static str);

impl Languages {
    /// The model's code for a language, in any case. A region or script that the model does not tell apart is passed over: `pt-BR` is
    /// Portuguese.
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

    /// All codes, for a sentence.
    pub fn list(&self) -> String {
        match self.codes().as_slice() {
            [only] => concat(&["\"", only, "\": it is the only one that this model knows"]),
            codes => concat(&["one of ", &join(codes, ", ")]),
        }
    }
}

/// M2M100.
pub const M2M100: Languages = Languages(concat!(
    "af,afrikaans|am,amharic|ar,arabic|ast,asturian|az,azerbaijani|ba,bashkir|be,belarusian|",
    "bg,bulgarian|bn,bangla|br,breton|bs,bosnian|ca,catalan,valencian|ceb,cebuano|cs,czech|cy,welsh|",
    "da,danish|de,german|el,greek|en,english|es,spanish,castilian|et,estonian|fa,persian,farsi|",
    "ff,fulah|fi,finnish|fr,french|fy,western frisian,frisian|ga,irish|gd,scottish gaelic,gaelic|",
    "gl,galician|gu,gujarati|ha,hausa|he,hebrew,iw|hi,hindi|hr,croatian|ht,haitian creole,haitian|",
    "hu,hungarian|hy,armenian|id,indonesian,in|ig,igbo|ilo,iloko,ilocano|is,icelandic|it,italian|",
    "ja,japanese|jv,javanese,jw|ka,georgian|kk,kazakh|km,khmer,central khmer|kn,kannada|ko,korean|",
    "lb,luxembourgish|lg,ganda,luganda|ln,lingala|lo,lao|lt,lithuanian|lv,latvian|mg,malagasy|",
    "mk,macedonian|ml,malayalam|mn,mongolian|mr,marathi|ms,malay|my,burmese,myanmar|ne,nepali|",
    "nl,dutch,flemish|no,norwegian,nb,nn|ns,northern sotho,nso|oc,occitan|or,odia,oriya|",
    "pa,punjabi,panjabi|pl,polish|ps,pashto,pushto|pt,portuguese|ro,romanian,moldovan|ru,russian|",
    "sd,sindhi|si,sinhala,sinhalese|sk,slovak|sl,slovenian|so,somali|sq,albanian|sr,serbian|",
    "ss,swati,swazi|su,sundanese|sv,swedish|sw,swahili|ta,tamil|th,thai|tl,tagalog,filipino,fil|",
    "tn,tswana|tr,turkish|uk,ukrainian|ur,urdu|uz,uzbek|vi,vietnamese|wo,wolof|xh,xhosa|",
    "yi,yiddish,ji|yo,yoruba|zh,chinese,mandarin|zu,zulu",
));

/// IndicTrans2 from English. Where a language has two scripts, the first one stands for the language.
pub const INDIC: Languages = Languages(concat!(
    "asm_Beng,asm,as,assamese|awa_Deva,awa,awadhi|ben_Beng,ben,bn,bengali|bho_Deva,bho,bhojpuri|",
    "brx_Deva,brx,bodo|doi_Deva,doi,dogri|eng_Latn,eng,en,english|gom_Deva,gom,konkani|",
    "gon_Deva,gon,gondi|guj_Gujr,guj,gu,gujarati|hin_Deva,hin,hi,hindi|hne_Deva,hne,chhattisgarhi|",
    "kan_Knda,kan,kn,kannada|kas_Arab,kas,ks,kashmiri|kas_Deva|kha_Latn,kha,khasi|lus_Latn,lus,mizo|",
    "mag_Deva,mag,magahi|mai_Deva,mai,maithili|mal_Mlym,mal,ml,malayalam|mar_Deva,mar,mr,marathi|",
    "mni_Beng,mni,manipuri|mni_Mtei|npi_Deva,npi,ne,nepali|ory_Orya,ory,or,odia|",
    "pan_Guru,pan,pa,punjabi|san_Deva,san,sa,sanskrit|sat_Olck,sat,santali|snd_Arab,snd,sd,sindhi|",
    "snd_Deva|tam_Taml,tam,ta,tamil|tel_Telu,tel,te,telugu|urd_Arab,urd,ur,urdu|unr_Deva,unr,mundari",
));

/// What IndicTrans2 translates from.
pub const ENGLISH: Languages = Languages("en,english,eng,eng_Latn");

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
