//! An exact search for the nearest of many rows of numbers.
//!
//! A search sweeps over all rows with 32-bit SIMD, which gives each score nearly, and knows how far it may be off. Only rows that
//! may be among the best are looked at again, in 64 bits and number by number. So the result is exactly that of the plain loop over 64-bit
//! numbers: the same rows, the same order, the same scores. Read [`Index`] first.

pub mod checksum;
mod distance;
pub mod index;
pub mod store;
mod top;

pub use index::{Index, Metric};
pub use top::Hit;
