//! The best hits so far: a heap with the worst of them at the top.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A search result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The public score.
    pub score: f64,
    /// The index of its row.
    pub row: u32,
}

/// A hit with its rank: smaller is better. Equal ranks are ordered by row.
#[derive(Debug, Clone, Copy)]
struct Ranked {
    rank: f64,
    hit: Hit,
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        // Ranks are never NaN; minus zero equals zero.
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
    capacity: usize,
    /// True if a smaller score is better.
    ascending: bool,
    heap: BinaryHeap<Ranked>,
}

impl Top {
    /// Keeps the `capacity` best hits.
    pub fn new(capacity: usize, ascending: bool) -> Self {
        Top { capacity, ascending, heap: BinaryHeap::with_capacity(capacity) }
    }

    /// The score that a hit has to reach; none while there is room.
    #[inline(always)]
    pub fn bar(&self) -> Option<f64> {
        if self.heap.len() < self.capacity { None } else { self.heap.peek().map(|worst| worst.hit.score) }
    }

    /// Adds a row if its score is among the best.
    pub fn offer(&mut self, score: f64, row: u32) {
        let rank = if self.ascending { score } else { -score };
        let offered = Ranked { rank, hit: Hit { score, row } };
        if self.heap.len() < self.capacity {
            self.heap.push(offered);
        } else if let Some(mut worst) = self.heap.peek_mut()
            && offered < *worst
        {
            *worst = offered;
        }
    }

    /// All hits, best first.
    pub fn into_hits(self) -> Vec<Hit> {
        self.heap.into_sorted_vec().into_iter().map(|ranked| ranked.hit).collect()
    }
}
