//! The index: rows, what is known of them, and the search.

use super::bytes::{ByteQuery, Bytes, Range};
use super::distance::{absolute_error, dot, exact_dot, exact_square, relative_error, square, square_sum};
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
    /// All of them; their places are their numbers in the serialised form.
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
    /// The same rows as bytes, which most searches decide on.
    bytes: Bytes,
}

/// Numbers that lie somewhere else, to be copied from there.
pub trait Numbers {
    /// How many there are.
    fn len(&self) -> usize;
    /// Copies those from a place on, as many as `to` takes.
    fn copy(&self, from: usize, to: &mut [f32]);

    /// Are there none?
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

/// Why rows are not added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// There is no memory left.
    Full,
    /// The number at this place is infinite or NaN.
    NotFinite(usize),
}

/// A query, and what the search has to know of it.
struct Query {
    numbers: Vec<f32>,
    bytes: ByteQuery,
    length: f64,
    top: Top,
    /// The best of what scores can't be below: the last one of them keeps off rows before any score is known.
    low: Top,
}

impl Index {
    /// Numbers of a row.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// How rows are compared.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// An empty one.
    pub fn new(metric: Metric, dimensions: usize) -> Self {
        Index { metric, dimensions, store: Store::new(dimensions), bytes: Bytes::new(dimensions) }
    }

    /// The rows.
    pub fn store(&self) -> &Store<f32> {
        &self.store
    }

    /// Adds rows: all of them or, with a refusal, none.
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

    /// Adds as many rows as fit behind the last one; how many they are.
    fn add_some(
        &mut self,
        rows: &(impl Numbers + ?Sized),
        done: usize,
        most: usize,
    ) -> Result<usize, Refused> {
        let (stride, dimensions) = (self.store.stride(), self.dimensions);
        let room = self.store.room().map_err(|Full| Refused::Full)?;
        let count = (room.len() / stride).min(most);
        // They are copied in one piece, then moved to their places, the last one first.
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
            // In 64 bits no sum of squares is too large, so it is finite if all numbers are.
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

    /// The `k` best rows for each query, best first; of equals the one that came first. Queries have as many numbers as rows, and all are
    /// numbers. They share one pass over the rows.
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

    /// Looks at the rows whose score may be among the best, by their ranges: first nearly, then exactly.
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

    /// What a row has to reach, as the ranges have it.
    #[inline(always)]
    fn bar(&self, query: &Query) -> Option<f64> {
        let exact = query.top.bar().map(|bar| match self.metric {
            // The score is a root, which was rounded.
            Metric::Euclidean => -(bar * bar) * (1.0 + 1e-12),
            _ => bar,
        });
        exact.map_or(query.low.bar(), |exact| Some(query.low.bar().map_or(exact, |low| low.max(exact))))
    }

    /// May the row be among the best, if its score is as far off the quick one as can be?
    #[inline(always)]
    fn may_be_good(&self, query: &Query, numbers: &[f32], row: usize, bar: f64) -> bool {
        let quick = match self.metric {
            Metric::Euclidean => square(&query.numbers, numbers),
            _ => dot(&query.numbers, numbers),
        };
        // Too large for 32 bits: nothing is known.
        if !quick.is_finite() {
            return true;
        }
        let stride = self.store.stride();
        let quick = f64::from(quick);
        // By Cauchy and Schwarz the products' sizes add up to no more than the product of the lengths. Those are off by far less than what is
        // allowed for the quick score.
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
