//! The random numbers of a seed: reproducible on any machine.

use std::cell::Cell;

/// SplitMix64. Drawing needs only a shared reference.
pub struct Dice(Cell<u64>);

impl Dice {
    /// The numbers of a seed; `part` separates the streams for different purposes, so that an additional draw
    /// in one does not affect the others.
    pub fn new(seed: u64, part: u64) -> Self {
        let dice = Self(Cell::new(
            seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ part.wrapping_mul(0xD1B5_4A32_D192_ED03),
        ));
        dice.next();
        dice
    }

    pub fn next(&self) -> u64 {
        let state = self.0.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.0.set(state);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A whole number in [0, bound).
    pub fn below(&self, bound: usize) -> usize {
        (self.next() >> 33) as usize % bound.max(1)
    }

    /// True with a probability of `percent`.
    pub fn chance(&self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// A number in [0, 1).
    pub fn unit(&self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn pick<T: Copy>(&self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Milliseconds below `most`, in quarters, which a double represents exactly.
    pub fn ms(&self, most: usize) -> f64 {
        self.below(most * 4) as f64 / 4.0
    }
}
