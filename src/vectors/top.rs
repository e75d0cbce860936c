//! The best so far: a heap whose first one is the worst.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A row that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// As callers see it.
    pub score: f64,
    /// Its place among the rows.
    pub row: u32,
}

/// A hit with its rank: the smaller, the better. Equal ones go by their rows.
#[derive(Debug, Clone, Copy)]
struct Ranked {
    rank: f64,
    hit: Hit,
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        // No rank is NaN; minus zero is zero.
        let ranks = self.rank.partial_cmp(&other.rank).unwrap_or(Ordering::Equal);
        ranks.then(self.hit.row.cmp(&other.hit.row))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ranked {}

/// See the module.
pub struct Top {
    wanted: usize,
    /// Is a smaller score better?
    ascending: bool,
    heap: BinaryHeap<Ranked>,
}

impl Top {
    /// Of the `wanted` best.
    pub fn new(wanted: usize, ascending: bool) -> Self {
        Top { wanted, ascending, heap: BinaryHeap::with_capacity(wanted) }
    }

    /// The score that has to be reached; none while anything is good enough.
    #[inline(always)]
    pub fn bar(&self) -> Option<f64> {
        if self.heap.len() < self.wanted { None } else { self.heap.peek().map(|worst| worst.hit.score) }
    }

    /// Offers a row.
    pub fn offer(&mut self, score: f64, row: u32) {
        let rank = if self.ascending { score } else { -score };
        let offered = Ranked { rank, hit: Hit { score, row } };
        if self.heap.len() < self.wanted {
            self.heap.push(offered);
        } else if let Some(mut worst) = self.heap.peek_mut()
            && offered < *worst
        {
            *worst = offered;
        }
    }

    /// Them all, best first.
    pub fn into_hits(self) -> Vec<Hit> {
        self.heap.into_sorted_vec().into_iter().map(|ranked| ranked.hit).collect()
    }
}
