//! The vector index with its public interface: rows with ids, and the validation of arguments.

use super::format::{Bytes, Changes, MOST_DIMENSIONS, Pending, Serialized, damaged};
use super::id::Id;
use super::ids::{CallerId, Ids};
use super::index::{Index, Metric, Numbers, Refused};
use crate::error::{Code, Error};
use crate::text::{concat, decimal};

const MOST_ROWS: usize = u32::MAX as usize;

/// See the module.
pub struct Collection {
    /// The rows.
    pub index: Index,
    /// Their ids.
    pub ids: Ids,
    saved: Option<Saved>,
}

/// The state at the last serialisation.
struct Saved {
    checksum: u64,
    rows: usize,
    /// For each of those rows whether it still exists; they are the first ones, in their order. None while
    /// all exist.
    there: Option<Vec<bool>>,
}

impl Collection {
    /// An empty collection.
    pub fn new(dimensions: Option<f64>, metric: Option<&str>) -> Result<Self, Error> {
        let whole = |number: &f64| number.fract() == 0.0 && (1.0..=MOST_DIMENSIONS as f64).contains(number);
        let Some(dimensions) = dimensions.filter(whole) else {
            let most = decimal(MOST_DIMENSIONS as i64);
            let why = ["dimensions must be a whole number from 1 to ", &most, "."];
            return Err(Error::invalid("dimensions", &concat(&why)));
        };
        let Some(metric) = Metric::ALL.into_iter().find(|known| Some(known.as_str()) == metric) else {
            return Err(Error::invalid("metric", r#"metric must be one of "cosine", "dot", "euclidean"."#));
        };
        Ok(Collection { index: Index::new(metric, dimensions as usize), ids: Ids::default(), saved: None })
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// True if there are no rows.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The number of rows in `numbers` numbers, before any of them is read.
    pub fn count(&self, numbers: usize) -> Result<usize, Error> {
        let dimensions = self.index.dimensions();
        let count = numbers / dimensions;
        if !numbers.is_multiple_of(dimensions) {
            let (numbers, dimensions) = (decimal(numbers as i64), decimal(dimensions as i64));
            let why = [
                "rows has ",
                &numbers,
                " numbers, which is no multiple of the ",
                &dimensions,
                " dimensions.",
            ];
            return Err(Error::invalid("rows", &concat(&why)));
        }
        if count > MOST_ROWS - self.len() {
            let why = ["An index has at most ", &decimal(MOST_ROWS as i64), " rows."];
            return Err(Error::invalid("rows", &concat(&why)));
        }
        Ok(count)
    }

    /// Adds rows. After an error the collection is unchanged.
    pub fn add(&mut self, rows: &(impl Numbers + ?Sized), ids: Option<Vec<CallerId>>) -> Result<(), Error> {
        let count = self.count(rows.len())?;
        let checked = self.ids.check(ids, count)?;
        self.index.add(rows).map_err(refusal)?;
        self.ids.add(checked);
        Ok(())
    }

    /// The `k` nearest rows, best first: their ids and scores.
    pub fn search(&self, query: &(impl Numbers + ?Sized), k: Option<f64>) -> Result<Vec<(Id, f64)>, Error> {
        let dimensions = self.index.dimensions();
        if query.len() != dimensions {
            let (numbers, dimensions) = (decimal(query.len() as i64), decimal(dimensions as i64));
            let why = ["query has ", &numbers, " numbers, not the index's ", &dimensions, "."];
            return Err(Error::invalid("query", &concat(&why)));
        }
        let Some(k) = k.filter(|k| k.fract() == 0.0 && *k >= 1.0) else {
            return Err(Error::invalid("k", "k must be a whole number from 1 on."));
        };
        let mut numbers = vec![0.0; dimensions];
        query.copy(0, &mut numbers);
        if let Some(place) = numbers.iter().position(|number| !number.is_finite()) {
            let name = match numbers[place] {
                f32::INFINITY => "Infinity",
                f32::NEG_INFINITY => "-Infinity",
                _ => "NaN",
            };
            let why = ["query has ", name, " at ", &decimal(place as i64), ": it must be finite numbers."];
            return Err(Error::invalid("query", &concat(&why)));
        }
        let hits =
            self.index.search(&[&numbers], k.min(self.len() as f64) as usize).pop().unwrap_or_default();
        Ok(hits.into_iter().map(|hit| (self.ids.of(hit.row), hit.score)).collect())
    }

    /// Removes rows: all of them or, with an error, none.
    pub fn remove(&mut self, ids: Vec<CallerId>) -> Result<(), Error> {
        let gone = self.ids.remove(ids)?;
        if !gone.is_empty() {
            self.forget(&gone);
        }
        Ok(())
    }

    fn forget(&mut self, gone: &[bool]) {
        self.index.remove(gone);
        if let Some(saved) = &mut self.saved {
            let there = saved.there.get_or_insert_with(|| vec![true; saved.rows]);
            let left = there.iter_mut().filter(|there| **there);
            left.zip(gone).for_each(|(there, gone)| *there = !gone);
        }
    }

    /// Called after everything has been serialised, with its checksum.
    pub fn saved(&mut self, checksum: u64) {
        self.saved = Some(Saved { checksum, rows: self.len(), there: None });
    }

    /// The changes since; none if nothing was serialised yet.
    pub fn pending(&self) -> Option<Pending> {
        let Saved { checksum, rows, there } = self.saved.as_ref()?;
        let there = there.as_deref().unwrap_or_default().iter().enumerate();
        let removed: Vec<_> = there.filter(|(_, there)| !**there).map(|(place, _)| place as u32).collect();
        Some(Pending { previous: *checksum, before: *rows, first: rows - removed.len(), removed })
    }

    /// Restores a serialised index without its changes; the caller parses the ids.
    pub fn restore<B: Bytes + ?Sized>(
        serialized: &Serialized<'_, B>,
        next: Option<f64>,
        ids: Option<Vec<CallerId>>,
    ) -> Result<Self, Error> {
        let ids = Ids::restore(next, ids, serialized.rows)?;
        let mut index = Index::new(serialized.metric, serialized.dimensions);
        index.add(&serialized.numbers()).map_err(refusal)?;
        Ok(Collection { index, ids, saved: None })
    }

    /// Applies serialised changes; the caller parses the added ids. Returns which rows were removed.
    pub fn change<B: Bytes + ?Sized>(
        &mut self,
        serialized: &Serialized<'_, B>,
        changes: &Changes,
        next: Option<f64>,
        ids: Option<Vec<CallerId>>,
    ) -> Result<Vec<Id>, Error> {
        if changes.before != self.len() {
            return Err(damaged());
        }
        let mut gone = vec![false; self.len()];
        let mut removed = Vec::new();
        for place in serialized.removed(changes) {
            *gone.get_mut(place as usize).ok_or_else(damaged)? = true;
            removed.push(self.ids.of(place));
        }
        if !removed.is_empty() {
            self.ids.remove_rows(&gone);
            self.forget(&gone);
        }
        self.add(&serialized.added(changes), ids)?;
        self.ids.count_on(next)?;
        Ok(removed)
    }
}

fn refusal(refused: Refused) -> Error {
    match refused {
        Refused::NotFinite(place) => {
            let why = ["rows has no finite number at ", &decimal(place as i64), "."];
            Error::invalid("rows", &concat(&why))
        }
        Refused::Full => no_memory(),
    }
}

/// The error of an exhausted memory.
pub fn no_memory() -> Error {
    let why = "The rows don't fit into memory: WebAssembly has 4 GB at most, and a Worker 128 MB.";
    Error::new(Code::TooLarge, why).with_field("rows")
}
