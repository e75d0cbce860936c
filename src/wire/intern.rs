//! A bounded table that assigns numbers to short byte strings, so that JavaScript decodes each token once.

use super::simd::Padded;

/// Longest string that is numbered, in bytes.
pub const MAX_LEN: usize = 16;
/// Numbers that are assigned before the table is cleared, at most.
pub const MAX_IDS: u32 = 4096;
/// Capacity of the table. A string's number is its index.
pub const TOKENS: usize = 8192;
const PROBES: usize = 4;

/// A string, padded with zeros. It is the body of a JSON string and contains no NUL, so zeros mark a free
/// entry.
type Key = [u64; 2];
const FREE: Key = [0; 2];

/// See the module documentation.
pub struct Interner {
    keys: Box<[Key; TOKENS]>,
    assigned: u32,
    /// Strings that did not fit since the table was last cleared.
    refused: u32,
}

impl Default for Interner {
    fn default() -> Self {
        // Allocated on the heap: the table is too large for the stack of the wasm.
        let keys: Result<Box<[Key; TOKENS]>, _> = vec![FREE; TOKENS].into_boxed_slice().try_into();
        match keys {
            Ok(keys) => Interner { keys, assigned: 0, refused: 0 },
            Err(_) => unreachable!(),
        }
    }
}

impl Interner {
    /// The number of the `len` bytes at `at`, which contain no NUL; -1 if the string is too long or the
    /// table is full.
    #[inline(always)]
    pub fn id(&mut self, bytes: Padded<'_>, at: usize, len: usize) -> i32 {
        if len > MAX_LEN {
            return -1;
        }
        let key = bytes.word(at, len);
        let mixed = (key[0] ^ key[1].rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let first = (mixed >> 51) as usize;
        // Word by word: comparing arrays is a function call in a build for size.
        let found = self.keys[first % TOKENS];
        if found[0] == key[0] && found[1] == key[1] {
            return first as i32;
        }
        self.probe(key, first)
    }

    /// Searches the next entries, and assigns a number if the string is not found.
    #[inline(never)]
    fn probe(&mut self, key: Key, first: usize) -> i32 {
        let mut probe = 0;
        while probe < PROBES {
            let place = (first + probe) % TOKENS;
            let found = self.keys[place];
            if found[0] == key[0] && found[1] == key[1] {
                return place as i32;
            }
            if found[0] == 0 {
                if self.assigned == MAX_IDS {
                    break;
                }
                self.assigned += 1;
                self.keys[place] = key;
                return place as i32;
            }
            probe += 1;
        }
        self.refused += 1;
        -1
    }

    /// True if the table is full and many strings no longer fit, so that it should be cleared.
    #[inline(always)]
    pub fn is_stale(&self) -> bool {
        self.refused >= MAX_IDS
    }

    /// Clears the table; earlier numbers become invalid.
    #[inline(never)]
    pub fn clear(&mut self) {
        self.keys.fill(FREE);
        self.assigned = 0;
        self.refused = 0;
    }
}
