//! The scenario of a seed: a client, its callers, and the plan of each.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::task::Waker;

use workers_ai_wasm::catalog::Task;
use workers_ai_wasm::client::{Client, Endpoint, Lifetime, Target};
use workers_ai_wasm::headers::Headers;
use workers_ai_wasm::limiter::{Limiter, Published, Rules};
use workers_ai_wasm::model::Model;
use workers_ai_wasm::options::{self, Bounds, Config, Gateway, Timeouts, TokenSource};
use workers_ai_wasm::plan::base::From as Base;
use workers_ai_wasm::secret::Secret;
use workers_ai_wasm::value::json::Json;

use crate::dice::Dice;
use crate::host::{Cause, SimulatedHost};
use crate::trace::What;
use crate::world::{Skew, World};

pub const REST: &str = "https://api.cloudflare.com/client/v4/accounts/0123456789abcdef0123456789abcdef/ai";
pub const PROXY: &str = "https://proxy.example/ai";

/// Models, and the index of the limit that each counts towards.
pub const MODELS: [(&str, usize); 3] =
    [("@cf/meta/llama-3.1-8b-instruct", 0), ("@cf/openai/gpt-oss-20b", 0), ("@cf/baai/bge-m3", 1)];

/// The emphasis of a seed. A seed's profile is the remainder of its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Calls,
    Limits,
    Streams,
    Doors,
    Ends,
    Fallback,
    Pools,
    Polls,
}

impl Profile {
    pub const ALL: [Profile; 8] = [
        Profile::Calls,
        Profile::Limits,
        Profile::Streams,
        Profile::Doors,
        Profile::Ends,
        Profile::Fallback,
        Profile::Pools,
        Profile::Polls,
    ];

    pub fn of(seed: u64) -> Self {
        Self::ALL[(seed % Self::ALL.len() as u64) as usize]
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    Binding,
    Rest,
    Proxy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    Absent,
    Text,
    /// Both in percent.
    Function {
        fails: usize,
        stalls: usize,
    },
}

/// The client's own limits: requests and tokens per minute, and waiting calls.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub requests: f64,
    pub tokens: Option<f64>,
    pub queue: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    Run,
    Endpoint { is_idempotent: bool, is_member: bool, has_model: bool, is_explained: bool },
}

impl Aim {
    pub fn is_member(self) -> bool {
        matches!(self, Aim::Endpoint { is_member: true, .. })
    }

    /// True if repeating the request has no further effect, except for the bill.
    pub fn is_idempotent(self) -> bool {
        !matches!(self, Aim::Endpoint { is_idempotent: false, .. })
    }
}

/// How the caller reads a reply.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Taking {
    /// Completely, up to this many bytes.
    Whole(f64),
    /// Its first bytes.
    Some(f64),
    /// Chunk by chunk, pausing up to `busy` milliseconds in between, and leaving after this many chunks.
    Stream { busy: usize, leaves: Option<usize>, how: Leaving },
    /// The same, but drops a read that takes longer than this many milliseconds, pauses, and reads again.
    Impatient(f64),
    /// Discards it.
    Discard,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Leaving {
    Drop,
    Abort,
}

/// When the caller's signal is aborted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Abort {
    Never,
    Before,
    At(f64),
    /// During an operation of the client, at its first, second … occurrence.
    In(Moments, usize),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Moments {
    OnRequest,
    OnResponse,
    OnRetry,
    Send,
    Token,
    Read,
    Cancel,
}

impl Abort {
    pub fn is_now(self, moment: Moments, nth: usize) -> bool {
        self == Abort::In(moment, nth)
    }
}

/// Concurrent calls of a caller.
#[derive(Debug, Clone, Copy)]
pub struct Jobs {
    pub count: usize,
    pub concurrency: usize,
    /// Maximum delay until the next job is available, in milliseconds.
    pub slow: usize,
    /// The source of jobs fails in place of this one.
    pub breaks_at: Option<usize>,
    /// The caller reads at most this many results.
    pub takes: usize,
    /// Maximum pause between two results, in milliseconds.
    pub busy: usize,
}

/// Repeated calls of a caller.
#[derive(Debug, Clone, Copy)]
pub struct Polls {
    /// The poll at which it is done.
    pub done_at: u32,
    pub interval_ms: Option<f64>,
    pub total_ms: Option<f64>,
}

/// One caller.
pub struct Plan {
    pub starts_at: f64,
    pub target: Aim,
    /// The models that it calls, in order.
    pub models: Vec<usize>,
    pub jobs: Option<Jobs>,
    pub polls: Option<Polls>,
    pub timeouts: Timeouts,
    pub max_retries: u32,
    pub reject_if_busy: bool,
    pub is_raw: bool,
    pub is_replayable: bool,
    pub characters: f64,
    pub max_tokens: Option<f64>,
    pub texts: Rc<Vec<String>>,
    pub key: Option<String>,
    pub taking: Taking,
    pub abort: Abort,
    pub drops_at: Option<f64>,
    /// Other tasks that await the end of the call.
    pub watchers: usize,
    /// The service redirects it in a loop.
    pub loops: bool,
    /// Shares the signal of the previous caller.
    pub shares_signal: bool,
}

impl Plan {
    /// True if the caller pauses while it reads a reply.
    pub fn taking_takes_time(&self) -> bool {
        matches!(self.taking, Taking::Stream { .. } | Taking::Impatient(_))
    }
}

pub struct Scenario {
    pub profile: Profile,
    pub door: Door,
    pub is_browser: bool,
    pub token: TokenKind,
    pub gateway_token: Option<String>,
    pub limits: Option<Limits>,
    pub skew: Skew,
    pub plans: Vec<Rc<Plan>>,
}

impl Scenario {
    pub fn new(seed: u64) -> Self {
        let (dice, profile) = (Dice::new(seed, 0), Profile::of(seed));
        let door = match dice.below(10) {
            0..=3 if profile != Profile::Doors => Door::Binding,
            0..=6 => Door::Rest,
            _ => Door::Proxy,
        };
        let token = match dice.below(10) {
            _ if door == Door::Binding => TokenKind::Absent,
            0..=1 if door == Door::Proxy => TokenKind::Absent,
            lot if lot < 6 || profile == Profile::Limits => TokenKind::Text,
            _ => TokenKind::Function { fails: 8, stalls: if profile == Profile::Ends { 5 } else { 1 } },
        };
        let limits = (profile == Profile::Limits || dice.chance(8)).then(|| Limits {
            requests: if dice.chance(15) { f64::INFINITY } else { dice.pick(&[1.0, 1.0, 2.0, 3.0, 4.0]) },
            tokens: dice.chance(50).then(|| dice.pick(&[60.0, 150.0, 400.0])),
            queue: dice.pick(&[0, 1, 2, 1_000, 1_000, 1_000]),
        });
        let skew = match dice.below(4) {
            0 => Skew::Early(1.0),
            1 => Skew::Late(4.0),
            _ => Skew::Exact,
        };
        let mut scenario = Self {
            profile,
            door,
            is_browser: door != Door::Binding && dice.chance(15),
            token,
            gateway_token: dice.chance(30).then(|| format!("gate_{}_secret", dice.next() % 100_000)),
            limits,
            skew,
            plans: Vec::new(),
        };
        let callers = match profile {
            Profile::Limits => 2 + dice.below(7),
            _ => 1 + dice.below(dice.pick(&[1, 2, 4])),
        };
        let sizes = (dice.below(200) as f64, Some(10.0 + dice.below(30) as f64));
        scenario.plans = (0..callers).map(|caller| Rc::new(scenario.plan(&dice, caller, sizes))).collect();
        scenario
    }

    fn plan(&self, dice: &Dice, caller: usize, (characters, max_tokens): (f64, Option<f64>)) -> Plan {
        let profile = self.profile;
        let target = match dice.below(10) {
            0..=2 if profile == Profile::Calls || profile == Profile::Doors => Aim::Endpoint {
                is_idempotent: dice.chance(50),
                is_member: self.door == Door::Binding,
                has_model: self.door != Door::Binding && dice.chance(40),
                is_explained: dice.chance(40),
            },
            _ => Aim::Run,
        };
        let limit = |percent: usize, from: &[f64]| dice.chance(percent).then(|| dice.pick(from));
        let timeouts = match profile {
            Profile::Limits if dice.chance(70) => Timeouts { total: None, first_byte: None, idle: None },
            Profile::Limits => Timeouts { total: Some(dice.ms(200_000) + 1.0), ..Timeouts::default() },
            Profile::Calls if dice.chance(30) => Timeouts::default(),
            _ => Timeouts {
                total: limit(50, &[1.0, 40.0, 500.0, 3_000.0, 20_000.0, 600_000.0]),
                first_byte: limit(40, &[1.0, 30.0, 300.0, 1_000.0, 10_000.0]),
                idle: limit(40, &[1.0, 30.0, 500.0, 5_000.0, 120_000.0]),
            },
        };
        let models = if profile == Profile::Fallback { 2 + dice.below(3) } else { 1 };
        Plan {
            starts_at: match profile {
                Profile::Limits => dice.ms(dice.pick(&[1, 5_000, 150_000])),
                _ => dice.ms(dice.pick(&[1, 1, 2_000])),
            },
            target,
            models: (0..models).map(|_| dice.below(if dice.chance(80) { 2 } else { 3 })).collect(),
            timeouts,
            jobs: (profile == Profile::Pools).then(|| Jobs {
                count: dice.below(10),
                concurrency: dice.below(5),
                slow: dice.pick(&[0, 0, 500]),
                breaks_at: dice.chance(15).then(|| dice.below(8)),
                takes: if dice.chance(15) { dice.below(5) } else { usize::MAX },
                busy: if self.limits.is_some() { 0 } else { dice.pick(&[0, 0, 2_000]) },
            }),
            polls: (profile == Profile::Polls).then(|| Polls {
                done_at: 1 + dice.below(dice.pick(&[3, 12])) as u32,
                interval_ms: dice.chance(40).then(|| dice.pick(&[0.0, 1.0, 700.0, 30_000.0])),
                total_ms: dice.chance(60).then(|| dice.pick(&[1.0, 900.0, 10_000.0, 100_000.0])),
            }),
            max_retries: dice.pick(&[0, 1, 2, 2, 2, 3, 7]),
            reject_if_busy: dice.chance(15),
            is_raw: profile != Profile::Fallback && dice.chance(10),
            is_replayable: !dice.chance(8),
            characters,
            max_tokens,
            texts: Rc::new(vec![
                format!("the quick brown fox no {caller} jumps over \"lazy\" dogs"),
                format!("Ünïcode prompt {}\nof two lines", dice.next()),
            ]),
            key: dice.chance(30).then(|| format!("sid={};  theme=dark", dice.next())),
            taking: match dice.below(10) {
                0..=4 if profile != Profile::Streams => Taking::Whole(if dice.chance(10) {
                    dice.pick(&[0.0, 30.0, 100.0])
                } else {
                    f64::INFINITY
                }),
                0 => Taking::Some(dice.pick(&[0.0, 50.0, 1e9])),
                1 => Taking::Discard,
                2 => Taking::Impatient(dice.pick(&[1.0, 20.0, 400.0])),
                _ => Taking::Stream {
                    busy: dice.pick(&[0, 0, 20, 3_000, 200_000]),
                    leaves: dice.chance(20).then(|| dice.below(4)),
                    how: dice.pick(&[Leaving::Drop, Leaving::Abort]),
                },
            },
            abort: self.abort(dice),
            drops_at: dice.chance(if profile == Profile::Ends { 12 } else { 4 }).then(|| some_time(dice)),
            watchers: if dice.chance(15) { 1 + dice.below(2) } else { 0 },
            loops: profile == Profile::Doors && dice.chance(3),
            shares_signal: caller > 0 && dice.chance(15),
        }
    }

    fn abort(&self, dice: &Dice) -> Abort {
        let percent = match self.profile {
            Profile::Ends => 60,
            Profile::Limits => 15,
            _ => 20,
        };
        if !dice.chance(percent) {
            return Abort::Never;
        }
        match dice.below(12) {
            0 => Abort::Before,
            1 => Abort::In(Moments::OnRequest, dice.below(3)),
            2 => Abort::In(Moments::OnResponse, dice.below(3)),
            3 => Abort::In(Moments::OnRetry, dice.below(2)),
            4 => Abort::In(Moments::Send, dice.below(3)),
            5 => Abort::In(Moments::Token, dice.below(2)),
            6 => Abort::In(Moments::Read, dice.below(4)),
            7 => Abort::In(Moments::Cancel, 0),
            _ => Abort::At(some_time(dice)),
        }
    }

    pub fn origin(&self) -> &'static str {
        if self.door == Door::Proxy { "https://proxy.example" } else { "https://api.cloudflare.com" }
    }

    pub fn published(&self, model: &str) -> Published {
        let task = if model == MODELS[2].0 { Task::TextEmbeddings } else { Task::TextGeneration };
        Published { task, requests_per_minute: None }
    }

    /// The token, if it is a text.
    pub fn text_token(&self) -> Option<&'static str> {
        (self.token == TokenKind::Text).then_some("tok_live_0123456789abcdef")
    }

    pub fn client(&self, host: Rc<SimulatedHost>) -> Rc<Client<SimulatedHost>> {
        let door = match self.door {
            Door::Binding => options::Door::Binding,
            Door::Rest => options::Door::Rest(REST.to_owned()),
            Door::Proxy => options::Door::Proxy(PROXY.to_owned()),
        };
        let token = match self.token {
            TokenKind::Absent => TokenSource::Absent,
            TokenKind::Text => TokenSource::Text(Secret::new(self.text_token().unwrap_or_default())),
            TokenKind::Function { .. } => TokenSource::Function,
        };
        let config = Config {
            door,
            timeouts: Timeouts::default(),
            max_retries: 2,
            gateway: None,
            headers: Headers::default(),
            bounds: Bounds::default(),
        };
        let limiter = self.limits.map(|limits| RefCell::new(Limiter::new(rules(limits))));
        Rc::new(Client {
            config,
            default_call: Rc::new(options::Call::default()),
            token,
            browser: self.is_browser,
            limiter: Ok(limiter),
            host,
        })
    }
}

fn some_time(dice: &Dice) -> f64 {
    dice.ms(dice.pick(&[1, 50, 1_000, 1_000, 20_000, 150_000]))
}

fn rules(limits: Limits) -> Rules {
    let number = |limit: f64| Json::Number(limit);
    let mut members = vec![
        ("requestsPerMinute".to_owned(), number(limits.requests)),
        ("maxQueue".to_owned(), number(limits.queue as f64)),
    ];
    if let Some(tokens) = limits.tokens {
        members.push(("tokensPerMinute".to_owned(), number(tokens)));
    }
    Rules::read(&Json::Object(members)).unwrap_or_else(|error| panic!("{error:?}"))
}

/// The caller's signal.
pub struct Signal {
    pub cause: Cause,
    pub is_aborted: Cell<bool>,
    /// The calls that have begun with it and are not settled.
    live: RefCell<Vec<usize>>,
    /// Other waiters.
    wakers: RefCell<Vec<Waker>>,
    listeners: RefCell<Vec<(usize, Weak<Lifetime<SimulatedHost>>)>>,
}

impl Signal {
    pub fn new() -> Rc<Self> {
        Rc::new(Self {
            cause: Cause::new("AbortError", "the caller wants no more"),
            is_aborted: Cell::new(false),
            live: RefCell::default(),
            wakers: RefCell::default(),
            listeners: RefCell::default(),
        })
    }

    pub fn subscribe(&self, call: usize, of: &Rc<Lifetime<SimulatedHost>>) {
        self.listeners.borrow_mut().push((call, Rc::downgrade(of)));
    }

    pub fn unsubscribe(&self, call: usize) {
        self.listeners.borrow_mut().retain(|(own, _)| *own != call);
    }

    pub fn listens(&self, call: usize) -> bool {
        self.listeners.borrow().iter().any(|(own, _)| *own == call)
    }

    pub fn begin(&self, call: usize) {
        self.live.borrow_mut().push(call);
    }

    pub fn has_begun(&self, call: usize) -> bool {
        self.live.borrow().contains(&call)
    }

    /// The calls that have begun and are not settled.
    pub fn live(&self) -> Vec<usize> {
        self.live.borrow().clone()
    }

    pub fn end(&self, call: usize) {
        self.live.borrow_mut().retain(|own| *own != call);
    }

    pub fn abort(&self, world: &World) {
        if self.is_aborted.replace(true) {
            return;
        }
        self.wakers.take().into_iter().for_each(Waker::wake);
        for call in self.live.borrow().clone() {
            world.record_of(call, What::Aborted);
            let listener =
                self.listeners.borrow().iter().find(|(own, _)| *own == call).and_then(|(_, of)| of.upgrade());
            if let Some(lifetime) = listener {
                let before = world.current.replace(call);
                lifetime.abort(Some(&self.cause));
                world.current.set(before);
            }
        }
    }

    /// Registers a waker for its abort.
    pub fn wakes(&self, waker: &Waker) {
        self.wakers.borrow_mut().push(waker.clone());
    }

    pub fn forget_wakers(&self) {
        self.wakers.take();
    }

    pub fn tear_down(&self) {
        self.listeners.take();
    }
}

/// An operation that never completes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    Limits,
    Head,
    Body,
}

/// One call of a caller.
pub struct Facts {
    pub id: usize,
    pub caller: usize,
    pub plan: Rc<Plan>,
    pub model: Option<usize>,
    pub timeouts: Timeouts,
    pub signal: Rc<Signal>,
    pub secrets: RefCell<Vec<String>>,
    /// The token of the current request.
    pub token: RefCell<Option<String>>,
    /// True if the current request was redirected to another origin.
    pub has_left: Cell<bool>,
    pub sends: Cell<usize>,
    pub tokens: Cell<usize>,
    pub reads: Cell<usize>,
    pub waits: Cell<Option<Wait>>,
    /// True if it was ended.
    pub is_over: Cell<bool>,
    /// Concurrent waiters.
    pub watchers: Cell<usize>,
}

impl Facts {
    pub fn new(
        id: usize,
        caller: usize,
        plan: &Rc<Plan>,
        model: usize,
        timeouts: Timeouts,
        signal: &Rc<Signal>,
        scenario: &Scenario,
    ) -> Self {
        let model = match plan.target {
            Aim::Run | Aim::Endpoint { has_model: true, .. } => Some(model),
            Aim::Endpoint { .. } => None,
        };
        let token = scenario.text_token().map(str::to_owned);
        let secrets = [&token, &scenario.gateway_token, &plan.key].into_iter().flatten().cloned().collect();
        Self {
            id,
            caller,
            plan: Rc::clone(plan),
            model,
            timeouts,
            signal: Rc::clone(signal),
            secrets: RefCell::new(secrets),
            token: RefCell::new(token),
            has_left: Cell::new(false),
            sends: Cell::new(0),
            tokens: Cell::new(0),
            reads: Cell::new(0),
            waits: Cell::new(None),
            is_over: Cell::new(false),
            watchers: Cell::new(0),
        }
    }

    pub fn bucket(&self) -> Option<usize> {
        self.model.map(|model| MODELS[model].1)
    }

    pub fn options(&self, scenario: &Scenario) -> options::Call {
        let mut headers = Headers::default();
        if let Some(key) = &self.plan.key {
            headers.set("x-api-key", key, "headers").unwrap_or_else(|error| panic!("{error:?}"));
        }
        options::Call {
            timeouts: self.timeouts,
            max_retries: self.plan.max_retries,
            gateway: scenario.gateway_token.as_ref().map(|token| Gateway {
                id: Some("main".to_owned()),
                token: Some(Secret::new(token.clone())),
                settings: Vec::new(),
            }),
            headers,
            reject_if_busy: self.plan.reject_if_busy,
            raw_response: self.plan.is_raw,
            ..options::Call::default()
        }
    }

    pub fn target(&self) -> Target {
        let model =
            self.model.map(|model| Model::parse(MODELS[model].0).unwrap_or_else(|error| panic!("{error:?}")));
        match (self.plan.target, model) {
            (Aim::Endpoint { is_idempotent, is_member, is_explained, .. }, model) => {
                Target::Endpoint(Box::new(Endpoint {
                    name: "some.endpoint".to_owned(),
                    method: "POST".to_owned(),
                    from: Base::Ai,
                    path: "/some/endpoint".to_owned(),
                    idempotent: is_idempotent,
                    gateway: true,
                    model,
                    member: is_member.then(|| "other".to_owned()),
                    missing: is_explained.then(|| ("thing".to_owned(), "There is no such thing.".to_owned())),
                }))
            }
            (Aim::Run, Some(model)) => Target::Run(model),
            (Aim::Run, None) => panic!("a run has a model"),
        }
    }

    /// Checks that a text for callers contains no secret and no part of the input.
    pub fn check_text(&self, world: &World, text: &str, place: &str) {
        if text.is_empty() {
            return;
        }
        for secret in &*self.secrets.borrow() {
            // Parts of a secret count as well; shorter ones are names and settings.
            if secret.split(' ').any(|part| part.len() >= 8 && text.contains(part)) {
                world.problem(format!("call {}: {place} shows the secret {secret:?}: {text:?}", self.id));
            }
        }
        // The first 12 characters of the input's strings must differ from the client's own texts.
        for input in self.plan.texts.iter() {
            let places: Vec<usize> = input.char_indices().map(|(at, _)| at).chain([input.len()]).collect();
            for run in places.windows(13) {
                if text.contains(&input[run[0]..run[12]]) {
                    return world.problem(format!("call {}: {place} shows the input: {text:?}", self.id));
                }
            }
        }
    }
}
