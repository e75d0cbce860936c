//! A table of words by number. The standard library's maps, instantiated for each type of key, would be
//! larger than all their uses here.

/// A table of different words, each with the number of its first appearance.
#[derive(Debug, Clone, Default)]
pub struct Words {
    words: Vec<String>,
    /// Word numbers by hash, plus one; 0 for free slots. A power of two.
    slots: Vec<u32>,
}

impl Words {
    /// The number of words.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// True if there are no words.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The number of a word, if it is there.
    pub fn find(&self, word: &str) -> Option<usize> {
        let mut at = hash(word);
        loop {
            let number = *self.slots.get(at & self.slots.len().wrapping_sub(1))? as usize;
            let place = number.checked_sub(1)?;
            if self.words.get(place).is_some_and(|own| own == word) {
                return Some(place);
            }
            at = at.wrapping_add(1);
        }
    }

    /// The number of a word, and whether it is new.
    pub fn put(&mut self, word: &str) -> (usize, bool) {
        if let Some(place) = self.find(word) {
            return (place, false);
        }
        self.words.push(word.to_owned());
        if 2 * self.words.len() > self.slots.len() {
            self.slots = vec![0; (4 * self.words.len()).next_power_of_two()];
            for place in 0..self.words.len() {
                self.place(place);
            }
        } else {
            self.place(self.words.len() - 1);
        }
        (self.words.len() - 1, true)
    }

    fn place(&mut self, place: usize) {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = self.words.get(place).map_or(0, |word| hash(word));
        while let Some(slot) = self.slots.get_mut(at & mask) {
            if *slot == 0 {
                *slot = place as u32 + 1;
                return;
            }
            at = at.wrapping_add(1);
        }
    }
}

/// FNV-1a.
pub fn hash_of(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

fn hash(word: &str) -> usize {
    let hash = hash_of(word);
    (hash ^ (hash >> 32)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_numbers() {
        let mut words = Words::default();
        assert_eq!((words.find("a"), words.len(), words.is_empty()), (None, 0, true));
        for number in 0..10_000 {
            assert_eq!(words.put(&format!("call_{number}")), (number, true));
        }
        for number in 0..10_000 {
            let word = format!("call_{number}");
            assert_eq!(words.put(&word), (number, false));
            assert_eq!(words.find(&word), Some(number));
        }
        assert_eq!(words.find("call_x"), None);
        assert_eq!(words.put(""), (10_000, true));
        assert_eq!(words.len(), 10_001);
    }
}
