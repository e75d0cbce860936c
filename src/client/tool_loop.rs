//! A model that calls tools: asked, its calls run, their results given back to it, until it answers with words.
//!
//! ```text
//! ask ── calls ── approved? ── run, some at a time ── results into the history, in the order of the calls ── ask again
//! ```
//!
//! What always holds, and is tried in simulated time (`tests/simulation/tools.rs`):
//! - A run settles as soon as it has to end; nothing is asked and no tool begins after that.
//! - The model is asked at most as often as the rules allow. What it has answered is never asked for again. Only a request that was refused because
//!   the conversation is too long is made again, shorter, and only where the caller has allowed that.
//! - At most so many tools run at a time as the rules allow.
//! - Each call has one result in the history, right behind the turn that has made it, in the order of the calls, also in a run that has failed; but for calls
//!   whose results are the caller's to give.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use crate::tasks::tools::reports;
use crate::tasks::tools::trim::{Measured, trim};

/// Of a conversation that is too long so much may stay where nobody knows how much is allowed.
const STAYS: f64 = 0.75;

/// What the loop needs of whoever runs it.
#[expect(async_fn_in_trait, reason = "all of it lives on one thread: no future has to be Send")]
pub trait Agent: Sized {
    /// A message of the conversation.
    type Message: Clone;
    /// What a model has answered.
    type Answer;
    /// The arguments of a call.
    type Arguments;
    /// What the model and the caller get of a tool, be it a failure.
    type Output;
    /// Why a run fails.
    type Error;

    /// Fails once the run has to end before its time.
    fn check(&self) -> Result<(), Self::Error>;
    /// Waits for that.
    async fn ended(&self) -> Self::Error;

    /// Asks the model, in a step counted from 0.
    async fn ask(&self, step: usize, history: &[Self::Message]) -> Result<Reply<Self>, Self::Error>;
    /// Was the request refused, with nothing done, because the conversation is too long?
    fn is_overflow(&self, error: &Self::Error) -> bool;
    /// How long a message is.
    fn measure(&self, message: &Self::Message) -> Measured;
    /// How long all messages may be, where that is known.
    async fn room(&self) -> Option<f64>;

    /// May a call be run? `Err`: whoever decides has failed.
    async fn approve(&self, call: &Call<Self::Arguments>) -> Result<Approval, Self::Error>;
    /// Runs a tool. What it throws is an output that says so.
    async fn run(
        &self,
        call: &Call<Self::Arguments>,
        arguments: &Self::Arguments,
        history: &[Self::Message],
    ) -> Self::Output;
    /// The output of a call that was not run: it reports why.
    fn report(&self, call: &Call<Self::Arguments>, words: &str) -> Self::Output;
    /// An output is there; the others of its step may not be.
    fn settled(&self, call: &Call<Self::Arguments>, output: &Self::Output);
    /// The message that gives an output back to the model.
    fn message(&self, call: &Call<Self::Arguments>, output: &Self::Output) -> Self::Message;
    /// A step is over, the last of the run. Shall it go on?
    async fn step(&self, run: &Run<Self>) -> Result<bool, Self::Error>;
}

/// What is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// The model is asked at most so often.
    pub max_steps: usize,
    /// At most so many tools run at a time.
    pub concurrency: usize,
    /// May the oldest turns go where the conversation is too long?
    pub trims: bool,
}

/// What a model has answered.
pub struct Reply<A: Agent> {
    /// All of it.
    pub answer: A::Answer,
    /// Its turn in the history.
    pub message: A::Message,
    /// Its calls.
    pub calls: Vec<Call<A::Arguments>>,
}

/// A call.
#[derive(Debug, Clone)]
pub struct Call<Arguments> {
    /// Unique in the conversation.
    pub id: String,
    /// The caller's name of the tool.
    pub name: String,
    /// What is to be done.
    pub action: Action<Arguments>,
}

/// What is to be done with a call.
#[derive(Debug, Clone)]
pub enum Action<Arguments> {
    /// The tool is run.
    Run(Arguments),
    /// It is wrong, which is reported to the model.
    Report(String),
    /// The tool is the caller's to run.
    Leave,
}

/// Whether a call may be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Approval {
    /// It may.
    Granted,
    /// It may not; perhaps with a reason, which is reported to the model.
    Refused(Option<String>),
}

/// A step: one answer and what became of its calls.
pub struct Step<A: Agent> {
    /// The answer.
    pub answer: A::Answer,
    /// Its calls.
    pub calls: Vec<Call<A::Arguments>>,
    /// Their outputs; none for those that are the caller's.
    pub outputs: Vec<Option<A::Output>>,
    /// How many messages of the history were sent.
    pub history_length: usize,
}

/// A run so far. Also of one that fails it is whole: the history can be gone on with.
pub struct Run<A: Agent> {
    /// The conversation.
    pub history: Vec<A::Message>,
    /// The steps.
    pub steps: Vec<Step<A>>,
    /// Messages that had to go, the oldest first.
    pub dropped: Vec<A::Message>,
}

/// Why a run has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The model has answered without calls.
    Answered,
    /// The model was asked as often as it may.
    MaxSteps,
    /// Some calls are the caller's to run.
    Pending,
    /// The caller wanted it.
    Stopped,
}

impl End {
    /// Its public word.
    pub const fn name(self) -> &'static str {
        match self {
            End::Answered => "answer",
            End::MaxSteps => "max-steps",
            End::Pending => "pending",
            End::Stopped => "stopped",
        }
    }
}

impl<A: Agent> Run<A> {
    /// Of a conversation that the model is to answer.
    pub fn new(history: Vec<A::Message>) -> Self {
        Self { history, steps: Vec::new(), dropped: Vec::new() }
    }

    /// Runs to the end.
    pub async fn go(&mut self, agent: &A, rules: Rules) -> Result<End, A::Error> {
        while self.steps.len() < rules.max_steps {
            let Reply { answer, message, calls } = self.ask(agent, rules).await?;
            let history_length = self.history.len();
            self.history.push(message);
            let outputs = calls.iter().map(|_| None).collect();
            self.steps.push(Step { answer, calls, outputs, history_length });
            let outcome = self.settle(agent, rules).await;
            self.complete(agent, outcome.is_err());
            outcome?;
            let step = self.steps.last();
            let is_answer = step.is_none_or(|step| step.calls.is_empty());
            let leaves =
                step.is_some_and(|step| step.calls.iter().any(|call| matches!(call.action, Action::Leave)));
            let goes_on = until(agent, agent.step(self)).await??;
            match () {
                () if is_answer => return Ok(End::Answered),
                () if leaves => return Ok(End::Pending),
                () if !goes_on => return Ok(End::Stopped),
                () => {}
            }
        }
        Ok(End::MaxSteps)
    }

    async fn ask(&mut self, agent: &A, rules: Rules) -> Result<Reply<A>, A::Error> {
        loop {
            let error = match until(agent, agent.ask(self.steps.len(), &self.history)).await? {
                Err(error) if rules.trims && agent.is_overflow(&error) => error,
                outcome => return outcome,
            };
            let measured: Vec<Measured> = self.history.iter().map(|message| agent.measure(message)).collect();
            let length: f64 = measured.iter().map(|message| message.tokens).sum();
            let room = until(agent, agent.room()).await?;
            let limit = room.unwrap_or(f64::INFINITY).min(length * STAYS);
            let dropped = trim(&measured, limit, 1).dropped;
            if dropped.is_empty() {
                return Err(error);
            }
            let mut place = 0;
            self.history.retain(|message| {
                let goes = dropped.binary_search(&place).is_ok();
                if goes {
                    self.dropped.push(message.clone());
                }
                place += 1;
                !goes
            });
        }
    }

    /// Gets the outputs of the last step's calls.
    async fn settle(&mut self, agent: &A, rules: Rules) -> Result<(), A::Error> {
        let Some(step) = self.steps.last_mut() else { return Ok(()) };
        let calls = &step.calls;
        let outputs = RefCell::new(&mut step.outputs);
        let put = |place: usize, call: &Call<A::Arguments>, output: A::Output| {
            agent.settled(call, &output);
            if let Some(slot) = outputs.borrow_mut().get_mut(place) {
                *slot = Some(output);
            }
        };
        let mut approved = Vec::new();
        for (place, call) in calls.iter().enumerate() {
            match &call.action {
                Action::Leave => {}
                Action::Report(words) => put(place, call, agent.report(call, words)),
                Action::Run(arguments) => match until(agent, agent.approve(call)).await?? {
                    Approval::Granted => approved.push((place, call, arguments)),
                    Approval::Refused(reason) => {
                        put(place, call, agent.report(call, &reports::refused(reason.as_deref())));
                    }
                },
            }
        }
        let history = self.history.as_slice();
        let work = |(place, call, arguments): (usize, _, _)| {
            let work: Pin<Box<dyn Future<Output = A::Output> + '_>> =
                Box::pin(agent.run(call, arguments, history));
            (place, call, work)
        };
        let mut waiting = approved.into_iter().map(work);
        let mut running = Vec::new();
        let mut ended = pin!(agent.ended());
        poll_fn(|context| {
            loop {
                let mut is_idle = true;
                while running.len() < rules.concurrency.max(1)
                    && let Some(next) = waiting.next()
                {
                    running.push(next);
                    is_idle = false;
                }
                let mut at = 0;
                while at < running.len() {
                    // A tool's own work may have ended the run.
                    agent.check()?;
                    if let Poll::Ready(error) = ended.as_mut().poll(context) {
                        return Poll::Ready(Err(error));
                    }
                    let (_, _, work) = &mut running[at];
                    match work.as_mut().poll(context) {
                        Poll::Ready(output) => {
                            let (place, call, _) = running.remove(at);
                            put(place, call, output);
                            is_idle = false;
                        }
                        Poll::Pending => at += 1,
                    }
                }
                if is_idle {
                    return if running.is_empty() { Poll::Ready(agent.check()) } else { Poll::Pending };
                }
            }
        })
        .await
    }

    /// Gives every call its result in the history.
    fn complete(&mut self, agent: &A, is_broken: bool) {
        let Some(step) = self.steps.last_mut() else { return };
        for (call, output) in step.calls.iter().zip(&mut step.outputs) {
            if output.is_none() && is_broken && !matches!(call.action, Action::Leave) {
                *output = Some(agent.report(call, &reports::interrupted()));
            }
            if let Some(output) = output {
                self.history.push(agent.message(call, output));
            }
        }
    }
}

/// Waits for something, or for the end of the run, which goes first.
async fn until<A: Agent, T>(agent: &A, work: impl Future<Output = T>) -> Result<T, A::Error> {
    let (mut work, mut ended) = (pin!(work), pin!(agent.ended()));
    poll_fn(|context| {
        agent.check()?;
        if let Poll::Ready(error) = ended.as_mut().poll(context) {
            return Poll::Ready(Err(error));
        }
        let polled = work.as_mut().poll(context);
        // What the work has set off may have ended the run meanwhile.
        agent.check()?;
        polled.map(Ok)
    })
    .await
}
