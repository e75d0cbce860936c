//! The service's numbers for readers. Nothing in a call needs them, since the service sends both itself; a linker drops them where nothing
//! uses them.

/// What is documented of a number.
#[derive(Debug, Clone, Copy)]
pub struct Meaning {
    /// The service's number.
    pub number: u32,
    /// The HTTP statuses that come with it, the most frequent one first; none where it varies.
    pub statuses: &'static [u16],
    /// Its meaning.
    pub text: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/meanings.rs"));

/// The HTTP statuses that come with a number.
pub fn statuses(number: u32) -> &'static [u16] {
    MEANINGS.iter().find(|row| row.number == number).map_or(&[], |row| row.statuses)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::TABLE;

    #[test]
    fn every_number_has_its_own_meaning() {
        assert_eq!(TABLE.len(), MEANINGS.len());
        for (row, meaning) in TABLE.iter().zip(MEANINGS) {
            assert_eq!(row.number, meaning.number);
            assert!(!meaning.text.is_empty() && !meaning.text.ends_with('.'), "{}", row.number);
        }
    }
}
