//! The tool loop: calls a model, runs its tool calls, and returns their results to it, until it answers
//! without calls.
//!
//! ```text
//! ask ── calls ── approved? ── run, several at a time ── results into the history, in call order ── ask again
//! ```
//!
//! Invariants, tested in simulated time (`tests/simulation/tools.rs`):
//! - A run settles as soon as it is ended; after that no request is made and no tool starts.
//! - The model is called at most `max_steps` times. An answered request is never repeated. Only a request
//!   that was rejected because the conversation is too long is repeated, shortened, and only if the caller
//!   has allowed that.
//! - At most `concurrency` tools run at a time.
//! - Each call has one result in the history, directly after its assistant message, in the order of the
//!   calls, also in a failed run; except for calls whose results the caller provides.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use crate::tasks::tools::reports;
use crate::tasks::tools::trim::{Measured, trim};

/// The share of a too long conversation that is kept if the limit is unknown.
const KEPT_SHARE: f64 = 0.75;

/// The interface of the tool loop to its environment.
#[expect(async_fn_in_trait, reason = "all of it lives on one thread: no future has to be Send")]
pub trait Agent: Sized {
    /// A message of the conversation.
    type Message: Clone;
    /// An answer of the model.
    type Answer;
    /// The arguments of a call.
    type Arguments;
    /// The output of a tool for the model and the caller, including failures.
    type Output;
    /// The error of a failed run.
    type Error;

    /// Fails once the run has been ended.
    fn check(&self) -> Result<(), Self::Error>;
    /// Resolves when the run is ended.
    async fn ended(&self) -> Self::Error;

    /// Calls the model, in a step counted from 0.
    async fn ask(&self, step: usize, history: &[Self::Message]) -> Result<Reply<Self>, Self::Error>;
    /// True if the request was rejected, unprocessed, because the conversation is too long.
    fn is_overflow(&self, error: &Self::Error) -> bool;
    /// The length of a message.
    fn measure(&self, message: &Self::Message) -> Measured;
    /// The limit of the length of all messages, if known.
    async fn room(&self) -> Option<f64>;

    /// Decides whether a call may be run. `Err`: the decision failed.
    async fn approve(&self, call: &Call<Self::Arguments>) -> Result<Approval, Self::Error>;
    /// Runs a tool. An exception of the tool becomes an output.
    async fn run(
        &self,
        call: &Call<Self::Arguments>,
        arguments: &Self::Arguments,
        history: &[Self::Message],
    ) -> Self::Output;
    /// The output of a call that was not run, with the reason.
    fn report(&self, call: &Call<Self::Arguments>, words: &str) -> Self::Output;
    /// Notifies that an output is available; others of its step may be pending.
    fn settled(&self, call: &Call<Self::Arguments>, output: &Self::Output);
    /// The message that returns an output to the model.
    fn message(&self, call: &Call<Self::Arguments>, output: &Self::Output) -> Self::Message;
    /// Called after a step, the last one of the run. Returns whether the run continues.
    async fn step(&self, run: &Run<Self>) -> Result<bool, Self::Error>;
}

/// The limits of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Limit of the calls of the model.
    pub max_steps: usize,
    /// Limit of tools that run at the same time.
    pub concurrency: usize,
    /// True if the oldest turns may be dropped when the conversation is too long.
    pub trims: bool,
}

/// A reply of the model.
pub struct Reply<A: Agent> {
    /// The complete answer.
    pub answer: A::Answer,
    /// Its message in the history.
    pub message: A::Message,
    /// Its tool calls.
    pub calls: Vec<Call<A::Arguments>>,
}

/// A tool call.
#[derive(Debug, Clone)]
pub struct Call<Arguments> {
    /// Unique in the conversation.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// How the call is handled.
    pub action: Action<Arguments>,
}

/// How a call is handled.
#[derive(Debug, Clone)]
pub enum Action<Arguments> {
    /// The tool is run.
    Run(Arguments),
    /// The call is invalid, which is reported to the model.
    Report(String),
    /// The caller runs the tool.
    Leave,
}

/// The decision on a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Approval {
    /// It may be run.
    Granted,
    /// It may not be run; an optional reason is reported to the model.
    Refused(Option<String>),
}

/// A step: one answer and the outputs of its calls.
pub struct Step<A: Agent> {
    /// The answer.
    pub answer: A::Answer,
    /// Its calls.
    pub calls: Vec<Call<A::Arguments>>,
    /// Their outputs; none for those that the caller runs.
    pub outputs: Vec<Option<A::Output>>,
    /// The number of messages of the history that were sent.
    pub history_length: usize,
}

/// The state of a run. It is consistent after a failure too: the history can be continued.
pub struct Run<A: Agent> {
    /// The conversation.
    pub history: Vec<A::Message>,
    /// The steps.
    pub steps: Vec<Step<A>>,
    /// Messages that were dropped, the oldest first.
    pub dropped: Vec<A::Message>,
}

/// The reason for the end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The model has answered without calls.
    Answered,
    /// The limit of steps is reached.
    MaxSteps,
    /// Some calls are left to the caller.
    Pending,
    /// The caller has stopped the run.
    Stopped,
}

impl End {
    /// Its public name.
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
    /// Begins with a conversation that the model is to answer.
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
            let limit = room.unwrap_or(f64::INFINITY).min(length * KEPT_SHARE);
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

    /// Runs the calls of the last step.
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
                    // A tool may have ended the run.
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

    /// Adds the result of every call to the history.
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

/// Waits for a future or for the end of the run, which takes precedence.
async fn until<A: Agent, T>(agent: &A, work: impl Future<Output = T>) -> Result<T, A::Error> {
    let (mut work, mut ended) = (pin!(work), pin!(agent.ended()));
    poll_fn(|context| {
        agent.check()?;
        if let Poll::Ready(error) = ended.as_mut().poll(context) {
            return Poll::Ready(Err(error));
        }
        let polled = work.as_mut().poll(context);
        // Polling may have ended the run.
        agent.check()?;
        polled.map(Ok)
    })
    .await
}
