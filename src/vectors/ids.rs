//! The ids of an index's rows. While no row has an id of the caller's and none is removed, ids are row
//! numbers and take no memory.

use super::id::{Id, to_utf16};
use super::id_table::IdTable;
use crate::error::Error;
use crate::text::{HEX, concat, decimal};

/// JavaScript's `Number.MAX_SAFE_INTEGER`.
const MOST_SAFE: f64 = 9_007_199_254_740_991.0;

/// An item of a caller's list of ids: an id, or the type of an invalid item.
pub type CallerId = Result<Id, &'static str>;

/// See the module.
#[derive(Debug, Default)]
pub struct Ids {
    /// The id of each row; none while ids are row numbers.
    ids: Option<Vec<Id>>,
    /// The rows of the ids; built at first use.
    table: Option<IdTable>,
    size: usize,
    /// The number of the next row: the number of rows that were ever added.
    next: u64,
}

/// Validated ids of rows that are to be added.
#[derive(Debug)]
pub struct Checked {
    count: usize,
    ids: Option<(Vec<Id>, IdTable)>,
}

impl Ids {
    /// The number of ids.
    pub fn len(&self) -> usize {
        self.size
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// The number of the next row.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// The id of each row; none while ids are row numbers.
    pub fn explicit(&self) -> Option<&[Id]> {
        self.ids.as_deref()
    }

    /// The id of a row.
    pub fn of(&self, row: u32) -> Id {
        let number = Id::Number(f64::from(row));
        self.ids.as_ref().and_then(|ids| ids.get(row as usize).cloned()).unwrap_or(number)
    }

    /// Validates the ids of `count` rows that are to be added: the caller's, or else row numbers.
    pub fn check(&mut self, caller_ids: Option<Vec<CallerId>>, count: usize) -> Result<Checked, Error> {
        match caller_ids {
            Some(caller_ids) if caller_ids.len() != count => {
                let lengths = [decimal(count as i64), decimal(caller_ids.len() as i64)];
                Err(refusal(&["There are ", &lengths[0], " rows, but ", &lengths[1], " ids."]))
            }
            Some(caller_ids) => {
                self.fresh(caller_ids.into_iter()).map(|ids| Checked { count, ids: Some(ids) })
            }
            None if self.ids.is_none() => Ok(Checked { count, ids: None }),
            // A row number may be in use as another row's id.
            None => {
                let numbers =
                    (self.next..self.next + count as u64).map(|number| Ok(Id::Number(number as f64)));
                self.fresh(numbers).map(|ids| Checked { count, ids: Some(ids) })
            }
        }
    }

    /// Rejects ids that are repeated or in use.
    fn fresh(&mut self, caller_ids: impl Iterator<Item = CallerId>) -> Result<(Vec<Id>, IdTable), Error> {
        let mut ids = Vec::with_capacity(caller_ids.size_hint().0);
        let mut seen = IdTable::with_capacity(caller_ids.size_hint().0);
        for (at, id) in caller_ids.enumerate() {
            let place = || decimal(at as i64);
            let id = id.map_err(|kind| {
                refusal(&["ids has ", kind, " at ", &place(), ": an id is a string or a finite number."])
            })?;
            if self.find(&id).is_some() {
                return Err(refusal(&["ids has one at ", &place(), " that the index has already."]));
            }
            if seen.find(&ids, &id).is_some() {
                return Err(twice(at));
            }
            ids.push(id);
            seen.insert(&ids, at as u32);
        }
        Ok((ids, seen))
    }

    /// Adds the result of [`Ids::check`].
    pub fn add(&mut self, Checked { count, ids }: Checked) {
        if let Some((added, table)) = ids {
            let own = self.ids.get_or_insert_with(|| numbers(self.size));
            let first = own.len();
            own.extend(added);
            if first == 0 {
                self.table = Some(table);
            } else if let Some(table) = &mut self.table {
                for row in first..own.len() {
                    table.insert(own, row as u32);
                }
            }
        }
        self.size += count;
        self.next += count as u64;
    }

    /// Removes ids; returns for each row whether it was removed. Removes all of them or, with an error, none.
    pub fn remove(&mut self, caller_ids: Vec<CallerId>) -> Result<Vec<bool>, Error> {
        if caller_ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut gone = vec![false; self.size];
        for (at, id) in caller_ids.into_iter().enumerate() {
            let row = id.ok().and_then(|id| self.find(&id)).and_then(|row| gone.get_mut(row as usize));
            match row {
                None => {
                    let place = decimal(at as i64);
                    return Err(refusal(&["ids has one at ", &place, " that the index does not have."]));
                }
                Some(true) => return Err(twice(at)),
                Some(row) => *row = true,
            }
        }
        self.remove_rows(&gone);
        Ok(gone)
    }

    /// Removes the ids of the rows for which `gone` is true.
    pub fn remove_rows(&mut self, gone: &[bool]) {
        let ids = self.ids.get_or_insert_with(|| numbers(self.size));
        let mut rows = gone.iter();
        ids.retain(|_| !rows.next().copied().unwrap_or(false));
        self.size = ids.len();
        self.table = None;
    }

    /// The JSON text of the ids from a row on, exactly as JavaScript writes it: `{ "next": …, "ids": […] |
    /// null }`. `spell` formats a number that is fractional or large.
    pub fn to_json(&self, first: usize, spell: impl Fn(f64) -> String) -> String {
        let mut text = concat(&["{\"next\":", &decimal(self.next as i64), ",\"ids\":"]);
        match &self.ids {
            None => text.push_str("null"),
            Some(ids) => {
                text.push('[');
                for (at, id) in ids[first..].iter().enumerate() {
                    if at > 0 {
                        text.push(',');
                    }
                    match *id {
                        Id::Number(number) if number.fract() == 0.0 && number.abs() <= MOST_SAFE => {
                            text.push_str(&decimal(number as i64));
                        }
                        Id::Number(number) => text.push_str(&spell(number)),
                        Id::Text(ref bytes) => push_quoted(&mut text, bytes),
                    }
                }
                text.push(']');
            }
        }
        text.push('}');
        text
    }

    /// Restores serialised ids of `size` rows.
    pub fn restore(next: Option<f64>, ids: Option<Vec<CallerId>>, size: usize) -> Result<Self, Error> {
        let mut restored = Ids::default();
        match ids {
            None => restored.size = size,
            caller_ids => {
                let checked = restored.check(caller_ids, size)?;
                restored.add(checked);
            }
        }
        restored.next = size as u64;
        restored.count_on(next)?;
        Ok(restored)
    }

    /// Restores the serialised number of the next row.
    pub fn count_on(&mut self, next: Option<f64>) -> Result<(), Error> {
        let next = next.filter(|next| next.fract() == 0.0 && (self.next as f64..=MOST_SAFE).contains(next));
        let next = next.ok_or_else(|| Error::invalid("bytes", "The bytes are no serialised index."))?;
        self.next = next as u64;
        Ok(())
    }

    fn find(&mut self, id: &Id) -> Option<u32> {
        match &self.ids {
            Some(ids) => self.table.get_or_insert_with(|| IdTable::of(ids)).find(ids, id),
            None => match *id {
                Id::Number(number) if number.fract() == 0.0 && (0.0..self.size as f64).contains(&number) => {
                    Some(number as u32)
                }
                _ => None,
            },
        }
    }
}

/// Writes WTF-8 as a JSON string, with lone surrogates escaped.
fn push_quoted(text: &mut String, bytes: &[u8]) {
    text.push('"');
    match std::str::from_utf8(bytes) {
        Ok(valid) => valid.chars().for_each(|char| push_char(text, char)),
        Err(_) => {
            for unit in char::decode_utf16(to_utf16(bytes)) {
                match unit {
                    Ok(char) => push_char(text, char),
                    Err(half) => push_escaped(text, half.unpaired_surrogate()),
                }
            }
        }
    }
    text.push('"');
}

fn push_char(text: &mut String, char: char) {
    match char {
        '"' => text.push_str("\\\""),
        '\\' => text.push_str("\\\\"),
        '\x08' => text.push_str("\\b"),
        '\t' => text.push_str("\\t"),
        '\n' => text.push_str("\\n"),
        '\x0C' => text.push_str("\\f"),
        '\r' => text.push_str("\\r"),
        ..' ' => push_escaped(text, char as u16),
        _ => text.push(char),
    }
}

fn push_escaped(text: &mut String, unit: u16) {
    text.push_str("\\u");
    for shift in [12, 8, 4, 0] {
        text.push(char::from(HEX[usize::from(unit >> shift & 15)]));
    }
}

fn numbers(size: usize) -> Vec<Id> {
    (0..size).map(|row| Id::Number(row as f64)).collect()
}

fn refusal(message: &[&str]) -> Error {
    Error::invalid("ids", &concat(message))
}

fn twice(at: usize) -> Error {
    refusal(&["ids has the same one twice, at ", &decimal(at as i64), "."])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(ids: &[&str]) -> Vec<CallerId> {
        let id = |text: &&str| match text.parse() {
            Ok(number) => Ok(Id::Number(number)),
            Err(_) => Ok(Id::text(text)),
        };
        ids.iter().map(id).collect()
    }

    fn add(ids: &mut Ids, caller_ids: Option<&[&str]>, count: usize) -> Result<(), String> {
        let checked = ids.check(caller_ids.map(list), count).map_err(|error| error.message.clone())?;
        ids.add(checked);
        Ok(())
    }

    fn all(ids: &Ids) -> Vec<Id> {
        (0..ids.len() as u32).map(|row| ids.of(row)).collect()
    }

    fn expected(ids: &[&str]) -> Vec<Id> {
        list(ids).into_iter().map(Result::unwrap).collect()
    }

    #[test]
    fn numbers_are_counted_on_and_never_used_twice() {
        let mut ids = Ids::default();
        add(&mut ids, None, 4).unwrap();
        assert!(ids.explicit().is_none());
        add(&mut ids, Some(&["east", "-7.5"]), 2).unwrap();
        assert_eq!(all(&ids), expected(&["0", "1", "2", "3", "east", "-7.5"]));
        assert_eq!(ids.remove(list(&["0", "3"])).unwrap(), [true, false, false, true, false, false]);
        add(&mut ids, None, 1).unwrap();
        assert_eq!(all(&ids), expected(&["1", "2", "east", "-7.5", "6"]));
        ids.remove(list(&["east", "1", "-7.5", "2", "6"])).unwrap();
        add(&mut ids, None, 1).unwrap();
        assert_eq!(all(&ids), expected(&["7"]));
    }

    #[test]
    fn refusals_name_the_first_place_and_change_nothing() {
        let mut ids = Ids::default();
        add(&mut ids, None, 3).unwrap();
        let refused = |ids: &mut Ids, caller_ids: Vec<CallerId>, count: usize| {
            let error = ids.check(Some(caller_ids), count).unwrap_err();
            assert_eq!(error.field.as_deref(), Some("ids"));
            error.message.clone()
        };
        assert_eq!(refused(&mut ids, list(&["a"]), 2), "There are 2 rows, but 1 ids.");
        assert_eq!(refused(&mut ids, list(&["a", "2"]), 2), "ids has one at 1 that the index has already.");
        assert_eq!(refused(&mut ids, list(&["a", "a", "2"]), 3), "ids has the same one twice, at 1.");
        let odd = vec![Ok(Id::text("a")), Err("an object"), Ok(Id::text("a"))];
        assert_eq!(
            refused(&mut ids, odd, 3),
            "ids has an object at 1: an id is a string or a finite number."
        );
        let removed =
            |ids: &mut Ids, caller_ids: Vec<CallerId>| ids.remove(caller_ids).unwrap_err().message.clone();
        assert_eq!(removed(&mut ids, list(&["1", "3"])), "ids has one at 1 that the index does not have.");
        assert_eq!(removed(&mut ids, list(&["1", "1"])), "ids has the same one twice, at 1.");
        assert_eq!(removed(&mut ids, vec![Err("null")]), "ids has one at 0 that the index does not have.");
        assert_eq!(ids.remove(Vec::new()).unwrap(), [false; 0]);
        assert!(ids.explicit().is_none());
        assert_eq!((ids.len(), ids.next()), (3, 3));
    }

    #[test]
    fn a_number_that_is_an_id_is_not_used_again() {
        let mut ids = Ids::default();
        add(&mut ids, Some(&["1"]), 1).unwrap();
        assert_eq!(add(&mut ids, None, 1).unwrap_err(), "ids has one at 0 that the index has already.");
        add(&mut ids, Some(&["x"]), 1).unwrap();
        add(&mut ids, None, 1).unwrap();
        assert_eq!(all(&ids), expected(&["1", "x", "2"]));
    }

    #[test]
    fn what_was_written_down_is_checked() {
        for next in [None, Some(1.0), Some(2.5), Some(f64::NAN), Some(-1.0), Some(1e17)] {
            assert!(Ids::restore(next, None, 2).is_err(), "{next:?}");
        }
        let ids = Ids::restore(Some(9.0), Some(list(&["a", "3"])), 2).unwrap();
        assert_eq!((all(&ids), ids.next()), (expected(&["a", "3"]), 9));
        let ids = Ids::restore(Some(9.0), None, 2).unwrap();
        assert_eq!((ids.explicit().is_none(), ids.len(), ids.next()), (true, 2, 9));
        let twice = Ids::restore(Some(9.0), Some(list(&["a", "a"])), 2).unwrap_err();
        assert_eq!(twice.field.as_deref(), Some("ids"));
    }
}
