//! Rows quantised to bytes: they take a quarter of the memory bandwidth, with a bound on the error of each
//! product.
//!
//! # The bound
//!
//! A row `v` is kept as `s * b + e`: bytes `b` from -127 to 127, a scale `s`, and the rest `e`, of which only the length is known. A query `q` is
//! `t * c + f` in the same way, with 16-bit numbers `c`. Then
//!
//! ```text
//! dot(q, v) = s * dot(q, b) + dot(q, e)
//!           = s * t * dot(c, b) + s * dot(f, b) + dot(q, e)
//! ```
//!
//! and by Cauchy and Schwarz, since `s * b = v - e`,
//!
//! ```text
//! |dot(q, v) - s * t * dot(c, b)| <= |f| * |s * b| + |q| * |e|
//!                                 <= |f| * (|v| + |e|) + |q| * |e|
//! ```
//!
//! `dot(c, b)` is a whole number, and exact: `c` is so small that the sum of all products fits into 32 bits. Everything else is computed in 64
//! bits, but for the bytes themselves, where `quantise` allows for its roundings. A sum of n terms misses there by less than n * 2^-53 of the sum of their sizes, so that with at most 2^14 numbers a row each of
//! these values, and the exact score that is compared with them, is off by less than 2^-38 of `|q| * |v|`. `ROUNDING` allows for more than
//! ten of them.
//!
//! The cosine's bound is that divided by `|q| * |v|`. A squared distance is `|q|² + |v|² - 2 * dot(q, v)`: its bound is twice the one above,
//! and the same part of `|q|² + |v|²` for roundings, which is at least twice `|q| * |v|`.

use super::distance::{AT_ONCE, byte_dots, exact_dot};
use super::index::Metric;
use super::store::{Full, Store};

/// The largest byte of a row.
const MOST: f32 = 127.0;
/// Numbers that are processed at once.
const LANES: usize = 8;
/// One and a half times 2^23.
const SHIFT: f32 = 12_582_912.0;
/// If the largest number is at least this, the scale and its inverse have full precision in 32 bits.
const SMALLEST: f32 = 1e-30;
/// Bound of the rounding errors, relative to the product of the lengths; see the module.
const ROUNDING: f64 = 1e-10;

/// The metadata of a row.
#[derive(Debug, Clone, Copy)]
struct Facts {
    scale: f64,
    /// An upper bound of the length of the quantisation error.
    error: f64,
    length: f64,
}

/// See the module.
pub struct Bytes {
    store: Store<i8>,
    facts: Vec<Facts>,
}

/// A quantised query.
pub struct ByteQuery {
    numbers: Vec<i16>,
    scale: f64,
    error: f64,
    length: f64,
}

/// The range of a row's score, where larger is better: the score itself, or the negated squared distance.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// Quantises numbers to integers from `-most` to `most`, which is less than 2^22. Returns the scale, and an
/// upper bound of the length of the error.
fn quantise<T>(numbers: &[f32], most: f32, whole: &mut [T], of: impl Fn(i32) -> T) -> (f64, f64) {
    // Absolute values compare like their bits, and SIMD has a maximum of integers.
    let size = |number: &f32| number.to_bits() & 0x7FFF_FFFF;
    let largest = f32::from_bits(numbers.iter().map(size).fold(0, u32::max));
    if largest < SMALLEST {
        // Too small for a scale in 32 bits: all bytes are zero, and everything is error.
        whole.iter_mut().for_each(|whole| *whole = of(0));
        return (0.0, f64::from(largest) * numbers.len() as f64);
    }
    let inverse = most / largest;
    let mut squares = [0.0f32; LANES];
    let (groups, last) = numbers.as_chunks::<LANES>();
    let (whole_groups, whole_last) = whole.as_chunks_mut::<LANES>();
    for (group, whole) in groups.iter().zip(whole_groups) {
        for lane in 0..LANES {
            // Adding and subtracting SHIFT rounds to an integer, since the last bit of the sum has the value
            // one.
            let number = group[lane] * inverse;
            let shifted = number + SHIFT;
            let rest = number - (shifted - SHIFT);
            squares[lane] += rest * rest;
            whole[lane] = of(shifted.to_bits() as i32 - SHIFT.to_bits() as i32);
        }
    }
    for (number, whole) in last.iter().zip(whole_last) {
        let number = number * inverse;
        let shifted = number + SHIFT;
        let rest = number - (shifted - SHIFT);
        squares[0] += rest * rest;
        *whole = of(shifted.to_bits() as i32 - SHIFT.to_bits() as i32);
    }
    // In units of the scale: each number was rounded three times, by at most 2^-24 of `most`; sums of at most 2^14 squares miss by less than
    // 2^-10 of themselves.
    let square: f64 = squares.iter().map(|square| f64::from(*square)).sum();
    let rounding = 4.0 * f64::from(most) * f64::powi(2.0, -24) * (numbers.len() as f64).sqrt();
    let scale = f64::from(largest) / f64::from(most);
    (scale, scale * (square.sqrt() * 1.001 + rounding))
}

impl Bytes {
    /// For rows of this many numbers.
    pub fn new(dimensions: usize) -> Self {
        Bytes { store: Store::new(dimensions), facts: Vec::new() }
    }

    /// Reserves memory for more rows.
    pub fn expect(&mut self, rows: usize) {
        self.store.expect(rows);
    }

    /// Adds a row. `length` may have rounding errors.
    pub fn push(&mut self, numbers: &[f32], length: f64) -> Result<(), Full> {
        self.facts.try_reserve(1).map_err(|_| Full)?;
        let stride = self.store.stride();
        let room = &mut self.store.room()?[..stride];
        room[numbers.len()..].fill(0);
        let (scale, error) = quantise(numbers, MOST, &mut room[..numbers.len()], |whole| whole as i8);
        self.store.written(1);
        self.facts.push(Facts { scale, error, length });
        Ok(())
    }

    /// The length of a row.
    pub fn length(&self, row: usize) -> f64 {
        self.facts[row].length
    }

    /// Drops the rows after the first `len`.
    pub fn truncate(&mut self, len: usize) {
        self.store.truncate(len);
        self.facts.truncate(len);
    }

    /// Keeps the rows for which `keep` holds, in their order.
    pub fn retain(&mut self, keep: impl Fn(usize) -> bool) {
        self.store.retain(&keep);
        let mut row = 0;
        self.facts.retain(|_| {
            row += 1;
            keep(row - 1)
        });
    }

    /// The blocks in which rows are compared.
    pub fn blocks(&self) -> impl Iterator<Item = &[i8]> {
        self.store.blocks()
    }

    /// Quantises a query of as many numbers as a row has.
    pub fn query(&self, query: &[f32]) -> ByteQuery {
        let stride = self.store.stride();
        // Bounds the sum of products by i32::MAX: each is at most this times 127.
        let most = (i32::MAX / MOST as i32 / stride as i32).min(i32::from(i16::MAX)) as f32;
        let mut numbers = vec![0; stride];
        let (scale, error) = quantise(query, most, &mut numbers[..query.len()], |whole| whole as i16);
        ByteQuery { numbers, scale, error, length: exact_dot(query, query).sqrt() }
    }

    /// The ranges of a block's rows, the first of which is row `first`.
    pub fn ranges(
        &self,
        metric: Metric,
        query: &ByteQuery,
        block: &[i8],
        first: usize,
        ranges: &mut Vec<Range>,
    ) {
        ranges.clear();
        let stride = self.store.stride();
        let mut facts = self.facts[first..].iter();
        let groups = block.chunks_exact(AT_ONCE * stride);
        let rest = groups.remainder();
        for rows in groups {
            let products = byte_dots::<AT_ONCE>(&query.numbers, rows);
            ranges
                .extend(products.iter().zip(&mut facts).map(|(dot, facts)| query.range(metric, *dot, facts)));
        }
        for (row, facts) in rest.chunks_exact(stride).zip(facts) {
            let [dot] = byte_dots(&query.numbers, row);
            ranges.push(query.range(metric, dot, facts));
        }
    }
}

impl ByteQuery {
    /// See the module.
    #[inline(always)]
    fn range(&self, metric: Metric, dot: i32, row: &Facts) -> Range {
        let lengths = self.length * row.length;
        let near = f64::from(dot) * self.scale * row.scale;
        let error = self.error * (row.length + row.error) + self.length * row.error + ROUNDING * lengths;
        let (near, error) = match metric {
            Metric::Dot => (near, error),
            // The cosine of a row of zeros is zero.
            Metric::Cosine if lengths == 0.0 => (0.0, 0.0),
            Metric::Cosine => (near / lengths, error / lengths),
            Metric::Euclidean => {
                let squares = self.length * self.length + row.length * row.length;
                (2.0 * near - squares, 2.0 * error + ROUNDING * squares)
            }
        };
        Range { low: near - error, high: near + error }
    }
}
