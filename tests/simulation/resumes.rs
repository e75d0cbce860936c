//! Streams that are resumed: whatever the connections do, each event is emitted once, in order, and no read
//! waits without end.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use workers_ai_wasm::client::resume::{Resumed, Wire};

use crate::dice::Dice;
use crate::world::{Skew, World};

/// The end of a read or a connection.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Ended {
    Broken,
    ByCaller,
    Gone,
}

/// Runs this many seeds.
pub fn run_all(seeds: u64) {
    let (mut resumed, mut whole, mut failed) = (0, 0, 0);
    for seed in 0..seeds {
        match run(seed) {
            Ok((connections, outcome)) => {
                resumed += usize::from(connections > 1);
                whole += usize::from(outcome.is_ok());
                failed += usize::from(outcome.is_err());
            }
            Err(problem) => panic!("seed {seed} of the resumed streams: {problem}"),
        }
    }
    // Detects rules that are never exercised.
    assert!(
        [resumed, whole, failed].iter().all(|count| *count as u64 > seeds / 20),
        "{resumed} {whole} {failed}"
    );
}

/// The service: a run whose events it stores while generating them, and connections of every kind.
struct Service {
    world: Rc<World>,
    dice: Dice,
    events: Vec<Vec<u8>>,
    /// The time at which each event is available.
    made_at: Vec<f64>,
    /// Percentage of the connections that end early.
    frail: usize,
    /// The run is deleted at this time.
    gone_at: f64,
    abort_at: f64,
}

/// One connection: the bytes to send, the time of each part, and its end.
struct Connection {
    parts: Vec<(f64, Vec<u8>)>,
    end: Option<Ended>,
}

impl Service {
    fn new(seed: u64, world: &Rc<World>) -> Self {
        let dice = Dice::new(seed, 7);
        let count = dice.below(12);
        let mut events: Vec<Vec<u8>> = (0..count).map(|number| event(&dice, number)).collect();
        if dice.chance(90) {
            events.push(dice.pick(&[&b"data: [DONE]\n\n"[..], b"data: [DONE]\r\n\r\n"]).to_vec());
        }
        let mut at = 0.0;
        let made_at = events
            .iter()
            .map(|_| {
                at += if dice.chance(70) { dice.ms(20) } else { dice.ms(3_000) };
                at
            })
            .collect();
        let gone_at = if dice.chance(10) { dice.ms(20_000) } else { f64::INFINITY };
        let abort_at = if dice.chance(10) { dice.ms(5_000) } else { f64::INFINITY };
        let frail = dice.pick(&[0, 30, 60, 95]);
        Self { world: Rc::clone(world), dice, events, made_at, frail, gone_at, abort_at }
    }

    fn connect(&self, from: usize) -> Connection {
        let dice = &self.dice;
        let is_frail = dice.chance(self.frail);
        let all: usize = self.events[from..].iter().map(Vec::len).sum();
        // It usually sends something, sometimes only a part of an event.
        let mut left = match is_frail {
            true if dice.chance(20) => dice.below(8),
            true => dice.below(all + 1),
            false => usize::MAX,
        };
        let end = is_frail.then(|| dice.pick(&[Some(Ended::Broken), Some(Ended::Broken), None])).flatten();
        let mut parts = Vec::new();
        for (event, made_at) in self.events[from..].iter().zip(&self.made_at[from..]) {
            let mut event = &event[..left.min(event.len())];
            left -= event.len().min(left);
            while !event.is_empty() {
                let size = 1 + dice.below(if dice.chance(50) { 4 } else { 200 });
                let (part, rest) = event.split_at(size.min(event.len()));
                parts.push((*made_at, part.to_vec()));
                event = rest;
            }
        }
        parts.reverse();
        Connection { parts, end }
    }

    /// Waits until a time, or for the caller's end.
    async fn until(&self, at: f64) -> Result<(), Ended> {
        self.world.until(at.min(self.abort_at).max(self.world.now())).await;
        if self.world.now() >= self.abort_at { Err(Ended::ByCaller) } else { Ok(()) }
    }
}

/// An event in any form of the framing.
fn event(dice: &Dice, number: usize) -> Vec<u8> {
    let end = dice.pick(&["\n", "\n", "\n", "\r\n", "\r"]);
    let mut lines = Vec::new();
    if dice.chance(20) {
        lines.push(": ping".to_owned());
    }
    if dice.chance(20) {
        lines.push(format!("id: {number}"));
    }
    if dice.chance(85) || lines.is_empty() {
        let text =
            dice.pick(&["", "a", "é語🦀", "{}", "[1]", "x\\n", "a rather long text, longer than a part"]);
        lines.push(format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{text}{number}\"}}}}]}}"));
    }
    if dice.chance(10) {
        lines.push("data: ".to_owned());
    }
    lines.push(String::new());
    lines.iter().flat_map(|line| [line.as_str(), end]).collect::<String>().into_bytes()
}

/// The client's side.
struct Client {
    service: Rc<Service>,
    connection: Connection,
    requested: Rc<RefCell<Vec<u64>>>,
}

impl Wire for Client {
    type Error = Ended;

    async fn read(&mut self) -> Result<Option<Vec<u8>>, Ended> {
        let Some((at, part)) = self.connection.parts.pop() else {
            return self.connection.end.map_or(Ok(None), Err);
        };
        self.service.until(at).await?;
        Ok(Some(part))
    }

    fn is_broken(&self, error: &Ended) -> bool {
        *error == Ended::Broken
    }

    async fn connect(&mut self, events: u64) -> Result<(), Ended> {
        self.requested.borrow_mut().push(events);
        self.service.until(self.service.world.now() + self.service.dice.ms(200)).await?;
        if self.service.world.now() >= self.service.gone_at {
            return Err(Ended::Gone);
        }
        self.connection = self.service.connect(usize::try_from(events).unwrap_or(usize::MAX));
        Ok(())
    }

    async fn sleep(&mut self, ms: f64) -> bool {
        self.service.until(self.service.world.now() + ms).await.is_ok()
    }

    fn random(&self) -> f64 {
        self.service.dice.unit()
    }
}

type Outcome = Result<(), Ended>;

fn run(seed: u64) -> Result<(usize, Outcome), String> {
    let world = World::new(seed, Skew::Exact);
    let service = Rc::new(Service::new(seed, &world));
    let requested = Rc::new(RefCell::new(Vec::new()));
    let client = Client {
        service: Rc::clone(&service),
        connection: service.connect(0),
        requested: Rc::clone(&requested),
    };
    let (got, outcome) = (Rc::new(RefCell::new(Vec::new())), Rc::new(Cell::new(None)));
    let (into, settled) = (Rc::clone(&got), Rc::clone(&outcome));
    world.spawn(0, async move {
        let mut resumed = Resumed::new(client);
        settled.set(Some(loop {
            match resumed.next().await {
                Ok(Some(bytes)) => into.borrow_mut().extend_from_slice(&bytes),
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        }));
    });
    world.run();
    world.tear_down();
    let outcome = outcome.get().ok_or("it never ends")?;
    let (got, whole) = (got.borrow(), service.events.concat());
    if !whole.starts_with(&got) {
        return Err(format!(
            "{:?} came of {:?}",
            String::from_utf8_lossy(&got),
            String::from_utf8_lossy(&whole)
        ));
    }
    let is_gone = service.gone_at.is_finite();
    if outcome.is_ok() && *got != whole && !is_gone && service.frail == 0 {
        return Err("an end came before all events did".to_owned());
    }
    if outcome == Err(Ended::Gone) {
        return Err("the failure is not that of the connection that broke".to_owned());
    }
    // Whole events were counted: each request starts at the first one that is missing.
    let mut ends = vec![0];
    for event in &service.events {
        ends.push(ends.last().unwrap_or(&0) + event.len());
    }
    for events in requested.borrow().iter() {
        let end = usize::try_from(*events).ok().and_then(|events| ends.get(events));
        if end.is_none_or(|end| *end > got.len()) {
            return Err(format!("it asks for what is behind {events} events"));
        }
    }
    Ok((1 + requested.borrow().len(), outcome))
}
