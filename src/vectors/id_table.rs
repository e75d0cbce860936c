//! A hash table from ids to rows: open addressing over a borrowed list of ids. The standard library's map
//! would add its formatter and a copy of every id.

use super::id::Id;

const EMPTY: u32 = u32::MAX;

/// See the module. All calls must pass the same list of ids.
#[derive(Debug, Default)]
pub struct IdTable {
    /// The slots: a power of two, at most half of them in use.
    slots: Vec<u32>,
    len: usize,
}

impl IdTable {
    /// An empty table with room for this many ids.
    pub fn with_capacity(len: usize) -> Self {
        IdTable { slots: vec![EMPTY; (len * 2).next_power_of_two().max(16)], len: 0 }
    }

    /// A table of all ids in a list; of equal ids the last one wins.
    pub fn of(ids: &[Id]) -> Self {
        let mut table = IdTable::with_capacity(ids.len());
        for row in 0..ids.len() {
            table.insert(ids, row as u32);
        }
        table
    }

    /// The index of an id in the list.
    pub fn find(&self, ids: &[Id], id: &Id) -> Option<u32> {
        let slot = self.slots.get(self.slot(ids, id)?).copied()?;
        (slot != EMPTY).then_some(slot)
    }

    /// Adds the id at an index of the list.
    pub fn insert(&mut self, ids: &[Id], row: u32) {
        if (self.len + 1) * 2 > self.slots.len() {
            self.grow(ids);
        }
        let Some(id) = ids.get(row as usize) else { return };
        if let Some(at) = self.slot(ids, id)
            && let Some(slot) = self.slots.get_mut(at)
        {
            self.len += usize::from(*slot == EMPTY);
            *slot = row;
        }
    }

    /// The slot of an id, or the free one for it; none in a table without slots.
    fn slot(&self, ids: &[Id], id: &Id) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = id.hash() as usize & mask;
        loop {
            let slot = *self.slots.get(at)?;
            if slot == EMPTY || ids.get(slot as usize) == Some(id) {
                return Some(at);
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self, ids: &[Id]) {
        let grown = IdTable::with_capacity(self.slots.len());
        let rows = std::mem::replace(self, grown).slots;
        for row in rows.into_iter().filter(|row| *row != EMPTY) {
            self.insert(ids, row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_found_and_no_other() {
        let ids: Vec<_> = (0..1000)
            .map(|at| if at % 2 == 0 { Id::Number(f64::from(at) / 4.0) } else { Id::text(&at.to_string()) })
            .collect();
        let table = IdTable::of(&ids);
        for (row, id) in ids.iter().enumerate() {
            assert_eq!(table.find(&ids, id), Some(row as u32));
        }
        for other in [Id::Number(0.25), Id::text("2"), Id::text("")] {
            assert_eq!(table.find(&ids, &other), None);
        }
        assert_eq!(IdTable::default().find(&[], &Id::Number(0.0)), None);
    }
}
