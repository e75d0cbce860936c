//! Cuts bytes into pieces, as a seed says.

/// Small, and the same everywhere.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u16) -> Self {
        Dice(u64::from(seed).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % bound
    }
}

/// The longest piece is part of what the seed says, so that there are seeds for single bytes and for long
/// pieces.
const LONGEST: [usize; 8] = [1, 2, 3, 9, 17, 40, 200, 5000];

/// The pieces, in order; some of them may be empty.
pub fn cut(bytes: &[u8], seed: u16) -> Vec<&[u8]> {
    cut_to(bytes, seed, LONGEST[usize::from(seed) % LONGEST.len()])
}

/// The same with pieces of a length that is known.
pub fn cut_to(bytes: &[u8], seed: u16, longest: usize) -> Vec<&[u8]> {
    let mut dice = Dice::new(seed);
    let mut pieces = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let len = if dice.below(20) == 0 { 0 } else { 1 + dice.below(longest) };
        let (piece, more) = rest.split_at(len.min(rest.len()));
        pieces.push(piece);
        rest = more;
    }
    pieces
}
