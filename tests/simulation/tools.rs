//! Tool loops: models that call tools, tools that take time, callers that abort at any moment, also from
//! within a tool.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Wake, Waker};

use workers_ai_wasm::client::tool_loop::{Action, Agent, Approval, Call, End, Reply, Rules, Run};
use workers_ai_wasm::tasks::tools::trim::{Measured, Role};

use crate::dice::Dice;
use crate::scenario::Signal;
use crate::world::{Skew, World};

/// Runs this many seeds.
pub fn run_all(seeds: u64) {
    let mut happened = BTreeSet::new();
    for seed in 0..seeds {
        match simulate(seed) {
            Ok(what) => happened.extend(what),
            Err(problem) => panic!("seed {seed} of the tools: {problem}"),
        }
    }
    // Detects rules that are never exercised.
    for what in [
        "answered",
        "max-steps",
        "pending",
        "stopped",
        "failed",
        "aborted",
        "aborted by a tool",
        "aborted in a tool",
        "trimmed",
        "refused",
        "reported",
        "several at a time",
        "too long for ever",
        "dropped",
        "not approved for a failure",
    ] {
        assert!(happened.contains(what), "never happened: {what}");
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Message {
    System,
    User,
    Words,
    /// The ids of the calls that the loop has to settle.
    Turn(Vec<String>),
    Result(String),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Failed {
    Aborted,
    TooLong,
    Other,
    Approval,
}

struct Simulated {
    world: Rc<World>,
    dice: Dice,
    signal: Rc<Signal>,
    watchers: Arc<Watchers>,
    rules: Rules,
    calls: Cell<usize>,
    running: Cell<usize>,
    answers: Cell<usize>,
    asks: Cell<usize>,
    overflows: Cell<usize>,
    runs: RefCell<BTreeMap<String, usize>>,
    settled: RefCell<Vec<String>>,
    happened: RefCell<BTreeSet<&'static str>>,
    /// Limit of the messages that the model accepts.
    room: usize,
    tools_seldom_end: bool,
}

impl Simulated {
    fn did(&self, what: &'static str) {
        self.happened.borrow_mut().insert(what);
    }

    fn must_go_on(&self, what: &str) {
        if self.signal.is_aborted.get() {
            self.world.problem(format!("{what} after the end of the run"));
        }
    }
}

impl Agent for Simulated {
    type Message = Message;
    type Answer = usize;
    type Arguments = ();
    type Output = String;
    type Error = Failed;

    fn check(&self) -> Result<(), Failed> {
        if self.signal.is_aborted.get() { Err(Failed::Aborted) } else { Ok(()) }
    }

    async fn ended(&self) -> Failed {
        let watch =
            Watch { watchers: Arc::clone(&self.watchers), number: self.watchers.next.fetch_add(1, Relaxed) };
        poll_fn(|context| {
            if self.signal.is_aborted.get() {
                return Poll::Ready(Failed::Aborted);
            }
            watch.set(context.waker());
            Poll::Pending
        })
        .await
    }

    async fn ask(&self, step: usize, history: &[Message]) -> Result<Reply<Self>, Failed> {
        self.must_go_on("the model is asked");
        self.asks.set(self.asks.get() + 1);
        if step != self.answers.get() || step >= self.rules.max_steps {
            self.world.problem(format!("step {step} is asked for after {} answers", self.answers.get()));
        }
        self.world.until(self.world.now() + self.dice.ms(40)).await;
        if history.len() > self.room {
            self.overflows.set(self.overflows.get() + 1);
            return Err(Failed::TooLong);
        }
        if self.dice.chance(3) {
            return Err(Failed::Other);
        }
        self.answers.set(step + 1);
        let mut calls = Vec::new();
        if !self.dice.chance(15) {
            for _ in 0..1 + self.dice.below(6) {
                self.calls.set(self.calls.get() + 1);
                let action = match self.dice.below(20) {
                    0 | 1 => Action::Report("wrong".to_owned()),
                    2 if step > 1 => Action::Leave,
                    _ => Action::Run(()),
                };
                calls.push(Call { id: format!("id{}", self.calls.get()), name: "f".to_owned(), action });
            }
        }
        let own = calls.iter().filter(|call| !matches!(call.action, Action::Leave));
        let message = Message::Turn(own.map(|call| call.id.clone()).collect());
        Ok(Reply { answer: step, message, calls })
    }

    fn is_overflow(&self, error: &Failed) -> bool {
        *error == Failed::TooLong
    }

    fn measure(&self, message: &Message) -> Measured {
        let role = match message {
            Message::System => Role::System,
            Message::User => Role::User,
            Message::Words | Message::Turn(_) => Role::Assistant,
            Message::Result(_) => Role::Tool,
        };
        Measured { role, tokens: 1.0 }
    }

    async fn room(&self) -> Option<f64> {
        self.room.is_multiple_of(2).then_some(self.room as f64)
    }

    async fn approve(&self, _call: &Call<()>) -> Result<Approval, Failed> {
        self.must_go_on("approval is asked for");
        if self.dice.chance(30) {
            self.world.until(self.world.now() + self.dice.ms(20)).await;
        }
        match self.dice.below(100) {
            0 => Err(Failed::Approval),
            1..10 => {
                self.did("refused");
                Ok(Approval::Refused(None))
            }
            _ => Ok(Approval::Granted),
        }
    }

    async fn run(&self, call: &Call<()>, (): &(), history: &[Message]) -> String {
        self.must_go_on("a tool begins");
        if !matches!(history.last(), Some(Message::Turn(ids)) if ids.contains(&call.id)) {
            self.world.problem("a tool does not see the turn that has called it");
        }
        *self.runs.borrow_mut().entry(call.id.clone()).or_default() += 1;
        self.running.set(self.running.get() + 1);
        let _running = Running(&self.running);
        if self.running.get() > 1 {
            self.did("several at a time");
        }
        if self.running.get() > self.rules.concurrency.max(1) {
            self.world.problem("more tools at a time than are allowed");
        }
        match self.dice.below(100) {
            0 => {
                self.did("aborted by a tool");
                self.signal.abort(&self.world);
            }
            1..30 => {}
            _ => {
                let takes = self.dice.ms(if self.tools_seldom_end { 5_000 } else { 60 });
                self.world.until(self.world.now() + takes).await;
            }
        }
        call.id.clone()
    }

    fn report(&self, call: &Call<()>, words: &str) -> String {
        if words.contains("ended before") {
            self.did("aborted in a tool");
        }
        self.did("reported");
        call.id.clone()
    }

    fn settled(&self, call: &Call<()>, _output: &String) {
        self.settled.borrow_mut().push(call.id.clone());
    }

    fn message(&self, call: &Call<()>, output: &String) -> Message {
        if *output != call.id {
            self.world.problem("a call has another one's output");
        }
        Message::Result(call.id.clone())
    }

    async fn step(&self, run: &Run<Self>) -> Result<bool, Failed> {
        self.must_go_on("a step is reported");
        if run.steps.len() != self.answers.get() {
            self.world.problem("a step is reported twice, or never");
        }
        Ok(!self.dice.chance(4))
    }
}

/// Wakers of the current waits for the end: a dropped wait is not woken.
#[derive(Default)]
struct Watchers {
    next: AtomicUsize,
    wakers: Mutex<Vec<(usize, Waker)>>,
}

impl Watchers {
    fn take(&self) -> Vec<(usize, Waker)> {
        self.wakers.lock().map(|mut wakers| std::mem::take(&mut *wakers)).unwrap_or_default()
    }
}

impl Wake for Watchers {
    fn wake(self: Arc<Self>) {
        self.take().into_iter().for_each(|(_, waker)| waker.wake());
    }
}

struct Watch {
    watchers: Arc<Watchers>,
    number: usize,
}

impl Watch {
    fn set(&self, waker: &Waker) {
        if let Ok(mut wakers) = self.watchers.wakers.lock() {
            wakers.retain(|(number, _)| *number != self.number);
            wakers.push((self.number, waker.clone()));
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Ok(mut wakers) = self.watchers.wakers.lock() {
            wakers.retain(|(number, _)| *number != self.number);
        }
    }
}

struct Running<'a>(&'a Cell<usize>);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

fn simulate(seed: u64) -> Result<BTreeSet<&'static str>, String> {
    let (dice, world) = (Dice::new(seed, 3), World::new(seed, Skew::Exact));
    let rules = Rules { max_steps: 1 + dice.below(10), concurrency: dice.below(5), trims: dice.chance(60) };
    let (signal, watchers) = (Signal::new(), Arc::<Watchers>::default());
    signal.wakes(&Waker::from(Arc::clone(&watchers)));
    let aborted_at = dice.chance(40).then(|| dice.ms(400));
    if let Some(at) = aborted_at {
        world.abort_at(at, Rc::clone(&signal));
    }
    let dropped_at = dice.chance(5).then(|| dice.ms(200));
    if let Some(at) = dropped_at {
        world.drop_at(at, 0);
    }
    let mut history = vec![Message::System];
    for _ in 0..dice.below(4) {
        history.extend([Message::User, Message::Words]);
    }
    history.push(Message::User);
    let agent = Rc::new(Simulated {
        world: Rc::clone(&world),
        signal: Rc::clone(&signal),
        watchers: Arc::clone(&watchers),
        rules,
        calls: Cell::default(),
        running: Cell::default(),
        answers: Cell::default(),
        asks: Cell::default(),
        overflows: Cell::default(),
        runs: RefCell::default(),
        settled: RefCell::default(),
        happened: RefCell::default(),
        room: if dice.chance(40) { 2 + dice.below(20) } else { usize::MAX },
        tools_seldom_end: dice.chance(20),
        dice: Dice::new(seed, 4),
    });
    let outcome = Rc::new(RefCell::new(None));
    {
        let (agent, outcome) = (Rc::clone(&agent), Rc::clone(&outcome));
        world.spawn(0, async move {
            let mut run = Run::new(history);
            let end = run.go(&*agent, rules).await;
            let at = agent.world.now();
            *outcome.borrow_mut() = Some((end, run, at));
        });
    }
    world.run();
    signal.forget_wakers();
    world.leftovers();
    let unsettled = world.unsettled();
    world.tear_down();
    if let Some(problem) = world.problems.borrow().first() {
        return Err(problem.clone());
    }
    if !unsettled.is_empty() {
        return Err("it never settles".to_owned());
    }
    let outcome = outcome.take();
    let Some((end, run, settled_at)) = outcome else {
        agent.did("dropped");
        return if dropped_at.is_some() { Ok(agent.happened.take()) } else { Err("it is lost".to_owned()) };
    };
    check(&agent, &end, &run, settled_at, aborted_at)?;
    Ok(agent.happened.take())
}

fn check(
    agent: &Simulated,
    end: &Result<End, Failed>,
    run: &Run<Simulated>,
    settled_at: f64,
    aborted_at: Option<f64>,
) -> Result<(), String> {
    let wrong = |why: String| Err(format!("{why}: {end:?}"));
    if agent.running.get() > 0 {
        return wrong("a tool goes on although the run is over".to_owned());
    }
    if agent.asks.get() != agent.answers.get() + agent.overflows.get() + usize::from(unanswered(agent, end)) {
        return wrong(format!("{} requests for {} answers", agent.asks.get(), agent.answers.get()));
    }
    if agent.runs.borrow().values().any(|runs| *runs > 1) {
        return wrong("a call is run twice".to_owned());
    }
    if !agent.rules.trims && (!run.dropped.is_empty() || agent.overflows.get() > 1) {
        return wrong("the conversation is shortened unasked".to_owned());
    }
    if !run.dropped.is_empty() {
        agent.did("trimmed");
        if run.dropped.contains(&Message::System) {
            return wrong("a message of the system's is dropped".to_owned());
        }
    }
    transcript(run).or_else(wrong)?;
    let outputs = run.steps.iter().flat_map(|step| step.calls.iter().zip(&step.outputs));
    for (call, output) in outputs {
        if output.is_some() == matches!(call.action, Action::Leave) {
            return wrong(format!("{} has no output, or one too many", call.id));
        }
    }
    let is_last = |leaves: fn(&Action<()>) -> bool| {
        run.steps.last().is_some_and(|step| step.calls.iter().any(|call| leaves(&call.action)))
    };
    match end {
        Ok(End::Answered) => {
            agent.did("answered");
            if is_last(|_| true) {
                return wrong("it ends with calls".to_owned());
            }
        }
        Ok(End::MaxSteps) => {
            agent.did("max-steps");
            if run.steps.len() != agent.rules.max_steps {
                return wrong(format!("{} steps of {}", run.steps.len(), agent.rules.max_steps));
            }
        }
        Ok(End::Pending) => {
            agent.did("pending");
            if !is_last(|action| matches!(action, Action::Leave)) {
                return wrong("nothing is left to the caller".to_owned());
            }
        }
        Ok(End::Stopped) => agent.did("stopped"),
        Err(Failed::Aborted) => {
            agent.did("aborted");
            if !agent.signal.is_aborted.get() {
                return wrong("nobody has aborted it".to_owned());
            }
            // Aborted by a tool, or at the planned time; it must settle at once.
            let by_tool = agent.happened.borrow().contains("aborted by a tool");
            if !by_tool && aborted_at != Some(settled_at) {
                return wrong(format!("aborted at {aborted_at:?}, settled at {settled_at}"));
            }
        }
        Err(Failed::TooLong) => agent.did("too long for ever"),
        Err(Failed::Other) => agent.did("failed"),
        Err(Failed::Approval) => agent.did("not approved for a failure"),
    }
    Ok(())
}

/// True if the last request was never answered.
fn unanswered(agent: &Simulated, end: &Result<End, Failed>) -> bool {
    match end {
        Err(Failed::Other) => true,
        Err(Failed::Aborted) => agent.asks.get() > agent.answers.get() + agent.overflows.get(),
        _ => false,
    }
}

/// Checks that each call has one result, directly after its message, in the order of the calls, and that
/// there is nothing else.
fn transcript(run: &Run<Simulated>) -> Result<(), String> {
    let mut messages = run.history.iter().peekable();
    while let Some(message) = messages.next() {
        match message {
            Message::Turn(ids) => {
                for id in ids {
                    if messages.next() != Some(&Message::Result(id.clone())) {
                        return Err(format!("the result of {id} is not where it belongs"));
                    }
                }
            }
            Message::Result(id) => return Err(format!("{id} has a result too many")),
            Message::System | Message::User | Message::Words => {}
        }
    }
    Ok(())
}
