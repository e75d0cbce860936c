//! The index: rows, their metadata, and the search.

use super::bytes::{ByteQuery, Bytes, Range};
use super::distance::{absolute_error, dot, exact_dot, exact_square, relative_error, square, square_sum};
use super::store::{Full, Store};
use super::top::{Hit, Top};

/// The metric.
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
    /// All metrics; their positions are their numbers in the serialised form.
    pub const ALL: [Metric; 3] = [Metric::Cosine, Metric::Dot, Metric::Euclidean];

    /// Its name in JavaScript.
    pub fn as_str(self) -> &'static str {
        match self {
            Metric::Cosine => "cosine",
            Metric::Dot => "dot",
            Metric::Euclidean => "euclidean",
        }
    }
}

/// See the module.
pub struct Index {
    metric: Metric,
    dimensions: usize,
    store: Store<f32>,
    /// The same rows quantised to bytes, which decide most comparisons.
    bytes: Bytes,
}

/// Numbers in foreign memory.
pub trait Numbers {
    /// The number of numbers.
    fn len(&self) -> usize;
    /// Copies numbers from an offset on, as many as `to` can hold.
    fn copy(&self, from: usize, to: &mut [f32]);

    /// True if there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Numbers for [f32] {
    fn len(&self) -> usize {
        <[f32]>::len(self)
    }

    fn copy(&self, from: usize, to: &mut [f32]) {
        to.copy_from_slice(&self[from..from + to.len()]);
    }
}

/// The reason why rows are not added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Memory is exhausted.
    Full,
    /// The number at this place is infinite or NaN.
    NotFinite(usize),
}

/// The state of a query.
struct Query {
    numbers: Vec<f32>,
    bytes: ByteQuery,
    length: f64,
    top: Top,
    /// The best lower bounds: the last of them excludes rows before any exact score is computed.
    low: Top,
}

impl Index {
    /// Numbers of a row.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// The metric.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// An empty index.
    pub fn new(metric: Metric, dimensions: usize) -> Self {
        Index { metric, dimensions, store: Store::new(dimensions), bytes: Bytes::new(dimensions) }
    }

    /// The rows.
    pub fn store(&self) -> &Store<f32> {
        &self.store
    }

    /// Adds rows: all of them or, with an error, none.
    pub fn add(&mut self, rows: &(impl Numbers + ?Sized)) -> Result<(), Refused> {
        let before = self.store.len();
        let count = rows.len() / self.dimensions;
        self.store.expect(count);
        self.bytes.expect(count);
        let mut done = 0;
        while done < count {
            let added = self.add_some(rows, done, count - done);
            if added.is_err() {
                self.store.truncate(before);
                self.bytes.truncate(before);
            }
            done += added?;
        }
        Ok(())
    }

    /// Adds as many rows as fit after the last one; returns their number.
    fn add_some(
        &mut self,
        rows: &(impl Numbers + ?Sized),
        done: usize,
        most: usize,
    ) -> Result<usize, Refused> {
        let (stride, dimensions) = (self.store.stride(), self.dimensions);
        let room = self.store.room().map_err(|Full| Refused::Full)?;
        let count = (room.len() / stride).min(most);
        // Copied in one piece, then moved to their places, the last one first.
        rows.copy(done * dimensions, &mut room[..count * dimensions]);
        if stride > dimensions {
            for row in (0..count).rev() {
                room.copy_within(row * dimensions..(row + 1) * dimensions, row * stride);
                room[row * stride + dimensions..(row + 1) * stride].fill(0.0);
            }
        }
        let first = self.store.len();
        self.store.written(count);
        for row in first..first + count {
            let numbers = &self.store.row(row)[..dimensions];
            // A sum of squares cannot overflow 64 bits, so it is finite if all numbers are.
            let square = square_sum(numbers);
            if !square.is_finite() {
                let place = numbers.iter().position(|number| !number.is_finite()).unwrap_or(0);
                return Err(Refused::NotFinite((done + row - first) * dimensions + place));
            }
            self.bytes.push(numbers, square.sqrt()).map_err(|Full| Refused::Full)?;
        }
        Ok(count)
    }

    /// Removes the rows for which `gone` is true; the others keep their order.
    pub fn remove(&mut self, gone: &[bool]) {
        let keep = |row: usize| !gone.get(row).copied().unwrap_or(false);
        self.store.retain(keep);
        self.bytes.retain(keep);
    }

    /// The `k` best rows for each query, best first; of equal ones the first added. Queries have as many
    /// numbers as rows, all finite. They share one pass over the rows.
    pub fn search(&self, queries: &[&[f32]], k: usize) -> Vec<Vec<Hit>> {
        let mut queries: Vec<_> = queries.iter().map(|query| self.prepare(query, k)).collect();
        let mut first = 0;
        let mut ranges = Vec::new();
        for block in self.bytes.blocks() {
            for query in &mut queries {
                self.bytes.ranges(self.metric, &query.bytes, block, first, &mut ranges);
                self.search_rows(query, &ranges, first);
            }
            first += ranges.len();
        }
        queries.into_iter().map(|query| query.top.into_hits()).collect()
    }

    fn prepare(&self, query: &[f32], k: usize) -> Query {
        let mut numbers = query.to_vec();
        numbers.resize(self.store.stride(), 0.0);
        let k = k.min(self.store.len());
        Query {
            length: exact_dot(query, query).sqrt(),
            bytes: self.bytes.query(query),
            numbers,
            top: Top::new(k, self.metric == Metric::Euclidean),
            low: Top::new(k, false),
        }
    }

    /// Compares the rows whose range reaches the best scores: first approximately, then exactly.
    fn search_rows(&self, query: &mut Query, ranges: &[Range], first: usize) {
        for (row, range) in ranges.iter().enumerate() {
            if query.low.bar().is_none_or(|bar| range.low > bar) {
                query.low.offer(range.low, (first + row) as u32);
            }
        }
        for (row, range) in ranges.iter().enumerate() {
            let bar = self.bar(query);
            if bar.is_some_and(|bar| range.high < bar) {
                continue;
            }
            let (row, numbers) = (first + row, self.store.row(first + row));
            if bar.is_none_or(|bar| self.may_be_good(query, numbers, row, bar)) {
                self.offer(query, numbers, row);
            }
        }
    }

    /// The threshold for a range.
    #[inline(always)]
    fn bar(&self, query: &Query) -> Option<f64> {
        let exact = query.top.bar().map(|bar| match self.metric {
            // The score is a square root, which was rounded.
            Metric::Euclidean => -(bar * bar) * (1.0 + 1e-12),
            _ => bar,
        });
        exact.map_or(query.low.bar(), |exact| Some(query.low.bar().map_or(exact, |low| low.max(exact))))
    }

    /// True if the row may be among the best, by the fast score and its error.
    #[inline(always)]
    fn may_be_good(&self, query: &Query, numbers: &[f32], row: usize, bar: f64) -> bool {
        let quick = match self.metric {
            Metric::Euclidean => square(&query.numbers, numbers),
            _ => dot(&query.numbers, numbers),
        };
        // Overflow of 32 bits: the fast score is useless.
        if !quick.is_finite() {
            return true;
        }
        let stride = self.store.stride();
        let quick = f64::from(quick);
        // By Cauchy and Schwarz the products' absolute values add up to at most the product of the lengths,
        // whose rounding errors are far below what is allowed for the fast score.
        let lengths = query.length * self.bytes.length(row);
        let error = relative_error(stride);
        match self.metric {
            Metric::Cosine => quick + error * lengths + absolute_error(stride) >= bar * lengths,
            Metric::Dot => quick + error * lengths + absolute_error(stride) >= bar,
            Metric::Euclidean => quick * (1.0 - error) - absolute_error(stride) <= -bar * (1.0 + error),
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
