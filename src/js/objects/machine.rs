//! The exports of the machine for JSON that comes in pieces: numbers in, numbers out. `pkg-template/objects/machine.js` is their only caller.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use crate::wire::partial_json::record::Record;
use crate::wire::partial_json::{MAX_CARRIED, Machine, Root};

/// Most bytes of a piece.
const PIECE: usize = 8192;

thread_local! {
    static MACHINES: RefCell<Machines> = RefCell::new(Machines {
        machines: Vec::new(),
        window: vec![0; MAX_CARRIED + PIECE],
        // A byte makes one record at most, and the end of the piece another one: it never grows.
        records: Vec::with_capacity(PIECE + 8),
    });
}

struct Machines {
    machines: Vec<Option<Machine>>,
    /// What is carried ends at [`MAX_CARRIED`], where the piece begins.
    window: Vec<u8>,
    records: Vec<Record>,
}

impl Machines {
    /// Has a machine read so many bytes of the window; none: there are no more.
    fn read(&mut self, id: u32, length: Option<u32>) -> u32 {
        let Machines { machines, window, records } = self;
        let Some(Some(machine)) = machines.get_mut(id as usize) else { return 0 };
        let start = MAX_CARRIED - machine.carried().len();
        if let Some(before) = window.get_mut(start..MAX_CARRIED) {
            before.copy_from_slice(machine.carried());
        }
        records.clear();
        let end = MAX_CARRIED + length.unwrap_or(0) as usize;
        let bytes = window.get(start..end).unwrap_or_default();
        match length {
            Some(_) => machine.feed(bytes, records),
            None => machine.finish(bytes, records),
        }
        for record in records.iter_mut() {
            record.at += start as u32;
        }
        records.len() as u32 | (machine.phase() as u32) << 24
    }
}

fn machines<T>(work: impl FnOnce(&mut Machines) -> T) -> T {
    MACHINES.with(|machines| work(&mut machines.borrow_mut()))
}

/// Address of the window. A piece is written [`MAX_CARRIED`] bytes behind it.
#[wasm_bindgen(skip_typescript)]
pub fn json_window() -> u32 {
    machines(|machines| machines.window.as_ptr() as usize as u32)
}

/// Address of the records.
#[wasm_bindgen(skip_typescript)]
pub fn json_records() -> u32 {
    machines(|machines| machines.records.as_ptr() as usize as u32)
}

/// Makes a machine: may the root be an array, a scalar?
#[wasm_bindgen(skip_typescript)]
pub fn json_open(array: bool, scalar: bool) -> u32 {
    let machine = Some(Machine::new(Root { array, scalar }));
    machines(|Machines { machines, .. }| match machines.iter().position(Option::is_none) {
        Some(free) => {
            machines[free] = machine;
            free as u32
        }
        None => {
            machines.push(machine);
            machines.len() as u32 - 1
        }
    })
}

/// Has a piece read: the number of records, and above bit 24 how far the value is.
#[wasm_bindgen(skip_typescript)]
pub fn json_feed(id: u32, length: u32) -> u32 {
    machines(|machines| machines.read(id, Some(length)))
}

/// No more will come: the same.
#[wasm_bindgen(skip_typescript)]
pub fn json_finish(id: u32) -> u32 {
    machines(|machines| machines.read(id, None))
}

/// Forgets a machine.
#[wasm_bindgen(skip_typescript)]
pub fn json_close(id: u32) {
    machines(|machines| {
        if let Some(machine) = machines.machines.get_mut(id as usize) {
            *machine = None;
        }
    });
}
