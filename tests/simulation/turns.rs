//! Serialized work, like the messages of a connection: one at a time, in the order in which it was begun,
//! even if some of it is dropped.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use workers_ai_wasm::client::turns::Turns;

use crate::dice::Dice;
use crate::world::{Skew, World};

struct Busy<'a>(&'a Cell<bool>);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

/// Runs this many seeds.
pub fn run_all(seeds: u64) {
    for seed in 0..seeds {
        if let Err(problem) = run(seed) {
            panic!("seed {seed} of the turns: {problem}");
        }
    }
}

fn run(seed: u64) -> Result<(), String> {
    let (dice, world) = (Dice::new(seed, 2), World::new(seed, Skew::Exact));
    let (turns, is_busy) = (Rc::new(Turns::default()), Rc::new(Cell::new(false)));
    // The taken and the begun turns, in order; and the dropped ones.
    let (taken, begun) = (Rc::new(RefCell::new(Vec::new())), Rc::new(RefCell::new(Vec::new())));
    let workers = 1 + dice.below(6);
    let mut drops = Vec::new();
    for id in 0..workers {
        let (starts_at, takes) = (dice.ms(10), dice.ms(20));
        drops.push(dice.chance(30).then(|| dice.ms(40)));
        if let Some(at) = drops[id] {
            world.drop_at(at, id);
        }
        let (world_of, turns, is_busy) = (Rc::clone(&world), Rc::clone(&turns), Rc::clone(&is_busy));
        let (taken, begun) = (Rc::clone(&taken), Rc::clone(&begun));
        world.spawn(id, async move {
            world_of.until(starts_at).await;
            taken.borrow_mut().push(id);
            let turn = turns.take();
            turn.begin().await;
            if is_busy.replace(true) {
                world_of.problem("two at a time");
            }
            let _busy = Busy(&is_busy);
            begun.borrow_mut().push(id);
            world_of.until(world_of.now() + takes).await;
        });
    }
    world.run();
    let unsettled = world.unsettled();
    world.leftovers();
    let problem = world.problems.borrow().first().cloned();
    world.tear_down();
    if let Some(problem) = problem {
        return Err(problem);
    }
    if !unsettled.is_empty() || !turns.is_idle() {
        return Err(format!("{unsettled:?} wait for ever"));
    }
    let begun = begun.borrow();
    let in_order: Vec<usize> = taken.borrow().iter().copied().filter(|id| begun.contains(id)).collect();
    if *begun != in_order {
        return Err(format!("they begin as {begun:?}, and came as {in_order:?}"));
    }
    let missing = taken.borrow().iter().any(|id| drops[*id].is_none() && !begun.contains(id));
    if missing { Err("one never has its turn".to_owned()) } else { Ok(()) }
}
