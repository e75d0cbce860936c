//! XXH64 with a seed of zero: tells whether a serialised index is what was written.

const PRIMES: [u64; 5] = [
    0x9E37_79B1_85EB_CA87,
    0xC2B2_AE3D_27D4_EB4F,
    0x1656_67B1_9E37_79F9,
    0x85EB_CA77_C2B2_AE63,
    0x27D4_EB2F_1656_67C5,
];
/// Bytes that are mixed at once; all parts but the last are a multiple of it.
pub const STRIPE: usize = 32;

/// The state between parts.
#[derive(Debug, Clone)]
pub struct Checksum {
    lanes: [u64; 4],
    len: u64,
}

impl Default for Checksum {
    fn default() -> Self {
        let [first, second, ..] = PRIMES;
        Checksum { lanes: [first.wrapping_add(second), second, 0, first.wrapping_neg()], len: 0 }
    }
}

impl Checksum {
    /// Mixes in whole stripes; what is left over is returned, and goes to [`Checksum::finish`].
    pub fn update<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let (stripes, rest) = bytes.as_chunks::<STRIPE>();
        for stripe in stripes {
            for (lane, word) in self.lanes.iter_mut().zip(stripe.as_chunks::<8>().0) {
                *lane = round(*lane, u64::from_le_bytes(*word));
            }
        }
        self.len += (bytes.len() - rest.len()) as u64;
        rest
    }

    /// The checksum, with the last bytes, fewer than a stripe.
    pub fn finish(&self, rest: &[u8]) -> u64 {
        let mut sum = if self.len > 0 {
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
        sum = sum.wrapping_add(self.len + rest.len() as u64);
        let (words, rest) = rest.as_chunks::<8>();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> u64 {
        let mut sum = Checksum::default();
        let rest = sum.update(bytes);
        sum.finish(rest)
    }

    #[test]
    fn it_is_the_published_one() {
        assert_eq!(of(b""), 0xEF46_DB37_51D8_E999);
        assert_eq!(of(b"a"), 0xD24E_C4F1_A98C_6E5B);
        assert_eq!(of(b"abc"), 0x44BC_2CF5_AD77_0999);
        assert_eq!(of(b"Nobody inspects the spammish repetition"), 0xFBCE_A83C_8A37_8BF1);
    }

    #[test]
    fn parts_do_not_matter_and_each_bit_does() {
        let bytes: Vec<u8> = (0..250).collect();
        let whole = of(&bytes);
        let mut sum = Checksum::default();
        sum.update(&bytes[..64]);
        let rest = sum.update(&bytes[64..]);
        assert_eq!(sum.finish(rest), whole);
        for at in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[at / 8] ^= 1 << (at % 8);
            assert_ne!(of(&damaged), whole);
        }
    }
}
