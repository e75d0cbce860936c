//! A bounded table that gives short byte strings small numbers, so that JavaScript decodes each token once.

use super::simd::Padded;

/// Longest string that gets a number.
pub const MAX_LEN: usize = 16;
/// Most numbers given before the table starts anew.
pub const MAX_IDS: u32 = 4096;
const SLOTS: usize = 8192;
const PROBES: usize = 4;

#[derive(Clone, Copy)]
struct Slot {
    words: [u64; 2],
    len: u32,
    /// The number plus one; 0 marks a free slot.
    id: u32,
}

/// See the module.
pub struct Interner {
    slots: Box<[Slot]>,
    given: u32,
    /// Strings that found the table full since it last started.
    refused: u32,
}

impl Default for Interner {
    fn default() -> Self {
        Interner {
            slots: vec![Slot { words: [0; 2], len: 0, id: 0 }; SLOTS].into_boxed_slice(),
            given: 0,
            refused: 0,
        }
    }
}

impl Interner {
    /// The number of the `len` bytes from `at`, or -1 for "too long" and "no room".
    #[inline(always)]
    pub fn id(&mut self, bytes: Padded<'_>, at: usize, len: usize) -> i32 {
        if len > MAX_LEN {
            return -1;
        }
        let words = bytes.word(at, len);
        let mixed = (words[0] ^ words[1].rotate_left(29) ^ len as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let first = (mixed >> 51) as usize;
        let mut probe = 0;
        while probe < PROBES {
            let slot = &mut self.slots[(first + probe) % SLOTS];
            if slot.id == 0 {
                if self.given == MAX_IDS {
                    break;
                }
                self.given += 1;
                *slot = Slot { words, len: len as u32, id: self.given };
                return (self.given - 1) as i32;
            }
            // Word by word: comparing arrays is a call in a build for size.
            if slot.words[0] == words[0] && slot.words[1] == words[1] && slot.len == len as u32 {
                return (slot.id - 1) as i32;
            }
            probe += 1;
        }
        self.refused += 1;
        -1
    }

    /// Has the table lost touch with what is being said? Then it is better to start anew.
    pub fn is_stale(&self) -> bool {
        self.refused >= MAX_IDS
    }

    /// Forgets everything; numbers given so far mean nothing from now on.
    pub fn clear(&mut self) {
        self.slots.fill(Slot { words: [0; 2], len: 0, id: 0 });
        self.given = 0;
        self.refused = 0;
    }
}
