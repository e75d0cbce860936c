//! Removes quotations of the caller's input from error messages: a service may quote a prompt when it
//! rejects it.
//!
//! The rules:
//! - A run of at least `MIN_RUN` bytes (UTF-8, blanks as one space) that the message shares with a text of
//!   the input is removed, regardless of the input's length and the position of the text in it.
//! - A shorter text that a person writes (a prompt, the content of a message) is removed where the message
//!   contains the whole of it: as separate words if it has at least `MIN_WHOLE` bytes, otherwise only
//!   between quotation marks.
//! - The message is also compared with its escapes resolved and its base64 decoded (see `decoded`), because
//!   services quote in those forms.
//! - The case of ASCII letters is ignored, see `fold`.
//! - Names (of models, tools, parameters, and ids) are kept even if a text contains them: an error without
//!   them is useless.
//!
//! The cost is linear in the input. Every window of `MIN_RUN` bytes contains a position that is a multiple
//! of `STRIDE`
//! with `GRAM` bytes after it. Only the grams at those positions are looked up, in a table of the message's
//! grams. A
//! matching window also contains the gram before or after that position, so one of the two has to be in the
//! table as
//! well; only then are windows compared.

use crate::text::{concat, find_word};

pub(crate) use decoded::with_decoded;
use normalized::NormalizedText;

mod decoded;
mod normalized;

/// Replaces a quotation.
const PLACEHOLDER: &str = "[input]";
/// Shortest run that is removed, in bytes. Shorter runs are names and settings, which a message may repeat.
const MIN_RUN: usize = 12;
/// Shortest whole text that is removed without quotation marks around it, in bytes.
const MIN_WHOLE: usize = 4;
/// Bytes that are looked up at once. Twice as many would match fewer texts by chance, but need twice as
/// many positions.
const GRAM: usize = 4;
/// Distance between the positions that are looked up.
const STRIDE: usize = MIN_RUN - GRAM + 1;
/// Bits of a gram's hash. A message has some hundred grams, so few next_in_bucket have the same hash.
const GRAM_BITS: u32 = 14;
/// For each hash of a gram: whether the message contains such a gram.
type Grams = [bool; 1 << GRAM_BITS];
/// Bits of a window's hash.
const WINDOW_BITS: u32 = 9;
/// Marks the end of a list of windows.
const NONE: u16 = u16::MAX;

/// The kind of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    /// A name, which is kept.
    Name,
    /// Written by a person: removed as a whole, even if it is short.
    Authored,
    /// Anything else.
    Other,
}

/// The terminators that follow each text, by kind. They are noncharacters, which no text contains.
pub const ENDS: [(&str, TextKind); 3] =
    [("\u{10FFFD}", TextKind::Name), ("\u{10FFFE}", TextKind::Authored), ("\u{10FFFF}", TextKind::Other)];

/// Removes the texts of an input from one message. The texts are passed one after another.
pub struct InputRedactor<'a> {
    message: &'a str,
    /// The message, followed by its decoded forms.
    forms: String,
    /// For each byte of `forms`: the byte range of the message that it stands for.
    origins: Vec<(u16, u16)>,
    /// For each byte of `forms`: true if it is part of a quotation.
    quoted: Vec<bool>,
    /// For each byte of `forms`: true if it is part of a name.
    exempt: Vec<bool>,
    /// For each hash of a gram: whether a window that is not fully marked contains such a gram.
    grams: Box<Grams>,
    /// For each hash of a window: the start of the first window with it.
    buckets: Vec<u16>,
    /// For each window: the next one with different bytes and the same hash.
    next_in_bucket: Vec<u16>,
    /// For each window: the next one with the same bytes. The list is emptied once its windows are marked.
    next_equal: Vec<u16>,
    /// The current text, with runs of blanks as one space, from the first byte that is still needed.
    text: NormalizedText,
    /// The next position in it that is looked up.
    position: usize,
    /// True if the start of the current text was already dropped.
    is_partial: bool,
}

impl<'a> InputRedactor<'a> {
    /// `message` has a few hundred bytes and no runs of blanks, as [`crate::error`] produces it.
    pub fn new(message: &'a str) -> Self {
        let (forms, origins) = with_decoded(message);
        let bytes = forms.as_bytes();
        let windows = (bytes.len() + 1).saturating_sub(MIN_RUN).min(NONE as usize);
        let mut redactor = Self {
            message,
            quoted: vec![false; bytes.len()],
            exempt: vec![false; bytes.len()],
            origins,
            grams: Box::new([false; 1 << GRAM_BITS]),
            buckets: vec![NONE; 1 << WINDOW_BITS],
            next_in_bucket: vec![NONE; windows],
            next_equal: vec![NONE; windows],
            text: NormalizedText::new(),
            position: 0,
            is_partial: false,
            forms,
        };
        for at in 0..windows {
            redactor.index(at);
        }
        redactor.index_grams();
        redactor
    }

    /// True if the message may contain the gram at a position of a text.
    #[inline(always)]
    fn has_gram(&self, text: &[u8], position: usize) -> bool {
        let gram = text.get(position..position + GRAM).and_then(<[u8]>::first_chunk);
        gram.is_some_and(|gram| self.grams[hash_of_gram(*gram)])
    }

    /// Adds a window of the message to the index.
    fn index(&mut self, at: usize) {
        let Some(window) = self.forms.as_bytes().get(at..).and_then(<[u8]>::first_chunk::<MIN_RUN>).copied()
        else {
            return;
        };
        match self.window(&window) {
            Some(first) => self.next_equal[at] = std::mem::replace(&mut self.next_equal[first], at as u16),
            None => {
                let head = &mut self.buckets[hash(&window, WINDOW_BITS)];
                self.next_in_bucket[at] = std::mem::replace(head, at as u16);
            }
        }
    }

    /// Rebuilds the table of grams from the windows that are not fully marked, so that a quotation is
    /// looked up once even if the input repeats it.
    fn index_grams(&mut self) {
        self.grams.fill(false);
        for (at, gram) in self.forms.as_bytes().windows(GRAM).enumerate() {
            let around = (at + 1).saturating_sub(STRIDE)..(at + MIN_RUN).min(self.quoted.len());
            if self.quoted.get(around).is_some_and(|quoted| quoted.contains(&false))
                && let Some(gram) = gram.first_chunk()
            {
                self.grams[hash_of_gram(*gram)] = true;
            }
        }
    }

    /// Finds the first indexed window with these bytes.
    #[inline]
    fn window(&self, content: &[u8]) -> Option<usize> {
        let mut at = self.buckets[hash(content, WINDOW_BITS)];
        while at != NONE {
            let own = &self.forms.as_bytes()[at as usize..];
            if own.iter().zip(content).all(|(own, byte)| own | 0x20 == byte | 0x20) {
                return Some(at as usize);
            }
            at = self.next_in_bucket[at as usize];
        }
        None
    }

    /// Adds texts as UTF-8, each followed by one of the [`ENDS`]. The last text may continue with the next
    /// call; a character may not.
    pub fn add(&mut self, texts: &[u8]) {
        let mut rest = texts;
        while !rest.is_empty() {
            let (taken, end) = self.text.append(rest);
            rest = rest.get(taken..).unwrap_or_default();
            match end {
                Some(kind) => self.end_text(kind),
                None => self.search_part(),
            }
        }
    }

    /// Adds a name that is not part of the input: it is kept, and nothing is removed because of it.
    pub fn add_name(&mut self, name: &str) {
        if name.len() >= MIN_RUN {
            mark_whole(&self.forms, name.as_bytes(), &mut self.exempt);
        }
    }

    /// Compares the available part of the current text and drops the bytes that no later window can
    /// contain.
    fn search_part(&mut self) {
        self.search(MIN_RUN);
        let done = (self.position + 1).saturating_sub(STRIDE);
        if done > MIN_RUN {
            self.text.drop_first(done);
            self.position -= done;
            self.is_partial = true;
        }
    }

    fn end_text(&mut self, kind: TextKind) {
        self.search(GRAM);
        let text = std::mem::take(&mut self.text);
        let whole = text.as_slice().trim_ascii();
        if !self.is_partial && !whole.is_empty() {
            match kind {
                TextKind::Name if whole.len() >= MIN_RUN => mark_whole(&self.forms, whole, &mut self.exempt),
                TextKind::Authored if whole.len() < MIN_RUN => {
                    mark_whole(&self.forms, whole, &mut self.quoted)
                }
                _ => {}
            }
        }
        self.text = text;
        self.text.clear();
        self.position = 0;
        self.is_partial = false;
    }

    /// Looks up the positions that are followed by at least `following` bytes.
    fn search(&mut self, following: usize) {
        let line = std::mem::take(&mut self.text);
        let text = line.as_slice();
        let last = (text.len() + 1).saturating_sub(following);
        while let Some(position) = self.next_position(text, last) {
            self.mark_around(text, position);
        }
        self.text = line;
    }

    /// Finds the next position before `last` around which the message may have the same window, and
    /// advances past it.
    fn next_position(&mut self, text: &[u8], last: usize) -> Option<usize> {
        let grams: &Grams = &self.grams;
        let mut position = self.position;
        let mut found = None;
        while position < last {
            let Some(gram) = text.get(position..position + GRAM).and_then(<[u8]>::first_chunk) else { break };
            position += STRIDE;
            if grams[hash_of_gram(*gram)] {
                let at = position - STRIDE;
                let before = || at.checked_sub(GRAM).is_some_and(|at| self.has_gram(text, at));
                if self.has_gram(text, at + GRAM) || before() {
                    found = Some(at);
                    break;
                }
            }
        }
        self.position = position;
        found
    }

    /// Marks the message's windows that equal a window of the text with `position` in it.
    fn mark_around(&mut self, text: &[u8], position: usize) {
        let mut is_new = false;
        for from in (position + 1).saturating_sub(STRIDE)..=position {
            let Some(content) = text.get(from..from + MIN_RUN) else { break };
            // Windows with equal bytes are marked together, once; then their list is emptied.
            let mut at = self.window(content).map_or(NONE, |first| first as u16);
            while at != NONE {
                let window = at as usize;
                let quoted = &mut self.quoted[window..window + MIN_RUN];
                is_new |= quoted.contains(&false);
                quoted.fill(true);
                at = std::mem::replace(&mut self.next_equal[window], NONE);
            }
        }
        if is_new {
            self.index_grams();
        }
    }

    /// The message with `[input]` in place of each quotation. Runs of punctuation alone are kept: they
    /// reveal nothing.
    pub fn finish(self) -> String {
        let mut is_quoted = vec![false; self.message.len()];
        for (at, (from, to)) in self.origins.iter().enumerate() {
            if self.quoted[at]
                && !self.exempt[at]
                && let Some(origin) = is_quoted.get_mut(usize::from(*from)..usize::from(*to))
            {
                origin.fill(true);
            }
        }
        let mut clean = String::with_capacity(self.message.len());
        let mut run = String::new();
        for (at, char) in self.message.char_indices() {
            if is_quoted[at..at + char.len_utf8()].contains(&true) {
                run.push(char);
                continue;
            }
            push_run(&mut run, &mut clean);
            clean.push(char);
        }
        push_run(&mut run, &mut clean);
        clean
    }
}

fn push_run(run: &mut String, clean: &mut String) {
    if run.chars().any(is_letter) {
        let space = |is: bool| if is { " " } else { "" };
        *run = concat(&[space(run.starts_with(' ')), PLACEHOLDER, space(run.ends_with(' '))]);
    }
    clean.push_str(run);
    run.clear();
}

/// Folds the case of ASCII letters in eight bytes. Some other bytes become equal too, but two different
/// runs of [`MIN_RUN`] bytes rarely do.
#[inline(always)]
fn fold(bytes: u64) -> u64 {
    bytes | 0x2020_2020_2020_2020
}

/// A multiplicative hash.
#[inline(always)]
fn hash_of_gram(gram: [u8; GRAM]) -> usize {
    ((fold(u32::from_le_bytes(gram).into()) as u32).wrapping_mul(0x9E37_79B1) >> (32 - GRAM_BITS)) as usize
}

/// A multiplicative hash of eight bytes.
#[inline(always)]
fn mixed(word: u64, bits: u32) -> usize {
    (word.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - bits)) as usize
}

/// The hash of a window. Its first and its last eight bytes overlap.
#[inline]
fn hash(window: &[u8], bits: u32) -> usize {
    let (Some(first), Some(last)) = (window.first_chunk(), window.last_chunk()) else { return 0 };
    mixed(fold(u64::from_le_bytes(*first)) ^ fold(u64::from_le_bytes(*last)).rotate_left(29), bits)
}

/// Marks the places where the message contains the whole text.
fn mark_whole(message: &str, text: &[u8], marks: &mut [bool]) {
    let Ok(text) = str::from_utf8(text) else { return };
    let mut from = 0;
    while let Some(at) = find_word(message, text, from) {
        let end = at + text.len();
        let before = message[..at].chars().next_back();
        let after = message[end..].chars().next();
        let has_quotes = before.is_some_and(is_quote) && after.is_some_and(is_quote);
        let continues = |char: Option<char>| char.is_some_and(is_letter);
        if has_quotes || (text.len() >= MIN_WHOLE && !continues(before) && !continues(after)) {
            marks[at..end].fill(true);
        }
        from = end;
    }
}

/// True for letters and digits. Beyond ASCII, all but a few signs count: tables that tell them apart would
/// be larger than this module.
fn is_letter(char: char) -> bool {
    char.is_ascii_alphanumeric() || char > '\u{bf}'
}

fn is_quote(char: char) -> bool {
    matches!(char, '"' | '\'' | '`' | '‘' | '’' | '“' | '”' | '«' | '»')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(texts: &[(&str, TextKind)]) -> String {
        texts.iter().fold(String::new(), |all, (text, kind)| {
            all + text + ENDS.iter().find(|(_, own)| own == kind).unwrap().0
        })
    }

    /// The message without the texts, which are added in pieces of every size.
    fn redacted(words: &str, texts: &[(&str, TextKind)]) -> String {
        let all = ended(texts);
        let mut results = Vec::new();
        for size in [1, 2, 3, 7, 11, 12, 13, 1000] {
            let mut redactor = InputRedactor::new(words);
            let chars: Vec<char> = all.chars().collect();
            for piece in chars.chunks(size) {
                redactor.add(piece.iter().collect::<String>().as_bytes());
            }
            results.push(redactor.finish());
        }
        assert!(results.iter().all(|result| *result == results[0]), "{results:?}");
        results.swap_remove(0)
    }

    #[test]
    fn long_runs_go_and_short_ones_stay() {
        let texts = [("my secret prompt é", TextKind::Other), ("temperature", TextKind::Other)];
        assert_eq!(redacted("bad: my secret prompt é!", &texts), "bad: [input]!");
        assert_eq!(redacted("temperature is bad", &texts), "temperature is bad");
        assert_eq!(redacted("my secret prompt, my secret prompt", &texts), "[input], [input]");
        assert_eq!(redacted("nothing", &[]), "nothing");
        assert_eq!(redacted("my  secret", &[("", TextKind::Authored)]), "my  secret");
        assert_eq!(redacted("", &texts), "");
        // Two texts do not match together.
        assert_eq!(
            redacted("abcdefghijkl", &[("abcdef", TextKind::Other), ("ghijkl", TextKind::Other)]),
            "abcdefghijkl"
        );
    }

    #[test]
    fn blanks_are_one_space() {
        let texts = [("the  heron\r\n\r\n\tflies\u{a0}at\u{3000}dawn over it all", TextKind::Other)];
        assert_eq!(redacted("no: the heron flies at dawn over", &texts), "no: [input]");
    }

    #[test]
    fn short_texts_of_a_persons_go_as_a_whole() {
        let own = |words: &str, text: &str| redacted(words, &[(text, TextKind::Authored)]);
        assert_eq!(own("Input hunter2 is too short", "hunter2"), "Input [input] is too short");
        assert_eq!(own("Input hunter22 is too short", "hunter2"), "Input hunter22 is too short");
        assert_eq!(own("Hi: 'hi' is too short, hi", " hi\n"), "Hi: '[input]' is too short, hi");
        assert_eq!(own("It is 4155551234.", "4155551234"), "It is [input].");
        assert_eq!(
            redacted("mode low is bad", &[("low", TextKind::Other), ("mode", TextKind::Other)]),
            "mode low is bad"
        );
        // The end of a long text is not a text of its own.
        let long = ["x ".repeat(2 * normalized::CAPACITY), "hunter2".to_owned()].concat();
        assert_eq!(own("hunter2 is bad", &long), "hunter2 is bad");
    }

    #[test]
    fn names_are_shown_even_if_a_text_has_them() {
        let texts = [
            ("use look_up_the_weather for the town", TextKind::Authored),
            ("look_up_the_weather", TextKind::Name),
        ];
        assert_eq!(redacted("No tool look_up_the_weather.", &texts), "No tool look_up_the_weather.");
        assert_eq!(redacted("use look_up_the_weather for", &texts), "[input] look_up_the_weather [input]");
        // The name of the call's model, which is not a text of its input.
        let model = "@cf/acme/some-very-long-model-name-v3";
        let words = ["No such model ", model, ", is @cf/acme/some-very-long-model-name-v2 one"].concat();
        for (text, expected) in [
            (
                "is @cf/acme/some-very-long-model-name-v3 good?",
                ["No such model ", model, ", [input]2 one"].concat(),
            ),
            ("something else", words.clone()),
        ] {
            let mut redactor = InputRedactor::new(&words);
            redactor.add([text, ENDS[1].0].concat().as_bytes());
            redactor.add_name(model);
            assert_eq!(redactor.finish(), expected);
        }
    }

    #[test]
    fn escapes_in_the_words_do_not_show_a_text() {
        let own = |words: &str, text: &str| redacted(words, &[(text, TextKind::Authored)]);
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
        let own = |words: &str, text: &str| redacted(words, &[(text, TextKind::Authored)]);
        let text = "My Secret is the Élan of the heron";
        assert_eq!(own("no: MY SECRET IS THE ÉLAN OF", text), "no: [input]");
        assert_eq!(own("no: my secret is the élan of!", text), "no: [input]!");
        assert_eq!(own("no: HUNTER2 is 'HI'", "Hunter2"), "no: [input] is 'HI'");
        assert_eq!(own("'HI' there", "Hi"), "'[input]' there");
    }

    #[test]
    fn base64_does_not_show_a_text() {
        let own = |words: &str, text: &str| redacted(words, &[(text, TextKind::Authored)]);
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

    /// Compares with a direct search of every pair of positions.
    #[test]
    fn it_marks_what_a_direct_search_marks() {
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
            let mut quoted = vec![false; words.len()];
            for at in 0..words.len().saturating_sub(MIN_RUN - 1) {
                let window = &words.as_bytes()[at..at + MIN_RUN];
                if text.as_bytes().windows(MIN_RUN).any(|other| other == window) {
                    quoted[at..at + MIN_RUN].fill(true);
                }
            }
            let mut redactor = InputRedactor::new(&words);
            redactor.add(ended(&[(&text, TextKind::Other)]).as_bytes());
            assert_eq!(redactor.quoted[..words.len()], quoted, "{words} {text}");
            hid += usize::from(quoted.contains(&true));
        }
        assert!(hid > 100 && hid < 2900, "{hid}");
    }

    #[test]
    fn words_and_texts_that_repeat_themselves_take_no_more_work() {
        // One step for each pair of positions would take minutes.
        let (words, text) = ("aaaaaaaaaaab".repeat(25), "a".repeat(64 << 20));
        assert_eq!(redacted_once(&words, &text), words);
        assert_eq!(redacted_once(&"a".repeat(300), &text), "[input]");
    }

    fn redacted_once(words: &str, text: &str) -> String {
        let mut redactor = InputRedactor::new(words);
        redactor.add(text.as_bytes());
        redactor.add(ENDS[2].0.as_bytes());
        redactor.finish()
    }
}
