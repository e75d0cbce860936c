//! Exact nearest neighbour search over rows of numbers.
//!
//! A search passes over all rows as [`mod@bytes`], which yield an approximate score and a bound of its error.
//! Only rows that may be among the best are compared again: with 32-bit SIMD, whose error is far smaller, and
//! if necessary in 64 bits, number by number. So the result is exactly that of the plain loop over 64-bit
//! numbers: the same rows, order and scores. The bytes take a quarter of the memory of the numbers, plus 24
//! bytes per row.
//!
//! Read [`Collection`] first, which has an [`Index`] and the [`ids`] of its rows; [`mod@format`] is the
//! serialised form.

pub mod bytes;
pub mod checksum;
pub mod collection;
mod distance;
pub mod format;
pub mod id;
mod id_table;
pub mod ids;
pub mod index;
pub mod store;
mod top;

pub use collection::Collection;
pub use id::Id;
pub use index::{Index, Metric, Numbers, Refused};
pub use top::Hit;
