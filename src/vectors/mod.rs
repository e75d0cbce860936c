//! An exact search for the nearest of many rows of numbers.
//!
//! A search sweeps over all rows as [`mod@bytes`], which gives each score nearly, and knows how far it may be off. Only rows that may be among
//! the best are looked at again: with 32-bit SIMD, whose error is far smaller, and what is left in 64 bits and number by number. So the result is
//! exactly that of the plain loop over 64-bit numbers: the same rows, the same order, the same scores. The bytes take a quarter of the memory of
//! the numbers, and 24 bytes a row.
//!
//! Read [`Collection`] first, which has an [`Index`] and the [`ids`] of its rows; [`mod@format`] is the form in which they are stored.

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
