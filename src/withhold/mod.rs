//! Takes out of the service's words what they repeat of the caller's input: a service may well quote a prompt when it complains of one.
//!
//! The rule, exactly:
//! - a run of at least `LEAST` bytes (UTF-8, blanks as one space) that the words share with a text of the input is hidden, however long the
//!   input is and wherever in it the text stands;
//! - a shorter text of those that a person writes (a prompt, a message's content) is hidden where the words have it as a whole: as words of its
//!   own if it has `LEAST_WHOLE` bytes or more, else between quotation marks;
//! - the words are also compared with their escapes resolved and their base64 decoded (`decoded`), for a service quotes as JSON or Python do; what is
//!   hidden there is hidden in the words;
//! - the case of ASCII letters is no difference, see `fold`;
//! - names (of models, tools, parameters, ids) are shown, even if a text has them too: an error that hides them helps nobody.
//!
//! The cost is linear in the input. Every window of `LEAST` bytes of a text contains one of its places that are multiples of `STRIDE`, with
//! `GRAM` bytes behind it: only those places are looked up, in a table of the words' own grams. Such a window has the gram before that place or
//! the gram behind it as well, which the table must have too: then the windows are compared.

use crate::text::{concat, find_word};

pub(crate) use decoded::with_decoded;
use line::Line;

mod decoded;
mod line;

/// What stands where a part of the input stood.
const WITHHELD: &str = "[input]";
/// Bytes of the shortest run that is removed. Shorter ones are names and settings, which a message may repeat.
const LEAST: usize = 12;
/// Bytes of the shortest whole text that is removed where no quotation marks stand around it.
const LEAST_WHOLE: usize = 4;
/// Bytes that are looked up at once. Twice as many would be met by fewer texts, but at twice as many places.
const GRAM: usize = 4;
/// From one place that is looked up to the next.
const STRIDE: usize = LEAST - GRAM + 1;
/// Bits of the hash of a gram. The words have some hundred grams, so that few others pass.
const GRAM_BITS: u32 = 14;
/// For each hash of a gram: do the words have one?
type Grams = [bool; 1 << GRAM_BITS];
/// Bits of the hash of a window.
const WINDOW_BITS: u32 = 9;
/// No window.
const NONE: u16 = u16::MAX;

/// What kind of text has come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// A name: it is shown.
    Name,
    /// What a person writes: hidden as a whole, however short.
    Own,
    /// Anything else.
    Other,
}

/// Stand behind a text among many. They are no characters, so that no text has them.
pub const ENDS: [(&str, Text); 3] =
    [("\u{10FFFD}", Text::Name), ("\u{10FFFE}", Text::Own), ("\u{10FFFF}", Text::Other)];

/// Words of the service's from which the input's texts are taken out, one after another.
pub struct Withholder<'a> {
    words: &'a str,
    /// The words in all forms in which they are compared.
    forms: String,
    /// For each byte of the forms: which bytes of the words it stands for.
    origins: Vec<(u16, u16)>,
    /// For each byte of the forms: does the input have it?
    hidden: Vec<bool>,
    /// For each byte of the forms: is it part of a name?
    named: Vec<bool>,
    /// Which grams the words have, by hash: a byte each.
    grams: Box<Grams>,
    /// The windows of the words by hash: where the first one begins.
    heads: Vec<u16>,
    /// For each window: the next one with another content and the same hash.
    others: Vec<u16>,
    /// For each window: the next one with the same content, until they are hidden.
    equals: Vec<u16>,
    /// The text under way, blanks as one space, without what was looked up.
    text: Line,
    /// The next place in it that is looked up.
    place: usize,
    /// Was some of it looked up already?
    is_cut: bool,
}

impl<'a> Withholder<'a> {
    /// For words of a few hundred bytes in which each blank is one space, as [`crate::error`] makes them.
    pub fn new(words: &'a str) -> Self {
        let (forms, origins) = with_decoded(words);
        let bytes = forms.as_bytes();
        let windows = (bytes.len() + 1).saturating_sub(LEAST).min(NONE as usize);
        let mut withholder = Self {
            words,
            hidden: vec![false; bytes.len()],
            named: vec![false; bytes.len()],
            origins,
            grams: Box::new([false; 1 << GRAM_BITS]),
            heads: vec![NONE; 1 << WINDOW_BITS],
            others: vec![NONE; windows],
            equals: vec![NONE; windows],
            text: Line::new(),
            place: 0,
            is_cut: false,
            forms,
        };
        for at in 0..windows {
            withholder.index(at);
        }
        withholder.index_grams();
        withholder
    }

    /// May the words have the gram at a place of a text?
    #[inline(always)]
    fn has_gram(&self, text: &[u8], place: usize) -> bool {
        let gram = text.get(place..place + GRAM).and_then(<[u8]>::first_chunk);
        gram.is_some_and(|gram| self.grams[hash_of_gram(*gram)])
    }

    /// Puts a window of the words into the index.
    fn index(&mut self, at: usize) {
        let Some(window) = self.forms.as_bytes().get(at..).and_then(<[u8]>::first_chunk::<LEAST>).copied()
        else {
            return;
        };
        match self.window(&window) {
            Some(first) => self.equals[at] = std::mem::replace(&mut self.equals[first], at as u16),
            None => {
                let head = &mut self.heads[hash(&window, WINDOW_BITS)];
                self.others[at] = std::mem::replace(head, at as u16);
            }
        }
    }

    /// Notes the grams of which some window around them is not hidden. A quotation is looked up once, however often the input repeats it.
    fn index_grams(&mut self) {
        self.grams.fill(false);
        for (at, gram) in self.forms.as_bytes().windows(GRAM).enumerate() {
            let around = (at + 1).saturating_sub(STRIDE)..(at + LEAST).min(self.hidden.len());
            if self.hidden.get(around).is_some_and(|hidden| hidden.contains(&false))
                && let Some(gram) = gram.first_chunk()
            {
                self.grams[hash_of_gram(*gram)] = true;
            }
        }
    }

    /// The window of the words with this content that leads to its equals.
    #[inline]
    fn window(&self, content: &[u8]) -> Option<usize> {
        let mut at = self.heads[hash(content, WINDOW_BITS)];
        while at != NONE {
            let own = &self.forms.as_bytes()[at as usize..];
            if own.iter().zip(content).all(|(own, byte)| own | 0x20 == byte | 0x20) {
                return Some(at as usize);
            }
            at = self.others[at as usize];
        }
        None
    }

    /// Texts as UTF-8, each with one of the [`ENDS`] behind it. The last one may go on with the next bytes; a character does not.
    pub fn add(&mut self, texts: &[u8]) {
        let mut rest = texts;
        while !rest.is_empty() {
            let (taken, end) = self.text.append(rest);
            rest = rest.get(taken..).unwrap_or_default();
            match end {
                Some(kind) => self.end(kind),
                None => self.go_on(),
            }
        }
    }

    /// A name that is no text of the input's: it is shown, and nothing is hidden for it.
    pub fn add_name(&mut self, name: &str) {
        if name.len() >= LEAST {
            mark_whole(&self.forms, name.as_bytes(), &mut self.named);
        }
    }

    /// Looks up what there is of a text. What comes later shares windows with the bytes before the next place.
    fn go_on(&mut self) {
        self.search(LEAST);
        let done = (self.place + 1).saturating_sub(STRIDE);
        if done > LEAST {
            self.text.drop_first(done);
            self.place -= done;
            self.is_cut = true;
        }
    }

    fn end(&mut self, kind: Text) {
        self.search(GRAM);
        let text = std::mem::take(&mut self.text);
        let whole = text.as_slice().trim_ascii();
        if !self.is_cut && !whole.is_empty() {
            match kind {
                Text::Name if whole.len() >= LEAST => mark_whole(&self.forms, whole, &mut self.named),
                Text::Own if whole.len() < LEAST => mark_whole(&self.forms, whole, &mut self.hidden),
                _ => {}
            }
        }
        self.text = text;
        self.text.clear();
        self.place = 0;
        self.is_cut = false;
    }

    /// Looks up the places behind which there are so many bytes.
    fn search(&mut self, behind: usize) {
        let line = std::mem::take(&mut self.text);
        let text = line.as_slice();
        let last = (text.len() + 1).saturating_sub(behind);
        while let Some(place) = self.next_place(text, last) {
            self.hide_around(text, place);
        }
        self.text = line;
    }

    /// The next place before the last one around which the words may have a window; goes behind it.
    fn next_place(&mut self, text: &[u8], last: usize) -> Option<usize> {
        let grams: &Grams = &self.grams;
        let mut place = self.place;
        let mut found = None;
        while place < last {
            let Some(gram) = text.get(place..place + GRAM).and_then(<[u8]>::first_chunk) else { break };
            place += STRIDE;
            if grams[hash_of_gram(*gram)] {
                let at = place - STRIDE;
                let before = || at.checked_sub(GRAM).is_some_and(|at| self.has_gram(text, at));
                if self.has_gram(text, at + GRAM) || before() {
                    found = Some(at);
                    break;
                }
            }
        }
        self.place = place;
        found
    }

    /// Hides the windows of a text that have a place in them.
    fn hide_around(&mut self, text: &[u8], place: usize) {
        let mut is_new = false;
        for from in (place + 1).saturating_sub(STRIDE)..=place {
            let Some(content) = text.get(from..from + LEAST) else { break };
            // Equals are hidden once, all of them: then none is left to go to.
            let mut at = self.window(content).map_or(NONE, |first| first as u16);
            while at != NONE {
                let window = at as usize;
                let hidden = &mut self.hidden[window..window + LEAST];
                is_new |= hidden.contains(&false);
                hidden.fill(true);
                at = std::mem::replace(&mut self.equals[window], NONE);
            }
        }
        if is_new {
            self.index_grams();
        }
    }

    /// The words with `[input]` for every run of the input's. Signs alone say nothing: they stay.
    pub fn finish(self) -> String {
        let mut is_hidden = vec![false; self.words.len()];
        for (at, (from, to)) in self.origins.iter().enumerate() {
            if self.hidden[at]
                && !self.named[at]
                && let Some(origin) = is_hidden.get_mut(usize::from(*from)..usize::from(*to))
            {
                origin.fill(true);
            }
        }
        let mut clean = String::with_capacity(self.words.len());
        let mut run = String::new();
        for (at, char) in self.words.char_indices() {
            if is_hidden[at..at + char.len_utf8()].contains(&true) {
                run.push(char);
                continue;
            }
            push_hidden(&mut run, &mut clean);
            clean.push(char);
        }
        push_hidden(&mut run, &mut clean);
        clean
    }
}

fn push_hidden(run: &mut String, clean: &mut String) {
    if run.chars().any(is_letter) {
        let space = |is: bool| if is { " " } else { "" };
        *run = concat(&[space(run.starts_with(' ')), WITHHELD, space(run.ends_with(' '))]);
    }
    clean.push_str(run);
    run.clear();
}

/// Eight bytes, small and capital letters of ASCII alike. Some other bytes are alike too; a run of [`LEAST`] of them is hardly ever another one.
#[inline(always)]
fn fold(bytes: u64) -> u64 {
    bytes | 0x2020_2020_2020_2020
}

/// A multiplicative hash.
#[inline(always)]
fn hash_of_gram(gram: [u8; GRAM]) -> usize {
    ((fold(u32::from_le_bytes(gram).into()) as u32).wrapping_mul(0x9E37_79B1) >> (32 - GRAM_BITS)) as usize
}

/// The same.
#[inline(always)]
fn mixed(word: u64, bits: u32) -> usize {
    (word.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - bits)) as usize
}

/// The hash of a window: its first and its last eight bytes overlap.
#[inline]
fn hash(window: &[u8], bits: u32) -> usize {
    let (Some(first), Some(last)) = (window.first_chunk(), window.last_chunk()) else { return 0 };
    mixed(fold(u64::from_le_bytes(*first)) ^ fold(u64::from_le_bytes(*last)).rotate_left(29), bits)
}

/// Marks where the words have a text as a whole.
fn mark_whole(words: &str, text: &[u8], marks: &mut [bool]) {
    let Ok(text) = str::from_utf8(text) else { return };
    let mut from = 0;
    while let Some(at) = find_word(words, text, from) {
        let end = at + text.len();
        let before = words[..at].chars().next_back();
        let after = words[end..].chars().next();
        let is_quoted = before.is_some_and(is_quote) && after.is_some_and(is_quote);
        let goes_on = |char: Option<char>| char.is_some_and(is_letter);
        if is_quoted || (text.len() >= LEAST_WHOLE && !goes_on(before) && !goes_on(after)) {
            marks[at..end].fill(true);
        }
        from = end;
    }
}

/// A letter or a digit. Beyond ASCII all but a few signs are; the tables that tell which would be larger than this module.
fn is_letter(char: char) -> bool {
    char.is_ascii_alphanumeric() || char > '\u{bf}'
}

fn is_quote(char: char) -> bool {
    matches!(char, '"' | '\'' | '`' | '‘' | '’' | '“' | '”' | '«' | '»')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(texts: &[(&str, Text)]) -> String {
        texts.iter().fold(String::new(), |all, (text, kind)| {
            all + text + ENDS.iter().find(|(_, own)| own == kind).unwrap().0
        })
    }

    /// The words without the texts, which come in pieces of every size.
    fn withheld(words: &str, texts: &[(&str, Text)]) -> String {
        let all = ended(texts);
        let mut results = Vec::new();
        for size in [1, 2, 3, 7, 11, 12, 13, 1000] {
            let mut withholder = Withholder::new(words);
            let chars: Vec<char> = all.chars().collect();
            for piece in chars.chunks(size) {
                withholder.add(piece.iter().collect::<String>().as_bytes());
            }
            results.push(withholder.finish());
        }
        assert!(results.iter().all(|result| *result == results[0]), "{results:?}");
        results.swap_remove(0)
    }

    #[test]
    fn long_runs_go_and_short_ones_stay() {
        let texts = [("my secret prompt é", Text::Other), ("temperature", Text::Other)];
        assert_eq!(withheld("bad: my secret prompt é!", &texts), "bad: [input]!");
        assert_eq!(withheld("temperature is bad", &texts), "temperature is bad");
        assert_eq!(withheld("my secret prompt, my secret prompt", &texts), "[input], [input]");
        assert_eq!(withheld("nothing", &[]), "nothing");
        assert_eq!(withheld("my  secret", &[("", Text::Own)]), "my  secret");
        assert_eq!(withheld("", &texts), "");
        // Two texts are none together.
        assert_eq!(
            withheld("abcdefghijkl", &[("abcdef", Text::Other), ("ghijkl", Text::Other)]),
            "abcdefghijkl"
        );
    }

    #[test]
    fn blanks_are_one_space() {
        let texts = [("the  heron\r\n\r\n\tflies\u{a0}at\u{3000}dawn over it all", Text::Other)];
        assert_eq!(withheld("no: the heron flies at dawn over", &texts), "no: [input]");
    }

    #[test]
    fn short_texts_of_a_persons_go_as_a_whole() {
        let own = |words: &str, text: &str| withheld(words, &[(text, Text::Own)]);
        assert_eq!(own("Input hunter2 is too short", "hunter2"), "Input [input] is too short");
        assert_eq!(own("Input hunter22 is too short", "hunter2"), "Input hunter22 is too short");
        assert_eq!(own("Hi: 'hi' is too short, hi", " hi\n"), "Hi: '[input]' is too short, hi");
        assert_eq!(own("It is 4155551234.", "4155551234"), "It is [input].");
        assert_eq!(
            withheld("mode low is bad", &[("low", Text::Other), ("mode", Text::Other)]),
            "mode low is bad"
        );
        // What is behind a long text is none by itself.
        let long = ["x ".repeat(2 * line::PART), "hunter2".to_owned()].concat();
        assert_eq!(own("hunter2 is bad", &long), "hunter2 is bad");
    }

    #[test]
    fn names_are_shown_even_if_a_text_has_them() {
        let texts =
            [("use look_up_the_weather for the town", Text::Own), ("look_up_the_weather", Text::Name)];
        assert_eq!(withheld("No tool look_up_the_weather.", &texts), "No tool look_up_the_weather.");
        assert_eq!(withheld("use look_up_the_weather for", &texts), "[input] look_up_the_weather [input]");
        // The name of the call's model, which is no text of its input.
        let model = "@cf/acme/some-very-long-model-name-v3";
        let words = ["No such model ", model, ", is @cf/acme/some-very-long-model-name-v2 one"].concat();
        for (text, expected) in [
            (
                "is @cf/acme/some-very-long-model-name-v3 good?",
                ["No such model ", model, ", [input]2 one"].concat(),
            ),
            ("something else", words.clone()),
        ] {
            let mut withholder = Withholder::new(&words);
            withholder.add([text, ENDS[1].0].concat().as_bytes());
            withholder.add_name(model);
            assert_eq!(withholder.finish(), expected);
        }
    }

    #[test]
    fn escapes_in_the_words_do_not_show_a_text() {
        let own = |words: &str, text: &str| withheld(words, &[(text, Text::Own)]);
        let lines = "My password\nis hunter2\nand the account\nis 1234";
        assert_eq!(
            own(r#"bad "My password\nis hunter2\nand the account\nis 1234"!"#, lines),
            r#"bad "[input]"!"#
        );
        assert_eq!(own(r"bad 'My password\\nis hunter2\\nand the'", lines), "bad '[input]'");
        let signs = r#"My "password" is \hunter2\ and "account" 1234"#;
        assert_eq!(own(r#"bad My \"password\" is \\hunter2\\ and \"account\" 1234."#, signs), "bad [input].");
        assert_eq!(own("bad My &quot;password&quot; is", signs), "bad [input]");
        assert_eq!(own("bad?q=My%20%22password%22%20is&x", signs), "bad?q=[input]&x");
        assert_eq!(own(r"bad \u6211\u7684\u5bc6\u7801 here", "我的密码是秘密"), "bad [input] here");
        assert_eq!(own(r#"bad "\u6211\u7684\u5bc6"."#, "我的密"), r#"bad "[input]"."#);
        assert_eq!(own(r"no tool a\nb", "another text of the caller's"), r"no tool a\nb");
    }

    #[test]
    fn letters_of_another_case_do_not_show_a_text() {
        let own = |words: &str, text: &str| withheld(words, &[(text, Text::Own)]);
        let text = "My Secret is the Élan of the heron";
        assert_eq!(own("no: MY SECRET IS THE ÉLAN OF", text), "no: [input]");
        assert_eq!(own("no: my secret is the élan of!", text), "no: [input]!");
        assert_eq!(own("no: HUNTER2 is 'HI'", "Hunter2"), "no: [input] is 'HI'");
        assert_eq!(own("'HI' there", "Hi"), "'[input]' there");
    }

    #[test]
    fn base64_does_not_show_a_text() {
        let own = |words: &str, text: &str| withheld(words, &[(text, Text::Own)]);
        let text = "the heron flies\nat dawn";
        // `{"prompt":"the heron flies at dawn"}`, whole and cut off.
        let quoted = "eyJwcm9tcHQiOiJ0aGUgaGVyb24gZmxpZXMgYXQgZGF3biJ9";
        let text_of = own(&["no: ", quoted, "!"].concat(), "the heron flies at dawn");
        assert_eq!(text_of, "no: eyJwcm9tcHQiOi[input]J9!");
        assert_eq!(own("no dGhlIGhlcm9uIGZsaWVzIGF0IGRhd24=.", "the heron flies at dawn"), "no [input]=.");
        assert_eq!(own("no: dGhlIGhlcm9uIGZsaWVzXG5hdCBkYXdu", text), "no: [input]");
        assert_eq!(
            own("b=dGhlIGhlcm9uIGZsaWVzIGF0IGRhd24%3D&c", "the heron flies at dawn"),
            "b=[input]%3D&c"
        );
        for words in
            ["no: InferenceUpstreamErrorOfSomebody", "no /client/v4/accounts/abcdef/ai/run", "dGhlIGhlcm9u"]
        {
            assert_eq!(own(words, "the heron flies at dawn"), words);
        }
    }

    /// Against every pair of places, the plain way.
    #[test]
    fn it_hides_what_the_plain_way_hides() {
        let mut seed = 7_u32;
        let mut random = |below: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) % below
        };
        let mut hid = 0;
        for _ in 0..3000 {
            let mut line = |length: u32| -> String {
                (0..length).map(|_| ['a', 'b', 'é', 'c'][random(4).min(random(4)) as usize]).collect()
            };
            let (words, text) = (line(40), line(200));
            let mut hidden = vec![false; words.len()];
            for at in 0..words.len().saturating_sub(LEAST - 1) {
                let window = &words.as_bytes()[at..at + LEAST];
                if text.as_bytes().windows(LEAST).any(|other| other == window) {
                    hidden[at..at + LEAST].fill(true);
                }
            }
            let mut withholder = Withholder::new(&words);
            withholder.add(ended(&[(&text, Text::Other)]).as_bytes());
            assert_eq!(withholder.hidden[..words.len()], hidden, "{words} {text}");
            hid += usize::from(hidden.contains(&true));
        }
        assert!(hid > 100 && hid < 2900, "{hid}");
    }

    #[test]
    fn words_and_texts_that_repeat_themselves_are_no_more_work() {
        // A step for each pair of places would take minutes.
        let (words, text) = ("aaaaaaaaaaab".repeat(25), "a".repeat(64 << 20));
        assert_eq!(withheld_once(&words, &text), words);
        assert_eq!(withheld_once(&"a".repeat(300), &text), "[input]");
    }

    fn withheld_once(words: &str, text: &str) -> String {
        let mut withholder = Withholder::new(words);
        withholder.add(text.as_bytes());
        withholder.add(ENDS[2].0.as_bytes());
        withholder.finish()
    }
}
