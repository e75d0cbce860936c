//! A bounded table that gives short byte strings small numbers, so that JavaScript decodes each token once.

use super::simd::Padded;

/// Longest string that gets a number.
pub const MAX_LEN: usize = 16;
/// Most numbers that are assigned before the table is cleared.
pub const MAX_IDS: u32 = 4096;
/// Places in the table; a string's number is its place.
pub const TOKENS: usize = 8192;
const PROBES: usize = 4;

/// A string, filled up with zeros. The strings are bodies of JSON strings, without a NUL in them, so all zeros is a free place.
type Key = [u64; 2];
const FREE: Key = [0; 2];

/// See the module.
pub struct Interner {
    keys: Box<[Key; TOKENS]>,
    assigned: u32,
    /// Strings that found the table full since it last started.
    refused: u32,
}

impl Default for Interner {
    fn default() -> Self {
        // Made on the heap: the table is larger than wasm's stack should bear.
        let keys: Result<Box<[Key; TOKENS]>, _> = vec![FREE; TOKENS].into_boxed_slice().try_into();
        match keys {
            Ok(keys) => Interner { keys, assigned: 0, refused: 0 },
            Err(_) => unreachable!(),
        }
    }
}

impl Interner {
    /// The number of the `len` bytes from `at`, which hold no NUL, or -1 for "too long" and "no room".
    #[inline(always)]
    pub fn id(&mut self, bytes: Padded<'_>, at: usize, len: usize) -> i32 {
        if len > MAX_LEN {
            return -1;
        }
        let key = bytes.word(at, len);
        let mixed = (key[0] ^ key[1].rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let first = (mixed >> 51) as usize;
        // Word by word: comparing arrays is a call in a build for size.
        let found = self.keys[first % TOKENS];
        if found[0] == key[0] && found[1] == key[1] {
            return first as i32;
        }
        self.probe(key, first)
    }

    /// Looks further than at the first place, and gives a number where there is none.
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

    /// Is the table full of tokens that no longer occur? Then it is better cleared.
    #[inline(always)]
    pub fn is_stale(&self) -> bool {
        self.refused >= MAX_IDS
    }

    /// Clears the table; earlier numbers are no longer valid.
    #[inline(never)]
    pub fn clear(&mut self) {
        self.keys.fill(FREE);
        self.assigned = 0;
        self.refused = 0;
    }
}
