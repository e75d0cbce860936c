//! The service: answers requests with every status, number and shape, at every pace. A script determines in
//! advance the reply to one request, and the expected result of the client.

use workers_ai_wasm::codes;
use workers_ai_wasm::error::Code;

use crate::dice::Dice;
use crate::scenario::{Door, Facts, Profile, Scenario};

/// Offset of dates in headers to the clock, in milliseconds.
pub const EPOCH: f64 = 1_700_000_000_000.0;

/// The end of a body.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ending {
    Whole,
    /// The connection breaks.
    Breaks,
    /// No further bytes are sent.
    Stalls,
}

/// The outcome of sending a request.
#[derive(Debug, Clone)]
pub enum Head {
    Comes,
    /// The platform's exception: name and message.
    Throws(&'static str, String),
    Never,
}

/// See the module documentation.
#[derive(Debug)]
pub struct Script {
    pub head: Head,
    /// Milliseconds from the request to the head, or to the exception.
    pub head_after: f64,
    pub status: Option<u16>,
    pub headers: Vec<(&'static str, String)>,
    pub is_opaque: bool,
    /// The chunks: milliseconds from the head, and bytes.
    pub chunks: Vec<(f64, Vec<u8>)>,
    pub ending: Ending,
    pub ends_after: f64,
    /// There is no body.
    pub is_empty: bool,
    /// The body is locked.
    pub is_locked: bool,
    /// It continues although the client has aborted it.
    pub ignores_abort: bool,
    /// Wakes waiters spuriously.
    pub wakes_early: bool,
    /// The usage in the reply, in tokens.
    pub usage: Option<(f64, f64)>,
    /// The code of the failure if its body can be read, and otherwise.
    pub code: Option<Code>,
    pub code_of_status: Option<Code>,
    /// The requested delay.
    pub asks_to_wait: Option<f64>,
    /// The delay as a date, in milliseconds since 1970.
    pub asks_until: Option<f64>,
}

impl Script {
    fn new() -> Self {
        Self {
            head: Head::Comes,
            head_after: 0.0,
            status: Some(200),
            headers: Vec::new(),
            is_opaque: false,
            chunks: Vec::new(),
            ending: Ending::Whole,
            ends_after: 0.0,
            is_empty: false,
            is_locked: false,
            ignores_abort: false,
            wakes_early: false,
            usage: None,
            code: None,
            code_of_status: None,
            asks_to_wait: None,
            asks_until: None,
        }
    }

    pub fn is_redirect(&self) -> bool {
        self.is_opaque || matches!(self.status, Some(301 | 302 | 303 | 307 | 308))
    }

    pub fn is_success(&self) -> bool {
        self.status.is_none_or(|status| (200..300).contains(&status) || status == 101)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str())
    }
}

/// The code of a status alone. Restated from the package's ERRORS.md.
pub fn code_of(status: u16) -> Code {
    match status {
        401 => Code::Auth,
        402 => Code::PaymentRequired,
        403 => Code::Forbidden,
        404 => Code::ModelNotFound,
        408 => Code::Timeout,
        409 | 425 => Code::Server,
        410 => Code::ModelDeprecated,
        413 => Code::TooLarge,
        429 => Code::RateLimited,
        400..=499 => Code::InvalidInput,
        500.. => Code::Server,
        _ => Code::Unknown,
    }
}

/// The answer to a request.
pub fn answer(dice: &Dice, scenario: &Scenario, facts: &Facts, now: f64, is_manual: bool) -> Script {
    let profile = scenario.profile;
    let mut script = Script::new();
    script.head_after = pace(dice, profile);
    script.ignores_abort = dice.chance(8);
    script.wakes_early = dice.chance(10);
    if dice.chance(60) {
        let secrets = facts.secrets.borrow();
        let id = match secrets.last() {
            Some(secret) if dice.chance(3) => format!("req-{secret}"),
            _ => format!("req-{}", dice.below(1_000)),
        };
        script.headers.push(("cf-ai-req-id", id));
    }
    if dice.chance(20) {
        script.headers.push(("cf-aig-log-id", format!("log-{}", dice.below(1_000))));
    }
    let (thrown, redirected, failed) = match profile {
        Profile::Calls => (12, 0, 45),
        Profile::Limits => (4, 0, 18),
        Profile::Streams => (5, 0, 15),
        Profile::Doors => (5, 40, 25),
        Profile::Ends => (10, 3, 40),
        Profile::Fallback => (5, 0, 60),
        Profile::Pools | Profile::Polls => (2, 0, 10),
    };
    let lot = dice.below(100);
    if lot < thrown {
        throws(dice, scenario, facts, &mut script);
    } else if (facts.plan.loops || lot < thrown + redirected) && scenario.door != Door::Binding && is_manual {
        redirects(dice, scenario, facts, &mut script);
    } else if lot < thrown + redirected + failed {
        fails(dice, facts, now, profile, &mut script);
    } else {
        succeeds(dice, scenario, facts, &mut script);
    }
    let never = if profile == Profile::Ends { 8 } else { 2 };
    if dice.chance(never) {
        script.head = Head::Never;
    }
    script
}

/// A delay in milliseconds.
fn pace(dice: &Dice, profile: Profile) -> f64 {
    let slow = if profile == Profile::Limits { 25 } else { 6 };
    match dice.below(100) {
        lot if lot < 25 => 0.0,
        lot if lot < 70 => dice.ms(60),
        lot if lot < 100 - slow => dice.ms(1_500),
        _ => dice.ms(100_000),
    }
}

fn throws(dice: &Dice, scenario: &Scenario, facts: &Facts, script: &mut Script) {
    if scenario.door != Door::Binding {
        script.head = Head::Throws("TypeError", format!("fetch failed: {}", echo(dice, facts)));
        script.code = Some(Code::Network);
        return;
    }
    let (name, message, code) = match dice.below(4) {
        0 => ("Error", "Network connection lost.".to_owned(), Code::Network),
        1 if !facts.plan.target.is_member() => ("TypeError", "x is not a function".to_owned(), Code::Unknown),
        _ => {
            let row = &codes::TABLE[dice.below(codes::TABLE.len())];
            ("AiError", format!("{}: it went wrong, {}", row.number, echo(dice, facts)), row.code)
        }
    };
    script.head = Head::Throws(name, message);
    script.code = Some(code);
}

fn redirects(dice: &Dice, scenario: &Scenario, facts: &Facts, script: &mut Script) {
    script.status = Some(dice.pick(&[307, 307, 307, 308, 308, 302, 301, 303]));
    if scenario.is_browser {
        script.status = Some(0);
        script.is_opaque = true;
        return;
    }
    if facts.plan.loops {
        script.status = Some(307);
    }
    let location = match dice.below(10) {
        _ if facts.plan.loops => "/round/and/round".to_owned(),
        0..=4 => format!("/moved/{}", dice.below(100)),
        5..=7 => format!("https://other.example/{}", dice.below(100)),
        8 => "bad address".to_owned(),
        _ => format!("{}/again", scenario.origin()),
    };
    if facts.plan.loops || !dice.chance(5) {
        script.headers.push(("location", location));
    }
}

/// The text that a failure echoes: secrets, and the input.
fn echo(dice: &Dice, facts: &Facts) -> String {
    let secrets = facts.secrets.borrow();
    let mut text = String::new();
    for _ in 0..1 + dice.below(3) {
        match dice.below(6) {
            0 | 1 if !secrets.is_empty() => text.push_str(&secrets[dice.below(secrets.len())]),
            2 => text.push_str(&facts.plan.texts[dice.below(facts.plan.texts.len())]),
            3 => {
                // Shifts the end of the longest echoed text.
                for _ in 0..dice.below(60) {
                    text.push_str("word ");
                }
            }
            4 if !secrets.is_empty() => {
                text.push_str("Bearer ");
                text.push_str(&secrets[dice.below(secrets.len())]);
            }
            _ => text.push_str("sorry"),
        }
        text.push_str(dice.pick(&[" ", ", ", "\"", "\n", ""]));
    }
    text
}

fn json(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

const STATUSES: [u16; 18] =
    [400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 422, 425, 429, 500, 502, 503, 504, 529];

fn fails(dice: &Dice, facts: &Facts, now: f64, profile: Profile, script: &mut Script) {
    let by_number = dice.chance(60);
    let row = match dice.below(10) {
        0..=2 => codes::find(dice.pick(&[3040, 3040, 7505, 3046])).unwrap_or(&codes::TABLE[0]),
        _ => &codes::TABLE[dice.below(codes::TABLE.len())],
    };
    let (status, code) = if by_number {
        let status =
            codes::meanings::statuses(row.number).first().copied().unwrap_or_else(|| dice.pick(&STATUSES));
        (status, row.code)
    } else if dice.chance(50) {
        let status = dice.pick(&[429, 500, 503, 408]);
        (status, code_of(status))
    } else {
        let status = dice.pick(&STATUSES);
        (status, code_of(status))
    };
    script.status = Some(status);
    let echoed = echo(dice, facts);
    let text =
        json(&format!("{}it went wrong, {echoed}", dice.pick(&["", "AiError: AiError: ", "Bad input: "])));
    let number = row.number;
    let body = if by_number {
        match dice.below(5) {
            0 => format!(
                r#"{{"success":false,"errors":[{{"code":{number},"message":{text}}}],"result":null}}"#
            ),
            1 => format!(r#"{{"error":{{"message":{text},"code":{number},"param":{}}}}}"#, json(&echoed)),
            2 => format!(r#"{{"internalCode":{number},"description":{text},"httpCode":{status}}}"#),
            3 => format!(r#"{{"code":"{number}","message":{text}}}"#),
            _ => format!("{number}: it went wrong, {echoed}"),
        }
    } else {
        match dice.below(6) {
            0 => format!(r#"{{"message":{text}}}"#),
            1 => format!("<html><body>{echoed}</body></html>"),
            2 => String::new(),
            3 => format!(r#"{{"error":{{"message":{text},"type":"x","param":{}}}}}"#, json(&echoed)),
            4 => format!(r#"{{"errors":[{{"code":4711,"message":{text}}}]}}"#),
            _ => format!("it went wrong, {echoed}"),
        }
    };
    script.code_of_status = Some(code_of(status));
    script.code = Some(code);
    let mut body = body.into_bytes();
    if dice.chance(3) {
        // More bytes than are read of a failure.
        body = "too much ".repeat(8_000).into_bytes();
        script.code = script.code_of_status;
    }
    cut(dice, profile, &body, script);
    if profile != Profile::Limits || dice.chance(20) {
        match dice.below(40) {
            0 => script.ending = Ending::Breaks,
            1 => script.ending = Ending::Stalls,
            2 => script.is_locked = true,
            3 => script.is_empty = true,
            _ => {}
        }
    }
    if script.ending != Ending::Whole || script.is_locked || script.is_empty {
        script.code = script.code_of_status;
    }
    if dice.chance(35) {
        asks_to_wait(dice, now + script.head_after, script);
    }
}

/// Sets `retry-after` in one of its forms.
fn asks_to_wait(dice: &Dice, now: f64, script: &mut Script) {
    let ms = dice.pick(&[0.0, 1.0, 250.0, 1_000.0, 2_500.0, 30_000.0, 60_000.0, 61_000.0, 3_600_000.0]);
    let mut headers = Vec::new();
    let wait = match dice.below(7) {
        0 => {
            headers.push(("retry-after-ms", format!("{ms}")));
            Some(ms)
        }
        1 | 2 => {
            headers.push(("retry-after", format!("{}", ms / 1_000.0)));
            Some(ms)
        }
        3 => {
            // The delay is the rest of it when the head is received.
            let date = EPOCH + now + ms;
            script.asks_until = Some(date);
            headers.push(("retry-after", format!("Sat, {date} GMT")));
            Some(ms)
        }
        4 => {
            headers.push(("retry-after", "soon".to_owned()));
            None
        }
        5 => {
            headers.push(("retry-after-ms", format!("{ms}")));
            headers.push(("retry-after", "7".to_owned()));
            Some(ms)
        }
        _ => {
            headers.push(("retry-after", format!("Sat, {} GMT", EPOCH - 5_000.0)));
            Some(0.0)
        }
    };
    script.headers.extend(headers);
    script.asks_to_wait = wait;
}

fn succeeds(dice: &Dice, scenario: &Scenario, facts: &Facts, script: &mut Script) {
    script.status = if scenario.door == Door::Binding && dice.chance(10) {
        None
    } else {
        Some(dice.pick(&[200, 200, 200, 201, 204]))
    };
    let mut body = Vec::new();
    for event in 0..dice.below(6) {
        body.extend_from_slice(b"data: {\"response\":\"");
        body.extend_from_slice(&b"abcdefghij"[..1 + event]);
        body.extend_from_slice(b"\"}\n\n");
    }
    if dice.chance(70) {
        let most = facts.plan.max_tokens.unwrap_or(20.0);
        let total = dice.below(3 * most as usize + 40) as f64;
        script.usage = Some((total, most));
    }
    cut(dice, scenario.profile, &body, script);
    match dice.below(if scenario.profile == Profile::Streams { 8 } else { 25 }) {
        0 => script.ending = Ending::Breaks,
        1 => script.ending = Ending::Stalls,
        2 => {
            // The connection ends within the answer.
            let left = dice.below(script.chunks.len() + 1);
            script.chunks.truncate(left);
        }
        3 => script.is_empty = true,
        4 => script.is_locked = dice.chance(30),
        _ => {}
    }
}

/// Splits a body into chunks, some of them empty, each with a delay.
fn cut(dice: &Dice, profile: Profile, body: &[u8], script: &mut Script) {
    let longest = dice.pick(&[1_usize, 7, 40, 100_000]).max(body.len() / 12 + 1);
    let (mut at, mut rest) = (0.0, body);
    while !rest.is_empty() {
        at += pace(dice, profile) * dice.pick(&[0.0, 0.3, 1.0]);
        let len = if dice.chance(4) { 0 } else { (1 + dice.below(longest)).min(rest.len()) };
        let (chunk, more) = rest.split_at(len);
        script.chunks.push((at, chunk.to_vec()));
        rest = more;
    }
    script.ends_after = at + if dice.chance(50) { 0.0 } else { pace(dice, profile) };
}
