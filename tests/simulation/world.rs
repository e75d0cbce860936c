//! Virtual time, the tasks that run in it, and the recorded events.
//!
//! A task is polled only after its waker was woken: a lost wakeup is a task that never ends. Only the seed
//! determines the order of woken tasks.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};

use workers_ai_wasm::client::Lifetime;

use crate::dice::Dice;
use crate::host::{Connection, SimulatedHost};
use crate::scenario::{Facts, Signal};
use crate::trace::{Entry, What};

/// More polls than any seed needs: a task that is still active then never ends.
const MOST_POLLS: usize = 200_000;

type Task = Pin<Box<dyn Future<Output = ()>>>;

pub struct TaskWaker(AtomicBool);

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Relaxed);
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Relaxed);
    }
}

struct Slot {
    task: Option<Task>,
    waker: Arc<TaskWaker>,
    caller: usize,
}

enum Happening {
    Timer(usize),
    Wake(Waker),
    Abort(Rc<Signal>),
    /// The caller drops its futures.
    Drop(usize),
}

struct Scheduled {
    at: f64,
    order: u64,
    what: Happening,
}

impl PartialEq for Scheduled {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Scheduled {}
impl PartialOrd for Scheduled {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Scheduled {
    /// Reversed, since a heap returns the greatest element.
    fn cmp(&self, other: &Self) -> Ordering {
        other.at.total_cmp(&self.at).then(other.order.cmp(&self.order))
    }
}

/// A timer that has been started, and neither cleared nor fired.
struct Running {
    call: usize,
    of: Weak<Lifetime<SimulatedHost>>,
}

/// The precision of the platform's timers.
#[derive(Clone, Copy, Debug)]
pub enum Skew {
    Exact,
    /// Up to this many milliseconds early.
    Early(f64),
    /// Up to this many milliseconds late.
    Late(f64),
}

pub struct World {
    pub seed: u64,
    now: Cell<f64>,
    order: Cell<u64>,
    happenings: RefCell<BinaryHeap<Scheduled>>,
    slots: RefCell<Vec<Slot>>,
    timers: RefCell<Vec<Option<Running>>>,
    /// The call whose code runs.
    pub current: Cell<usize>,
    pub calls: RefCell<Vec<Rc<Facts>>>,
    pub connections: RefCell<Vec<Rc<Connection>>>,
    pub trace: RefCell<Vec<Entry>>,
    /// Violations of rules that are checked immediately.
    pub problems: RefCell<Vec<String>>,
    pub skew: Skew,
    dice: Dice,
}

impl World {
    pub fn new(seed: u64, skew: Skew) -> Rc<Self> {
        Rc::new(Self {
            seed,
            now: Cell::new(0.0),
            order: Cell::new(0),
            happenings: RefCell::default(),
            slots: RefCell::default(),
            timers: RefCell::default(),
            current: Cell::new(0),
            calls: RefCell::default(),
            connections: RefCell::default(),
            trace: RefCell::default(),
            problems: RefCell::default(),
            skew,
            dice: Dice::new(seed, 1),
        })
    }

    pub fn now(&self) -> f64 {
        self.now.get()
    }

    pub fn dice(&self) -> &Dice {
        &self.dice
    }

    /// The maximum lateness of a timer.
    pub fn late(&self) -> f64 {
        match self.skew {
            Skew::Late(ms) => ms,
            _ => 0.0,
        }
    }

    pub fn facts(&self) -> Rc<Facts> {
        Rc::clone(&self.calls.borrow()[self.current.get()])
    }

    pub fn record(&self, what: What) {
        self.record_of(self.current.get(), what);
    }

    pub fn record_of(&self, call: usize, what: What) {
        self.trace.borrow_mut().push(Entry { at: self.now(), call, what });
    }

    pub fn problem(&self, text: impl Into<String>) {
        self.problems.borrow_mut().push(text.into());
    }

    fn schedule(&self, at: f64, what: Happening) {
        let order = self.order.get();
        self.order.set(order + 1);
        self.happenings.borrow_mut().push(Scheduled { at, order, what });
    }

    pub fn wake_at(&self, at: f64, waker: Waker) {
        self.schedule(at, Happening::Wake(waker));
    }

    pub fn abort_at(&self, at: f64, signal: Rc<Signal>) {
        self.schedule(at, Happening::Abort(signal));
    }

    pub fn drop_at(&self, at: f64, caller: usize) {
        self.schedule(at, Happening::Drop(caller));
    }

    /// Waits until a time; until the end of the simulation if it is infinite.
    pub fn until(self: &Rc<Self>, at: f64) -> Until {
        Until { world: Rc::clone(self), at, scheduled: false }
    }

    pub fn start_timer(&self, ms: f64, of: Weak<Lifetime<SimulatedHost>>) -> usize {
        let skew = match self.skew {
            Skew::Exact => 0.0,
            Skew::Early(most) => -most * self.dice.unit(),
            Skew::Late(most) => most * self.dice.unit(),
        };
        let mut timers = self.timers.borrow_mut();
        timers.push(Some(Running { call: self.current.get(), of }));
        let timer = timers.len() - 1;
        self.schedule((self.now() + ms + skew).max(self.now()), Happening::Timer(timer));
        timer
    }

    pub fn clear_timer(&self, timer: usize) {
        self.timers.borrow_mut()[timer] = None;
    }

    /// The running timers of a call.
    pub fn timers_of(&self, call: usize) -> usize {
        self.timers.borrow().iter().flatten().filter(|timer| timer.call == call).count()
    }

    pub fn spawn(&self, caller: usize, task: impl Future<Output = ()> + 'static) {
        let waker = Arc::new(TaskWaker(AtomicBool::new(true)));
        self.slots.borrow_mut().push(Slot { task: Some(Box::pin(task)), waker, caller });
    }

    /// Drops all tasks of a caller except for the current one.
    pub fn drop_tasks(&self, caller: usize) {
        let mut dropped = Vec::new();
        for slot in self.slots.borrow_mut().iter_mut().filter(|slot| slot.caller == caller) {
            dropped.push(slot.task.take());
        }
    }

    /// Runs until nothing is pending.
    pub fn run(self: &Rc<Self>) {
        let mut polls = 0;
        loop {
            while let Some(place) = self.woken() {
                polls += 1;
                if polls > MOST_POLLS {
                    return self.problem("the tasks never come to rest");
                }
                self.poll(place);
            }
            let next = self.happenings.borrow_mut().pop();
            let Some(Scheduled { at, what, .. }) = next else { return };
            self.now.set(at.max(self.now()));
            match what {
                Happening::Timer(timer) => self.fire(timer),
                Happening::Wake(waker) => waker.wake(),
                Happening::Abort(signal) => signal.abort(self),
                Happening::Drop(caller) => self.drop_tasks(caller),
            }
        }
    }

    /// One of the woken tasks.
    fn woken(&self) -> Option<usize> {
        let slots = self.slots.borrow();
        let start = if slots.len() > 1 { self.dice.below(slots.len()) } else { 0 };
        (0..slots.len())
            .map(|step| (start + step) % slots.len())
            .find(|place| slots[*place].task.is_some() && slots[*place].waker.0.load(Relaxed))
    }

    fn poll(&self, place: usize) {
        let (mut task, waker) = {
            let mut slots = self.slots.borrow_mut();
            let slot = &mut slots[place];
            slot.waker.0.store(false, Relaxed);
            let Some(task) = slot.task.take() else { return };
            (task, Arc::clone(&slot.waker))
        };
        let done = task.as_mut().poll(&mut Context::from_waker(&Waker::from(waker))).is_ready();
        if !done {
            self.slots.borrow_mut()[place].task = Some(task);
        }
    }

    fn fire(&self, timer: usize) {
        let (call, of) = match &self.timers.borrow()[timer] {
            Some(running) => (running.call, running.of.clone()),
            None => return,
        };
        self.clear_timer(timer);
        let before = self.current.replace(call);
        match of.upgrade() {
            Some(lifetime) => {
                self.record(What::TimerFired);
                lifetime.on_timer();
            }
            None => self.problem("a timer fired for a call that is gone"),
        }
        self.current.set(before);
    }

    /// Callers whose tasks have not ended.
    pub fn unsettled(&self) -> Vec<usize> {
        self.slots.borrow().iter().filter(|slot| slot.task.is_some()).map(|slot| slot.caller).collect()
    }

    /// Checks for leftovers when everything has ended.
    pub fn leftovers(&self) {
        if self.timers.borrow().iter().any(Option::is_some) {
            self.problem("a timer is left when everything is over");
        }
        if self.slots.borrow().iter().any(|slot| Arc::strong_count(&slot.waker) > 1) {
            self.problem("a waker is left when everything is over");
        }
    }

    /// Breaks reference cycles.
    pub fn tear_down(&self) {
        self.slots.take();
        self.happenings.take();
        for connection in self.connections.take() {
            connection.tear_down();
        }
        for facts in self.calls.take() {
            facts.signal.tear_down();
        }
    }
}

/// See [`World::until`].
pub struct Until {
    world: Rc<World>,
    at: f64,
    scheduled: bool,
}

impl Future for Until {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.world.now() >= self.at {
            return Poll::Ready(());
        }
        if !self.scheduled && self.at.is_finite() {
            self.scheduled = true;
            self.world.wake_at(self.at, context.waker().clone());
        }
        Poll::Pending
    }
}

/// Runs a future as a call: events of the host are recorded for that call.
pub struct As<F> {
    pub world: Rc<World>,
    pub call: usize,
    pub future: Pin<Box<F>>,
}

impl<F: Future> Future for As<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let before = self.world.current.replace(self.call);
        let outcome = self.future.as_mut().poll(context);
        self.world.current.set(before);
        outcome
    }
}
