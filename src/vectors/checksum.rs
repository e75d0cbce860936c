//! XXH64 with a seed of zero: detects damage of a serialised index.

const PRIMES: [u64; 5] = [
    0x9E37_79B1_85EB_CA87,
    0xC2B2_AE3D_27D4_EB4F,
    0x1656_67B1_9E37_79F9,
    0x85EB_CA77_C2B2_AE63,
    0x27D4_EB2F_1656_67C5,
];
/// Bytes that are mixed at once.
const STRIPE: usize = 32;

/// The state between updates.
#[derive(Debug, Clone)]
pub struct Checksum {
    lanes: [u64; 4],
    /// The number of mixed bytes.
    mixed: u64,
    /// The beginning of the next stripe, and its length.
    partial: [u8; STRIPE],
    pending: usize,
}

impl Default for Checksum {
    fn default() -> Self {
        let [first, second, ..] = PRIMES;
        let lanes = [first.wrapping_add(second), second, 0, first.wrapping_neg()];
        Checksum { lanes, mixed: 0, partial: [0; STRIPE], pending: 0 }
    }
}

impl Checksum {
    /// Mixes in more bytes.
    pub fn update(&mut self, mut bytes: &[u8]) {
        if self.pending > 0 {
            let (now, rest) = bytes.split_at(bytes.len().min(STRIPE - self.pending));
            self.partial[self.pending..self.pending + now.len()].copy_from_slice(now);
            self.pending += now.len();
            bytes = rest;
            if self.pending < STRIPE {
                return;
            }
            let stripe = self.partial;
            self.mix(&stripe);
        }
        let (stripes, rest) = bytes.as_chunks::<STRIPE>();
        for stripe in stripes {
            self.mix(stripe);
        }
        self.partial[..rest.len()].copy_from_slice(rest);
        self.pending = rest.len();
    }

    #[inline(always)]
    fn mix(&mut self, stripe: &[u8; STRIPE]) {
        for (lane, word) in self.lanes.iter_mut().zip(stripe.as_chunks::<8>().0) {
            *lane = round(*lane, u64::from_le_bytes(*word));
        }
        self.mixed += STRIPE as u64;
    }

    /// The checksum of all bytes.
    pub fn finish(&self) -> u64 {
        let mut sum = if self.mixed > 0 {
            let [a, b, c, d] = self.lanes;
            let joined = a
                .rotate_left(1)
                .wrapping_add(b.rotate_left(7))
                .wrapping_add(c.rotate_left(12))
                .wrapping_add(d.rotate_left(18));
            self.lanes.iter().fold(joined, |sum, lane| {
                (sum ^ round(0, *lane)).wrapping_mul(PRIMES[0]).wrapping_add(PRIMES[3])
            })
        } else {
            PRIMES[4]
        };
        sum = sum.wrapping_add(self.mixed + self.pending as u64);
        let (words, rest) = self.partial[..self.pending].as_chunks::<8>();
        for word in words {
            sum = (sum ^ round(0, u64::from_le_bytes(*word))).rotate_left(27);
            sum = sum.wrapping_mul(PRIMES[0]).wrapping_add(PRIMES[3]);
        }
        let (halves, rest) = rest.as_chunks::<4>();
        for half in halves {
            sum ^= u64::from(u32::from_le_bytes(*half)).wrapping_mul(PRIMES[0]);
            sum = sum.rotate_left(23).wrapping_mul(PRIMES[1]).wrapping_add(PRIMES[2]);
        }
        for &byte in rest {
            sum = (sum ^ u64::from(byte).wrapping_mul(PRIMES[4])).rotate_left(11).wrapping_mul(PRIMES[0]);
        }
        sum = (sum ^ sum >> 33).wrapping_mul(PRIMES[1]);
        sum = (sum ^ sum >> 29).wrapping_mul(PRIMES[2]);
        sum ^ sum >> 32
    }
}

fn round(lane: u64, word: u64) -> u64 {
    lane.wrapping_add(word.wrapping_mul(PRIMES[1])).rotate_left(31).wrapping_mul(PRIMES[0])
}

/// The checksum of some bytes.
pub fn checksum(bytes: &[u8]) -> u64 {
    let mut sum = Checksum::default();
    sum.update(bytes);
    sum.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_published_one() {
        assert_eq!(checksum(b""), 0xEF46_DB37_51D8_E999);
        assert_eq!(checksum(b"a"), 0xD24E_C4F1_A98C_6E5B);
        assert_eq!(checksum(b"abc"), 0x44BC_2CF5_AD77_0999);
        assert_eq!(checksum(b"Nobody inspects the spammish repetition"), 0xFBCE_A83C_8A37_8BF1);
    }

    #[test]
    fn parts_do_not_matter_and_each_bit_does() {
        let bytes: Vec<u8> = (0..150).collect();
        let whole = checksum(&bytes);
        for first in 0..bytes.len() {
            for second in first..bytes.len() {
                let mut sum = Checksum::default();
                for part in [&bytes[..first], &bytes[first..second], &bytes[second..]] {
                    sum.update(part);
                }
                assert_eq!(sum.finish(), whole, "{first} {second}");
            }
        }
        for at in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[at / 8] ^= 1 << (at % 8);
            assert_ne!(checksum(&damaged), whole);
        }
    }
}
