//! Compares rows with a query: fast and approximately with SIMD, slowly and exactly number by number.
//!
//! The fast forms add up [`CHAINS`] sums of four lanes per row. Short sums keep the error small.

/// Byte rows that are compared at once: the query's numbers are loaded once for all of them.
pub const AT_ONCE: usize = 4;
/// Running vectors of sums for a row of 32-bit numbers.
const CHAINS: usize = 4;

/// Bound of the error of a fast sum of `stride` products, relative to the sum of their absolute values.
///
/// The classic bound: each number is rounded at most this many times, by at most 2^-24 of its result. It is
/// doubled for higher-order terms and for rounding errors of the code that uses it.
pub fn relative_error(stride: usize) -> f64 {
    let roundings = stride / (4 * CHAINS) + CHAINS + 8;
    2.0 * roundings as f64 * f64::powi(2.0, -24)
}

/// Bound of the additional absolute error by products that underflow 32 bits.
pub fn absolute_error(stride: usize) -> f64 {
    // 2^-149 is the smallest positive number of 32 bits.
    2.0 * stride as f64 * f64::powi(2.0, -149)
}

/// The scalar product, rounded like that of a plain loop.
pub fn exact_dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).fold(0.0, |sum, (&a, &b)| sum + f64::from(a) * f64::from(b))
}

/// The square of the distance, rounded like that of a plain loop.
pub fn exact_square(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).fold(0.0, |sum, (&a, &b)| {
        let apart = f64::from(a) - f64::from(b);
        sum + apart * apart
    })
}

/// The sum of the squares, approximately: in 64 bits, but in another order than a plain loop.
pub fn square_sum(numbers: &[f32]) -> f64 {
    let (groups, rest) = numbers.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for group in groups {
        for (sum, &number) in sums.iter_mut().zip(group) {
            *sum += f64::from(number) * f64::from(number);
        }
    }
    sums.iter().sum::<f64>() + exact_dot(rest, rest)
}

#[cfg(target_arch = "wasm32")]
mod kernel {
    use super::CHAINS;
    use core::arch::wasm32::*;

    #[inline(always)]
    fn sum(query: &[f32], row: &[f32], product: impl Fn(v128, v128) -> v128) -> f32 {
        let stride = query.len();
        assert!(row.len() == stride && stride.is_multiple_of(4));
        let load = |numbers: &[f32], at: usize| {
            debug_assert!(at + 4 <= numbers.len());
            // SAFETY: the loops below stay within `stride`, the length of both.
            unsafe { v128_load(numbers.as_ptr().add(at).cast()) }
        };
        let mut chains = [f32x4_splat(0.0); CHAINS];
        let mut at = 0;
        while at + 4 * CHAINS <= stride {
            for (chain, sum) in chains.iter_mut().enumerate() {
                let here = at + 4 * chain;
                *sum = f32x4_add(*sum, product(load(query, here), load(row, here)));
            }
            at += 4 * CHAINS;
        }
        while at < stride {
            chains[0] = f32x4_add(chains[0], product(load(query, at), load(row, at)));
            at += 4;
        }
        let sum = chains[1..].iter().fold(chains[0], |sum, chain| f32x4_add(sum, *chain));
        (f32x4_extract_lane::<0>(sum) + f32x4_extract_lane::<1>(sum))
            + (f32x4_extract_lane::<2>(sum) + f32x4_extract_lane::<3>(sum))
    }

    #[inline(always)]
    pub fn dot(query: &[f32], row: &[f32]) -> f32 {
        sum(query, row, |a, b| f32x4_mul(a, b))
    }

    #[inline(always)]
    pub fn square(query: &[f32], row: &[f32]) -> f32 {
        sum(query, row, |a, b| {
            let apart = f32x4_sub(a, b);
            f32x4_mul(apart, apart)
        })
    }

    #[inline(always)]
    pub fn byte_dots<const ROWS: usize>(query: &[i16], rows: &[i8]) -> [i32; ROWS] {
        let stride = query.len();
        assert!(rows.len() == ROWS * stride && stride.is_multiple_of(8));
        let mut sums = [i32x4_splat(0); ROWS];
        let mut at = 0;
        while at < stride {
            // SAFETY: `at + 8 <= stride`, so that row `r` ends within `ROWS * stride`.
            unsafe {
                let part = v128_load(query.as_ptr().add(at).cast());
                for (row, sum) in sums.iter_mut().enumerate() {
                    let bytes = i16x8_load_extend_i8x8(rows.as_ptr().add(row * stride + at));
                    *sum = i32x4_add(*sum, i32x4_dot_i16x8(part, bytes));
                }
            }
            at += 8;
        }
        sums.map(|sum| {
            i32x4_extract_lane::<0>(sum)
                + i32x4_extract_lane::<1>(sum)
                + i32x4_extract_lane::<2>(sum)
                + i32x4_extract_lane::<3>(sum)
        })
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod kernel {
    use super::CHAINS;

    /// In the order of the SIMD version, so that tests have the same rounding errors.
    fn sum(query: &[f32], row: &[f32], product: impl Fn(f32, f32) -> f32) -> f32 {
        const WIDTH: usize = 4 * CHAINS;
        let whole = query.len() / WIDTH * WIDTH;
        let mut lanes = [0.0f32; WIDTH];
        for (at, (&a, &b)) in query.iter().zip(row).enumerate() {
            lanes[if at < whole { at % WIDTH } else { (at - whole) % 4 }] += product(a, b);
        }
        let lane = |lane: usize| (1..CHAINS).fold(lanes[lane], |sum, chain| sum + lanes[lane + 4 * chain]);
        (lane(0) + lane(1)) + (lane(2) + lane(3))
    }

    pub fn dot(query: &[f32], row: &[f32]) -> f32 {
        sum(query, row, |a, b| a * b)
    }

    pub fn square(query: &[f32], row: &[f32]) -> f32 {
        sum(query, row, |a, b| (a - b) * (a - b))
    }

    /// Overflows panic in tests.
    pub fn byte_dots<const ROWS: usize>(query: &[i16], rows: &[i8]) -> [i32; ROWS] {
        std::array::from_fn(|row| {
            let row = &rows[row * query.len()..][..query.len()];
            query.iter().zip(row).map(|(&a, &b)| i32::from(a) * i32::from(b)).sum()
        })
    }
}

pub use kernel::{byte_dots, dot, square};
