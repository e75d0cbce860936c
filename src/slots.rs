//! A slot map for values that JavaScript callbacks refer to by numbers. An id includes the slot's use count,
//! so that a late callback does not reach the slot's next value.

use std::mem::take;

/// The id of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Id {
    /// The slot.
    pub at: u32,
    /// How often the slot was used before.
    pub uses: u32,
}

/// See the module.
#[derive(Debug)]
pub struct Slots<T> {
    places: Vec<(u32, Option<T>)>,
    free: Vec<u32>,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Slots<T> {
    /// An empty map.
    pub const fn new() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }

    /// Stores a value.
    pub fn insert(&mut self, value: T) -> Id {
        let at = self.free.pop().unwrap_or_else(|| {
            self.places.push((0, None));
            self.places.len() as u32 - 1
        });
        let mut id = Id { at, uses: 0 };
        if let Some((uses, place)) = self.places.get_mut(at as usize) {
            *place = Some(value);
            id.uses = *uses;
        }
        id
    }

    /// The value, unless it was removed.
    pub fn get_mut(&mut self, id: Id) -> Option<&mut T> {
        let (uses, value) = self.places.get_mut(id.at as usize)?;
        if *uses == id.uses { value.as_mut() } else { None }
    }

    /// Removes the value and frees its slot.
    pub fn remove(&mut self, id: Id) -> Option<T> {
        let (uses, value) = self.places.get_mut(id.at as usize)?;
        if *uses != id.uses {
            return None;
        }
        *uses = uses.wrapping_add(1);
        self.free.push(id.at);
        take(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_used_again_under_another_id() {
        let mut slots = Slots::new();
        let (one, two) = (slots.insert("one"), slots.insert("two"));
        assert_eq!(slots.remove(one), Some("one"));
        assert_eq!(slots.remove(one), None);
        let three = slots.insert("three");
        assert_eq!(three.at, one.at);
        assert_ne!(three, one);
        assert_eq!(slots.get_mut(one), None);
        assert_eq!(slots.get_mut(two), Some(&mut "two"));
        assert_eq!(slots.get_mut(three), Some(&mut "three"));
    }
}
