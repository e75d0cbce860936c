//! Rows as bytes: a quarter of the memory to read, and a bound of how far a product of them is off.
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
/// Numbers that are worked on at once.
const LANES: usize = 8;
/// One and a half times 2^23.
const SHIFT: f32 = 12_582_912.0;
/// A largest number from here on has a scale and an inverse of full precision in 32 bits.
const SMALLEST: f32 = 1e-30;
/// What roundings may come to, as a part of the product of the lengths; see the module.
const ROUNDING: f64 = 1e-10;

/// What is known of a row beside its bytes.
#[derive(Debug, Clone, Copy)]
struct Facts {
    scale: f64,
    /// The length of what the bytes lack, or more.
    error: f64,
    length: f64,
}

/// See the module.
pub struct Bytes {
    store: Store<i8>,
    facts: Vec<Facts>,
}

/// A query for such rows.
pub struct ByteQuery {
    numbers: Vec<i16>,
    scale: f64,
    error: f64,
    length: f64,
}

/// Between which values a row's score is, the larger the better: the score itself, or the squared distance with its sign turned.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    /// It is not below this.
    pub low: f64,
    /// It is not above this.
    pub high: f64,
}

/// Numbers as whole ones from `-most` to `most`, which is less than 2^22: writes them, and gives the scale and the length of the rest, or more.
fn quantise<T>(numbers: &[f32], most: f32, whole: &mut [T], of: impl Fn(i32) -> T) -> (f64, f64) {
    // Sizes are in the order of their bits; whole numbers have a maximum in SIMD.
    let size = |number: &f32| number.to_bits() & 0x7FFF_FFFF;
    let largest = f32::from_bits(numbers.iter().map(size).fold(0, u32::max));
    if largest < SMALLEST {
        // Too small for a scale of 32 bits: bytes of zero say nothing, and all is rest.
        whole.iter_mut().for_each(|whole| *whole = of(0));
        return (0.0, f64::from(largest) * numbers.len() as f64);
    }
    let inverse = most / largest;
    let mut squares = [0.0f32; LANES];
    let (groups, last) = numbers.as_chunks::<LANES>();
    let (whole_groups, whole_last) = whole.as_chunks_mut::<LANES>();
    for (group, whole) in groups.iter().zip(whole_groups) {
        for lane in 0..LANES {
            // The sum's last bit is that of the units: what is added and taken off again is rounded.
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
    /// For rows of so many numbers.
    pub fn new(dimensions: usize) -> Self {
        Bytes { store: Store::new(dimensions), facts: Vec::new() }
    }

    /// Gets memory for so many more rows.
    pub fn expect(&mut self, rows: usize) {
        self.store.expect(rows);
    }

    /// Adds a row; its length is near enough if it is off by some roundings.
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

    /// Forgets the rows behind the first `len`.
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

    /// A query of as many numbers as a row has.
    pub fn query(&self, query: &[f32]) -> ByteQuery {
        let stride = self.store.stride();
        // No sum of products is larger than this times 127 times the number of products.
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
