//! The client in simulated time: a seeded service, callers that abort at any moment, and the rules for every
//! call.
//!
//! ```text
//! seed -> scenario -> callers -> client (src/client) -> host -> service's script
//!                                      \-> trace -> check: against rules, limits
//! ```
//!
//! `SIMULATION_SEEDS=1000000` runs that many seeds; `SIMULATION_SEED=4711` runs a single one and prints its
//! trace (with `-- --nocapture` also if it passes). A seed's profile, which determines its emphasis, is the
//! remainder of its number: see [`Profile`].

#![cfg(not(target_arch = "wasm32"))]

mod caller;
mod check;
mod coverage;
mod dice;
mod host;
mod jobs;
mod limits;
mod polls;
mod resumes;
mod rules;
mod scenario;
mod service;
mod tools;
mod trace;
mod turns;
mod waits;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use caller::Caller;
use host::SimulatedHost;
use scenario::{Profile, Scenario, Signal, Wait};
use world::World;

/// Default number of seeds, of all profiles together.
const SEEDS: u64 = 120_000;
/// Number of different problems after which the test stops.
const MOST_PROBLEMS: usize = 20;

/// Runs one seed; returns the violation of a rule.
fn run(seed: u64, prints: bool) -> Result<(), String> {
    run_and_look(seed, prints, |_| ())
}

/// The same, with access to the world at the end.
fn run_and_look(seed: u64, prints: bool, look: impl FnOnce(&World)) -> Result<(), String> {
    let scenario = Rc::new(Scenario::new(seed));
    let world = World::new(seed, scenario.skew);
    let outcome = catch_unwind(AssertUnwindSafe(|| simulate(&world, &scenario)));
    if prints {
        for (place, entry) in world.trace.borrow().iter().enumerate() {
            println!("{place:5} {:>12.3} call {} {:?}", entry.at, entry.call, entry.what);
        }
        for connection in world.connections.borrow().iter() {
            println!("connection {}: {:?}", connection.id, connection.script);
        }
    }
    look(&world);
    world.tear_down();
    outcome.unwrap_or_else(|panic| {
        let words = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        Err(format!("it panics: {}", words.unwrap_or("without words")))
    })
}

fn simulate(world: &Rc<World>, scenario: &Rc<Scenario>) -> Result<(), String> {
    let host = Rc::new(SimulatedHost { world: Rc::clone(world), scenario: Rc::clone(scenario) });
    let client = scenario.client(host);
    let mut signal = Signal::new();
    for (id, plan) in scenario.plans.iter().enumerate() {
        if !plan.shares_signal {
            signal = Signal::new();
        }
        if let scenario::Abort::At(at) = plan.abort {
            world.abort_at(plan.starts_at + at, Rc::clone(&signal));
        }
        if let Some(at) = plan.drops_at {
            world.drop_at(plan.starts_at + at, id);
        }
        let caller =
            Caller { id, plan: Rc::clone(plan), client: Rc::clone(&client), signal: Rc::clone(&signal) };
        world.spawn(id, caller.run());
    }
    world.run();
    give_up(world)?;
    for connection in world.connections.borrow().iter() {
        connection.forget_waker();
    }
    for facts in world.calls.borrow().iter() {
        facts.signal.forget_wakers();
    }
    world.leftovers();
    if let Some(problem) = world.problems.borrow().first() {
        return Err(problem.clone());
    }
    check::check(world, scenario)
}

/// Aborts calls that wait without a limit for something that never occurs; no other call may be waiting.
fn give_up(world: &Rc<World>) -> Result<(), String> {
    loop {
        let unsettled = world.unsettled();
        if unsettled.is_empty() || !world.problems.borrow().is_empty() {
            return Ok(());
        }
        let calls = world.calls.borrow().clone();
        for caller in unsettled {
            let Some(facts) =
                calls.iter().find(|facts| facts.caller == caller && facts.signal.has_begun(facts.id))
            else {
                return Err("a caller waits, and no call of its own is under way".to_owned());
            };
            let limits = facts.timeouts;
            let is_limited = match facts.waits.get() {
                None => true,
                Some(_) if facts.plan.is_raw && facts.waits.get() == Some(Wait::Body) => false,
                Some(Wait::Limits) => limits.total.is_some(),
                Some(Wait::Head) => limits.total.is_some() || limits.first_byte.is_some(),
                Some(Wait::Body) => limits.total.is_some() || limits.idle.is_some(),
            };
            if is_limited {
                return Err(format!("call {} never settles: nothing wakes it", facts.id));
            }
            match facts.signal.is_aborted.get() {
                false => world.abort_at(world.now(), Rc::clone(&facts.signal)),
                // The caller itself reads from a sender that ignores its signal.
                true if facts.plan.is_raw => world.drop_at(world.now(), caller),
                true => return Err(format!("call {} never settles, although it was aborted", facts.id)),
            }
        }
        world.run();
    }
}

/// Runs the seeds of a profile.
fn run_all(profile: Profile) {
    let number = |name: &str| env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    if let Some(seed) = number("SIMULATION_SEED") {
        if Profile::of(seed) == profile
            && let Err(problem) = run(seed, true)
        {
            panic!("seed {seed}: {problem}");
        }
        return;
    }
    let seeds = number("SIMULATION_SEEDS").unwrap_or(SEEDS);
    // Problems without their numbers: the count of seeds, and the first one with its full text.
    let mut problems: BTreeMap<String, (u64, u64, String)> = BTreeMap::new();
    for seed in (0..seeds).filter(|seed| Profile::of(*seed) == profile) {
        if let Err(problem) = run(seed, false) {
            let kind = problem
                .chars()
                .filter(|char| !char.is_ascii_digit())
                .take_while(|char| *char != '"')
                .take(60)
                .collect();
            problems.entry(kind).or_insert((0, seed, problem)).0 += 1;
            if problems.len() > MOST_PROBLEMS {
                break;
            }
        }
    }
    let mut report = String::new();
    for (count, seed, problem) in problems.values() {
        report += &format!(
            "\nseed {seed} ({count} like it): {problem}\n  again: SIMULATION_SEED={seed} cargo test --test simulation"
        );
    }
    assert!(report.is_empty(), "{report}");
}

#[test]
fn calls_keep_the_rules() {
    run_all(Profile::Calls);
}

#[test]
fn limits_are_kept_and_nobody_starves() {
    run_all(Profile::Limits);
}

#[test]
fn streams_keep_the_rules() {
    run_all(Profile::Streams);
}

#[test]
fn credentials_stay_where_they_belong() {
    run_all(Profile::Doors);
}

#[test]
fn calls_end_at_any_moment() {
    run_all(Profile::Ends);
}

#[test]
fn models_stand_in_for_one_another() {
    run_all(Profile::Fallback);
}

#[test]
fn pools_keep_their_bounds() {
    run_all(Profile::Pools);
}

#[test]
fn polls_keep_their_pace() {
    run_all(Profile::Polls);
}

#[test]
fn streams_go_on_over_other_connections() {
    resumes::run_all(SEEDS / 4);
}

#[test]
fn turns_keep_their_order() {
    turns::run_all(SEEDS / 10);
}

#[test]
fn tools_are_run_by_the_rules() {
    tools::run_all(SEEDS / 4);
}

/// The seeds have to reach everything that the rules are about.
#[test]
fn everything_happens() {
    let mut happened = BTreeSet::new();
    for seed in 0..SEEDS / 10 {
        let outcome = run_and_look(seed, false, |world| coverage::note(world, &mut happened));
        assert_eq!(outcome, Ok(()), "seed {seed}");
    }
    let missing: Vec<String> =
        coverage::expected().into_iter().filter(|what| !happened.contains(what)).collect();
    assert!(missing.is_empty(), "never happened: {missing:?}");
}
