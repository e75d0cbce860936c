//! The exports of the incremental JSON parser: numbers in, numbers out. `pkg-template/objects/machine.js` is
//! their only caller.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use crate::wire::partial_json::record::Record;
use crate::wire::partial_json::{MAX_CARRIED, Machine, Root};

/// Largest piece in bytes.
const PIECE: usize = 8192;

thread_local! {
    static MACHINES: RefCell<Machines> = RefCell::new(Machines {
        machines: Vec::new(),
        window: vec![0; MAX_CARRIED + PIECE],
        // Each byte yields at most one record, and the end of the piece another one, so it never grows.
        records: Vec::with_capacity(PIECE + 8),
    });
}

struct Machines {
    machines: Vec<Option<Machine>>,
    /// Carried bytes end at [`MAX_CARRIED`], where the piece begins.
    window: Vec<u8>,
    records: Vec<Record>,
}

impl Machines {
    /// Parses bytes of the window; `None` marks the end of input.
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

/// Address of the window. A piece is written at offset [`MAX_CARRIED`].
#[wasm_bindgen(skip_typescript)]
pub fn json_window() -> u32 {
    machines(|machines| machines.window.as_ptr() as usize as u32)
}

/// Address of the records.
#[wasm_bindgen(skip_typescript)]
pub fn json_records() -> u32 {
    machines(|machines| machines.records.as_ptr() as usize as u32)
}

/// Creates a parser. `array`, `scalar`: whether the root may be one.
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

/// Parses a piece. Returns the number of records, and the phase from bit 24 on.
#[wasm_bindgen(skip_typescript)]
pub fn json_feed(id: u32, length: u32) -> u32 {
    machines(|machines| machines.read(id, Some(length)))
}

/// Marks the end of input. Returns the same.
#[wasm_bindgen(skip_typescript)]
pub fn json_finish(id: u32) -> u32 {
    machines(|machines| machines.read(id, None))
}

/// Frees a parser.
#[wasm_bindgen(skip_typescript)]
pub fn json_close(id: u32) {
    machines(|machines| {
        if let Some(machine) = machines.machines.get_mut(id as usize) {
            *machine = None;
        }
    });
}
