//! The index: rows, what is known of them, and the search.

use super::distance::{
    AT_ONCE, absolute_error, dots, exact_dot, exact_square, relative_error, square_sum, squares,
};
use super::store::{Full, Store};
use super::top::{Hit, Top};

/// How rows are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// The cosine of the angle, 1 for the same direction; the larger the better. Rows of nothing but zeros have 0.
    Cosine,
    /// The scalar product; the larger the better.
    Dot,
    /// The distance; the smaller the better.
    Euclidean,
}

impl Metric {
    /// Reads the number that crosses the boundary.
    pub fn from_number(number: u32) -> Metric {
        match number {
            0 => Metric::Cosine,
            1 => Metric::Dot,
            _ => Metric::Euclidean,
        }
    }
}

/// See the module.
pub struct Index {
    metric: Metric,
    dimensions: usize,
    store: Store,
    /// The length of each row, nearly: with it goes the error of a quick product.
    lengths: Vec<f64>,
    /// Rows to be removed.
    marked: Vec<bool>,
}

/// A query, and what the search has to know of it.
struct Query {
    numbers: Vec<f32>,
    length: f64,
    top: Top,
}

impl Index {
    /// Numbers of a row.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// An empty one.
    pub fn new(metric: Metric, dimensions: usize) -> Self {
        Index { metric, dimensions, store: Store::new(dimensions), lengths: Vec::new(), marked: Vec::new() }
    }

    /// The rows.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Says that so many rows will be added.
    pub fn expect(&mut self, rows: usize) {
        self.store.expect(rows);
    }

    /// Room behind the last row for at least one more.
    pub fn room(&mut self) -> Result<&mut [f32], Full> {
        self.store.room()
    }

    /// Counts in rows that were written into the room. If one of their numbers is none, nothing is counted in, and the place of the first
    /// such is returned: the row among the new ones, and the number in it.
    pub fn written(&mut self, rows: usize) -> Result<Result<(), (usize, usize)>, Full> {
        let before = self.store.len();
        self.lengths.try_reserve(rows).map_err(|_| Full)?;
        self.store.written(rows);
        for row in before..before + rows {
            let numbers = &self.store.row(row)[..self.dimensions];
            // In 64 bits no sum of squares is too large, so it is finite if all numbers are.
            let square = square_sum(numbers);
            if !square.is_finite() {
                let place = numbers.iter().position(|number| !number.is_finite()).unwrap_or(0);
                self.truncate(before);
                return Ok(Err((row - before, place)));
            }
            self.lengths.push(square.sqrt());
        }
        Ok(Ok(()))
    }

    /// Forgets the rows behind the first `len`.
    pub fn truncate(&mut self, len: usize) {
        self.store.truncate(len);
        self.lengths.truncate(self.store.len());
    }

    /// Marks a row to be removed by [`Index::sweep`].
    pub fn mark(&mut self, row: usize) {
        self.marked.resize(self.store.len(), false);
        if let Some(marked) = self.marked.get_mut(row) {
            *marked = true;
        }
    }

    /// Removes the marked rows; the others keep their order.
    pub fn sweep(&mut self) {
        let marked = std::mem::take(&mut self.marked);
        let keep = |row: usize| !marked.get(row).copied().unwrap_or(false);
        self.store.retain(keep);
        let mut row = 0;
        self.lengths.retain(|_| {
            row += 1;
            keep(row - 1)
        });
    }

    /// The `k` best rows for each query, best first; of equals the one that came first. Queries have as many numbers as rows, and all are
    /// numbers. They share one pass over the rows.
    pub fn search(&self, queries: &[&[f32]], k: usize) -> Vec<Vec<Hit>> {
        let mut queries: Vec<_> = queries.iter().map(|query| self.prepare(query, k)).collect();
        let mut first = 0;
        for block in self.store.blocks() {
            for query in &mut queries {
                self.search_block(query, block, first);
            }
            first += self.store.rows_per_block();
        }
        queries.into_iter().map(|query| query.top.into_hits()).collect()
    }

    fn prepare(&self, query: &[f32], k: usize) -> Query {
        let mut numbers = query.to_vec();
        numbers.resize(self.store.stride(), 0.0);
        Query {
            length: exact_dot(query, query).sqrt(),
            numbers,
            top: Top::new(k.min(self.store.len()), self.metric == Metric::Euclidean),
        }
    }

    fn search_block(&self, query: &mut Query, block: &[f32], first: usize) {
        let stride = self.store.stride();
        let groups = block.chunks_exact(AT_ONCE * stride);
        let rest = groups.remainder();
        let mut row = first;
        for rows in groups {
            let quick = match self.metric {
                Metric::Euclidean => squares(&query.numbers, rows),
                _ => dots(&query.numbers, rows),
            };
            for (at, quick) in quick.into_iter().enumerate() {
                if self.may_be_good(query, quick, row) {
                    self.offer(query, &rows[at * stride..][..stride], row);
                }
                row += 1;
            }
        }
        for numbers in rest.chunks_exact(stride) {
            self.offer(query, numbers, row);
            row += 1;
        }
    }

    /// May the row be among the best, if its score is as far off the quick one as can be?
    #[inline(always)]
    fn may_be_good(&self, query: &Query, quick: f32, row: usize) -> bool {
        let Some(bar) = query.top.bar() else { return true };
        // Too large for 32 bits: nothing is known.
        if !quick.is_finite() {
            return true;
        }
        let stride = self.store.stride();
        let quick = f64::from(quick);
        // By Cauchy and Schwarz the products' sizes add up to no more than the product of the lengths. Those are off by far less than what is
        // allowed for the quick score.
        let lengths = query.length * self.lengths[row];
        let error = relative_error(stride);
        match self.metric {
            Metric::Cosine => quick + error * lengths + absolute_error(stride) >= bar * lengths,
            Metric::Dot => quick + error * lengths + absolute_error(stride) >= bar,
            Metric::Euclidean => quick * (1.0 - error) - absolute_error(stride) <= bar * bar * (1.0 + error),
        }
    }

    #[inline(never)]
    fn offer(&self, query: &mut Query, numbers: &[f32], row: usize) {
        let (a, b) = (&query.numbers[..self.dimensions], &numbers[..self.dimensions]);
        let score = match self.metric {
            Metric::Euclidean => exact_square(a, b).sqrt(),
            Metric::Dot => exact_dot(a, b),
            Metric::Cosine => {
                let lengths = query.length * exact_dot(b, b).sqrt();
                if lengths == 0.0 { 0.0 } else { exact_dot(a, b) / lengths }
            }
        };
        query.top.offer(score, row as u32);
    }
}
